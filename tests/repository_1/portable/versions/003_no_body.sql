-- orm:migration {"version":3,"message":"no body","created_at":"2026-01-03 12:00:00"}
-- migrate:up transaction:false
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;

CREATE TEMP TABLE orm_orphans AS
  SELECT 'post' AS child, count(*) AS n FROM pragma_foreign_key_check('post', 'main');

-- drop_column "post" (body TEXT)
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has other columns than this script copies" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 3 AND sum(name COLLATE NOCASE IN ('id', 'body', 'user_id')) = 3
  FROM pragma_table_xinfo('post', 'main');
DROP TABLE temp.orm_expected;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has indexes or triggers that this script does not know, and would lose" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) = 0 FROM "main".sqlite_master
  WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name = 'post' COLLATE NOCASE
  AND name COLLATE NOCASE NOT IN ();
DROP TABLE temp.orm_expected;
CREATE TABLE "main"."orm_rewrite_post" (
  id INTEGER PRIMARY KEY,
  user_id INTEGER REFERENCES user (id)
);
INSERT OR ABORT INTO "main"."orm_rewrite_post"("id", "user_id")
  SELECT "id", "user_id" FROM "main"."post" NOT INDEXED;
DROP TABLE "main"."post";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "main"."orm_rewrite_post" RENAME TO "post";
PRAGMA legacy_alter_table = OFF;
CREATE TEMP TABLE orm_expected(met CONSTRAINT """post"" has rows that this script left without a parent" CHECK (met));
INSERT INTO temp.orm_expected SELECT count(*) <= (SELECT n FROM temp.orm_orphans WHERE child = 'post')
  FROM pragma_foreign_key_check('post', 'main');
DROP TABLE temp.orm_expected;
DROP TABLE temp.orm_orphans;

COMMIT;

-- migrate:down
ALTER TABLE post ADD COLUMN body TEXT;

-- orm:recorded {"checksum":"ccb3394a08c7259878bc9dd70b91c8d0","portable":"8521ccc7e4723058ef60ed45007eaf88","up":"-- drop_column \"post\" (body TEXT)\nSELECT orm_alter_table('post', 'CREATE TABLE post (\n  id INTEGER PRIMARY KEY,\n  user_id INTEGER REFERENCES user (id)\n)');","down":"ALTER TABLE post ADD COLUMN body TEXT;"}

-- orm:models {"format":1,"model":[{"id":1,"name":"User","table_name":"user"},{"id":2,"name":"Post","table_name":"post"}],"column":[{"id":1,"model":"User","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":2,"model":"User","name":"nickname","definition":"VARCHAR(64) UNIQUE"},{"id":3,"model":"Post","name":"id","definition":"INTEGER PRIMARY KEY"},{"id":5,"model":"Post","name":"user_id","definition":"INTEGER REFERENCES user(id)"}],"constraint":[],"relationship":[],"object":[]}
