#!/bin/sh
# demo.sh EXTENSION: plays the tutorial, step by step, on a fresh database file
# in a fresh directory, and shows each command with its output. At the first
# error it stops, with an exit status that is not 0.

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

say() { # prints stdin as a remark
  printf '\n'
  sed 's/^/# /'
}

run() { # prints a command, runs it, and prints its output
  printf '\n$ %s\n' "$1"
  sh -c "$1"
}

enter() { # changes the directory
  printf '\n$ cd %s\n' "$1"
  cd "$1"
}

sql() { # prints and runs the statements of stdin on a database
  printf '\n'
  sqlite3 -cmd '.read config.sql' -cmd '.mode column' -cmd '.headers on' \
    -cmd '.echo on' "$1"
}

play() { # runs one part of play.sql, after the settings before the first part
  printf '\n# From play.sql:\n'
  awk -v part="$1" '/^-- [1-9]\. / { n++ } !n || n == part' play.sql |
    sqlite3 app.db
}

tables() { # lists the tables of the models
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
Copy the scripts. If `make install` has not installed the extension, write its
path in config.sql, the only file to adapt.
END
run "cp '$tutorial'/*.sql ."
run "sed 's|^\.load .*|.load \"$extension\"|' '$tutorial'/config.sql > config.sql"
say <<'END'
Create the database, app.db. It gets only orm's tables. The script also creates
a directory for the versions.
END
run 'sqlite3 app.db < db_create.sql'
run 'ls -F'

step '2. The first model: User'
say <<'END'
A model is declared by rows: one row of orm_model, and one row of orm_column for
each field.
END
run "sed -n '/^INSERT/,/;/p' models_1.sql"
run 'sqlite3 app.db < models_1.sql'
say <<'END'
orm_diff shows the changes that a migration would make. Nothing has changed yet.
(Lines without a $ are typed in the sqlite3 shell, after `.read config.sql`.)
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
The recorded script is SQL: the change and its undo. (The lines for orm_import,
with the changes of the declarations, are left out here.)
END
run "grep -v '^-- orm:' db_repository/versions/001_migration.sql"
say <<'END'
The second time, there is nothing to do.
END
run 'sqlite3 app.db < db_migrate.sql'

step '4. The second model: Post, and its author'
say <<'END'
models_2.sql repeats models_1.sql, which changes nothing, and declares posts,
with a foreign key to users and a relationship.
END
run "sed -n '/^INSERT/,/;/p' models_2.sql"
run 'sqlite3 app.db < models_2.sql'
say <<'END'
The relationship becomes two views: user__posts, the posts of each user, and
post__author, each post with its author. Triggers make them writable. (orm
advises an index of user_id; the tutorial has none.)
END
sql app.db <<'END'
SELECT op, object, detail FROM orm_diff;
END

step '5. Migration 2, with a name'
run "sqlite3 -cmd \".parameter set :message 'users and posts'\" \\
    app.db < db_migrate.sql"
say <<'END'
The first words of each statement of the script and of its undo:
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

step '11. Play: delete everything'
play 6
say <<'END'
Changes that were not committed are not in the database.
END
sql app.db <<'END'
SELECT count(*) AS users FROM user;
END

step '12. Production'
say <<'END'
Copy the repository to production, not the database. db_migrate.sql has written
both versions to it.
END
run 'mkdir ../production'
run 'cp -R ./*.sql db_repository ../production'
enter ../production
run 'ls db_repository/versions'
say <<'END'
The same db_create.sql finds the versions and applies them.
END
run 'sqlite3 production.db < db_create.sql'
say <<'END'
The two databases have the same schema.
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
Undo one version. The table of posts is dropped; the table of users and its rows
stay.
END
run 'sqlite3 production.db < db_downgrade.sql'
tables production.db
say <<'END'
The models have not changed, so orm_diff shows the table that is missing.
END
sql production.db <<'END'
SELECT op, object, detail FROM orm_diff;
END
say <<'END'
A rehearsal runs the upgrade on the real rows, undoes it, runs it again, and rolls
everything back. And there is always a backup.
END
sql production.db <<'END'
SELECT json_extract(orm_rehearse(), '$.ok') AS ok;
SELECT orm_backup('backup.db') > 0 AS saved;
END
say <<'END'
Upgrade to the newest version again.
END
run 'sqlite3 production.db < db_upgrade.sql'
sql production.db <<'END'
SELECT * FROM user;
END

step '14. Nothing is lost'
say <<'END'
Undo both versions: no table of the models is left.
END
run 'sqlite3 production.db < db_downgrade.sql'
run 'sqlite3 production.db < db_downgrade.sql'
tables production.db
say <<'END'
Upgrade. The archive has kept the dropped tables, so the rows are back.
END
run 'sqlite3 production.db < db_upgrade.sql'
sql production.db <<'END'
SELECT * FROM user;
END
sql production.db <<'END'
SELECT version, message, file, applied_at IS NOT NULL AS applied
  FROM orm_migration;
END

printf '\nThat was the tutorial. README.md and sql/README.md have the rest.\n'
