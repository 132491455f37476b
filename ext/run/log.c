#include "run/log.h"

#include "archive/catalog.h"
#include "base/text.h"
#include "plan/transition.h"

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

enum { LOG_NAMED = 6 }; /* the number of changes that are named */

/* Sets the words for the changes, and whether they lose values. */
static void describe(Ctx *ctx, LogEntry *entry, const Changes *changes) {
  int views = 0, n = 0;
  const char *list = NULL;
  for (int i = 0; ctx_ok(ctx) && i < changes->count; i++) {
    const Change *c = &changes->list[i];
    entry->lossy |= c->lossy;
    if (is_generated(c)) views++;
    if (is_generated(c) || is_part(changes, c) || ++n > LOG_NAMED) continue;
    list = mem_printf(ctx, "%s%s%s", list ? list : "", list ? "; " : "",
                      change_words(ctx, c));
  }
  if (n > LOG_NAMED)
    list = mem_printf(ctx, "%s; and %d more", list, n - LOG_NAMED);
  entry->changes = list                           ? list
                   : views                        ? "views of relationships"
                   : is_blank(entry->version->up) ? "none"
                                                  : "SQL of its own";
}

/* Describes the differences from *before to the version, and moves *before to
** the version. An error of the declarations becomes the description. */
static void compare(Ctx *ctx, LogEntry *entry, Declared *before) {
  Declared now = transition_declared(ctx, entry->version->version);
  Transition transition = {NULL, NULL, NULL};
  if (ctx_ok(ctx)) transition = transition_between(ctx, before, now.schema);
  Changes changes = {NULL, 0, NULL};
  if (ctx_ok(ctx)) changes = transition_changes(ctx, &transition);
  if (ctx_ok(ctx)) describe(ctx, entry, &changes);
  if (now.schema) *before = now;
  if ((ctx->rc & 0xff) == SQLITE_ERROR) entry->changes = err_take(ctx);
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

LogEntries log_read(Ctx *ctx, unsigned parts) {
  LogEntries log = {NULL, 0};
  if (!meta_exists(ctx)) return log;
  const char *archive = parts & LOG_KEPT ? catalog_status(ctx) : NULL;
  Versions all = history_range(ctx, 0, HISTORY_MOST);
  Declared before = {NULL, NULL};
  if (parts & LOG_CHANGES) before = transition_declared(ctx, 0);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    LogEntry *entry = MEM_PUSH(ctx, log.list, log.count);
    if (entry == NULL) break;
    *entry =
        (LogEntry){.version = &all.list[i], .state = state_of(&all.list[i])};
    if (parts & LOG_CHANGES) compare(ctx, entry, &before);
    if (archive) entry->kept = kept_by(ctx, archive, all.list[i].version);
  }
  return log;
}
