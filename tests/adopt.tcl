# Adopts databases of other programs. Source it after random.tcl.

# Returns the texts of all objects that are not orm's: adoption must not touch them.
proc texts {db} {
  $db eval {SELECT type || ' ' || name, sql FROM main.sqlite_schema
            WHERE name NOT LIKE 'orm!_%' ESCAPE '!' AND name <> 'sqlite_sequence'
              AND tbl_name NOT LIKE 'orm!_%' ESCAPE '!'
            ORDER BY 1}
}

# Adopts everything as version 1.
proc adopt {} {
  set before [texts db]
  db eval {SELECT orm_reflect()}
  same "texts of what was adopted" [texts db] $before
  no_difference
}

proc no_difference {} {
  same orm_diff [db eval {SELECT cause, op, object, detail FROM orm_diff}] {}
}
