-- A database with the views of an earlier release (RELVIEW_FORM 1): .dump gave this.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE orm_model (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  table_name TEXT,               -- default: snake_case of the name
  options TEXT                   -- STRICT, WITHOUT ROWID
);
INSERT INTO orm_model VALUES(1,'User','user',NULL);
INSERT INTO orm_model VALUES(2,'Post','post',NULL);
INSERT INTO orm_model VALUES(3,'Node','node',NULL);
INSERT INTO orm_model VALUES(4,'Tag','tag',NULL);
INSERT INTO orm_model VALUES(5,'PostTag','post_tag',NULL);
CREATE TABLE orm_column (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  definition TEXT NOT NULL DEFAULT '',
  backfill TEXT,                 -- expression over the old row
  UNIQUE (model, name)
);
INSERT INTO orm_column VALUES(1,'User','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(2,'User','nickname','TEXT UNIQUE',NULL);
INSERT INTO orm_column VALUES(3,'User','about','TEXT',NULL);
INSERT INTO orm_column VALUES(4,'Post','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(5,'Post','body','TEXT',NULL);
INSERT INTO orm_column VALUES(6,'Post','user_id','INTEGER REFERENCES user(id)',NULL);
INSERT INTO orm_column VALUES(7,'Node','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(8,'Node','parent_id','INTEGER REFERENCES node(id)',NULL);
INSERT INTO orm_column VALUES(9,'Tag','id','INTEGER PRIMARY KEY',NULL);
INSERT INTO orm_column VALUES(10,'Tag','name','TEXT UNIQUE',NULL);
INSERT INTO orm_column VALUES(11,'PostTag','post_id','INTEGER REFERENCES post(id)',NULL);
INSERT INTO orm_column VALUES(12,'PostTag','tag_id','INTEGER REFERENCES tag(id)',NULL);
INSERT INTO orm_column VALUES(13,'PostTag','weight','INTEGER',NULL);
INSERT INTO orm_column VALUES(14,'User','email','TEXT',NULL);
CREATE TABLE orm_constraint (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT COLLATE NOCASE,
  definition TEXT NOT NULL,
  UNIQUE (model, name),
  UNIQUE (name, model)           -- indexes are looked for by their name
);
INSERT INTO orm_constraint VALUES(1,'PostTag',NULL,'PRIMARY KEY (post_id, tag_id)');
INSERT INTO orm_constraint VALUES(2,'Post','ix_post_user_id','INDEX (user_id)');
CREATE TABLE orm_relationship (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  target TEXT NOT NULL COLLATE NOCASE,
  backref TEXT,
  foreign_key TEXT,
  secondary TEXT,
  remote_side TEXT,
  uselist INTEGER,
  "cascade" TEXT,
  passive_deletes TEXT,
  order_by TEXT,
  primaryjoin TEXT,              -- condition between self and the target
  viewonly INTEGER,
  UNIQUE (model, name)
);
INSERT INTO orm_relationship VALUES(1,'User','posts','Post','author',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO orm_relationship VALUES(2,'Node','children','Node','parent',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO orm_relationship VALUES(3,'Post','tags','Tag','posts',NULL,'post_tag',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE orm_object (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT,
  name TEXT COLLATE NOCASE,
  sql TEXT NOT NULL,
  UNIQUE (type, name)
);
CREATE TABLE orm_migration (
  version INTEGER PRIMARY KEY,
  message TEXT NOT NULL,
  created_at TEXT NOT NULL,      -- UTC
  applied_at TEXT,               -- UTC; NULL: pending
  file TEXT,                     -- its name in a repository
  checksum TEXT,                 -- of up, taken when it is applied
  down_checksum TEXT,            -- of down, taken at the same time
  mended TEXT,                   -- what did not work before it was applied, and
                                 -- does since: JSON, see ext/run/run.h
  changes TEXT NOT NULL,         -- of the rows above, see ext/meta/changes.h
  up TEXT NOT NULL,
  down TEXT
);
INSERT INTO orm_migration VALUES(1,'one','2026-01-01 00:00:00','2026-01-01 00:00:00','001_one.sql','b29e2f8fd3d5a31b45d6bdcfb8682929','479176b10594f16eafcc64c6ec68d42d',NULL,replace('-- orm:models 2 00000000000000000000000000000000 902cba2916f379f8f0c73dbbab419877 b3dba2c741a65b707aaed44cd5440587 1\n-- orm:model +1 User table_name="user"\n-- orm:model +2 Post table_name="post"\n-- orm:model +3 Node table_name="node"\n-- orm:model +4 Tag table_name="tag"\n-- orm:model +5 PostTag table_name="post_tag"\n-- orm:column +1 User.id INTEGER PRIMARY KEY\n-- orm:column +2 User.nickname TEXT UNIQUE\n-- orm:column +3 User.about TEXT\n-- orm:column +4 Post.id INTEGER PRIMARY KEY\n-- orm:column +5 Post.body TEXT\n-- orm:column +6 Post.user_id INTEGER REFERENCES user(id)\n-- orm:column +7 Node.id INTEGER PRIMARY KEY\n-- orm:column +8 Node.parent_id INTEGER REFERENCES node(id)\n-- orm:column +9 Tag.id INTEGER PRIMARY KEY\n-- orm:column +10 Tag.name TEXT UNIQUE\n-- orm:column +11 PostTag.post_id INTEGER REFERENCES post(id)\n-- orm:column +12 PostTag.tag_id INTEGER REFERENCES tag(id)\n-- orm:column +13 PostTag.weight INTEGER\n-- orm:constraint +1 PostTag PRIMARY KEY (post_id, tag_id)\n-- orm:constraint +2 Post.ix_post_user_id INDEX (user_id)\n-- orm:relationship +1 User.posts target="Post" backref="author"\n-- orm:relationship +2 Node.children target="Node" backref="parent"\n-- orm:relationship +3 Post.tags target="Tag" backref="posts" secondary="post_tag"\n','\n',char(10)),replace('CREATE TABLE user (\n  id INTEGER PRIMARY KEY,\n  nickname TEXT UNIQUE,\n  about TEXT\n);\n\nCREATE TABLE post (\n  id INTEGER PRIMARY KEY,\n  body TEXT,\n  user_id INTEGER REFERENCES user (id)\n);\n\nCREATE TABLE node (\n  id INTEGER PRIMARY KEY,\n  parent_id INTEGER REFERENCES node (id)\n);\n\nCREATE TABLE tag (\n  id INTEGER PRIMARY KEY,\n  name TEXT UNIQUE\n);\n\nCREATE TABLE post_tag (\n  post_id INTEGER REFERENCES post (id),\n  tag_id INTEGER REFERENCES tag (id),\n  weight INTEGER,\n  PRIMARY KEY (post_id, tag_id)\n);\n\nCREATE INDEX ix_post_user_id ON post (user_id);\n\nCREATE VIEW user__posts AS SELECT user_id AS user__id, * FROM post\n  WHERE user_id NOTNULL;\n\nCREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts\nWHEN CASE WHEN EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id\n  AND (id <> NEW.user_id) IS NOT 1) THEN 1\n  ELSE RAISE(ABORT, ''user__posts: no user has this user__id'') END BEGIN\n  UPDATE post SET user_id = CASE WHEN NEW.body IS NULL\n  THEN NEW.user__id\n    ELSE RAISE(ABORT, ''user__posts: this post exists; to move it, give only its key and user__id'') END\n  WHERE id = NEW.id;\n  INSERT INTO post(id, body, user_id)\n  SELECT NEW.id, NEW.body, NEW.user__id\n  WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\nEND;\n\nCREATE TRIGGER user__posts_update INSTEAD OF UPDATE OF body ON user__posts BEGIN\n  UPDATE post SET body = NEW.body\n  WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER user__posts_update_key INSTEAD OF UPDATE OF id, user_id,\n  user__id ON user__posts BEGIN\n  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id\n    AND NEW.user_id IS NOT OLD.user_id;\n  UPDATE post SET user_id = (SELECT id FROM user WHERE id = NEW.user__id\n    AND (NEW.user_id IS OLD.user_id OR id = NEW.user_id)\n    UNION ALL SELECT RAISE(ABORT, ''user__posts: no user has this user__id'')\n      WHERE NEW.user__id NOTNULL)\n  WHERE id = OLD.id AND NEW.user__id IS NOT OLD.user__id;\n  UPDATE post SET id = NEW.id, body = NEW.body\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN\n  UPDATE post SET user_id = NULL WHERE id = OLD.id;\nEND;\n\nCREATE VIEW post__author AS SELECT post.*,\n  author.id AS author__id, author.nickname AS author__nickname,\n    author.about AS author__about\nFROM post LEFT JOIN user AS author\n  ON author.id = post.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author\nWHEN CASE WHEN NEW.author__about IS NOT NULL\n  THEN RAISE(ABORT, ''post__author: this column is read-only'') ELSE 1 END BEGIN\n  INSERT INTO post(id, body, user_id)\n  VALUES (NEW.id, NEW.body, CASE WHEN NEW.author__id ISNULL\n    AND NEW.author__nickname ISNULL THEN NEW.user_id ELSE (SELECT id FROM user\n    WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)\n    AND (id <> NEW.author__id) IS NOT 1 AND (NEW.author__nickname ISNULL\n    OR nickname = NEW.author__nickname) AND (id <> NEW.user_id) IS NOT 1\n    UNION ALL SELECT RAISE(ABORT,\n      ''post__author: no user has these author__id, author__nickname'')) END);\nEND;\n\nCREATE TRIGGER post__author_update_key INSTEAD OF UPDATE OF id, user_id, author__id,\n  author__nickname ON post__author BEGIN\n  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id\n    AND NEW.user_id IS NOT OLD.user_id;\n  UPDATE post SET user_id = (SELECT id FROM user WHERE (id = NEW.author__id\n    OR nickname = NEW.author__nickname) AND (NEW.author__id ISNULL\n    OR NEW.author__id IN (OLD.author__id, id)) AND (NEW.author__nickname ISNULL\n    OR NEW.author__nickname IN (OLD.author__nickname, nickname))\n    AND (NEW.user_id IS OLD.user_id OR id = NEW.user_id) AND id IS NOT OLD.author__id\n    UNION ALL SELECT RAISE(ABORT,\n      ''post__author: no user has these author__id, author__nickname'')\n      WHERE NEW.author__id NOTNULL AND NEW.author__id IS NOT OLD.author__id\n      OR NEW.author__nickname NOTNULL\n      AND NEW.author__nickname IS NOT OLD.author__nickname)\n  WHERE id = OLD.id\n    AND (NEW.author__id, NEW.author__nickname) IS NOT (OLD.author__id, OLD.author__nickname);\n  UPDATE post SET id = NEW.id, body = NEW.body\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE OF body ON post__author BEGIN\n  UPDATE post SET body = NEW.body\n  WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_read_only INSTEAD OF UPDATE OF author__about ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: this column is read-only'');\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;\n\nCREATE VIEW node__children AS SELECT parent_id AS node__id, * FROM node\n  WHERE parent_id NOTNULL;\n\nCREATE TRIGGER node__children_insert INSTEAD OF INSERT ON node__children\nWHEN CASE WHEN EXISTS (SELECT 1 FROM node WHERE id = NEW.node__id\n  AND (id <> NEW.parent_id) IS NOT 1) THEN 1\n  ELSE RAISE(ABORT, ''node__children: no node has this node__id'') END BEGIN\n  UPDATE node SET parent_id = NEW.node__id\n  WHERE id = NEW.id;\n  INSERT INTO node(id, parent_id)\n  SELECT NEW.id, NEW.node__id\n  WHERE NOT EXISTS (SELECT 1 FROM node WHERE id = NEW.id);\nEND;\n\nCREATE TRIGGER node__children_update_key INSTEAD OF UPDATE OF id, parent_id,\n  node__id ON node__children BEGIN\n  UPDATE node SET parent_id = NEW.parent_id WHERE id = OLD.id\n    AND NEW.parent_id IS NOT OLD.parent_id;\n  UPDATE node SET parent_id = (SELECT id FROM node WHERE id = NEW.node__id\n    AND (NEW.parent_id IS OLD.parent_id OR id = NEW.parent_id)\n    UNION ALL SELECT RAISE(ABORT, ''node__children: no node has this node__id'')\n      WHERE NEW.node__id NOTNULL)\n  WHERE id = OLD.id AND NEW.node__id IS NOT OLD.node__id;\n  UPDATE node SET id = NEW.id\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER node__children_delete INSTEAD OF DELETE ON node__children BEGIN\n  UPDATE node SET parent_id = NULL WHERE id = OLD.id;\nEND;\n\nCREATE VIEW node__parent AS SELECT node.*,\n  parent.id AS parent__id, parent.parent_id AS parent__parent_id\nFROM node LEFT JOIN node AS parent\n  ON parent.id = node.parent_id;\n\nCREATE TRIGGER node__parent_insert INSTEAD OF INSERT ON node__parent\nWHEN CASE WHEN NEW.parent__parent_id IS NOT NULL\n  THEN RAISE(ABORT, ''node__parent: this column is read-only'') ELSE 1 END BEGIN\n  INSERT INTO node(id, parent_id)\n  VALUES (NEW.id, CASE WHEN NEW.parent__id ISNULL THEN NEW.parent_id ELSE\n    (SELECT id FROM node WHERE id = NEW.parent__id AND (id <> NEW.parent_id) IS NOT 1\n    UNION ALL SELECT RAISE(ABORT, ''node__parent: no node has this parent__id'')) END);\nEND;\n\nCREATE TRIGGER node__parent_update_key INSTEAD OF UPDATE OF id, parent_id,\n  parent__id ON node__parent BEGIN\n  UPDATE node SET parent_id = NEW.parent_id WHERE id = OLD.id\n    AND NEW.parent_id IS NOT OLD.parent_id;\n  UPDATE node SET parent_id = (SELECT id FROM node WHERE id = NEW.parent__id\n    AND (NEW.parent_id IS OLD.parent_id OR id = NEW.parent_id)\n    UNION ALL SELECT RAISE(ABORT, ''node__parent: no node has this parent__id'')\n      WHERE NEW.parent__id NOTNULL)\n  WHERE id = OLD.id AND NEW.parent__id IS NOT OLD.parent__id;\n  UPDATE node SET id = NEW.id\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER node__parent_read_only INSTEAD OF UPDATE OF parent__parent_id ON node__parent BEGIN\n  SELECT RAISE(ABORT, ''node__parent: this column is read-only'');\nEND;\n\nCREATE TRIGGER node__parent_delete INSTEAD OF DELETE ON node__parent BEGIN\n  DELETE FROM node WHERE id = OLD.id;\nEND;\n\nCREATE VIEW post__tags AS SELECT post_tag.post_id AS post__id, tag.*,\n  post_tag.weight AS post_tag__weight\nFROM post_tag JOIN tag\n  ON tag.id = post_tag.tag_id;\n\nCREATE TRIGGER post__tags_insert INSTEAD OF INSERT ON post__tags\nWHEN CASE WHEN EXISTS (SELECT 1 FROM tag WHERE id = NEW.id OR name = NEW.name)\n  AND NOT EXISTS (SELECT 1 FROM tag WHERE (id = NEW.id OR name = NEW.name)\n    AND (id <> NEW.id) IS NOT 1 AND (NEW.name ISNULL OR name = NEW.name))\n    THEN RAISE(ABORT,\n    ''post__tags: the tag with this key has other values; UPDATE changes them'') WHEN EXISTS\n    (SELECT 1 FROM post WHERE id = NEW.post__id) THEN 1\n    ELSE RAISE(ABORT, ''post__tags: no post has this post__id'') END BEGIN\n  INSERT INTO tag(id, name)\n  SELECT NEW.id, NEW.name\n  WHERE NOT EXISTS (SELECT 1 FROM tag WHERE id = NEW.id OR name = NEW.name);\n  INSERT INTO post_tag(post_id, tag_id, weight)\n  SELECT NEW.post__id, id, NEW.post_tag__weight FROM tag\n  WHERE (id = NEW.id OR name = NEW.name\n    OR NEW.id ISNULL AND NEW.name ISNULL AND changes() = 1\n      AND rowid = last_insert_rowid())\n  AND NOT EXISTS (SELECT 1 FROM post_tag AS self WHERE post_id = NEW.post__id\n    AND tag_id = tag.id);\nEND;\n\nCREATE TRIGGER post__tags_update_key INSTEAD OF UPDATE OF id, name, post_tag__weight,\n  post__id ON post__tags\nWHEN CASE WHEN NEW.post__id IS OLD.post__id\n  OR EXISTS (SELECT 1 FROM post WHERE id = NEW.post__id) THEN 1\n    ELSE RAISE(ABORT, ''post__tags: no post has this post__id'') END BEGIN\n  UPDATE post_tag SET weight = NEW.post_tag__weight, post_id = NEW.post__id\n  WHERE post_id = OLD.post__id AND tag_id = OLD.id\n  AND (NEW.post_tag__weight, NEW.post__id) IS NOT (OLD.post_tag__weight, OLD.post__id);\n  UPDATE tag SET name = NEW.name WHERE id = OLD.id AND NEW.name IS NOT OLD.name;\n  UPDATE tag SET id = NEW.id\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER post__tags_delete INSTEAD OF DELETE ON post__tags BEGIN\n  DELETE FROM post_tag WHERE post_id = OLD.post__id AND tag_id = OLD.id;\nEND;\n\nCREATE VIEW tag__posts AS SELECT post_tag.tag_id AS tag__id, post.*,\n  post_tag.weight AS post_tag__weight\nFROM post_tag JOIN post\n  ON post.id = post_tag.post_id;\n\nCREATE TRIGGER tag__posts_insert INSTEAD OF INSERT ON tag__posts\nWHEN CASE WHEN EXISTS (SELECT 1 FROM post WHERE id = NEW.id)\n  AND NOT EXISTS (SELECT 1 FROM post WHERE (id = NEW.id) AND (NEW.body ISNULL\n    OR body = NEW.body) AND (NEW.user_id ISNULL OR user_id = NEW.user_id))\n    THEN RAISE(ABORT,\n    ''tag__posts: the post with this key has other values; UPDATE changes them'') WHEN EXISTS\n    (SELECT 1 FROM tag WHERE id = NEW.tag__id) THEN 1\n    ELSE RAISE(ABORT, ''tag__posts: no tag has this tag__id'') END BEGIN\n  INSERT INTO post(id, body, user_id)\n  SELECT NEW.id, NEW.body, NEW.user_id\n  WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);\n  INSERT INTO post_tag(tag_id, post_id, weight)\n  SELECT NEW.tag__id, id, NEW.post_tag__weight FROM post\n  WHERE (id = NEW.id\n    OR NEW.id ISNULL AND changes() = 1 AND rowid = last_insert_rowid())\n  AND NOT EXISTS (SELECT 1 FROM post_tag AS self WHERE tag_id = NEW.tag__id\n    AND post_id = post.id);\nEND;\n\nCREATE TRIGGER tag__posts_update INSTEAD OF UPDATE OF body ON tag__posts BEGIN\n  UPDATE post SET body = NEW.body\n  WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER tag__posts_update_key INSTEAD OF UPDATE OF id, user_id, post_tag__weight,\n  tag__id ON tag__posts\nWHEN CASE WHEN NEW.tag__id IS OLD.tag__id\n  OR EXISTS (SELECT 1 FROM tag WHERE id = NEW.tag__id) THEN 1\n    ELSE RAISE(ABORT, ''tag__posts: no tag has this tag__id'') END BEGIN\n  UPDATE post_tag SET weight = NEW.post_tag__weight, tag_id = NEW.tag__id\n  WHERE tag_id = OLD.tag__id AND post_id = OLD.id\n  AND (NEW.post_tag__weight, NEW.tag__id) IS NOT (OLD.post_tag__weight, OLD.tag__id);\n  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id\n    AND NEW.user_id IS NOT OLD.user_id;\n  UPDATE post SET id = NEW.id, body = NEW.body\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER tag__posts_delete INSTEAD OF DELETE ON tag__posts BEGIN\n  DELETE FROM post_tag WHERE tag_id = OLD.tag__id AND post_id = OLD.id;\nEND;\n\nCREATE TRIGGER user__posts_gone AFTER DELETE ON user BEGIN\n  UPDATE post SET user_id = NULL WHERE user_id = OLD.id;\nEND;\n\nCREATE TRIGGER node__children_gone AFTER DELETE ON node BEGIN\n  UPDATE node SET parent_id = NULL WHERE parent_id = OLD.id;\nEND;\n\nCREATE TRIGGER post__tags_gone AFTER DELETE ON post BEGIN\n  DELETE FROM post_tag WHERE post_id = OLD.id;\nEND;\n\nCREATE TRIGGER tag__posts_gone AFTER DELETE ON tag BEGIN\n  DELETE FROM post_tag WHERE tag_id = OLD.id;\nEND;','\n',char(10)),replace('DROP TRIGGER tag__posts_gone;\n\nDROP TRIGGER post__tags_gone;\n\nDROP TRIGGER node__children_gone;\n\nDROP TRIGGER user__posts_gone;\n\nDROP VIEW tag__posts;\n\nDROP VIEW post__tags;\n\nDROP VIEW node__parent;\n\nDROP VIEW node__children;\n\nDROP VIEW post__author;\n\nDROP VIEW user__posts;\n\nDROP INDEX ix_post_user_id;\n\nDROP TABLE post_tag;\n\nDROP TABLE tag;\n\nDROP TABLE node;\n\nDROP TABLE post;\n\nDROP TABLE user;','\n',char(10)));
INSERT INTO orm_migration VALUES(2,'two','2026-01-02 00:00:00','2026-01-02 00:00:00','002_two.sql','f94cb10084eae76d203982c0e0baf6bd','72b87f130106a189bd6b335a2495edfe',NULL,replace('-- orm:models 2 902cba2916f379f8f0c73dbbab419877 80c3f366f65d28e2bca034d27e81bb57 dc3e8863ec2dc4bacfe3ef9773b9456f 1\n-- orm:column +14 User.email TEXT\n','\n',char(10)),replace('DROP VIEW post__author;\n\nALTER TABLE user ADD COLUMN email TEXT;\n\nCREATE VIEW post__author AS SELECT post.*,\n  author.id AS author__id, author.nickname AS author__nickname,\n    author.about AS author__about, author.email AS author__email\nFROM post LEFT JOIN user AS author\n  ON author.id = post.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author\nWHEN CASE WHEN (NEW.author__about, NEW.author__email) IS NOT (NULL, NULL)\n  THEN RAISE(ABORT, ''post__author: this column is read-only'') ELSE 1 END BEGIN\n  INSERT INTO post(id, body, user_id)\n  VALUES (NEW.id, NEW.body, CASE WHEN NEW.author__id ISNULL\n    AND NEW.author__nickname ISNULL THEN NEW.user_id ELSE (SELECT id FROM user\n    WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)\n    AND (id <> NEW.author__id) IS NOT 1 AND (NEW.author__nickname ISNULL\n    OR nickname = NEW.author__nickname) AND (id <> NEW.user_id) IS NOT 1\n    UNION ALL SELECT RAISE(ABORT,\n      ''post__author: no user has these author__id, author__nickname'')) END);\nEND;\n\nCREATE TRIGGER post__author_update_key INSTEAD OF UPDATE OF id, user_id, author__id,\n  author__nickname ON post__author BEGIN\n  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id\n    AND NEW.user_id IS NOT OLD.user_id;\n  UPDATE post SET user_id = (SELECT id FROM user WHERE (id = NEW.author__id\n    OR nickname = NEW.author__nickname) AND (NEW.author__id ISNULL\n    OR NEW.author__id IN (OLD.author__id, id)) AND (NEW.author__nickname ISNULL\n    OR NEW.author__nickname IN (OLD.author__nickname, nickname))\n    AND (NEW.user_id IS OLD.user_id OR id = NEW.user_id) AND id IS NOT OLD.author__id\n    UNION ALL SELECT RAISE(ABORT,\n      ''post__author: no user has these author__id, author__nickname'')\n      WHERE NEW.author__id NOTNULL AND NEW.author__id IS NOT OLD.author__id\n      OR NEW.author__nickname NOTNULL\n      AND NEW.author__nickname IS NOT OLD.author__nickname)\n  WHERE id = OLD.id\n    AND (NEW.author__id, NEW.author__nickname) IS NOT (OLD.author__id, OLD.author__nickname);\n  UPDATE post SET id = NEW.id, body = NEW.body\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE OF body ON post__author BEGIN\n  UPDATE post SET body = NEW.body\n  WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_read_only INSTEAD OF UPDATE OF author__about,\n  author__email ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: this column is read-only'');\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;','\n',char(10)),replace('DROP VIEW post__author;\n\n-- drop_column "user" (email TEXT)\nSELECT orm_alter_table(''user'', ''CREATE TABLE user (\n  id INTEGER PRIMARY KEY,\n  nickname TEXT UNIQUE,\n  about TEXT\n)'');\n\nCREATE VIEW post__author AS SELECT post.*,\n  author.id AS author__id, author.nickname AS author__nickname,\n    author.about AS author__about\nFROM post LEFT JOIN user AS author\n  ON author.id = post.user_id;\n\nCREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author\nWHEN CASE WHEN NEW.author__about IS NOT NULL\n  THEN RAISE(ABORT, ''post__author: this column is read-only'') ELSE 1 END BEGIN\n  INSERT INTO post(id, body, user_id)\n  VALUES (NEW.id, NEW.body, CASE WHEN NEW.author__id ISNULL\n    AND NEW.author__nickname ISNULL THEN NEW.user_id ELSE (SELECT id FROM user\n    WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)\n    AND (id <> NEW.author__id) IS NOT 1 AND (NEW.author__nickname ISNULL\n    OR nickname = NEW.author__nickname) AND (id <> NEW.user_id) IS NOT 1\n    UNION ALL SELECT RAISE(ABORT,\n      ''post__author: no user has these author__id, author__nickname'')) END);\nEND;\n\nCREATE TRIGGER post__author_update_key INSTEAD OF UPDATE OF id, user_id, author__id,\n  author__nickname ON post__author BEGIN\n  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id\n    AND NEW.user_id IS NOT OLD.user_id;\n  UPDATE post SET user_id = (SELECT id FROM user WHERE (id = NEW.author__id\n    OR nickname = NEW.author__nickname) AND (NEW.author__id ISNULL\n    OR NEW.author__id IN (OLD.author__id, id)) AND (NEW.author__nickname ISNULL\n    OR NEW.author__nickname IN (OLD.author__nickname, nickname))\n    AND (NEW.user_id IS OLD.user_id OR id = NEW.user_id) AND id IS NOT OLD.author__id\n    UNION ALL SELECT RAISE(ABORT,\n      ''post__author: no user has these author__id, author__nickname'')\n      WHERE NEW.author__id NOTNULL AND NEW.author__id IS NOT OLD.author__id\n      OR NEW.author__nickname NOTNULL\n      AND NEW.author__nickname IS NOT OLD.author__nickname)\n  WHERE id = OLD.id\n    AND (NEW.author__id, NEW.author__nickname) IS NOT (OLD.author__id, OLD.author__nickname);\n  UPDATE post SET id = NEW.id, body = NEW.body\n  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;\nEND;\n\nCREATE TRIGGER post__author_update INSTEAD OF UPDATE OF body ON post__author BEGIN\n  UPDATE post SET body = NEW.body\n  WHERE id = OLD.id;\nEND;\n\nCREATE TRIGGER post__author_read_only INSTEAD OF UPDATE OF author__about ON post__author BEGIN\n  SELECT RAISE(ABORT, ''post__author: this column is read-only'');\nEND;\n\nCREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN\n  DELETE FROM post WHERE id = OLD.id;\nEND;','\n',char(10)));
CREATE TABLE orm_recorded (
  kind TEXT NOT NULL,            -- model, column, ...
  id INTEGER NOT NULL,
  line TEXT NOT NULL,            -- the row, see ext/meta/row_line.h
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
INSERT INTO orm_recorded VALUES('column',1,'User.id INTEGER PRIMARY KEY');
INSERT INTO orm_recorded VALUES('column',2,'User.nickname TEXT UNIQUE');
INSERT INTO orm_recorded VALUES('column',3,'User.about TEXT');
INSERT INTO orm_recorded VALUES('column',4,'Post.id INTEGER PRIMARY KEY');
INSERT INTO orm_recorded VALUES('column',5,'Post.body TEXT');
INSERT INTO orm_recorded VALUES('column',6,'Post.user_id INTEGER REFERENCES user(id)');
INSERT INTO orm_recorded VALUES('column',7,'Node.id INTEGER PRIMARY KEY');
INSERT INTO orm_recorded VALUES('column',8,'Node.parent_id INTEGER REFERENCES node(id)');
INSERT INTO orm_recorded VALUES('column',9,'Tag.id INTEGER PRIMARY KEY');
INSERT INTO orm_recorded VALUES('column',10,'Tag.name TEXT UNIQUE');
INSERT INTO orm_recorded VALUES('column',11,'PostTag.post_id INTEGER REFERENCES post(id)');
INSERT INTO orm_recorded VALUES('column',12,'PostTag.tag_id INTEGER REFERENCES tag(id)');
INSERT INTO orm_recorded VALUES('column',13,'PostTag.weight INTEGER');
INSERT INTO orm_recorded VALUES('column',14,'User.email TEXT');
INSERT INTO orm_recorded VALUES('constraint',1,'PostTag PRIMARY KEY (post_id, tag_id)');
INSERT INTO orm_recorded VALUES('constraint',2,'Post.ix_post_user_id INDEX (user_id)');
INSERT INTO orm_recorded VALUES('model',1,'User table_name="user"');
INSERT INTO orm_recorded VALUES('model',2,'Post table_name="post"');
INSERT INTO orm_recorded VALUES('model',3,'Node table_name="node"');
INSERT INTO orm_recorded VALUES('model',4,'Tag table_name="tag"');
INSERT INTO orm_recorded VALUES('model',5,'PostTag table_name="post_tag"');
INSERT INTO orm_recorded VALUES('relationship',1,'User.posts target="Post" backref="author"');
INSERT INTO orm_recorded VALUES('relationship',2,'Node.children target="Node" backref="parent"');
INSERT INTO orm_recorded VALUES('relationship',3,'Post.tags target="Tag" backref="posts" secondary="post_tag"');
CREATE TABLE orm_state (
  layout INTEGER NOT NULL        -- of these tables
, settled TEXT                  -- digest of a comparison, see ext/meta/memo.h
, recorded TEXT);
INSERT INTO orm_state VALUES(5,'09a8ec953dc3234c36fc182f0214e3fe','80c3f366f65d28e2bca034d27e81bb57');
CREATE TABLE orm_lint_off (
  rule TEXT NOT NULL,            -- a rule of orm_lint, or '*'
  object TEXT NOT NULL DEFAULT '*',  -- GLOB pattern
  reason TEXT,
  PRIMARY KEY (rule, object)
);
CREATE TABLE user (
  id INTEGER PRIMARY KEY,
  nickname TEXT UNIQUE,
  about TEXT
, email TEXT);
INSERT INTO user VALUES(1,'john','J',NULL);
INSERT INTO user VALUES(2,'susan',NULL,NULL);
CREATE TABLE post (
  id INTEGER PRIMARY KEY,
  body TEXT,
  user_id INTEGER REFERENCES user (id)
);
INSERT INTO post VALUES(1,'hello',1);
CREATE TABLE node (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES node (id)
);
INSERT INTO node VALUES(1,NULL);
INSERT INTO node VALUES(2,1);
CREATE TABLE tag (
  id INTEGER PRIMARY KEY,
  name TEXT UNIQUE
);
CREATE TABLE post_tag (
  post_id INTEGER REFERENCES post (id),
  tag_id INTEGER REFERENCES tag (id),
  weight INTEGER,
  PRIMARY KEY (post_id, tag_id)
);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('orm_model',5);
INSERT INTO sqlite_sequence VALUES('orm_column',14);
INSERT INTO sqlite_sequence VALUES('orm_constraint',2);
INSERT INTO sqlite_sequence VALUES('orm_relationship',3);
CREATE TRIGGER orm_model_renamed AFTER UPDATE OF name ON orm_model BEGIN
  UPDATE orm_column SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_constraint SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET model = NEW.name WHERE model = OLD.name;
  UPDATE orm_relationship SET target = NEW.name WHERE target = OLD.name;
END;
CREATE TRIGGER orm_model_deleted AFTER DELETE ON orm_model BEGIN
  DELETE FROM orm_column WHERE model = OLD.name;
  DELETE FROM orm_constraint WHERE model = OLD.name;
  DELETE FROM orm_relationship WHERE OLD.name IN (model, target, secondary)
    OR secondary = OLD.table_name;
END;
CREATE TRIGGER orm_model_inserted AFTER INSERT ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_model_updated AFTER UPDATE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_model_removed AFTER DELETE ON orm_model BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_column_inserted AFTER INSERT ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_column_updated AFTER UPDATE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_column_removed AFTER DELETE ON orm_column BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_constraint_inserted AFTER INSERT ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_constraint_updated AFTER UPDATE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_constraint_removed AFTER DELETE ON orm_constraint BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_relationship_inserted AFTER INSERT ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_relationship_updated AFTER UPDATE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_relationship_removed AFTER DELETE ON orm_relationship BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_object_inserted AFTER INSERT ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_object_updated AFTER UPDATE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_object_removed AFTER DELETE ON orm_object BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_migration_inserted AFTER INSERT ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_migration_updated AFTER UPDATE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE TRIGGER orm_migration_removed AFTER DELETE ON orm_migration BEGIN
  UPDATE orm_state SET rowid = 1 WHERE rowid > 1;
END;
CREATE INDEX ix_post_user_id ON post (user_id);
CREATE VIEW user__posts AS SELECT user_id AS user__id, * FROM post
  WHERE user_id NOTNULL;
CREATE TRIGGER user__posts_insert INSTEAD OF INSERT ON user__posts
WHEN CASE WHEN EXISTS (SELECT 1 FROM user WHERE id = NEW.user__id
  AND (id <> NEW.user_id) IS NOT 1) THEN 1
  ELSE RAISE(ABORT, 'user__posts: no user has this user__id') END BEGIN
  UPDATE post SET user_id = CASE WHEN NEW.body IS NULL
  THEN NEW.user__id
    ELSE RAISE(ABORT, 'user__posts: this post exists; to move it, give only its key and user__id') END
  WHERE id = NEW.id;
  INSERT INTO post(id, body, user_id)
  SELECT NEW.id, NEW.body, NEW.user__id
  WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);
END;
CREATE TRIGGER user__posts_update INSTEAD OF UPDATE OF body ON user__posts BEGIN
  UPDATE post SET body = NEW.body
  WHERE id = OLD.id;
END;
CREATE TRIGGER user__posts_update_key INSTEAD OF UPDATE OF id, user_id,
  user__id ON user__posts BEGIN
  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id
    AND NEW.user_id IS NOT OLD.user_id;
  UPDATE post SET user_id = (SELECT id FROM user WHERE id = NEW.user__id
    AND (NEW.user_id IS OLD.user_id OR id = NEW.user_id)
    UNION ALL SELECT RAISE(ABORT, 'user__posts: no user has this user__id')
      WHERE NEW.user__id NOTNULL)
  WHERE id = OLD.id AND NEW.user__id IS NOT OLD.user__id;
  UPDATE post SET id = NEW.id, body = NEW.body
  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;
END;
CREATE TRIGGER user__posts_delete INSTEAD OF DELETE ON user__posts BEGIN
  UPDATE post SET user_id = NULL WHERE id = OLD.id;
END;
CREATE VIEW node__children AS SELECT parent_id AS node__id, * FROM node
  WHERE parent_id NOTNULL;
CREATE TRIGGER node__children_insert INSTEAD OF INSERT ON node__children
WHEN CASE WHEN EXISTS (SELECT 1 FROM node WHERE id = NEW.node__id
  AND (id <> NEW.parent_id) IS NOT 1) THEN 1
  ELSE RAISE(ABORT, 'node__children: no node has this node__id') END BEGIN
  UPDATE node SET parent_id = NEW.node__id
  WHERE id = NEW.id;
  INSERT INTO node(id, parent_id)
  SELECT NEW.id, NEW.node__id
  WHERE NOT EXISTS (SELECT 1 FROM node WHERE id = NEW.id);
END;
CREATE TRIGGER node__children_update_key INSTEAD OF UPDATE OF id, parent_id,
  node__id ON node__children BEGIN
  UPDATE node SET parent_id = NEW.parent_id WHERE id = OLD.id
    AND NEW.parent_id IS NOT OLD.parent_id;
  UPDATE node SET parent_id = (SELECT id FROM node WHERE id = NEW.node__id
    AND (NEW.parent_id IS OLD.parent_id OR id = NEW.parent_id)
    UNION ALL SELECT RAISE(ABORT, 'node__children: no node has this node__id')
      WHERE NEW.node__id NOTNULL)
  WHERE id = OLD.id AND NEW.node__id IS NOT OLD.node__id;
  UPDATE node SET id = NEW.id
  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;
END;
CREATE TRIGGER node__children_delete INSTEAD OF DELETE ON node__children BEGIN
  UPDATE node SET parent_id = NULL WHERE id = OLD.id;
END;
CREATE VIEW node__parent AS SELECT node.*,
  parent.id AS parent__id, parent.parent_id AS parent__parent_id
FROM node LEFT JOIN node AS parent
  ON parent.id = node.parent_id;
CREATE TRIGGER node__parent_insert INSTEAD OF INSERT ON node__parent
WHEN CASE WHEN NEW.parent__parent_id IS NOT NULL
  THEN RAISE(ABORT, 'node__parent: this column is read-only') ELSE 1 END BEGIN
  INSERT INTO node(id, parent_id)
  VALUES (NEW.id, CASE WHEN NEW.parent__id ISNULL THEN NEW.parent_id ELSE
    (SELECT id FROM node WHERE id = NEW.parent__id AND (id <> NEW.parent_id) IS NOT 1
    UNION ALL SELECT RAISE(ABORT, 'node__parent: no node has this parent__id')) END);
END;
CREATE TRIGGER node__parent_update_key INSTEAD OF UPDATE OF id, parent_id,
  parent__id ON node__parent BEGIN
  UPDATE node SET parent_id = NEW.parent_id WHERE id = OLD.id
    AND NEW.parent_id IS NOT OLD.parent_id;
  UPDATE node SET parent_id = (SELECT id FROM node WHERE id = NEW.parent__id
    AND (NEW.parent_id IS OLD.parent_id OR id = NEW.parent_id)
    UNION ALL SELECT RAISE(ABORT, 'node__parent: no node has this parent__id')
      WHERE NEW.parent__id NOTNULL)
  WHERE id = OLD.id AND NEW.parent__id IS NOT OLD.parent__id;
  UPDATE node SET id = NEW.id
  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;
END;
CREATE TRIGGER node__parent_read_only INSTEAD OF UPDATE OF parent__parent_id ON node__parent BEGIN
  SELECT RAISE(ABORT, 'node__parent: this column is read-only');
END;
CREATE TRIGGER node__parent_delete INSTEAD OF DELETE ON node__parent BEGIN
  DELETE FROM node WHERE id = OLD.id;
END;
CREATE VIEW post__tags AS SELECT post_tag.post_id AS post__id, tag.*,
  post_tag.weight AS post_tag__weight
FROM post_tag JOIN tag
  ON tag.id = post_tag.tag_id;
CREATE TRIGGER post__tags_insert INSTEAD OF INSERT ON post__tags
WHEN CASE WHEN EXISTS (SELECT 1 FROM tag WHERE id = NEW.id OR name = NEW.name)
  AND NOT EXISTS (SELECT 1 FROM tag WHERE (id = NEW.id OR name = NEW.name)
    AND (id <> NEW.id) IS NOT 1 AND (NEW.name ISNULL OR name = NEW.name))
    THEN RAISE(ABORT,
    'post__tags: the tag with this key has other values; UPDATE changes them') WHEN EXISTS
    (SELECT 1 FROM post WHERE id = NEW.post__id) THEN 1
    ELSE RAISE(ABORT, 'post__tags: no post has this post__id') END BEGIN
  INSERT INTO tag(id, name)
  SELECT NEW.id, NEW.name
  WHERE NOT EXISTS (SELECT 1 FROM tag WHERE id = NEW.id OR name = NEW.name);
  INSERT INTO post_tag(post_id, tag_id, weight)
  SELECT NEW.post__id, id, NEW.post_tag__weight FROM tag
  WHERE (id = NEW.id OR name = NEW.name
    OR NEW.id ISNULL AND NEW.name ISNULL AND changes() = 1
      AND rowid = last_insert_rowid())
  AND NOT EXISTS (SELECT 1 FROM post_tag AS self WHERE post_id = NEW.post__id
    AND tag_id = tag.id);
END;
CREATE TRIGGER post__tags_update_key INSTEAD OF UPDATE OF id, name, post_tag__weight,
  post__id ON post__tags
WHEN CASE WHEN NEW.post__id IS OLD.post__id
  OR EXISTS (SELECT 1 FROM post WHERE id = NEW.post__id) THEN 1
    ELSE RAISE(ABORT, 'post__tags: no post has this post__id') END BEGIN
  UPDATE post_tag SET weight = NEW.post_tag__weight, post_id = NEW.post__id
  WHERE post_id = OLD.post__id AND tag_id = OLD.id
  AND (NEW.post_tag__weight, NEW.post__id) IS NOT (OLD.post_tag__weight, OLD.post__id);
  UPDATE tag SET name = NEW.name WHERE id = OLD.id AND NEW.name IS NOT OLD.name;
  UPDATE tag SET id = NEW.id
  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;
END;
CREATE TRIGGER post__tags_delete INSTEAD OF DELETE ON post__tags BEGIN
  DELETE FROM post_tag WHERE post_id = OLD.post__id AND tag_id = OLD.id;
END;
CREATE VIEW tag__posts AS SELECT post_tag.tag_id AS tag__id, post.*,
  post_tag.weight AS post_tag__weight
FROM post_tag JOIN post
  ON post.id = post_tag.post_id;
CREATE TRIGGER tag__posts_insert INSTEAD OF INSERT ON tag__posts
WHEN CASE WHEN EXISTS (SELECT 1 FROM post WHERE id = NEW.id)
  AND NOT EXISTS (SELECT 1 FROM post WHERE (id = NEW.id) AND (NEW.body ISNULL
    OR body = NEW.body) AND (NEW.user_id ISNULL OR user_id = NEW.user_id))
    THEN RAISE(ABORT,
    'tag__posts: the post with this key has other values; UPDATE changes them') WHEN EXISTS
    (SELECT 1 FROM tag WHERE id = NEW.tag__id) THEN 1
    ELSE RAISE(ABORT, 'tag__posts: no tag has this tag__id') END BEGIN
  INSERT INTO post(id, body, user_id)
  SELECT NEW.id, NEW.body, NEW.user_id
  WHERE NOT EXISTS (SELECT 1 FROM post WHERE id = NEW.id);
  INSERT INTO post_tag(tag_id, post_id, weight)
  SELECT NEW.tag__id, id, NEW.post_tag__weight FROM post
  WHERE (id = NEW.id
    OR NEW.id ISNULL AND changes() = 1 AND rowid = last_insert_rowid())
  AND NOT EXISTS (SELECT 1 FROM post_tag AS self WHERE tag_id = NEW.tag__id
    AND post_id = post.id);
END;
CREATE TRIGGER tag__posts_update INSTEAD OF UPDATE OF body ON tag__posts BEGIN
  UPDATE post SET body = NEW.body
  WHERE id = OLD.id;
END;
CREATE TRIGGER tag__posts_update_key INSTEAD OF UPDATE OF id, user_id, post_tag__weight,
  tag__id ON tag__posts
WHEN CASE WHEN NEW.tag__id IS OLD.tag__id
  OR EXISTS (SELECT 1 FROM tag WHERE id = NEW.tag__id) THEN 1
    ELSE RAISE(ABORT, 'tag__posts: no tag has this tag__id') END BEGIN
  UPDATE post_tag SET weight = NEW.post_tag__weight, tag_id = NEW.tag__id
  WHERE tag_id = OLD.tag__id AND post_id = OLD.id
  AND (NEW.post_tag__weight, NEW.tag__id) IS NOT (OLD.post_tag__weight, OLD.tag__id);
  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id
    AND NEW.user_id IS NOT OLD.user_id;
  UPDATE post SET id = NEW.id, body = NEW.body
  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;
END;
CREATE TRIGGER tag__posts_delete INSTEAD OF DELETE ON tag__posts BEGIN
  DELETE FROM post_tag WHERE tag_id = OLD.tag__id AND post_id = OLD.id;
END;
CREATE TRIGGER user__posts_gone AFTER DELETE ON user BEGIN
  UPDATE post SET user_id = NULL WHERE user_id = OLD.id;
END;
CREATE TRIGGER node__children_gone AFTER DELETE ON node BEGIN
  UPDATE node SET parent_id = NULL WHERE parent_id = OLD.id;
END;
CREATE TRIGGER post__tags_gone AFTER DELETE ON post BEGIN
  DELETE FROM post_tag WHERE post_id = OLD.id;
END;
CREATE TRIGGER tag__posts_gone AFTER DELETE ON tag BEGIN
  DELETE FROM post_tag WHERE tag_id = OLD.id;
END;
CREATE VIEW post__author AS SELECT post.*,
  author.id AS author__id, author.nickname AS author__nickname,
    author.about AS author__about, author.email AS author__email
FROM post LEFT JOIN user AS author
  ON author.id = post.user_id;
CREATE TRIGGER post__author_insert INSTEAD OF INSERT ON post__author
WHEN CASE WHEN (NEW.author__about, NEW.author__email) IS NOT (NULL, NULL)
  THEN RAISE(ABORT, 'post__author: this column is read-only') ELSE 1 END BEGIN
  INSERT INTO post(id, body, user_id)
  VALUES (NEW.id, NEW.body, CASE WHEN NEW.author__id ISNULL
    AND NEW.author__nickname ISNULL THEN NEW.user_id ELSE (SELECT id FROM user
    WHERE (id = NEW.author__id OR nickname = NEW.author__nickname)
    AND (id <> NEW.author__id) IS NOT 1 AND (NEW.author__nickname ISNULL
    OR nickname = NEW.author__nickname) AND (id <> NEW.user_id) IS NOT 1
    UNION ALL SELECT RAISE(ABORT,
      'post__author: no user has these author__id, author__nickname')) END);
END;
CREATE TRIGGER post__author_update_key INSTEAD OF UPDATE OF id, user_id, author__id,
  author__nickname ON post__author BEGIN
  UPDATE post SET user_id = NEW.user_id WHERE id = OLD.id
    AND NEW.user_id IS NOT OLD.user_id;
  UPDATE post SET user_id = (SELECT id FROM user WHERE (id = NEW.author__id
    OR nickname = NEW.author__nickname) AND (NEW.author__id ISNULL
    OR NEW.author__id IN (OLD.author__id, id)) AND (NEW.author__nickname ISNULL
    OR NEW.author__nickname IN (OLD.author__nickname, nickname))
    AND (NEW.user_id IS OLD.user_id OR id = NEW.user_id) AND id IS NOT OLD.author__id
    UNION ALL SELECT RAISE(ABORT,
      'post__author: no user has these author__id, author__nickname')
      WHERE NEW.author__id NOTNULL AND NEW.author__id IS NOT OLD.author__id
      OR NEW.author__nickname NOTNULL
      AND NEW.author__nickname IS NOT OLD.author__nickname)
  WHERE id = OLD.id
    AND (NEW.author__id, NEW.author__nickname) IS NOT (OLD.author__id, OLD.author__nickname);
  UPDATE post SET id = NEW.id, body = NEW.body
  WHERE id = OLD.id AND NEW.id IS NOT OLD.id;
END;
CREATE TRIGGER post__author_update INSTEAD OF UPDATE OF body ON post__author BEGIN
  UPDATE post SET body = NEW.body
  WHERE id = OLD.id;
END;
CREATE TRIGGER post__author_read_only INSTEAD OF UPDATE OF author__about,
  author__email ON post__author BEGIN
  SELECT RAISE(ABORT, 'post__author: this column is read-only');
END;
CREATE TRIGGER post__author_delete INSTEAD OF DELETE ON post__author BEGIN
  DELETE FROM post WHERE id = OLD.id;
END;
COMMIT;
