#!/bin/sh
# The npm packages: installed from their files, they give a path and load orm
# into better-sqlite3 and node:sqlite, where these are there.

set -eu
top=$(pwd) version=$(cat VERSION)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --offline --omit=optional \
  "$top"/dist/sqlite-orm-ext-"$version".tgz \
  "$top"/dist/sqlite-orm-ext-linux-*-"$version".tgz >/dev/null
NODE_PATH=${NODE_PATH-$top/build/clients/node_modules} node -e '
  const orm = require("sqlite-orm-ext");
  const assert = require("assert");
  assert(require("fs").existsSync(orm.getLoadablePath()));
  const openers = {
    "better-sqlite3": (m) => new m(":memory:"),
    "node:sqlite": (m) => new m.DatabaseSync(":memory:", { allowExtension: true }),
  };
  for (const [name, open] of Object.entries(openers)) {
    let driver;
    try { driver = require(name); } catch { console.log("  no " + name); continue; }
    const db = open(driver);
    orm.load(db);
    const row = db.prepare("SELECT orm_init() AS version").get();
    assert.strictEqual(row.version, 0);
    console.log("  " + name);
  }'
