# Taking over databases that others made. Sourced behind random.tcl.

# The schema that is not orm's, as text: what adoption may not touch.
proc texts {db} {
  $db eval {SELECT type || ' ' || name, sql FROM main.sqlite_schema
            WHERE name NOT LIKE 'orm!_%' ESCAPE '!' AND name <> 'sqlite_sequence'
              AND tbl_name NOT LIKE 'orm!_%' ESCAPE '!'
            ORDER BY 1}
}

# Take over what is there, as version 1.
proc adopt {} {
  set before [texts db]
  db eval {SELECT orm_reflect()}
  same "texts of what was adopted" [texts db] $before
  no_difference
}

proc no_difference {} {
  same orm_diff [db eval {SELECT cause, op, object, detail FROM orm_diff}] {}
}
