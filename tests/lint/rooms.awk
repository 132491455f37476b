# Checks the folders of ext/, the rooms, lowest first. A file includes files of
# its own room and of the rooms before it, named from ext/ ("base/token.h").
# Every room has code that a higher room includes, but for the last. Modules do
# not include each other in a circle: x.c and x.h are the module x.

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
  module = room "/" path[n]
  sub(/\.[ch]$/, "", module)
  modules[++nmodule] = module
  if (!(room in level)) complain("the folder \"" room "\" has no place")
  if (FILENAME ~ /\.c$/) has_code[room] = 1
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, part, "\"")
  if (part[2] ~ /^[a-z_0-9]+_sql\.h$/) next # generated from sql/
  split(part[2], target, "/")
  if (!(target[1] in level)) {
    complain("\"" part[2] "\" is not named by its folder")
    next
  }
  if (level[target[1]] > level[room]) {
    complain(room " may not include " part[2] ", which is above it")
    next
  }
  if (level[target[1]] < level[room]) has_user[target[1]] = 1
  included = part[2]
  sub(/\.h$/, "", included)
  if (included != module) {
    includes[module] = includes[module] " " included
    where[module, included] = FILENAME ":" FNR
  }
}

# Follows the includes depth first: 1 is a module on the way, 2 a finished one.
function visit(module,  i, n, list) {
  state[module] = 1
  n = split(includes[module], list, " ")
  for (i = 1; i <= n; i++) {
    if (state[list[i]] == 1) {
      print where[module, list[i]] ": " module " and " list[i] \
            " include each other, directly or through others"
      bad = 1
    } else if (!state[list[i]]) {
      visit(list[i])
    }
  }
  state[module] = 2
}

END {
  for (i = 1; i <= nmodule; i++)
    if (!state[modules[i]]) visit(modules[i])
  for (i = 1; i <= count; i++) {
    if (!(rooms[i] in has_code)) {
      print "ext/" rooms[i] ": the folder has no code"
      bad = 1
    } else if (i < count && !(rooms[i] in has_user)) {
      print "ext/" rooms[i] ": no folder above includes it"
      bad = 1
    }
  }
  exit bad
}
