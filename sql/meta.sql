-- The meta tables of orm, layout 5. sql/updates/ updates older layouts;
-- ext/meta/columns.h lists the columns for C. These are plain tables with plain
-- triggers: any program can read and write them, with or without the extension.
-- They call no function, because an application may have registered another
-- function of the same name.

-- A model: class User(db.Model).
CREATE TABLE main.orm_model (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  table_name TEXT,               -- default: snake_case of the name
  options TEXT                   -- STRICT, WITHOUT ROWID
);

-- A field: db.Column(...). The definition is the text after the name in CREATE
-- TABLE.
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
  passive_deletes TEXT,
  order_by TEXT,
  primaryjoin TEXT,              -- condition between self and the target
  viewonly INTEGER,
  UNIQUE (model, name)
);

-- A view, trigger or virtual table, verbatim. orm sets type and name from the
-- text.
CREATE TABLE main.orm_object (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT,
  name TEXT COLLATE NOCASE,
  sql TEXT NOT NULL,
  UNIQUE (type, name)
);

-- Rows of a model follow its name, and are deleted with it.
CREATE TRIGGER main.orm_model_renamed AFTER UPDATE OF name ON orm_model BEGIN
  UPDATE orm_column SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_constraint SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET target = NEW.name WHERE target = OLD.name;
END;

CREATE TRIGGER main.orm_model_deleted AFTER DELETE ON orm_model BEGIN
  DELETE FROM orm_column WHERE model = OLD.name;
  DELETE FROM orm_constraint WHERE model = OLD.name;
  DELETE FROM orm_relationship WHERE OLD.name IN (model, target, secondary)
    OR secondary = OLD.table_name;
END;

-- The recorded versions. Each has the changes that it makes to the rows above.
CREATE TABLE main.orm_migration (
  version INTEGER PRIMARY KEY,
  message TEXT NOT NULL,
  created_at TEXT NOT NULL,      -- UTC
  applied_at TEXT,               -- UTC; NULL: pending
  file TEXT,                     -- its name in a repository
  checksum TEXT,                 -- of up, taken when it is applied
  down_checksum TEXT,            -- of down, taken at the same time
  mended TEXT,                   -- what did not work before it was applied, and
                                 -- does since: JSON, see ext/run/run.h
  changes TEXT NOT NULL,         -- of the rows above, see ext/meta/changes.h
  up TEXT NOT NULL,
  down TEXT
);

-- The rows above as the newest version has them. The changes of the versions lead
-- from here to any version.
CREATE TABLE main.orm_recorded (
  kind TEXT NOT NULL,            -- model, column, ...
  id INTEGER NOT NULL,
  line TEXT NOT NULL,            -- the row, see ext/meta/row_line.h
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- One row. A write to it that touches no row takes the write lock.
CREATE TABLE main.orm_state (
  layout INTEGER NOT NULL        -- of these tables
, settled TEXT                  -- digest of a comparison, see ext/meta/memo.h
, recorded TEXT);                -- digest of orm_recorded
INSERT INTO main.orm_state(layout) VALUES (5);

-- The rowid of orm_state remembers that there is nothing to do
-- (ext/meta/memo.h). A write to any row above resets it.
CREATE TRIGGER main.orm_model_inserted AFTER INSERT ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_model_updated AFTER UPDATE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_model_removed AFTER DELETE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_column_inserted AFTER INSERT ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_column_updated AFTER UPDATE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_column_removed AFTER DELETE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_constraint_inserted AFTER INSERT ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_constraint_updated AFTER UPDATE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_constraint_removed AFTER DELETE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_relationship_inserted AFTER INSERT ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_relationship_updated AFTER UPDATE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_relationship_removed AFTER DELETE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_object_inserted AFTER INSERT ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_object_updated AFTER UPDATE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_object_removed AFTER DELETE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

CREATE TRIGGER main.orm_migration_inserted AFTER INSERT ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_migration_updated AFTER UPDATE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER main.orm_migration_removed AFTER DELETE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;

-- The rules of orm_lint that are switched off.
CREATE TABLE main.orm_lint_off (
  rule TEXT NOT NULL,            -- a rule of orm_lint, or '*'
  object TEXT NOT NULL DEFAULT '*',  -- GLOB pattern
  reason TEXT,
  PRIMARY KEY (rule, object)
);
