-- db_migrate.sql: make the database equal to the models.
--
--   sqlite3 app.db < db_migrate.sql
--
-- The difference is recorded as the next version, applied, and written to the
-- repository. To give the version a name:
--
--   sqlite3 -cmd ".parameter set :message 'users and posts'" \
--     app.db < db_migrate.sql
--
-- Several words need quotes inside the quotes; one word does not. Without them
-- sqlite3 prints the usage of .parameter, sets nothing, and continues: the version
-- gets its default name.
--
-- Read the recorded script before you ship it.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on
.parameter set :before orm_version()

-- All or nothing: a version that cannot be written to the repository is not
-- applied.
BEGIN;
SELECT 'No changes' WHERE orm_migrate(ifnull(:message, 'migration')) = :before;
SELECT NULL WHERE orm_export(:repository) IS NULL;
COMMIT;

SELECT 'New migration saved as ' || :repository || '/versions/' || file || '
Current database version: ' || version
  FROM orm_migration WHERE version > :before;
