# Random schemas with odd names, changes of them, and rows: for tests that migrate
# from one to the next. Source it after tester.tcl and random.tcl.

# --- Schemas --------------------------------------------------------------------
#
# A schema is a dict: tables, indexes, views, triggers, each a dict by name.
# A table: cols (a dict by name), pk, pkform, auto, wr, strict, uniques, checks,
# fks. Texts that name a table or columns keep them in `on` and `uses`, so that
# they go when those go.

set table_names {t user order {two words} it's quo"te Größe a.b select 100%s
  FooBar x--y}
set column_names {a b c id name group {x y} it's q"t é Key rowid %d C--}
set view_names {v {view 2} user order}
set trigger_names {tr {tr 2} t user}
set types {INTEGER INT TEXT REAL BLOB NUMERIC {} VARCHAR(10) String DATETIME
  {DOUBLE PRECISION} BIGINT}
set strict_types {INTEGER INT TEXT REAL BLOB ANY}

proc quoted {name} {
  if {[regexp {^[a-z]+$} $name] && $name ni {order group select}} {
    return [pick [list $name $name [q $name]]]
  }
  pick [list [q $name] "\[$name\]"]   ;# no name has a ]
}

proc random_type {strict} {
  pick [expr {$strict ? $::strict_types : $::types}]
}

proc random_default {type strict} {
  if {$strict && $type in {INTEGER INT REAL}} { return [pick {0 7 -1 (1+1)}] }
  if {$strict && $type eq "TEXT"} { return [pick {'x' '' ('a'||'b')}] }
  if {$strict && $type eq "BLOB"} { return "x'00ff'" }
  pick {0 7 -1 +3 1.5 'x' '' 'it''s' x'00ff' (1+1) ('a'||'b') NULL word true}
}

proc random_check {table name} {
  set c [pick [list [q $name] "[q $table].[q $name]"]]
  pick [list "$c <> [rnd 6]" "length($c) < [expr {2 + [rnd 3]}]" \
            "typeof($c) <> 'blob'" "$c IS NOT NULL" "$c <> 'a)b'"]
}

proc random_column {table strict others} {
  set c [dict create type [random_type $strict] notnull 0 default {} check {} \
             collate {} gen {} stored 0 backfill {}]
  set type [dict get $c type]
  if {$others ne "" && [chance 0.08]} {
    set of [q [pick $others]]
    dict set c gen [pick [list "$of || 'x'" "length($of)" "coalesce($of, 1)"]]
    if {$strict} { dict set c type ANY }
    dict set c uses [list [string trim $of \"]]
    dict set c stored [chance 0.5]
    return $c
  }
  if {[chance 0.4]} { dict set c default [random_default $type $strict] }
  dict set c notnull [chance [expr {[dict get $c default] eq "" ? 0.1 : 0.4}]]
  if {[chance 0.15]} { dict set c collate [pick {NOCASE RTRIM BINARY}] }
  return $c
}

proc plain_columns {t} {
  set plain {}
  dict for {name c} [dict get $t cols] {
    if {[dict get $c gen] eq ""} { lappend plain $name }
  }
  return $plain
}

# A primary key of any form, or none.
proc random_key {t} {
  set plain [plain_columns $t]
  dict set t auto 0
  dict set t wr 0
  dict set t pkform table
  dict set t pk [some $plain [pick {0 1 1 1 2}]]
  set pk [dict get $t pk]
  if {[llength $pk] == 1} {
    set column [lindex $pk 0]
    dict set t pkform [pick {column column table desc}]
    if {[chance 0.6]} {
      dict set t cols $column type INTEGER
      dict set t cols $column default {}
      dict set t auto [expr {[dict get $t pkform] ne "desc" && [chance 0.3]}]
    }
  }
  if {$pk ne "" && ![dict get $t auto]} { dict set t wr [chance 0.2] }
  return $t
}

proc random_table {name} {
  set strict [chance 0.2]
  set t [dict create cols {} pk {} pkform table auto 0 wr 0 strict $strict \
             uniques {} checks {} fks {}]
  foreach column [some $::column_names [expr {1 + [rnd 5]}]] {
    set plain [plain_columns $t]
    dict set t cols $column [random_column $name $strict $plain]
    if {[chance 0.1]} {
      dict set t cols $column check [random_check $name $column]
    }
  }
  set t [random_key $t]
  if {[chance 0.3]} { dict lappend t uniques [random_unique $t] }
  if {[chance 0.15]} { dict lappend t checks [table_check $name $t] }
  return $t
}

proc random_unique {t} { some [plain_columns $t] [pick {1 1 2}] }

proc table_check {name t} {
  set c [pick [dict keys [dict get $t cols]]]
  list uses [list $c] sql [random_check $name $c]
}

# Returns the targets of a foreign key: {columns...}, or "" for its primary key said
# by the table's name alone.
proc keys_of {t} {
  set keys [dict get $t uniques]
  set pk [dict get $t pk]
  if {$pk ne ""} { lappend keys $pk }
  return $keys
}

proc random_fk {schema name} {
  set t [dict get $schema tables $name]
  set parents [dict keys [dict get $schema tables]]
  set parent [pick [list $name {*}$parents]]
  set keys [keys_of [dict get $schema tables $parent]]
  set key [pick $keys]
  set plain [plain_columns $t]
  if {$key eq "" || [llength $plain] < [llength $key]} return
  set sql [q $parent]
  set implied [expr {$key eq [dict get $schema tables $parent pk]
                     && [chance 0.4]}]
  if {!$implied} { append sql "([names $key])" }
  append sql [pick {{} { ON DELETE CASCADE} { ON DELETE SET NULL}
    { ON UPDATE CASCADE} { ON DELETE RESTRICT}
    { DEFERRABLE INITIALLY DEFERRED}}]
  list cols [some $plain [llength $key]] parent $parent key $key \
      implied $implied sql $sql
}

proc random_index {schema} {
  set name [pick [dict keys [dict get $schema tables]]]
  set t [dict get $schema tables $name]
  set uses [some [dict keys [dict get $t cols]] [pick {1 1 2}]]
  set terms [lmap c $uses {
    set c [q $c]
    pick [list $c $c "$c DESC" "$c COLLATE NOCASE" "length($c)" "$c || 'x'"]
  }]
  set sql "ON [q $name] ([join $terms {, }])"
  if {[chance 0.2]} { append sql " WHERE [q [pick $uses]] IS NOT NULL" }
  list on $name uses $uses unique [chance 0.2] sql $sql
}

proc random_view {schema} {
  set name [pick [dict keys [dict get $schema tables]]]
  set uses [some [dict keys [dict get $schema tables $name cols]] 2]
  list on $name uses $uses \
      sql "AS SELECT [names $uses], count(*) OVER () AS n FROM [q $name]"
}

proc random_trigger {schema} {
  set views [dict keys [dict get $schema views]]
  if {$views ne "" && [chance 0.3]} {
    set view [pick $views]
    return [list on $view uses {} sql "INSTEAD OF [pick {INSERT DELETE}] ON\
        [q $view] BEGIN SELECT ';'; SELECT 2; END"]
  }
  set name [pick [dict keys [dict get $schema tables]]]
  set c [pick [dict keys [dict get $schema tables $name cols]]]
  set event [pick {INSERT UPDATE DELETE}]
  if {$event eq "UPDATE" && [chance 0.5]} { append event " OF [q $c]" }
  set row [expr {[string match DELETE* $event] ? "OLD" : "NEW"}]
  list on $name uses [list $c] sql "[pick {BEFORE AFTER}] $event ON [q $name]\
      BEGIN SELECT $row.[q $c] /* ; */; SELECT count(*) FROM [q $name]; END"
}

proc free_name {pool schema} {
  foreach name [shuffle $pool] {
    set taken 0
    foreach kind {tables views} {
      if {[dict exists $schema $kind $name]} { set taken 1 }
    }
    if {!$taken} { return $name }
  }
}

proc random_schema {} {
  set s [dict create tables {} indexes {} views {} triggers {}]
  for {set n [expr {1 + [rnd 4]}]} {$n || [dict get $s tables] eq ""} {} {
    set s [attempt $s add_table]
    if {$n} { incr n -1 }
  }
  foreach {step most} {add_fk 4 mutate_index 4 mutate_view 2 mutate_trigger 3} {
    for {set n [rnd $most]} {$n} {incr n -1} { set s [attempt $s $step] }
  }
  return $s
}

# --- Changes ---------------------------------------------------------------------

proc add_table {s} {
  set name [free_name $::table_names $s]
  dict set s tables $name [random_table $name]
  return $s
}

proc add_fk {s} {
  set name [pick [dict keys [dict get $s tables]]]
  set fk [random_fk $s $name]
  if {$fk ne ""} {
    set t [dict get $s tables $name]
    dict lappend t fks $fk
    dict set s tables $name $t
  }
  return $s
}

proc mutate_index {s} {
  dict set s indexes [pick {ix_1 ix_2 {ix 3} ix"4}] [random_index $s]
  return $s
}

proc mutate_view {s} {
  set name [pick $::view_names]
  if {[dict exists $s tables $name]} { return $s }
  dict set s views $name [random_view $s]
  return $s
}

proc mutate_trigger {s} {
  dict set s triggers [pick $::trigger_names] [random_trigger $s]
  return $s
}

proc drop_one {s kind} {
  set names [dict keys [dict get $s $kind]]
  if {$names ne ""} { dict unset s $kind [pick $names] }
  return $s
}

# Over the rows that are there, those of schema `origin`.
proc random_backfill {table} {
  set constants {1 'b' {2 + 3} NULL}
  if {![dict exists $::origin tables $table]} { return [pick $constants] }
  set c [q [pick [dict keys [dict get $::origin tables $table cols]]]]
  pick [list {*}$constants $c "coalesce($c, 0)" "typeof($c)" "$c || 'x'"]
}

proc mutate_column {t name strict} {
  set column [pick [dict keys [dict get $t cols]]]
  set c [dict get $t cols $column]
  switch [pick {type notnull default check collate new}] {
    type { dict set c type [random_type $strict] }
    notnull { dict set c notnull [expr {![dict get $c notnull]}] }
    default {
      dict set c default [expr {[chance 0.3] ? {} :
                                [random_default [dict get $c type] $strict]}]
    }
    check {
      dict set c check [expr {[dict get $c check] ne "" ? {} :
                              [random_check $name $column]}]
    }
    collate { dict set c collate [pick {{} NOCASE RTRIM}] }
    new { set c [random_column $name $strict {}] }
  }
  if {[dict get $c gen] ne ""} {
    dict set c default {}
    if {$strict} { dict set c type ANY }   ;# SQLite does not always check it
  }
  dict set c backfill {}   ;# a changed column would get it, too
  dict set t cols $column $c
  return $t
}

proc mutate_table {t name} {
  set strict [dict get $t strict]
  set columns [dict keys [dict get $t cols]]
  switch [pick {add add add drop drop column column column column key unique
                check options constraints}] {
    add {
      set column [pick $::column_names]
      if {$column in $columns} { return $t }
      set c [random_column $name $strict [plain_columns $t]]
      # One that is there already would be a changed one, and get it, too.
      set new [expr {![dict exists $::origin tables $name cols $column]}]
      if {$new && [dict get $c gen] eq "" && [chance 0.4]} {
        dict set c notnull [chance 0.5]
        dict set c backfill [random_backfill $name]
      }
      dict set t cols $column $c
    }
    drop { if {[llength $columns] > 1} { dict unset t cols [pick $columns] } }
    column { set t [mutate_column $t $name $strict] }
    key {
      set t [random_key $t]
      foreach column $columns { dict set t cols $column backfill {} }   ;# see mutate_column
    }
    unique { dict lappend t uniques [random_unique $t] }
    check { dict lappend t checks [table_check $name $t] }
    options {
      set strict [expr {!$strict}]
      dict set t strict $strict
      foreach column $columns {
        set type [dict get $t cols $column type]
        if {$strict && ($type ni $::strict_types
                        || [dict get $t cols $column gen] ne "")} {
          dict set t cols $column type ANY
          dict set t cols $column backfill {}
        }
      }
    }
    constraints { dict set t [pick {uniques checks fks}] {} }
  }
  return $t
}

proc mutate {s} {
  set names [dict keys [dict get $s tables]]
  switch [pick {table table table table table table table new gone fk fk index
                index view trigger drop drop}] {
    table {
      set name [pick $names]
      dict set s tables $name [mutate_table [dict get $s tables $name] $name]
    }
    new { set s [add_table $s] }
    gone { if {[llength $names] > 1} { set s [drop_one $s tables] } }
    fk { set s [add_fk $s] }
    index { set s [mutate_index $s] }
    view { set s [mutate_view $s] }
    trigger { set s [mutate_trigger $s] }
    drop { set s [drop_one $s [pick {indexes views triggers}]] }
  }
  return $s
}

proc mutate_some {s} {
  for {set n [expr {1 + [rnd 5]}]} {$n} {incr n -1} { set s [attempt $s mutate] }
  return $s
}

proc subset {list whole} {
  foreach x $list { if {$x ni $whole} { return 0 } }
  return 1
}

# Without what names things that are gone.
proc repair {s} {
  dict for {name t} [dict get $s tables] {
    dict set s tables $name [repair_table $t]
  }
  dict for {name t} [dict get $s tables] {
    set columns [dict keys [dict get $t cols]]
    set fks {}
    foreach fk [dict get $t fks] {
      dict with fk {
        if {![dict exists $s tables $parent]} continue
        set p [dict get $s tables $parent]
        if {$implied && $key ne [dict get $p pk]} continue
        if {$key ni [keys_of $p] || ![subset $cols $columns]} continue
      }
      lappend fks $fk
    }
    dict set s tables $name fks $fks
  }
  foreach kind {indexes views triggers} {
    dict for {name object} [dict get $s $kind] {
      set on [dict get $object on]
      set known [dict exists $s tables $on]
      set view [expr {$kind eq "triggers" && [dict exists $s views $on]}]
      if {($view && [dict get $object uses] eq "") ||
          ($known && $kind ne "views" &&
           [subset [dict get $object uses] \
                [dict keys [dict get $s tables $on cols]]]) ||
          ($known && $kind eq "views" && ![dict exists $s tables $name] &&
           [subset [dict get $object uses] \
                [dict keys [dict get $s tables $on cols]]])} continue
      dict unset s $kind $name
    }
  }
  dict for {name object} [dict get $s triggers] {
    set on [dict get $object on]
    set instead [string match INSTEAD* [dict get $object sql]]
    if {$instead ? ![dict exists $s views $on] : ![dict exists $s tables $on]} {
      dict unset s triggers $name
    }
  }
  return $s
}

proc repair_table {t} {
  set columns [dict keys [dict get $t cols]]
  foreach column $columns {
    set c [dict get $t cols $column]
    if {[dict get $c gen] ne "" && ![subset [dict get $c uses] $columns]} {
      dict unset t cols $column
    }
  }
  set columns [dict keys [dict get $t cols]]
  if {![subset [dict get $t pk] [plain_columns $t]]} {
    foreach {key value} {pk {} auto 0 wr 0} { dict set t $key $value }
  }
  if {[dict get $t auto] &&
      [dict get $t cols [lindex [dict get $t pk] 0] type] ne "INTEGER"} {
    dict set t auto 0
  }
  dict set t uniques [lmap u [lsort -unique [dict get $t uniques]] {
    if {![subset $u $columns]} continue
    set u
  }]
  dict set t checks [lmap check [dict get $t checks] {
    if {![subset [dict get $check uses] $columns]} continue
    set check
  }]
  return $t
}

# --- To SQL --------------------------------------------------------------------------

proc column_sql {t name c} {
  set shown [expr {[chance 0.1] ? [string map {a A i I} $name] : $name}]
  set sql "[quoted $shown] [dict get $c type]"
  set pk [dict get $t pk]
  if {[dict get $t pkform] ne "table" && $pk eq [list $name]} {
    append sql " PRIMARY KEY"
    if {[dict get $t pkform] eq "desc"} { append sql " DESC" }
    if {[dict get $t auto]} { append sql " AUTOINCREMENT" }
  }
  if {[dict get $c notnull]} { append sql " NOT NULL" }
  if {[dict get $c default] ne ""} { append sql " DEFAULT [dict get $c default]" }
  if {[dict get $c collate] ne ""} { append sql " COLLATE [dict get $c collate]" }
  if {[dict get $c check] ne ""} { append sql " CHECK ([dict get $c check])" }
  if {[dict get $c gen] ne ""} {
    append sql " AS ([dict get $c gen])"
    append sql [expr {[dict get $c stored] ? " STORED" : ""}]
  }
  if {[dict get $c backfill] ne ""} {
    append sql " /* @backfill [dict get $c backfill] */"
  }
  return $sql
}

proc table_sql {name t} {
  set parts {}
  dict for {column c} [dict get $t cols] {
    lappend parts [column_sql $t $column $c]
  }
  set pk [dict get $t pk]
  if {$pk ne "" && ([dict get $t pkform] eq "table" || [llength $pk] > 1)} {
    set auto [expr {[dict get $t auto] ? " AUTOINCREMENT" : ""}]
    lappend parts "PRIMARY KEY ([names $pk]$auto)"
  }
  foreach u [dict get $t uniques] { lappend parts "UNIQUE ([names $u])" }
  foreach check [dict get $t checks] {
    lappend parts "CHECK ([dict get $check sql])"
  }
  foreach fk [dict get $t fks] {
    lappend parts "FOREIGN KEY ([names [dict get $fk cols]]) REFERENCES\
        [dict get $fk sql]"
  }
  set options {}
  if {[dict get $t wr]} { lappend options "WITHOUT ROWID" }
  if {[dict get $t strict] && [sqlite_since 3.37]} { lappend options STRICT }
  return "CREATE TABLE [quoted $name] (\n  [join $parts ",\n  "]\n)\
      [join $options {, }]"
}

# The statements of one kind.
proc statements {s kind} {
  set list {}
  dict for {name x} [dict get $s $kind] {
    lappend list [switch $kind {
      tables { table_sql $name $x }
      indexes {
        set unique [expr {[dict get $x unique] ? "UNIQUE " : ""}]
        format {CREATE %sINDEX %s %s} $unique [q $name] [dict get $x sql]
      }
      views { format {CREATE VIEW %s %s} [q $name] [dict get $x sql] }
      triggers { format {CREATE TRIGGER %s %s} [q $name] [dict get $x sql] }
    }]
  }
  return $list
}

# {what rows need} {what stands upon it} {table column backfill...}
proc to_sql {s} {
  set backfills {}
  dict for {table t} [dict get $s tables] {
    dict for {name c} [dict get $t cols] {
      if {[dict get $c backfill] ne ""} {
        lappend backfills $table $name [dict get $c backfill]
      }
    }
  }
  list [concat [statements $s tables] [statements $s indexes]] \
      [concat [statements $s views] [statements $s triggers]] $backfills
}
proc script {sql} {
  return "[join [concat {*}[lrange $sql 0 1]] ";\n\n"];\n"
}

# Does SQLite take it, and are its foreign keys sound?
proc is_legal {sql} {
  sqlite3 probe :memory:
  set rc [catch {
    probe eval [script $sql]
    probe eval {PRAGMA foreign_key_check}
    foreach table [tables_of probe] {   ;# its triggers are sound, too
      probe eval "PRAGMA foreign_keys = 1; DELETE FROM [q $table]"
    }
  } message]
  probe close
  expr {!$rc}
}

# The schema that a step makes of one, or, where SQLite refuses that, the same.
proc attempt {s step} {
  set changed [repair [{*}$step $s]]
  expr {[is_legal [to_sql $changed]] ? $changed : $s}
}

# --- Rows ------------------------------------------------------------------------------

proc random_value {} {
  pick [list NULL NULL [rnd 5] [rnd 5] [rnd 10] -1 'a' 'A' 'abc' '' '12' 1.5 \
            'a)b' x'00' 'b '\ ]
}

proc random_row {table} {
  set parents {}
  db eval "SELECT \"from\" AS f, \"table\" AS t, \"to\" AS c
           FROM pragma_foreign_key_list([literal $table])" fk {
    if {$fk(c) ne ""} { dict set parents $fk(f) [list $fk(t) $fk(c)] }
  }
  set names {}
  set values {}
  foreach {name hidden} [columns_of db $table] {
    if {$hidden || [chance 0.2]} continue
    lappend names [q $name]
    set value [random_value]
    if {[dict exists $parents $name] && [chance 0.7]} {
      lassign [dict get $parents $name] parent column
      set some [db eval "SELECT quote([q $column]) FROM main.[q $parent]
                         WHERE [q $column] IS NOT NULL ORDER BY 1"]
      if {$some ne ""} { set value [pick $some] }
    }
    lappend values $value
  }
  if {$names eq ""} { return "INSERT INTO [q $table] DEFAULT VALUES" }
  return "INSERT INTO main.[q $table]([join $names {, }])
          VALUES ([join $values {, }])"
}

proc fill {} {
  foreach table [concat [tables_of db] [tables_of db]] {
    if {[chance 0.1]} continue
    for {set i 0} {$i < 8} {incr i} { catch {db eval [random_row $table]} }
    set id [rowid_of db $table]
    if {$id ne "" && [chance 0.5]} {   ;# leave gaps
      catch {db eval "DELETE FROM main.[q $table] WHERE $id % 4 = [rnd 4]"}
    }
  }
}
