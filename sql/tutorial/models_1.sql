-- The blog's models, first stage: users.
--
--   sqlite3 app.db < models_1.sql
--
-- Models are rows, in tables that db_create.sql has made. A row of orm_model
-- is a class, one of orm_column a field: its definition is what stands behind
-- the name in CREATE TABLE, with SQLAlchemy's types where one likes them.
--
-- ON CONFLICT says what to do with rows that are there already, so the file
-- can be edited and run again. What it no longer says stays declared:
-- DELETE FROM orm_column WHERE model = 'User' AND name = 'email' takes it out.

INSERT INTO orm_model(name) VALUES ('User')
ON CONFLICT DO NOTHING;

INSERT INTO orm_column(model, name, definition) VALUES
  ('User', 'id',       'Integer PRIMARY KEY'),
  ('User', 'nickname', 'String(64) UNIQUE INDEX'),
  ('User', 'email',    'String(120) UNIQUE INDEX')
ON CONFLICT (model, name) DO UPDATE SET definition = excluded.definition;
