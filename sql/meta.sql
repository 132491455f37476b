-- The meta tables of orm, layout 1; sql/updates/ has what later layouts add. They
-- are plain tables with plain triggers: any program reads and writes them, with
-- or without the extension.

-- A model: class User(db.Model).
CREATE TABLE main.orm_model (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  table_name TEXT,               -- default: snake_case of the name
  options TEXT                   -- STRICT, WITHOUT ROWID
);

-- A field: db.Column(...). The definition is what stands behind the name in
-- CREATE TABLE.
CREATE TABLE main.orm_column (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  definition TEXT NOT NULL DEFAULT '',
  backfill TEXT,                 -- expression over the old row
  UNIQUE (model, name)
);

-- An entry of __table_args__: UNIQUE (a, b), CHECK (...), INDEX (a DESC), ...
CREATE TABLE main.orm_constraint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT COLLATE NOCASE,
  definition TEXT NOT NULL,
  UNIQUE (model, name),
  UNIQUE (name, model)           -- indexes are looked for by their name
);

-- db.relationship(...).
CREATE TABLE main.orm_relationship (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  target TEXT NOT NULL COLLATE NOCASE,
  backref TEXT,
  foreign_key TEXT,
  secondary TEXT,
  remote_side TEXT,
  uselist INTEGER,
  "cascade" TEXT,
  order_by TEXT,
  viewonly INTEGER,
  UNIQUE (model, name)
);

-- A view, trigger or virtual table, word for word. Type and name are filled
-- in from the text.
CREATE TABLE main.orm_object (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT,
  name TEXT COLLATE NOCASE,
  sql TEXT NOT NULL,
  UNIQUE (type, name)
);

-- What belongs to a model goes with it.
CREATE TRIGGER main.orm_model_renamed AFTER UPDATE OF name ON orm_model BEGIN
  UPDATE orm_column SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_constraint SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET target = NEW.name WHERE target = OLD.name;
END;

CREATE TRIGGER main.orm_model_deleted AFTER DELETE ON orm_model BEGIN
  DELETE FROM orm_column WHERE model = OLD.name;
  DELETE FROM orm_constraint WHERE model = OLD.name;
  DELETE FROM orm_relationship WHERE model = OLD.name;
END;

-- The recorded versions. `models` is the snapshot of all rows above.
CREATE TABLE main.orm_migration (
  version INTEGER PRIMARY KEY,
  message TEXT NOT NULL,
  up TEXT NOT NULL,
  down TEXT,
  checksum TEXT,                 -- of up and down, taken when it is applied
  models TEXT NOT NULL,
  created_at TEXT NOT NULL,      -- UTC
  applied_at TEXT,               -- UTC; NULL: pending
  file TEXT GENERATED ALWAYS AS (
    printf('%03d_%s.sql', version, trim(substr(lower(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(
      replace(replace(replace(replace(replace(message,
        char(10), '_'), char(13), '_'), char(9), '_'), ' ', '_'), '/', '_'),
        '\', '_'), ':', '_'), '*', '_'), '?', '_'), '"', '_'), '<', '_'),
        '>', '_'), '|', '_'), '''', '_'), '.', '_'), ',', '_'), ';', '_'),
        '(', '_'), ')', '_'), '&', '_'), '%', '_'), '$', '_'), '__', '_')
    ), 1, 60), '_'))
  ) VIRTUAL
);

-- One row. A write to it that touches no row takes the write lock.
CREATE TABLE main.orm_state (
  layout INTEGER NOT NULL        -- of these tables
);
INSERT INTO main.orm_state(layout) VALUES (1);
