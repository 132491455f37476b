#include "views/template.h"

#include "base/tree.h"

enum { LINE = 90 }; /* the longest line of a trigger, in bytes */

/* Returns the text of $c. */
static const char *placeholder(Ctx *ctx, const Aliases *as, char c,
                               const NameSet *names) {
  switch (c) {
  case 'k': return names->k;
  case 'r': return names->r;
  case 'a': return names->a;
  case '+': return names->plus ? "+" : "";
  case 's': return as->self;
  case 'o': return as->other;
  }
  err_set(ctx, SQLITE_INTERNAL, "$%c is no placeholder", c);
  return "";
}

/* Returns the template filled with one set of names. */
static char *fill_template(Ctx *ctx, const Aliases *as, const NameSet *names,
                           const char *template) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (const char *z = template; *z; z++) {
    if (*z == '$')
      sqlite3_str_appendall(str, placeholder(ctx, as, *++z, names));
    else
      sqlite3_str_appendchar(str, 1, *z);
  }
  return mem_finish(ctx, str);
}

NameSet *template_find(const NameList *list, const char *k) {
  for (int i = 0; k && i < list->count; i++)
    if (name_equal(list->list[i].k, k)) return &list->list[i];
  return NULL;
}

char *template_each(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *between, const char *template) {
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; ctx_ok(ctx) && i < list->count; i++)
    sqlite3_str_appendf(str, "%s%s", i ? between : "",
                        fill_template(ctx, as, &list->list[i], template));
  return mem_finish(ctx, str);
}

char *template_join(Ctx *ctx, const Aliases *as, const NameList *list,
                    const char *operator, const char * template) {
  Tree tree = {ctx, NULL, 0};
  for (int i = 0; ctx_ok(ctx) && i < list->count; i++)
    tree_add(&tree, fill_template(ctx, as, &list->list[i], template));
  return tree_join(&tree, operator, "");
}

/* Returns how well a line can be broken at this space: 2 before a keyword, 1
** after a comma, else 0. */
static int break_quality(const char *space) {
  static const char *const words[] = {"AND ",  "OR ",    "THEN ",
                                      "ELSE ", "WHERE ", "(SELECT "};
  for (int i = 0; i < 6; i++)
    if (strncmp(space + 1, words[i], strlen(words[i])) == 0) return 2;
  return space[-1] == ',';
}

char *template_wrap(Ctx *ctx, const char *text) {
  char *wrapped = mem_text(ctx, text, -1), *at = NULL;
  char *line = wrapped, quote = 0;
  for (char *z = wrapped; z && *z; z++) {
    if (quote) {
      if (*z == quote) quote = 0;
    } else if (*z == '\'' || *z == '"') {
      quote = *z;
    } else if (*z == '\n') {
      line = z + 1;
      at = NULL;
    } else if (*z == ' ' &&
               (at == NULL || break_quality(z) >= break_quality(at))) {
      at = z;
    }
    if (z - line < LINE || at == NULL) continue;
    *at = '\n';
    line = at + 1;
    at = NULL;
  }
  return wrapped;
}
