-- orm:migration {"version":3,"message":"no email","created_at":"2026-01-03 00:00:00"}
-- migrate:up transaction:false
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

CREATE TEMP TABLE orm_orphans AS
  SELECT 'post' AS child, count(*) AS n FROM temp.pragma_foreign_key_check('post', 'main');

CREATE TEMP TABLE orm_expected(met CONSTRAINT """post__author"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post__author' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ('post__author_insert', 'post__author_update', 'post__author_delete');
DROP TABLE temp.orm_expected;
DROP VIEW post__author;

-- drop_column "user" (email VARCHAR(120))
CREATE TEMP TABLE orm_expected(met CONSTRAINT """user"" has other columns than this script copies" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 4 AND sum(name COLLATE NOCASE IN ('id', 'handle', 'email', 'size')) = 4
  FROM temp.pragma_table_xinfo('user', 'main');
DROP TABLE temp.orm_expected;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """user"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'user' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ('ix_user_handle');
DROP TABLE temp.orm_expected;
CREATE TABLE "main"."orm_rewrite_user" (
  id INTEGER NOT NULL PRIMARY KEY,
  handle VARCHAR(64),
  size TEXT
);
INSERT OR ABORT INTO "main"."orm_rewrite_user"("id", "handle", "size")
  SELECT "id", "handle", "size" FROM "main"."user" NOT INDEXED;
DROP TABLE "main"."user";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "main"."orm_rewrite_user" RENAME TO "user";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "main".ix_user_handle ON user (handle);

CREATE VIEW post__author AS SELECT
  self.id AS id,
  self.body AS body,
  self.user_id AS user_id,
  author.id AS author__id,
  author.handle AS author__handle,
  author.size AS author__size
FROM post AS self LEFT JOIN user AS author
  ON author.id = self.user_id;

CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE NEW.author__id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')
    WHERE NEW.author__handle IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__handle, user_id')
    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = NEW.author__id OR handle = NEW.author__handle)
            AND (id IS NEW.author__id OR NEW.author__id IS NULL)
            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)
            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__handle can be written here; change user itself')
    WHERE NEW.author__size IS NOT NULL;
  INSERT INTO post(id, body, user_id)
    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL
        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL
        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user
        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);
END;

CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')
    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle
      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__handle, user_id')
    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
        OR NEW.author__handle IS NOT NULL
        AND NEW.author__handle IS NOT OLD.author__handle)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id
            OR handle = NEW.author__handle
            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id
            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)
            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL
            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id
            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__handle can be written here; change user itself')
    WHERE NEW.author__size IS NOT OLD.author__size;
  UPDATE post SET id = NEW.id, body = NEW.body,
      user_id = CASE WHEN NEW.author__id IS OLD.author__id
      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE
      (SELECT id FROM user WHERE id = NEW.author__id
      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle
      AND NEW.author__handle IS NOT OLD.author__handle) END
    WHERE id = OLD.id;
END;

CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN
  DELETE FROM post WHERE id = OLD.id;
END;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has rows that this script left without a parent" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) <= (SELECT n FROM temp.orm_orphans WHERE child = 'post')
  FROM temp.pragma_foreign_key_check('post', 'main');
DROP TABLE temp.orm_expected;
DROP TABLE temp.orm_orphans;

COMMIT;

-- migrate:down transaction:false
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

CREATE TEMP TABLE orm_orphans AS
  SELECT 'post' AS child, count(*) AS n FROM temp.pragma_foreign_key_check('post', 'main');

CREATE TEMP TABLE orm_expected(met CONSTRAINT """post__author"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post__author' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ('post__author_insert', 'post__author_update', 'post__author_delete');
DROP TABLE temp.orm_expected;
DROP VIEW post__author;

-- add_column "user" (email VARCHAR(120))
CREATE TEMP TABLE orm_expected(met CONSTRAINT """user"" has other columns than this script copies" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 3 AND sum(name COLLATE NOCASE IN ('id', 'handle', 'size')) = 3
  FROM temp.pragma_table_xinfo('user', 'main');
DROP TABLE temp.orm_expected;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """user"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'user' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ('ix_user_handle');
DROP TABLE temp.orm_expected;
CREATE TABLE "main"."orm_rewrite_user" (
  id INTEGER NOT NULL PRIMARY KEY,
  handle VARCHAR(64),
  email VARCHAR(120),
  size TEXT
);
INSERT OR ABORT INTO "main"."orm_rewrite_user"("id", "handle", "size")
  SELECT "id", "handle", "size" FROM "main"."user" NOT INDEXED;
DROP TABLE "main"."user";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "main"."orm_rewrite_user" RENAME TO "user";
PRAGMA legacy_alter_table = OFF;
CREATE UNIQUE INDEX "main".ix_user_handle ON user (handle);

CREATE VIEW post__author AS SELECT
  self.id AS id,
  self.body AS body,
  self.user_id AS user_id,
  author.id AS author__id,
  author.handle AS author__handle,
  author.email AS author__email,
  author.size AS author__size
FROM post AS self LEFT JOIN user AS author
  ON author.id = self.user_id;

CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE NEW.author__id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')
    WHERE NEW.author__handle IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__handle, user_id')
    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = NEW.author__id OR handle = NEW.author__handle)
            AND (id IS NEW.author__id OR NEW.author__id IS NULL)
            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)
            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__handle can be written here; change user itself')
    WHERE NEW.author__email IS NOT NULL OR NEW.author__size IS NOT NULL;
  INSERT INTO post(id, body, user_id)
    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL
        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL
        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user
        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);
END;

CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')
    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle
      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__handle, user_id')
    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
        OR NEW.author__handle IS NOT NULL
        AND NEW.author__handle IS NOT OLD.author__handle)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id
            OR handle = NEW.author__handle
            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id
            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)
            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL
            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id
            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__handle can be written here; change user itself')
    WHERE NEW.author__email IS NOT OLD.author__email
        OR NEW.author__size IS NOT OLD.author__size;
  UPDATE post SET id = NEW.id, body = NEW.body,
      user_id = CASE WHEN NEW.author__id IS OLD.author__id
      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE
      (SELECT id FROM user WHERE id = NEW.author__id
      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle
      AND NEW.author__handle IS NOT OLD.author__handle) END
    WHERE id = OLD.id;
END;

CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN
  DELETE FROM post WHERE id = OLD.id;
END;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has rows that this script left without a parent" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) <= (SELECT n FROM temp.orm_orphans WHERE child = 'post')
  FROM temp.pragma_foreign_key_check('post', 'main');
DROP TABLE temp.orm_expected;
DROP TABLE temp.orm_orphans;

COMMIT;

-- orm:recorded {"checksum":"bd22cdf20594231eb83b6739ece1f254","portable":"d805970d71178bc44dcb6e1668ce558b","up":"DROP VIEW post__author;\n\n-- drop_column \"user\" (email VARCHAR(120))\nSELECT orm_alter_table('user', 'CREATE TABLE user (\n  id INTEGER NOT NULL PRIMARY KEY,\n  handle VARCHAR(64),\n  size TEXT\n)');\n\nCREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.size AS author__size\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;","down":"DROP VIEW post__author;\n\n-- add_column \"user\" (email VARCHAR(120))\nSELECT orm_alter_table('user', 'CREATE TABLE user (\n  id INTEGER NOT NULL PRIMARY KEY,\n  handle VARCHAR(64),\n  email VARCHAR(120),\n  size TEXT\n)');\n\nCREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.email AS author__email,\n  author.size AS author__size\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__email IS NOT NULL OR NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__email IS NOT OLD.author__email\n        OR NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;"}

-- orm:models {"format":1,"model":[{"id":1,"name":"User"},{"id":2,"name":"Post"}],"column":[{"id":1,"model":"User","name":"id","definition":"Integer PRIMARY KEY"},{"id":2,"model":"User","name":"handle","definition":"String(64) UNIQUE INDEX"},{"id":4,"model":"Post","name":"id","definition":"Integer PRIMARY KEY"},{"id":5,"model":"Post","name":"body","definition":"String(140)"},{"id":6,"model":"Post","name":"user_id","definition":"Integer REFERENCES user(id)"},{"id":7,"model":"User","name":"size","definition":"TEXT","backfill":"'Größe ' || id"}],"constraint":[{"id":1,"model":"Post","definition":"CHECK (body <> '')"}],"relationship":[{"id":1,"model":"User","name":"posts","target":"Post","backref":"author","order_by":"id DESC"}],"object":[{"id":1,"type":"view","name":"recent","sql":"CREATE VIEW recent AS SELECT handle, body\n  FROM user JOIN post ON user.id = user_id -- \"newest\""}],"view":[{"sql":"CREATE VIEW user__posts AS SELECT\n  self.user_id AS user__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id\nFROM post AS self\nWHERE self.user_id IS NOT NULL"},{"sql":"CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: whose? give user__id')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'user__posts: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL);\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id)\n    SELECT NEW.id, NEW.body, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND"},{"sql":"CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE (NEW.user__id IS NOT NULL AND NEW.user__id IS NOT OLD.user__id)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.user__id IS NOT OLD.user__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.user__id IS OLD.user__id THEN NEW.user_id\n      ELSE NEW.user__id END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND"},{"sql":"CREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.size AS author__size\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id"},{"sql":"CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);\nEND"},{"sql":"CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND"}]}
