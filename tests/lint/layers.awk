# The layers of ext/, lowest first: a file includes its own header and those of
# lower layers, nothing else of ours. A file must be in a layer.

BEGIN {
  layer("base")
  layer("token script progress digest disk nearest tree")
  layer("quotes marks")
  layer("schema types")
  layer("captive")
  layer("change naming note reader render guard delta standin phrase items alike")
  layer("clause directive lab orphan advice")
  layer("parse")
  layer("live shadow listing edit fill proof fkeys names relview meta memo blame history trial")
  layer("content usable relate merge layout wrong vet respell")
  layer("follow aside meant")
  layer("object")
  layer("model rules requote")
  layer("past")
  layer("renames")
  layer("accept")
  layer("difftables")
  layer("diff archive fields revert")
  layer("rewrite inplace declare texts virtual")
  layer("plan alter keep")
  layer("take carry")
  layer("back way automap")
  layer("run backup picture shown")
  layer("portable")
  layer("files migrate reflect help")
  layer("rehearse rebase")
  layer("funcs vtabs objects diagram pymodels")
  layer("orm")
  generated["meta_sql.h"] = generated["archive_sql.h"] = 1  # text, of no layer
  generated["layout_2_sql.h"] = generated["layout_3_sql.h"] = 1
  generated["layout_4_sql.h"] = 1
}

function layer(names,  i, n, list) {
  height++
  n = split(names, list, " ")
  for (i = 1; i <= n; i++) level[list[i]] = height
}

function complain(text) {
  print FILENAME ":" FNR ": " text
  bad = 1
}

FNR == 1 {
  module = FILENAME
  gsub(/.*\/|\.[ch]$/, "", module)
  if (!(module in level)) complain("\"" module "\" is in no layer")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, part, "\"")
  other = part[2]
  if (other in generated) next
  sub(/\.h$/, "", other)
  if (other == module) next
  if (!(other in level)) complain("\"" part[2] "\" is in no layer")
  else if (module in level && level[other] >= level[module])
    complain(module " may not include " other ", which is not below it")
}

END { exit bad }
