# Runs the examples of the pages as they are printed. Source it after tester.tcl.

# Children run without the user's .sqliterc, and without a check for leaks in
# programs of others.
file mkdir home
set env(HOME) [file normalize home]
set env(ASAN_OPTIONS) detect_leaks=0

proc read_file {name} {
  set f [open $name]
  fconfigure $f -encoding utf-8
  try { return [read $f] } finally { close $f }
}

proc write_file {name text} {
  set f [open $name w]
  fconfigure $f -encoding utf-8
  puts -nonewline $f $text
  close $f
}

# Returns the pages for users, relative to the root, in the order in which they
# are read.
proc pages {root} {
  set guides [lsort [glob -nocomplain -directory $root -tails sql/from/*.md]]
  concat README.md sql/README.md sql/production.md sql/reference.md \
      sql/clients/README.md $guides
}

# Returns the languages and texts of the code blocks in a part.
proc blocks {text} {
  set all {}
  foreach {-> language block} [regexp -all -inline {```(\w*?)\n(.*?)```} $text] {
    lappend all $language $block
  }
  return $all
}

# Returns a Python that can load extensions, or "".
proc python {} {
  set test {import sqlite3; sqlite3.connect("").enable_load_extension}
  foreach path [list {*}[auto_execok python3] /usr/bin/python3] {
    if {![catch {exec $path -c $test}]} { return $path }
  }
}

# Returns the lines that a block shows as its output.
proc shown {language text} {
  switch $language {
    sql      { set mark {-->} }
    php - js { set mark {(?:^|\s)//} }
    default  { set mark {(?:^|\s);?#} }
  }
  set lines {}
  foreach line [split [string trimright $text \n] \n] {
    if {[regexp -- "$mark ?(.*)$" $line -> shown]} { lappend lines $shown }
  }
  return $lines
}

# Returns "" if the lines match (... matches anything), otherwise both.
proc compare {shown output} {
  set lines [split $output \n]
  if {$output eq ""} { set lines {} }
  set alike [expr {[llength $lines] == [llength $shown]}]
  foreach got $lines want $shown {
    if {$got eq $want} continue
    set pattern [string map {* \\* ? \\? [ \\[ ] \\] \\ \\\\ ... *} $want]
    if {![string match $pattern $got]} { set alike 0 }
  }
  return [expr {$alike ? "" : "shown: $shown, printed: $lines"}]
}
