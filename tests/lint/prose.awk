# Prints the prose of pages and of comments, as FILE:LINE:TEXT, without code: the
# text in backquotes and double quotes, blocks of examples, links, and words that
# are names of a program (they have an underscore, a digit, a bracket or an inner
# capital). prose.sh checks it.

FNR == 1 {
  kind = FILENAME
  sub(/.*\./, "", kind)
  if (kind == "h") kind = "c"
  if (kind !~ /^(c|md|sql)$/) kind = "hash"
  inside = 0
}

{ text = "" }

# A page: everything except the blocks of examples.
kind == "md" && /^ *```/ { inside = !inside; next }
kind == "md" && inside { next }
kind == "md" { text = $0 }

# A comment of C: from /* to */, and after //.
kind == "c" {
  line = $0
  while (line != "") {
    if (!inside) {
      if (!match(line, /\/\*|\/\/ /)) break
      comment = substr(line, RSTART, 2)
      line = substr(line, RSTART + 2)
      if (comment == "//") { text = text " " line; break }
      inside = 1
    } else if (match(line, /\*\//)) {
      text = text " " substr(line, 1, RSTART - 1)
      line = substr(line, RSTART + 2)
      inside = 0
    } else {
      text = text " " line
      break
    }
  }
}

# A comment of SQL, or of a shell, Tcl, awk, Python, make.
kind == "sql" && match($0, /(^|[ \t])-- /) { text = substr($0, RSTART + RLENGTH) }
kind == "hash" && /^[ \t]*# / { text = $0; sub(/^[ \t]*# /, "", text) }

{
  gsub(/`[^`]*`/, " ", text)
  gsub(/"[^"]*"/, " ", text)
  gsub(/\]\([^)]*\)/, " ", text)
  gsub(/https?:[^ ]*/, " ", text)
  gsub(/<\/?[a-z]+>/, " ", text)
  out = ""
  n = split(text, word, /[ \t]+/)
  for (i = 1; i <= n; i++) {
    plain = word[i]
    gsub(/^[("'[*]+|[])"'.,;:*!?]+$/, "", plain)
    if (plain ~ /[_0-9()\/\\=<>{}@$#%&+|~.'*[]|-->|[a-z][A-Z]|^[A-Z][A-Z]+s?$|^-/) continue
    out = out " " word[i]
  }
  if (out ~ /[a-z]/) print FILENAME ":" FNR ":" out
}
