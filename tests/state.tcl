# The state that a failed call must not change: the database, the version and the
# settings of the connection. Also a small history of versions to start from.
# Source it after tester.tcl.

# Returns all of main: the schema, and the rows of every table as SQL literals.
proc contents {{db db}} {
  set all [$db eval {SELECT type, name, tbl_name, sql FROM main.sqlite_schema}]
  foreach table [$db eval {
    SELECT name FROM main.sqlite_schema
    WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name
  }] {
    lassign [$db eval {
      SELECT group_concat(printf('quote("%w")', name)), printf('"%w"', $table)
      FROM pragma_table_info($table, 'main')
      WHERE $table <> 'orm_state' OR name <> 'settled'   -- what is remembered
    }] columns quoted
    set rows [$db eval "SELECT json_array($columns) FROM main.$quoted"]
    lappend all $table [lsort $rows]
  }
  return $all
}

# Gives the files of a repository, whose lines of models were edited, the digests
# of these lines.
proc seal_files {{dir repo}} {
  for {set n 0} {$n < 20} {incr n} {
    open_db sealer :memory:
    catch {sealer eval {SELECT orm_import($dir)}} message
    sealer close
    if {![regexp {have the digest (\w+), and not (\w+)} $message -> is was]} return
    foreach path [glob $dir/versions/*] {
      set f [open $path rb]; set text [read $f]; close $f
      set f [open $path wb]; puts -nonewline $f [string map [list $was $is] $text]; close $f
    }
  }
}

# Replaces text in the changes of a version, and all digests that depend on it.
proc edit_version {version from to {db db}} {
  $db eval {
    UPDATE orm_migration SET changes = replace(changes, $from, $to) WHERE version = $version;
    DELETE FROM orm_recorded;
  }
  set head [$db onecolumn {SELECT max(version) FROM orm_migration}]
  for {set n 0} {$n < 20} {incr n} {
    $db eval {SAVEPOINT seal}
    catch {$db eval {SELECT orm_reset($head)}} message
    $db eval {ROLLBACK TO seal; RELEASE seal}
    if {![regexp {have the digest (\w+), and not (\w+)} $message -> is was]} return
    $db eval {UPDATE orm_migration SET changes = replace(changes, $was, $is)}
  }
}

# Returns the lines of the models of a version: a dictionary of "kind id". Computed
# from the changes, as another program would.
proc version_lines {version {db db}} {
  set lines [dict create]
  $db eval {SELECT changes FROM orm_migration WHERE version <= $version ORDER BY version} {
    foreach line [split $changes \n] {
      if {![regexp {^-- orm:(\w+) ([-+])(\d+) ?(.*)$} $line -> kind sign id text]} continue
      if {$sign eq "+"} { dict set lines "$kind $id" $text } else { dict unset lines "$kind $id" }
    }
  }
  return $lines
}

# Returns the names at the beginning of such a line, and the value of a field, or "".
proc line_names {line {db db}} {
  set name {"(?:[^"\\]|\\.)*"|[[:alpha:]_\u0080-\uffff][[:alnum:]_\u0080-\uffff]*}
  if {![regexp "^($name)(?:\\.($name))?" $line -> one two]} return
  lmap text [list $one $two] {
    if {[string index $text 0] eq "\""} { set text [$db onecolumn {SELECT json_extract($text, '$')}] }
    set text
  }
}
proc line_field {line field {db db}} {
  if {![regexp " $field=(\"(?:\[^\"\\\\]|\\\\.)*\")" $line -> json]} return
  $db onecolumn {SELECT json_extract($json, '$')}
}

# Changes that change nothing, of the first version.
set no_changes "-- orm:models 2 [string repeat 0 32] [string repeat 0 32]\n"

# Returns the contents that another connection reads from the file.
proc file_contents {{file test.db}} {
  sqlite3 look $file -readonly 1
  try { return [contents look] } finally { look close }
}

# Returns every setting of the connection that can be read.
proc settings {{db db}} {
  set all [$db config]
  foreach pragma {
    automatic_index cell_size_check checkpoint_fullfsync count_changes
    defer_foreign_keys foreign_keys full_column_names fullfsync
    ignore_check_constraints legacy_alter_table query_only read_uncommitted
    recursive_triggers reverse_unordered_selects short_column_names
    synchronous temp_store trusted_schema writable_schema
  } {
    lappend all $pragma [$db onecolumn "PRAGMA $pragma"]
  }
  return $all
}

# Returns true if a transaction is open. (BEGIN resets defer_foreign_keys: call
# settings first.)
proc in_transaction {{db db}} {
  if {[catch {$db eval BEGIN}]} { return 1 }
  $db eval ROLLBACK
  return 0
}

# Returns true if a lock on the file is left.
proc is_locked {{file test.db}} {
  sqlite3 look $file
  try {
    return [catch {look eval {BEGIN EXCLUSIVE; ROLLBACK}}]
  } finally {
    look close
  }
}

# Returns the elements that only one of two lists has.
proc changed {what before after} {
  if {$before eq $after} return
  set gone [lmap x $before { if {$x in $after} continue; set x }]
  set come [lmap x $after { if {$x in $before} continue; set x }]
  list [string range "changed $what: $come, not: $gone" 0 1000]
}

# Returns the error of SQL and all that it changed nevertheless, or, without an
# error, its result.
proc refusal {sql {db db}} {
  set settings [settings $db]
  set before [contents $db]
  set open [in_transaction $db]
  set counts [$db eval {SELECT changes(), last_insert_rowid()}]
  set rc [catch {uplevel 1 [list $db eval $sql]} result]
  set now [$db eval {SELECT changes(), last_insert_rowid()}]
  set report {}
  if {!$rc} { lappend report "no error, but" }
  lappend report $result
  lappend report {*}[changed counts $counts $now]
  lappend report {*}[changed settings $settings [settings $db]]
  lappend report {*}[changed contents $before [contents $db]]
  if {[in_transaction $db] != $open} {
    lappend report [expr {$open ? "ended the transaction" :
                                  "left a transaction open"}]
  }
  if {!$open && [$db onecolumn {
    SELECT count(*) FROM pragma_database_list WHERE name = 'main' AND file <> ''
  }] && [is_locked]} {
    lappend report "left a lock"
  }
  join $report "; "
}

# do_refused_test ?-bare? NAME SQL ERROR: SQL fails with that error and changes
# nothing. Without -bare, the same again inside a transaction of the caller, which
# keeps its earlier changes.
proc do_refused_test {args} {
  set bare [expr {[lindex $args 0] eq "-bare"}]
  lassign [lrange $args $bare end] name sql error
  check $name [list refusal $sql] $error
  if {$bare} return
  check $name-in-transaction [list refusal_in_transaction $sql] $error
}

proc refusal_in_transaction {sql} {
  set before [contents]
  execsql { BEGIN; CREATE TABLE earlier(x); INSERT INTO earlier VALUES (1) }
  set result [uplevel 1 [list refusal $sql]]
  execsql ROLLBACK
  if {[contents] ne $before} { append result "; not all was rolled back" }
  return $result
}

# --- A small history ----------------------------------------------------------

set schema(1) {
  CREATE TABLE user(id INTEGER PRIMARY KEY, nickname VARCHAR(64) UNIQUE);
}
set schema(2) {
  CREATE TABLE post(
    id INTEGER PRIMARY KEY,
    body TEXT,
    user_id INTEGER REFERENCES user(id)
  );
  CREATE INDEX ix_post_user_id ON post(user_id);
}
set schema(3) {
  CREATE TABLE user(
    id INTEGER PRIMARY KEY,
    nickname VARCHAR(64) NOT NULL UNIQUE,
    about TEXT DEFAULT 'none'
  );
}

# Makes a new test.db with rows and `to` versions, of which the newest `pending`
# are not applied.
proc blog {{to 3} {pending 0}} {
  global schema
  reset_db
  if {[in_transaction]} { error "a transaction is open" }
  for {set i 1} {$i <= $to} {incr i} {
    set how [expr {$i <= $to - $pending ? "orm_migrate" : "orm_revision"}]
    execsql "
      SELECT orm_declare(\$schema($i));
      SELECT ${how}('step $i', 'timestamp=2026-01-0$i 12:00:00');
    "
    if {$i > $to - $pending} continue
    switch $i {
      1 { execsql { INSERT INTO user VALUES (1, 'john'), (2, 'susan') } }
      2 { execsql { INSERT INTO post VALUES (10, 'hello', 1), (11, 'bye', 2) } }
    }
  }
}

# Loads the functions of tests/parsed.c.
proc load_lines {} {
  set parsed [file join [file dirname $::tester(lib)] parsed.so]
  if {![file exists $parsed]} {
    set parsed [file join [file dirname [file dirname $::tester(script)]] build parsed.so]
  }
  db eval {SELECT load_extension($parsed)}
}

# A version as another build would have recorded it, which says FAIL where this
# build says ABORT in the triggers. Pending.
proc other_build {} {
  reset_db
  load_lines
  execsql {
    SELECT orm_declare('CREATE TABLE user(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
      CREATE TABLE post(id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES user(id));
      CREATE VIEW mine AS SELECT 1 AS x');
    INSERT INTO orm_relationship(model, name, target, backref)
      SELECT u.name, 'posts', p.name, 'author' FROM orm_model AS u, orm_model AS p
      WHERE u.table_name = 'user' AND p.table_name = 'post';
    SELECT orm_revision('related');
    UPDATE orm_migration SET up = replace(up, 'ABORT', 'FAIL');
  }
  sqlite3 plain :memory:
  plain eval [db onecolumn { SELECT up FROM orm_migration }]
  set texts [plain eval { SELECT sql FROM sqlite_schema
                          WHERE type IN ('view', 'trigger') AND name <> 'mine' }]
  plain close
  set digest [db onecolumn "SELECT digest_sum([join [lmap text $texts {
    set text '[string map {' ''} $text]'
  }] ,])"]
  set changes [db onecolumn { SELECT changes FROM orm_migration }]
  regsub { [0-9a-f]{32} \d+\n} $changes " $digest 0\n" changes
  execsql { UPDATE orm_migration SET changes = $changes }
}

# --- Other processes ----------------------------------------------------------

# Returns the result of a script in a process of its own, with a connection `db` to
# test.db. A crash is then one failed test, or the two work at the same time.
proc child {script} {
  exec {*}[child_command $script]
}

proc child_command {script} {
  set name child[incr ::children].tcl
  set f [open $name w]
  puts $f [child_words]
  puts $f "open_db db test.db"
  puts $f "puts \[eval [list $script]\]"
  close $f
  tclsh_command $name
}

# Returns a script that defines some of the test words in another process.
proc child_words {} {
  set words [list {package require sqlite3}]
  lappend words [list source $::tester(common)]
  lappend words [list array set tester [list lib $::tester(lib)]]
  foreach proc {execsql catchsql open_db contents settings in_transaction} {
    set arguments [lmap a [info args $proc] {
      if {[info default $proc $a value]} { list $a $value } else { set a }
    }]
    lappend words [list proc $proc $arguments [info body $proc]]
  }
  join $words \n
}

# --- Faults ---------------------------------------------------------------------

# atomic_fault NAME SETUP SQL ?-begin SQL? ?-prep SCRIPT? ?-faults GLOB?
#     ?-points N?
#
# The SQL is all or nothing under faults. It succeeds, or it fails with the fault's
# error and changes no row and no setting and leaves no transaction open. The
# caller's transaction, from -begin, is as before or was rolled back completely by
# SQLite. The same SQL then succeeds. N operations (times SOAK) are tried for each
# kind of fault, each after -prep. With an authorizer that ignores or denies, orm
# may succeed by another method: no transaction may be open, no setting changed,
# and the file must be sound.
proc atomic_fault {name setup sql args} {
  set o [dict merge {-begin {} -prep {} -faults * -points 15} $args]
  set kinds $::everyday_faults
  if {[dict get $o -faults] ne "*"} { set kinds [array names ::faults] }
  set begin [dict get $o -begin]
  uplevel #0 $setup
  set at_rest [contents]
  faultsim_save_and_close
  foreach kind [lsort $kinds] {
    if {![string match [dict get $o -faults] $kind]} continue
    uplevel #0 [dict get $o -prep]
    atomic_prep $begin
    set before [contents]
    faultshim arm $kind 0 -db db
    set result [uplevel #0 [list execsql $sql]]
    lassign [faultshim disarm] seen
    set after [contents]
    set step [expr {$seen / [soak [dict get $o -points]] + 1}]
    do_faultsim_test $name -faults $kind-* -step $step -prep {
      uplevel #0 [dict get $o -prep]
      atomic_prep $begin
      set settings [settings]
    } -body {
      uplevel #0 [list execsql $sql]
    } -test {
      set blind [expr {$::tester(fault) in {ignore deny} && $testnfail}]
      if {$::tester(fault) ne "ignore" || !$testnfail} {
        faultsim_test_result [list 0 $result] {*}$::sqlite_says
      }
      if {$testrc} {
        atomic_check $before $at_rest $settings [expr {$begin ne ""}]
        if {![in_transaction]} { execsql $begin }
        set again [uplevel #0 [list execsql $sql]]
        if {$again ne $result} { error "the second time: $again" }
        set blind 0
      }
      set differs [changed contents $after [contents]]
      if {$differs ne "" && !$blind} { error "after success $differs" }
      set differs [changed settings $settings [settings]]
      if {$differs ne ""} { error "after success $differs" }
      if {[in_transaction] != ($begin ne "")} { error "transaction?" }
      catch { execsql COMMIT }
      faultsim_integrity_check
    }
  }
}

# refused_fault NAME SETUP SQL STEP ERROR ?ALTERNATIVE...?: SQL is refused with a
# message like ERROR. Whatever fault it meets, it fails with that message or that
# fault's error, or as an alternative says, and nothing is changed.
proc refused_fault {name setup sql step args} {
  uplevel #0 $setup
  faultsim_save_and_close
  do_faultsim_test $name -step $step -prep {
    atomic_prep {}
    set before [contents]
    set settings [settings]
  } -body {
    uplevel #0 [list execsql $sql]
  } -test {
    faultsim_test_result {*}$args {*}$::sqlite_says
    atomic_check $before $before $settings 0
  }
}

proc atomic_prep {begin} {
  faultsim_restore_and_reopen
  execsql { PRAGMA foreign_keys = 1 }
  execsql $begin
}

proc atomic_check {before at_rest settings in_transaction} {
  set differs [changed settings $settings [settings]]
  if {$differs ne ""} { error $differs }
  upvar 1 testresult testresult
  if {[in_transaction]} {
    if {!$in_transaction} { error "a transaction is open after: $testresult" }
  } else {
    set before $at_rest
    if {[is_locked]} { error "a lock is left" }
  }
  set differs [changed contents $before [contents]]
  if {$differs ne ""} { error "after: $testresult, $differs" }
}
