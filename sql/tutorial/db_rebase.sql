-- db_rebase.sql: the repository has a version of another developer with the
-- number of yours.
--
--   sqlite3 app.db < db_rebase.sql
--
-- The script imports that version and records your unshipped versions again on
-- top of it. It applies them if they were applied, and writes them to the
-- repository.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on

-- All or nothing. Only the file of your version with the old number is removed.
BEGIN;
SELECT 'Newest version: ' || orm_rebase(:repository);
SELECT NULL WHERE orm_export(:repository) IS NULL;
COMMIT;
