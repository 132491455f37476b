# Worker processes, and a history of versions for them. Source it after tester.tcl
# and state.tcl.

# --- Workers --------------------------------------------------------------------------

# A worker evaluates the scripts that it reads, with a connection `db` to test.db
# once a script has opened one. It ends with its input, so with this process.
proc start_worker {} {
  set name worker[incr ::worker_files].tcl
  set f [open $name w]
  puts $f [child_words]
  puts $f {
    fconfigure stdin -translation binary
    fconfigure stdout -translation binary
    while {[gets stdin length] >= 0} {
      set script [encoding convertfrom utf-8 [read stdin $length]]
      set rc [catch $script result]
      set said [encoding convertto utf-8 [list $rc $result]]
      puts -nonewline "[string length $said]\n$said"
      flush stdout
    }
  }
  close $f
  set worker [open |[tclsh_command $name] r+]
  fconfigure $worker -translation binary
  return $worker
}

proc tell {worker script} {
  set script [encoding convertto utf-8 $script]
  puts -nonewline $worker "[string length $script]\n$script"
  flush $worker
}

# Returns {0 result} or {1 error} of the last script.
proc answer {worker} {
  encoding convertfrom utf-8 [read $worker [gets $worker]]
}

proc stop_worker {worker} {
  close $worker
}

# --- A history ------------------------------------------------------------------------

# Eight versions: native DDL, text edits, rewrites, renames, and tables and columns
# that are archived and restored.
set life(1) {
  CREATE TABLE user(id INTEGER PRIMARY KEY, nickname VARCHAR(64), age TEXT);
}
set life(2) {
  CREATE TABLE user(id INTEGER PRIMARY KEY, nickname VARCHAR(64), age TEXT);
  CREATE TABLE post(id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT, score TEXT,
                    user_id INTEGER REFERENCES user(id) ON DELETE CASCADE);
  CREATE INDEX post_user ON post(user_id);
  CREATE VIEW recent AS SELECT id, body FROM post ORDER BY id DESC LIMIT 9;
}
set life(3) {
  CREATE TABLE user(id INTEGER PRIMARY KEY, nickname VARCHAR(64) UNIQUE,
                    email TEXT DEFAULT 'none');
  CREATE TABLE post(id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT, score TEXT,
                    user_id INTEGER REFERENCES user(id) ON DELETE CASCADE);
  CREATE INDEX post_user ON post(user_id);
  CREATE INDEX user_email ON user(email) WHERE email <> 'none';
  CREATE VIEW recent AS SELECT id, body FROM post ORDER BY id DESC LIMIT 9;
}
set life(4) [string map {{score TEXT} {score INTEGER}} $life(3)]
set life(5) [string map {{body TEXT} {body TEXT NOT NULL CHECK (body <> '')}} $life(4)]
set life(6) {
  CREATE TABLE user(id INTEGER PRIMARY KEY,
                    handle VARCHAR(64) UNIQUE,  -- @renamed from=nickname
                    email TEXT DEFAULT 'none');
  CREATE TABLE article(  -- @renamed from=post
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    body TEXT NOT NULL CHECK (body <> ''), score INTEGER,
                    user_id INTEGER REFERENCES user(id) ON DELETE CASCADE);
  CREATE INDEX article_user ON article(user_id);
  CREATE INDEX user_email ON user(email) WHERE email <> 'none';
  CREATE VIEW recent AS SELECT id, body FROM article ORDER BY id DESC LIMIT 9;
  CREATE TRIGGER greet AFTER INSERT ON user BEGIN
    INSERT INTO article(body, user_id) VALUES ('hello', new.id);
  END;
}
set life(7) {
  CREATE TABLE user(id INTEGER PRIMARY KEY, handle VARCHAR(64) UNIQUE,
                    email TEXT DEFAULT 'none',
                    initial TEXT  -- @backfill substr(handle, 1, 1)
  );
  CREATE TABLE tag(word TEXT PRIMARY KEY, uses INTEGER) WITHOUT ROWID;
}
set life(8) {
  CREATE TABLE user(id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE,
                    initial TEXT, email TEXT);
}
set life_versions 8

# Adds rows, once the table post exists.
proc live_on {n {db db}} {
  incr n 0   ;# a number for SQLite, too
  $db eval {
    BEGIN;
    WITH i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < $n)
      INSERT INTO user SELECT x, 'user ' || x, printf('%03d', x % 90) FROM i;
    WITH i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i WHERE x < 2 * $n)
      INSERT INTO post SELECT x, 'body ' || x, printf('%03d', x), x % $n + 1 FROM i;
    DELETE FROM post WHERE id > 2 * $n - 5;
    COMMIT;
  }
}

# Declares version `i` as the complete set of declarations.
proc declare_life {i {db db}} {
  set script $::life($i)
  $db eval {SELECT orm_declare($script, 'replace')}
}
