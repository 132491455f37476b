# The test words: a part of those in SQLite's own tester.tcl and
# malloc_common.tcl, with the same meaning. A test file is a Tcl script that
# runs from any directory by `tclsh NAME.test`:
#
#     source [file join [file dirname [info script]] tester.tcl]
#     do_execsql_test 1.1 { SELECT orm_version() } 0
#     finish_test
#
# It starts in a temporary directory of its own, with a connection `db` to an
# empty file test.db, orm loaded, and the fault shim below SQLite. README.md
# describes the whole harness.
#
# Environment:
#   ORM_LIB      the extension to test             (build/orm.so)
#   SOAK         factor on random and fault loops  (1); see `soak`
#   SEED         repeats a random run              (see `use_seed`)
#   FAULT_STEP   1: inject at every operation      (see do_faultsim_test)
#   ENCODING     of new databases: UTF-16le, UTF-16be  (UTF-8)

if {[info exists tester]} return   ;# sourced again: see the end of this file
set tester(common) [file join [file dirname [file normalize [info script]]] common.tcl]
source $tester(common)

# --- Results ----------------------------------------------------------------

# passed, failed; names: those used so far; file: the test file's root name.
array set tester {passed 0 failed 0 names {}}

# Prints the name of a test before it runs, so that the output of a crash names
# it. A name that starts with a digit gets the file's name as a prefix
# (alter-1.2). Using a name twice is a failure.
proc begin {name} {
  if {[string match {[0-9]*} $name]} { set name $::tester(file)-$name }
  puts -nonewline "$name... "
  flush stdout
  if {[dict exists $::tester(names) $name]} {
    fail error "this name is used twice"
  }
  dict set ::tester(names) $name 1
}

proc pass {} {
  incr ::tester(passed)
  puts Ok
}

# fail ?LABEL TEXT?...: counts a failure and prints its reasons.
proc fail {args} {
  incr ::tester(failed)
  puts FAILED
  foreach {label text} $args { puts "! [format %-9s $label:] $text" }
}

# Returns true if a result matches the expected one. As in SQLite, /re/ is a
# regular expression that must match, ~/re/ one that must not, /*glob*/ a glob.
proc matches {expected got} {
  if {![regexp {^(~?)/(.*)/$} $expected -> not pattern]} {
    return [string equal $expected $got]
  }
  if {[string match {\**} $pattern]} {
    set match [string match $pattern $got]
  } else {
    set match [regexp -- $pattern $got]
  }
  return [expr {$not eq "" ? $match : !$match}]
}

# Returns an expected list, which may span several lines, in one form.
proc normalise {expected} {
  set trimmed [string trim $expected]
  if {[regexp {^~?/.*/$} $trimmed]} { return $trimmed }
  list {*}$expected
}

# Runs a script in the scope of the caller's caller and compares its result.
proc check {name script expected} {
  begin $name
  if {[catch {uplevel 2 $script} got options] ni {0 2}} {   ;# 2: by `return`
    fail expected $expected error [dict get $options -errorinfo]
  } elseif {[matches $expected $got]} {
    pass
  } else {
    fail expected $expected got $got
  }
}

proc do_test {name script {expected {}}} {
  check $name $script $expected
}

# do_execsql_test ?-db DB? NAME SQL ?EXPECTED?: compares the rows of SQL.
proc do_execsql_test {args} {
  set db db
  if {[lindex $args 0] eq "-db"} { set args [lassign $args - db] }
  lassign $args name sql expected
  check $name [list execsql $sql $db] [normalise $expected]
}

# do_catchsql_test ?-db DB? NAME SQL EXPECTED: compares {0 rows} or {1 message}.
proc do_catchsql_test {args} {
  set db db
  if {[lindex $args 0] eq "-db"} { set args [lassign $args - db] }
  lassign $args name sql expected
  check $name [list catchsql $sql $db] [normalise $expected]
}

# --- Databases and files ----------------------------------------------------

# Runs SQL; its variables ($x, :x) are those of the caller.
proc execsql {sql {db db}} {
  uplevel 1 [list $db eval $sql]
}

proc catchsql {sql {db db}} {
  set rc [catch {uplevel 1 [list $db eval $sql]} result]
  list $rc $result
}

# open_db DB FILE ?OPTION...?: connects as `sqlite3` does, and loads orm. (SQLite
# 3.53 reads the file for any SELECT, so the timeout covers a locked file.)
proc open_db {db args} {
  sqlite3 $db {*}$args
  $db enable_load_extension 1
  $db timeout 10000
  $db eval {SELECT load_extension($::tester(lib))}
  $db timeout 0
}

# Opens a new empty test.db on connection db, in the encoding of ENCODING.
proc reset_db {} {
  catch {db close}
  forcedelete {*}[glob -nocomplain test.db*]
  open_db db test.db
  if {[info exists ::env(ENCODING)]} {
    db eval "PRAGMA encoding = '$::env(ENCODING)'"
  }
}

proc forcedelete {args} {
  file delete -force {*}$args
}

proc forcecopy {from to} {
  file copy -force $from $to
}

# --- Loops and chance -------------------------------------------------------

# Returns the number of rounds for a loop that has n rounds by default.
proc soak {n} {
  set factor [expr {[info exists ::env(SOAK)] ? $::env(SOAK) : 1}]
  expr {max(1, int($n * $factor))}
}

# Seeds rand() and prints the seed. (run.tcl prints lines with # for passed files,
# too.) The default seed is always the same; with SOAK it comes from the clock.
proc use_seed {} {
  set seed [expr {[info exists ::env(SOAK)] ? [clock microseconds] : 1}]
  if {[info exists ::env(SEED)]} { set seed $::env(SEED) }
  expr {srand($seed)}
  puts "# seed: SEED=$seed tclsh tests/$::tester(file).test"
}

# --- Faults -----------------------------------------------------------------

# The kinds of fault, each with the errors that may report it. A fault occurs
# once (oom-transient) or at every operation from then on (oom-persistent).
array set faults {
  oom       {{out of memory}}
  ioerr     {{disk I/O error}}
  full      {{database or disk is full}}
  cantopen  {{unable to open database file}}
  interrupt {interrupted}
  ignore    {{reads as NULL}}
  deny      {prohibited {not authorized} {authorization denied}}
  readdir   {{cannot read directory}}
  fflush    {{cannot write}}
  fsync     {{cannot write}}
  rename    {{cannot write}}
}
# The default faults of a test. An authorizer that ignores or denies is for
# callfault.test, and the C library for diskfault.test.
set everyday_faults {oom ioerr full cantopen interrupt}

# Other errors that SQLite itself reports for some faults: for an interrupt or no
# memory in a table-valued function, no memory in its JSON functions or in RENAME,
# no memory for the message of an error, and, in 3.46, for an interrupt while the
# columns of a view are read. And if the rollback of a statement fails, SQLite
# reports only the error of the statement. For faultsim_test_result.
set sqlite_says {
  {/1 .*SQLite has rolled the transaction back/}
  {/1 .*expected 0 columns for '' but got \d/}
  {/1 .*: not an error/}
  {/1 .*vtable constructor failed/}
  {/1 .*models is no JSON that says its format/} {/1 .*NOT NULL constraint failed/}
  {/1 .*: constraint failed/}
  {1 {constraint failed}}
  {1 {SQL logic error}}
}

# do_faultsim_test NAME ?-faults GLOBS? ?-prep SCRIPT? ?-body SCRIPT?
#     ?-test SCRIPT? ?-cleanup SCRIPT? ?-step N?
#
# Runs -body with a fault at its first operation (allocation, access to a file),
# then with a fault at its second, and so on until no fault occurs. Each round
# runs -prep, -body with the fault armed, and -test without it. -test sees testrc
# and testresult (of the body) and testnfail (the number of faults that occurred),
# and raises an error to report a failure: see faultsim_test_result. Then db is
# closed and -cleanup runs; no memory may be left. Each kind of fault is one test.
#
# A long body is sampled: every Nth operation with -step N or FAULT_STEP=N;
# otherwise `soak 120` operations, spread evenly.
proc do_faultsim_test {name args} {
  set o [dict merge {-prep {} -body {} -test {} -cleanup {} -step 0} \
             [list -faults [lmap kind $::everyday_faults { string cat $kind -* }]] \
             $args]
  foreach unknown [dict keys $o] {
    if {$unknown ni {-faults -prep -body -test -cleanup -step}} {
      error "do_faultsim_test: unknown option $unknown"
    }
  }
  foreach fault [faults_like [dict get $o -faults]] {
    begin $name-$fault
    if {[catch {uplevel 1 [list faultsim_loop $fault $o]} message]} {
      fail fault $message
    } else {
      pass
    }
  }
}

proc faults_like {globs} {
  set found {}
  foreach kind [lsort [array names ::faults]] {
    foreach fault [list $kind-transient $kind-persistent] {
      foreach glob $globs {
        if {[string match $glob $fault]} { lappend found $fault; break }
      }
    }
  }
  if {$found eq ""} { error "no fault is like $globs" }
  return $found
}

proc faultsim_loop {fault o} {
  # Once without a fault, to count the operations.
  lassign [uplevel 1 [list faultsim_once $fault 0 $o]] seen
  set step [dict get $o -step]
  if {[info exists ::env(FAULT_STEP)]} { set step $::env(FAULT_STEP) }
  if {$step < 1} { set step [expr {$seen / [soak 120] + 1}] }
  set n 1
  while {[lindex [uplevel 1 [list faultsim_once $fault $n $o]] 1] > 0} {
    incr n $step
  }
}

# Runs a round with a fault at the nth operation. Returns {operations faults}.
proc faultsim_once {fault n o} {
  upvar 1 testrc testrc testresult testresult testnfail testnfail
  lassign [split $fault -] kind duration
  set ::tester(fault) $kind
  catch {db close}
  set before [faultshim outstanding]

  uplevel 1 [dict get $o -prep]
  set options {}
  if {$duration eq "persistent"} { lappend options -persistent }
  if {[info commands db] ne ""} { lappend options -db db }
  faultshim arm $kind $n {*}$options
  set testrc [catch {uplevel 1 [dict get $o -body]} testresult]
  set counts [faultshim disarm]
  set testnfail [lindex $counts 1]

  # Before 3.39 no extension can roll back when memory runs out inside a DROP of
  # SQLite: the caller has to.
  if {$kind eq "oom" && $testrc && [faultshim dropped] && ![sqlite_since 3.39]} {
    catch {db eval ROLLBACK}
  }

  set where "$kind at operation $n"
  if {[catch {uplevel 1 [dict get $o -test]} message]} {
    error "$where: $message"
  }
  catch {db close}
  uplevel 1 [dict get $o -cleanup]
  set left [expr {[faultshim outstanding] - $before}]
  if {$left} { error "$where: $left allocations not freed" }
  return $counts
}

# faultsim_test_result EXPECTED ?ALTERNATIVE...?: for -test. Each argument is
# {0 result}, {1 error} or a pattern for such a list. Without a fault the body
# must end as EXPECTED. With one, an ALTERNATIVE or any message that contains the
# fault's own error is right, too.
proc faultsim_test_result {args} {
  upvar 1 testrc testrc testresult testresult testnfail testnfail
  set got [list $testrc $testresult]
  if {$testnfail == 0} {
    set args [lrange $args 0 0]
  } else {
    foreach fair $::faults($::tester(fault)) {
      if {$testrc == 1 && [string match *$fair* $testresult]} return
    }
  }
  foreach expected $args {
    if {[matches [normalise $expected] $got]} return
  }
  error "got $got, expected one of $args (faults met: $testnfail)"
}

# Save the files of test.db and restore them: for -prep.
proc faultsim_save {} {
  forcedelete {*}[glob -nocomplain saved.test.db*]
  foreach file [glob -nocomplain test.db*] { forcecopy $file saved.$file }
}

proc faultsim_save_and_close {} {
  faultsim_save
  catch {db close}
}

proc faultsim_restore {} {
  forcedelete {*}[glob -nocomplain test.db*]
  foreach file [glob -nocomplain saved.test.db*] {
    forcecopy $file [string range $file 6 end]
  }
}

proc faultsim_restore_and_reopen {} {
  catch {db close}
  faultsim_restore
  open_db db test.db
}

proc faultsim_delete_and_reopen {} {
  reset_db
}

# Raises an error unless a new connection finds the file sound.
proc faultsim_integrity_check {} {
  sqlite3 checkdb test.db
  set result [checkdb eval {PRAGMA integrity_check}]
  checkdb close
  if {$result ne "ok"} { error "integrity_check: $result" }
}

# --- The life of a test file ------------------------------------------------

# Ends a test file: fails if a connection or memory is left, and prints the sum.
proc finish_test {} {
  catch {db close}
  set left [faultshim outstanding]
  if {$left} {
    begin memory
    fail leak "$left allocations not freed (is a connection still open?)"
  }
  cd $::tester(home)
  forcedelete $::tester(dir)
  puts "$::tester(passed) passed, $::tester(failed) failed"
  exit [expr {$::tester(failed) > 0}]
}

proc start_test {} {
  global tester env
  set tests [file dirname [file normalize [info script]]]
  set build [file join [file dirname $tests] build]
  set tester(home) [pwd]
  set tester(file) [file rootname [file tail $::argv0]]
  set tester(lib) [file join $build orm.so]
  if {[info exists env(ORM_LIB)]} { set tester(lib) $env(ORM_LIB) }
  set tester(lib) [file normalize $tester(lib)]
  set env(ORM_LIB) $tester(lib)   ;# absolute, for children in other directories
  foreach file [list $tester(lib) [file join $build faultshim.so]] {
    if {![file exists $file]} {
      puts "$file is missing: run make test"
      exit 1
    }
  }
  load [file join $build faultshim.so]   ;# before SQLite is used
  package require sqlite3
  if {![sqlite_since 3.37]} {   ;# of an interrupt there; no memory for a message
    lappend ::faults(interrupt) {no such table: temp.json_each} {no such table: temp.pragma_}
    lappend ::sqlite_says {/1 .*no such table: (orm_diff|orm_help)/} {/^1 \{.*: \}$/}
  }

  set tmp [expr {[info exists env(TMPDIR)] ? $env(TMPDIR) : "/tmp"}]
  set tester(dir) [file join $tmp orm-$tester(file)-[pid]]
  forcedelete $tester(dir)
  file mkdir $tester(dir)
}

# The test file that sourced this file is sourced again from here. An error in it
# is then counted like any other failure, and its temporary directory is removed
# on every path.
start_test
set tester(script) [file normalize $argv0]
cd $tester(dir)
set error "ended without finish_test"
if {[catch {reset_db; source $tester(script)} -> options]} {
  set error [dict get $options -errorinfo]
}
begin $tester(file).test
fail error $error
finish_test
