# Checks for functions of C that the extension must not call, says what to do
# instead, and checks for goto.

BEGIN {
  ban("use SQLite's memory: it is counted, and can be made to fail", \
      "malloc calloc realloc free strdup strndup asprintf")
  ban("use sqlite3_snprintf or a string builder", \
      "sprintf vsprintf strcpy strcat gets")
  ban("a library does not print", "printf fprintf puts putchar perror")
  ban("a library does not end its host", "exit abort assert")
  ban("not safe in threads", "strtok setlocale")
}

function ban(why, names,  i, n, list) {
  n = split(names, list, " ")
  for (i = 1; i <= n; i++) reason[list[i]] = why
}

# The line without strings and comments. Further lines of a comment start with
# * or **.
{
  code = $0
  gsub(/\\./, "", code)
  gsub(/"[^"]*"/, "", code)
  gsub(/\/\*.*\*\/|\/[*\/].*/, "", code)
  if (code ~ /^[ \t]*\*/) next
  if (code ~ /^[ \t]*goto /) {
    print FILENAME ":" FNR ": goto: leave by return, or split the function"
    bad = 1
  }
  while (match(code, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
    word = substr(code, RSTART, RLENGTH - 1)
    code = substr(code, RSTART + RLENGTH)
    if (word in reason) {
      print FILENAME ":" FNR ": " word ": " reason[word]
      bad = 1
    }
  }
}

END { exit bad }
