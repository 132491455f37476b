# Chance, and what a schema means: for tests that make random schemas and compare
# what came of them. Sourced behind tester.tcl.

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

# --- What is there ------------------------------------------------------------

proc tables_of {db {schema main}} {
  $db eval "SELECT name FROM $schema.sqlite_schema WHERE type = 'table'
      AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'orm!_%' ESCAPE '!'
      ORDER BY name"
}

# {name hidden} of each column
proc columns_of {db table {schema main}} {
  $db eval "SELECT name, hidden FROM
      pragma_table_xinfo([literal $table], '$schema')"
}

# The name by which a table's rowid can be read, or "".
proc rowid_of {db table {schema main}} {
  if {[$db onecolumn "SELECT wr FROM pragma_table_list
          WHERE schema = '$schema' AND name = [literal $table]"]} return
  set columns [lmap {name hidden} [columns_of $db $table $schema] {
    string tolower $name
  }]
  foreach name {rowid _rowid_ oid} { if {$name ni $columns} { return $name } }
}

# SQL in one spelling: quotes off, small letters, the table's own name in front
# of a column left out.
set token {/\*(?:[^*]|\*+[^*/])*\*+/|--[^\n]*\n|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|\w+|\S}

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

# What the text of a table says that no PRAGMA tells: expressions, conflict
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

# The collation of each column, as an index on it has it.
proc collations {db table} {
  set columns [lmap {name hidden} [columns_of $db $table] {set name}]
  $db eval {SAVEPOINT collations}
  $db eval "CREATE INDEX main.collations ON [q $table] ([names $columns])"
  set found [$db eval {SELECT name, coll FROM pragma_index_xinfo('collations')
                       WHERE key ORDER BY lower(name)}]
  $db eval {ROLLBACK TO collations; RELEASE collations}
  return $found
}

proc describe_table {db name} {
  set t [literal $name]
  set sql [$db onecolumn {SELECT sql FROM main.sqlite_schema WHERE name = $name
                          AND type = 'table'}]
  # NOT NULL says nothing on the rowid.
  set alias [expr {[$db eval "SELECT 1 FROM pragma_index_list($t)
                              WHERE origin = 'pk'"] eq ""}]
  list table [string tolower $name] \
    options [$db eval {SELECT wr, strict FROM pragma_table_list
                       WHERE schema = 'main' AND name = $name}] \
    columns [$db eval "
      SELECT lower(name), lower(type), \"notnull\" AND NOT (pk AND $alias),
        CASE dflt_value WHEN 'NULL' THEN NULL WHEN 'word' THEN '''word'''
          ELSE replace(dflt_value, ' ', '') END, pk, hidden
      FROM pragma_table_xinfo($t) ORDER BY 1"] \
    collations [string tolower [collations $db $name]] \
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
    WHERE type <> 'table' AND sql IS NOT NULL
      AND tbl_name NOT LIKE 'orm!_%' ESCAPE '!'
      AND name NOT LIKE 'orm!_%' ESCAPE '!'
  }] {
    set text [tokens $sql $table]
    if {$type eq "index"} { set text [describe_index $db $name $text] }
    lappend all [list $type [string tolower $name] $text]
  }
  lsort $all
}

# COLLATE may say what the column says: what SQLite makes of both counts.
proc describe_index {db name text} {
  regsub -all { collate (binary|nocase|rtrim)\M} $text {} text
  list $text [$db eval "SELECT lower(coll)
                        FROM pragma_index_xinfo([literal $name]) WHERE key"]
}

# The rows of a table, columns by name. The rowid is one of them where it was
# one before, too.
proc rows_of {db table rowid {schema main}} {
  set columns [lsort [lmap {name hidden} [columns_of $db $table $schema] {
    string tolower $name
  }]]
  set list [lmap name $columns { string cat "quote(" [q $name] ")" }]
  set id [expr {$rowid ? [rowid_of $db $table $schema] : ""}]
  if {$id ne ""} { lappend list $id }
  lsort [$db eval "SELECT [join $list { || ' ' || }] FROM $schema.[q $table]"]
}

# Everything, orm's tables too.
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
