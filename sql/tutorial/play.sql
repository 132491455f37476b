-- play.sql: reads and writes users and posts.
--
--   sqlite3 app.db < play.sql
--
-- It prints each statement and its result. It begins with the empty tables of
-- models_2.sql, and leaves them empty.

.read config.sql
SELECT NULL FROM
  "config.sql: cd to the directory that has it, and type the same there";
.bail on
.mode column
.headers on
.echo on

-- 1. Users

-- Changes between BEGIN and COMMIT are made together.
BEGIN;
INSERT INTO user(nickname, email) VALUES ('john', 'john@email.com');
INSERT INTO user(nickname, email) VALUES ('susan', 'susan@email.com');
COMMIT;

-- All users.
SELECT * FROM user;

-- The user with the id 1.
SELECT * FROM user WHERE id = 1;

-- By nickname, in reverse.
SELECT id, nickname FROM user ORDER BY nickname DESC;

-- ROLLBACK undoes all changes since BEGIN.
BEGIN;
UPDATE user SET nickname = 'jack' WHERE nickname = 'john';
DELETE FROM user WHERE nickname = 'susan';
SELECT nickname FROM user;
ROLLBACK;
SELECT nickname FROM user;

-- 2. Posts and their authors

-- post__author has each post with its author. A unique column of the user chooses
-- the author and completes the foreign key, user_id.
INSERT INTO post__author(body, timestamp, author__nickname)
  VALUES ('my first post!', datetime('now'), 'john');
SELECT id, body, user_id FROM post;

-- All posts of a user.
SELECT id, body FROM user__posts WHERE user__id = 1;

-- The author of each post.
SELECT id, author__nickname, body FROM post__author;

-- A user without posts: no rows.
SELECT id, body FROM user__posts WHERE user__id = 2;

-- All users without posts.
SELECT nickname FROM user WHERE id NOT IN (SELECT user__id FROM user__posts);

-- 3. The posts of a user, as a collection

-- Susan gets a new post, and also the first one.
INSERT INTO user__posts(user__id, body, timestamp)
  VALUES (2, 'hello, world', datetime('now'));
INSERT INTO user__posts(user__id, id) VALUES (2, 1);
SELECT id, author__nickname, body FROM post__author;

-- The first one becomes john's again.
UPDATE post__author SET author__nickname = 'john' WHERE id = 1;

-- Remove it from susan's posts: the post stays, without an author.
DELETE FROM user__posts WHERE user__id = 2 AND id = 2;
SELECT id, author__nickname, body FROM post__author;

-- 4. The same with objects

-- An object is JSON. Its author is found by the nickname.
SELECT orm_save('Post', '{"body": "an object", "author": {"nickname": "susan"}}') AS id;

-- All posts of a user.
SELECT orm_get('User', 1, 'nickname, posts(id, body)') AS user;

-- The author of each post.
SELECT orm_get('Post', id, 'id, body, author(nickname)') AS post FROM post;

-- All users, with the number of their posts.
SELECT orm_get('User', id, 'nickname, count(posts)') AS user FROM user;

-- 5. A collection as an object

-- Susan gets a new post and the one without an author, and loses her first one.
SELECT orm_save('User', '{"nickname": "susan",
  "posts": {"add": [{"body": "another"}, {"id": 2}], "remove": [3]}}') AS id;
SELECT orm_get('User', 2, 'nickname, posts(id, body)') AS user;

-- An array is the whole collection.
SELECT orm_save('User', '{"id": 2, "posts": []}') AS id;
SELECT orm_get('User', 2, 'posts(id)') AS user;

-- The message names the path of the mistake, and nothing is written:
--   orm_save('User', '{"id": 2, "posts": [{"body": "a"}, {"boby": "b"}]}')
--   posts[1].boby: model "Post" has no "boby"; did you mean "body"?

SELECT orm_delete('Post', 3) AS deleted;

-- 6. Delete everything

-- The users first: their posts stay, and their user_id becomes NULL, as in
-- SQLAlchemy.
BEGIN;
DELETE FROM user;
SELECT count(*) AS posts_without_author FROM post WHERE user_id IS NULL;
DELETE FROM post;
COMMIT;
SELECT (SELECT count(*) FROM user) AS users, (SELECT count(*) FROM post) AS posts;

-- Without COMMIT: here the connection is closed.
BEGIN;
INSERT INTO user(nickname) VALUES ('nobody');
SELECT nickname FROM user;
