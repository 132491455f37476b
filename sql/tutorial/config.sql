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

-- The extension: the file that `make install` wrote, or any other path, as in
-- ./orm for orm.so in this directory.
.load /usr/local/lib/sqlite3/orm

-- Stop here if it is missing.
CREATE TEMP TABLE IF NOT EXISTS missing(name);
CREATE TEMP TRIGGER IF NOT EXISTS missing_orm BEFORE INSERT ON missing BEGIN
  SELECT RAISE(ABORT, 'orm is not loaded: type "sudo make install" in the directory of its source, or write its path in config.sql, as in ".load ../build/orm"');
END;
INSERT INTO missing SELECT 'orm' WHERE NOT EXISTS
  (SELECT 1 FROM pragma_function_list WHERE name = 'orm_migrate');

-- Stop at the first error, with an exit status that is not 0.
.bail on

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

-- The scripts look for this table, whose name is the error without it.
CREATE TEMP TABLE IF NOT EXISTS
  "config.sql: cd to the directory that has it, and type the same there"(x);
