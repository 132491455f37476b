# The reference model of journey.test: the contents that a database with orm must
# have after each step, found without orm. Source it after random.tcl.
#
# `mirror` is a plain connection with the tables and rows that test.db must have
# now; the user's statements run on both. Each row has a unique tag in a column that
# never changes. A tag is never reused, so it identifies the row when its key
# changes. The array J is the rest:
#
#   declared, live     schemas; live is that of version `at`
#   versions           dict: version -> its schema
#   scripts            dict: version -> its schema when it was recorded, whose
#                      backfills its script uses
#   kept               the archive, oldest entry first (see "What is kept")
#   lost               dict: version -> must or may: undoing it is an error
#   stale              1: definitions use old names
#   sequences          dict: id of a table -> its last AUTOINCREMENT number, and the
#                      version whose step saw it
#   moved, blurred     dicts of tags: see "Rows without a key"
#   chosen             dict of tags: see "What nobody can know beforehand"
#   next               the next id
#
# A schema is a dict: name -> table. A table: id, cols (name -> column), pk (its
# columns), form (column, table, or none), auto, wr, strict, uniques (lists of
# columns), indexes (name -> {unique columns...}). A column: id, type, notnull,
# default, collate, check (with %s for its name), ref ({table column action} or
# nothing), backfill.

# --- Schemas ------------------------------------------------------------------

proc lower {list} { string tolower $list }

proc has {dict args} { dict exists $dict {*}$args }

proc empty_column {args} {
  dict merge {id 0 type TEXT notnull 0 default {} collate {} check {} ref {}
    backfill {}} $args
}

proc new_id {} { incr ::J(next) }

proc renamed {map name} {
  expr {[dict exists $map $name] ? [dict get $map $name] : $name}
}

proc rename_keys {dict map} {
  set result {}
  dict for {key value} $dict { dict set result [renamed $map $key] $value }
  return $result
}

proc rename_list {list map} { lmap x $list { renamed $map $x } }

# All references of a schema, as the command makes them.
proc map_refs {s command} {
  dict for {t table} $s {
    dict for {c column} [dict get $table cols] {
      set ref [dict get $column ref]
      if {$ref ne ""} { dict set s $t cols $c ref [{*}$command $ref] }
    }
  }
  return $s
}
proc but_to_table {t ref} { if {[lindex $ref 0] ne $t} { return $ref } }
proc but_to_column {t c ref} {
  if {[lrange $ref 0 1] ne [list $t $c]} { return $ref }
}
proc to_renamed_table {map ref} {
  lreplace $ref 0 0 [renamed $map [lindex $ref 0]]
}
proc to_renamed_column {t map ref} {
  if {[lindex $ref 0] ne $t} { return $ref }
  lreplace $ref 1 1 [renamed $map [lindex $ref 1]]
}

# No renaming onto what stays.
proc check_renames {names map} {
  dict for {old new} $map {
    if {$old ni $names} { error "no $old" }
    if {[lower $new] in [lower $names] && ![dict exists $map $new] &&
        [lower $new] ne [lower $old]} { error "$new is taken" }
  }
}

proc without {list x} { lsearch -all -inline -not -exact $list $x }

# The schema with one change; an error where that makes no sense.
proc apply_op {s op} {
  set rest [lassign $op what t]
  if {$what ni {add_table rename_tables} && ![has $s $t]} { error "no $t" }
  lassign $rest a b c d
  switch $what {
    add_table {
      if {[lower $t] in [lower [dict keys $s]]} { error "$t is there" }
      dict set a id [new_id]
      foreach column [dict keys [dict get $a cols]] {
        dict set a cols $column id [new_id]
      }
      dict set s $t $a
    }
    drop_table {
      dict unset s $t
      set s [map_refs $s [list but_to_table $t]]
    }
    rename_tables {
      check_renames [dict keys $s] $t
      set s [rename_keys $s $t]
      set s [map_refs $s [list to_renamed_table $t]]
    }
    add_column {
      if {[lower $a] in [lower [dict keys [dict get $s $t cols]]]} {
        error "$a is there"
      }
      dict set b id [new_id]
      dict set s $t cols $a $b
    }
    drop_column { set s [drop_column $s $t $a] }
    rename_columns {
      set table [dict get $s $t]
      check_renames [dict keys [dict get $table cols]] $a
      dict set table cols [rename_keys [dict get $table cols] $a]
      dict set table pk [rename_list [dict get $table pk] $a]
      dict set table uniques \
          [lmap u [dict get $table uniques] { rename_list $u $a }]
      dict for {name index} [dict get $table indexes] {
        dict set table indexes $name \
            [list [lindex $index 0] {*}[rename_list [lrange $index 1 end] $a]]
      }
      dict set s $t $table
      set s [map_refs $s [list to_renamed_column $t $a]]
    }
    alter {
      if {![has $s $t cols $a]} { error "no $a" }
      dict set s $t cols $a [dict merge [dict get $s $t cols $a] $b]
    }
    recreate {
      if {![has $s $t cols $a]} { error "no $a" }
      dict set s $t cols $a id [new_id]
    }
    key {
      foreach {name value} [list pk $a form $b auto $c wr $d] {
        dict set s $t $name $value
      }
    }
    uniques { dict set s $t uniques $a }
    index { dict set s $t indexes $a $b }
    drop_index {
      if {![has $s $t indexes $a]} { error "no $a" }
      dict unset s $t indexes $a
    }
    strict { dict set s $t strict $a }
    default { error "what is $op?" }
  }
  set sql [create_sql $s]
  sqlite3 probe :memory:
  try {
    probe eval [join $sql ";\n"]
    probe eval {PRAGMA foreign_key_check; PRAGMA foreign_keys = 1}
    dict for {t -} $s { probe eval "DELETE FROM [q $t]" }
  } finally {
    probe close
  }
  return $s
}

proc drop_column {s t c} {
  if {![has $s $t cols $c] || $c eq "tag"} { error "no $c" }
  dict unset s $t cols $c
  if {$c in [dict get $s $t pk]} {
    foreach {name value} {pk {} form none auto 0 wr 0} {
      dict set s $t $name $value
    }
  }
  dict set s $t uniques [lmap u [dict get $s $t uniques] {
    if {$c in $u} continue
    set u
  }]
  dict for {name index} [dict get $s $t indexes] {
    if {$c in [lrange $index 1 end]} { dict unset s $t indexes $name }
  }
  map_refs $s [list but_to_column $t $c]
}

# The column that is the rowid, or "".
proc alias_of {table} {
  set pk [dict get $table pk]
  if {[llength $pk] != 1 || [dict get $table wr] ||
      [dict get $table cols [lindex $pk 0] type] ne "INTEGER"} return
  return [lindex $pk 0]
}

# --- To SQL -------------------------------------------------------------------


# The text after the column's name.
proc definition {table name} {
  set c [dict get $table cols $name]
  set sql [dict get $c type]
  if {[dict get $table form] eq "column" &&
      [dict get $table pk] eq [list $name]} {
    append sql " PRIMARY KEY"
    if {[dict get $table auto]} { append sql " AUTOINCREMENT" }
  }
  if {[dict get $c notnull]} { append sql " NOT NULL" }
  if {[dict get $c default] ne ""} { append sql " DEFAULT [dict get $c default]" }
  if {[dict get $c collate] ne ""} { append sql " COLLATE [dict get $c collate]" }
  if {[dict get $c check] ne ""} {
    append sql " CHECK ([string map [list %s [q $name]] [dict get $c check]])"
  }
  lassign [dict get $c ref] parent column action
  if {$parent ne ""} {
    append sql " REFERENCES [q $parent]([q $column])"
    if {$action ne ""} { append sql " $action" }
  }
  string trim $sql
}

proc options {table} {
  set options {}
  if {[dict get $table wr]} { lappend options "WITHOUT ROWID" }
  if {[dict get $table strict]} { lappend options STRICT }
  join $options ", "
}

proc table_constraints {table} {
  set list {}
  set pk [dict get $table pk]
  if {$pk ne "" && [dict get $table form] eq "table"} {
    lappend list "PRIMARY KEY ([names $pk])"
  }
  foreach u [dict get $table uniques] { lappend list "UNIQUE ([names $u])" }
  return $list
}

# {name {UNIQUE|nothing} (columns)}...
proc index_list {table} {
  set list {}
  dict for {name index} [dict get $table indexes] {
    set columns [lassign $index unique]
    lappend list [list $name [expr {$unique ? "UNIQUE " : ""}] \
                      "([names $columns])"]
  }
  return $list
}

# CREATE TABLE. was, columns_were: new names to old ones, for comments.
proc table_sql {name table {was {}} {columns_were {}}} {
  set parts {}
  set comments {}
  dict for {c column} [dict get $table cols] {
    set comment ""
    if {[has $columns_were $c]} {
      append comment " /* @renamed from=[q [dict get $columns_were $c]] */"
    }
    if {[dict get $column backfill] ne ""} {
      append comment " /* @backfill [dict get $column backfill] */"
    }
    lappend parts "[q $c] [definition $table $c]$comment"
  }
  lappend parts {*}[table_constraints $table]
  set head "CREATE TABLE [q $name] ("
  if {$was ne ""} { append head " /* @renamed from=[q $was] */" }
  return "$head\n  [join $parts ",\n  "]\n) [options $table]"
}

proc index_sql {name table} {
  lmap index [index_list $table] {
    lassign $index i unique columns
    format {CREATE %sINDEX %s ON %s %s} $unique [q $i] [q $name] $columns
  }
}

proc create_sql {s} {
  set sql {}
  dict for {name table} $s { lappend sql [table_sql $name $table] }
  dict for {name table} $s { lappend sql {*}[index_sql $name $table] }
  return $sql
}

# --- Which is which -----------------------------------------------------------

# Matches the things of two dicts: by id, and the rest by
# name. dict: name in `from` -> name in `to`.
proc match {from to} {
  set pairs {}
  set ids {}
  dict for {name x} $to { dict set ids [dict get $x id] $name }
  dict for {name x} $from {
    if {![has $ids [dict get $x id]]} continue
    dict set pairs $name [dict get $ids [dict get $x id]]
  }
  dict for {name x} $from {
    if {[has $pairs $name]} continue
    dict for {other y} $to {
      if {[lower $name] eq [lower $other] && $other ni [dict values $pairs]} {
        dict set pairs $name $other
      }
    }
  }
  return $pairs
}

# `to`, where tables and columns that are known by their names get the ids that
# they have in `from`.
proc with_ids {from to} {
  dict for {t u} [match $from $to] {
    dict set to $u id [dict get $from $t id]
    dict for {c d} [match [dict get $from $t cols] [dict get $to $u cols]] {
      dict set to $u cols $d id [dict get $from $t cols $c id]
    }
  }
  return $to
}

# Returns a table without its name and the order of its parts. NOT NULL says
# nothing in the key of a table WITHOUT ROWID or STRICT; on the rowid it has no
# effect, but follows the models. A key is the same wherever it is said.
proc essence {s t} {
  set table [dict get $s $t]
  set alias [alias_of $table]
  if {$alias eq "" && ([dict get $table wr] || [dict get $table strict])} {
    foreach c [dict get $table pk] { dict set table cols $c notnull 1 }
  }
  if {[dict get $table pk] ne ""} { dict set table form table }
  set columns {}
  dict for {c -} [dict get $table cols] {
    lappend columns [list [lower $c] [definition $table $c]]
  }
  list [lsort $columns] [options $table] [dict get $table auto] \
      [lsort [table_constraints $table]] [lsort [index_list $table]]
}

# Is there nothing to migrate from one schema to the other?
proc same_schema {from to} {
  set pairs [match $from $to]
  if {[dict size $pairs] != [dict size $from] ||
      [dict size $pairs] != [dict size $to]} { return 0 }
  dict for {t u} $pairs {
    if {$t ne $u} { return 0 }
    set columns [match [dict get $from $t cols] [dict get $to $u cols]]
    dict for {c d} $columns { if {$c ne $d} { return 0 } }
    if {[lower [essence $from $t]] ne [lower [essence $to $u]]} { return 0 }
  }
  return 1
}

# --- Rows ---------------------------------------------------------------------

# dict: tag -> {rowid N name literal...}, in the order of the rowid
proc rows {db s t} {
  set table [dict get $s $t]
  set columns [dict keys [dict get $table cols]]
  set list [lmap c $columns { string cat "quote(t." [q $c] ")" }]
  set rowid [expr {[dict get $table wr] ? "''" : "rowid"}]
  set rows {}
  set n [expr {[llength $columns] + 2}]
  set order [expr {[dict get $table wr] ? "tag" : "rowid"}]
  set flat [$db eval "SELECT tag, $rowid, [join $list {, }]
                      FROM main.[q $t] AS t ORDER BY $order"]
  foreach row [split_rows $n $flat] {
    set values [lassign $row tag rowid]
    set r [dict create "" $rowid]
    foreach c $columns v $values { dict set r $c $v }
    dict set rows $tag $r
  }
  return $rows
}

proc split_rows {n flat} {
  set rows {}
  for {set i 0} {$i < [llength $flat]} {incr i $n} {
    lappend rows [lrange $flat $i [expr {$i + $n - 1}]]
  }
  return $rows
}

# {table column tag}: whose foreign keys have no parent.
proc orphans {db s} {
  set found {}
  dict for {t table} $s {
    dict for {c column} [dict get $table cols] {
      lassign [dict get $column ref] parent key
      if {$parent eq ""} continue
      foreach tag [$db eval "SELECT tag FROM main.[q $t] AS t
          WHERE [q $c] IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM main.[q $parent] AS p
            WHERE p.[q $key] = (+t.[q $c]))"] {
        lappend found [list $t $c $tag]
      }
    }
  }
  return $found
}

proc sequence {db t} {
  set seq 0
  catch {
    set seq [$db onecolumn {SELECT seq FROM sqlite_sequence
                            WHERE name = $t COLLATE NOCASE}]
  }
  expr {$seq eq "" ? 0 : $seq}
}

# --- What is kept -------------------------------------------------------------
#
# An entry is a dict: kind, version, direction (of the step that took it), id (of
# the table or column), object, void (1: it was given up), passed (there if its
# table or column is back), discarded (there if its version was), and rows by tag:
#
#   column: {literal was_orphan was_default}; `norm`: what the column said;
#           `type`: its type, and if STRICT; `rules`: what its values obeyed
#   values: {before after}
#   table:  {rowid values was_orphan}; values: column -> literal. `cols` are its
#           columns, `strict` is its option

proc keep {entry} {
  set empty [expr {[dict size [dict get $entry rows]] == 0}]
  if {$empty && [dict get $entry kind] ne "table"} return
  lappend ::J(kept) $entry
}

# The newest entry that has the row, as its place in J(kept), or -1.
proc find_kept {kind id tag} {
  for {set i [llength $::J(kept)]} {[incr i -1] >= 0} {} {
    set e [lindex $::J(kept) $i]
    if {[dict get $e kind] eq $kind && [dict get $e id] == $id &&
        [has $e rows $tag]} { return $i }
  }
  return -1
}

# The same, of values that the opposite step has altered.
proc find_altered {id version direction tag} {
  for {set i [llength $::J(kept)]} {[incr i -1] >= 0} {} {
    set e [lindex $::J(kept) $i]
    if {[dict get $e kind] eq "values" && [dict get $e id] == $id &&
        [dict get $e version] == $version &&
        [dict get $e direction] ne $direction && [has $e rows $tag]} { return $i }
  }
  return -1
}

# Returns the kind of values that a column holds: number, real, text, blob or any, as
# SQLite shows it with 1 and '1'.
proc holds {type strict} {
  if {[info exists ::held($type,$strict)]} { return $::held($type,$strict) }
  sqlite3 probe :memory:
  probe eval "CREATE TABLE t(x $type) [expr {$strict ? "STRICT" : ""}]"
  set is {}
  foreach literal {1 '1'} {
    if {[catch {probe eval "INSERT INTO t VALUES ($literal)"}]} {
      lappend is none
    } else {
      lappend is [probe onecolumn {SELECT typeof(x) FROM t ORDER BY rowid DESC}]
    }
  }
  probe close
  set ::held($type,$strict) [dict get {
    {integer integer} number {real real} real {text text} text {integer text} any
    {none none} blob
  } $is]
}

# Does a column hold all that one of another type held?
proc holds_all {type strict was was_strict} {
  set holds [holds $type $strict]
  expr {$holds eq "any" ||
        ($holds eq [holds $was $was_strict] && $strict <= $was_strict)}
}

# Of a discarded version the values come back that are values of the type which the
# column has now, or all if that is what it was.
proc fits {literal type strict was was_strict} {
  if {$literal eq "NULL" || [holds_all $type $strict $was $was_strict]} { return 1 }
  set holds [holds $type $strict]
  set is [switch -glob $literal {X'* {expr {"blob"}} '* {expr {"text"}}
                                 default {expr {"number"}}}]
  if {$is ne "number" || $holds ni {number real}} { return [expr {$is eq $holds}] }
  if {$holds eq "number" && !$strict} { return 1 }
  sqlite3 probe :memory:
  set same [probe onecolumn "SELECT $literal =\
      CAST($literal AS [expr {$holds eq "real" ? "REAL" : "INTEGER"}])"]
  probe close
  return $same
}

# The rules for the values of a column, but for foreign keys: those of the table
# name columns by their ids.
proc rules_of {table c} {
  set column [dict get $table cols $c]
  set strict [dict get $table strict]
  set rules {}
  if {[dict get $column notnull]} { lappend rules "not null" }
  foreach what {collate check} {
    set text [lower [dict get $column $what]]
    if {$text ne ""} { lappend rules "$what $text" }
  }
  set keys [list [list pk {*}[dict get $table pk]]]
  foreach u [dict get $table uniques] { lappend keys [list unique {*}$u] }
  dict for {- index} [dict get $table indexes] {
    if {[lindex $index 0]} { lappend keys [list index {*}[lrange $index 1 end]] }
  }
  foreach key $keys {
    set columns [lassign $key what]
    if {$c ni $columns} continue
    lappend rules [list $what {*}[lmap x $columns { dict get $table cols $x id }]]
  }
  return $rules
}

proc are_apart {a b} {
  foreach x $a { if {$x in $b} { return 0 } }
  return 1
}

# Do the values of the entry come back to that column?
proc may_return {entry table c} {
  if {![has $entry discarded]} { return 1 }
  if {[dict get $table cols $c backfill] ne ""} { return 0 }
  if {![holds_all [dict get $table cols $c type] [dict get $table strict] \
            {*}[dict get $entry type]]} { return 0 }
  subset [rules_of $table $c] [dict get $entry rules]
}

# It has come home.
proc release {i tag} {
  set e [lindex $::J(kept) $i]
  dict unset e rows $tag
  lset ::J(kept) $i $e
}

# Tables and columns that are there again had their chance, with or without the
# archive: nobody need miss what did not come back.
proc note_chances {from to tables} {
  set new {}
  dict for {u table} $to {
    set t [key_of $tables $u]
    set old {}
    if {$t eq ""} {
      lappend new [dict get $table id]
    } else {
      set old [match [dict get $from $t cols] [dict get $table cols]]
    }
    dict for {c column} [dict get $table cols] {
      if {$c ni [dict values $old]} { lappend new [dict get $column id] }
    }
  }
  set ::J(kept) [lmap e $::J(kept) {
    if {[dict get $e id] in $new} { dict set e passed 1 }
    set e
  }]
}

# Must something that this entry keeps be missed, or may it be?
proc weight {entry} {
  if {[has $entry passed]} { return may }
  dict for {tag row} [dict get $entry rows] {
    switch [dict get $entry kind] {
      table { return must }
      values { return may }   ;# it may follow from what it became
      column { set missed [expr {![lindex $row 2]}] }
    }
    if {$missed && [alive $tag]} { return must }
  }
  return may
}

proc alive {tag} {
  dict for {t -} $::J(live) {
    if {[mirror exists "SELECT 1 FROM main.[q $t] WHERE tag = \$tag"]} {
      return 1
    }
  }
  return 0
}

proc give_up {version} {
  set kept {}
  foreach e $::J(kept) {
    if {$version eq "" || [dict get $e version] <= $version} {
      if {[dict get $e direction] eq "up" && ![dict get $e void]} {
        lose [dict get $e version] [weight $e]
      }
      dict set e void 1
    }
    lappend kept $e
  }
  set ::J(kept) $kept
  set ::J(sequences) [dict filter $::J(sequences) script {id last} {
    expr {$version ne "" && [lindex $last 1] > $version}
  }]
}

# Returns the last number of AUTOINCREMENT of the table with that id, if it is kept.
proc last_sequence {id} {
  expr {[has $::J(sequences) $id] ? [lindex [dict get $::J(sequences) $id] 0] : 0}
}

proc lose {version weight} {
  if {![has $::J(lost) $version] || $weight eq "must"} {
    dict set ::J(lost) $version $weight
  }
}

# A table that comes back without its rows misses nothing of theirs.
proc miss_nothing {tables to} {
  foreach u [dict keys $to] {
    if {$u in [dict values $tables]} continue
    dict for {version -} $::J(lost) { dict set ::J(lost) $version may }
  }
}

# --- Rows without a key ---------------------------------------------------------
#
# A row of a table without a key is known by its rowid and all of its values. If
# VACUUM moves it and it is changed then, nothing of it is what it was, and what
# is kept for it may stay where it is kept.

proc is_keyless {table} {
  set pk [dict get $table pk]
  if {[dict get $table wr] || [alias_of $table] ne ""} { return 0 }
  if {$pk ne "" && [dict get $table strict]} { return 0 }
  foreach c $pk {
    if {![dict get $table cols $c notnull]} { return 1 }
  }
  expr {$pk eq ""}
}

proc rowids_of_keyless {} {
  set rowids {}
  dict for {t table} $::J(live) {
    if {![is_keyless $table]} continue
    lappend rowids {*}[mirror eval "SELECT tag, rowid FROM main.[q $t]"]
  }
  return $rowids
}

proc note_moved {script} {
  set before [rowids_of_keyless]
  eval $script
  dict for {tag rowid} [rowids_of_keyless] {
    if {[dict get $before $tag] ne $rowid} { dict set ::J(moved) $tag 1 }
  }
}

# A step finds again what VACUUM moved, but only where it looks: it may not, as
# long as the table stays without a key.
proc forget_moved {to tables} {
  set moved {}
  foreach u [dict values $tables] {
    if {![is_keyless [dict get $to $u]]} continue
    mirror eval "SELECT tag FROM main.[q $u]" {
      if {[has $::J(moved) $tag]} { dict set moved $tag 1 }
    }
  }
  set ::J(moved) $moved
}

proc rows_of_tags {tags} {
  set found {}
  if {$tags eq ""} return
  dict for {t -} $::J(live) {
    dict for {tag row} [rows mirror $::J(live) $t] {
      if {$tag in $tags} { dict set found $tag $row }
    }
  }
  return $found
}

proc note_blurred {before} {
  dict for {tag row} [rows_of_tags [dict keys $before]] {
    if {$row ne [dict get $before $tag]} { dict set ::J(blurred) $tag 1 }
  }
}

# The first value, or, of a blurred row, what it has if that is the second.
proc blur {first second arrived u what tag} {
  if {![has $::J(blurred) $tag] || [real $arrived $u $what $tag] ne $second} {
    return $first
  }
  return $second
}

# --- A step from one schema to another ----------------------------------------
#
# transition brings mirror and J to the schema `to`, as applying (up) or undoing
# (down) the version must; its result says why that must fail, or is empty. Where
# it may fail, and also where it may not, `perhaps` says why. `arrived` is true
# if the database that $seen names has been there already.

proc transition {to version direction noarchive arrived} {
  set from $::J(live)
  if {!$::archive} { set noarchive 1 }
  set why [purged $version $direction $noarchive]
  if {$why ne ""} { return $why }
  set kept_before [llength $::J(kept)]
  set tables [match $from $to]
  set old_orphans [orphans mirror $from]
  keep_tables $from $to $tables $version $direction $old_orphans
  sqlite3 next :memory:
  foreach sql [create_sql $to] { next eval $sql }
  set returned {}   ;# {table column tag} of kept values that are back
  set why ""
  dict for {u table} $to {
    set t [key_of $tables $u]
    if {$t eq ""} {
      set why [bring_table $u $table $version $direction $noarchive $arrived]
    } else {
      set why [bring_rows $from $t $to $u $version $direction $noarchive $arrived]
    }
    if {$why ne ""} break
  }
  if {$why eq ""} { set why [adopt_orphans $to $old_orphans $tables] }
  if {$why ne ""} { next close; return $why }
  set sequences [next_sequences $from $to $tables $version $noarchive $arrived]
  note_losses $kept_before $version $direction $noarchive
  if {$noarchive} { miss_nothing $tables $to }
  note_chances $from $to $tables
  mirror close
  rename next mirror
  mirror eval "PRAGMA foreign_keys = $::J(foreign_keys);
      PRAGMA recursive_triggers = $::J(recursive_triggers)"
  set ::J(live) $to
  forget_moved $to $tables
  if {$sequences ne ""} { error $sequences }
  return
}

proc key_of {dict value} {
  dict for {key x} $dict { if {$x eq $value} { return $key } }
}

proc purged {version direction noarchive} {
  if {![has $::J(lost) $version]} return
  set weight [dict get $::J(lost) $version]
  dict unset ::J(lost) $version
  if {$direction eq "up" || $noarchive} return
  if {$weight eq "must"} { return "what undoing $version needs was purged" }
  set ::perhaps "something that undoing $version needs may have been purged"
  return
}

proc note_losses {kept_before version direction noarchive} {
  if {!$noarchive} return
  set i 0
  set kept {}
  foreach e $::J(kept) {
    if {[incr i] > $kept_before} {
      if {$direction eq "up" && $::archive} { lose $version [weight $e] }
      dict set e void 1
    }
    lappend kept $e
  }
  set ::J(kept) $kept
}

proc is_default {column literal} {
  set default [dict get $column default]
  expr {$literal eq ($default eq "" ? "NULL" : $default)}
}

# Entries for what is not in `to`.
proc keep_tables {from to tables version direction orphans} {
  dict for {t table} $from {
    set rows [rows mirror $from $t]
    set entry [dict create version $version direction $direction void 0]
    if {![has $tables $t]} {
      set kept {}
      dict for {tag row} $rows {
        set values {}
        dict for {c column} [dict get $table cols] {
          dict set values $c [dict get $row $c]
        }
        set orphan 0
        foreach o $orphans {
          if {[lindex $o 0] eq $t && [lindex $o 2] eq $tag} { set orphan 1 }
        }
        dict set kept $tag \
            [list [dict get $row ""] $values $orphan]
      }
      keep [dict merge $entry [list kind table id [dict get $table id] \
          object $t rows $kept essence [essence $from $t] \
          cols [dict get $table cols] strict [dict get $table strict]]]
      continue
    }
    set u [dict get $tables $t]
    set pairs [match [dict get $table cols] [dict get $to $u cols]]
    dict for {c column} [dict get $table cols] {
      if {[has $pairs $c]} continue
      set kept {}
      dict for {tag row} $rows {
        set v [dict get $row $c]
        dict set kept $tag [list $v [expr {[list $t $c $tag] in $orphans}] \
                                [is_default $column $v]]
      }
      keep [dict merge $entry \
                [list kind column id [dict get $column id] object $t.$c \
                    rows $kept \
                    norm [said $column] rules [rules_of $table $c] \
                    type [list [dict get $column type] [dict get $table strict]]]]
    }
  }
}

# --- What nobody can know beforehand --------------------------------------------
#
# Rowids that come from nowhere are those that the database has: db, or, within a
# call of several versions, a copy of it that goes from version to version. A NULL
# that became a number, of which it is made again when it comes back, may become
# another one the next time: `chosen` are the tags of such rows.

set seen db

proc real {arrived u what tag} {
  set v ""
  if {$arrived} {
    catch {
      set v [$::seen onecolumn "SELECT quote(t.[q $what])
                                FROM main.[q $u] AS t WHERE tag = \$tag"]
    }
  }
  expr {$v eq "" ? "NULL" : $v}
}

proc is_back {arrived u tag} {
  set found 0
  if {$arrived} {
    catch {
      set found [$::seen exists "SELECT 1 FROM main.[q $u] WHERE tag = \$tag"]
    }
  }
  return $found
}

# The rowid, whatever it is called.
proc real_rowid {arrived u alias tag} {
  set v [real $arrived $u rowid $tag]
  if {$v eq "NULL" && $alias ne ""} { set v [real $arrived $u $alias $tag] }
  return $v
}

# A row into the table of `next`; values: name -> literal.
proc insert {u table rowid values} {
  set names [lmap c [dict keys $values] { q $c }]
  set list [dict values $values]
  if {$rowid ne "" && [alias_of $table] eq "" && ![dict get $table wr]} {
    lappend names rowid
    lappend list $rowid
  }
  if {[catch {
    next eval "INSERT OR ABORT INTO main.[q $u]([join $names {, }])
               VALUES ([join $list {, }])"
  } message]} { return "table $u: $message" }
}

# Numbers that nobody has seen are above those that AUTOINCREMENT gave before.
proc go_on_from {table u} {
  set seq [last_sequence [dict get $table id]]
  if {![dict get $table auto] || $seq == 0} return
  set given [next onecolumn {SELECT max(seq) FROM sqlite_sequence
                             WHERE name = $u COLLATE NOCASE}]
  if {$given ne "" && $given >= $seq} return
  next eval {
    DELETE FROM sqlite_sequence WHERE name = $u COLLATE NOCASE;
    INSERT INTO sqlite_sequence SELECT name, $seq FROM sqlite_schema
      WHERE name = $u COLLATE NOCASE
  }
}

# The table with the backfills of the version's script, on the way up.
proc scripted {table version direction} {
  if {$direction ne "up"} { return $table }
  dict for {- recorded} [dict get $::J(scripts) $version] {
    dict for {- column} [dict get $recorded cols] {
      dict set backfills [dict get $column id] [dict get $column backfill]
    }
  }
  dict for {c column} [dict get $table cols] {
    dict set table cols $c backfill [dict get $backfills [dict get $column id]]
  }
  return $table
}

proc bring_rows {from t to u version direction noarchive arrived} {
  upvar 1 returned returned
  set a [dict get $from $t]
  set b [scripted [dict get $to $u] $version $direction]
  set pairs [match [dict get $a cols] [dict get $b cols]]
  set back [lreverse_dict $pairs]
  set alias [alias_of $b]
  set before [rows mirror $from $t]
  set mixed 0   ;# do some rows get a kept rowid, and some a new one?
  if {$alias ne "" && ![has $back $alias] && !$noarchive} {
    foreach e $::J(kept) {
      if {[dict get $e kind] eq "column" && ![dict get $e void] &&
          [dict get $e id] == [dict get [dict get $b cols $alias] id]} {
        set mixed 1
      }
    }
    if {[dict get $b auto] && [last_sequence [dict get $b id]] > 0} { set mixed 1 }
  }
  set late {}   ;# whose new rowid is not known: after all others
  dict for {tag row} $before {
    set values {}
    set free 0
    dict for {d column} [dict get $b cols] {
      if {[has $back $d]} {
        set c [dict get $back $d]
        set v [dict get $row $c]
        set v [present $v $t [keyed $a $c] [keyed $b $d] $tag $version \
                   $direction $noarchive]
        set v [blur $v [dict get $row $c] $arrived $u $d $tag]
        if {$d eq $alias && [dict get $row $c] eq "NULL" &&
            ($v eq "NULL" || [has $::J(chosen) $tag])} {
          set free 1
          dict set ::J(chosen) $tag 1
          continue
        }
        dict set values $d $v
        continue
      }
      set i -1
      if {!$noarchive} {
        set i [find_kept column [dict get $column id] $tag]
      }
      if {$i >= 0 && ![dict get [lindex $::J(kept) $i] void] &&
          [may_return [lindex $::J(kept) $i] $b $d]} {
        set norm [dict get [lindex $::J(kept) $i] norm]
        lassign [dict get [lindex $::J(kept) $i] rows $tag] v orphan default
        set other [expr {$d eq $alias ? [real $arrived $u $d $tag] :
                         [new_value $t $column $tag]}]
        dict set values $d [blur $v $other $arrived $u $d $tag]
        lappend returned [list $u $d $tag [expr {$orphan ? -1 : $i}]]
        release $i $tag
        # A row that held the default says nothing that another one must heed.
        if {$default && !$arrived && $norm ne [said $column]} {
          set ::perhaps "what fills $u.$d may break a rule"
        }
        if {$default && $arrived && $norm ne [said $column]} {
          set now [real $arrived $u $d $tag]
          if {$now in [list [stored $column [new_value $t $column $tag]] $v]} {
            dict set values $d $now
          }
        }
      } elseif {[dict get $column backfill] ne ""} {
        dict set values $d [new_value $t $column $tag]
      } elseif {$d eq $alias && !$mixed && [dict get $row ""] ne ""} {
        dict set values $d [dict get $row ""]
      } elseif {$d eq $alias} {
        set free 1
      }
    }
    set rowid [dict get $row ""]
    if {$free || ($rowid eq "" && $alias eq "" && ![dict get $b wr])} {
      lappend late $tag $values
      continue
    }
    set why [insert $u $b $rowid $values]
    if {$why ne ""} { return $why }
  }
  if {!$noarchive} { go_on_from $b $u }
  foreach {tag values} $late {
    set rowid [real_rowid $arrived $u $alias $tag]
    if {$alias ne ""} { dict set values $alias $rowid }
    set why [insert $u $b $rowid $values]
    if {$why ne ""} { return $why }
  }
  keep_values $to $u $before $back $a $version $direction
  return
}

proc lreverse_dict {dict} {
  set result {}
  dict for {key value} $dict { dict set result $value $key }
  return $result
}

# Returns the value of a row that has none.
proc new_value {t column tag} {
  set sql [dict get $column backfill]
  if {$sql eq ""} { set sql [dict get $column default] }
  if {$sql eq ""} { return NULL }
  mirror onecolumn "SELECT quote($sql) FROM main.[q $t] WHERE tag = \$tag"
}

# The literal as a column of that type holds it.
proc stored {column literal} {
  next eval "
    CREATE TEMP TABLE probe(x [dict get $column type]);
    INSERT INTO probe VALUES ($literal)"
  set value [next onecolumn {SELECT quote(x) FROM temp.probe}]
  next eval { DROP TABLE temp.probe }
  return $value
}

# The value, which is v now, of a column that stays.
proc present {v t a b tag version direction noarchive} {
  if {!$noarchive} {
    set i [find_altered [dict get $a id] $version $direction $tag]
    if {$i >= 0 && ![dict get [lindex $::J(kept) $i] void]} {
      lassign [dict get [lindex $::J(kept) $i] rows $tag] was became
      release $i $tag
      if {$became eq $v} { return $was }
    }
  }
  if {$direction eq "up" && [dict get $b backfill] ne ""} {
    return [new_value $t $b $tag]
  }
  return $v
}

# A column with the NOT NULL that its table's key implies; on a rowid alias it says
# nothing.
proc keyed {t name} {
  set column [dict get $t cols $name]
  if {$name eq [alias_of $t]} {
    dict set column notnull 0
  } elseif {$name in [dict get $t pk] && ([dict get $t wr] || [dict get $t strict])} {
    dict set column notnull 1
  }
  return $column
}

proc norm {column} {
  lmap what {type notnull default collate} { dict get $column $what }
}
proc said {column} { list [norm $column] [dict get $column backfill] }

# Entries for values that are not what they were.
proc keep_values {to u before back a version direction} {
  set after [rows next $to $u]
  dict for {d c} $back {
    set kept {}
    dict for {tag row} $before {
      dict set kept $tag [list [dict get $row $c] [dict get $after $tag $d]]
    }
    keep [list version $version direction $direction void 0 kind values \
              id [dict get $a cols $c id] object $u.$d rows $kept]
  }
}

# The rows of a table that is there again.
proc bring_table {u table version direction noarchive arrived} {
  upvar 1 returned returned to to
  if {$noarchive} return
  set rows {}
  set newest ""
  for {set i [llength $::J(kept)]} {[incr i -1] >= 0} {} {
    set e [lindex $::J(kept) $i]
    if {[dict get $e kind] ne "table" ||
        [dict get $e id] != [dict get $table id]} continue
    if {$newest eq ""} { set newest $i }
    dict for {tag row} [dict get $e rows] {
      if {[has $rows $tag] || [dict get $e void]} continue
      if {$i != $newest && ![is_back $arrived $u $tag]} continue
      dict set rows $tag [list $i {*}$row [lreverse_dict \
          [match [dict get $e cols] [dict get $table cols]]]]
    }
  }
  if {$rows eq ""} return
  set altered [expr {[dict get [lindex $::J(kept) $newest] essence] ne
                     [essence $to $u]}]
  # Those that are there first: with other constraints, not all may be.
  set first [dict keys $rows]
  if {$altered && $arrived} {
    set there {}
    catch { set there [$::seen eval "SELECT tag FROM main.[q $u]"] }
    set first [concat [lmap t $first { if {$t ni $there} continue; set t }] \
                   [lmap t $first { if {$t in $there} continue; set t }]]
  }
  foreach tag $first {
    lassign [dict get $rows $tag] i rowid kept orphan pairs
    set values {}
    set entry [lindex $::J(kept) $i]
    set misfits [lmap d [dict keys $pairs] {
      if {![has $entry discarded] || [fits [dict get $kept [dict get $pairs $d]] \
              [dict get $table cols $d type] [dict get $table strict] \
              [dict get $entry cols [dict get $pairs $d] type] \
              [dict get $entry strict]]} continue
      set d
    }]
    # Without its key it would be another row.
    if {![are_apart $misfits [dict get $table pk]]} continue
    dict for {d column} [dict get $table cols] {
      if {$d in $misfits} continue
      if {[has $pairs $d]} {
        dict set values $d [dict get $kept [dict get $pairs $d]]
      } elseif {$d eq [alias_of $table]} {
        dict set values $d [real_rowid $arrived $u $d $tag]
      }
    }
    if {$rowid eq "" && ![dict get $table wr]} {
      set rowid [real_rowid $arrived $u "" $tag]
    }
    set why [insert $u $table $rowid $values]
    if {$why ne "" && !$altered} { return $why }
    if {$why ne ""} {
      set ::perhaps $why
      continue
    }
    lappend returned [list $u "" $tag [expr {$orphan ? -1 : $i}]]
    if {$misfits eq "" && ![leaves_values $kept $pairs]} { release $i $tag }
  }
}

# Is there a value in the kept row of a column that the table has not got?
proc leaves_values {kept pairs} {
  dict for {c literal} $kept {
    if {$literal ne "NULL" && $c ni [dict values $pairs]} { return 1 }
  }
  return 0
}

# Kept rows and values without a parent stay where they are kept, unless they had
# none before (-1 in `returned`); any other new orphan is an error.
proc adopt_orphans {to old_orphans tables} {
  upvar 1 returned returned
  set back {}
  foreach r $returned { dict set back [lrange $r 0 2] [lindex $r 3] }
  set again 1
  while {$again} {
    set again 0
    foreach o [orphans next $to] {
      lassign $o t c tag
      if {[is_known $back $o]} continue
      if {[has $back [list $t "" $tag]]} {
        set i [dict get $back [list $t "" $tag]]
        if {[dict get [lindex $::J(kept) $i] essence] ne [essence $to $t]} {
          set ::perhaps "$o has no parent"   ;# by what the table is now
        }
        restore_kept $i $to $t $tag
        next eval "DELETE FROM main.[q $t] WHERE tag = \$tag"
        dict unset back [list $t "" $tag]
        set again 1
        break
      }
      if {[has $back $o]} {
        set i [dict get $back $o]
        set column [dict get $to $t cols $c]
        set v [next onecolumn "SELECT quote([q $c]) FROM main.[q $t]
                               WHERE tag = \$tag"]
        set e [lindex $::J(kept) $i]
        dict set e rows $tag [list $v 0 0]
        lset ::J(kept) $i $e
        dict unset back $o
        set default [dict get $column default]
        if {$default eq ""} { set default NULL }
        if {[catch {
          next eval "UPDATE main.[q $t] SET [q $c] = $default WHERE tag = \$tag"
        } message]} { return "table $t: $message" }
        set again 1
        break
      }
    }
  }
  set new [lmap o [orphans next $to] {
    if {[is_known $back $o]} continue
    set o
  }]
  if {[llength $new] > [llength $old_orphans]} {
    return "foreign keys: [lindex $new 0]"
  }
}

proc is_known {back orphan} {
  lassign $orphan t c tag
  foreach place [list $orphan [list $t "" $tag]] {
    if {[has $back $place] && [dict get $back $place] < 0} { return 1 }
  }
  return 0
}

proc restore_kept {i to t tag} {
  set e [lindex $::J(kept) $i]
  set values {}
  set row [dict get [rows next $to $t] $tag]
  dict for {c d} [match [dict get $e cols] [dict get $to $t cols]] {
    dict set values $c [dict get $row $d]
  }
  dict for {c -} [dict get $e cols] {
    if {![has $values $c]} { dict set values $c NULL }
  }
  dict set e rows $tag [list [dict get $row ""] $values 0]
  lset ::J(kept) $i $e
}

# AUTOINCREMENT never forgets, unless told to.
proc next_sequences {from to tables version noarchive arrived} {
  dict for {t table} $from {
    if {[dict get $table auto]} {
      dict set ::J(sequences) [dict get $table id] [list [sequence mirror $t] $version]
    }
  }
  dict for {u table} $to {
    if {![dict get $table auto] || !$arrived} continue
    set t [key_of $tables $u]
    set least 0
    if {!$noarchive || ($t ne "" && [dict get $from $t auto])} {
      set least [last_sequence \
          [dict get [expr {$t eq "" ? $table : [dict get $from $t]}] id]]
    }
    set is [sequence $::seen $u]
    if {$is == 0} { set is $least }   ;# it may be gone again
    if {$is < $least} { return "sequence of $u: is $is, was $least" }
    set name [next onecolumn {SELECT name FROM sqlite_schema
                              WHERE name = $u COLLATE NOCASE}]
    next eval {DELETE FROM sqlite_sequence WHERE name = $name}
    if {$is} { next eval {INSERT INTO sqlite_sequence VALUES ($name, $is)} }
  }
  if {!$noarchive} return
  # Such a step forgets the numbers of tables that it drops, and of those that
  # lose AUTOINCREMENT; not what an earlier step has kept of the others.
  set ::J(sequences) [dict filter $::J(sequences) script {id -} {
    set stays 1
    dict for {t table} $from {
      if {[dict get $table id] == $id} { set stays [expr {![dict get $table auto]}] }
    }
    set there [expr {$stays && $id ni [lmap {t table} $from { dict get $table id }]}]
    dict for {u table} $to {
      if {[dict get $table id] != $id} continue
      set there 1
      if {[dict get $table auto]} { set stays 1 }
    }
    expr {$stays && $there}
  }]
  return
}
