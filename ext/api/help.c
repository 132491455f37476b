#include "api/help.h"

#include <string.h>

// clang-format off
const HelpEntry help_entries[] = {
  {"orm_init", "orm_init()",
   "create the meta tables where they are missing, or bring those of an older "
   "orm up to date; gives the version",
   "SELECT orm_init();"},
  {"orm_migrate", "orm_migrate([message [, 'noarchive', 'verify', 'progress', "
   "'backup=...', 'timestamp=...']])",
   "record the difference between models and database as the next version "
   "and apply it; with no difference, nothing; gives the version",
   "SELECT orm_migrate('add users');"},
  {"orm_revision", "orm_revision([message [, 'empty', 'timestamp=...']])",
   "record the difference, but do not apply it, so that the script can be "
   "read and edited first; gives the version, NULL without a difference; with "
   "'empty', a version without one, for SQL of your own",
   "SELECT orm_revision('add users');"},
  {"orm_upgrade", "orm_upgrade([target [, 'noarchive', 'verify', 'progress', "
   "'backup=...', 'timestamp=...']])",
   "apply recorded versions up to target (default: all); gives the version",
   "SELECT orm_upgrade();"},
  {"orm_downgrade", "orm_downgrade([target [, 'noarchive', 'progress', "
   "'backup=...']])",
   "undo versions down to target (default: one); rows and values that they took "
   "away come back from the archive; gives the version",
   "SELECT orm_downgrade();"},
  {"orm_version", "orm_version()",
   "the version the database is at; 0 before any",
   "SELECT orm_version();"},
  {"orm_discard", "orm_discard()",
   "forget the newest recorded version, which must not be applied; gives the "
   "version",
   "SELECT orm_discard();"},
  {"orm_stamp", "orm_stamp(version [, 'force' [, 'timestamp=...']])",
   "say which version the database is at, running nothing; refused where the "
   "schema is not that version's, unless forced; gives the version",
   "SELECT orm_stamp(1);"},
  {"orm_purge", "orm_purge([version])",
   "give up what the archive keeps of versions up to this one (default: all), "
   "which undoing them would bring back; gives the number of rows",
   "SELECT orm_purge();"},
  {"orm_status", "orm_status()",
   "version, head, pending versions and their scripts, versions with an edited undo, drift, "
   "others' indexes and triggers, "
   "what the archive keeps, fingerprint of the schema, extension, as JSON",
   "SELECT orm_status();"},
  {"orm_declare", "orm_declare(sql [, 'replace'])",
   "declare the tables, indexes, views and triggers of a script of CREATE "
   "statements (text, or the blob of readfile()); with 'replace' nothing else "
   "stays declared; gives their number",
   "SELECT orm_declare('CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT)');"},
  {"orm_reflect", "orm_reflect([glob [, 'relationships' [, 'timestamp=...']]])",
   "declare the tables, views and virtual tables that are there, with their "
   "indexes and triggers, and record them as a baseline, running no DDL; with "
   "'relationships' declare those of the foreign keys, too; gives the version",
   "SELECT orm_reflect('order*');"},
  {"orm_repair", "orm_repair()",
   "undo what somebody else changed: make the schema that of the present "
   "version again; gives the number of changes",
   "SELECT orm_repair();"},
  {"orm_models", "orm_models()",
   "the declarations as a script of CREATE statements for orm_declare",
   "SELECT orm_models();"},
  {"orm_sql", "orm_sql([from [, to]])",
   "the script that leads from one version (default: the present one) to "
   "another (default: the newest), up or down, as plain SQL for sqlite3 -bail, "
   "which needs no extension",
   "SELECT orm_sql();"},
  {"orm_export", "orm_export(dir [, 'portable'])",
   "write the recorded versions to dir/versions/001_message.sql; with "
   "'portable' as plain SQL, which dbmate runs; gives their number",
   "SELECT orm_export('db_repository');"},
  {"orm_import", "orm_import(dir [, 'timestamp=...'])",
   "read the versions of dir/versions as recorded, not applied; gives how "
   "many came in",
   "SELECT orm_import('db_repository');"},
  {"orm_rebase", "orm_rebase(dir [, 'ours', 'theirs', 'backup=...', "
   "'timestamp=...'])",
   "take in the versions of dir/versions that others made, and record what was "
   "made here anew on top of them; with 'ours' or 'theirs' it is said who wins "
   "where both changed the same; gives the newest version",
   "SELECT orm_rebase('db_repository');"},
  {"orm_rehearse", "orm_rehearse([target [, 'copy']])",
   "run what is pending up to target (default: all; with nothing pending, what "
   "orm_migrate would record), check, undo, check, run again, and roll all "
   "back; with 'copy' on a copy; gives a report as JSON",
   "SELECT orm_rehearse();"},
  {"orm_backup", "orm_backup(file [, 'replace'])",
   "a proved copy of what is committed, whoever reads and writes meanwhile; "
   "over a file that is there only with 'replace'; gives the number of bytes",
   "SELECT orm_backup('backup.db');"},
  {"orm_alter_table", "orm_alter_table(table, create_sql [, 'drop', "
   "'progress', 'method=...'])",
   "turn a table into that definition, rows and all that belongs to it kept; "
   "by the cheapest safe way, or the method that is given; a column is dropped "
   "only with 'drop', or a comment -- @dropped name; gives what was done: "
   "instant, scan or rewrite",
   "SELECT orm_alter_table('tag', "
   "'CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');"},
  {"orm_extension_version", "orm_extension_version()",
   "the version of this extension",
   "SELECT orm_extension_version();"},
  {"orm_diff", "SELECT ... FROM orm_diff",
   "one row per difference between models and database: seq, cause, op, "
   "model, object, detail, up, down, cost, lossy",
   "SELECT op, object, detail FROM orm_diff;"},
  {"orm_help", "SELECT ... FROM orm_help",
   "one row per function and table: name, usage, summary, example",
   "SELECT usage, summary FROM orm_help;"},
  {"orm_model", "INSERT INTO orm_model(name, table_name, options)",
   "a row is a model; table_name defaults to the name in snake_case; options "
   "are STRICT and WITHOUT ROWID",
   "INSERT INTO orm_model(name) VALUES ('User');"},
  {"orm_column", "INSERT INTO orm_column(model, name, definition, backfill)",
   "a row is a field; its definition is what stands behind the name in CREATE "
   "TABLE, the type perhaps SQLAlchemy's, INDEX allowed",
   "INSERT INTO orm_column(model, name, definition) "
   "VALUES ('User', 'id', 'Integer PRIMARY KEY');"},
  {"orm_constraint", "INSERT INTO orm_constraint(model, name, definition)",
   "a row is a constraint of a table or an index: UNIQUE (a, b), CHECK (...), "
   "INDEX (a, b DESC) WHERE ...",
   "INSERT INTO orm_constraint(model, definition) "
   "VALUES ('User', 'CHECK (id > 0)');"},
  {"orm_relationship",
   "INSERT INTO orm_relationship(model, name, target, backref, ...)",
   "a row is a relationship of two models by a foreign key; it becomes the "
   "views user__staff and, of the backref, user__boss",
   "INSERT INTO orm_column(model, name, definition) "
   "VALUES ('User', 'boss_id', 'Integer REFERENCES user(id)'); "
   "INSERT INTO orm_relationship(model, name, target, backref) "
   "VALUES ('User', 'staff', 'User', 'boss');"},
  {"orm_object", "INSERT INTO orm_object(sql)",
   "a row is a view, a trigger or a virtual table, word for word",
   "INSERT INTO orm_object(sql) "
   "VALUES ('CREATE VIEW user_count AS SELECT count(*) AS n FROM user');"},
  {"orm_migration", "SELECT ... FROM orm_migration",
   "one row per recorded version: version, message, up, down, checksum, "
   "down_checksum, models, created_at, applied_at, file, mended",
   "SELECT version, message, applied_at FROM orm_migration;"},
  {0, 0, 0, 0},
};
// clang-format on

const HelpEntry *help_find(const char *name) {
  for (const HelpEntry *entry = help_entries; entry->name; entry++)
    if (strcmp(entry->name, name) == 0) return entry;
  return NULL;
}
