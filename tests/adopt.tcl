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
  if {[db exists {SELECT 1 FROM pragma_function_list
                  WHERE name = 'orm_reflect'}]} {
    db eval {SELECT orm_reflect()}
  } else {
    set script [db onecolumn {
      SELECT group_concat(sql || char(10), ';' || char(10))
      FROM (SELECT s.sql FROM sqlite_schema AS s
            LEFT JOIN pragma_table_list AS l
              ON l.schema = 'main' AND l.name = s.name AND s.type = 'table'
            WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite!_%' ESCAPE '!'
              AND l.type IS NOT 'shadow'
            ORDER BY s.rowid)
    }]
    db eval {
      SELECT orm_init();
      SELECT orm_declare($script);
      SELECT orm_revision('adopted');
      UPDATE orm_migration SET down = NULL;
      SELECT orm_stamp(1);
    }
  }
  same "texts of what was adopted" [texts db] $before
  no_difference
}

proc no_difference {} {
  same orm_diff [db eval {SELECT cause, op, object, detail FROM orm_diff}] {}
}
