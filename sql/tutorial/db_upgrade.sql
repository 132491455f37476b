-- db_upgrade.sql: bring the database up to the newest version in the
-- repository.
--
--   sqlite3 app.db < db_upgrade.sql
--
-- To stop at an earlier version:
--
--   sqlite3 -cmd '.parameter set :target 1' app.db < db_upgrade.sql

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on

-- Imports the versions that the database lacks; prints nothing.
SELECT NULL WHERE orm_import(:repository) IS NULL;
SELECT 'Current database version: ' || orm_upgrade(:target);
