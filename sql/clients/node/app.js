const Database = require("better-sqlite3");
const db = new Database("app.db");
db.loadExtension("build/orm");

const call = (sql, ...values) => db.prepare(sql).pluck().get(...values);

console.log(call("SELECT orm_declare(?)",
  "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)"));     // 1
console.log(call("SELECT orm_migrate(?)", "notes"));             // 1
db.prepare("INSERT INTO note(body) VALUES (?)").run("hello");
console.log(call("SELECT body FROM note"));                      // hello
console.log(call("SELECT orm_downgrade()"));                     // 0
