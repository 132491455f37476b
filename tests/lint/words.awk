# Functions of C that the extension must not call, and what to do instead.

BEGIN {
  memory = "use SQLite's memory, which can be counted and made to fail"
  ban("malloc calloc realloc free strdup strndup asprintf", memory)
  ban("sprintf vsprintf strcpy strcat gets", "use sqlite3_snprintf or a string builder")
  ban("printf fprintf puts putchar perror", "a library does not print")
  ban("exit abort assert", "a library does not end its host")
  ban("strtok setlocale", "not safe in threads")
}

function ban(names, why,  i, n, list) {
  n = split(names, list, " ")
  for (i = 1; i <= n; i++) reason[list[i]] = why
}

# Without strings and comments; those of several lines start with * or **.
{
  code = $0
  gsub(/\\./, "", code)
  gsub(/"[^"]*"/, "", code)
  gsub(/\/\*.*\*\/|\/[*\/].*/, "", code)
  if (code ~ /^[ \t]*\*/) next
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
