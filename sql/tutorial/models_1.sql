-- The blog's models, first stage: users.
--
--   sqlite3 app.db < models_1.sql
--
-- Models are rows of tables that db_create.sql creates. A row of orm_model is a
-- class, a row of orm_column is a field. The definition of a field is the text
-- after its name in CREATE TABLE; its type may be one of SQLAlchemy's.
--
-- The file states all fields of a user, so it can be edited and run again. It
-- marks the rows of all fields; ON CONFLICT removes the mark from the stated ones,
-- and the others are deleted.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on
BEGIN;
UPDATE orm_column SET definition = '?' WHERE model = 'User';

INSERT INTO orm_model(name) VALUES ('User')
ON CONFLICT DO NOTHING;

INSERT INTO orm_column(model, name, definition) VALUES
  ('User', 'id',       'Integer PRIMARY KEY'),
  ('User', 'nickname', 'String(64) UNIQUE INDEX'),
  ('User', 'email',    'String(120) UNIQUE INDEX')
ON CONFLICT (model, name) DO UPDATE SET definition = excluded.definition;

DELETE FROM orm_column WHERE definition = '?';
COMMIT;
