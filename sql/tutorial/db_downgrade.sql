-- db_downgrade.sql: undo one version.
--
--   sqlite3 app.db < db_downgrade.sql
--
-- To go back to a certain version; 0 is the empty database:
--
--   sqlite3 -cmd '.parameter set :target 0' app.db < db_downgrade.sql
--
-- The models do not change. db_upgrade.sql goes forward again.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on

SELECT 'Current database version: ' || orm_downgrade(:target);
