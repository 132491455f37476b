# The words that tester.tcl, run.tcl and corpus.tcl have in common.

# Texts are UTF-8 in every locale: in files, pipes and arguments, in this program
# and in its children.
encoding system utf-8
fconfigure stdout -encoding utf-8
fconfigure stderr -encoding utf-8
set env(LC_ALL) C.UTF-8

# Returns a command that runs a Tcl script in UTF-8, in every locale.
proc tclsh_command {script} {
  list [info nameofexecutable] -encoding utf-8 $script
}

# Runs a test file again in a process in which the shim replaces functions of the
# C library and of SQLite, unless this process is such a process.
proc preload_faultshim {script} {
  if {[string match *faultshim.so* [setting LD_PRELOAD {}]]} return
  set root [file dirname [file dirname [file normalize $script]]]
  append ::env(LD_PRELOAD) " [file join $root build faultshim.so]"
  exit [catch {exec {*}[tclsh_command $script] >@ stdout 2>@ stderr}]
}

# A small system lacks the program `kill`, but every shell has the command.
proc send_signal {signal args} {
  exec sh -c "kill -$signal $args"
}

# Returns a variable of the environment, or a default.
proc setting {name default} {
  if {[info exists ::env($name)]} { return $::env($name) }
  return $default
}

# --- The version of SQLite ---------------------------------------------------

# Returns true if SQLite is that version or a later one.
proc sqlite_since {version} {
  expr {[package vcompare [sqlite3 -version] $version] >= 0}
}

# Returns true if a table is WITHOUT ROWID: the pragma then takes its name for that
# of the key's index.
proc is_rowidless {db table {schema main}} {
  $db onecolumn {SELECT count(*) > 0 FROM pragma_index_info($table, $schema)}
}

# Returns true if a table is STRICT. The option and pragma_table_list came with
# the same version.
proc is_strict {db table} {
  if {![sqlite_since 3.37]} { return 0 }
  $db onecolumn {SELECT strict FROM pragma_table_list
                 WHERE schema = 'main' AND name = $table}
}

# Returns true if this SQLite knows all newer words in the text. Tests omit other
# texts.
proc sqlite_knows {text} {
  foreach {words since} {
    {DROP COLUMN} 3.35 MATERIALIZED 3.35 RETURNING 3.35 STRICT 3.37
  } {
    if {[regexp "\\m$words\\M" $text] && ![sqlite_since $since]} { return 0 }
  }
  return 1
}
