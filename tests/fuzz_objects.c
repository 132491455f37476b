/*
** fuzz_objects: a libFuzzer target for orm_get(), orm_select(), orm_save() and
** orm_delete(). `make fuzz` builds and runs it under ASan and UBSan.
**
** An input is a verb, a model and a text:
**
**   sU{"nickname": "x"}    orm_save('User', text)
**   dU7                    orm_delete('User', text)
**   gU7<newline>id, posts  orm_get() and orm_select(); the key, then the list
**
** Any other byte counts as one of the verbs or models, so no mutation is
** wasted. Every input meets the same rows: its changes are rolled back. The
** target aborts if
**
**   - a failed call has changed a row or left a message without its name,
**   - a call ends the transaction, or leaves a violation of a foreign key,
**   - a result is no JSON, or the SQL of orm_select() gives another one,
**   - the key that orm_save() returns does not lead to an object.
*/
#include <sqlite3ext.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sqlite3_orm_init(sqlite3 *db, char **message,
                     const sqlite3_api_routines *api);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char schema[] =
    "SELECT orm_init();"
    "INSERT INTO orm_model(name, options) VALUES ('User', NULL),"
    "  ('Post', NULL), ('Comment', NULL), ('Profile', NULL), ('Node', NULL),"
    "  ('Tag', NULL), ('PostTag', NULL), ('Use', NULL), ('Value', NULL),"
    "  ('Label', 'WITHOUT ROWID'), ('Strict', 'STRICT');"
    "INSERT INTO orm_column(model, name, definition) VALUES"
    "  ('User', 'id', 'Integer PRIMARY KEY'),"
    "  ('User', 'nickname', 'String(8) UNIQUE INDEX'),"
    "  ('User', 'email', 'Text UNIQUE'), ('User', 'v', 'Integer VERSION'),"
    "  ('Post', 'id', 'Integer PRIMARY KEY'),"
    "  ('Post', 'body', 'Text NOT NULL'),"
    "  ('Post', 'user_id', 'Integer REFERENCES user(id)'),"
    "  ('Comment', 'id', 'Integer PRIMARY KEY'),"
    "  ('Comment', 'body', 'Text CHECK (body <> ''spam'')'),"
    "  ('Comment', 'post_id', 'Integer REFERENCES post(id)"
    "     DEFERRABLE INITIALLY DEFERRED'),"
    "  ('Comment', 'author_name', 'Text REFERENCES user(nickname)'),"
    "  ('Profile', 'id', 'Integer PRIMARY KEY'),"
    "  ('Profile', 'user_id', 'Integer UNIQUE REFERENCES user(id)'),"
    "  ('Node', 'id', 'Integer PRIMARY KEY'), ('Node', 'name', 'Text'),"
    "  ('Node', 'parent_id', 'Integer REFERENCES node(id)'),"
    "  ('Tag', 'name', 'Text PRIMARY KEY'),"
    "  ('Tag', 'size', 'INTEGER GENERATED ALWAYS AS (length(name))'),"
    "  ('PostTag', 'post_id', 'Integer REFERENCES post(id)'),"
    "  ('PostTag', 'tag', 'Text REFERENCES tag(name)'),"
    "  ('PostTag', 'w', 'Integer'),"
    "  ('Label', 's', 'Text'), ('Label', 'c', 'Integer'),"
    "  ('Use', 'id', 'Integer PRIMARY KEY'), ('Use', 's', 'Text'),"
    "  ('Use', 'c', 'Integer'),"
    "  ('Value', 'id', 'Integer PRIMARY KEY'), ('Value', 'n', ''),"
    "  ('Value', 'i', 'Integer'), ('Value', 't', 'String(3)'),"
    "  ('Value', 'r', 'Float'), ('Value', 'b', 'Boolean'),"
    "  ('Value', 'j', 'JSON'), ('Value', 'd', 'Date'),"
    "  ('Value', 'dt', 'DateTime'), ('Value', 'tm', 'Time'),"
    "  ('Value', 'x', 'LargeBinary'), ('Value', 'e', 'Enum(''a'', ''b c'')'),"
    "  ('Strict', 'id', 'INTEGER PRIMARY KEY'), ('Strict', 'n', 'INT'),"
    "  ('Strict', 'any', 'ANY'), ('Strict', 'b', 'BLOB');"
    "INSERT INTO orm_constraint(model, definition) VALUES"
    "  ('Label', 'PRIMARY KEY (s, c)'),"
    "  ('Use', 'FOREIGN KEY (s, c) REFERENCES label'),"
    "  ('PostTag', 'PRIMARY KEY (post_id, tag)');"
    "INSERT INTO orm_relationship"
    "  (model, name, target, backref, uselist, cascade, order_by, secondary)"
    "  VALUES"
    "  ('User', 'posts', 'Post', 'author', NULL, NULL, 'id DESC', NULL),"
    "  ('Post', 'comments', 'Comment', 'post', NULL, 'all, delete-orphan',"
    "     NULL, NULL),"
    "  ('User', 'comments', 'Comment', 'author', NULL, NULL, NULL, NULL),"
    "  ('User', 'profile', 'Profile', 'user', 0, NULL, NULL, NULL),"
    "  ('Node', 'children', 'Node', 'parent', NULL, NULL, NULL, NULL),"
    "  ('Post', 'tags', 'Tag', 'posts', NULL, NULL, NULL, 'post_tag'),"
    "  ('Label', 'uses', 'Use', 'label', NULL, NULL, NULL, NULL);"
    "SELECT orm_migrate();"
    "INSERT INTO user VALUES (1, 'john', 'j@x', 1), (2, 'susan', NULL, 4);"
    "INSERT INTO post VALUES (1, 'one', 1), (2, 'two', 1), (3, 'three', 2);"
    "INSERT INTO comment VALUES (1, 'c1', 1, 'susan'), (2, 'c2', 1, NULL),"
    "  (3, 'c3', 3, 'john');"
    "INSERT INTO profile VALUES (1, 1);"
    "INSERT INTO node VALUES (1, 'root', NULL), (2, 'a', 1), (3, 'b', 2);"
    "INSERT INTO tag(name) VALUES ('x'), ('y');"
    "INSERT INTO post_tag VALUES (1, 'x', 5), (1, 'y', NULL), (2, 'x', 7);"
    "INSERT INTO label VALUES ('a', 1), ('b', 2);"
    "INSERT INTO use VALUES (1, 'a', 1), (2, NULL, NULL);"
    "INSERT INTO value(id, n, i, t, r, b, j, d, x, e) VALUES"
    "  (1, 0.5, 9223372036854775807, 'abc', 9e999, 1, '{\"a\":[1,null]}',"
    "   '2026-01-31', x'00ff', 'a'),"
    "  (2, x'41', 'text', '\303\244', -0.25, 7, '{\"$blob\":1}',"
    "   'no', '', 'z'),"
    "  (7, NULL, NULL, NULL, NULL, NULL, 'no', NULL, NULL, NULL);"
    "INSERT INTO strict VALUES (1, 2, 3.5, x'00');"
    "PRAGMA foreign_keys = 1;";

static const char *const models[] = {"User", "Post",  "Comment", "Profile",
                                     "Node", "Tag",   "PostTag", "Label",
                                     "Use",  "Value", "Strict"};
static const char letters[] = "UPCRNTALEVS";

enum { MODELS = sizeof(models) / sizeof(models[0]), TEXT_LIMIT = 100000 };

/* The connection, and all its rows as one text. */
static sqlite3 *db;
static char *rows_sql, *rows_at_start;

/* Ends the process with a message; libFuzzer keeps the input. */
static void fail(const char *what, const char *detail) {
  fprintf(stderr, "FAILED: %s: %s\n", what, detail ? detail : "");
  abort();
}

/* ---- statements --------------------------------------------------------- */

/* A result: one text, or an error. To be freed with result_free(). */
typedef struct Result {
  char *text;  /* NULL: no row, NULL, or an error */
  char *error; /* NULL: none */
} Result;

static void result_free(Result *r) {
  sqlite3_free(r->text);
  sqlite3_free(r->error);
}

static char *copy_of(const char *text) {
  return sqlite3_mprintf("%s", text);
}

/* Returns the first column of the first row. The parameters are texts of
** `sizes` bytes; -1: up to the NUL. */
static Result query(const char *sql, int n, const char *const *texts,
                    const int *sizes) {
  Result r = {NULL, NULL};
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
  for (int i = 0; rc == SQLITE_OK && i < n; i++)
    rc = sqlite3_bind_text(stmt, i + 1, texts[i], sizes ? sizes[i] : -1,
                           SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
  if (rc == SQLITE_ROW && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
    r.text = copy_of((const char *)sqlite3_column_text(stmt, 0));
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    r.error = copy_of(sqlite3_errmsg(db));
  sqlite3_finalize(stmt);
  return r;
}

static void execute(const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    fail(sql, sqlite3_errmsg(db));
}

/* Returns the text that a query without parameters gives. */
static char *must_query(const char *sql) {
  Result r = query(sql, 0, NULL, NULL);
  if (r.error) fail(sql, r.error);
  return r.text;
}

/* ---- the database ------------------------------------------------------- */

static void open_database(void) {
  if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
      sqlite3_auto_extension((void (*)(void))sqlite3_orm_init) != SQLITE_OK)
    fail("open", sqlite3_errmsg(db));
  sqlite3_close(db);
  if (sqlite3_open(":memory:", &db) != SQLITE_OK)
    fail("open", sqlite3_errmsg(db));
  execute(schema);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 10000000);
  rows_sql = must_query(
      "SELECT 'SELECT ' || group_concat(x, ' || ') FROM (SELECT printf("
      "  '(SELECT ifnull(group_concat(%s), '''') FROM \"%w\")',"
      "  (SELECT group_concat(printf('quote(\"%w\")', name), ' || '' '' || ')"
      "   FROM pragma_table_info(t.name)), t.name) AS x"
      " FROM sqlite_schema t WHERE type = 'table' AND name NOT LIKE 'orm\\_%'"
      "   ESCAPE '\\' AND name NOT LIKE 'sqlite%')");
  rows_at_start = must_query(rows_sql);
}

/* Fails unless all rows are as they were at the start. */
static void check_rows(const char *what) {
  char *now = must_query(rows_sql);
  if (strcmp(now, rows_at_start) != 0) fail(what, now);
  sqlite3_free(now);
}

/* ---- checks ------------------------------------------------------------- */

static void check_error(const char *function, const Result *r) {
  if (r->error && strncmp(r->error, function, strlen(function)) != 0)
    fail("a message without the name of its function", r->error);
}

static void check_json(const char *what, const char *json) {
  Result valid = query("SELECT json_valid(?)", 1, &json, NULL);
  if (valid.error || strcmp(valid.text, "1") != 0) fail(what, json);
  result_free(&valid);
}

/* Checks what a call that writes has left. */
static void check_write(const char *function, const Result *r) {
  check_error(function, r);
  if (sqlite3_get_autocommit(db)) fail(function, "the transaction has ended");
  if (r->error) check_rows(r->error);
  if (r->error) return;
  Result found = query("SELECT 1 FROM pragma_foreign_key_check"
                       " WHERE \"table\" <> 'comment' LIMIT 1",
                       0, NULL, NULL);
  if (found.text) fail(function, "a foreign key is violated");
  result_free(&found);
}

/* ---- verbs -------------------------------------------------------------- */

static void save(const char *model, const char *text, int size) {
  const char *const texts[] = {model, text};
  const int sizes[] = {-1, size};
  Result key = query("SELECT orm_save(?, ?)", 2, texts, sizes);
  check_write("orm_save", &key);
  const char *z = text;
  while (*z == ' ' || *z == '\n' || *z == '\t' || *z == '\r') z++;
  if (key.text && *z != '[') {
    const char *const at[] = {model, key.text};
    Result got = query("SELECT orm_get(?, ?)", 2, at, NULL);
    if (got.text == NULL) fail("no object with the key", key.text);
    check_json("the object", got.text);
    result_free(&got);
  }
  result_free(&key);
}

static void delete (const char *model, const char *text) {
  const char *const texts[] = {model, text};
  Result count = query("SELECT orm_delete(?, ?)", 2, texts, NULL);
  check_write("orm_delete", &count);
  result_free(&count);
}

/* Compares the object with that of orm_select() for the same PRIMARY KEY. */
static void compare_select(const char *model, const char *list,
                           const char *object) {
  const char *const texts[] = {model, list};
  Result sql = query("SELECT orm_select(?, ?)", 2, texts, NULL);
  if (sql.text == NULL) fail("orm_select", sql.error);
  char *all = sqlite3_mprintf(
      "SELECT max(object = ?) FROM (%s) WHERE json_valid(object)", sql.text);
  Result same = query(all, 1, &object, NULL);
  if (same.error && strstr(same.error, "parser stack overflow") == NULL)
    fail("the SQL of orm_select()", same.error);
  if (same.text && strcmp(same.text, "1") != 0)
    fail("orm_select() differs", object);
  result_free(&same);
  sqlite3_free(all);
  result_free(&sql);
}

static void get(const char *model, char *text) {
  char *list = strchr(text, '\n');
  if (list) *list++ = 0;
  const char *const texts[] = {model, text, list ? list : "*"};
  Result object = query("SELECT orm_get(?, ?, ?)", 3, texts, NULL);
  check_error("orm_get", &object);
  if (object.text) check_json("orm_get", object.text);
  if (object.text) compare_select(model, texts[2], object.text);
  result_free(&object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (db == NULL) open_database();
  if (size < 2 || size > TEXT_LIMIT) return 0;
  const char *letter = strchr(letters, data[1] ? data[1] : 'U');
  const char *model = models[letter ? letter - letters : data[1] % MODELS];
  int bytes = (int)size - 2;
  char *text = (char *)malloc((size_t)bytes + 1);
  if (text == NULL) return 0;
  memcpy(text, data + 2, (size_t)bytes);
  text[bytes] = 0;
  char verb =
      data[0] && strchr("sdg", data[0]) ? (char)data[0] : "sdg"[data[0] % 3];
  execute("BEGIN");
  if (verb == 's') save(model, text, bytes);
  if (verb == 'd') delete (model, text);
  if (verb == 'g') get(model, text);
  if (sqlite3_get_autocommit(db)) fail("the transaction has ended", text);
  execute("ROLLBACK");
  free(text);
  return 0;
}
