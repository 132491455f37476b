# Plays real schema histories for `make corpus`.
#
#     tclsh tests/corpus.tcl DIR ?NAME...?
#
# A NAME is an application, a database (NAME.db), or a part of a file of pairs
# (pairs-NAME.jsonl.gz, or one pair of it: pairs-NAME.jsonl.gz/NUMBER).
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
# is played again, with backfills where these help, else with those tables empty.
# Down again, all is as it was.
#
# Then each history is played in one database: up through all versions, down to
# the bottom, and up again. DIR/*.db, if there are some, are databases with data:
# each is adopted, and each of its tables changed. steps.tcl does all that.
#
# DIR/pairs-*.jsonl.gz have a pair of schemas a line: name, before_sql, rows_sql,
# after_sql, and renames as above. Each is played like a step, with its own rows
# and with generated rows, too. A failure says the number of the line.
#
# Each application is played by a child process, which prints a list a line:
# {kind version outcome text}; see `report`. SEED=n gives other rows, VERBOSE=1
# says where a failure was met, STRIDE=n makes longer steps, STRIDE=-1 goes back.

set tests [file dirname [file normalize [info script]]]
package require sqlite3
source [file join $tests common.tcl]
source [file join $tests random.tcl]
source [file join $tests adopt.tcl]
source [file join $tests steps.tcl]

# The lines of a compressed file of JSON, as lists: the values of `fields`, then
# the renames as {{old new...} {new.old new...}}.
proc json_lines {file fields} {
  set f [open $file rb]
  try { set text [zlib gunzip [read $f]] } finally { close $f }
  sqlite3 json :memory:
  set all {}
  foreach line [split [encoding convertfrom utf-8 $text] \n] {
    if {$line eq ""} continue
    set values [lmap field $fields {
      json onecolumn {SELECT json_extract($line, '$.' || $field)}
    }]
    lappend values [lmap kind {$.renames.tables $.renames.columns} {
      json eval {SELECT key, value FROM json_each($line, $kind)}
    }]
    lappend all $values
  }
  json close
  return $all
}

# {app version sql renames} of each version.
proc histories {dir} {
  json_lines [file join $dir histories.jsonl.gz] {app version schema_sql}
}

# {name before rows after renames} of each pair.
proc pairs_of {file} {
  json_lines $file {name before_sql rows_sql after_sql}
}

# Returns the reports of the children for a file of pairs: as many at a time.
proc parts_of {file} {
  set parts {}
  for {set at 0} {$at < [llength [pairs_of $file]]} {incr at 50} {
    lappend parts [file tail $file]/[expr {$at + 1}]-[expr {$at + 50}]
  }
  return $parts
}

# --- The child --------------------------------------------------------------------------

# The input is an application, the name of a database, or pairs of a file.
proc play {dir name} {
  set home [pwd]
  set tmp [exec mktemp -d]
  cd $tmp
  try {
    if {[string match *.db $name]} {
      play_sample [file join $dir $name]
    } elseif {[regexp {^(pairs-.*\.gz)/(\d+)-?(\d*)$} $name -> file first last]} {
      play_pairs [file join $dir $file] $first [expr {$last eq "" ? $first : $last}]
    } else {
      set versions [lsearch -all -inline -exact -index 0 [histories $dir] $name]
      play_steps $versions
      play_history $versions
    }
  } finally {
    foreach db {db expected other} { catch {$db close} }
    cd $home
    file delete -force $tmp
  }
}

proc play_pairs {file first last} {
  set number $first
  foreach pair [lrange [pairs_of $file] $first-1 $last-1] {
    play_pair $number {*}$pair
    incr number
  }
}

# --- The parent -------------------------------------------------------------------------

proc start {dir app} {
  set f [open "|[tclsh_command [info script]] [list -play $dir $app] 2>@1"]
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
  set samples [lmap file [glob -nocomplain -directory $dir *.db] { file tail $file }]
  set pairs [concat {*}[lmap file [glob -nocomplain -directory $dir pairs-*.gz] {
    parts_of $file
  }]]
  set names [concat $apps $samples $pairs]
  if {$only ne ""} { set names $only }
  set ::running 0
  foreach app $names {
    start $dir $app
    while {$::running >= [setting JOBS [exec nproc]]} { vwait running }
  }
  while {$::running} { vwait running }
  table [lmap app $apps { if {$app ni $names} continue; set app }]
  foreach {kind what} {sample "databases with data" pair "pairs of schemas"} {
    puts "$what: [counted all $kind passed] passed,\
        [counted all $kind failed] failed, [counted all $kind refused] refused"
  }
  puts ""
  foreach outcome {passed failed} {
    set $outcome 0
    foreach kind {step history sample pair child} {
      incr $outcome [counted all $kind $outcome]
    }
  }
  puts "$passed passed, $failed failed"
  exit [expr {$failed > 0}]
}

set lib [file join [file dirname $tests] build orm.so]
if {[lindex $argv 0] eq "-play"} {
  play {*}[lrange $argv 1 end]
} else {
  main [file normalize [lindex $argv 0]] [lrange $argv 1 end]
}
