#!/bin/sh
# prose.sh spelling|phrases: checks the pages and the comments of the tree. Run it
# from the top.
#
# spelling: each word is in Debian's English word lists or in words.txt.
# phrases: no text has a phrase of phrases.txt, for which plain English exists.

here=$(dirname "$0")
text=$(mktemp)
trap 'rm -f "$text"' EXIT

# The pages and the sources. The layouts and statements that a release has
# written into databases keep their comments.
find . \( -name .git -o -path ./build -o -path ./dist -o -name node_modules \) -prune \
  -o -type f \( -name '*.md' -o -name '*.[ch]' -o -name '*.sql' -o -name '*.test' \
  -o -name '*.tcl' -o -name '*.sh' -o -name '*.awk' -o -name '*.py' -o -name Makefile \
  -o -path ./bin/orm \) -print | sed 's,^\./,,' |
  grep -v -e '^tests/layout_' -e '^tests/repository_' -e '^sql/archive.sql' \
    -e '^sql/updates/' -e '^sql/meta.sql' |
  xargs awk -f "$here/prose.awk" >"$text"

case $1 in
  spelling)
    unknown=$(cut -d : -f 3- "$text" |
      hunspell -l -d en_US,en_GB -p "$here/words.txt" | sort -u)
    [ -n "$unknown" ] || exit 0
    echo "$unknown" | while read -r word; do
      grep -m 1 -wF -- "$word" "$text" | sed "s/^\([^:]*:[^:]*\):.*/\1: $word/"
    done
    echo 'correct the word, or add it to tests/lint/words.txt'
    exit 1
    ;;
  phrases)
    awk -F '\t' '
      FNR == NR { if ($0 !~ /^#/) remedy[$1] = $2; next }
      {
        line = $0
        sub(/^[^:]*:[^:]*:/, "", line)
        for (phrase in remedy)
          if (tolower(" " line " ") ~ "[^a-z](" phrase ")[^a-z]") {
            split($0, place, ":")
            print place[1] ":" place[2] ": \"" phrase "\": write: " remedy[phrase]
            bad = 1
          }
      }
      END { exit bad }
    ' "$here/phrases.txt" "$text"
    ;;
esac
