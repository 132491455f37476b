#include "meta/view_texts.h"

#include "base/token.h"
#include "meta/history.h"

/* A view or trigger that the scripts have created. */
typedef struct ViewText {
  const char *name;
  const char *view; /* the view of a trigger; NULL for a view */
  const char *sql;
} ViewText;

typedef struct ViewTexts {
  ViewText *list;
  int count;
} ViewTexts;

/* Removes the view of that name with its triggers, or the trigger. */
static void drop_text(ViewTexts *texts, const char *name) {
  int kept = 0;
  for (int i = 0; i < texts->count; i++) {
    const ViewText *t = &texts->list[i];
    bool gone =
        name_equal(t->name, name) || (t->view && name_equal(t->view, name));
    if (!gone) texts->list[kept++] = *t;
  }
  texts->count = kept;
}

/* Returns the token at which the name of the object of a CREATE or DROP
** statement begins; NULL: it is no view or trigger. */
static const Token *name_token(const Token *first) {
  const Token *kind = first + 1;
  if (token_is(kind, "TEMP") || token_is(kind, "TEMPORARY")) return NULL;
  if (!token_is(kind, "VIEW") && !token_is(kind, "TRIGGER")) return NULL;
  const Token *name = kind + 1;
  if (token_is(name, "IF")) name += token_is(name + 1, "NOT") ? 3 : 2;
  return name;
}

/* Returns the name of the view that a trigger belongs to. */
static const char *trigger_view(Ctx *ctx, const Token *at, const Token *end) {
  while (at < end && !token_is(at, "ON")) at++;
  return at + 1 < end ? token_name(ctx, at + 1) : NULL;
}

/* Follows the statement that begins at tokens->list[at]. */
static void follow_statement(Ctx *ctx, ViewTexts *texts, const Tokens *tokens,
                             int at, int end) {
  const Token *first = &tokens->list[at], *last = &tokens->list[end - 1];
  const bool create = token_is(first, "CREATE");
  if (end - at < 3 || (!create && !token_is(first, "DROP"))) return;
  const Token *token = name_token(first);
  const char *name = token ? token_name(ctx, token) : NULL;
  if (name == NULL) return;
  drop_text(texts, name);
  ViewText *slot = create ? MEM_PUSH(ctx, texts->list, texts->count) : NULL;
  if (slot == NULL) return;
  slot->name = name;
  slot->sql =
      mem_printf(ctx, "%.*s", (int)(last->z + last->n - first->z), first->z);
  if (token_is(first + 1, "TRIGGER"))
    slot->view = trigger_view(ctx, token, &tokens->list[end]);
}

static void follow_creations(Ctx *ctx, ViewTexts *texts, const char *script) {
  const Tokens tokens = token_list(ctx, script);
  for (int at = 0; ctx_ok(ctx) && at < tokens.count;) {
    const int end = token_statement_end(&tokens, at);
    if (end > at) follow_statement(ctx, texts, &tokens, at, end);
    at = end + 1;
  }
}

/* Replaces the texts by those that a version lists. */
static void take_listed(Ctx *ctx, ViewTexts *texts, const MetaRows *rows) {
  const MetaList *views = &rows->of[META_VIEW];
  texts->count = 0;
  for (int i = 0; i < views->count; i++)
    follow_creations(ctx, texts, views->list[i]->texts[VIEW_SQL]);
}

/* Removes the objects that users declare. */
static void drop_declared(ViewTexts *texts, const MetaRows *rows) {
  const MetaList *objects = &rows->of[META_OBJECT];
  for (int i = 0; i < objects->count; i++)
    if (objects->list[i]->texts[OBJECT_NAME])
      drop_text(texts, objects->list[i]->texts[OBJECT_NAME]);
}

const MetaRows *view_texts_find(Ctx *ctx, const MetaRows *rows) {
  ViewTexts texts = {NULL, 0};
  const Versions all = history_range(ctx, 0, rows->version);
  for (int i = 0; ctx_ok(ctx) && i < all.count; i++) {
    follow_creations(ctx, &texts, all.list[i].up);
    if (ctx_ok(ctx) && strstr(all.list[i].changes, "\n-- orm:view "))
      take_listed(ctx, &texts, history_rows(ctx, all.list[i].version));
  }
  MetaRows *found = MEM_NEW(ctx, MetaRows);
  if (!ctx_ok(ctx)) return NULL;
  drop_declared(&texts, rows);
  *found = *rows;
  DigestSum sum = {0, 0};
  for (int i = 0; i < texts.count && ctx_ok(ctx); i++) {
    MetaRow *row = rows_new_row(ctx, META_VIEW);
    if (row) row->texts[VIEW_SQL] = texts.list[i].sql;
    rows_add(ctx, found, META_VIEW, row);
    digest_add(&sum, texts.list[i].sql, 0);
  }
  if (!digest_sum_equal(&sum, &rows->views))
    err_set(ctx, SQLITE_ERROR,
            "this build of orm generates other views for the relationships of "
            "version %lld, and the scripts up to this version do not create "
            "those that it had",
            rows->version);
  return ctx_ok(ctx) ? found : NULL;
}
