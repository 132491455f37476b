#include "diagram/diagram.h"

#include "base/nearest.h"
#include "ddl/live.h"
#include "ddl/shadow.h"
#include "diagram/dot.h"
#include "diagram/mermaid.h"
#include "diagram/page.h"
#include "diagram/svg.h"
#include "meta/model.h"

/* Returns the picture in a format. */
typedef char *DrawPicture(Ctx *ctx, const PageSource *source);

static char *draw_mermaid(Ctx *ctx, const PageSource *source) {
  return mermaid_picture(ctx, source->picture);
}

static char *draw_dot(Ctx *ctx, const PageSource *source) {
  return dot_picture(ctx, source->picture);
}

static char *draw_svg(Ctx *ctx, const PageSource *source) {
  return svg_picture(ctx, source->picture, false);
}

static const struct {
  const char *name;
  DrawPicture *draw;
} diagram_formats[] = {
    {"mermaid", draw_mermaid},
    {"dot", draw_dot},
    {"svg", draw_svg},
    {"html", page_html},
};
enum { FORMATS = sizeof(diagram_formats) / sizeof(*diagram_formats) };

static DrawPicture *find_format(Ctx *ctx, const char *format) {
  Nearest near = {.name = format};
  for (int i = 0; i < FORMATS; i++) {
    if (name_equal(format, diagram_formats[i].name))
      return diagram_formats[i].draw;
    nearest_try(&near, diagram_formats[i].name);
  }
  err_set(ctx, SQLITE_ERROR,
          "unknown format '%s'%s the formats are 'mermaid', 'dot', 'svg' and "
          "'html'",
          format, nearest_hint(ctx, &near, ";"));
  return NULL;
}

/* Returns the live schema without the tables that belong to virtual tables. */
static const Schema *live_schema(Ctx *ctx) {
  const NameMap *shadows = shadow_find(ctx);
  Schema *schema = live_read(ctx);
  if (schema == NULL) return NULL;
  int n = 0;
  for (int i = 0; i < schema->ntable; i++)
    if (map_get(shadows, schema->tables[i]->name) == NULL)
      schema->tables[n++] = schema->tables[i];
  schema->ntable = n;
  return schema;
}

char *diagram_text(Ctx *ctx, const char *format, const char *glob) {
  DrawPicture *draw = find_format(ctx, format);
  if (draw == NULL) return NULL;
  Relationships relationships = {NULL, 0};
  Invalids skipped = {NULL, 0};
  PageSource source = {.declared = true, .glob = glob};
  if (meta_exists(ctx))
    source.schema = model_survey(ctx, &skipped, &relationships).schema;
  if (ctx_ok(ctx) && (source.schema == NULL || source.schema->ntable == 0)) {
    source.declared = false;
    source.schema = live_schema(ctx);
  }
  if (!ctx_ok(ctx)) return NULL;
  source.picture = picture_of(ctx, source.schema, &relationships, glob);
  char *text = ctx_ok(ctx) ? draw(ctx, &source) : NULL;
  size_t n = text ? strlen(text) : 0;
  if (n) text[n - 1] = 0; /* the newline: the shell prints one */
  return text;
}
