-- db_migrate.sql: make the database what the models say.
--
--   sqlite3 app.db < db_migrate.sql
--
-- The difference is recorded as the next version, applied, and written to the
-- repository. To give the version a name of its own:
--
--   sqlite3 -cmd ".parameter set :message 'users and posts'" \
--     app.db < db_migrate.sql
--
-- Several words need the quotes inside the quotes, users_and_posts does not.
-- Without them sqlite3 prints how .parameter is used, sets nothing, and goes on:
-- the version has its default name.
--
-- Read the script that it names before it goes anywhere else.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on
.parameter set :before orm_version()

-- All or nothing: what cannot be written to the repository is not applied.
BEGIN;
SELECT 'No changes' WHERE orm_migrate(ifnull(:message, 'migration')) = :before;
SELECT NULL WHERE orm_export(:repository) IS NULL;
COMMIT;

SELECT 'New migration saved as ' || :repository || '/versions/' || file || '
Current database version: ' || version
  FROM orm_migration WHERE version > :before;
