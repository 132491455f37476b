# The steps of `make corpus` for one application, or for one database with data:
# see corpus.tcl. Source it after random.tcl.

# --- Databases ------------------------------------------------------------------

proc open_db {db file} {
  sqlite3 $db $file
  $db enable_load_extension 1
  $db eval {SELECT load_extension($::lib)}
  $db eval {PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY}
}

proc new_db {} {
  catch {db close}
  file delete test.db
  open_db db test.db
}

# The declarations say what the step renames.
proc say_renames {renames} {
  lassign $renames tables columns
  foreach {old new} $tables {
    db eval {UPDATE orm_model SET table_name = $new
             WHERE table_name = $old COLLATE NOCASE}
    if {[db changes] != 1} { error "there is no table $old to rename" }
  }
  foreach {old new} $columns {
    set table [join [lrange [split $old .] 0 end-1] .]
    set old [lindex [split $old .] end]
    db eval {UPDATE orm_column SET name = $new
             WHERE name = $old AND model = (
               SELECT name FROM orm_model
               WHERE table_name = $table COLLATE NOCASE)}
    if {[db changes] != 1} { error "there is no column $table.$old to rename" }
  }
}

proc declare {sql} { db eval {SELECT orm_declare($sql, 'replace')} }

# --- Rows -------------------------------------------------------------------------

# Tables, parents before their children as far as that goes.
proc parents_first {} {
  set left [tables_of db]
  set sorted {}
  while {$left ne ""} {
    set ready [lmap table $left {
      set waits 0
      foreach parent [db eval "SELECT \"table\" FROM
                               pragma_foreign_key_list([literal $table])"] {
        if {$parent ne $table && $parent in $left} { set waits 1 }
      }
      if {$waits} continue
      set table
    }]
    if {$ready eq ""} { set ready [lrange $left 0 0] }
    lappend sorted {*}$ready
    set left [lmap table $left { if {$table in $ready} continue; set table }]
  }
  return $sorted
}

set words {{} a A { b } it's {Größe 漢字} 007 12 1e3 "two\nlines" NULL
  2026-01-31 {2026-01-31 12:00:00} {{"a": [1, null]}} true x'00'}

# A value for a column, as SQL: what its type leads one to expect, or, where
# that is not `tame`, anything.
proc some_value {type literals tame} {
  if {$literals ne "" && [chance 0.4]} { return [pick $literals] }
  if {!$tame && [chance 0.15]} { return NULL }
  if {!$tame && [chance 0.25]} {
    return [pick [list -1 1.5 9223372036854775807 -9223372036854775808 1e300 \
                      x'00ff' zeroblob(3) char(0x1F600) '' [literal [pick $::words]]]]
  }
  switch -regexp -nocase -- $type {
    int - serial       { pick [list 0 1 [rnd 10] [rnd 1000000]] }
    bool               { pick {0 1} }
    date|time          { pick [list '2026-0[expr {1 + [rnd 9]}]-11 10:0[rnd 10]:00' \
                                   [expr {1700000000 + [rnd 100000]}]] }
    real|floa|doub|num { pick [list 0 0.25 [rnd 1000] -1e10] }
    blob               { pick [list x'' x'[format %04x [rnd 65536]]' \
                                   "x'[string repeat [format %02x [rnd 256]] [rnd 40]]'"] }
    default            { pick [list [literal [pick $::words]] 'u[rnd 1000000]' \
                                   'u[rnd 1000000]'] }
  }
}

# A row, as an INSERT. Foreign keys are those of a parent, where there is one.
proc some_row {table literals tame} {
  set values {}
  foreach {name type hidden notnull default} [db eval "
      SELECT name, type, hidden, \"notnull\", dflt_value
      FROM pragma_table_xinfo([literal $table])"] {
    if {$hidden || [chance 0.1]} continue
    if {$default ne "" && [chance 0.2]} continue
    if {!$notnull && [chance 0.15]} { dict set values $name NULL; continue }
    dict set values $name [some_value $type $literals $tame]
  }
  set values [dict merge $values [parents_of $table]]
  if {$values eq ""} { return "INSERT INTO main.[q $table] DEFAULT VALUES" }
  return "INSERT OR IGNORE INTO main.[q $table]([names [dict keys $values]])
          VALUES ([join [dict values $values] {, }])"
}

proc parents_of {table} {
  set values {}
  foreach id [db eval "SELECT DISTINCT id FROM
                       pragma_foreign_key_list([literal $table])"] {
    if {[chance 0.1]} continue
    set from {}
    set to {}
    set parent {}
    foreach {parent column key} [db eval "
        SELECT \"table\", \"from\", coalesce(\"to\", (
            SELECT k.name FROM pragma_table_info(f.\"table\") AS k
            WHERE k.pk = f.seq + 1))
        FROM pragma_foreign_key_list([literal $table]) AS f WHERE id = $id"] {
      lappend from $column
      lappend to "quote([q $key])"
    }
    if {[catch {
      set n [db onecolumn "SELECT count(*) FROM main.[q $parent]"]
      set row [db eval "SELECT [join $to {, }] FROM main.[q $parent]
                        LIMIT 1 OFFSET [rnd $n]"]
    }] || $row eq ""} continue
    foreach column $from value $row {
      dict set values $column $value
    }
  }
  return $values
}

# Up to n rows for each table but those in `empty`. What the schema refuses is
# tried again, tamer.
proc fill {n empty} {
  db eval {PRAGMA foreign_keys = 1}
  foreach table [parents_first] {
    if {[string tolower $table] in $empty} continue
    set sql [db onecolumn {SELECT sql FROM sqlite_schema
                           WHERE type = 'table' AND name = $table}]
    set literals [regexp -all -inline {'(?:[^']|'')*'} $sql]
    for {set i 0} {$i < $n} {incr i} {
      foreach tame {0 0 1 1 1 1} {
        if {![catch {db eval [some_row $table $literals $tame]}]
            && [db changes]} break
      }
    }
  }
  db eval {PRAGMA foreign_keys = 0}
}

# --- What must come out ---------------------------------------------------------------

# The names of the existing objects in the next version, by name in small letters:
# tables, {new old}..., and columns, {new {new old}...}...
proc renames_by_new {renames} {
  lassign $renames tables columns
  set of_tables {}
  foreach {old new} $tables {
    dict set of_tables [string tolower $new] [string tolower $old]
  }
  set of_columns {}
  foreach {old new} $columns {
    set table [string tolower [join [lrange [split $old .] 0 end-1] .]]
    dict set of_columns $table [string tolower $new] \
        [string tolower [lindex [split $old .] end]]
  }
  list $of_tables $of_columns
}

# {table parent from to}... of the foreign keys whose parent is missing, in small
# letters.
proc orphans {db} {
  set tables [string tolower [$db eval {SELECT name FROM sqlite_schema
                                        WHERE type IN ('table', 'view')}]]
  set found {}
  foreach table [tables_of $db] {
    foreach {parent from to} [string tolower [$db eval "
        SELECT \"table\", group_concat(\"from\"), group_concat(\"to\")
        FROM pragma_foreign_key_list([literal $table])
        GROUP BY id"]] {
      if {$parent in $tables} continue
      lappend found [list [string tolower $table] $parent $from $to]
    }
  }
  return $found
}

# Those that the schema on `expected` has and test.db has not: they are refused
# unless they are declared as external.
proc new_orphans {} {
  set before [orphans db]
  lmap orphan [orphans expected] {
    if {$orphan in $before} continue
    set orphan
  }
}

# A script with `@external` after each foreign key whose parent is missing.
proc with_external {sql} {
  sqlite3 probe :memory:
  probe eval $sql
  set missing [lmap orphan [orphans probe] { lindex $orphan 1 }]
  probe close
  if {$missing eq ""} { return $sql }
  set marked ""
  set at 0
  set clause 0   ;# 1 behind REFERENCES, 2 behind the name of a missing table
  foreach span [regexp -all -inline -indices $::token $sql] {
    set text [string range $sql {*}$span]
    set word [lindex [tokens $text ""] 0]
    set end [expr {[lindex $span 1] + 1}]
    if {$clause == 2} {
      # The columns of the key belong to its name.
      if {$word eq "("} { set end [expr {[string first ) $sql $end] + 1}] }
      if {$word ne "("} { set end [lindex $span 0] }
      append marked [string range $sql $at $end-1] { /* @external */ }
      set at $end
      set clause 0
    } elseif {$clause == 1} {
      set clause [expr {$word in $missing ? 2 : 0}]
    } elseif {[string equal -nocase $text references]} {
      set clause 1
    }
  }
  append marked [string range $sql $at end]
}

# On connection `expected`: the schema of sql, with the rows of test.db. Returns
# {table why}... of those whose rows it does not take, in small letters.
proc expect {sql renames backfills} {
  catch {expected close}
  sqlite3 expected :memory:
  expected eval $sql
  expected config enable_trigger 0
  expected eval {ATTACH 'test.db' AS old; BEGIN}
  lassign [renames_by_new $renames] tables columns
  set there {}
  foreach table [tables_of expected old] {
    dict set there [string tolower $table] $table
  }
  set ::numbered {}
  set ::kept {}
  set bad {}
  foreach table [tables_of expected] {
    set name [string tolower $table]
    set was [column_before $name [dict keys $there] $tables]
    if {$was eq ""} continue
    dict set ::kept $name $was
    set was [dict get $there $was]
    set of [expr {[dict exists $columns $name] ? [dict get $columns $name] : ""}]
    set n [expected onecolumn "SELECT count(*) FROM old.[q $was]"]
    if {$n && [catch {bring expected $table $backfills $was $of} message]} {
      lappend bad $name $message
    }
  }
  dict for {name was} $::kept {
    set before [fk_violations expected $was old]
    if {$before >= 0 && [orphan_rows expected $name] > $before} {
      lappend bad $name "FOREIGN KEY constraint failed"
    }
  }
  expected eval {COMMIT; DETACH old}
  expected config enable_trigger 1
  return $bad
}

# The columns whose defaults depend on when they are taken.
proc timely {table} {
  expected eval "SELECT lower(name) FROM pragma_table_info([literal $table])
      WHERE dflt_value LIKE '%now%' OR dflt_value LIKE '%current!_%' ESCAPE '!'
        OR dflt_value LIKE '%random%'"
}

# test.db is as `expected` is.
proc verify {columns} {
  same schemas [describe db] [describe expected]
  foreach table [tables_of expected] {
    set name [string tolower $table]
    set without {}
    set rowid 0
    if {[dict exists $::kept $name]} {
      set was [dict get $::kept $name]
      set rowid [expr {![dict get $columns $was wr]}]
      set without [lmap column [timely $table] {
        if {$column in [dict get $columns $was names]} continue
        set column
      }]
    }
    if {$name in $::numbered} { set rowid 0 }
    same "rows of $table" [rows_of db $table $rowid main $without] \
        [rows_of expected $table $rowid main $without]
  }
}

# Of each table, in small letters: its columns, and whether it has no rowid.
proc columns_before {} {
  set all {}
  foreach table [tables_of db] {
    set name [string tolower $table]
    dict set all $name names [string tolower [dict keys [columns_of db $table]]]
    dict set all $name wr [is_rowidless db $table]
  }
  return $all
}

proc all_rows {} {
  set all {}
  foreach table [tables_of db] {
    lappend all $table [rows_of db $table \
        [expr {[string tolower $table] ni $::renumbered}]]
  }
  return $all
}

# The tables of these versions that are, or become, tables WITHOUT ROWID: such a
# one forgets the rowids that nobody gave a name.
proc forget_rowids {versions} {
  set found {}
  foreach version [lreverse $versions] {
    lassign $version - - sql renames
    sqlite3 probe :memory:
    probe eval $sql
    foreach table [tables_of probe] {
      if {[is_rowidless probe $table]} { lappend found [string tolower $table] }
    }
    probe close
    foreach {old new} [lindex $renames 0] {
      if {[string tolower $new] in $found} { lappend found [string tolower $old] }
    }
  }
  return [lsort -unique $found]
}

proc violations {} {
  lmap table [tables_of db] { fk_violations db $table main }
}

# An unchanged object has the text that its author wrote. PRAGMAs do not tell of a
# key that is said twice, so these are counted.
proc check_texts {before described} {
  set now [describe db]
  set changed {}
  foreach {what sql} [texts db] {
    if {![dict exists $before $what] || [dict get $before $what] eq $sql} continue
    set keys [lmap text [list $sql [dict get $before $what]] {
      llength [lsearch -all -exact [tokens $text ""] unique]
    }]
    if {[lindex $keys 0] != [lindex $keys 1]} continue
    set name [string tolower [lrange $what 1 end]]
    foreach one $described {
      if {[lindex $one 1] eq $name && $one in $now} { lappend changed $what }
    }
  }
  if {$changed ne ""} { error "texts that were changed for nothing: $changed" }
}

# --- A step -----------------------------------------------------------------------------

# A backfill for each new column that must have a value, and whose table has
# rows that have none: {table column expression}...
proc backfills {renames} {
  lassign [renames_by_new $renames] tables columns
  set found {}
  dict for {name was} $::kept {
    set there [string tolower [dict keys [columns_of db $was]]]
    set of [expr {[dict exists $columns $name] ? [dict get $columns $name] : ""}]
    foreach column [expected eval "SELECT name FROM
        pragma_table_info([literal $name])
        WHERE \"notnull\" AND dflt_value IS NULL"] {
      if {[column_before $column $there $of] ne ""} continue
      set id [rowid_of db $was]
      lappend found $name $column [expr {$id eq "" ? 1 : $id}]
    }
  }
  return $found
}

proc say_backfills {backfills} {
  foreach {table column expression} $backfills {
    db eval {UPDATE orm_column SET backfill = $expression
             WHERE name = $column AND model = (
               SELECT name FROM orm_model
               WHERE table_name = $table COLLATE NOCASE)}
  }
}

# A database that must not have changed but as it should: what it was.
proc remember {} {
  list described [describe db] texts [texts db] rows [all_rows] \
      columns [columns_before] sequences [sequences db main]
}

# Declare the next version, and migrate to it. Returns {table why}... of the tables
# whose rows or foreign keys are in the way, after a refusal that says so and
# changes nothing.
proc migrate {sql renames decided} {
  set was [remember]
  say_renames $renames
  declare [expr {$decided ? [with_external $sql] : $sql}]
  set bad [expect $sql $renames {}]
  set orphans [expr {$decided ? "" : [new_orphans]}]
  if {$orphans ne ""} {
    refused_orphans $orphans
    return [concat {*}[lmap orphan $orphans { list [lindex $orphan 0] "is missing" }]]
  }
  if {$bad ne "" && $decided} {
    set backfills [backfills $renames]
    say_backfills $backfills
    set bad [expect $sql $renames $backfills]
  }
  if {$bad ne ""} {
    refused $bad
    return $bad
  }
  db eval {SELECT orm_migrate()}
  verify [dict get $was columns]
  no_difference
  check_texts [dict get $was texts] [dict get $was described]
  check_sequences [dict get $was sequences]
  same integrity [unsound db] {}
  set dump [dump db]
  db eval {SELECT orm_migrate()}
  same "dumps after a second orm_migrate()" [dump db] $dump
  return
}

# From one version to the next, with the rows of a script and up to n generated
# rows in each table that is not in `empty`. Where it is `decided`, columns that
# need a backfill have one, and foreign keys without a parent are external.
proc step {from to rows n empty decided} {
  lassign $from app version sql
  lassign $to - - next renames
  set ::renumbered [forget_rowids [list $to]]
  expr {srand([setting SEED 1] * 10007 + $version * 31 + [string length $app])}
  new_db
  db eval $sql
  if {$empty eq ""} { db eval $rows }
  fill $n $empty
  adopt
  db eval "PRAGMA foreign_keys = [rnd 2]"
  db eval "PRAGMA legacy_alter_table = [rnd 2]"
  set was [remember]
  set bad [migrate $next $renames $decided]
  if {$bad ne "" || [db eval {SELECT orm_version()}] == 1} { return $bad }
  db eval {SELECT orm_downgrade()}
  same "schemas, down again" [describe db] [dict get $was described]
  same "rows, down again" [all_rows] [dict get $was rows]
  same "integrity, down again" [unsound db] {}
  db eval {SELECT orm_upgrade()}
  verify [dict get $was columns]
  same "integrity, up again" [unsound db] {}
  return
}

# orm_migrate() fails and changes nothing. Returns its message.
proc refusal {why} {
  set before [dump db]
  if {![catch {db eval {SELECT orm_migrate()}} message]} {
    error "orm_migrate() should fail: $why"
  }
  same "dumps after: $message" [dump db] $before
  return $message
}

# The refusal names one of the foreign keys, and the table that it misses.
proc refused_orphans {orphans} {
  set message [refusal $orphans]
  foreach orphan $orphans {
    lassign $orphan table parent from
    set key "the foreign key of \"[join [split $from ,] {", "}]\" points to table\
        \"$parent\""
    if {[string first $key [string tolower $message]] >= 0} {
      set ::refusal $message
      return
    }
  }
  error "$message: does not name a key and its table of $orphans"
}

# The refusal names one of the tables.
proc refused {bad} {
  set message [refusal $bad]
  foreach {table why} $bad {
    if {[string first "\"$table\"" [string tolower $message]] >= 0} {
      set ::refusal $message
      return
    }
  }
  error "$message: says nothing of $bad"
}

# Lines for the parent: each step passed, was refused (and why), or failed; so
# each history, with the text {versions rows tables-left-empty} if it passed.
proc report {kind version outcome {text ""}} {
  puts [list $kind $version $outcome [string map {\n { }} $text]]
  flush stdout
}

# --- A whole history ----------------------------------------------------------------------

# Returns SQL that tells a row of a table apart.
proc identity {table} {
  set id [rowid_of db $table]
  if {$id ne "" && [string tolower $table] ni $::renumbered} { return $id }
  join [lmap {name hidden} [columns_of db $table] {
    string cat "quote([q $name])"
  }] { || ' ' || }
}

proc identities {} {
  set all {}
  foreach table [tables_of db] {
    dict set all $table [db eval "SELECT [identity $table] FROM main.[q $table]"]
  }
  return $all
}

# Delete the rows that are new.
proc delete_new {before now} {
  dict for {table ids} $now {
    foreach id $ids {
      if {$id in [dict get $before $table]} continue
      db eval "DELETE FROM main.[q $table] WHERE [identity $table] = \$id"
    }
  }
}

# Describes a version before it is left: with rows that come in some, and how to
# take those out again.
proc stop {version every empty} {
  set stop [dict create described [describe db] before [all_rows] \
                old [identities]]
  if {$every && $version % $every == 0} { fill 3 $empty }
  dict set stop rows [all_rows]
  dict set stop new [identities]
  return $stop
}

# Through all versions, with rows from the first one on. Returns {table why}...
# where rows are in the way.
proc history {versions empty} {
  lassign [lindex $versions 0] app - sql
  set ::renumbered [forget_rowids $versions]
  expr {srand([setting SEED 1] * 10007 + [string length $app])}
  new_db
  db eval $sql
  fill 8 $empty
  adopt
  set names {}   ;# of each table, and what it was called before
  foreach to [lrange $versions 1 end] {
    lassign $to - version sql renames
    set ::at $version
    set number [db eval {SELECT orm_version()}]
    if {![info exists stops($number)]} {
      set stops($number) [stop $version 6 $empty]
    }
    set bad [migrate $sql $renames 1]
    foreach {table why} $bad {
      lappend empty {*}[names_of $table $names]
    }
    if {$bad ne ""} { return $empty }
    dict for {name was} $::kept {
      dict set names $name [concat $name [names_of $was $names]]
    }
  }
  set head [db eval {SELECT orm_version()}]
  set stops($head) [stop $version 0 $empty]
  copy $head
  down $head stops
  set ::at "up again"
  db eval {SELECT orm_upgrade()}
  same schemas [describe db] [dict get $stops($head) described]
  same_or_less [all_rows] [dict get $stops($head) rows]
  set rows [dict values [dict get $stops($head) rows]]
  set ::played [list $head [llength [concat {*}$rows]] \
                    [llength [lsort -unique $empty]]]
  return
}

proc names_of {table names} {
  expr {[dict exists $names $table] ? [dict get $names $table] : $table}
}

# The recorded versions, on an empty database, make the same schema.
proc copy {head} {
  file delete -force repository
  db eval {SELECT orm_export('repository')}
  open_db other :memory:
  other eval {SELECT orm_import('repository'); SELECT orm_upgrade()}
  same "schemas of a copy" [describe other] [describe db]
  same "version of a copy" [other eval {SELECT orm_version()}] $head
  other close
}

# Down to the first, everything at each version as it was.
proc down {head stops} {
  upvar 1 $stops stop
  for {set number $head} {1} {incr number -1} {
    set ::at "down at $number of $head"
    same schemas [describe db] [dict get $stop($number) described]
    same rows [all_rows] [dict get $stop($number) rows]
    delete_new [dict get $stop($number) old] [dict get $stop($number) new]
    same "rows without those that came in it" [all_rows] \
        [dict get $stop($number) before]
    if {$number == 1} break
    db eval {SELECT orm_downgrade()}
  }
}

# No row is there that was not.
proc same_or_less {rows before} {
  foreach {table now} $rows {
    foreach row $now {
      if {$row ni [dict get $before $table]} { error "$table has a row $row" }
    }
  }
}

proc play_history {versions} {
  set empty {}
  set ::at 1
  if {[catch {
    while {[set more [history $versions $empty]] ne ""} { set empty $more }
    report history [llength $versions] passed $::played
  } message options]} {
    report history $::at failed $message
    if {[info exists ::env(VERBOSE)]} {
      puts stderr "without [lsort -unique $empty]: [dict get $options -errorinfo]"
    }
  }
}

# --- A database with data -----------------------------------------------------------------

# Each of its tables changes, one version each, so that it is rewritten; then all
# are renamed at once; then back to what it was.
proc sample {file} {
  set ::renumbered {}
  file copy $file test.db
  file attributes test.db -permissions u+w
  open_db db test.db
  set described [describe db]
  set rows [all_rows]
  adopt
  foreach table [tables_of db] {
    set ::at $table
    set texts [texts db]
    db eval {
      INSERT INTO orm_column(model, name, definition)
        SELECT name, 'more of it', 'INT NOT NULL DEFAULT 7 CHECK ("more of it" > 0)'
        FROM orm_model WHERE table_name = $table;
      SELECT orm_migrate();
    }
    no_difference
    dict unset texts "table $table"
    set now [texts db]
    dict unset now "table $table"
    same texts $now $texts
    dict set more $table [rows_of db $table 1 main {{more of it}}]
  }
  same rows $more $rows
  set ::at renamed
  db eval {
    UPDATE orm_model SET table_name = table_name || ' 2';
    SELECT orm_migrate();
  }
  no_difference
  same "numbers of rows" [lmap {table list} [all_rows] { llength $list }] \
      [lmap {table list} $rows { llength $list }]
  set ::at back
  db eval {SELECT orm_downgrade(1)}
  same schemas [describe db] $described
  same rows [all_rows] $rows
  same integrity [unsound db] {}
}

proc play_sample {file} {
  set ::at adoption
  if {[catch { sample $file } message options]} {
    report sample $::at failed $message
    if {[setting VERBOSE 0]} { puts stderr [dict get $options -errorinfo] }
  } else {
    report sample "" passed
  }
}

# --- All of an application --------------------------------------------------------------

# The pairs of versions to go from and to. STRIDE=n goes n versions at a time, or
# back; the names are those of new things then.
proc pairs {versions} {
  set stride [setting STRIDE 1]
  if {$stride < 0} { set versions [lreverse $versions] }
  set pairs {}
  foreach from $versions to [lrange $versions [expr {abs($stride)}] end] {
    if {$to eq ""} break
    if {$stride != 1} { lset to 3 {} }
    lappend pairs $from $to
  }
  return $pairs
}

# A step until nothing is in its way: as it is, then with backfills and @external,
# then with the tables left empty whose rows are refused. Reports one line.
proc play_step {kind label from to rows n} {
  if {[catch {
    set bad [step $from $to $rows $n {} 0]
    if {$bad ne ""} {
      report $kind $label refused $::refusal
      set bad [step $from $to $rows $n {} 1]
    }
    set empty {}
    while {$bad ne ""} {
      lappend empty {*}[dict keys $bad]
      set bad [step $from $to $rows $n $empty 1]
    }
    report $kind $label passed
  } message options]} {
    report $kind $label failed $message
    if {[info exists ::env(VERBOSE)]} { puts stderr [dict get $options -errorinfo] }
  }
}

proc play_steps {versions} {
  foreach {from to} [pairs $versions] {
    play_step step [lindex $to 1] $from $to {} 8
  }
}

# --- Pairs ------------------------------------------------------------------------------

# Each pair is played twice: with its own rows alone, then with generated rows, too.
proc play_pair {number name before rows after renames} {
  set from [list pairs $number $before {}]
  set to [list pairs $number $after $renames]
  play_step pair "$number ($name)" $from $to $rows 0
  play_step pair "$number ($name), more rows" $from $to $rows 8
}
