#include "meta/renamed_from.h"

#include "base/nearest.h"
#include "ddl/live.h"
#include "ddl/render.h"

/* ---- rows and names ----------------------------------------------------- */

void renamed_from_add(Renames *r, const char *name, const char *from) {
  Rename *slot = MEM_PUSH(r->ctx, r->list, r->count);
  if (slot == NULL) return;
  slot->name = name;
  slot->from = from;
}

void renamed_from_declared(Renames *r, i64 id, const char *name) {
  Named *slot = MEM_PUSH(r->ctx, r->declared, r->ndeclared);
  if (slot) *slot = (Named){id, name};
}

const Named *renamed_from_row(const Renames *r, i64 id) {
  for (int i = 0; i < r->ndeclared; i++)
    if (r->declared[i].id == id) return &r->declared[i];
  return NULL;
}

const Named *renamed_from_named(const Renames *r, const char *name) {
  for (int i = 0; i < r->ndeclared; i++)
    if (name_equal(r->declared[i].name, name)) return &r->declared[i];
  return NULL;
}

static i64 declared_id(const Renames *r, const char *name) {
  const Named *row = renamed_from_named(r, name);
  return row ? row->id : 0;
}

/* The table of a version to which r's columns belong; NULL if there is none. */
static const Table *table_of_version(const Renames *r, const Schema *schema) {
  return former_names_table(schema, r->table->id, r->table->name);
}

/* The row that a version calls so; 0 if there is none. */
static i64 recorded_id(const Renames *r, const Schema *schema,
                       const char *name) {
  if (r->table == NULL) {
    const Table *table = schema_table(schema, name);
    return table ? table->id : 0;
  }
  const Table *table = table_of_version(r, schema);
  int i = table ? table_column(table, name) : -1;
  return i >= 0 ? table->columns[i].id : 0;
}

static i64 newest_id(const Renames *r, const char *name) {
  return recorded_id(r, former_names_newest(r->past), name);
}

/* Did any version call the row so? With id 0: any row? */
static bool was(const Renames *r, i64 id, const char *name) {
  return r->table ? former_names_had_column(r->past, r->table, id, name)
                  : former_names_had_table(r->past, id, name);
}

/* The row that the old name means; 0 if there is none. */
static i64 meant_row(const Renames *r, const char *from) {
  i64 id = newest_id(r, from);
  if (id == 0) id = declared_id(r, from);
  if (id == 0) id = recorded_id(r, former_names_current(r->past), from);
  return id;
}

/* The place in the script of a name, and of a directive with that old name; -1
** if there is none. */
static int place_of(const Renames *r, const char *name) {
  for (int i = 0; i < r->count; i++)
    if (name_equal(r->list[i].name, name)) return i;
  return -1;
}

static int taker_of(const Renames *r, const char *from) {
  for (int i = 0; i < r->count; i++)
    if (r->list[i].from && name_equal(r->list[i].from, from)) return i;
  return -1;
}

/* ---- errors ------------------------------------------------------------- */

/* "table "doc", column "caption", -- @renamed from=title: ". */
static void fail_rename(const Renames *r, const Rename *rename,
                        const char *message) {
  const char *name = r->table ? r->table->name : rename->name;
  const char *column =
      r->table ? mem_printf(r->ctx, ", column \"%s\"", rename->name) : "";
  err_set(r->ctx, SQLITE_ERROR, "table \"%s\"%s, -- @renamed from=%s: %s", name,
          column, render_name(r->ctx, rename->from), message);
}

static const char *kind_of(const Renames *r) {
  return r->table ? "column" : "table";
}

/* Is the name in the database itself? */
static bool is_live(const Renames *r, const char *name) {
  Ctx *ctx = r->ctx;
  const Table *then =
      r->table ? table_of_version(r, former_names_current(r->past)) : NULL;
  const char *table = then ? then->name : r->table ? r->table->name : name;
  sqlite3 *db = ctx->db;
  if (!ctx_ok(ctx)) return false;
  ctx->db = r->live;
  const Table *live = live_table(ctx, table);
  ctx->db = db;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx); /* no such table */
  return live && (r->table == NULL || table_column(live, name) >= 0);
}

static void offer_names(Nearest *near, const Schema *schema) {
  for (int i = 0; i < schema->ntable; i++)
    nearest_try(near, schema->tables[i]->name);
}

/* The old name that was meant. */
static const char *hint(const Renames *r, const char *from) {
  Nearest near = {.name = from};
  const Schema *newest = former_names_newest(r->past);
  const Table *then = r->table ? table_of_version(r, newest) : NULL;
  for (int i = 0; then && i < then->ncolumn; i++)
    nearest_try(&near, then->columns[i].name);
  if (r->table == NULL) offer_names(&near, newest);
  for (int i = 0; i < r->ndeclared; i++)
    nearest_try(&near, r->declared[i].name);
  return nearest_hint(r->ctx, &near,
                      r->table ? "; remove the comment if the column is new"
                               : "; remove the comment if the table is new");
}

/* Does the script drop anything that the old name could mean? */
static bool drops_any(const Renames *r) {
  const Schema *newest = former_names_newest(r->past);
  const Table *then = r->table ? table_of_version(r, newest) : NULL;
  if (!r->complete) return false;
  for (int i = 0; i < r->ndeclared; i++)
    if (place_of(r, r->declared[i].name) < 0) return true;
  for (int i = 0; then && i < then->ncolumn; i++)
    if (place_of(r, then->columns[i].name) < 0) return true;
  for (int i = 0; r->table == NULL && i < newest->ntable; i++)
    if (place_of(r, newest->tables[i]->name) < 0) return true;
  return false;
}

/* A name that nothing has or had. It is harmless where nothing is dropped and
** the new name is known already, or where nothing was declared before: so the
** script of an older copy can be declared on an empty database. */
static void check_missing(const Renames *r, const Rename *rename) {
  Ctx *ctx = r->ctx;
  const char *from = rename->from;
  if (was(r, 0, from) || !ctx_ok(ctx)) return;
  if (is_live(r, from)) {
    fail_rename(
        r, rename,
        mem_printf(ctx,
                   "the database has that %s, but it is not declared: SELECT "
                   "orm_reflect(%Q) adopts it; then declare this again",
                   kind_of(r), r->table ? r->table->name : from));
    return;
  }
  bool known = declared_id(r, rename->name) != 0;
  bool empty =
      r->ndeclared == 0 &&
      (r->table ? table_of_version(r, former_names_newest(r->past)) == NULL
                : former_names_newest(r->past)->ntable == 0);
  if (empty || (known && !drops_any(r))) return;
  fail_rename(r, rename,
              mem_printf(ctx, "no %s is or was called so%s", kind_of(r),
                         hint(r, from)));
}

static void refuse_renamed_twice(const Renames *r, int i) {
  const Rename *rename = &r->list[i];
  int first = taker_of(r, rename->from);
  if (first != i)
    fail_rename(r, rename,
                mem_printf(r->ctx, "\"%s\" is said to be renamed from it, too",
                           r->list[first].name));
}

/* The row that has the new name is another one, and in the newest version. It
** goes if nothing says that it stays. */
static void check_taken(const Renames *r, const Rename *rename, i64 id) {
  const char *name = rename->name, *from = rename->from;
  int at = place_of(r, from);
  bool stays = at >= 0 && r->list[at].from == NULL;
  if (id == 0 || taker_of(r, name) >= 0) return;
  if (newest_id(r, name) != id &&
      !(stays && former_names_newest(r->past)->ntable == 0))
    return;
  if (stays || !r->complete)
    fail_rename(
        r, rename,
        mem_printf(r->ctx,
                   "there are a %s \"%s\" and a %s \"%s\" already, and %s: "
                   "remove the comment if they are two, or drop \"%s\" first",
                   kind_of(r), name, kind_of(r), from,
                   stays ? "the script has both" : "both stay declared", name));
}

/* The row was renamed long ago, and something else has the old name since: it
** would be dropped without a word. */
static void check_stale(const Renames *r, const Rename *rename) {
  if (!r->complete || !declared_id(r, rename->from)) return;
  if (place_of(r, rename->from) >= 0) return;
  fail_rename(
      r, rename,
      mem_printf(r->ctx,
                 "\"%s\" was renamed already, and the script lacks the %s "
                 "that has the old name now: remove the comment to drop that "
                 "one",
                 rename->name, kind_of(r)));
}

/* ---- circles ------------------------------------------------------------ */

/* Does the rename lead round to itself, through names that are declared? */
static bool goes_round(const Renames *r, int i) {
  int k = i;
  for (int steps = 0; steps < r->count; steps++) {
    const Rename *rename = &r->list[k];
    if (rename->from && name_equal(rename->from, rename->name)) return false;
    if (!declared_id(r, rename->name)) return false;
    k = taker_of(r, rename->name);
    if (k < 0) return false;
    if (k == i) return true;
  }
  return false;
}

/* Renames in a circle find all their names, whether they were done or not. They
** were if the recorded versions say so of all of them, unless the old names,
** and not the new ones, have the definitions. */
static bool circles_are_done(const Renames *r) {
  bool done = true, here = true, there = true;
  for (int i = 0; ctx_ok(r->ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (rename->from == NULL || !goes_round(r, i)) continue;
    done &= was(r, declared_id(r, rename->name), rename->from);
    here &= rename->here;
    there &= rename->there;
  }
  return done && !(r->table && there && !here);
}

/* ---- the whole ---------------------------------------------------------- */

bool renamed_from_frees(const Renames *r, const Named *row) {
  for (int i = 0; i < r->count; i++)
    if (r->list[i].source == row->id) return true;
  return false;
}

/* A name in another case is another name only where that is said. */
static i64 case_source(const Renames *r, const Rename *rename) {
  const Named *row = renamed_from_named(r, rename->name);
  if (row) return strcmp(row->name, rename->name) != 0 ? row->id : 0;
  return newest_id(r, rename->from);
}

/* Goes what has the new name on to another, which it did not have before? Then
** the rename is one to be done, even if it was done once: the column is not the
** one of then. */
static bool moves_on(const Renames *r, int i) {
  for (int steps = 0; ctx_ok(r->ctx) && steps < r->count; steps++) {
    i = taker_of(r, r->list[i].name);
    if (i < 0) return false;
    const Rename *next = &r->list[i];
    i64 id = declared_id(r, next->name);
    if (id == 0 || !was(r, id, next->from)) return true;
  }
  return false;
}

static void solve(Renames *r, int i, bool circles_done) {
  Rename *rename = &r->list[i];
  if (rename->from == NULL) return;
  refuse_renamed_twice(r, i);
  if (name_equal(rename->name, rename->from)) {
    rename->source = case_source(r, rename);
    if (!declared_id(r, rename->name) && !rename->source)
      check_missing(r, rename);
    return;
  }
  i64 id = declared_id(r, rename->name), source = meant_row(r, rename->from);
  if (source == 0) check_missing(r, rename);
  if (source == 0 || source == id || !ctx_ok(r->ctx)) return;
  bool round = goes_round(r, i);
  if (round && circles_done) return;
  if (!round && id && was(r, id, rename->from) && !moves_on(r, i)) {
    check_stale(r, rename);
    return;
  }
  check_taken(r, rename, id);
  rename->source = source;
}

void renamed_from_solve(Renames *r) {
  if (!ctx_ok(r->ctx)) return;
  bool circles_done = circles_are_done(r);
  for (int i = 0; ctx_ok(r->ctx) && i < r->count; i++)
    solve(r, i, circles_done);
}
