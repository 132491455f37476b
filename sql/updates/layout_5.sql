-- From layout 4 to 5: a relationship has passive_deletes and primaryjoin.
-- Undeclared indexes and triggers of the tables are recreated afterwards, with
-- orm's own triggers (ext/meta/layout.c).

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

UPDATE main.orm_state SET layout = 5;

CREATE TABLE main.orm_lint_off (
  rule TEXT NOT NULL,            -- a rule of orm_lint, or '*'
  object TEXT NOT NULL DEFAULT '*',  -- GLOB pattern
  reason TEXT,
  PRIMARY KEY (rule, object)
);
