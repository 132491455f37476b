#include "meta/revert.h"

#include "meta/model.h"

/* The columns of meta rows that hold SQL or names of columns. */
typedef struct TextColumn {
  const char *meta;
  MetaKind kind;
  int column;
} TextColumn;

static const TextColumn columns[] = {
    {"column", META_COLUMN, 3},
    {"constraint", META_CONSTRAINT, 3},
    {"object", META_OBJECT, 3},
    {"relationship", META_RELATIONSHIP, 5},
    {"relationship", META_RELATIONSHIP, 6},
    {"relationship", META_RELATIONSHIP, 7},
    {"relationship", META_RELATIONSHIP, 10},
};
enum { REVERTED = sizeof(columns) / sizeof(columns[0]) };

typedef struct Revert {
  Ctx *ctx;
  MetaRows now, gone, before;
  MetaRows old; /* the rows of now, with texts of before where they apply */
  Rewrites meant, read;
} Revert;

static MetaRow *row_by_id(const MetaRows *rows, MetaKind kind, i64 id) {
  MetaRow *row = rows->first[kind];
  while (row && row->id != id) row = row->next;
  return row;
}

/* The text of before, if that of now is what the version wrote instead. */
static const char *text_before(const Revert *r, const TextColumn *c,
                               const MetaRow *row) {
  const MetaRow *gone = row_by_id(&r->gone, c->kind, row->id);
  const MetaRow *before = row_by_id(&r->before, c->kind, row->id);
  const char *text = row->texts[c->column];
  if (!gone || !before || !text || !gone->texts[c->column]) return NULL;
  if (strcmp(text, gone->texts[c->column]) != 0) return NULL;
  return before->texts[c->column];
}

static void put_texts_before(Revert *r) {
  for (int i = 0; i < REVERTED; i++)
    for (const MetaRow *row = r->now.first[columns[i].kind]; row;
         row = row->next) {
      MetaRow *old = row_by_id(&r->old, columns[i].kind, row->id);
      const char *text = text_before(r, &columns[i], row);
      if (old && text) old->texts[columns[i].column] = text;
    }
}

/* What the text of a row comes to. */
static const char *reading(const Rewrites *rewrites, const TextColumn *c,
                           const MetaRow *row) {
  for (int i = 0; i < rewrites->count; i++) {
    const Respelling *rewrite = &rewrites->list[i];
    if (rewrite->id == row->id && strcmp(rewrite->meta, c->meta) == 0 &&
        strcmp(rewrite->column, meta_column(c->meta, c->column)) == 0)
      return rewrite->text;
  }
  return row->texts[c->column];
}

static void write_texts(Revert *r) {
  Ctx *ctx = r->ctx;
  for (int i = 0; i < REVERTED; i++)
    for (const MetaRow *row = r->now.first[columns[i].kind]; row && ctx_ok(ctx);
         row = row->next) {
      const TextColumn *c = &columns[i];
      const MetaRow *old = row_by_id(&r->old, c->kind, row->id);
      const char *text = reading(&r->meant, c, row);
      if (old == NULL || text == NULL) continue;
      const char *read = reading(&r->read, c, old);
      if (read && strcmp(read, text) == 0) text = old->texts[c->column];
      if (strcmp(text, row->texts[c->column]) == 0) continue;
      db_exec(ctx, "UPDATE \"main\".orm_%s SET %s = %Q WHERE id = %lld",
              c->meta, meta_column(c->meta, c->column), text, row->id);
    }
}

void revert_texts(Ctx *ctx, const char *gone, const char *before) {
  Revert r = {.ctx = ctx};
  if (!ctx_ok(ctx)) return;
  r.now = meta_read(ctx, NULL);
  r.old = meta_read(ctx, NULL);
  r.gone = meta_read(ctx, gone);
  r.before = meta_read(ctx, before);
  if (!ctx_ok(ctx)) return;
  put_texts_before(&r);
  r.meant = model_rewrites(ctx, &r.now, gone);
  if (ctx_ok(ctx)) r.read = model_rewrites(ctx, &r.old, before);
  if (ctx_ok(ctx)) write_texts(&r);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
}
