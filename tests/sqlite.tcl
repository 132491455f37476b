# What the SQLite under test knows. Sourced by tester.tcl and corpus.tcl.

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
