# Real schema histories, as `make corpus` plays them.
#
#     tclsh tests/corpus.tcl DIR ?APP...?
#
# DIR/histories.jsonl.gz has a JSON object a line, a version of an application:
# app, version, schema_sql (its whole schema, a script), and renames, where there
# are any: {tables: {old: new}, columns: {newtable.old: new}}.
#
# Each step, from a version to the next, is played on its own: the schema made by
# its own script, with awkward rows, is adopted, the next declared and migrated
# to. What must come out is found without orm: the schema is that of the next
# script in an empty database, by what PRAGMAs say of it and the words of its
# text, and the rows are those that INSERT ... SELECT brings. Where that fails,
# the migration must fail, say the table, and change nothing; then the step
# is played again with those tables empty. Down again, all is as it was.
#
# Then each history is played in one database: up through all versions, down to
# the bottom, and up again.
#
# Each application is played by a child process, which prints a list a line:
# {kind version outcome text}; see `report`. SEED=n gives other rows.

set tests [file dirname [file normalize [info script]]]
package require sqlite3
source [file join $tests random.tcl]
source [file join $tests adopt.tcl]

proc setting {name default} {
  if {[info exists ::env($name)]} { return $::env($name) }
  return $default
}

# {app version sql renames} of each version: renames as {{old new...} {new.old
# new...}}.
proc histories {dir} {
  set f [open [file join $dir histories.jsonl.gz] rb]
  try { set text [zlib gunzip [read $f]] } finally { close $f }
  sqlite3 json :memory:
  set all {}
  foreach line [split [encoding convertfrom utf-8 $text] \n] {
    if {$line eq ""} continue
    lassign [json eval {
      SELECT json_extract($line, '$.app'), json_extract($line, '$.version'),
             json_extract($line, '$.schema_sql')
    }] app version sql
    set renames [lmap kind {$.renames.tables $.renames.columns} {
      json eval {SELECT key, value FROM json_each($line, $kind)}
    }]
    lappend all [list $app $version $sql $renames]
  }
  json close
  return $all
}

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
                                   randomblob([expr {1 + [rnd 40]}])] }
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
      set found [db eval "SELECT [join $to {, }] FROM main.[q $parent]
                          ORDER BY abs(random()) LIMIT 0"]
      set n [db onecolumn "SELECT count(*) FROM main.[q $parent]"]
    }] || !$n} continue
    foreach column $from value [db eval "SELECT [join $to {, }]
        FROM main.[q $parent] LIMIT 1 OFFSET [rnd $n]"] {
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

# What the next version calls what is there, by its name in small letters:
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

# {table foreign-key} of those whose parent is not there, with small letters.
proc orphans {db {schema main}} {
  set tables [string tolower [$db eval "SELECT name FROM pragma_table_list
                                        WHERE schema = '$schema'"]]
  set found {}
  foreach table [tables_of $db $schema] {
    foreach {parent from to} [string tolower [$db eval "
        SELECT \"table\", group_concat(\"from\"), group_concat(\"to\")
        FROM pragma_foreign_key_list([literal $table], '$schema')
        GROUP BY id"]] {
      if {$parent in $tables} continue
      lappend found [list [string tolower $table] $parent $from $to]
    }
  }
  return $found
}

# A script with the tables that its foreign keys miss.
proc with_parents {sql} {
  sqlite3 probe :memory:
  probe eval $sql
  set parents {}
  foreach orphan [orphans probe] {
    lassign $orphan - parent from to
    dict set parents $parent [names [split [expr {$to eq "" ? $from : $to}] ,]]
  }
  probe close
  dict for {parent key} $parents {
    append sql "\n;CREATE TABLE [q $parent]($key, PRIMARY KEY ($key));"
  }
  return $sql
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
    if {$before >= 0 && [fk_violations expected $name main] > $before} {
      lappend bad $name "FOREIGN KEY constraint failed"
    }
  }
  set orphans [orphans expected old]
  foreach orphan [orphans expected] {
    if {$orphan ni $orphans} { lappend bad [lindex $orphan 1] "is missing" }
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
    dict set all $name wr [db onecolumn {SELECT wr FROM pragma_table_list
                                         WHERE schema = 'main' AND name = $table}]
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
    lappend found {*}[string tolower [probe eval {
      SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr
    }]]
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

# What did not change has the text that its author wrote.
proc check_texts {before described} {
  set now [describe db]
  set changed {}
  foreach {what sql} [texts db] {
    if {![dict exists $before $what] || [dict get $before $what] eq $sql} continue
    set name [string tolower [lrange $what 1 end]]
    foreach one $described {
      if {[lindex $one 1] eq $name && $one in $now} { lappend changed $what }
    }
  }
  if {$changed ne ""} { error "texts that were changed for nothing: $changed" }
}

# What integrity_check says, but for what SQLite 3.40 is wrong of: NULLs in a
# table WITHOUT ROWID that has none.
proc integrity {} {
  lmap line [db eval {PRAGMA main.integrity_check(10000)}] {
    if {[regexp {^NULL value in (.*)\.(.*)$} $line -> table column]
        && [rowid_of db $table] eq ""
        && ![db exists "SELECT 1 FROM main.[q $table] WHERE [q $column] IS NULL"]} {
      continue
    }
    if {$line eq "ok"} continue
    set line
  }
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

# Declare the next version, and migrate to it. Returns {table why}... of those
# whose rows are in the way, when that was said, and nothing changed.
proc migrate {sql renames decided} {
  set was [remember]
  say_renames $renames
  declare $sql
  set bad [expect $sql $renames {}]
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
  same integrity [integrity] {}
  set dump [dump db]
  db eval {SELECT orm_migrate()}
  same "dumps after a second orm_migrate()" [dump db] $dump
  return
}

# From one version to the next, with rows in all tables but those in `empty`. Where
# it is `decided`, columns that need a backfill have one, and foreign keys a parent.
proc step {from to empty decided} {
  lassign $from app version sql
  lassign $to - - next renames
  set ::renumbered [forget_rowids [list $to]]
  if {$decided} { set next [with_parents $next] }
  expr {srand([setting SEED 1] * 10007 + $version * 31 + [string length $app])}
  new_db
  db eval $sql
  fill 8 $empty
  adopt
  db eval "PRAGMA foreign_keys = [rnd 2]"
  db eval "PRAGMA legacy_alter_table = [rnd 2]"
  set was [remember]
  set bad [migrate $next $renames $decided]
  if {$bad ne "" || [db eval {SELECT orm_version()}] == 1} { return $bad }
  db eval {SELECT orm_downgrade()}
  same "schemas, down again" [describe db] [dict get $was described]
  same "rows, down again" [all_rows] [dict get $was rows]
  db eval {SELECT orm_upgrade()}
  verify [dict get $was columns]
  return
}

# The call fails, says one of the tables, and changes nothing.
proc refused {bad} {
  set before [dump db]
  if {![catch {db eval {SELECT orm_migrate()}} message]} {
    error "orm_migrate() should fail: $bad"
  }
  same "dumps after: $message" [dump db] $before
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

# What tells a row of a table apart, as SQL.
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

# Delete the rows that were not there before.
proc delete_new {before now} {
  dict for {table ids} $now {
    foreach id $ids {
      if {$id in [dict get $before $table]} continue
      db eval "DELETE FROM main.[q $table] WHERE [identity $table] = \$id"
    }
  }
}

# What a version is before it is left: with rows that come in some, and how to
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
  db eval [with_parents $sql]
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
    set bad [migrate [with_parents $sql] $renames 1]
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

proc play_steps {versions} {
  foreach {from to} [pairs $versions] {
    set version [lindex $to 1]
    if {[catch {
      set bad [step $from $to {} 0]
      if {$bad ne ""} {
        report step $version refused $::refusal
        set bad [step $from $to {} 1]
      }
      set empty {}
      while {$bad ne ""} {
        lappend empty {*}[dict keys $bad]
        set bad [step $from $to $empty 1]
      }
      report step $version passed
    } message options]} {
      report step $version failed $message
      if {[info exists ::env(VERBOSE)]} { puts stderr [dict get $options -errorinfo] }
    }
  }
}
# --- The child --------------------------------------------------------------------------

proc play {dir app} {
  set versions [lmap v [histories $dir] {
    if {[lindex $v 0] ne $app} continue
    set v
  }]
  set home [pwd]
  set tmp [exec mktemp -d]
  cd $tmp
  try {
    if {![info exists ::env(ONLY_HISTORY)]} {play_steps $versions}
    play_history $versions
  } finally {
    foreach db {db expected other} { catch {$db close} }
    cd $home
    file delete -force $tmp
  }
}

# --- The parent -------------------------------------------------------------------------

proc start {dir app} {
  set f [open "|[list [info nameofexecutable] [info script] -play $dir $app]\
                2>@1"]
  fconfigure $f -blocking 0 -buffering line
  fileevent $f readable [list collect $f $app]
  incr ::running
}

# A child's lines: failures and refusals are said as they come.
proc collect {f app} {
  while {[gets $f line] >= 0} {
    if {[catch {lassign $line kind version outcome text}]
        || $outcome ni {passed refused failed}} {
      lassign [list child - failed $line] kind version outcome text
    }
    foreach who [list $app all] {
      incr ::count($who,$kind,$outcome)
      if {$kind ne "history" || $outcome ne "passed"} continue
      foreach what {versions rows empty} n $text { incr ::count($who,$what) $n }
    }
    if {$outcome ne "passed"} {
      puts "$outcome  $app $version, $kind: [string range $text 0 500]"
      flush stdout
    }
  }
  if {![eof $f]} return
  fconfigure $f -blocking 1
  if {[catch {close $f} message]} {
    incr ::count(all,child,failed)
    puts "failed  $app: $message"
  }
  incr ::running -1
}

proc counted {args} {
  set name [join $args ,]
  expr {[info exists ::count($name)] ? $::count($name) : 0}
}

# Two tables: of the steps, and of the histories.
proc table {apps} {
  set row {%-30s %8s %8s %8s %8s %8s}
  puts [format "\n$row" steps played passed "" failed "refused"]
  foreach app [concat $apps all] {
    set passed [counted $app step passed]
    set failed [counted $app step failed]
    set played [expr {$passed + $failed}]
    puts [format $row $app $played $passed [percent $passed $played] $failed \
              [counted $app step refused]]
  }
  puts [format "\n$row" histories passed failed versions rows "left empty"]
  foreach app [concat $apps all] {
    puts [format $row $app [counted $app history passed] \
              [counted $app history failed] [counted $app versions] \
              [counted $app rows] [counted $app empty]]
  }
}

proc percent {n of} {
  if {$of} { format %.1f%% [expr {100.0 * $n / $of}] }
}

proc main {dir only} {
  if {![file exists [file join $dir histories.jsonl.gz]]} {
    puts "there is no $dir/histories.jsonl.gz: say where it is by make corpus\
          CORPUS=directory"
    exit 1
  }
  set apps [lsort -unique [lmap v [histories $dir] { lindex $v 0 }]]
  if {$only ne ""} { set apps $only }
  set ::running 0
  foreach app $apps {
    start $dir $app
    while {$::running >= [setting JOBS [exec nproc]]} { vwait running }
  }
  while {$::running} { vwait running }
  table $apps
  set passed [expr {[counted all step passed] + [counted all history passed]}]
  set failed [expr {[counted all step failed] + [counted all history failed]
                    + [counted all child failed]}]
  puts "$passed passed, $failed failed"
  exit [expr {$failed > 0}]
}

set lib [file join [file dirname $tests] build orm.so]
if {[lindex $argv 0] eq "-play"} {
  play {*}[lrange $argv 1 end]
} else {
  main [file normalize [lindex $argv 0]] [lrange $argv 1 end]
}
