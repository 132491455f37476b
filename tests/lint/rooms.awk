# Checks the folders of ext/, the rooms, lowest first. A file includes files of
# its own room and of the rooms before it, named from ext/ ("base/token.h").
# Every room has code, and a higher room includes it, but for the last.

BEGIN {
  count = split("base schema ddl views dependents meta plan alter archive run" \
                " declare ship objects diagram api", rooms, " ")
  for (i = 1; i <= count; i++) level[rooms[i]] = i
}

function complain(where, text) {
  print where ": " text
  bad = 1
}

FNR == 1 {
  n = split(FILENAME, path, "/")
  room = path[n - 1]
  if (!(room in level))
    complain(FILENAME ":1", "the folder \"" room "\" has no place")
  if (FILENAME ~ /\.c$/) has_code[room] = 1
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, part, "\"")
  if (part[2] ~ /^([a-z_0-9]+_(sql|css|js)|version)\.h$/) next # in build/gen/
  split(part[2], target, "/")
  if (!(target[1] in level))
    complain(FILENAME ":" FNR, "\"" part[2] "\" is not named by its folder")
  else if (level[target[1]] > level[room])
    complain(FILENAME ":" FNR, room " may not include " part[2] \
             ", which is above it")
  else if (level[target[1]] < level[room])
    has_user[target[1]] = 1
}

END {
  for (i = 1; i <= count; i++) {
    if (!(rooms[i] in has_code))
      complain("ext/" rooms[i], "the folder has no code")
    else if (i < count && !(rooms[i] in has_user))
      complain("ext/" rooms[i], "no folder above includes it")
  }
  exit bad
}
