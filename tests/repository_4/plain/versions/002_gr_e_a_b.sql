-- orm:migration {"version":2,"message":"Größe: a/b","created_at":"2026-01-02 00:00:00"}
-- migrate:up
DROP VIEW post__author;

-- rename_column "user" (nickname -> handle)
-- add_column "user" (size TEXT, backfill 'Größe ' || id)
SELECT orm_alter_table('user', 'CREATE TABLE user (
  id INTEGER NOT NULL PRIMARY KEY,
  handle VARCHAR(64), -- @renamed from=nickname
  email VARCHAR(120),
  size TEXT -- @backfill ''Größe '' || id
)');

-- add_constraint "post" (CHECK (body <> ''))
SELECT orm_alter_table('post', 'CREATE TABLE post (
  id INTEGER NOT NULL PRIMARY KEY,
  body VARCHAR(140),
  user_id INTEGER REFERENCES user (id),
  CHECK (body <> '''')
)');

DROP INDEX ix_user_nickname;
CREATE UNIQUE INDEX ix_user_handle ON user (handle);

CREATE VIEW recent AS SELECT handle, body
  FROM user JOIN post ON user.id = user_id -- "newest"
;

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

-- migrate:down
DROP VIEW post__author;

DROP VIEW recent;

-- rename_column "user" (handle -> nickname)
-- drop_column "user" (size TEXT)
SELECT orm_alter_table('user', 'CREATE TABLE user (
  id INTEGER NOT NULL PRIMARY KEY,
  nickname VARCHAR(64), -- @renamed from=handle
  email VARCHAR(120)
)');

-- drop_constraint "post" (CHECK (body <> ''))
SELECT orm_alter_table('post', 'CREATE TABLE post (
  id INTEGER NOT NULL PRIMARY KEY,
  body VARCHAR(140),
  user_id INTEGER REFERENCES user (id)
)');

DROP INDEX ix_user_handle;
CREATE UNIQUE INDEX ix_user_nickname ON user (nickname);

CREATE VIEW post__author AS SELECT
  self.id AS id,
  self.body AS body,
  self.user_id AS user_id,
  author.id AS author__id,
  author.nickname AS author__nickname,
  author.email AS author__email
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
            AND (id IS NEW.author__id OR NEW.author__id IS NULL)
            AND (nickname IS NEW.author__nickname OR NEW.author__nickname IS NULL)
            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__nickname can be written here; change user itself')
    WHERE NEW.author__email IS NOT NULL;
  INSERT INTO post(id, body, user_id)
    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL
        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL
        OR NEW.author__nickname IS NOT NULL THEN (SELECT id FROM user
        WHERE id = NEW.author__id OR nickname = NEW.author__nickname) ELSE NULL END);
END;

CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: no user has this author__id')
    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);
  SELECT RAISE(ABORT, 'post__author: no user has this author__nickname')
    WHERE NEW.author__nickname IS NOT NULL
        AND NEW.author__nickname IS NOT OLD.author__nickname
      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);
  SELECT RAISE(ABORT,
      'post__author: no user is all that is given: author__id, author__nickname, user_id')
    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id
        OR NEW.author__nickname IS NOT NULL
        AND NEW.author__nickname IS NOT OLD.author__nickname)
      AND NOT EXISTS (SELECT 1 FROM user
        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id
            OR nickname = NEW.author__nickname
            AND NEW.author__nickname IS NOT OLD.author__nickname)
            AND (id IS NEW.author__id OR NEW.author__id IS NULL
            OR NEW.author__id IS OLD.author__id) AND (nickname IS NEW.author__nickname
            OR NEW.author__nickname IS NULL
            OR NEW.author__nickname IS OLD.author__nickname) AND (id = NEW.user_id
            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));
  SELECT RAISE(ABORT,
      'post__author: only author__id, author__nickname can be written here; change user itself')
    WHERE NEW.author__email IS NOT OLD.author__email;
  UPDATE post SET id = NEW.id, body = NEW.body,
      user_id = CASE WHEN NEW.author__id IS OLD.author__id
      AND NEW.author__nickname IS OLD.author__nickname THEN NEW.user_id ELSE
      (SELECT id FROM user WHERE id = NEW.author__id
      AND NEW.author__id IS NOT OLD.author__id OR nickname = NEW.author__nickname
      AND NEW.author__nickname IS NOT OLD.author__nickname) END
    WHERE id = OLD.id;
END;

CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN
  DELETE FROM post WHERE id = OLD.id;
END;

-- orm:models {"format":1,"model":[{"id":1,"name":"User"},{"id":2,"name":"Post"}],"column":[{"id":1,"model":"User","name":"id","definition":"Integer PRIMARY KEY"},{"id":2,"model":"User","name":"handle","definition":"String(64) UNIQUE INDEX"},{"id":3,"model":"User","name":"email","definition":"String(120)"},{"id":4,"model":"Post","name":"id","definition":"Integer PRIMARY KEY"},{"id":5,"model":"Post","name":"body","definition":"String(140)"},{"id":6,"model":"Post","name":"user_id","definition":"Integer REFERENCES user(id)"},{"id":7,"model":"User","name":"size","definition":"TEXT","backfill":"'Größe ' || id"}],"constraint":[{"id":1,"model":"Post","definition":"CHECK (body <> '')"}],"relationship":[{"id":1,"model":"User","name":"posts","target":"Post","backref":"author","order_by":"id DESC"}],"object":[{"id":1,"type":"view","name":"recent","sql":"CREATE VIEW recent AS SELECT handle, body\n  FROM user JOIN post ON user.id = user_id -- \"newest\""}],"view":[{"sql":"CREATE VIEW user__posts AS SELECT\n  self.user_id AS user__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id\nFROM post AS self\nWHERE self.user_id IS NOT NULL"},{"sql":"CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: whose? give user__id')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'user__posts: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL);\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id)\n    SELECT NEW.id, NEW.body, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND"},{"sql":"CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE (NEW.user__id IS NOT NULL AND NEW.user__id IS NOT OLD.user__id)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.user__id IS NOT OLD.user__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.user__id IS OLD.user__id THEN NEW.user_id\n      ELSE NEW.user__id END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND"},{"sql":"CREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.email AS author__email,\n  author.size AS author__size\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id"},{"sql":"CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__email IS NOT NULL OR NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR handle = NEW.author__handle) ELSE NULL END);\nEND"},{"sql":"CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM user WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change user itself')\n    WHERE NEW.author__email IS NOT OLD.author__email\n        OR NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND"}]}
