-- The blog's models, second stage: users and their posts.
--
--   sqlite3 app.db < models_2.sql
--
-- The file states all models and relationships. It deletes the others.
--
-- To rename a field or a model, write the new name below, and an UPDATE directly
-- after BEGIN. When the file is run again, the UPDATE finds nothing:
--
--   UPDATE orm_column SET name = 'handle'
--     WHERE model = 'User' AND name = 'nickname';
--   UPDATE orm_model SET name = 'Article' WHERE name = 'Post';

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on
BEGIN;
UPDATE orm_column SET definition = '?';
UPDATE orm_relationship SET target = '?';

INSERT INTO orm_model(name) VALUES ('User'), ('Post')
ON CONFLICT DO NOTHING;

INSERT INTO orm_column(model, name, definition) VALUES
  ('User', 'id',        'Integer PRIMARY KEY'),
  ('User', 'nickname',  'String(64) UNIQUE INDEX'),
  ('User', 'email',     'String(120) UNIQUE INDEX'),

  ('Post', 'id',        'Integer PRIMARY KEY'),
  ('Post', 'body',      'String(140)'),
  ('Post', 'timestamp', 'DateTime'),
  ('Post', 'user_id',   'Integer REFERENCES user(id)')
ON CONFLICT (model, name) DO UPDATE SET definition = excluded.definition;

-- A user has posts, and each post has an author. orm finds the foreign key between
-- the two tables, post.user_id, in the columns above.
INSERT INTO orm_relationship(model, name, target, backref) VALUES
  ('User', 'posts', 'Post', 'author')
ON CONFLICT (model, name)
DO UPDATE SET target = excluded.target, backref = excluded.backref;

DELETE FROM orm_relationship WHERE target = '?';
DELETE FROM orm_column WHERE definition = '?';
DELETE FROM orm_model WHERE name NOT IN (SELECT model FROM orm_column);
COMMIT;
