#include "api/log_table.h"

#include "archive/catalog.h"
#include "base/text.h"
#include "plan/transition.h"

enum { LOG_CHANGES = 5, LOG_LOSSY = 6, LOG_KEPT = 7 };

static bool is_used(const Cells *cells, int column) {
  return cells->used >> column & 1;
}

/* Returns true if the change is one of a generated view or trigger. */
static bool is_generated(const Change *c) {
  const Object *object = c->object_to ? c->object_to : c->object_from;
  return object && object->id == 0;
}

/* Returns the change in words: `add column post (body TEXT)`. */
static const char *change_words(Ctx *ctx, const Change *c) {
  char *op = mem_text(ctx, change_info(c->op)->name, -1);
  for (char *z = op; z && *z; z++)
    if (*z == '_') *z = ' ';
  return c->detail ? mem_printf(ctx, "%s %s (%s)", op, c->object, c->detail)
                   : mem_printf(ctx, "%s %s", op, c->object);
}

static bool is_blank(const char *text) {
  while (char_is_space(*text)) text++;
  return *text == 0;
}

/* Returns true if the change is part of another one: an index of a created or
** dropped table. */
static bool is_part(const Changes *changes, const Change *c) {
  if (c->op != OP_CREATE_INDEX && c->op != OP_DROP_INDEX) return false;
  const Index *index = c->index_to ? c->index_to : c->index_from;
  Op whole = c->op == OP_CREATE_INDEX ? OP_CREATE_TABLE : OP_DROP_TABLE;
  for (int i = 0; i < changes->count; i++)
    if (changes->list[i].op == whole &&
        name_equal(changes->list[i].object, index->table))
      return true;
  return false;
}

/* The differences of two versions that follow each other. */
typedef struct LogEntry {
  const char *changes;
  bool lossy;
} LogEntry;

enum { LOG_NAMED = 6 }; /* the number of changes that are named */

static LogEntry describe(Ctx *ctx, const Version *v, const Changes *changes) {
  LogEntry entry = {NULL, false};
  int views = 0, n = 0;
  const char *list = NULL;
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    entry.lossy |= c->lossy;
    if (is_generated(c)) views++;
    if (is_generated(c) || is_part(changes, c) || ++n > LOG_NAMED) continue;
    list = mem_printf(ctx, "%s%s%s", list ? list : "", list ? "; " : "",
                      change_words(ctx, c));
  }
  if (n > LOG_NAMED)
    list = mem_printf(ctx, "%s; and %d more", list, n - LOG_NAMED);
  entry.changes = list              ? list
                  : views           ? "views of relationships"
                  : is_blank(v->up) ? "none"
                                    : "SQL of its own";
  return entry;
}

/* Returns the differences from *before to the version, and moves *before to the
** version. An error of the declarations becomes the description. */
static LogEntry compare(Ctx *ctx, const Version *v, Declared *before) {
  Declared now = transition_declared(ctx, v->version);
  Transition transition = {NULL, NULL, NULL};
  if (ctx_ok(ctx)) transition = transition_between(ctx, before, now.schema);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = transition_changes(ctx, &transition);
  LogEntry entry = {NULL, false};
  if (ctx_ok(ctx)) entry = describe(ctx, v, &changes);
  if (now.schema) *before = now;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) entry.changes = err_take(ctx);
  return entry;
}

/* Returns the size of the archived values of the version: "2 rows, 10 bytes";
** NULL: none. */
static const char *kept_by(Ctx *ctx, const char *archive, i64 version) {
  return db_text_or_null(
      ctx,
      "SELECT printf('%%d row%%s, %%d byte%%s', r, iif(r = 1, '', 's'), b,"
      " iif(b = 1, '', 's')) FROM (SELECT sum(json_extract(value, '$.rows'))"
      " AS r, sum(json_extract(value, '$.bytes')) AS b"
      " FROM \"%w\".json_each(%Q)"
      " WHERE json_extract(value, '$.version') = %lld) WHERE r",
      db_home(ctx, "json_each"), archive, version);
}

static const char *state_of(const Version *v) {
  if (v->applied_at == NULL) return "pending";
  return history_is_baseline(v) ? "baseline" : "applied";
}

static void add_version(Cells *cells, const Version *v, const LogEntry *entry,
                        const char *archive) {
  Ctx *ctx = &cells->ctx;
  cells_add(cells, mem_printf(ctx, "%lld", v->version));
  cells_add(cells, v->message);
  cells_add(cells, state_of(v));
  cells_add(cells, v->created_at);
  cells_add(cells, v->applied_at);
  cells_add(cells, entry->changes);
  cells_add(cells, entry->lossy ? "1" : "0");
  cells_add(cells, archive ? kept_by(ctx, archive, v->version) : NULL);
  cells_add(cells, v->file);
}

void log_fill(Cells *cells) {
  Ctx *ctx = &cells->ctx;
  if (!meta_exists(ctx)) return;
  bool compares = is_used(cells, LOG_CHANGES) || is_used(cells, LOG_LOSSY);
  const char *archive = is_used(cells, LOG_KEPT) ? catalog_status(ctx) : NULL;
  Versions all = history_range(ctx, 0, HISTORY_MOST);
  Declared before = {NULL, NULL};
  if (compares) before = transition_declared(ctx, 0);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    LogEntry entry = {NULL, false};
    if (compares) entry = compare(ctx, &all.list[i], &before);
    add_version(cells, &all.list[i], &entry, archive);
  }
}
