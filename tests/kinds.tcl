# A table of kinds of change of one table. Source it after tester.tcl.

# --- Kinds of change ------------------------------------------------------------

# kind NAME CHEAPEST FROM TO ?SETUP?: changes a table with the columns and
# constraints FROM to one with TO. "id INTEGER PRIMARY KEY" is put before both
# unless they begin with =; options follow a %. CHEAPEST is the cheapest method and
# its means: n is SQLite's own ALTER TABLE, e a text edit, r a rewrite, and N a text
# edit or, if that is forbidden, ALTER TABLE since 3.53.
set kinds {}
proc kind {name cheapest from to {setup {}}} {
  lappend ::kinds [list $name $cheapest $from $to $setup]
}
set abc {a INT, b TEXT, c REAL}

# Types.
kind type-int       instant-e $abc {a BIGINT, b TEXT, c REAL}
kind type-words     instant-e $abc {a UNSIGNED BIG INT, b TEXT, c REAL}
kind type-varchar   instant-e $abc {a INT, b VARCHAR(20), c REAL}
kind type-length    instant-e {a INT, b VARCHAR(20), c REAL} {a INT, b VARCHAR(3), c REAL}
kind type-quoted    instant-e $abc {a INT, b "my text"(5), c REAL}
kind type-real      instant-e $abc {a INT, b TEXT, c DOUBLE PRECISION}
kind type-numeric   instant-e {a DECIMAL(10,2), b TEXT, c REAL} {a BOOLEAN, b TEXT, c REAL}
kind type-none      instant-e {a BLOB, b TEXT, c REAL} {a, b TEXT, c REAL}
kind type-some      instant-e {a, b TEXT, c REAL} {a BLOB, b TEXT, c REAL}
kind type-three     instant-e $abc {a SMALLINT, b CLOB, c FLOAT}
kind type-text      rewrite-r $abc {a TEXT, b TEXT, c REAL}
kind type-to-int    rewrite-r $abc {a INT, b INT, c REAL}
kind type-to-blob   rewrite-r $abc {a INT, b BLOB, c REAL}
kind type-string    rewrite-r $abc {a INT, b STRING, c REAL}
kind type-affinity  rewrite-r $abc {a NUMERIC, b TEXT, c REAL}
kind type-key       rewrite-r {=id INT PRIMARY KEY, a INT, b TEXT, c REAL} \
    {=id INTEGER PRIMARY KEY, a INT, b TEXT, c REAL}
kind type-key-big   rewrite-r {} {=id BIGINT PRIMARY KEY, a INT, b TEXT, c REAL}
kind type-key-desc  rewrite-r {} {=id INTEGER PRIMARY KEY DESC, a INT, b TEXT, c REAL}
kind type-key-other rewrite-r {=id INT UNIQUE, a INT, b TEXT, c REAL, PRIMARY KEY (id, a)} \
    {=id INT UNIQUE, a BIGINT, b TEXT, c REAL, PRIMARY KEY (id, a)}
kind type-feeds     rewrite-r "$abc, g AS (a + 1)" {a BIGINT, b TEXT, c REAL, g AS (a + 1)}
kind type-generated rewrite-r "$abc, g INT AS (a + 1)" "$abc, g BIGINT AS (a + 1)"

# NOT NULL.
kind not-null       scan-N    $abc {a INT NOT NULL, b TEXT, c REAL}
kind not-null-two   scan-N    $abc {a INT NOT NULL, b TEXT NOT NULL, c REAL}
kind not-null-name  scan-e    $abc {a INT CONSTRAINT given NOT NULL, b TEXT, c REAL}
kind not-null-on    scan-e    $abc {a INT NOT NULL ON CONFLICT IGNORE, b TEXT, c REAL}
kind null           instant-N {a INT NOT NULL, b TEXT, c REAL} $abc
kind null-named     instant-N {a INT CONSTRAINT given NOT NULL DEFAULT 3, b TEXT, c REAL} \
    {a INT DEFAULT 3, b TEXT, c REAL}
kind null-renamed   instant-e {a INT CONSTRAINT x NOT NULL, b TEXT, c REAL} \
    {a INT CONSTRAINT y NOT NULL, b TEXT, c REAL}
kind null-unnamed   instant-e {a INT CONSTRAINT x NOT NULL, b TEXT, c REAL} \
    {a INT NOT NULL, b TEXT, c REAL}
kind null-conflict  rewrite-r {a INT NOT NULL, b TEXT, c REAL} \
    {a INT NOT NULL ON CONFLICT IGNORE, b TEXT, c REAL}
kind null-key       rewrite-r {=id TEXT NOT NULL PRIMARY KEY, a INT, b TEXT, c REAL} \
    {=id TEXT PRIMARY KEY, a INT, b TEXT, c REAL}
kind null-feeds     rewrite-r {a INT NOT NULL, b TEXT, c REAL, g AS (a)} "$abc, g AS (a)"

# DEFAULT.
kind default        scan-e    $abc {a INT DEFAULT 5, b TEXT, c REAL}
kind default-other  scan-e    {a INT DEFAULT 5, b TEXT, c REAL} {a INT DEFAULT -6, b TEXT, c REAL}
kind default-none   scan-e    {a INT DEFAULT 5, b TEXT, c REAL} $abc
kind default-expr   scan-e    $abc {a INT, b TEXT DEFAULT ('x' || 'y'), c REAL DEFAULT 1e3}
kind default-text   scan-e    {a INT, b TEXT DEFAULT 'it''s', c REAL} \
    {a INT, b TEXT DEFAULT 'a; b -- c', c REAL}
kind default-null   scan-e    {a INT NOT NULL, b TEXT, c REAL} \
    {a INT NOT NULL DEFAULT 0, b TEXT, c REAL}
kind default-short  rewrite-r "$abc, d TEXT DEFAULT 'old'" "$abc, d TEXT DEFAULT 'new'" \
    { ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'old'; INSERT INTO t(id, d) VALUES (20, 'it') }
kind default-long   scan-e    "$abc, d TEXT DEFAULT 'old'" "$abc, d TEXT DEFAULT 'new'" \
    { ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'old'; UPDATE t SET d = d }
kind default-gone   rewrite-r "$abc, d INT DEFAULT 7" "$abc, d INT" \
    { ALTER TABLE t ADD COLUMN d INT DEFAULT 7 }
kind default-late   rewrite-r "$abc, d INT" "$abc, d INT DEFAULT 7" \
    { ALTER TABLE t ADD COLUMN d INT }
kind default-feeds  rewrite-r "$abc, g AS (a + 1)" {a INT DEFAULT 1, b TEXT, c REAL, g AS (a + 1)}
kind default-key    rewrite-r {} {=id TEXT DEFAULT 'x' PRIMARY KEY, a INT, b TEXT, c REAL}

# Collations, what is generated.
kind collate        rewrite-r $abc {a INT, b TEXT COLLATE NOCASE, c REAL}
kind collate-none   rewrite-r {a INT, b TEXT COLLATE NOCASE, c REAL} $abc
kind generated      rewrite-r "$abc, g AS (a + 1)" "$abc, g AS (a + 2)"
kind stored         rewrite-r "$abc, g AS (a + 1)" "$abc, g AS (a + 1) STORED"

# CHECK.
kind check          scan-N    $abc "$abc, CHECK (a > -50)"
kind check-column   scan-N    $abc {a INT CHECK (a > -50), b TEXT, c REAL}
kind check-named    scan-N    $abc "$abc, CONSTRAINT low CHECK (a > -50 AND t.b <> 'neg')"
kind check-null     scan-e    "$abc, d" "$abc, d, CHECK (d OR d)" \
    { ALTER TABLE t ADD COLUMN d }
kind check-drop     instant-e "$abc, CHECK (a > -50)" $abc
kind check-drop-col instant-e {a INT CHECK (a > -50) NOT NULL, b TEXT, c REAL} \
    {a INT NOT NULL, b TEXT, c REAL}
kind check-drop-named instant-N "$abc, CONSTRAINT low CHECK (a > -50)" $abc
kind check-rename   instant-e "$abc, CONSTRAINT low CHECK (a > -50)" \
    "$abc, CONSTRAINT lower CHECK (a > -50)"
kind check-name     instant-e "$abc, CHECK (a > -50)" "$abc, CONSTRAINT l CHECK (a > -50)"
kind check-no-name  instant-e {a INT CONSTRAINT l CHECK (a > -50), b TEXT, c REAL} \
    {a INT CHECK (a > -50), b TEXT, c REAL}
kind check-other    scan-e    "$abc, CHECK (a > -50)" "$abc, CHECK (a > -60)"
kind check-two      scan-e    "$abc, CHECK (a > -50), CHECK (c > -9)" \
    "$abc, CHECK (a > -60), CHECK (b <> 'neg')"
kind check-strings  scan-N    $abc "$abc, CHECK (b <> ')' AND b <> '--')"

# Foreign keys.
kind foreign        scan-e    $abc "$abc, FOREIGN KEY (a) REFERENCES p"
kind foreign-column scan-e    $abc {a INT REFERENCES p (id) ON DELETE CASCADE, b TEXT, c REAL}
kind foreign-named  scan-e    $abc "$abc, CONSTRAINT up FOREIGN KEY (a) REFERENCES p (id)"
kind foreign-self   scan-e    "$abc, u INT" "$abc, u INT REFERENCES t (id)" \
    { UPDATE t SET u = 1 }
kind foreign-drop   instant-e "$abc, FOREIGN KEY (a) REFERENCES p ON DELETE SET NULL" $abc
kind foreign-drop-c instant-e {a INT REFERENCES p DEFERRABLE INITIALLY DEFERRED, b TEXT, c REAL} $abc
kind foreign-action instant-e {a INT REFERENCES p, b TEXT, c REAL} \
    {a INT REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL, b TEXT, c REAL}
kind foreign-defer  instant-e "$abc, FOREIGN KEY (a) REFERENCES p" \
    "$abc, FOREIGN KEY (a) REFERENCES p DEFERRABLE INITIALLY DEFERRED"
kind foreign-rename instant-e "$abc, CONSTRAINT x FOREIGN KEY (a) REFERENCES p" \
    "$abc, CONSTRAINT y FOREIGN KEY (a) REFERENCES p"
kind foreign-other  scan-e    {a INT REFERENCES p, b TEXT, c REAL} \
    {a INT REFERENCES q, b TEXT, c REAL}

# UNIQUE and keys.
kind unique         rewrite-r $abc "$abc, UNIQUE (a)"
kind unique-column  rewrite-r $abc {a INT, b TEXT UNIQUE, c REAL}
kind unique-drop    rewrite-r "$abc, UNIQUE (a, b)" $abc
kind unique-more    rewrite-r "$abc, UNIQUE (a)" "$abc, UNIQUE (a, b)"
kind unique-conflict rewrite-r "$abc, UNIQUE (a)" "$abc, UNIQUE (a) ON CONFLICT IGNORE"
kind unique-name    instant-e "$abc, UNIQUE (a), UNIQUE (b)" \
    "$abc, CONSTRAINT only UNIQUE (a), UNIQUE (b)"
kind key-name       instant-e {} {=id INTEGER CONSTRAINT pk PRIMARY KEY, a INT, b TEXT, c REAL}
kind key-add        rewrite-r {=id INT UNIQUE, a INT, b TEXT, c REAL} {}
kind key-more       rewrite-r {=id INT UNIQUE PRIMARY KEY, a INT, b TEXT, c REAL} \
    {=id INT UNIQUE, a INT, b TEXT, c REAL, PRIMARY KEY (id, a)}
kind key-auto       rewrite-r {} {=id INTEGER PRIMARY KEY AUTOINCREMENT, a INT, b TEXT, c REAL}
kind auto-type      instant-e {=id INTEGER PRIMARY KEY AUTOINCREMENT, a INT, b TEXT, c REAL} \
    {=id INTEGER PRIMARY KEY AUTOINCREMENT, a BIGINT, b TEXT, c REAL}

# Columns.
kind add            instant-n $abc "$abc, d INT"
kind add-default    instant-n $abc "$abc, d TEXT DEFAULT 'new'"
kind add-not-null   instant-n $abc "$abc, d INT NOT NULL DEFAULT 0"
kind add-two        instant-n $abc "$abc, d INT, e TEXT COLLATE NOCASE DEFAULT 'E'"
kind add-virtual    instant-n $abc "$abc, d AS (a * 2)"
kind add-foreign    instant-n $abc "$abc, d INT REFERENCES p ON DELETE CASCADE"
kind add-foreign-d  scan-n    $abc "$abc, d INT DEFAULT 1 REFERENCES p"
kind add-check      scan-n    $abc "$abc, d INT DEFAULT 3 CHECK (d > 2)"
kind add-beside     scan-n    "$abc, CHECK (a > -50)" "$abc, d INT, CHECK (a > -50)"
kind add-checked    scan-N    $abc "$abc, d INT DEFAULT 3, CHECK (d > a - 100)"
kind add-middle     rewrite-r $abc {a INT, d INT, b TEXT, c REAL}
kind add-stored     rewrite-r $abc "$abc, d AS (a * 2) STORED"
kind add-unique     rewrite-r $abc "$abc, d INT UNIQUE"
kind add-expr       rewrite-r $abc "$abc, d INT DEFAULT (1 + 1)"
kind add-true       rewrite-r $abc "$abc, d TEXT DEFAULT TRUE"
kind add-backfill   rewrite-r $abc "$abc, d INT -- @backfill a * 2\n"
kind add-given      rewrite-r $abc "$abc, d INT NOT NULL -- @backfill 5\n"
kind refill         rewrite-r $abc {a INT, b TEXT -- @backfill b || '!'
  , c REAL}
kind drop           rewrite-r "$abc, d INT DEFAULT 3" $abc
# By DROP COLUMN where it can, by a copy otherwise: the same either way.
kind drop-first     rewrite-r "d INT DEFAULT 3, $abc" $abc
kind drop-full      rewrite-r "$abc, d TEXT NOT NULL DEFAULT 'x' CHECK (d <> '') COLLATE NOCASE" $abc
kind drop-foreign   rewrite-r "$abc, d INT DEFAULT 3 REFERENCES q(id)" $abc
kind drop-short     rewrite-r "$abc, d INT DEFAULT 3, e INT" "$abc, d INT DEFAULT 3" \
    {ALTER TABLE t ADD COLUMN e INT DEFAULT 9}
kind drop-checked   rewrite-r "$abc, d INT DEFAULT 3, CHECK (d > a - 999)" $abc
kind drop-unique    rewrite-r "$abc, d INT UNIQUE" $abc
kind drop-index     rewrite-r "$abc, d INT DEFAULT 3, e INT DEFAULT 4" "$abc, d INT DEFAULT 3" \
    {CREATE INDEX td ON t(d)}
kind drop-and-add   rewrite-r "$abc, d INT DEFAULT 3" "$abc, e TEXT DEFAULT 'e'"
kind drop-and-edit  rewrite-r "$abc, d INT DEFAULT 3" {a BIGINT, b TEXT NOT NULL, c REAL, CHECK (a > -50)}
kind drop-and-type  rewrite-r "$abc, d INT DEFAULT 3" {a TEXT, b TEXT, c REAL}
kind drop-generated rewrite-r "$abc, d INT AS (a + 1)" $abc
kind drop-fed       rewrite-r "$abc, d INT DEFAULT 3, e INT AS (d)" "$abc, e INT AS (a)"
kind drop-two       rewrite-r "$abc, d INT DEFAULT 3, e AS (d)" $abc
kind rename         instant-n "$abc, d INT" "$abc, e INT -- @renamed from=d\n"
kind rename-swap    instant-n "$abc, d INT, e INT" \
    "$abc, d INT -- @renamed from=e
     , e INT -- @renamed from=d\n"
kind rename-more    scan-e "$abc, d INT DEFAULT 3 CHECK (d > 2)" \
    "$abc, e BIGINT NOT NULL DEFAULT 4 CHECK (e > 2) -- @renamed from=d\n"
kind order          instant-n $abc {c REAL, a INT, b TEXT}

# Options, and several at once.
kind rowid          rewrite-r "$abc%" "$abc%WITHOUT ROWID"
kind rowid-less     rewrite-r "$abc%WITHOUT ROWID" "$abc%"
kind several        scan-e {a INT, b TEXT, c REAL, CHECK (a > -50), FOREIGN KEY (a) REFERENCES p} \
    {a BIGINT NOT NULL, b TEXT DEFAULT 'b', c REAL, CONSTRAINT low CHECK (a > -50), CHECK (c < 1e99)}
kind several-less   instant-e {a INT NOT NULL CHECK (a > -50) REFERENCES p, b TEXT NOT NULL, c REAL} \
    {a BIGINT, b VARCHAR, c REAL}
kind several-add    scan-e {a INT, b TEXT, c REAL, CHECK (a > -50)} \
    {a INTEGER, b TEXT, c REAL, d INT DEFAULT 4, CHECK (a > -60)}
kind several-rewrite rewrite-r {a INT, b TEXT, c REAL} \
    {a TEXT, b TEXT NOT NULL, c REAL DEFAULT 4, CHECK (b <> 'neg')}
if {[sqlite_since 3.37]} {
  kind strict         rewrite-r "$abc%" "$abc%STRICT"
  kind strict-not     rewrite-r "$abc%STRICT" "$abc%"
  kind strict-type    rewrite-r "$abc%STRICT" {a INTEGER, b TEXT, c REAL%STRICT}
  kind strict-any     rewrite-r {a ANY, b TEXT, c REAL%STRICT} {a TEXT, b TEXT, c REAL%STRICT}
  kind strict-null    instant-N {a INT NOT NULL, b TEXT, c REAL%STRICT} "$abc%STRICT"
  kind strict-check   scan-N    "$abc%STRICT" "$abc, CHECK (a > -50)%STRICT"
  kind strict-default scan-e    "$abc%STRICT" {a INT DEFAULT 9, b TEXT, c REAL%STRICT}
  kind strict-add     scan-n    "$abc%STRICT" "$abc, d INT DEFAULT 5%STRICT"
}
if {[sqlite_since 3.38]} {   ;# 3.37 takes one column's type for another's there
  kind strict-virtual rewrite-r "$abc%STRICT" "$abc, d INT AS (a)%STRICT"
}

# The text of CREATE TABLE t; what options are given, else WITHOUT ROWID or not.
proc definition {body norowid} {
  lassign [split $body %] body options
  if {[string trim $body] eq ""} { set body $::abc }
  if {[string index $body 0] eq "="} {
    set body [string range $body 1 end]
  } else {
    set body "id INTEGER PRIMARY KEY, $body"
  }
  if {$norowid} {
    if {$options ne ""} { append options ", " }
    append options "WITHOUT ROWID"
  }
  return "CREATE TABLE t($body) $options"
}

# Can the kind be had WITHOUT ROWID, too?
proc takes_norowid {from to} {
  foreach body [list $from $to] {
    if {[regexp {AUTOINCREMENT|ROWID|NOT NULL PRIMARY KEY|^=id INT UNIQUE,.*REAL$} $body]} { return 0 }
    if {[regexp {^=id INT(EGER)? PRIMARY KEY DESC} $body]} { return 0 }
  }
  return 1
}
