-- db_create.sql: bring a database under version control.
--
--   sqlite3 app.db < db_create.sql
--
-- A new project gets orm's tables and an empty repository. In a copy of a project
-- that has a repository, the script also applies its versions: this is how
-- production is set up. Running the script again changes nothing.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on

-- `SELECT NULL WHERE f() IS NULL` calls f() and prints nothing.
SELECT NULL WHERE orm_init() IS NULL;

-- An export without versions creates the directory. If the database has versions,
-- the export is left out, because the import must come first.
.parameter set :versions "(SELECT count(*) FROM orm_migration)"
SELECT NULL WHERE CASE :versions WHEN 0 THEN orm_export(:repository) END < 0;

SELECT NULL WHERE orm_import(:repository) IS NULL;
SELECT 'Current database version: ' || orm_upgrade();
