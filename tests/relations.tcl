# Words for the tests of relationships: a database with tables and
# relationships, and steps on it.

source [file join [file dirname $tester(script)] state.tcl]

# Declare tables by SQL, relationships by rows of orm_relationship.
proc declare {tables relationships} {
  db eval {SELECT orm_declare($tables)}
  foreach row $relationships { relationship $row }
}

# MODEL NAME TARGET ?COLUMN VALUE?...
proc relationship {row} {
  set values [lassign $row model name target]
  db eval {INSERT INTO orm_relationship(model, name, target)
           VALUES ($model, $name, $target)}
  foreach {column value} $values {
    db eval "UPDATE orm_relationship SET \"$column\" = \$value
             WHERE model = \$model AND name = \$name"
  }
}

proc relate {tables relationships {rows {}}} {
  reset_db
  db eval {PRAGMA foreign_keys = ON}
  declare $tables $relationships
  db eval {SELECT orm_migrate()}
  db eval $rows
}

# The rows of some SQL, or ! and the error.
proc outcome {sql} {
  if {[catch {db eval $sql} result]} { return "! $result" }
  return $result
}

# steps NAME {SQL RESULT...}: one after the other on the same database. A result
# may be a pattern, as for do_test.
proc steps {name steps} {
  set n 0
  foreach {sql expected} $steps {
    if {![regexp {^[!/]} $expected]} { set expected [list {*}$expected] }
    do_test $name-[incr n] [list outcome $sql] $expected
  }
}
