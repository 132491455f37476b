# Each declaration of a header has a comment, its own or that of the group that
# it stands in (no blank line between), and each function of a header is used
# by another file. Headers come first among the arguments.

FILENAME ~ /\.h$/ && FNR == 1 { commented = 0 }

FILENAME ~ /\.h$/ {
  if (/^ *(\/\*|\*\*)/ || /\/\*.*\*\/$/) commented = 1
  else if (/^$/) commented = 0
  else if (/^[A-Za-z].*[ *][a-z_0-9]+\(/ && !/^typedef/) {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    if (!commented) {
      print FILENAME ":" FNR ": " name " has no comment"
      bad = 1
    }
    declared[name] = FILENAME
  }
}

FILENAME ~ /\.c$/ || /^(#define|  ).*\(/ {
  module = FILENAME
  sub(/\.c$/, ".h", module) # its own file is no other
  code = $0
  while (match(code, /[a-z_][a-z_0-9]*/)) {
    word = substr(code, RSTART, RLENGTH)
    code = substr(code, RSTART + RLENGTH)
    if (word in declared && (FILENAME ~ /\.h$/ || declared[word] != module))
      used[word] = 1
  }
}

END {
  for (name in declared)
    if (!(name in used)) {
      print declared[name] ": " name " is used by no other file"
      bad = 1
    }
  exit bad
}
