-- config.sql: what this project's scripts have in common. The scripts beside
-- it read it first; it is the only one to adapt.
--
--   sqlite3 app.db < db_create.sql      once, for each copy of the database
--   sqlite3 app.db < db_migrate.sql     whenever the models have changed
--   sqlite3 app.db < db_upgrade.sql     where somebody else's changes came in
--   sqlite3 app.db < db_downgrade.sql   one version back
--   sqlite3 app.db < db_rebase.sql      where theirs has the number of ours
--
-- Run them in the directory they are in. The database is the file that the
-- command names, so that no script can work on another one by mistake.

-- Stop at the first error, with an exit status that is not 0.
.bail on

-- The extension: the file that `make install` wrote, or any other path, as in
-- ./orm for orm.so in this directory.
.load /usr/local/lib/sqlite3/orm

-- The repository: the directory that the recorded versions are written to and
-- read from. It belongs into version control.
.parameter set :repository "'db_repository'"

-- Print plain lines, whatever the user's own settings say.
.headers off
.mode list

-- Wait for others who write, up to so many milliseconds.
.timeout 5000

-- Settings of the connection, as the application has them.
PRAGMA foreign_keys = ON;
