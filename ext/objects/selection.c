#include "objects/selection.h"

#include "base/text.h"

/* The state of the parser. */
typedef struct ListParser {
  Classes *classes;
  Ctx *ctx;
  const char *z;
  const char *path[SELECTION_DEPTH]; /* the relationships around the list; after
                                     ** an error, around the member at fault */
  int depth;
} ListParser;

static Selection *parse_list(ListParser *p, const Class *of,
                             const Direction *via, char end);

/* ---- characters --------------------------------------------------------- */

static char peek(ListParser *p) {
  while (char_is_space(*p->z)) p->z++;
  return *p->z;
}

static bool accept_char(ListParser *p, char c) {
  if (peek(p) != c) return false;
  p->z++;
  return true;
}

static void wanted(ListParser *p, const char *what) {
  char c = peek(p);
  if (c)
    err_set(p->ctx, SQLITE_ERROR, "the list of members needs %s at \"%.20s\"",
            what, p->z);
  else
    err_set(p->ctx, SQLITE_ERROR, "the list of members needs %s at its end",
            what);
}

static bool is_member_char(char c) {
  return char_is_digit(c) || (char_lower(c) >= 'a' && char_lower(c) <= 'z') ||
         c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Returns the name in quotes that end with `close`; a doubled one is part of
** the name. */
static const char *quoted_name(ListParser *p, char close) {
  Draft name = draft_new(p->ctx, 0);
  for (p->z++; *p->z; p->z++) {
    if (*p->z == close && (close == ']' || *++p->z != close))
      return draft_end(&name);
    draft_add(&name, p->z, 1);
  }
  err_set(p->ctx, SQLITE_ERROR,
          "the list of members ends inside a quoted name");
  return NULL;
}

/* Returns the next name; sets an error if there is none. */
static const char *read_member_name(ListParser *p) {
  char c = peek(p);
  if (c == '"' || c == '`') return quoted_name(p, c);
  if (c == '[') {
    const char *name = quoted_name(p, ']');
    if (*p->z) p->z++;
    return name;
  }
  const char *start = p->z;
  while (is_member_char(*p->z)) p->z++;
  if (p->z == start) {
    wanted(p, "a name");
    return NULL;
  }
  return mem_text(p->ctx, start, (int)(p->z - start));
}

/* ---- members ------------------------------------------------------------ */

static const Member *find_label(const Selection *all, const char *label) {
  for (int i = 0; i < all->count; i++)
    if (strcmp(all->list[i].label, label) == 0) return &all->list[i];
  return NULL;
}

/* Adds a member. Repeating a column, as in "*, id", has no effect. */
static void add_member(ListParser *p, Selection *all, const Member *member) {
  if (!ctx_ok(p->ctx)) return;
  const Member *twin = find_label(all, member->label);
  if (twin && twin->kind == MEMBER_COLUMN && member->kind == MEMBER_COLUMN &&
      twin->column == member->column)
    return;
  if (twin)
    err_set(p->ctx, SQLITE_ERROR,
            "two members \"%s\" in one object; write an alias: other:%s",
            member->label, member->label);
  Member *slot = MEM_PUSH(p->ctx, all->list, all->count);
  if (slot) *slot = *member;
}

static void add_all_columns(ListParser *p, Selection *all) {
  for (int i = 0; ctx_ok(p->ctx) && i < all->of->table->ncolumn; i++) {
    Member member = {.kind = MEMBER_COLUMN,
                     .label = all->of->table->columns[i].name,
                     .column = i};
    add_member(p, all, &member);
  }
}

/* Returns the members of a relationship: those of the list that follows, or all
** columns. */
static Selection *read_target(ListParser *p, const Link *link,
                              const Direction *via) {
  const Class *target = classes_target(p->classes, link);
  if (p->depth == SELECTION_DEPTH)
    err_set(p->ctx, SQLITE_ERROR, "more than %d levels", SELECTION_DEPTH);
  if (!ctx_ok(p->ctx)) return NULL;
  if (accept_char(p, '(')) {
    p->path[p->depth++] = link->name;
    Selection *members = parse_list(p, target, via, ')');
    if (ctx_ok(p->ctx)) p->depth--;
    return members;
  }
  Selection *all = MEM_NEW(p->ctx, Selection);
  if (all == NULL) return NULL;
  all->of = target;
  add_all_columns(p, all);
  return all;
}

/* Returns the order_by of a relationship, NULL if it has none. The backref has
** none, as in SQLAlchemy. */
static const char *link_order(const Link *link) {
  const char *order =
      link->back ? NULL : link->row->texts[RELATIONSHIP_ORDER_BY];
  return order && *order ? order : NULL;
}

int selection_further(const Direction *via, const char *name) {
  const Table *through = via ? via->through : NULL;
  size_t n = through ? strlen(through->name) : 0;
  if (!through || !name_starts(name, through->name) ||
      strncmp(name + n, "__", 2) != 0)
    return -1;
  int column = table_column(through, name + n + 2);
  const Constraint *const keys[] = {via->foreign, via->other};
  for (int k = 0; column >= 0 && k < 2; k++)
    for (int i = 0; i < keys[k]->nterm; i++)
      if (name_equal(keys[k]->terms[i].column, name + n + 2)) return -1;
  return column;
}

/* Reads a relationship after its name, or a column. */
static Member read_named(ListParser *p, const Selection *all,
                         const char *name) {
  const Class *of = all->of;
  Member member = {.kind = MEMBER_COLUMN, .label = name};
  const Link *link = class_link(of, name);
  bool list = peek(p) == '(';
  member.column = table_column(of->table, name);
  if (member.column >= 0 && !(link && list)) {
    member.label = of->table->columns[member.column].name;
    if (list)
      err_set(p->ctx, SQLITE_ERROR,
              "\"%s\" is a column of model \"%s\", and only a relationship has "
              "a list of members",
              name, of->name);
  } else if (link == NULL && selection_further(all->via, name) >= 0) {
    member.kind = MEMBER_FURTHER;
    member.column = selection_further(all->via, name);
    member.label = mem_printf(p->ctx, "%s__%s", all->via->through->name,
                              all->via->through->columns[member.column].name);
  } else if (link == NULL) {
    class_unknown_member(p->ctx, of, name);
  } else {
    member.kind = MEMBER_LINK;
    member.label = link->name;
    member.direction = classes_direction(p->classes, of, link);
    member.order = link_order(link);
    member.members = read_target(p, link, member.direction);
  }
  return member;
}

/* Reads count(posts) after the word. */
static Member read_count(ListParser *p, const Class *of) {
  Member member = {.kind = MEMBER_COUNT, .label = ""};
  accept_char(p, '(');
  const char *name = read_member_name(p);
  const Link *link = name ? class_link(of, name) : NULL;
  if (name && link == NULL && table_column(of->table, name) >= 0)
    err_set(p->ctx, SQLITE_ERROR,
            "count(%s): \"%s\" is a column, and count() takes a relationship",
            name, name);
  if (name && link == NULL) class_unknown_member(p->ctx, of, name);
  if (ctx_ok(p->ctx) && !accept_char(p, ')')) wanted(p, "\")\"");
  if (!ctx_ok(p->ctx)) return member;
  member.label = mem_printf(p->ctx, "count(%s)", link->name);
  member.direction = classes_direction(p->classes, of, link);
  classes_target(p->classes, link);
  return member;
}

/* Reads one item of a list. */
static void read_member(ListParser *p, Selection *all) {
  if (accept_char(p, '*')) {
    add_all_columns(p, all);
    return;
  }
  const char *alias = NULL;
  const char *name = read_member_name(p);
  if (name && accept_char(p, ':')) {
    alias = name;
    name = read_member_name(p);
  }
  if (name == NULL) return;
  bool count = name_equal(name, "count") && peek(p) == '(' &&
               class_link(all->of, name) == NULL;
  Member member = count ? read_count(p, all->of) : read_named(p, all, name);
  if (alias) member.label = alias;
  add_member(p, all, &member);
}

/* ---- lists -------------------------------------------------------------- */

/* Reads a list up to the character `end`, which is 0 for the outermost list. */
static Selection *parse_list(ListParser *p, const Class *of,
                             const Direction *via, char end) {
  Selection *all = MEM_NEW(p->ctx, Selection);
  if (all == NULL) return NULL;
  all->of = of;
  all->via = via;
  do {
    if (ctx_ok(p->ctx)) read_member(p, all);
  } while (ctx_ok(p->ctx) && accept_char(p, ','));
  if (ctx_ok(p->ctx) && (peek(p) != end))
    wanted(p, end ? "\",\" or \")\"" : "\",\"");
  if (ctx_ok(p->ctx) && end) p->z++;
  return ctx_ok(p->ctx) ? all : NULL;
}

/* Adds the path of the member at fault to the error: "posts.comments: ...". */
static void prefix_path(ListParser *p) {
  sqlite3_str *str = sqlite3_str_new(p->ctx->db);
  for (int i = 0; i < p->depth; i++)
    sqlite3_str_appendf(str, "%s%s", i ? "." : "", p->path[i]);
  char *path = sqlite3_str_finish(str);
  if (path) err_prefix(p->ctx, "%s", path);
  sqlite3_free(path);
}

const Selection *selection_parse(Classes *classes, const Class *of,
                                 const char *text) {
  ListParser p = {.classes = classes, .ctx = classes->ctx};
  p.z = text ? text : "*";
  if (!ctx_ok(p.ctx) || of == NULL) return NULL;
  const Selection *all = parse_list(&p, of, NULL, 0);
  if (!ctx_ok(p.ctx)) prefix_path(&p);
  return all;
}
