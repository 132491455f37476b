-- orm:migration {"version":1,"message":"users and posts","created_at":"2026-01-01 00:00:00"}
-- migrate:up
CREATE TABLE user (
  id INTEGER NOT NULL PRIMARY KEY,
  nickname VARCHAR(64),
  email VARCHAR(120)
);

CREATE TABLE post (
  id INTEGER NOT NULL PRIMARY KEY,
  body VARCHAR(140),
  user_id INTEGER REFERENCES user (id)
);

CREATE UNIQUE INDEX ix_user_nickname ON user (nickname);

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

-- migrate:down
DROP VIEW post__author;

DROP VIEW user__posts;

DROP INDEX ix_user_nickname;

DROP TABLE post;

DROP TABLE user;

-- orm:models {"format":1,"model":[{"id":1,"name":"User"},{"id":2,"name":"Post"}],"column":[{"id":1,"model":"User","name":"id","definition":"Integer PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"String(64) UNIQUE INDEX"},{"id":3,"model":"User","name":"email","definition":"String(120)"},{"id":4,"model":"Post","name":"id","definition":"Integer PRIMARY KEY"},{"id":5,"model":"Post","name":"body","definition":"String(140)"},{"id":6,"model":"Post","name":"user_id","definition":"Integer REFERENCES user(id)"}],"constraint":[],"relationship":[{"id":1,"model":"User","name":"posts","target":"Post","backref":"author","order_by":"id DESC"}],"object":[],"view":[{"sql":"CREATE VIEW user__posts AS SELECT\n  self.user_id AS user__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id\nFROM post AS self\nWHERE self.user_id IS NOT NULL"},{"sql":"CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: whose? give user__id')\n    WHERE NEW.user__id IS NULL;\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'user__posts: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL);\n  UPDATE post SET user_id = NEW.user__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id)\n    SELECT NEW.id, NEW.body, NEW.user__id\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND"},{"sql":"CREATE TRIGGER user__posts_update INSTEAD OF UPDATE ON user__posts BEGIN\n  SELECT RAISE(ABORT, 'user__posts: no user has this user__id')\n    WHERE (NEW.user__id IS NOT NULL AND NEW.user__id IS NOT OLD.user__id)\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id);\n  SELECT RAISE(ABORT, 'user__posts: user__id and user_id differ')\n    WHERE NEW.user__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.user__id IS NOT OLD.user__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.user__id IS OLD.user__id THEN NEW.user_id\n      ELSE NEW.user__id END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND"},{"sql":"CREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  author.id AS author__id,\n  author.nickname AS author__nickname,\n  author.email AS author__email\nFROM post AS self LEFT JOIN user AS author\n  ON author.id = self.user_id"},{"sql":"CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__nickname')\n    WHERE NEW.author__nickname IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__nickname, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__nickname IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (nickname IS NEW.author__nickname OR NEW.author__nickname IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__nickname can be written here; change user itself')\n    WHERE NEW.author__email IS NOT NULL;\n  INSERT INTO post(id, body, user_id)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__nickname IS NOT NULL THEN (SELECT id FROM user\n        WHERE id = NEW.author__id OR nickname = NEW.author__nickname) ELSE NULL END);\nEND"},{"sql":"CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no user has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM user WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no user has this author__nickname')\n    WHERE NEW.author__nickname IS NOT NULL\n        AND NEW.author__nickname IS NOT OLD.author__nickname\n      AND NOT EXISTS (SELECT 1 FROM user WHERE nickname = NEW.author__nickname);\n  SELECT RAISE(ABORT,\n      'post__author: no user is all that is given: author__id, author__nickname, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__nickname IS NOT NULL\n        AND NEW.author__nickname IS NOT OLD.author__nickname)\n      AND NOT EXISTS (SELECT 1 FROM user\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR nickname = NEW.author__nickname\n            AND NEW.author__nickname IS NOT OLD.author__nickname)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL\n            OR NEW.author__id IS OLD.author__id) AND (nickname IS NEW.author__nickname\n            OR NEW.author__nickname IS NULL\n            OR NEW.author__nickname IS OLD.author__nickname) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__nickname can be written here; change user itself')\n    WHERE NEW.author__email IS NOT OLD.author__email;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__nickname IS OLD.author__nickname THEN NEW.user_id ELSE\n      (SELECT id FROM user WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR nickname = NEW.author__nickname\n      AND NEW.author__nickname IS NOT OLD.author__nickname) END\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND"}]}
