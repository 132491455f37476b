# Runs the test files, several at a time, and counts.
#
#     tclsh tests/run.tcl ?GLOB...?      (globs of names: alter* json)
#
# Prints a line for each file, the output of a failed file without its passed
# tests, and at the end the sum: `N passed, N failed`. A file that crashes, hangs,
# reports nothing or tests nothing is a failure.
#
# Environment: JOBS, the number of files at a time (one per processor); TIMEOUT,
# seconds for a file (600); TCLSH, the command that runs a file (tclsh), which adds
# sanitizers or valgrind.

set tests [file dirname [file normalize [info script]]]
source [file join $tests common.tcl]
set timings [file join [file dirname $tests] build test-seconds]

proc read_file {path} {
  set f [open $path]
  try { return [read $f] } finally { close $f }
}

# Returns the test files whose names, with or without .test, match a glob.
proc wanted {globs} {
  set found {}
  foreach file [glob -directory $::tests *.test] {
    set name [file rootname [file tail $file]]
    foreach glob $globs {
      if {[string match $glob $name] || [string match $glob $name.test]} {
        lappend found $file
        break
      }
    }
  }
  return $found
}

# Orders files by their time in the last run, the slowest first; new files come
# before all others.
proc slowest_first {files} {
  set weighed {}
  foreach file $files {
    set name [file tail $file]
    set weight 1e9
    if {[info exists ::seconds($name)]} { set weight $::seconds($name) }
    lappend weighed [list $file $weight]
  }
  lmap pair [lsort -real -decreasing -index 1 $weighed] { lindex $pair 0 }
}

proc start {file} {
  global jobs running
  set f [open "|$jobs(command) [list $file] </dev/null 2>@1"]
  fconfigure $f -blocking 0
  set running($f) [list $file [clock milliseconds] ""]
  set jobs(timer,$f) [after [expr {$jobs(timeout) * 1000}] [list expire $f]]
  fileevent $f readable [list collect $f]
}

proc expire {f} {
  lappend ::running($f) TIMEOUT
  catch { send_signal KILL {*}[pid $f] }
}

proc collect {f} {
  global jobs running
  lset running($f) 2 [lindex $running($f) 2][read $f]
  if {![eof $f]} return
  fconfigure $f -blocking 1   ;# or close would not wait for the exit status
  set ended [expr {[catch {close $f} -> options]
                   ? [dict get $options -errorcode] : ""}]
  after cancel $jobs(timer,$f)
  lassign $running($f) file started output timeout
  unset running($f)
  if {$timeout ne ""} { set ended $timeout }
  report $file $started $output $ended
  set jobs(free) 1
}

# Returns the reason why a file is a failure, "" if it is none. `ended` is an
# errorCode, TIMEOUT, or "" for status 0. Failed tests are counted elsewhere.
proc complaint {ended passed failed} {
  switch [lindex $ended 0] {
    TIMEOUT     { return "timed out" }
    CHILDKILLED { return "killed by [lindex $ended 2]" }
    CHILDSTATUS { if {!$failed} { return "exit status [lindex $ended 2]" } }
  }
  if {$passed + $failed == 0} { return "no tests" }
}

proc report {file started output ended} {
  global sum seconds
  set name [file tail $file]
  set seconds($name) [expr {([clock milliseconds] - $started) / 1000.0}]
  lassign {0 0} passed failed
  set last [regexp -all -inline -line {^\d+ passed, \d+ failed$} $output]
  scan [lindex $last end] "%d passed, %d failed" passed failed
  set why [complaint $ended $passed $failed]
  if {$why ne ""} { incr failed }
  incr sum(passed) $passed
  incr sum(failed) $failed
  puts [format "%-24s %6d passed %4d failed %7.1f s %s" \
            $name $passed $failed $seconds($name) $why]
  foreach line [split [string trimright $output] \n] {
    set note [string match "# *" $line]
    set ok [regexp {\.\.\. Ok$} $line]
    if {$note || ($failed && !$ok)} { puts "    $line" }
    if {$failed && !$ok && !$note} { lappend ::failures "$name: $line" }
  }
  flush stdout
}

proc run {files} {
  global jobs running
  set jobs(command) [setting TCLSH [list [info nameofexecutable]]]
  set jobs(timeout) [setting TIMEOUT 600]
  set limit [setting JOBS [exec nproc]]
  array set running {}
  foreach file [slowest_first $files] {
    while {[array size running] >= $limit} { vwait jobs(free) }
    start $file
  }
  while {[array size running]} { vwait jobs(free) }
}

# Without this, an error in a callback would be printed, and vwait would wait on.
interp bgerror {} {apply {{message options} {
  puts [dict get $options -errorinfo]
  exit 1
}}}

# Contains the temporary directories of all files, so a killed file leaves none.
set env(TMPDIR) [exec mktemp -d]
array set sum {passed 0 failed 0}
array set seconds {}
set failures {}   ;# repeated at the end, where a log is read first
catch {array set seconds [read_file $timings]}

set files [wanted [expr {$argc ? $argv : "*"}]]
if {$files eq ""} {
  puts "no test file is like: $argv"
  incr sum(failed)
}
run $files

file delete -force $env(TMPDIR)
set f [open $timings w]
puts $f [array get seconds]
close $f
foreach line [lrange $failures 0 19] { puts $line }
puts "$sum(passed) passed, $sum(failed) failed"
exit [expr {$sum(failed) > 0}]
