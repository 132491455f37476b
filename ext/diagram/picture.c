#include "diagram/picture.h"

#include "base/text.h"

const char *picture_mark(int i) {
  static const char *const words[PICTURE_MARKS] = {"PK", "FK", "UQ", "NN"};
  return words[i];
}

/* ---- boxes -------------------------------------------------------------- */

static bool glob_matches(Ctx *ctx, const char *glob, const char *name) {
  if (glob == NULL) return true;
  const char *lower = name ? name_lower(ctx, name) : NULL;
  return lower && sqlite3_strglob(glob, lower) == 0;
}

/* Returns true if the name can be an identifier in mermaid and dot. */
static bool is_identifier(const char *name) {
  if (char_is_digit(*name)) return false;
  for (const char *z = name; *z; z++)
    if (!char_is_digit(*z) && *z != '_' &&
        !(char_lower(*z) >= 'a' && char_lower(*z) <= 'z'))
      return false;
  return *name != 0;
}

static void add_box(Ctx *ctx, Picture *picture, const Table *table) {
  PictureBox *box = MEM_PUSH(ctx, picture->boxes, picture->nbox);
  if (box == NULL) return;
  box->table = table;
  box->title = table->model ? table->model : table->name;
  /* An identifier has no "-", so the second form is unique, too. */
  box->id = is_identifier(table->name)
                ? table->name
                : mem_printf(ctx, "table-%d", picture->nbox);
  box->marks =
      (unsigned *)mem_new(ctx, sizeof(unsigned) * (size_t)table->ncolumn);
}

static void add_boxes(Ctx *ctx, Picture *picture, const Schema *schema,
                      const char *glob) {
  const char *lower = glob ? name_lower(ctx, glob) : NULL;
  for (int i = 0; ctx_ok(ctx) && i < schema->ntable; i++) {
    const Table *table = schema->tables[i];
    if (glob_matches(ctx, lower, table->name) ||
        glob_matches(ctx, lower, table->model))
      add_box(ctx, picture, table);
  }
  if (ctx_ok(ctx) && glob && picture->nbox == 0)
    err_set(ctx, SQLITE_ERROR, "no model or table is like \"%s\"", glob);
}

/* ---- marks -------------------------------------------------------------- */

static void mark_terms(PictureBox *box, const Term *terms, int nterm,
                       unsigned mark) {
  for (int i = 0; i < nterm; i++) {
    int column =
        terms[i].column ? table_column(box->table, terms[i].column) : -1;
    if (column >= 0) box->marks[column] |= mark;
  }
}

static void mark_constraint(PictureBox *box, const Constraint *c) {
  if (c->kind == CONSTRAINT_PRIMARY)
    mark_terms(box, c->terms, c->nterm, MARK_PRIMARY);
  if (c->kind == CONSTRAINT_FOREIGN)
    mark_terms(box, c->terms, c->nterm, MARK_FOREIGN);
  if (c->kind == CONSTRAINT_UNIQUE && c->nterm == 1)
    mark_terms(box, c->terms, 1, MARK_UNIQUE);
}

static void mark_columns(PictureBox *box) {
  const Table *table = box->table;
  for (int i = 0; i < table->nconstraint; i++)
    mark_constraint(box, &table->constraints[i]);
  for (int i = 0; i < table->ncolumn; i++)
    if (table->columns[i].notnull && !(box->marks[i] & MARK_PRIMARY))
      box->marks[i] |= MARK_NOT_NULL;
}

/* Marks the columns of unique indexes. `boxes` maps names of tables to
** boxes. */
static void mark_indexes(const Schema *schema, const NameMap *boxes) {
  for (int i = 0; i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    PictureBox *box = (PictureBox *)map_get(boxes, index->table);
    if (box && index->unique && index->nterm == 1 && index->where.sql == NULL)
      mark_terms(box, index->terms, 1, MARK_UNIQUE);
  }
}

/* ---- lines -------------------------------------------------------------- */

/* Returns true if all of the terms are columns of the key, which has no
** more. */
static bool key_covers(const Constraint *key, const Term *terms, int nterm) {
  if (nterm > key->nterm) return false;
  for (int i = 0; i < nterm; i++) {
    int k = 0;
    while (k < key->nterm && !name_equal(terms[i].column, key->terms[k].column))
      k++;
    if (terms[i].column == NULL || k == key->nterm) return false;
  }
  return true;
}

/* Returns true if no two rows can have equal values in the key. */
static bool is_single(const Schema *schema, const Table *table,
                      const Constraint *key) {
  for (int i = 0; i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    if (constraint_is_key(c) && key_covers(key, c->terms, c->nterm))
      return true;
  }
  for (int i = 0; i < schema->nindex; i++) {
    const Index *index = schema->indexes[i];
    if (index->unique && index->where.sql == NULL &&
        name_equal(index->table, table->name) &&
        key_covers(key, index->terms, index->nterm))
      return true;
  }
  return false;
}

static bool is_optional(const Table *table, const Constraint *key) {
  for (int i = 0; i < key->nterm; i++) {
    int column = table_column(table, key->terms[i].column);
    if (column >= 0 && column != table->rowid_alias &&
        !table->columns[column].notnull)
      return true;
  }
  return false;
}

/* Returns the parent's column to which the line goes. */
static int line_end_column(const Table *parent, const Constraint *key) {
  const Constraint *primary = table_primary_key(parent);
  const char *name = key->nparent ? key->parent_columns[0]
                     : primary    ? primary->terms[0].column
                                  : NULL;
  int column = name ? table_column(parent, name) : -1;
  return column < 0 ? 0 : column;
}

static void add_key_line(Ctx *ctx, Picture *picture, const Schema *schema,
                         int child, const PictureBox *parent,
                         const Constraint *key) {
  const Table *table = picture->boxes[child].table;
  int column = table_column(table, key->terms[0].column);
  PictureLine *line = MEM_PUSH(ctx, picture->lines, picture->nline);
  if (line == NULL) return;
  *line = (PictureLine){.child = child,
                        .parent = (int)(parent - picture->boxes),
                        .child_column = column < 0 ? 0 : column,
                        .parent_column = line_end_column(parent->table, key),
                        .key = key,
                        .optional = is_optional(table, key),
                        .single = is_single(schema, table, key),
                        .names = ""};
}

static void add_lines(Ctx *ctx, Picture *picture, const Schema *schema,
                      const NameMap *boxes) {
  for (int i = 0; i < picture->nbox; i++) {
    const Table *table = picture->boxes[i].table;
    for (int k = 0; ctx_ok(ctx) && k < table->nconstraint; k++) {
      const Constraint *key = &table->constraints[k];
      if (key->kind != CONSTRAINT_FOREIGN) continue;
      const PictureBox *parent = (PictureBox *)map_get(boxes, key->parent);
      if (parent) add_key_line(ctx, picture, schema, i, parent, key);
    }
  }
}

/* ---- relationships ------------------------------------------------------ */

/* Adds the name to the line of a foreign key. */
static void name_line(Ctx *ctx, Picture *picture, const Constraint *key,
                      const char *name) {
  for (int i = 0; ctx_ok(ctx) && i < picture->nline; i++) {
    PictureLine *line = &picture->lines[i];
    if (line->key == key)
      line->names = mem_printf(ctx, "%s%s%s", line->names,
                               *line->names ? ", " : "", name);
  }
}

static const char *number_of(const Direction *d) {
  switch (d->kind) {
  case RELATION_TO_ONE: return is_optional(d->owner, d->foreign) ? "0..1" : "1";
  case RELATION_TO_ONE_CHILD:
  case RELATION_JOIN_ONE: return "0..1";
  case RELATION_TO_MANY:
  case RELATION_JOIN_MANY:
  case RELATION_THROUGH: break;
  }
  return "0..*";
}

/* Adds the line of a relationship with a condition of its own. `back` is the
** direction of the backref, or NULL. */
static void add_join_line(Ctx *ctx, Picture *picture, const NameMap *boxes,
                          const Direction *d, const Direction *back) {
  const PictureBox *owner = (PictureBox *)map_get(boxes, d->owner->name);
  const PictureBox *target = (PictureBox *)map_get(boxes, d->target->name);
  if (d->join == NULL || owner == NULL || target == NULL) return;
  const char *names = mem_printf(ctx, "%s.%s%s%s%s%s", owner->title, d->name,
                                 back ? ", " : "", back ? target->title : "",
                                 back ? "." : "", back ? back->name : "");
  PictureLine *line = MEM_PUSH(ctx, picture->lines, picture->nline);
  if (line)
    *line = (PictureLine){.child = (int)(target - picture->boxes),
                          .parent = (int)(owner - picture->boxes),
                          .child_column = -1,
                          .parent_column = -1,
                          .join = d->join,
                          .optional = true,
                          .single = d->kind == RELATION_JOIN_ONE,
                          .shared = d->back == RELATION_JOIN_MANY,
                          .names = names};
}

static void add_direction(Ctx *ctx, Picture *picture, const NameMap *boxes,
                          const Direction *d) {
  PictureBox *box = (PictureBox *)map_get(boxes, d->owner->name);
  if (box == NULL) return;
  const char *name = mem_printf(ctx, "%s.%s", box->title, d->name);
  if (d->foreign) name_line(ctx, picture, d->foreign, name);
  PictureMember *member = MEM_PUSH(ctx, box->members, box->nmember);
  if (member)
    *member = (PictureMember){
        .name = d->name,
        .view = mem_printf(ctx, "%s__%s", d->owner->name, d->name),
        .target_table = d->target->name,
        .target = d->target->model ? d->target->model : d->target->name,
        .through = d->through ? d->through->name : NULL,
        .number = number_of(d)};
}

static void add_directions(Ctx *ctx, Picture *picture, const Schema *schema,
                           const NameMap *boxes, const Relationship *r) {
  const Directions both = relate_directions(ctx, schema, r);
  if (ctx_ok(ctx))
    add_join_line(ctx, picture, boxes, &both.list[0],
                  both.count > 1 ? &both.list[1] : NULL);
  for (int i = 0; ctx_ok(ctx) && i < both.count; i++)
    add_direction(ctx, picture, boxes, &both.list[i]);
}

/* ---- the picture -------------------------------------------------------- */

Picture *picture_of(Ctx *ctx, const Schema *schema,
                    const Relationships *relationships, const char *glob) {
  Picture *picture = ctx_ok(ctx) ? MEM_NEW(ctx, Picture) : NULL;
  if (picture == NULL) return NULL;
  add_boxes(ctx, picture, schema, glob);
  NameMap *boxes = map_new(ctx);
  for (int i = 0; ctx_ok(ctx) && i < picture->nbox; i++) {
    map_put(ctx, boxes, picture->boxes[i].table->name, &picture->boxes[i]);
    mark_columns(&picture->boxes[i]);
  }
  if (!ctx_ok(ctx)) return NULL;
  mark_indexes(schema, boxes);
  add_lines(ctx, picture, schema, boxes);
  for (int i = 0; ctx_ok(ctx) && i < relationships->count; i++)
    add_directions(ctx, picture, schema, boxes, &relationships->list[i]);
  return ctx_ok(ctx) ? picture : NULL;
}

const char *picture_mark_words(Ctx *ctx, unsigned marks) {
  const char *text = "";
  for (int i = 0; ctx_ok(ctx) && i < PICTURE_MARKS; i++)
    if (marks >> i & 1)
      text = mem_printf(ctx, "%s%s%s", text, *text ? " " : "", picture_mark(i));
  return text;
}

const char *picture_columns(Ctx *ctx, const Constraint *key, bool parent) {
  int n = parent ? key->nparent : key->nterm;
  const char *list = "";
  for (int i = 0; ctx_ok(ctx) && i < n; i++)
    list = mem_printf(ctx, "%s%s%s", list, i ? ", " : "(",
                      parent ? key->parent_columns[i] : key->terms[i].column);
  return n ? mem_printf(ctx, "%s)", list) : list;
}
