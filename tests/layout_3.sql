-- A database that was made with layout 3 of the meta tables: .dump gave this.
-- Three versions are applied, the third has dropped a column; the fourth waits,
-- and has no undo.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE orm_model (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  table_name TEXT,               -- default: snake_case of the name
  options TEXT                   -- STRICT, WITHOUT ROWID
);
INSERT INTO orm_model VALUES(1,'User','user',NULL);
INSERT INTO orm_model VALUES(2,'Post','post',NULL);
INSERT INTO orm_model VALUES(3,'Tag','tag',NULL);
CREATE TABLE orm_column (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  definition TEXT NOT NULL DEFAULT '',
  backfill TEXT,                 -- expression over the old row
  UNIQUE (model, name)
);
INSERT INTO orm_column VALUES(1,'User','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(2,'User','nickname','VARCHAR(64) UNIQUE',NULL);
INSERT INTO orm_column VALUES(3,'Post','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(5,'Post','user_id','INTEGER REFERENCES user(id)',NULL);
INSERT INTO orm_column VALUES(6,'Tag','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(7,'Tag','name','TEXT',NULL);
CREATE TABLE orm_constraint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT COLLATE NOCASE,
  definition TEXT NOT NULL,
  UNIQUE (model, name),
  UNIQUE (name, model)           -- indexes are looked for by their name
);
CREATE TABLE orm_relationship (
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
CREATE TABLE orm_object (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT,
  name TEXT COLLATE NOCASE,
  sql TEXT NOT NULL,
  UNIQUE (type, name)
);
CREATE TABLE orm_migration (
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
INSERT INTO orm_migration VALUES(1,'users',replace('CREATE TABLE user (\n  id INTEGER PRIMARY KEY,\n  nickname VARCHAR(64) UNIQUE\n);','\n',char(10)),'DROP TABLE user;','94684da4f89b926bb8a9cedab7f5e1ba','{"format":1,"model":[{"id":1,"name":"User","table_name":"user"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"}],"constraint":[],"relationship":[],"object":[]}','2026-01-01 12:00:00','2026-01-01 12:00:00');
INSERT INTO orm_migration VALUES(2,'Größe: a/b',replace('CREATE TABLE post (\n  id INTEGER PRIMARY KEY,\n  body TEXT,\n  user_id INTEGER REFERENCES user (id)\n);','\n',char(10)),'DROP TABLE post;','c2e45e85c0ef6b1a7269ae0b0b4a4306','{"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":4,"model":"Post","name":"body","definition":"TEXT"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"}],"constraint":[],"relationship":[],"object":[]}','2026-01-02 12:00:00','2026-01-02 12:00:00');
INSERT INTO orm_migration VALUES(3,'no body',replace('-- drop_column "post" (body TEXT)\nSELECT orm_alter_table(''post'', ''CREATE TABLE post (\n  id INTEGER PRIMARY KEY,\n  user_id INTEGER REFERENCES user (id)\n)'');','\n',char(10)),'ALTER TABLE post ADD COLUMN body TEXT;','ccb3394a08c7259878bc9dd70b91c8d0','{"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"}],"constraint":[],"relationship":[],"object":[]}','2026-01-03 12:00:00','2026-01-03 12:00:00');
INSERT INTO orm_migration VALUES(4,'tags',replace('CREATE TABLE tag (\n  id INTEGER PRIMARY KEY,\n  name TEXT\n);','\n',char(10)),NULL,NULL,'{"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"},{"id":3,"name":"Tag","table_name":"tag"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"},{"id":6,"model":"Tag","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":7,"model":"Tag","name":"name","definition":"TEXT"}],"constraint":[],"relationship":[],"object":[]}','2026-01-04 12:00:00',NULL);
CREATE TABLE orm_state (
  layout INTEGER NOT NULL        -- of these tables
, settled TEXT);
INSERT INTO orm_state VALUES(3,'0b032cdd7c9c9a00a6878363a82ea31d');
CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  nickname VARCHAR(64) UNIQUE
);
INSERT INTO user VALUES(1,'john');
CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  user_id INTEGER REFERENCES user (id)
);
INSERT INTO post VALUES(1,1);
CREATE TABLE orm_archive (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,            -- table, column, value (of a column that was
                                 -- altered), sequence (of AUTOINCREMENT), rows
                                 -- (which row of the table orm_row is)
  version INTEGER,               -- whose script took it
  direction TEXT,                -- up, down, discarded (down, of a version that
                                 -- was forgotten), repair (of drift)
  table_name TEXT COLLATE NOCASE,
  column_name TEXT COLLATE NOCASE,
  object_id INTEGER,             -- of its row in orm_model or orm_column
  owner INTEGER,                 -- the entry of the dropped table it waits for
  prefix TEXT,                   -- of our own columns
  detail TEXT,                   -- columns of a table, JSON; key of rows
  sql TEXT,                      -- CREATE TABLE, as its author wrote it
  extras TEXT,                   -- others' indexes and triggers, JSON
  sequence INTEGER,
  rows INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  purged INTEGER NOT NULL DEFAULT 0,
  spent INTEGER NOT NULL DEFAULT 0 -- what is left had its chance to go back
);
INSERT INTO orm_archive VALUES(1,'rows',NULL,NULL,'post',NULL,NULL,NULL,NULL,'key, "id" INTEGER binary',NULL,NULL,NULL,0,0,0,0);
INSERT INTO orm_archive VALUES(2,'column',3,'up','post','body',4,NULL,'orm_',NULL,NULL,NULL,NULL,1,5,0,0);
CREATE TABLE orm_archive_1(orm_row INTEGER PRIMARY KEY AUTOINCREMENT, k1 INTEGER);
INSERT INTO orm_archive_1 VALUES(1,1);
CREATE TABLE orm_archive_2(orm_row INTEGER PRIMARY KEY, orm_orphan, orm_made, "body");
INSERT INTO orm_archive_2 VALUES(1,NULL,NULL,'hello');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('orm_model',3);
INSERT INTO sqlite_sequence VALUES('orm_column',7);
INSERT INTO sqlite_sequence VALUES('orm_archive',2);
INSERT INTO sqlite_sequence VALUES('orm_archive_1',1);
CREATE TRIGGER orm_model_renamed AFTER UPDATE OF name ON orm_model BEGIN
  UPDATE orm_column SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_constraint SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET target = NEW.name WHERE target = OLD.name;
END;
CREATE TRIGGER orm_model_deleted AFTER DELETE ON orm_model BEGIN
  DELETE FROM orm_column WHERE model = OLD.name;
  DELETE FROM orm_constraint WHERE model = OLD.name;
  DELETE FROM orm_relationship WHERE model = OLD.name;
END;
CREATE TRIGGER orm_model_inserted AFTER INSERT ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_model_updated AFTER UPDATE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_model_removed AFTER DELETE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_column_inserted AFTER INSERT ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_column_updated AFTER UPDATE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_column_removed AFTER DELETE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_constraint_inserted AFTER INSERT ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_constraint_updated AFTER UPDATE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_constraint_removed AFTER DELETE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_relationship_inserted AFTER INSERT ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_relationship_updated AFTER UPDATE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_relationship_removed AFTER DELETE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_object_inserted AFTER INSERT ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_object_updated AFTER UPDATE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_object_removed AFTER DELETE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_migration_inserted AFTER INSERT ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_migration_updated AFTER UPDATE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_migration_removed AFTER DELETE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE INDEX orm_archive_1_key ON orm_archive_1(k1);
CREATE TRIGGER orm_archive_1_insert AFTER insert ON "post" BEGIN
  DELETE FROM orm_archive_1 WHERE orm_archive_1.k1 = NEW."id";
END;
CREATE TRIGGER orm_archive_1_update AFTER update ON "post" WHEN OLD."id" IS NOT NEW."id" BEGIN
  DELETE FROM orm_archive_1 WHERE orm_archive_1.k1 = NEW."id" AND NOT (orm_archive_1.k1 = OLD."id");
  UPDATE orm_archive_1 SET k1 = NEW."id" WHERE orm_archive_1.k1 = OLD."id";
END;
CREATE TRIGGER orm_archive_1_delete AFTER delete ON "post" BEGIN
  DELETE FROM orm_archive_1 WHERE orm_archive_1.k1 = OLD."id";
END;
COMMIT;
