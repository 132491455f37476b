# The words that tester.tcl, run.tcl and corpus.tcl share.

# Texts are UTF-8 in every locale: in files, pipes and arguments, here and in the
# programs that are started from here.
encoding system utf-8
fconfigure stdout -encoding utf-8
fconfigure stderr -encoding utf-8
set env(LC_ALL) C.UTF-8

# The words of a command that runs a Tcl script, whatever the locale is.
proc tclsh_command {script} {
  list [info nameofexecutable] -encoding utf-8 $script
}

# There is no program `kill` in a small system, but each shell has the command.
proc send_signal {signal args} {
  exec sh -c "kill -$signal $args"
}

# A setting of the environment.
proc setting {name default} {
  if {[info exists ::env($name)]} { return $::env($name) }
  return $default
}

# --- The version of SQLite ---------------------------------------------------

# Is SQLite that version or a later one?
proc sqlite_since {version} {
  expr {[package vcompare [sqlite3 -version] $version] >= 0}
}

# Is a table WITHOUT ROWID? Its name then does for that of its key's index.
proc is_rowidless {db table {schema main}} {
  $db onecolumn {SELECT count(*) > 0 FROM pragma_index_info($table, $schema)}
}

# Is it STRICT? That, and what tells, came with one version.
proc is_strict {db table} {
  if {![sqlite_since 3.37]} { return 0 }
  $db onecolumn {SELECT strict FROM pragma_table_list
                 WHERE schema = 'main' AND name = $table}
}

# Does SQLite know all of the words in the text that it has not always known?
# What has others is left out.
proc sqlite_knows {text} {
  foreach {words since} {
    {DROP COLUMN} 3.35 MATERIALIZED 3.35 RETURNING 3.35 STRICT 3.37
  } {
    if {[regexp "\\m$words\\M" $text] && ![sqlite_since $since]} { return 0 }
  }
  return 1
}
