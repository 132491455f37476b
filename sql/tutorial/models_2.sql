-- The blog's models, second stage: users and their posts.
--
--   sqlite3 app.db < models_2.sql

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

-- A user has posts, and each post an author. The foreign key between the two
-- tables, post.user_id, is found from the columns above.
INSERT INTO orm_relationship(model, name, target, backref) VALUES
  ('User', 'posts', 'Post', 'author')
ON CONFLICT (model, name)
DO UPDATE SET target = excluded.target, backref = excluded.backref;
