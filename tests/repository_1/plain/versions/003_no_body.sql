-- orm:migration {"version":3,"message":"no body","created_at":"2026-01-03 12:00:00"}
-- migrate:up
-- drop_column "post" (body TEXT)
SELECT orm_alter_table('post', 'CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  user_id INTEGER REFERENCES user (id)
)');

-- migrate:down
ALTER TABLE post ADD COLUMN body TEXT;

-- orm:models {"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"}],"constraint":[],"relationship":[],"object":[]}
