const Database = require("better-sqlite3");
const db = new Database("blog.db");
db.loadExtension("build/orm");
const page = db.prepare(`
  SELECT orm_get('Post', id, 'body, author(nickname), comments(body, author(nickname))')
    FROM post ORDER BY id DESC LIMIT 10`).pluck().all();
for (const post of page.map(JSON.parse)) {
  console.log(`${post.author.nickname}: ${post.body}`);              // john: my first post!
  for (const comment of post.comments)
    console.log(`${comment.author.nickname}: ${comment.body}`);      // susan: welcome
}
