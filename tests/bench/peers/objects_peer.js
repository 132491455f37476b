// objects_peer.js FILE LIBRARY: reads and saves the objects of ../objects.py
// with the object mappers of Node that are installed, and with orm.
//
// The first line of output is a JSON array: [kind of work, name of the way]...
// Then each line of input, the index of a way, runs the way once; the answer is
// the milliseconds of CPU. Installed packages: build/clients/node_modules.
const Database = require("better-sqlite3");
const fs = require("fs");
const readline = require("readline");

const [file, library] = process.argv.slice(2);
const ways = [];

const POSTS = Array.from({ length: 10000 }, (_, i) => ({
  body: `this is the body of post number ${i + 1}`,
  timestamp: "2026-01-01 12:00:00.000000",
  author: { nickname: `user${1 + ((i + 1) % 1000)}` },
}));

// The package with its version; null if it is not installed.
function installed(name) {
  const path = `${process.env.NODE_PATH}/${name}/package.json`;
  if (!fs.existsSync(path)) return null;
  return { ...require(name), version: JSON.parse(fs.readFileSync(path)).version };
}

// Fails unless all posts of all users were read.
function checked(users) {
  const posts = users.reduce((n, user) => n + user.posts.length, 0);
  if (users.length !== 1000 || posts !== 10000)
    throw new Error(`${users.length} users with ${posts} posts`);
}

function addOrm() {
  const db = new Database(file);
  db.loadExtension(library);
  const read = db.prepare("SELECT orm_get('User', id, '*, posts') FROM user").pluck();
  ways.push(["read", "orm_get() and JSON.parse(), Node",
    () => checked(read.all().map(JSON.parse))]);
  ways.push(["save", "JSON.stringify() and orm_save(), Node", () => {
    db.exec("BEGIN");
    db.prepare("SELECT orm_save('Post', ?)").get(JSON.stringify(POSTS));
    db.exec("ROLLBACK");
  }]);
}

async function addTypeorm() {
  const typeorm = installed("typeorm");
  if (!typeorm) return;
  const column = { type: "varchar", nullable: true };
  const id = { type: "integer", primary: true, generated: true };
  const User = new typeorm.EntitySchema({
    name: "User", tableName: "user",
    columns: { id, nickname: column, email: column },
    relations: { posts: { type: "one-to-many", target: "Post", inverseSide: "author" } },
  });
  const Post = new typeorm.EntitySchema({
    name: "Post", tableName: "post",
    columns: { id, body: column, timestamp: column,
      user_id: { type: "integer", nullable: true } },
    relations: { author: { type: "many-to-one", target: "User", inverseSide: "posts",
      joinColumn: { name: "user_id" } } },
  });
  const source = await new typeorm.DataSource(
    { type: "better-sqlite3", database: file, entities: [User, Post] }).initialize();
  const name = `TypeORM ${typeorm.version}, Node`;
  ways.push(["read", name, async () =>
    checked(await source.getRepository("User").find({ relations: { posts: true } }))]);
  ways.push(["save", name, async () => {
    const runner = source.createQueryRunner();
    await runner.startTransaction();
    const users = await runner.manager.find("User");
    const authors = new Map(users.map((user) => [user.nickname, user]));
    await runner.manager.save("Post", POSTS.map((post) =>
      ({ ...post, author: authors.get(post.author.nickname) })));
    await runner.rollbackTransaction();
    await runner.release();
  }]);
}

// Drizzle has no graphs to save, so it inserts rows, 1,000 in a statement.
function addDrizzle() {
  const core = installed("drizzle-orm");
  if (!core) return;
  const { drizzle } = require("drizzle-orm/better-sqlite3");
  const { sqliteTable, integer, text } = require("drizzle-orm/sqlite-core");
  const user = sqliteTable("user", {
    id: integer().primaryKey(), nickname: text(), email: text() });
  const post = sqliteTable("post", { id: integer().primaryKey(), body: text(),
    timestamp: text(), user_id: integer() });
  const schema = { user, post,
    ofUser: core.relations(user, ({ many }) => ({ posts: many(post) })),
    ofPost: core.relations(post, ({ one }) => ({
      author: one(user, { fields: [post.user_id], references: [user.id] }) })) };
  const sqlite = new Database(file);
  const db = drizzle(sqlite, { schema });
  const name = `Drizzle ${core.version}, Node`;
  ways.push(["read", name, () =>
    checked(db.query.user.findMany({ with: { posts: true } }).sync())]);
  ways.push(["save", `${name}, rows`, () => {
    sqlite.exec("BEGIN");
    const authors = new Map(db.select().from(user).all().map((u) => [u.nickname, u.id]));
    const rows = POSTS.map(({ body, timestamp, author }) =>
      ({ body, timestamp, user_id: authors.get(author.nickname) }));
    for (let i = 0; i < rows.length; i += 1000)
      db.insert(post).values(rows.slice(i, i + 1000)).run();
    sqlite.exec("ROLLBACK");
  }]);
}

async function main() {
  addOrm();
  await addTypeorm();
  addDrizzle();
  console.log(JSON.stringify(ways.map(([work, name]) => [work, name])));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const before = process.cpuUsage();
    await ways[Number(line)][2]();
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
