# No two functions, types, tables or enumerators of ext/ have the same name: all
# of it can be one file, and a search finds one thing. Relies on the layout of
# clang-format: a definition starts in the first column.

function define(name) {
  if (name in file && file[name] != FILENAME) {
    print FILENAME ":" FNR ": " name " is also in " file[name]
    bad = 1
  }
  file[name] = FILENAME
}

# A prototype ends with ");", a definition goes on; its name is before "(".
/^[A-Za-z_].*[ *][a-z_0-9]+\(/ && !/^(typedef|return|else)/ {
  line = $0
  sub(/\(.*/, "", line)
  sub(/.*[ *]/, "", line)
  pending = line
}
pending != "" && /;$/ { pending = "" }
pending != "" && /\{$/ { define(pending); pending = "" }

/^typedef (struct|enum|union) [A-Za-z]+ \{/ { define($3) }

/^(static )?const .*\[.*\] = / {
  line = $0
  sub(/\[.*/, "", line)
  sub(/.*[ *]/, "", line)
  define(line)
}

/^#define [A-Za-z_]+/ {
  line = $2
  sub(/\(.*/, "", line)
  define(line)
}

END { exit bad }
