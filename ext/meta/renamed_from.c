#include "meta/renamed_from.h"

#include "base/nearest.h"
#include "ddl/live.h"
#include "ddl/render.h"

/* ---- rows and names ----------------------------------------------------- */

void renamed_from_add_name(Renames *r, const char *name, const char *from) {
  Rename *slot = MEM_PUSH(r->ctx, r->list, r->count);
  if (slot == NULL) return;
  slot->name = name;
  slot->from = from;
}

void renamed_from_add_row(Renames *r, i64 id, const char *name) {
  NamedRow *slot = MEM_PUSH(r->ctx, r->rows, r->nrow);
  if (slot) *slot = (NamedRow){id, name};
}

const NamedRow *renamed_from_row_by_id(const Renames *r, i64 id) {
  for (int i = 0; i < r->nrow; i++)
    if (r->rows[i].id == id) return &r->rows[i];
  return NULL;
}

const NamedRow *renamed_from_row_by_name(const Renames *r, const char *name) {
  for (int i = 0; i < r->nrow; i++)
    if (name_equal(r->rows[i].name, name)) return &r->rows[i];
  return NULL;
}

static i64 declared_id(const Renames *r, const char *name) {
  const NamedRow *row = renamed_from_row_by_name(r, name);
  return row ? row->id : 0;
}

/* Returns the table that owns the columns in a version, or NULL. A table of the
** same name that another model has now is not theirs. */
static const Table *table_of_version(const Renames *r, const Schema *schema) {
  const Table *then = former_names_table(schema, r->table->id, r->table->name);
  if (then == NULL || then->id == r->table->id) return then;
  return rows_find(r->declared, META_MODEL, then->id) ? NULL : then;
}

/* Returns the id of the row to which a version gave the name, or 0. */
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
  return recorded_id(r, former_names_newest(r->names), name);
}

/* True if a version gave the name to the row; id 0: to any row. */
static bool had_name(const Renames *r, i64 id, const char *name) {
  return r->table ? former_names_had_column(r->names, r->table, id, name)
                  : former_names_had_table(r->names, id, name);
}

/* Returns the id of the row to which the old name refers, or 0: in the newest
** version, else in the declarations, else in the current version. */
static i64 source_row(const Renames *r, const char *from) {
  i64 id = newest_id(r, from);
  if (id == 0) id = declared_id(r, from);
  if (id == 0) id = recorded_id(r, former_names_current(r->names), from);
  return id;
}

/* Returns the position of a name in the script, or -1. */
static int place_of(const Renames *r, const char *name) {
  for (int i = 0; i < r->count; i++)
    if (name_equal(r->list[i].name, name)) return i;
  return -1;
}

/* Returns the position of the directive with that old name, or -1. */
static int place_of_rename(const Renames *r, const char *from) {
  for (int i = 0; i < r->count; i++)
    if (r->list[i].from && name_equal(r->list[i].from, from)) return i;
  return -1;
}

/* ---- errors ------------------------------------------------------------- */

/* Sets the error: table "doc", column "caption", -- @renamed from=title: ... */
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

/* True if the database has a table or column of that name. */
static bool is_live(const Renames *r, const char *name) {
  Ctx *ctx = r->ctx;
  const Table *then =
      r->table ? table_of_version(r, former_names_current(r->names)) : NULL;
  const char *table = then ? then->name : r->table ? r->table->name : name;
  const Table *live = live_table(ctx, table);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx); /* no such table */
  return live && (r->table == NULL || table_column(live, name) >= 0);
}

/* Offers the names of all tables to the search for a similar name. */
static void offer_names(Nearest *near, const Schema *schema) {
  for (int i = 0; i < schema->ntable; i++)
    nearest_try(near, schema->tables[i]->name);
}

/* Returns a hint at the known name that resembles the old name. */
static const char *hint_at_name(const Renames *r, const char *from) {
  Nearest near = {.name = from};
  const Schema *newest = former_names_newest(r->names);
  const Table *then = r->table ? table_of_version(r, newest) : NULL;
  for (int i = 0; then && i < then->ncolumn; i++)
    nearest_try(&near, then->columns[i].name);
  if (r->table == NULL) offer_names(&near, newest);
  for (int i = 0; i < r->nrow; i++) nearest_try(&near, r->rows[i].name);
  return nearest_hint(r->ctx, &near,
                      r->table ? "; remove the comment if the column is new"
                               : "; remove the comment if the table is new");
}

/* True if the script drops anything to which the old name could refer. */
static bool drops_any(const Renames *r) {
  const Schema *newest = former_names_newest(r->names);
  const Table *then = r->table ? table_of_version(r, newest) : NULL;
  if (!r->complete) return false;
  for (int i = 0; i < r->nrow; i++)
    if (place_of(r, r->rows[i].name) < 0) return true;
  for (int i = 0; then && i < then->ncolumn; i++)
    if (place_of(r, then->columns[i].name) < 0) return true;
  for (int i = 0; r->table == NULL && i < newest->ntable; i++)
    if (place_of(r, newest->tables[i]->name) < 0) return true;
  return false;
}

/* Fails if nothing has or had the old name. There is no error if the new name
** is known and nothing is dropped, or if nothing was declared before: the
** script of an older copy can be declared on an empty database. */
static void check_missing(const Renames *r, const Rename *rename) {
  Ctx *ctx = r->ctx;
  const char *from = rename->from;
  if (had_name(r, 0, from) || !ctx_ok(ctx)) return;
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
      r->nrow == 0 &&
      (r->table ? table_of_version(r, former_names_newest(r->names)) == NULL
                : former_names_newest(r->names)->ntable == 0);
  if (empty || (known && !drops_any(r))) return;
  fail_rename(r, rename,
              mem_printf(ctx, "no %s is or was called so%s", kind_of(r),
                         hint_at_name(r, from)));
}

static void refuse_renamed_twice(const Renames *r, int i) {
  const Rename *rename = &r->list[i];
  int first = place_of_rename(r, rename->from);
  if (first != i)
    fail_rename(r, rename,
                mem_printf(r->ctx, "\"%s\" is also declared as renamed from it",
                           r->list[first].name));
}

/* Fails if another row `id` of the newest version has the new name and stays
** declared. */
static void check_taken(const Renames *r, const Rename *rename, i64 id) {
  const char *name = rename->name, *from = rename->from;
  int at = place_of(r, from);
  bool stays = at >= 0 && r->list[at].from == NULL;
  if (id == 0 || place_of_rename(r, name) >= 0) return;
  if (newest_id(r, name) != id &&
      !(stays && former_names_newest(r->names)->ntable == 0))
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

/* Fails if the row was renamed in an earlier version, and the script would
** silently drop the row that has the old name since then. */
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

/* True if the renames lead from this name back to it, through declared names:
** a to b, and b to a. */
static bool is_in_circle(const Renames *r, int i) {
  int k = i;
  for (int steps = 0; steps < r->count; steps++) {
    const Rename *rename = &r->list[k];
    if (rename->from && name_equal(rename->from, rename->name)) return false;
    if (!declared_id(r, rename->name)) return false;
    k = place_of_rename(r, rename->name);
    if (k < 0) return false;
    if (k == i) return true;
  }
  return false;
}

/* True if the renames in circles were done before. All names of a circle exist
** before and after it, so names alone do not tell. The renames were done if
** each row had its old name in a version, unless the declared columns have the
** definitions under the old names, and not under the new ones. */
static bool circles_were_done(const Renames *r) {
  bool done = true, name_fits = true, from_fits = true;
  for (int i = 0; ctx_ok(r->ctx) && i < r->count; i++) {
    const Rename *rename = &r->list[i];
    if (rename->from == NULL || !is_in_circle(r, i)) continue;
    done &= had_name(r, declared_id(r, rename->name), rename->from);
    name_fits &= rename->name_fits;
    from_fits &= rename->from_fits;
  }
  return done && !(r->table && from_fits && !name_fits);
}

/* ---- resolving ---------------------------------------------------------- */

bool renamed_from_is_renamed(const Renames *r, const NamedRow *row) {
  for (int i = 0; i < r->count; i++)
    if (r->list[i].source == row->id) return true;
  return false;
}

/* Returns the row that changes only the letter case of its name, or 0. Only a
** directive changes the case of a name. */
static i64 case_source(const Renames *r, const Rename *rename) {
  const NamedRow *row = renamed_from_row_by_name(r, rename->name);
  if (row) return strcmp(row->name, rename->name) != 0 ? row->id : 0;
  return newest_id(r, rename->from);
}

/* True if the row that has the new name is itself renamed, or the next in the
** chain of renames is, to a name that it never had. Then this rename is to be
** done even if it was done before: it now concerns another row. */
static bool is_passed_on(const Renames *r, int i) {
  for (int steps = 0; ctx_ok(r->ctx) && steps < r->count; steps++) {
    i = place_of_rename(r, r->list[i].name);
    if (i < 0) return false;
    const Rename *next = &r->list[i];
    i64 id = declared_id(r, next->name);
    if (id == 0 || !had_name(r, id, next->from)) return true;
  }
  return false;
}

static void resolve_name(Renames *r, int i, bool circles_done) {
  Rename *rename = &r->list[i];
  if (rename->from == NULL) return;
  refuse_renamed_twice(r, i);
  if (name_equal(rename->name, rename->from)) {
    rename->source = case_source(r, rename);
    if (!declared_id(r, rename->name) && !rename->source)
      check_missing(r, rename);
    return;
  }
  i64 id = declared_id(r, rename->name), source = source_row(r, rename->from);
  if (source == 0) check_missing(r, rename);
  if (source == 0 || source == id || !ctx_ok(r->ctx)) return;
  bool circle = is_in_circle(r, i);
  if (circle && circles_done) return;
  if (!circle && id && had_name(r, id, rename->from) && !is_passed_on(r, i)) {
    check_stale(r, rename);
    return;
  }
  check_taken(r, rename, id);
  rename->source = source;
}

void renamed_from_resolve(Renames *r) {
  if (!ctx_ok(r->ctx)) return;
  bool circles_done = circles_were_done(r);
  for (int i = 0; ctx_ok(r->ctx) && i < r->count; i++)
    resolve_name(r, i, circles_done);
}

bool renamed_from_lacks_row(const Renames *r, const Rename *rename) {
  return rename->source && renamed_from_row_by_id(r, rename->source) == NULL;
}

const NamedRow *renamed_from_heir(const Renames *r, const Rename *rename) {
  const NamedRow *row = renamed_from_row_by_name(r, rename->name);
  return row && !renamed_from_is_renamed(r, row) ? row : NULL;
}
