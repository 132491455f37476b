# Checks headers: each function, struct, enum and variable that a header
# declares has a comment, its own or that of the group in which it is (no blank
# line between), and another module uses each function and macro. Headers come
# first among the arguments.

function complain(where, text) {
  print where ": " text
  bad = 1
}

function declare(name) {
  if (!(name in place)) names[++count] = name
  place[name] = FILENAME ":" FNR
  module[name] = this
}

FNR == 1 {
  this = FILENAME
  sub(/\.[ch]$/, "", this)
  is_header = FILENAME ~ /\.h$/
  commented = in_comment = 0
}

# code: the line without comments and strings.
{
  code = $0
  gsub(/"[^"]*"/, "\"\"", code)
  has_comment = in_comment || code ~ /\/\*/
  if (in_comment) {
    if (code !~ /\*\//) code = ""
    else { sub(/^.*\*\//, "", code); in_comment = 0 }
  }
  gsub(/\/\*.*\*\//, "", code)
  if (code ~ /\/\*/) { in_comment = 1; sub(/\/\*.*/, "", code) }
}

is_header && has_comment && code !~ /[^ ]/ { commented = 1 }
is_header && /^$/ { commented = 0 }

is_header && code ~ /^[A-Za-z].*[ *][a-z_0-9]+\(/ && code !~ /^typedef/ {
  name = code
  sub(/\(.*/, "", name)
  sub(/.*[ *]/, "", name)
  if (!commented) complain(FILENAME ":" FNR, name " has no comment")
  declare(name)
  next
}

is_header && code ~ /^(extern .*;|(typedef )?(struct|enum|union) .*\{)/ {
  sub(/ *\{.*/, "", code)
  if (!commented && !has_comment) complain(FILENAME ":" FNR, code " has no comment")
}

is_header && code ~ /^#define [A-Za-z][A-Za-z_0-9]*[( ]/ {
  name = code
  sub(/^#define /, "", name)
  sub(/[^A-Za-z_0-9].*/, "", name)
  declare(name)
  sub(/^#define [A-Za-z_0-9]+/, "", code) # its value may use others
}

# A use: in a module, or in the value of a macro.
{
  while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
    word = substr(code, RSTART, RLENGTH)
    code = substr(code, RSTART + RLENGTH)
    if (word in place && (is_header || module[word] != this)) used[word] = 1
  }
}

END {
  for (i = 1; i <= count; i++)
    if (!(names[i] in used))
      complain(place[names[i]], names[i] " is used by no other file")
  exit bad
}
