-- orm:migration {"version":1,"message":"users","created_at":"2026-01-01 12:00:00"}
-- migrate:up
CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  nickname VARCHAR(64) UNIQUE
);

-- migrate:down transaction:false
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

DROP TABLE user;

COMMIT;

-- orm:recorded {"checksum":"94684da4f89b926bb8a9cedab7f5e1ba","portable":"b2a5ff6675b5f2f1a4fcf585b9daf7bf","up":"CREATE TABLE user (\n  id INTEGER PRIMARY KEY,\n  nickname VARCHAR(64) UNIQUE\n);","down":"DROP TABLE user;"}

-- orm:models {"format":1,"model":[{"id":1,"name":"User","table_name":"user"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"}],"constraint":[],"relationship":[],"object":[]}
