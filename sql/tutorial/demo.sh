#!/bin/sh
# demo.sh EXTENSION: play the tutorial, step by step, on a fresh database file
# in a fresh directory; show what is typed and what comes back. It stops with
# an exit status that is not 0 as soon as anything goes wrong.

set -eu

extension=$(cd "$(dirname "$1")" && pwd)/$(basename "$1" .so)
tutorial=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
trap 'ended $?' EXIT
trap 'exit 1' HUP INT TERM

ended() { # remove everything; after an error, leave it to be looked at
  if [ "$1" = 0 ]; then
    rm -rf "$place"
  else
    echo "demo.sh: stopped by an error; its files are in $place" >&2
  fi
}

step() { printf '\n\n=== %s ===\n' "$1"; }

say() { # what stdin says, as a remark
  printf '\n'
  sed 's/^/# /'
}

run() { # a command, as typed, and what it prints
  printf '\n$ %s\n' "$1"
  sh -c "$1"
}

enter() { # a directory
  printf '\n$ cd %s\n' "$1"
  cd "$1"
}

sql() { # a statement from stdin for a database, as typed, and what it gives
  cat >"$place/typed"
  printf '\n'
  sed -e 's/^/sqlite> /' -e 's/^sqlite>  /   ...>  /' "$place/typed"
  sqlite3 -cmd '.read config.sql' -cmd '.mode column' -cmd '.headers on' \
    "$1" <"$place/typed"
}

tables() { # of the models
  sql "$1" <<'END'
SELECT name FROM sqlite_schema
  WHERE type = 'table' AND name NOT GLOB 'orm_*'
    AND name NOT GLOB 'sqlite_*';
END
}

# ---------------------------------------------------------------------------

step '1. A new project'
mkdir "$place/blog"
cd "$place/blog"
say <<'END'
Copy the scripts. config.sql says where the extension is: the one thing to
adapt, if `make install` has not put it there.
END
run "cp '$tutorial'/*.sql ."
run "sed 's|^\.load .*|.load \"$extension\"|' '$tutorial'/config.sql > config.sql"
say <<'END'
Create the database, app.db. It gets orm's tables, nothing else; and there is
a directory for the versions that will be recorded.
END
run 'sqlite3 app.db < db_create.sql'
run 'ls -F'

step '2. The first model: User'
say <<'END'
A model is declared by rows: one in orm_model, and one for each field in
orm_column. They say what should be.
END
run "grep -v '^--' models_1.sql"
run 'sqlite3 app.db < models_1.sql'
say <<'END'
orm_diff says what there is to do about it. Nothing has been done yet.
END
sql app.db <<'END'
SELECT op, object, detail FROM orm_diff;
END

step '3. Migration 1'
say <<'END'
Record the difference as version 1, and apply it.
END
run 'sqlite3 app.db < db_migrate.sql'
say <<'END'
The recorded script is SQL: how to get there, and how to get back. (The lines
for orm_import, the models as JSON among them, are left out here.)
END
run "grep -v '^-- orm:' db_repository/versions/001_migration.sql"
say <<'END'
The database has the table. A second time there is nothing to do.
END
run "sqlite3 app.db '.schema user'"
run 'sqlite3 app.db < db_migrate.sql'

step '4. Rows: john and susan'
sql app.db <<'END'
INSERT INTO user(nickname, email) VALUES
  ('john', 'john@email.com'), ('susan', 'susan@email.com');
END
say <<'END'
All of them; the one with id 1; by nickname in reverse.
END
sql app.db <<'END'
SELECT * FROM user;
END
sql app.db <<'END'
SELECT * FROM user WHERE id = 1;
END
sql app.db <<'END'
SELECT id, nickname FROM user ORDER BY nickname DESC;
END

step '5. The second model: Post, and whose post it is'
say <<'END'
models_2.sql says all of models_1.sql once more, which changes nothing, and
declares posts, with a foreign key to users and a relationship.
END
run "grep -v '^--' models_2.sql"
run 'sqlite3 app.db < models_2.sql'
sql app.db <<'END'
SELECT op, object, detail, up FROM orm_diff;
END

step '6. Migration 2, under a name of its own'
run "sqlite3 -cmd \".parameter set :message 'users and posts'\" \\
    app.db < db_migrate.sql"
run "grep -v '^-- orm:' db_repository/versions/002_users_and_posts.sql"
run "sqlite3 app.db '.schema post'"
say <<'END'
The rows from before are still there.
END
sql app.db <<'END'
SELECT id, nickname FROM user;
END

step '7. A post by john'
sql app.db <<'END'
INSERT INTO post(body, timestamp, user_id)
  SELECT 'my first post!', '2026-01-31 12:00:00', id
  FROM user WHERE nickname = 'john';
END
say <<'END'
All posts of john; the author of each post; the users without a post.
END
sql app.db <<'END'
SELECT post.id, body, timestamp
  FROM post JOIN user ON user.id = user_id WHERE nickname = 'john';
END
sql app.db <<'END'
SELECT post.id, nickname AS author, body
  FROM post JOIN user ON user.id = user_id;
END
sql app.db <<'END'
SELECT nickname FROM user
  WHERE NOT EXISTS (SELECT 1 FROM post WHERE user_id = user.id);
END

step '8. Production'
say <<'END'
What goes to production is not the database but the repository:
db_migrate.sql has written both versions there.
END
run 'mkdir ../production'
run 'cp -R ./*.sql db_repository ../production'
enter ../production
run 'ls db_repository/versions'
say <<'END'
The same db_create.sql finds them and applies them.
END
run 'sqlite3 production.db < db_create.sql'
say <<'END'
The schema here is the one there.
END
for database in production.db ../blog/app.db; do
  run "sqlite3 -cmd '.read config.sql' $database \\
    \"SELECT json_extract(orm_status(), '\$.fingerprint')\"" >"$place/output"
  cat "$place/output"
  tail -n 1 "$place/output" >>"$place/fingerprints"
done
test "$(uniq "$place/fingerprints" | wc -l)" -eq 1

step '9. Down and up again'
sql production.db <<'END'
INSERT INTO user(nickname, email) VALUES ('ada', 'ada@email.com');
END
say <<'END'
One version back. The table of posts goes; the table of users and its rows
stay.
END
run 'sqlite3 production.db < db_downgrade.sql'
tables production.db
say <<'END'
The models are as they were, so orm_diff shows what is missing now.
END
sql production.db <<'END'
SELECT op, object, detail FROM orm_diff;
END
say <<'END'
Forward to the newest version again.
END
run 'sqlite3 production.db < db_upgrade.sql'
sql production.db <<'END'
SELECT * FROM user;
END
sql production.db <<'END'
SELECT version, message, file, applied_at IS NOT NULL AS applied
  FROM orm_migration;
END

step '10. Everything goes, everything comes back'
say <<'END'
Down to version 0: nothing is left but the versions. And all the way up.
END
run "sqlite3 -cmd '.parameter set :target 0' production.db < db_downgrade.sql"
tables production.db
run 'sqlite3 production.db < db_upgrade.sql'
tables production.db

printf '\nThat was the tutorial. README.md tells the rest.\n'
