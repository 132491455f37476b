# Checks that no two files of ext/ define the same name: functions, types,
# variables, macros and enumerators. All files can then be one, and a search
# finds one definition. Relies on the layout of clang-format: a definition
# starts in the first column.

function define(name) {
  if (name in file && file[name] != FILENAME) {
    print FILENAME ":" FNR ": " name " is also in " file[name]
    bad = 1
  }
  file[name] = FILENAME
}

# The last name in a text.
function last_name(text) {
  match(text, /[A-Za-z_][A-Za-z_0-9]*[^A-Za-z_0-9]*$/)
  text = substr(text, RSTART)
  sub(/[^A-Za-z_0-9].*/, "", text)
  return text
}

FNR == 1 { pending = ""; in_enum = 0 }

{
  code = $0
  gsub(/\/\*.*\*\//, "", code)
  sub(/\/\*.*/, "", code) # goes on in lines that begin with **
  if (code ~ /^ *\*\*/) next
  sub(/ +$/, "", code)
}

# A prototype ends with ");", a definition goes on to "{".
code ~ /^[A-Za-z_].*[ *][a-zA-Z_0-9]+\(/ && code !~ /^(typedef|return|else)/ {
  line = code
  sub(/\(.*/, "", line)
  if (line !~ /=/) pending = last_name(line)
}
pending != "" && code ~ /;$/ { pending = "" }
pending != "" && code ~ /[{}]$/ { define(pending); pending = "" }

code ~ /^(typedef )?(struct|enum|union) [A-Za-z_]+ \{/ {
  line = code
  sub(/ \{.*/, "", line)
  define(last_name(line))
}

# typedef int Number; typedef int Compare(int, int); typedef int (*Compare)(int);
code ~ /^typedef [^{]*;$/ && code !~ /^typedef (struct|enum|union) / {
  line = code
  if (line ~ /\(\*/) { sub(/.*\(\*/, "", line); sub(/\).*/, "", line) }
  else sub(/[(;].*/, "", line)
  define(last_name(line))
}

# Variables, with a value or without.
code ~ /^(static |const |[A-Za-z])[^(]*( = .*|;)$/ &&
code !~ /^(extern|typedef|struct|enum|union|return) / {
  line = code
  sub(/ = .*/, "", line)
  sub(/\[.*/, "", line)
  define(last_name(line))
}

code ~ /^# *define [A-Za-z_]+/ {
  line = code
  sub(/^# *define /, "", line)
  sub(/[^A-Za-z_0-9].*/, "", line)
  define(line)
}

# Enumerators: the first word of each part between the braces.
code ~ /^(typedef )?enum.*\{/ { in_enum = 1; list = ""; sub(/.*\{/, "", code) }
in_enum {
  list = list " " code
  if (code !~ /\}/) next
  in_enum = 0
  sub(/\}.*/, "", list)
  n = split(list, parts, ",")
  for (i = 1; i <= n; i++)
    if (match(parts[i], /[A-Za-z_][A-Za-z_0-9]*/))
      define(substr(parts[i], RSTART, RLENGTH))
}

END { exit bad }
