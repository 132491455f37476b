-- config.sql: the settings of this project. The other scripts in this directory
-- read it first. It is the only file to adapt.
--
--   sqlite3 app.db < db_create.sql      once, for each copy of the database
--   sqlite3 app.db < db_migrate.sql     when the models have changed
--   sqlite3 app.db < db_upgrade.sql     when new versions have arrived
--   sqlite3 app.db < db_downgrade.sql   to undo one version
--   sqlite3 app.db < db_rebase.sql      when a new version has the number of yours
--
-- Run them in this directory. The command names the database, so that no script
-- changes another one by mistake.

-- The extension: the file that `make install` wrote, or another path, such as
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

-- The repository: the directory of the recorded versions. Keep it under version
-- control.
.parameter set :repository "'db_repository'"

-- Print plain lines, with any settings of the user.
.headers off
.mode list

-- Wait for other writers, up to this number of milliseconds.
.timeout 5000

-- Settings of the connection, as the application has them.
PRAGMA foreign_keys = ON;

-- The scripts read this table. If it is missing, SQLite's error shows its name.
CREATE TEMP TABLE IF NOT EXISTS
  "config.sql: cd to the directory that has it, and type the same there"(x);
