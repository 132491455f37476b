-- orm:migration {"version":2,"message":"Größe: a/b","created_at":"2026-01-02 12:00:00"}
-- migrate:up
CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  body TEXT,
  user_id INTEGER REFERENCES user (id)
);

-- migrate:down
DROP TABLE post;

-- orm:models {"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":4,"model":"Post","name":"body","definition":"TEXT"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"}],"constraint":[],"relationship":[],"object":[]}
