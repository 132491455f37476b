# Random choices, and the meaning of a schema: for tests that make random schemas
# and compare the results. Source it after tester.tcl.

# --- Chance -------------------------------------------------------------------

proc rnd {n} { expr {int(rand() * $n)} }
proc chance {p} { expr {rand() < $p} }
proc pick {list} { lindex $list [rnd [llength $list]] }
proc shuffle {list} {
  lmap pair [lsort -real -index 1 [lmap x $list { list $x [expr rand()] }]] {
    lindex $pair 0
  }
}
proc some {list n} { lrange [shuffle $list] 0 $n-1 }

# --- SQL ---------------------------------------------------------------------

proc q {name} { return "\"[string map {\" \"\"} $name]\"" }
proc literal {value} { return "'[string map {' ''} $value]'" }
proc names {list} { join [lmap name $list { q $name }] ", " }

# --- The live schema ----------------------------------------------------------

# Returns the tables, without virtual tables and their shadow tables.
proc tables_of {db {schema main}} {
  $db eval "SELECT name FROM $schema.sqlite_schema AS t
      WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
      AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'orm!_%' ESCAPE '!'
      AND NOT EXISTS (SELECT 1 FROM $schema.sqlite_schema AS v
        WHERE v.sql LIKE 'CREATE VIRTUAL%' AND t.name IN (v.name || '_config',
          v.name || '_content', v.name || '_data', v.name || '_docsize',
          v.name || '_idx', v.name || '_node', v.name || '_parent',
          v.name || '_rowid', v.name || '_segdir', v.name || '_segments',
          v.name || '_stat'))
      ORDER BY name"
}

# Returns {name hidden} of each column.
proc columns_of {db table {schema main}} {
  $db eval "SELECT name, hidden FROM
      pragma_table_xinfo([literal $table], '$schema')"
}

# Returns a name by which a table's rowid can be read, or "".
proc rowid_of {db table {schema main}} {
  if {[is_rowidless $db $table $schema]} return
  set columns [lmap {name hidden} [columns_of $db $table $schema] {
    string tolower $name
  }]
  foreach name {rowid _rowid_ oid} { if {$name ni $columns} { return $name } }
}

# Returns the errors of integrity_check without the false ones of SQLite 3.40, which
# reports wrong values in tables WITHOUT ROWID. (NULLs in a column before one of the
# key; types that a column does not have if a DEFAULT has such a type.)
proc unsound {db} {
  set conditions {
    NULL        {%s IS NULL}
    TEXT        {typeof(%s) = 'text' AND %s + 0 = %s}
    NUMERIC     {typeof(%s) IN ('integer', 'real')}
    non-INT     {typeof(%s) NOT IN ('integer', 'null')}
    non-INTEGER {typeof(%s) NOT IN ('integer', 'null')}
    non-REAL    {typeof(%s) NOT IN ('real', 'null')}
    non-TEXT    {typeof(%s) NOT IN ('text', 'null')}
    non-BLOB    {typeof(%s) NOT IN ('blob', 'null')}
  }
  lmap line [$db eval {PRAGMA main.integrity_check(10000)}] {
    if {$line eq "ok"} continue
    if {[regexp {^(\S+) value in (.*)\.(.*)$} $line -> what table column]
        && [rowid_of $db $table] eq ""} {
      set condition [string map [list %s [q $column]] [dict get $conditions $what]]
      if {![$db exists "SELECT 1 FROM main.[q $table] WHERE $condition"]} continue
    }
    set line
  }
}

# Returns SQL in one spelling: without quotes, in lower case, and without the
# table's own name before a column.
set token {/\*(?:[^*]|\*+[^*/])*\*+/|--[^\n]*\n|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|[\w$]+|\S}

proc tokens {sql self} {
  set list {}
  foreach word [regexp -all -inline $::token $sql] {
    if {[regexp {^(/\*|--)} $word]} continue
    if {[regexp {^["`\[](.*)["`\]]$} $word -> word]} {
      set word [string map {\"\" \"} $word]
    }
    lappend list [expr {[string match '* $word] ? $word :
                        [string tolower $word]}]
    if {[lrange $list end-1 end] eq [list [string tolower $self] .]} {
      set list [lrange $list 0 end-2]
    }
  }
  return $list
}

# Returns the parts of a table's text that no PRAGMA shows: expressions, conflict
# clauses, deferred keys, AUTOINCREMENT.
proc clauses {sql self} {
  set found {}
  set words [tokens $sql $self]
  for {set i 0} {$i < [llength $words]} {incr i} {
    set word [lindex $words $i]
    if {$word in {check as} && [lindex $words $i+1] eq "("} {
      set depth 0
      set from $i
      while 1 {
        incr i
        set word [lindex $words $i]
        if {$word eq "("} { incr depth }
        if {$word eq ")" && [incr depth -1] == 0} break
      }
      lappend found [lrange $words $from $i]
    }
    if {$word in {autoincrement conflict deferred}} { lappend found $word }
  }
  lsort $found
}

# Returns the collation of each column, found by an index on it; nothing if the text
# states none.
proc collations {db table sql} {
  if {![regexp -nocase {\mcollate\M} $sql]} return
  set columns [lmap {name hidden} [columns_of $db $table] {set name}]
  $db eval {SAVEPOINT collations}
  $db eval "CREATE INDEX main.collations ON [q $table] ([names $columns])"
  set found [$db eval {SELECT name, coll FROM pragma_index_xinfo('collations')
                       WHERE key AND coll <> 'BINARY' ORDER BY lower(name)}]
  $db eval {ROLLBACK TO collations; RELEASE collations}
  return $found
}

proc describe_columns {db t alias} {
  set all {}
  foreach {name type notnull default pk hidden} [$db eval "
      SELECT lower(name), replace(lower(type), ' (', '('),
        \"notnull\" AND NOT (pk AND $alias),
        CASE dflt_value WHEN 'NULL' THEN NULL ELSE dflt_value END, pk, hidden
      FROM pragma_table_xinfo($t) ORDER BY 1"] {
    if {$hidden} { regsub { ?\mgenerated always$} $type {} type }   ;# of 3.34
    lappend all $name $type $notnull [describe_default $default] $pk $hidden
  }
  return $all
}

# A word is a string there, with a few exceptions.
proc default_word {sql} {
  expr {[regexp {^\w+$} $sql] &&
        ![regexp -nocase {^(\d.*|true|false|null|current_.*)$} $sql]}
}

proc describe_default {sql} {
  if {[default_word $sql]} { return [literal $sql] }
  if {[regexp {^"(.*)"$} $sql -> quoted]} { return [literal $quoted] }
  join [tokens $sql ""] ""
}

proc describe_table {db name} {
  set t [literal $name]
  set sql [$db onecolumn {SELECT sql FROM main.sqlite_schema WHERE name = $name
                          AND type = 'table'}]
  # NOT NULL has no meaning on the rowid.
  set alias [expr {[$db eval "SELECT 1 FROM pragma_index_list($t)
                              WHERE origin = 'pk'"] eq ""}]
  list table [string tolower $name] \
    options [list [is_rowidless $db $name] [is_strict $db $name]] \
    columns [describe_columns $db $t $alias] \
    collations [string tolower [collations $db $name $sql]] \
    keys [lsort [$db eval "
      SELECT origin || ' ' || \"unique\" || (SELECT group_concat(
          lower(name) || '/' || \"desc\" || '/' || coll) FROM
          (SELECT * FROM pragma_index_xinfo(l.name) WHERE key ORDER BY seqno))
      FROM pragma_index_list($t) AS l WHERE origin <> 'c'"]] \
    fkeys [lsort [$db eval "
      SELECT group_concat(lower(\"from\" || '>' || \"table\" || '.' ||
          coalesce(\"to\", '')) || on_delete || '/' || on_update)
      FROM (SELECT * FROM pragma_foreign_key_list($t) ORDER BY id, seq)
      GROUP BY id"]] \
    clauses [clauses $sql $name]
}

proc describe {db} {
  set all [lmap table [tables_of $db] { describe_table $db $table }]
  foreach {type name table sql} [$db eval {
    SELECT type, name, tbl_name, sql FROM main.sqlite_schema
    WHERE (type <> 'table' OR sql LIKE 'CREATE VIRTUAL%') AND sql IS NOT NULL
      AND tbl_name NOT LIKE 'orm!_%' ESCAPE '!'
      AND name NOT LIKE 'orm!_%' ESCAPE '!'
  }] {
    set text [tokens $sql $table]
    if {$type eq "index"} { set text [describe_index $db $name $text] }
    lappend all [list $type [string tolower $name] $text]
  }
  lsort $all
}

# COLLATE may repeat that of the column: only the effect counts.
proc describe_index {db name text} {
  regsub -all { collate (binary|nocase|rtrim)\M} $text {} text
  list $text [$db eval "SELECT lower(coll)
                        FROM pragma_index_xinfo([literal $name]) WHERE key"]
}

# Returns the rows of a table, columns by name, without some columns. The rowid is a
# column if it was one before, too.
proc rows_of {db table rowid {schema main} {without {}}} {
  set columns [lsort [lmap {name hidden} [columns_of $db $table $schema] {
    if {[string tolower $name] in $without} continue
    if {$hidden == 1} continue   ;# of a virtual table: commands, ranks
    string tolower $name
  }]]
  set list [lmap name $columns { string cat "quote(" [q $name] ")" }]
  set id [expr {$rowid ? [rowid_of $db $table $schema] : ""}]
  if {$id ne ""} { lappend list $id }
  lsort [$db eval "SELECT [join $list { || ' ' || }] FROM $schema.[q $table]"]
}

# Returns everything, orm's tables included.
proc dump {db} {
  set all [$db eval {SELECT type, name, tbl_name, sql FROM main.sqlite_schema
                     ORDER BY type, name}]
  foreach table [$db eval {SELECT name FROM main.sqlite_schema
                           WHERE type = 'table'}] {
    lappend all $table [rows_of $db $table 1]
  }
  lappend all [$db eval {PRAGMA foreign_keys; PRAGMA legacy_alter_table;
                         PRAGMA ignore_check_constraints;
                         PRAGMA recursive_triggers}]
}

# --- The expected result ----------------------------------------------------------

proc same {what got expected} {
  if {$got eq $expected} return
  set differences {}
  foreach x $got { if {$x ni $expected} { lappend differences "got: $x" } }
  foreach x $expected { if {$x ni $got} { lappend differences "not: $x" } }
  error "$what differ:\n  [join $differences "\n  "]"
}

proc fk_violations {db table schema} {
  if {[catch {
    set n [llength [$db eval "PRAGMA $schema.foreign_key_check([q $table])"]]
  }]} { return -1 }
  expr {$n / 4}
}

# The same without the rows whose foreign key refers to a missing table.
proc orphan_rows {db table} {
  if {[catch {
    set n [$db onecolumn "SELECT count(*) FROM pragma_foreign_key_check([literal $table]) AS c
        WHERE EXISTS (SELECT 1 FROM main.sqlite_schema AS s
                      WHERE s.name = c.parent COLLATE nocase)"]
  }]} { return -1 }
  return $n
}

# Returns the name in old of a column of main, nothing for a new column. `renames`
# is {name old-name}...
proc column_before {name there renames} {
  set name [string tolower $name]
  if {[dict exists $renames $name]} { return [dict get $renames $name] }
  if {$name in $there && $name ni [dict values $renames]} { return $name }
}

# Copies the rows of a table from old to main. New columns get the values of
# `backfills`, {table column expression}... `was` is the table's name in old.
proc bring {db table backfills {was ""} {renames {}}} {
  if {$was eq ""} { set was $table }
  set there [string tolower [dict keys [columns_of $db $was old]]]
  set into {}
  set from {}
  foreach {name hidden} [columns_of $db $table] {
    set before [column_before $name $there $renames]
    if {$hidden || $before eq ""} continue
    lappend into [q $name]
    lappend from [q $before]
  }
  foreach {of name backfill} $backfills {
    if {![string equal -nocase $of $table] || [column_before $name $there $renames] ne ""} continue
    set names [dict keys [columns_of $db $table]]
    lappend into [q [lsearch -inline -nocase -exact $names $name]]
    lappend from ($backfill)
  }
  set old [rowid_of $db $was old]
  set new [rowid_of $db $table]
  set alias [$db onecolumn "SELECT name FROM pragma_table_info([literal $table])
      WHERE pk AND NOT EXISTS (SELECT 1 FROM pragma_index_list([literal $table])
                               WHERE origin = 'pk')"]
  if {$alias ne "" && $old ne "" && [q $alias] ni $into} {
    lappend into [q $alias]
    lappend from $old
  } elseif {$alias eq "" && $old ne "" && $new ne ""} {
    lappend into $new
    lappend from $old
  }
  if {$alias ne "" && $old eq "" && [q $alias] ni $into} {
    lappend ::numbered [string tolower $table]   ;# in an order of orm's own
    if {$into eq ""} {
      lappend into [q $alias]
      lappend from "row_number() OVER ()"
    }
  }
  if {$into eq ""} {   ;# a row is its defaults
    $db eval {SELECT name, ifnull(dflt_value, 'NULL') AS value
              FROM pragma_table_xinfo($table) WHERE hidden = 0 LIMIT 1} {
      lappend into [q $name]
      lappend from [expr {[default_word $value] ? [literal $value] : "($value)"}]
    }
  }
  set order ""   ;# a rowid that is given goes before those that are not
  set at [lsearch $into [q $alias]]
  if {$alias ne "" && $at >= 0} {
    # SQLite takes a REAL of a virtual column for the rowid only after arithmetic:
    # before that it is an integer inside, with the type 'real' ("datatype mismatch").
    lset from $at "iif(typeof([lindex $from $at]) = 'real',\
        [lindex $from $at] + 0, [lindex $from $at])"
    set none "([lindex $from $at]) IS NULL"
    # AUTOINCREMENT goes on where it was, if the table had it once. (SQLite's
    # sorter makes an integer of a virtual REAL, so it sorts only for a reason.)
    if {[$db exists "SELECT 1 FROM (SELECT $none AS none FROM old.[q $was])
                     WHERE none"]} {
      lappend ::numbered [string tolower $table]
      set order "ORDER BY $none"
    }
  }
  $db eval "INSERT OR ABORT INTO main.[q $table]([join $into {, }])
      SELECT [join $from {, }] FROM old.[q $was] NOT INDEXED $order"
}

proc sequences {db schema} {
  if {[catch {
    set seq [$db eval "SELECT name, seq FROM $schema.sqlite_sequence
                       WHERE name NOT LIKE 'orm!_%' ESCAPE '!'"]
  }]} return
  return $seq
}

# AUTOINCREMENT never forgets.
proc check_sequences {before} {
  set after [sequences db main]
  foreach table [tables_of db] {
    set sql [db onecolumn {SELECT sql FROM sqlite_schema WHERE name = $table}]
    if {"autoincrement" in [clauses $sql $table] && [dict exists $before $table]
        && (![dict exists $after $table] ||
            [dict get $after $table] != [dict get $before $table])} {
      error "sequence of $table: was [dict get $before $table], is $after"
    }
  }
}
