#include "meta/revert.h"

#include "meta/model.h"

typedef struct Revert {
  Ctx *ctx;
  const MetaRows *now, *discarded, *previous;
  MetaRows *old;       /* `now`, with texts of `previous` where they apply */
  MetaTexts now_means; /* how `now` reads after the discarded version */
  MetaTexts old_means; /* how `old` reads after the previous version */
  bool old_is_readable;
} Revert;

/* A column that holds SQL or names. */
typedef struct TextColumn {
  MetaKind kind;
  int column;
} TextColumn;

/* Returns the text of `previous` if the discarded version wrote the present
** text in its place, else NULL. */
static const char *previous_text(const Revert *r, TextColumn c,
                                 const MetaRow *row) {
  const MetaRow *discarded = rows_find(r->discarded, c.kind, row->id);
  const MetaRow *previous = rows_find(r->previous, c.kind, row->id);
  const char *text = row->texts[c.column];
  if (!discarded || !previous || !text || !discarded->texts[c.column])
    return NULL;
  if (strcmp(text, discarded->texts[c.column]) != 0) return NULL;
  return previous->texts[c.column];
}

static void put_previous_texts(Revert *r, TextColumn c) {
  for (int i = 0; i < r->now->of[c.kind].count; i++) {
    const MetaRow *row = r->now->of[c.kind].list[i];
    const char *text = previous_text(r, c, row);
    MetaRow **old = &r->old->of[c.kind].list[i]; /* the same row */
    MetaRow *copy = text ? rows_copy_row(r->ctx, c.kind, *old) : NULL;
    if (copy == NULL) continue;
    copy->texts[c.column] = text;
    *old = copy;
  }
}

/* Returns the text of a row with current names. */
static const char *meaning(const MetaTexts *respellings, TextColumn c,
                           const MetaRow *row) {
  for (int i = 0; i < respellings->count; i++) {
    const MetaText *one = &respellings->list[i];
    if (one->id == row->id && one->kind == c.kind && one->column == c.column)
      return one->text;
  }
  return row->texts[c.column];
}

/* Writes the old text if it is readable and means the same, else the text with
** current names. */
static void write_texts(Revert *r, TextColumn c) {
  Ctx *ctx = r->ctx;
  for (int i = 0; i < r->now->of[c.kind].count && ctx_ok(ctx); i++) {
    const MetaRow *row = r->now->of[c.kind].list[i];
    const MetaRow *old = rows_find(r->old, c.kind, row->id);
    const char *text = meaning(&r->now_means, c, row);
    if (old == NULL || text == NULL) continue;
    const char *same = meaning(&r->old_means, c, old);
    if (r->old_is_readable && same && strcmp(same, text) == 0)
      text = old->texts[c.column];
    if (strcmp(text, row->texts[c.column]) == 0) continue;
    meta_write_text(ctx, &(MetaText){c.kind, row->id, c.column, text});
  }
}

/* Calls `step` for each column that a rename rewrites. */
static void for_each_text(Revert *r, void (*step)(Revert *, TextColumn)) {
  for (MetaKind kind = 0; kind < META_TABLES; kind++)
    for (int i = 0; i < columns_of(kind)->count; i++)
      if (columns_of(kind)->columns[i].properties & META_SPELLS)
        step(r, (TextColumn){kind, i});
}

/* Forgets that declarations cannot be read. Other errors stay. */
static void forget_unreadable(Ctx *ctx) {
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
}

void revert_texts(Ctx *ctx, const MetaRows *discarded,
                  const MetaRows *previous) {
  Revert r = {.ctx = ctx, .discarded = discarded, .previous = previous};
  if (!ctx_ok(ctx)) return;
  r.now = meta_read(ctx);
  r.old = meta_read(ctx);
  if (!ctx_ok(ctx)) return;
  for_each_text(&r, put_previous_texts);
  r.now_means = model_respellings(ctx, r.now, discarded);
  if (ctx_ok(ctx)) {
    r.old_means = model_respellings(ctx, r.old, previous);
    r.old_is_readable = ctx_ok(ctx);
    forget_unreadable(ctx);
    for_each_text(&r, write_texts);
  }
  forget_unreadable(ctx);
}
