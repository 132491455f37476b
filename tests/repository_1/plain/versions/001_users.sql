-- orm:migration {"version":1,"message":"users","created_at":"2026-01-01 12:00:00"}
-- migrate:up
CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  nickname VARCHAR(64) UNIQUE
);

-- migrate:down
DROP TABLE user;

-- orm:models {"format":1,"model":[{"id":1,"name":"User","table_name":"user"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"}],"constraint":[],"relationship":[],"object":[]}
