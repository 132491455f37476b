-- From layout 4 to 5: a relationship has passive_deletes and primaryjoin; a
-- version holds its changes to the declarations, no longer all of them, and its
-- short columns come first. ext/meta/layout.c computes the changes from
-- orm_migration_old, and drops that table.
-- Undeclared indexes and triggers of the tables are recreated afterwards, with
-- orm's own triggers.

-- A deleted model takes with it the relationships that it is the target of.
DROP TRIGGER IF EXISTS main.orm_model_deleted;
CREATE TRIGGER main.orm_model_deleted AFTER DELETE ON orm_model BEGIN
  DELETE FROM orm_column WHERE model = OLD.name;
  DELETE FROM orm_constraint WHERE model = OLD.name;
  DELETE FROM orm_relationship WHERE OLD.name IN (model, target, secondary)
    OR secondary = OLD.table_name;
END;

-- DROP TABLE forgets the ids that were used.
UPDATE main.sqlite_sequence SET name = 'orm_relationship_old'
  WHERE name = 'orm_relationship';
CREATE TABLE main.orm_relationship_old AS SELECT * FROM main.orm_relationship;
DROP TABLE main.orm_relationship;

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
INSERT INTO main.orm_relationship(id, model, name, target, backref, foreign_key,
    secondary, remote_side, uselist, "cascade", order_by, viewonly)
  SELECT id, model, name, target, backref, foreign_key, secondary, remote_side,
    uselist, "cascade", order_by, viewonly
  FROM main.orm_relationship_old ORDER BY id;
DROP TABLE main.orm_relationship_old;
DELETE FROM main.sqlite_sequence WHERE name = 'orm_relationship';
UPDATE main.sqlite_sequence SET name = 'orm_relationship'
  WHERE name = 'orm_relationship_old';

CREATE TABLE main.orm_migration_old AS SELECT * FROM main.orm_migration;
DROP TABLE main.orm_migration;

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
INSERT INTO main.orm_migration(version, message, created_at, applied_at, file,
    checksum, down_checksum, mended, changes, up, down)
  SELECT version, message, created_at, applied_at, file, checksum,
    down_checksum, mended, '', up, down
  FROM main.orm_migration_old ORDER BY version;

CREATE TABLE main.orm_recorded (
  kind TEXT NOT NULL,            -- model, column, ...
  id INTEGER NOT NULL,
  line TEXT NOT NULL,            -- the row, see ext/meta/row_line.h
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

ALTER TABLE main.orm_state ADD COLUMN recorded TEXT;
CREATE TABLE main.orm_lint_off (
  rule TEXT NOT NULL,            -- a rule of orm_lint, or '*'
  object TEXT NOT NULL DEFAULT '*',  -- GLOB pattern
  reason TEXT,
  PRIMARY KEY (rule, object)
);

UPDATE main.orm_state SET layout = 5;
