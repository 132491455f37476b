-- orm:migration {"version":4,"message":"tags","created_at":"2026-01-04 12:00:00"}
-- migrate:up
CREATE TABLE tag (
  id INTEGER PRIMARY KEY,
  name TEXT
);

-- migrate:down transaction:false
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

DROP TABLE tag;

COMMIT;

-- orm:recorded {"checksum":"ab75941b208a0e2bbaa16b4d86a984ef","portable":"47ba000f13f98ddf8061f90787fba056","up":"CREATE TABLE tag (\n  id INTEGER PRIMARY KEY,\n  name TEXT\n);","down":"DROP TABLE tag;"}

-- orm:models {"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"},{"id":3,"name":"Tag","table_name":"tag"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"},{"id":6,"model":"Tag","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":7,"model":"Tag","name":"name","definition":"TEXT"}],"constraint":[],"relationship":[],"object":[]}
