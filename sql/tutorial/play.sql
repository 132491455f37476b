-- play.sql: users and posts, and what can be done with them.
--
--   sqlite3 app.db < play.sql
--
-- It prints each statement and what that gives, begins with the empty tables of
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

-- ROLLBACK takes back whatever was done since BEGIN.
BEGIN;
UPDATE user SET nickname = 'jack' WHERE nickname = 'john';
DELETE FROM user WHERE nickname = 'susan';
SELECT nickname FROM user;
ROLLBACK;
SELECT nickname FROM user;

-- 2. Posts and their authors

-- post__author is each post with its author, who is named by whatever is unique
-- about a user. The foreign key, user_id, is completed.
INSERT INTO post__author(body, timestamp, author__nickname)
  VALUES ('my first post!', datetime('now'), 'john');
SELECT id, body, user_id FROM post;

-- All posts of a user.
SELECT id, body FROM user__posts WHERE user__id = 1;

-- The author of each post.
SELECT id, author__nickname, body FROM post__author;

-- A user that has no posts: nothing comes back.
SELECT id, body FROM user__posts WHERE user__id = 2;

-- All users that have none.
SELECT nickname FROM user WHERE id NOT IN (SELECT user__id FROM user__posts);

-- 3. The posts of a user, as a collection

-- A new post for susan, and the first one for her, too.
INSERT INTO user__posts(user__id, body, timestamp)
  VALUES (2, 'hello, world', datetime('now'));
INSERT INTO user__posts(user__id, id) VALUES (2, 1);
SELECT id, author__nickname, body FROM post__author;

-- The first one is john's after all.
UPDATE post__author SET author__nickname = 'john' WHERE id = 1;

-- Out of susan's posts: the post stays, without an author.
DELETE FROM user__posts WHERE user__id = 2 AND id = 2;
SELECT id, author__nickname, body FROM post__author;

-- 4. The same with objects

-- An object is JSON, in any language. Its author is found by the nickname.
SELECT orm_save('Post', '{"body": "an object", "author": {"nickname": "susan"}}') AS id;

-- All posts of a user.
SELECT orm_get('User', 1, 'nickname, posts(id, body)') AS user;

-- The author of each post.
SELECT orm_get('Post', id, 'id, body, author(nickname)') AS post FROM post;

-- All users, and how many posts they have.
SELECT orm_get('User', id, 'nickname, count(posts)') AS user FROM user;

-- 5. A collection as an object

-- Susan gets a new post, and the one without an author. Her first one leaves.
SELECT orm_save('User', '{"nickname": "susan",
  "posts": {"add": [{"body": "another"}, {"id": 2}], "remove": [3]}}') AS id;
SELECT orm_get('User', 2, 'nickname, posts(id, body)') AS user;

-- An array is the whole collection.
SELECT orm_save('User', '{"id": 2, "posts": []}') AS id;
SELECT orm_get('User', 2, 'posts(id)') AS user;

-- A mistake is named by its path, and nothing is written:
--   orm_save('User', '{"id": 2, "posts": [{"body": "a"}, {"boby": "b"}]}')
--   posts[1].boby: model "Post" has no "boby"; did you mean "body"?

SELECT orm_delete('Post', 3) AS deleted;

-- 6. Everything goes

-- The users first: their posts stay, and their user_id becomes NULL, as in
-- SQLAlchemy.
BEGIN;
DELETE FROM user;
SELECT count(*) AS posts_without_author FROM post WHERE user_id IS NULL;
DELETE FROM post;
COMMIT;
SELECT (SELECT count(*) FROM user) AS users, (SELECT count(*) FROM post) AS posts;

-- And without COMMIT? Here the connection is closed.
BEGIN;
INSERT INTO user(nickname) VALUES ('nobody');
SELECT nickname FROM user;
