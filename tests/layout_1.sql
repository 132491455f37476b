-- A database that was made with layout 1 of the meta tables: .dump gave this.
-- One version is applied, and a column more is declared.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE orm_model (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  table_name TEXT,               -- default: snake_case of the name
  options TEXT                   -- STRICT, WITHOUT ROWID
);
INSERT INTO orm_model VALUES(1,'User',NULL,NULL);
INSERT INTO orm_model VALUES(2,'Post',NULL,NULL);
CREATE TABLE orm_column (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  definition TEXT NOT NULL DEFAULT '',
  backfill TEXT,                 -- expression over the old row
  UNIQUE (model, name)
);
INSERT INTO orm_column VALUES(1,'User','id','Integer PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(2,'User','nickname','String(64) UNIQUE INDEX',NULL);
INSERT INTO orm_column VALUES(3,'Post','id','Integer PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(4,'Post','user_id','Integer REFERENCES user(id)',NULL);
INSERT INTO orm_column VALUES(5,'Post','body','Text',NULL);
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
INSERT INTO orm_relationship VALUES(1,'User','posts','Post','author',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO orm_migration VALUES(1,'users and posts',replace('CREATE TABLE user (\n  id INTEGER NOT NULL PRIMARY KEY,\n  nickname VARCHAR(64)\n);\n\nCREATE TABLE post (\n  id INTEGER NOT NULL PRIMARY KEY,\n  user_id INTEGER REFERENCES user (id)\n);\n\nCREATE UNIQUE INDEX ix_user_nickname ON user (nickname);\n\nCREATE VIEW user__posts AS SELECT\n  self.user_id AS user__id,\n  self.id AS id,\n  self.user_id AS user_id\nFROM post AS self\nWHERE self.user_id IS NOT NULL;\n\nCREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, ''user__posts: whose? give user__id'')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, ''user__posts: user__id and user_id differ'')\n    WHERE NEW.user_id <> NEW.user__id;\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, user_id)\n    SELECT NEW.id, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND;\n\nCREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n    WHERE (nullif(NEW.user__id, OLD.user__id) IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, ''user__posts: user__id and user_id differ'')\n    WHERE nullif(NEW.user_id, OLD.user_id) <> nullif(NEW.user__id, OLD.user__id);\n  UPDATE post SET id = NEW.id, user_id = iif(NEW.user__id IS OLD.user__id, NEW.user_id,\n      NEW.user__id)\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND;\n\nCREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.nickname AS author__nickname\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: no user has this author__id'')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, ''post__author: no user has this author__nickname'')\n    WHERE NEW.author__nickname IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);\n  SELECT RAISE(ABORT,\n      ''post__author: no user is all that is given: author__id, author__nickname, user_id'')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__nickname IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)\n            AND id IS ifnull(NEW.author__id, id)\n            AND nickname IS ifnull(NEW.author__nickname, nickname)\n            AND id = ifnull(NEW.user_id, id));\n  INSERT INTO post(id, user_id)\n    VALUES (NEW.id, coalesce(NEW.user_id, (SELECT id FROM user WHERE id = NEW.author__id\n        OR nickname = NEW.author__nickname)));\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: no user has this author__id'')\n    WHERE nullif(NEW.author__id, OLD.author__id) IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, ''post__author: no user has this author__nickname'')\n    WHERE nullif(NEW.author__nickname, OLD.author__nickname) IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);\n  SELECT RAISE(ABORT,\n      ''post__author: no user is all that is given: author__id, author__nickname, user_id'')\n    WHERE (nullif(NEW.author__id, OLD.author__id) IS NOT NULL\n        OR nullif(NEW.author__nickname, OLD.author__nickname) IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = nullif(NEW.author__id, OLD.author__id)\n            OR nickname = nullif(NEW.author__nickname, OLD.author__nickname))\n            AND id IS ifnull(nullif(NEW.author__id, OLD.author__id), id)\n            AND nickname IS ifnull(nullif(NEW.author__nickname, OLD.author__nickname),\n            nickname) AND id = ifnull(nullif(NEW.user_id, OLD.user_id), id));\n  UPDATE post SET id = NEW.id, user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__nickname IS OLD.author__nickname THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = nullif(NEW.author__id, OLD.author__id)\n      OR nickname = nullif(NEW.author__nickname, OLD.author__nickname)) END\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;','\n',char(10)),replace('DROP VIEW post__author;\n\nDROP VIEW user__posts;\n\nDROP INDEX ix_user_nickname;\n\nDROP TABLE post;\n\nDROP TABLE user;','\n',char(10)),'27c9b09a38fa059b4d1b22e6d989d4d1','{"format":1,"model":[{"id":1,"name":"User"},{"id":2,"name":"Post"}],"column":[{"id":1,"model":"User","name":"id","definition":"Integer PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"String(64) UNIQUE INDEX"},{"id":3,"model":"Post","name":"id","definition":"Integer PRIMARY KEY"},{"id":4,"model":"Post","name":"user_id","definition":"Integer REFERENCES user(id)"}],"constraint":[],"relationship":[{"id":1,"model":"User","name":"posts","target":"Post","backref":"author"}],"object":[],"view":[{"sql":"CREATE VIEW user__posts AS SELECT\n  self.user_id AS user__id,\n  self.id AS id,\n  self.user_id AS user_id\nFROM post AS self\nWHERE self.user_id IS NOT NULL"},{"sql":"CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, ''user__posts: whose? give user__id'')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, ''user__posts: user__id and user_id differ'')\n    WHERE NEW.user_id <> NEW.user__id;\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, user_id)\n    SELECT NEW.id, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND"},{"sql":"CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n    WHERE (nullif(NEW.user__id, OLD.user__id) IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, ''user__posts: user__id and user_id differ'')\n    WHERE nullif(NEW.user_id, OLD.user_id) <> nullif(NEW.user__id, OLD.user__id);\n  UPDATE post SET id = NEW.id, user_id = iif(NEW.user__id IS OLD.user__id, NEW.user_id,\n      NEW.user__id)\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND"},{"sql":"CREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.nickname AS author__nickname\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id"},{"sql":"CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: no user has this author__id'')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, ''post__author: no user has this author__nickname'')\n    WHERE NEW.author__nickname IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);\n  SELECT RAISE(ABORT,\n      ''post__author: no user is all that is given: author__id, author__nickname, user_id'')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__nickname IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)\n            AND id IS ifnull(NEW.author__id, id)\n            AND nickname IS ifnull(NEW.author__nickname, nickname)\n            AND id = ifnull(NEW.user_id, id));\n  INSERT INTO post(id, user_id)\n    VALUES (NEW.id, coalesce(NEW.user_id, (SELECT id FROM user WHERE id = NEW.author__id\n        OR nickname = NEW.author__nickname)));\nEND"},{"sql":"CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: no user has this author__id'')\n    WHERE nullif(NEW.author__id, OLD.author__id) IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, ''post__author: no user has this author__nickname'')\n    WHERE nullif(NEW.author__nickname, OLD.author__nickname) IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);\n  SELECT RAISE(ABORT,\n      ''post__author: no user is all that is given: author__id, author__nickname, user_id'')\n    WHERE (nullif(NEW.author__id, OLD.author__id) IS NOT NULL\n        OR nullif(NEW.author__nickname, OLD.author__nickname) IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = nullif(NEW.author__id, OLD.author__id)\n            OR nickname = nullif(NEW.author__nickname, OLD.author__nickname))\n            AND id IS ifnull(nullif(NEW.author__id, OLD.author__id), id)\n            AND nickname IS ifnull(nullif(NEW.author__nickname, OLD.author__nickname),\n            nickname) AND id = ifnull(nullif(NEW.user_id, OLD.user_id), id));\n  UPDATE post SET id = NEW.id, user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__nickname IS OLD.author__nickname THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = nullif(NEW.author__id, OLD.author__id)\n      OR nickname = nullif(NEW.author__nickname, OLD.author__nickname)) END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND"}]}','2026-01-31 12:00:00','2026-01-31 12:00:00');
CREATE TABLE orm_state (
  layout INTEGER NOT NULL        -- of these tables
);
INSERT INTO orm_state VALUES(1);
CREATE TABLE user (
  id INTEGER NOT NULL PRIMARY KEY,
  nickname VARCHAR(64)
);
INSERT INTO user VALUES(1,'john');
CREATE TABLE post (
  id INTEGER NOT NULL PRIMARY KEY,
  user_id INTEGER REFERENCES user (id)
);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('orm_model',2);
INSERT INTO sqlite_sequence VALUES('orm_column',5);
INSERT INTO sqlite_sequence VALUES('orm_relationship',1);
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
CREATE UNIQUE INDEX ix_user_nickname ON user (nickname);
CREATE VIEW user__posts AS SELECT
  self.user_id AS user__id,
  self.id AS id,
  self.user_id AS user_id
FROM post AS self
WHERE self.user_id IS NOT NULL;
CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN
  SELECT RAISE(ABORT, 'user__posts: whose? give user__id')
    WHERE NEW.user__id IS NULL;
  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')
    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);
  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')
    WHERE NEW.user_id <> NEW.user__id;
  UPDATE post SET user_id = NEW.user__id
    WHERE id = NEW.id;
  INSERT INTO post(id, user_id)
    SELECT NEW.id, NEW.user__id
    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);
END;
CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN
  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')
    WHERE (nullif(NEW.user__id, OLD.user__id) IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);
  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')
    WHERE nullif(NEW.user_id, OLD.user_id) <> nullif(NEW.user__id, OLD.user__id);
  UPDATE post SET id = NEW.id, user_id = iif(NEW.user__id IS OLD.user__id, NEW.user_id,
      NEW.user__id)
    WHERE id = OLD.id;
END;
CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN
  UPDATE post SET user_id = NULL WHERE id = OLD.id;
END;
CREATE VIEW post__author AS SELECT
  self.id AS id,
  self.user_id AS user_id,
  author.id AS author__id,
  author.nickname AS author__nickname
FROM post AS self LEFT JOIN user AS author
  ON author.id = self.user_id;
CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE NEW.author__id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__nickname')
    WHERE NEW.author__nickname IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__nickname, user_id')
    WHERE (NEW.author__id IS NOT NULL OR NEW.author__nickname IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)
            AND id IS ifnull(NEW.author__id, id)
            AND nickname IS ifnull(NEW.author__nickname, nickname)
            AND id = ifnull(NEW.user_id, id));
  INSERT INTO post(id, user_id)
    VALUES (NEW.id, coalesce(NEW.user_id, (SELECT id FROM user WHERE id = NEW.author__id
        OR nickname = NEW.author__nickname)));
END;
CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE nullif(NEW.author__id, OLD.author__id) IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__nickname')
    WHERE nullif(NEW.author__nickname, OLD.author__nickname) IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__nickname, user_id')
    WHERE (nullif(NEW.author__id, OLD.author__id) IS NOT NULL
        OR nullif(NEW.author__nickname, OLD.author__nickname) IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = nullif(NEW.author__id, OLD.author__id)
            OR nickname = nullif(NEW.author__nickname, OLD.author__nickname))
            AND id IS ifnull(nullif(NEW.author__id, OLD.author__id), id)
            AND nickname IS ifnull(nullif(NEW.author__nickname, OLD.author__nickname),
            nickname) AND id = ifnull(nullif(NEW.user_id, OLD.user_id), id));
  UPDATE post SET id = NEW.id, user_id = CASE WHEN NEW.author__id IS OLD.author__id
      AND NEW.author__nickname IS OLD.author__nickname THEN NEW.user_id ELSE
      (SELECT id FROM user WHERE id = nullif(NEW.author__id, OLD.author__id)
      OR nickname = nullif(NEW.author__nickname, OLD.author__nickname)) END
    WHERE id = OLD.id;
END;
CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN
  DELETE FROM post WHERE id = OLD.id;
END;
COMMIT;
