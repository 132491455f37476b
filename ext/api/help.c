#include "api/help.h"

#include <string.h>

// clang-format off
static const HelpEntry help_entries[] = {
  {"orm_init", "orm_init()",
   "create the meta tables, or update those of an older release; returns the "
   "version of the database",
   "SELECT orm_init();"},
  {"orm_migrate", "orm_migrate([message [, 'safe', 'lint', 'noarchive', "
   "'verify', 'progress', 'backup=...', 'timestamp=...']])",
   "record the difference between models and database as the next version and "
   "apply it; without a difference do nothing; with 'safe' fail if values would "
   "be lost, with 'lint' if orm_lint has an error; returns the version",
   "SELECT orm_migrate('add users');"},
  {"orm_revision", "orm_revision([message [, 'empty', 'timestamp=...']])",
   "record the difference without applying it, so that its script can be read "
   "and edited first; with 'empty' record a version without a difference, for "
   "SQL of your own; returns the version, NULL without a difference",
   "SELECT orm_revision('add users');"},
  {"orm_upgrade", "orm_upgrade([target [, 'safe', 'noarchive', 'verify', "
   "'progress', 'backup=...', 'timestamp=...']])",
   "apply recorded versions up to target (default: all); with 'safe' fail if "
   "values would be lost; returns the version",
   "SELECT orm_upgrade();"},
  {"orm_downgrade", "orm_downgrade([target [, 'noarchive', 'progress', "
   "'backup=...']])",
   "undo versions down to target (default: one version), and restore the rows "
   "and values that they removed from the archive; returns the version",
   "SELECT orm_downgrade();"},
  {"orm_goto", "orm_goto(version [, 'noarchive', 'progress', 'backup=...', "
   "'timestamp=...'])",
   "upgrade or downgrade to that version, as needed; returns the version",
   "SELECT orm_goto(1);"},
  {"orm_require", "orm_require(version [, 'import=dir', 'verify', 'progress', "
   "'backup=...', 'timestamp=...'])",
   "for a program at its start: upgrade or downgrade to the version that the "
   "program knows, and keep all values, or fail; with 'import=dir' take a "
   "missing version from the repository; returns the version",
   "SELECT orm_require(1);"},
  {"orm_version", "orm_version()",
   "return the version of the database; 0 before any version",
   "SELECT orm_version();"},
  {"orm_discard", "orm_discard()",
   "delete the newest recorded version, which must not be applied; returns "
   "the version of the database",
   "SELECT orm_discard();"},
  {"orm_reset", "orm_reset([version])",
   "replace the declarations by those of that version (default: the current "
   "one); declarations that no version has are lost; returns the number of rows "
   "that changed",
   "SELECT orm_reset();"},
  {"orm_stamp", "orm_stamp(version [, 'force' [, 'timestamp=...']])",
   "set the version of the database without running anything; the schema must "
   "be that of the version unless 'force' is given; returns the version",
   "SELECT orm_stamp(1);"},
  {"orm_purge", "orm_purge([version])",
   "delete the archived data that undoing versions up to this one would "
   "restore (default: all); returns the number of rows",
   "SELECT orm_purge();"},
  {"orm_status", "orm_status()",
   "return a report as JSON: version, head, pending versions and their "
   "scripts, errors in declarations, applied versions with an edited undo, "
   "drift, undeclared indexes and triggers, archived data, fingerprint of the "
   "schema, extension",
   "SELECT orm_status();"},
  {"orm_declare", "orm_declare(sql [, 'replace'])",
   "declare the tables, indexes, views and triggers of a script of CREATE "
   "statements (text, or the blob of readfile()); with 'replace' other "
   "declarations are removed; returns the number of objects",
   "SELECT orm_declare('CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT)');"},
  {"orm_reflect", "orm_reflect([glob [, 'relationships' [, 'timestamp=...']]])",
   "declare the existing tables, views and virtual tables that match the glob "
   "(default: all), with their indexes and triggers, and record them as a "
   "baseline, without running DDL; with 'relationships' also declare "
   "relationships from their foreign keys; returns the version",
   "SELECT orm_reflect('order*');"},
  {"orm_repair", "orm_repair()",
   "undo drift: make the schema equal to that of the version of the database, "
   "without recording anything; returns the number of changes",
   "SELECT orm_repair();"},
  {"orm_models", "orm_models()",
   "return the declarations as a script for orm_declare",
   "SELECT orm_models();"},
  {"orm_diagram", "orm_diagram(format [, glob])",
   "draw the models, with columns, keys and relationships, as 'mermaid', 'dot', "
   "'svg' or 'html'; the glob chooses models by their name or table (default: "
   "all); without declarations draw the tables; returns the text",
   "SELECT orm_diagram('svg');"},
  {"orm_sql", "orm_sql([from [, to]])",
   "return the script from one version (default: that of the database) to "
   "another (default: the newest), up or down, as plain SQL for sqlite3 "
   "-bail, without the extension",
   "SELECT orm_sql();"},
  {"orm_export", "orm_export(dir [, 'portable'])",
   "write the recorded versions to files dir/versions/001_message.sql; with "
   "'portable' as plain SQL, which dbmate runs; returns the number of "
   "versions",
   "SELECT orm_export('db_repository');"},
  {"orm_import", "orm_import(dir [, 'timestamp=...'])",
   "record the versions of the files in dir/versions, without applying them; "
   "returns the number of versions that were new or changed",
   "SELECT orm_import('db_repository');"},
  {"orm_rebase", "orm_rebase(dir [, 'ours', 'theirs', 'backup=...', "
   "'timestamp=...'])",
   "record our versions again, on top of the versions in dir/versions; 'ours' "
   "or 'theirs' decides where both changed the same; returns the newest "
   "version",
   "SELECT orm_rebase('db_repository');"},
  {"orm_squash", "orm_squash(version [, 'schema' [, 'timestamp=...']])",
   "combine all versions up to this applied one into one that creates its "
   "schema in one step; a script that may insert rows is an error unless "
   "'schema' is given; returns the version",
   "SELECT orm_squash(2);"},
  {"orm_rehearse", "orm_rehearse([target [, 'copy']])",
   "run the pending versions up to target (default: all; with none pending, "
   "the version that orm_migrate would record), check, undo, check, run "
   "again, and roll everything back; with 'copy' on a copy; returns a report "
   "as JSON",
   "SELECT orm_rehearse();"},
  {"orm_backup", "orm_backup(file [, 'replace'])",
   "make a verified copy of the database while others read and write; with "
   "'replace' also over an existing file; returns the number of bytes",
   "SELECT orm_backup('backup.db');"},
  {"orm_alter_table", "orm_alter_table(table, sql [, 'drop', 'dry', "
   "'progress', 'method=...'])",
   "change a table to a new definition by the cheapest safe method, or by the "
   "given method; rows, indexes, triggers and views stay; sql is a CREATE TABLE "
   "or verbs: ALTER COLUMN a SET NOT NULL, ADD CHECK (a > 0), DROP COLUMN b; "
   "dropping a column without a verb needs 'drop' or the comment -- @dropped "
   "name; returns the method: instant, scan or rewrite; with 'dry' changes "
   "nothing and returns the plan as JSON",
   "SELECT orm_alter_table('tag', "
   "'CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');"},
  {"orm_get", "orm_get(model, key [, members])",
   "read an object and its graph; key is a value, a JSON array of the columns "
   "of the PRIMARY KEY, or a JSON object of unique columns; members lists "
   "columns, * and relationships with lists of their own (default: all "
   "columns); returns JSON, NULL without such an object",
   "SELECT orm_get('Tag', 1, 'id, name');"},
  {"orm_select", "orm_select(model [, members])",
   "the SELECT that orm_get() runs, for all objects and in plain SQL; it ends "
   "with FROM and the table, so that WHERE can follow",
   "SELECT orm_select('Tag', 'name');"},
  {"orm_save", "orm_save(model, json)",
   "make the stored graph equal to the JSON, an object or an array of "
   "objects: update an object that exists, insert a new one, complete foreign "
   "keys; an absent member stays, an array is the whole collection, "
   "{\"add\": [...], \"remove\": [...]} a part of it; returns the key, or an "
   "array of keys",
   "SELECT orm_save('Tag', '{\"id\": 2, \"name\": \"orm\"}');"},
  {"orm_delete", "orm_delete(model, key)",
   "delete an object with its cascades; the key is that of orm_get(); returns "
   "1, or 0 without such an object",
   "SELECT orm_delete('Tag', 2);"},
  {"orm_extension_version", "orm_extension_version()",
   "return the version of this extension, the versions of SQLite that it "
   "supports, and the options of its build",
   "SELECT orm_extension_version();"},
  {"orm_diff", "SELECT ... FROM orm_diff",
   "one row per difference between models and database: seq, cause, op, "
   "model, object, detail, up, down, cost, lossy",
   "SELECT op, object, detail FROM orm_diff;"},
  {"orm_help", "SELECT ... FROM orm_help",
   "one row per function and table: name, usage, summary, example",
   "SELECT usage, summary FROM orm_help;"},
  {"orm_lint", "SELECT ... FROM orm_lint",
   "one row per finding about declarations, rows and pending changes; a row of "
   "orm_lint_off switches a rule off: rule, severity, object, message, fix, "
   "proof",
   "SELECT severity, object, message FROM orm_lint;"},
  {"orm_log", "SELECT ... FROM orm_log",
   "one row per recorded version, in words and without scripts: version, "
   "message, state, created, applied, changes, lossy, kept, file",
   "SELECT version, state, changes FROM orm_log;"},
  {"orm_status", "SELECT ... FROM orm_status",
   "one row per fact of the report of orm_status(): key, value, note",
   "SELECT key, value, note FROM orm_status;"},
  {"orm_model", "INSERT INTO orm_model(name, table_name, options)",
   "one row per model; table_name defaults to the name in snake_case; options "
   "are STRICT and WITHOUT ROWID",
   "INSERT INTO orm_model(name) VALUES ('User');"},
  {"orm_column", "INSERT INTO orm_column(model, name, definition, backfill)",
   "one row per column; the definition is the text that follows the name in "
   "CREATE TABLE; its type may be an SQLAlchemy name, and INDEX is allowed",
   "INSERT INTO orm_column(model, name, definition) "
   "VALUES ('User', 'id', 'Integer PRIMARY KEY');"},
  {"orm_constraint", "INSERT INTO orm_constraint(model, name, definition)",
   "one row per table constraint or index: UNIQUE (a, b), CHECK (...), INDEX "
   "(a, b DESC) WHERE ...",
   "INSERT INTO orm_constraint(model, definition) "
   "VALUES ('User', 'CHECK (id > 0)');"},
  {"orm_relationship",
   "INSERT INTO orm_relationship(model, name, target, backref, ...)",
   "one row per relationship of two models through a foreign key or a "
   "condition; the example makes the views user__staff, user__staff__tree and, "
   "for the backref, user__boss",
   "INSERT INTO orm_column(model, name, definition) "
   "VALUES ('User', 'boss_id', 'Integer REFERENCES user(id)'); "
   "INSERT INTO orm_relationship(model, name, target, backref) "
   "VALUES ('User', 'staff', 'User', 'boss');"},
  {"orm_object", "INSERT INTO orm_object(sql)",
   "one row per view, trigger or virtual table, with its statement unchanged",
   "INSERT INTO orm_object(sql) "
   "VALUES ('CREATE VIEW user_count AS SELECT count(*) AS n FROM user');"},
  {"orm_lint_off", "INSERT INTO orm_lint_off(rule, object, reason)",
   "one row per rule of orm_lint that is switched off for objects that match a "
   "GLOB pattern (default: all); in a script, a comment does the same: -- @lint "
   "off=no_key",
   "INSERT INTO orm_lint_off(rule, object) VALUES ('no_key', 'log*');"},
  {"orm_migration", "SELECT ... FROM orm_migration",
   "one row per recorded version: version, message, created_at, applied_at, "
   "file, checksum, down_checksum, mended, changes, up, down",
   "SELECT version, message, applied_at FROM orm_migration;"},
  {0, 0, 0, 0},
};
// clang-format on

const HelpEntry *help_all(void) {
  return help_entries;
}

const HelpEntry *help_find(const char *name) {
  for (const HelpEntry *entry = help_entries; entry->name; entry++)
    if (strcmp(entry->name, name) == 0) return entry;
  return NULL;
}
