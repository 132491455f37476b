-- orm:migration {"version":4,"message":"tags","created_at":"2026-01-04 00:00:00","undo":false}
-- migrate:up
DROP VIEW post__author;

DROP VIEW user__posts;

ALTER TABLE user RENAME TO person;

CREATE TABLE tag (
  id INTEGER NOT NULL PRIMARY KEY,
  name VARCHAR(20)
);

-- add_column "post" (words INTEGER NOT NULL, backfill length(body))
SELECT orm_alter_table('post', 'CREATE TABLE post (
  id INTEGER NOT NULL PRIMARY KEY,
  body VARCHAR(140),
  user_id INTEGER REFERENCES person (id),
  words INTEGER NOT NULL, -- @backfill length(body)
  CHECK (body <> '''')
)');

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

-- migrate:down


-- orm:models {"format":1,"model":[{"id":1,"name":"Person"},{"id":2,"name":"Post"},{"id":4,"name":"Tag"}],"column":[{"id":1,"model":"Person","name":"id","definition":"Integer PRIMARY KEY"},{"id":2,"model":"Person","name":"handle","definition":"String(64) UNIQUE INDEX"},{"id":4,"model":"Post","name":"id","definition":"Integer PRIMARY KEY"},{"id":5,"model":"Post","name":"body","definition":"String(140)"},{"id":6,"model":"Post","name":"user_id","definition":"Integer REFERENCES person(id)"},{"id":7,"model":"Person","name":"size","definition":"TEXT","backfill":"'Größe ' || id"},{"id":9,"model":"Tag","name":"id","definition":"Integer PRIMARY KEY"},{"id":10,"model":"Tag","name":"name","definition":"String(20)"},{"id":11,"model":"Post","name":"words","definition":"Integer NOT NULL","backfill":"length(body)"}],"constraint":[{"id":1,"model":"Post","definition":"CHECK (body <> '')"}],"relationship":[{"id":1,"model":"Person","name":"articles","target":"Post","backref":"author","order_by":"id DESC"}],"object":[{"id":1,"type":"view","name":"recent","sql":"CREATE VIEW recent AS SELECT handle, body\n  FROM \"person\" JOIN post ON \"person\".id = user_id -- \"newest\""}],"view":[{"sql":"CREATE VIEW person__articles AS SELECT\n  self.user_id AS person__id,\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  self.words AS words\nFROM post AS self\nWHERE self.user_id IS NOT NULL"},{"sql":"CREATE TRIGGER person__articles_insert INSTEAD OF INSERT ON person__articles BEGIN\n  SELECT RAISE(ABORT, 'person__articles: whose? give person__id')\n    WHERE NEW.person__id IS NULL;\n  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')\n    WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);\n  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')\n    WHERE NEW.person__id <> NEW.user_id;\n  SELECT RAISE(ABORT,\n      'person__articles: this post is there already; to move it, give its key and the owner''s, nothing else')\n    WHERE EXISTS (SELECT 1 FROM post WHERE id = NEW.id) AND (NEW.body IS NOT NULL\n        OR NEW.words IS NOT NULL);\n  UPDATE post SET user_id = NEW.person__id\n    WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id, words)\n    SELECT NEW.id, NEW.body, NEW.person__id, NEW.words\n    WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND"},{"sql":"CREATE TRIGGER person__articles_update INSTEAD OF UPDATE ON person__articles BEGIN\n  SELECT RAISE(ABORT, 'person__articles: no person has this person__id')\n    WHERE (NEW.person__id IS NOT NULL AND NEW.person__id IS NOT OLD.person__id)\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.person__id);\n  SELECT RAISE(ABORT, 'person__articles: person__id and user_id differ')\n    WHERE NEW.person__id <> NEW.user_id AND NEW.user_id IS NOT OLD.user_id\n        AND NEW.person__id IS NOT OLD.person__id;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.person__id IS OLD.person__id THEN NEW.user_id\n      ELSE NEW.person__id END, words = NEW.words\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER person__articles_delete INSTEAD OF DELETE ON person__articles BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND"},{"sql":"CREATE VIEW post__author AS SELECT\n  self.id AS id,\n  self.body AS body,\n  self.user_id AS user_id,\n  self.words AS words,\n  author.id AS author__id,\n  author.handle AS author__handle,\n  author.size AS author__size\nFROM post AS self LEFT JOIN person AS author\n  ON author.id = self.user_id"},{"sql":"CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no person has this author__id')\n    WHERE NEW.author__id IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL\n      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no person is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL OR NEW.author__handle IS NOT NULL)\n      AND NOT EXISTS (SELECT 1 FROM person\n        WHERE (id = NEW.author__id OR handle = NEW.author__handle)\n            AND (id IS NEW.author__id OR NEW.author__id IS NULL)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL)\n            AND (id = NEW.user_id OR NEW.user_id IS NULL AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change person itself')\n    WHERE NEW.author__size IS NOT NULL;\n  INSERT INTO post(id, body, user_id, words)\n    VALUES (NEW.id, NEW.body, CASE WHEN NEW.user_id IS NOT NULL\n        THEN NEW.user_id WHEN NEW.author__id IS NOT NULL\n        OR NEW.author__handle IS NOT NULL THEN (SELECT id FROM person\n        WHERE id = NEW.author__id OR handle = NEW.author__handle)\n        ELSE NULL END, NEW.words);\nEND"},{"sql":"CREATE TRIGGER post__author_update INSTEAD OF UPDATE ON post__author BEGIN\n  SELECT RAISE(ABORT, 'post__author: no person has this author__id')\n    WHERE NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n      AND NOT EXISTS (SELECT 1 FROM person WHERE id = NEW.author__id);\n  SELECT RAISE(ABORT, 'post__author: no person has this author__handle')\n    WHERE NEW.author__handle IS NOT NULL AND NEW.author__handle IS NOT OLD.author__handle\n      AND NOT EXISTS (SELECT 1 FROM person WHERE handle = NEW.author__handle);\n  SELECT RAISE(ABORT,\n      'post__author: no person is all that is given: author__id, author__handle, user_id')\n    WHERE (NEW.author__id IS NOT NULL AND NEW.author__id IS NOT OLD.author__id\n        OR NEW.author__handle IS NOT NULL\n        AND NEW.author__handle IS NOT OLD.author__handle)\n      AND NOT EXISTS (SELECT 1 FROM person\n        WHERE (id = NEW.author__id AND NEW.author__id IS NOT OLD.author__id\n            OR handle = NEW.author__handle\n            AND NEW.author__handle IS NOT OLD.author__handle) AND (id IS NEW.author__id\n            OR NEW.author__id IS NULL OR NEW.author__id IS OLD.author__id)\n            AND (handle IS NEW.author__handle OR NEW.author__handle IS NULL\n            OR NEW.author__handle IS OLD.author__handle) AND (id = NEW.user_id\n            OR (NEW.user_id IS NULL OR NEW.user_id IS OLD.user_id) AND id IS NOT NULL));\n  SELECT RAISE(ABORT,\n      'post__author: only author__id, author__handle can be written here; change person itself')\n    WHERE NEW.author__size IS NOT OLD.author__size;\n  UPDATE post SET id = NEW.id, body = NEW.body,\n      user_id = CASE WHEN NEW.author__id IS OLD.author__id\n      AND NEW.author__handle IS OLD.author__handle THEN NEW.user_id ELSE\n      (SELECT id FROM person WHERE id = NEW.author__id\n      AND NEW.author__id IS NOT OLD.author__id OR handle = NEW.author__handle\n      AND NEW.author__handle IS NOT OLD.author__handle) END, words = NEW.words\n    WHERE id = OLD.id;\nEND"},{"sql":"CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND"}]}
