-- The blog's models, first stage: users.
--
--   sqlite3 app.db < models_1.sql
--
-- Models are rows, in tables that db_create.sql has made. A row of orm_model
-- is a class, one of orm_column a field: its definition is the text after the
-- name in CREATE TABLE, with SQLAlchemy's types where one likes them.
--
-- The file states all fields of a user, so it can be edited and run again. It
-- marks their rows; ON CONFLICT takes the mark off those that it states, and the
-- others are deleted.

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
