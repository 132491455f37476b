# The folders of ext/, lowest first: a file includes files of its own folder and
# of the folders before it, named from ext/ ("base/token.h").

BEGIN {
  count = split("base schema ddl views dependents meta plan alter archive run" \
                " declare ship api", rooms, " ")
  for (i = 1; i <= count; i++) level[rooms[i]] = i
}

function complain(text) {
  print FILENAME ":" FNR ": " text
  bad = 1
}

FNR == 1 {
  n = split(FILENAME, path, "/")
  room = path[n - 1]
  if (!(room in level)) complain("the folder \"" room "\" has no place")
  if (FILENAME ~ /\.c$/) used[room] = 1
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, part, "\"")
  if (part[2] ~ /^[a-z_0-9]+_sql\.h$/) next # generated from sql/
  split(part[2], target, "/")
  if (!(target[1] in level))
    complain("\"" part[2] "\" is not named by its folder")
  else if (level[target[1]] > level[room])
    complain(room " may not include " part[2] ", which is above it")
}

END {
  for (i = 1; i <= count; i++)
    if (!(rooms[i] in used)) {
      print "the folder \"" rooms[i] "\" has no code"
      bad = 1
    }
  exit bad
}
