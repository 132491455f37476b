"""drizzle-kit and drizzle-orm, for peer.py: PROGRAM VERB WORK LIBRARY. They are
in clients/node_modules beside the library. drizzle-kit is a program: its seconds
are those of the whole process. drizzle has no downgrade.
"""

import json
import os
import resource
import shutil
import subprocess
import sys

import peer

MODULES = os.path.join(os.path.dirname(sys.argv[3]), "clients", "node_modules")

CONFIG = """export default { dialect: "sqlite", schema: "./schema.mjs",
  out: "./repo", dbCredentials: { url: "app.db" } };
"""

UPGRADE = """
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
const before = process.cpuUsage();
for (const file of process.argv.slice(2)) {
  const db = new Database(file);
  migrate(drizzle(db), { migrationsFolder: "./repo" });
  db.close();
}
const took = process.cpuUsage(before);
console.log((took.user + took.system) / 1e6);
"""


def write_schema(tables, added=()):
    with open("schema.mjs", "w") as f:
        f.write('import { sqliteTable, text, integer }'
                ' from "drizzle-orm/sqlite-core";\n')
        for i in range(tables):
            f.write(f'export const t{i} = sqliteTable("t{i}", {{\n'
                    '  id: integer("id").primaryKey(),\n')
            for k in range(10):
                f.write(f'  c{k}: text("c{k}", {{ length: {k + 1} }})'
                        '.notNull().default("x"),\n')
            f.write('  parent: integer("parent_id").references(() =>'
                    f' t{peer.parent(i)}.id),\n')
            for table, column in added:
                if table == i:
                    f.write(f'  {column}: text("{column}"),\n')
            f.write('});\n')


def node(*words):
    done = subprocess.run(["node", *words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return done.stdout


def kit(verb):
    node("node_modules/drizzle-kit/bin.cjs", verb, "--config=drizzle.config.js")


def upgrade(files):
    return float(node("upgrade.mjs", *files))


def make_project(work):
    """The first version, applied."""
    os.symlink(MODULES, "node_modules")
    for name, text in (("package.json", '{"type": "module"}'),
                       ("drizzle.config.js", CONFIG),
                       ("upgrade.mjs", UPGRADE)):
        with open(name, "w") as f:
            f.write(text)
    write_schema(peer.tables_of(work))
    kit("generate")
    upgrade(["app.db"])


def make_add(work):
    make_project(work)
    write_schema(peer.tables_of(work), peer.changes(work))


def add(work):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    kit("generate")
    kit("migrate")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime
            - before.ru_utime - before.ru_stime)


def write_versions(work):
    """The later versions, without the snapshots, which no upgrade reads."""
    make_project(work)
    with open("repo/meta/_journal.json") as f:
        journal = json.load(f)
    first = journal["entries"][0]
    for i, (table, column) in enumerate(peer.changes(work)):
        tag = f"{i + 1:04}_version"
        with open(f"repo/{tag}.sql", "w") as f:
            f.write(f"ALTER TABLE `t{table}` ADD `{column}` text;")
        journal["entries"].append({**first, "idx": i + 1, "tag": tag,
                                   "when": first["when"] + i + 1})
    with open("repo/meta/_journal.json", "w") as f:
        json.dump(journal, f)


def make_up(work):
    write_versions(work)
    os.remove("app.db")


def up(work):
    return upgrade(["app.db"])


def make_tenants(work):
    write_versions(work)
    for file in peer.tenant_files():
        shutil.copy("app.db", file)


def tenants(work):
    return upgrade(peer.tenant_files())


peer.main({"add": make_add, "add-100": make_add, "up": make_up,
           "tenants": make_tenants},
          {"add": add, "add-100": add, "up": up, "tenants": tenants})
