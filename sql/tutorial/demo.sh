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

sql() { # statements from stdin for a database: each, and what it gives
  printf '\n'
  sqlite3 -cmd '.read config.sql' -cmd '.mode column' -cmd '.headers on' \
    -cmd '.echo on' "$1"
}

play() { # one part of play.sql, with what stands before the first
  printf '\n# From play.sql:\n'
  awk -v part="$1" '/^-- [1-9]\. / { n++ } !n || n == part' play.sql |
    sqlite3 app.db
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
run "sed -n '/^INSERT/,/;/p' models_1.sql"
run 'sqlite3 app.db < models_1.sql'
say <<'END'
orm_diff says what there is to do about it. Nothing has been done yet. (What
stands here without a $ is typed in the sqlite3 shell, behind
`.read config.sql`.)
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
A second time there is nothing to do.
END
run 'sqlite3 app.db < db_migrate.sql'

step '4. The second model: Post, and whose post it is'
say <<'END'
models_2.sql says all of models_1.sql once more, which changes nothing, and
declares posts, with a foreign key to users and a relationship.
END
run "sed -n '/^INSERT/,/;/p' models_2.sql"
run 'sqlite3 app.db < models_2.sql'
say <<'END'
The relationship becomes two views: user__posts, the posts of each user, and
post__author, each post with its author. Triggers make them writable. (An index
of user_id is advised; the tutorial has none.)
END
sql app.db <<'END'
SELECT op, object, detail FROM orm_diff;
END

step '5. Migration 2, under a name of its own'
run "sqlite3 -cmd \".parameter set :message 'users and posts'\" \\
    app.db < db_migrate.sql"
say <<'END'
How each statement of the script begins, there and back.
END
run "grep -E '^(-- migrate|CREATE|DROP)' \\
    db_repository/versions/002_users_and_posts.sql"
say <<'END'
The views are plain SQL. Nothing in the database needs orm.
END
run "sqlite3 app.db \"SELECT sql FROM sqlite_schema WHERE name = 'post__author'\""

step '6. Play: users'
play 1

step '7. Play: posts and their authors'
play 2

step '8. Play: the posts of a user, as a collection'
play 3

step '9. Play: the same with objects'
play 4

step '10. Play: a collection as an object'
play 5

step '11. Play: everything goes'
play 6
say <<'END'
What was not committed has not been done.
END
sql app.db <<'END'
SELECT count(*) AS users FROM user;
END

step '12. Production'
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

step '13. Down and up again'
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
Never run it first on production: the upgrade is rehearsed, on these very rows,
undone, done again, and nothing is left of it. And always have a backup.
END
sql production.db <<'END'
SELECT json_extract(orm_rehearse(), '$.ok') AS ok;
SELECT orm_backup('backup.db') > 0 AS saved;
END
say <<'END'
Forward to the newest version again.
END
run 'sqlite3 production.db < db_upgrade.sql'
sql production.db <<'END'
SELECT * FROM user;
END

step '14. Everything goes, everything comes back'
say <<'END'
One version back, and one more: no table of the models is left.
END
run 'sqlite3 production.db < db_downgrade.sql'
run 'sqlite3 production.db < db_downgrade.sql'
tables production.db
say <<'END'
And all the way up. What was dropped had been kept, so the rows are back.
END
run 'sqlite3 production.db < db_upgrade.sql'
sql production.db <<'END'
SELECT * FROM user;
END
sql production.db <<'END'
SELECT version, message, file, applied_at IS NOT NULL AS applied
  FROM orm_migration;
END

printf '\nThat was the tutorial. README.md tells the rest.\n'
