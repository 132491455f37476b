-- db_rebase.sql: somebody else has made a version of the same number, and it is
-- in the repository.
--
--   sqlite3 app.db < db_rebase.sql
--
-- Theirs comes in, and what was made here, and has not been shipped, is recorded
-- again on top of it, applied if it was, and written to the repository.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on

-- All or nothing, but for a file of ours that had the number: it is removed.
BEGIN;
SELECT 'Newest version: ' || orm_rebase(:repository);
SELECT NULL WHERE orm_export(:repository) IS NULL;
COMMIT;
