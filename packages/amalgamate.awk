# amalgamate.awk FILE.c...: prints all sources as one file, in which only the
# entry point has external linkage, as SQLite's own amalgamation does. Run it
# from the top, with the files in the order of their rooms (rooms.awk) and
# -v version=... -v generated=DIR.
#
# A function that was declared `static` keeps that linkage in a later
# declaration without the word (C11, 6.2.2), so it is put before the prototypes
# of headers only.

function banner(text) {
  printf "/************** %s %s*/\n", text, \
    substr("**************************************************", length(text))
}

# Prints a file, with the headers of ours that it is the first to include.
function add(path,    line, part, is_header, source) {
  if (path in seen) return
  seen[path] = 1
  is_header = path ~ /\.h$/
  banner("Begin " path)
  while ((getline line < path) > 0) {
    if (line ~ /^#include "/) {
      split(line, part, "\"")
      source = part[2] ~ /\// ? "ext/" part[2] : generated "/" part[2]
      if (source in seen) continue
      add(source)
      banner("Continue " path)
    } else if (line == "SQLITE_EXTENSION_INIT3") {
      print "#ifndef SQLITE_CORE\nstatic const sqlite3_api_routines *sqlite3_api;\n#endif"
    } else if (line == "SQLITE_EXTENSION_INIT1") {
      continue # its definition is the one above
    } else if (line ~ /^extern /) {
      split(line, part, /[ ;]+/)
      variable[part[4]] = 1
      sub(/^extern/, "static", line)
      print line
    } else if (is_header && line ~ /^[A-Za-z].*\(/ && line !~ not_a_prototype) {
      print "static " line
    } else {
      split(line, part, " ")
      if (part[1] == "const" && part[3] in variable) printf "static "
      print line
    }
  }
  close(path)
  banner("End " path)
}

BEGIN {
  not_a_prototype = "^(static|typedef|struct|enum|union|_Static_assert) "
  print "/*"
  print "** orm " version ": models and migrations inside SQLite."
  print "**"
  print "** This file is all of orm. As a loadable extension:"
  print "**"
  print "**     cc -std=c11 -O2 -fPIC -shared -o orm.so orm.c"
  print "**"
  print "** Linked into a program beside sqlite3.c, with -DSQLITE_CORE: see orm.h."
  print "** It is generated from the files that the marks below name."
  print "*/"
  for (i = 1; i < ARGC; i++) add(ARGV[i])
  exit
}
