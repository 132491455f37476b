-- orm:migration {"version":4,"message":"tags","created_at":"2026-01-04 00:00:00"}
-- migrate:up transaction:false
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

CREATE TEMP TABLE orm_orphans AS
  SELECT 'post' AS child, count(*) AS n FROM temp.pragma_foreign_key_check('post', 'main');
PRAGMA legacy_alter_table = OFF;

CREATE TEMP TABLE orm_expected(met CONSTRAINT """post__author"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post__author' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ('post__author_insert', 'post__author_update', 'post__author_delete');
DROP TABLE temp.orm_expected;
DROP VIEW post__author;

DROP VIEW user__posts;

ALTER TABLE user RENAME TO person;

CREATE TABLE tag (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR(20)
);

-- add_column "post" (words INTEGER NOT NULL, backfill length(body))
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has other columns than this script copies" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 3 AND sum(name COLLATE NOCASE IN ('id', 'body', 'user_id')) = 3
  FROM temp.pragma_table_xinfo('post', 'main');
DROP TABLE temp.orm_expected;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ();
DROP TABLE temp.orm_expected;
CREATE TABLE "main"."orm_rewrite_post" (
  id INTEGER NOT NULL PRIMARY KEY,
  body VARCHAR(140),
  user_id INTEGER REFERENCES person (id),
  words INTEGER NOT NULL,
  CHECK (body <> '')
);
INSERT OR ABORT INTO "main"."orm_rewrite_post"("id", "body", "user_id", "words")
  SELECT "id", "body", "user_id", (length(body)) FROM "main"."post" NOT INDEXED;
DROP TABLE "main"."post";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "main"."orm_rewrite_post" RENAME TO "post";
PRAGMA legacy_alter_table = OFF;

DROP INDEX ix_user_handle;

CREATE UNIQUE INDEX ix_person_handle ON person (handle);

CREATE VIEW person__articles AS SELECT
  self.user_id AS person__id,
  self.id AS id,
  self.body AS body,
  self.user_id AS user_id,
  self.words AS words
FROM post AS self
WHERE self.user_id IS NOT NULL;

CREATE TRIGGER person__articles_insert INSTEAD OF INSERT ON person__articles BEGIN
  SELECT RAISE(ABORT, 'person__articles: whose? give person__id')
    WHERE NEW.person__id IS NULL;
  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')
    WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);
  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')
    WHERE NEW.person__id <> NEW.user_id;
  SELECT RAISE(ABORT,
      'person__articles: this post is there already; to move it, give its key and the owner''s, nothing else')
    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL
        OR NEW.words IS NOT NULL);
  UPDATE post SET user_id = NEW.person__id
    WHERE id = NEW.id;
  INSERT INTO post(id, body, user_id, words)
    SELECT NEW.id, NEW.body, NEW.person__id, NEW.words
    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);
END;

CREATE TRIGGER person__articles_update INSTEAD OF UPDATE ON person__articles BEGIN
  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')
    WHERE (NEW.person__id IS NOT NULL AND NEW.person__id IS NOT OLD.person__id)
      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);
  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')
    WHERE NEW.person__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id
        AND NEW.person__id IS NOT OLD.person__id;
  UPDATE post SET id = NEW.id, body = NEW.body,
      user_id = CASE WHEN NEW.person__id IS OLD.person__id THEN NEW.user_id
      ELSE NEW.person__id END, words = NEW.words
    WHERE id = OLD.id;
END;

CREATE TRIGGER person__articles_delete INSTEAD OF DELETE ON person__articles BEGIN
  UPDATE post SET user_id = NULL WHERE id = OLD.id;
END;

CREATE VIEW post__author AS SELECT
  self.id AS id,
  self.body AS body,
  self.user_id AS user_id,
  self.words AS words,
  author.id AS author__id,
  author.handle AS author__handle,
  author.size AS author__size
FROM post AS self LEFT JOIN person AS author
  ON author.id = self.user_id;

CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no person has this author__id')
    WHERE NEW.author__id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')
    WHERE NEW.author__handle IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);
  SELECT RAISE(ABORT,
      'post__author: no person is all that is given: author__id, author__handle, user_id')
    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM person
        WHERE (id = NEW.author__id OR handle = NEW.author__handle)
            AND (id IS NEW.author__id OR NEW.author__id IS NULL)
            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)
            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__handle can be written here; change person itself')
    WHERE NEW.author__size IS NOT NULL;
  INSERT INTO post(id, body, user_id, words)
    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL
        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL
        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM person
        WHERE id = NEW.author__id OR handle = NEW.author__handle)
        ELSE NULL END, NEW.words);
END;

CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no person has this author__id')
    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')
    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle
      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);
  SELECT RAISE(ABORT,
      'post__author: no person is all that is given: author__id, author__handle, user_id')
    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
        OR NEW.author__handle IS NOT NULL
        AND NEW.author__handle IS NOT OLD.author__handle)
      AND NOT EXISTS (SELECT 1 FROM person
        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id
            OR handle = NEW.author__handle
            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id
            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)
            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL
            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id
            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__handle can be written here; change person itself')
    WHERE NEW.author__size IS NOT OLD.author__size;
  UPDATE post SET id = NEW.id, body = NEW.body,
      user_id = CASE WHEN NEW.author__id IS OLD.author__id
      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE
      (SELECT id FROM person WHERE id = NEW.author__id
      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle
      AND NEW.author__handle IS NOT OLD.author__handle) END, words = NEW.words
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
PRAGMA legacy_alter_table = OFF;

CREATE TEMP TABLE orm_expected(met CONSTRAINT """post__author"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post__author' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ('post__author_insert', 'post__author_update', 'post__author_delete');
DROP TABLE temp.orm_expected;
DROP VIEW post__author;

DROP VIEW person__articles;

ALTER TABLE person RENAME TO user;

-- drop_column "post" (words INTEGER NOT NULL)
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has other columns than this script copies" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 4 AND sum(name COLLATE NOCASE IN ('id', 'body', 'user_id', 'words')) = 4
  FROM temp.pragma_table_xinfo('post', 'main');
DROP TABLE temp.orm_expected;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ();
DROP TABLE temp.orm_expected;
CREATE TABLE "main"."orm_rewrite_post" (
  id INTEGER NOT NULL PRIMARY KEY,
  body VARCHAR(140),
  user_id INTEGER REFERENCES user (id),
  CHECK (body <> '')
);
INSERT OR ABORT INTO "main"."orm_rewrite_post"("id", "body", "user_id")
  SELECT "id", "body", "user_id" FROM "main"."post" NOT INDEXED;
DROP TABLE "main"."post";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "main"."orm_rewrite_post" RENAME TO "post";
PRAGMA legacy_alter_table = OFF;

DROP TABLE tag;

DROP INDEX ix_person_handle;

CREATE UNIQUE INDEX ix_user_handle ON user (handle);

CREATE VIEW user__posts AS SELECT
  self.user_id AS user__id,
  self.id AS id,
  self.body AS body,
  self.user_id AS user_id
FROM post AS self
WHERE self.user_id IS NOT NULL;

CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN
  SELECT RAISE(ABORT, 'user__posts: whose? give user__id')
    WHERE NEW.user__id IS NULL;
  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')
    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);
  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')
    WHERE NEW.user__id <> NEW.user_id;
  SELECT RAISE(ABORT,
      'user__posts: this post is there already; to move it, give its key and the owner''s, nothing else')
    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL);
  UPDATE post SET user_id = NEW.user__id
    WHERE id = NEW.id;
  INSERT INTO post(id, body, user_id)
    SELECT NEW.id, NEW.body, NEW.user__id
    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);
END;

CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN
  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')
    WHERE (NEW.user__id IS NOT NULL AND NEW.user__id IS NOT OLD.user__id)
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);
  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')
    WHERE NEW.user__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id
        AND NEW.user__id IS NOT OLD.user__id;
  UPDATE post SET id = NEW.id, body = NEW.body,
      user_id = CASE WHEN NEW.user__id IS OLD.user__id THEN NEW.user_id
      ELSE NEW.user__id END
    WHERE id = OLD.id;
END;

CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN
  UPDATE post SET user_id = NULL WHERE id = OLD.id;
END;

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

-- its text as it was
-- (nothing to do)

-- its text as it was
-- (nothing to do)

-- its text as it was
-- (nothing to do)

-- its text as it was
-- (nothing to do)

-- its text as it was
-- (nothing to do)

-- its text as it was
-- (nothing to do)
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has rows that this script left without a parent" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) <= (SELECT n FROM temp.orm_orphans WHERE child = 'post')
  FROM temp.pragma_foreign_key_check('post', 'main');
DROP TABLE temp.orm_expected;
DROP TABLE temp.orm_orphans;

COMMIT;

-- orm:recorded {"checksum":"dba93c36165bdedf89ce2a2373df8e8a","portable":"b2c8ab16d9bf509756747f6d591e5c0c","up":"DROP VIEW post__author;\n\nDROP VIEW user__posts;\n\nALTER TABLE user RENAME TO person;\n\nCREATE TABLE tag (\n  id INTEGER NOT NULL PRIMARY KEY,\n  name VARCHAR(20)\n);\n\n-- add_column \"post\" (words INTEGER NOT NULL, backfill length(body))\nSELECT orm_alter_table('post', 'CREATE TABLE post (\n  id INTEGER NOT NULL PRIMARY KEY,\n  body VARCHAR(140),\n  user_id INTEGER REFERENCES person (id),\n  words INTEGER NOT NULL, -- @backfill length(body)\n  CHECK (body <> '''')\n)');\n\nDROP INDEX ix_user_handle;\nCREATE UNIQUE INDEX ix_person_handle ON person (handle);\n\nCREATE VIEW person__articles AS SELECT\n  self.user_id AS person__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  self.words AS words\nFROM post AS self\nWHERE self.user_id IS NOT NULL;\n\nCREATE TRIGGER person__articles_insert INSTEAD OF INSERT ON person__articles BEGIN\n  SELECT RAISE(ABORT, 'person__articles: whose? give person__id')\n    WHERE NEW.person__id IS NULL;\n  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')\n    WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);\n  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')\n    WHERE NEW.person__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'person__articles: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL\n        OR NEW.words IS NOT NULL);\n  UPDATE post SET user_id = NEW.person__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id, words)\n    SELECT NEW.id, NEW.body, NEW.person__id, NEW.words\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND;\n\nCREATE TRIGGER person__articles_update INSTEAD OF UPDATE ON person__articles BEGIN\n  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')\n    WHERE (NEW.person__id IS NOT NULL AND NEW.person__id IS NOT OLD.person__id)\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);\n  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')\n    WHERE NEW.person__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.person__id IS NOT OLD.person__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.person__id IS OLD.person__id THEN NEW.user_id\n      ELSE NEW.person__id END, words = NEW.words\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER person__articles_delete INSTEAD OF DELETE ON person__articles BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND;\n\nCREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  self.words AS words,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.size AS author__size\nFROM post AS self LEFT JOIN person AS author\n  ON author.id = self.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no person has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no person is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM person\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change person itself')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id, words)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM person\n        WHERE id = NEW.author__id OR handle = NEW.author__handle)\n        ELSE NULL END, NEW.words);\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no person has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no person is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM person\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change person itself')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM person WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END, words = NEW.words\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;","down":"DROP VIEW post__author;\n\nDROP VIEW person__articles;\n\nALTER TABLE person RENAME TO user;\n\n-- drop_column \"post\" (words INTEGER NOT NULL)\nSELECT orm_alter_table('post', 'CREATE TABLE post (\n  id INTEGER NOT NULL PRIMARY KEY,\n  body VARCHAR(140),\n  user_id INTEGER REFERENCES user (id),\n  CHECK (body <> '''')\n)');\n\nDROP TABLE tag;\n\nDROP INDEX ix_person_handle;\nCREATE UNIQUE INDEX ix_user_handle ON user (handle);\n\nCREATE VIEW user__posts AS SELECT\n  self.user_id AS user__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id\nFROM post AS self\nWHERE self.user_id IS NOT NULL;\n\nCREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: whose? give user__id')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'user__posts: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL);\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id)\n    SELECT NEW.id, NEW.body, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND;\n\nCREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE (NEW.user__id IS NOT NULL AND NEW.user__id IS NOT OLD.user__id)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.user__id IS NOT OLD.user__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.user__id IS OLD.user__id THEN NEW.user_id\n      ELSE NEW.user__id END\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND;\n\nCREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.size AS author__size\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END\n    WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;\n\n-- its text as it was\nSELECT orm_alter_table('user', 'CREATE TABLE user (\n  id INTEGER NOT NULL PRIMARY KEY,\n  handle VARCHAR(64),\n  size TEXT\n)');\n\n-- its text as it was\nSELECT orm_alter_table('user__posts_insert', 'CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, ''user__posts: whose? give user__id'')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, ''user__posts: user__id and user_id differ'')\n    WHERE NEW.user__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      ''user__posts: this post is there already; to move it, give its key and the owner''''s, nothing else'')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL);\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id)\n    SELECT NEW.id, NEW.body, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND');\n\n-- its text as it was\nSELECT orm_alter_table('user__posts_update', 'CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n    WHERE (NEW.user__id IS NOT NULL AND NEW.user__id IS NOT OLD.user__id)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, ''user__posts: user__id and user_id differ'')\n    WHERE NEW.user__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.user__id IS NOT OLD.user__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.user__id IS OLD.user__id THEN NEW.user_id\n      ELSE NEW.user__id END\n    WHERE id = OLD.id;\nEND');\n\n-- its text as it was\nSELECT orm_alter_table('recent', 'CREATE VIEW recent AS SELECT handle, body\n  FROM user JOIN post ON user.id = user_id -- \"newest\"');\n\n-- its text as it was\nSELECT orm_alter_table('post__author_insert', 'CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: no user has this author__id'')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, ''post__author: no user has this author__handle'')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      ''post__author: no user is all that is given: author__id, author__handle, user_id'')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      ''post__author: only author__id, author__handle can be written here; change user itself'')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);\nEND');\n\n-- its text as it was\nSELECT orm_alter_table('post__author_update', 'CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: no user has this author__id'')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, ''post__author: no user has this author__handle'')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      ''post__author: no user is all that is given: author__id, author__handle, user_id'')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      ''post__author: only author__id, author__handle can be written here; change user itself'')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END\n    WHERE id = OLD.id;\nEND');"}

-- orm:models {"format":1,"model":[{"id":1,"name":"Person"},{"id":2,"name":"Post"},{"id":4,"name":"Tag"}],"column":[{"id":1,"model":"Person","name":"id","definition":"Integer PRIMARY KEY"},{"id":2,"model":"Person","name":"handle","definition":"String(64) UNIQUE INDEX"},{"id":4,"model":"Post","name":"id","definition":"Integer PRIMARY KEY"},{"id":5,"model":"Post","name":"body","definition":"String(140)"},{"id":6,"model":"Post","name":"user_id","definition":"Integer REFERENCES person(id)"},{"id":7,"model":"Person","name":"size","definition":"TEXT","backfill":"'Größe ' || id"},{"id":9,"model":"Tag","name":"id","definition":"Integer PRIMARY KEY"},{"id":10,"model":"Tag","name":"name","definition":"String(20)"},{"id":11,"model":"Post","name":"words","definition":"Integer NOT NULL","backfill":"length(body)"}],"constraint":[{"id":1,"model":"Post","definition":"CHECK (body <> '')"}],"relationship":[{"id":1,"model":"Person","name":"articles","target":"Post","backref":"author","order_by":"id DESC"}],"object":[{"id":1,"type":"view","name":"recent","sql":"CREATE VIEW recent AS SELECT handle, body\n  FROM \"person\" JOIN post ON \"person\".id = user_id -- \"newest\""}],"view":[{"sql":"CREATE VIEW person__articles AS SELECT\n  self.user_id AS person__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  self.words AS words\nFROM post AS self\nWHERE self.user_id IS NOT NULL"},{"sql":"CREATE TRIGGER person__articles_insert INSTEAD OF INSERT ON person__articles BEGIN\n  SELECT RAISE(ABORT, 'person__articles: whose? give person__id')\n    WHERE NEW.person__id IS NULL;\n  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')\n    WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);\n  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')\n    WHERE NEW.person__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'person__articles: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL\n        OR NEW.words IS NOT NULL);\n  UPDATE post SET user_id = NEW.person__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id, words)\n    SELECT NEW.id, NEW.body, NEW.person__id, NEW.words\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND"},{"sql":"CREATE TRIGGER person__articles_update INSTEAD OF UPDATE ON person__articles BEGIN\n  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')\n    WHERE (NEW.person__id IS NOT NULL AND NEW.person__id IS NOT OLD.person__id)\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);\n  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')\n    WHERE NEW.person__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.person__id IS NOT OLD.person__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.person__id IS OLD.person__id THEN NEW.user_id\n      ELSE NEW.person__id END, words = NEW.words\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER person__articles_delete INSTEAD OF DELETE ON person__articles BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND"},{"sql":"CREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  self.words AS words,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.size AS author__size\nFROM post AS self LEFT JOIN person AS author\n  ON author.id = self.user_id"},{"sql":"CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no person has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no person is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM person\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change person itself')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id, words)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM person\n        WHERE id = NEW.author__id OR handle = NEW.author__handle)\n        ELSE NULL END, NEW.words);\nEND"},{"sql":"CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no person has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no person is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM person\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change person itself')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM person WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END, words = NEW.words\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND"}]}
