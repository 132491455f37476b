#include "diagram/page.h"

#include "archive/catalog.h"
#include "ddl/render.h"
#include "diagram/markup.h"
#include "diagram/svg.h"
#include "page_css.h"
#include "page_js.h"
#include "run/log.h"

/* A page under construction. */
typedef struct Page {
  Ctx *ctx;
  const PageSource *source;
  sqlite3_str *out;
} Page;

/* ---- parts of HTML ------------------------------------------------------ */

/* Appends HTML that needs no escapes; NULL: none. */
static void put_html(Page *page, const char *html) {
  if (html) sqlite3_str_appendall(page->out, html);
}

/* Appends a text of the database between HTML of this file. */
static void put_text(Page *page, const char *before, const char *text,
                     const char *after) {
  put_html(page, before);
  markup_text(page->out, text);
  put_html(page, after);
}

/* Appends a text as before, unless it is NULL or empty. */
static void put_any(Page *page, const char *before, const char *text,
                    const char *after) {
  if (text && *text) put_text(page, before, text, after);
}

static const PictureBox *find_page_box(const Page *page, const char *table) {
  const Picture *picture = page->source->picture;
  for (int i = 0; i < picture->nbox; i++)
    if (name_equal(picture->boxes[i].table->name, table))
      return &picture->boxes[i];
  return NULL;
}

/* Appends the name of a box, as a link to its card. */
static void put_link(Page *page, const PictureBox *box) {
  sqlite3_str_appendf(page->out, "<a href=\"#model-%s\">", box->id);
  put_text(page, "", box->title, "</a>");
}

/* Appends the name of a table, as a link if the page has its card. */
static void put_table(Page *page, const char *table) {
  const PictureBox *box = find_page_box(page, table);
  if (box)
    put_link(page, box);
  else
    put_text(page, "<code>", table, "</code>");
}

/* Appends SQL that opens with a click. */
static void put_sql(Page *page, const char *title, const char *sql) {
  put_text(page, "<details><summary>", title, "</summary><pre>");
  put_text(page, "", sql, "</pre></details>\n");
}

/* ---- models ------------------------------------------------------------- */

static void put_marks(Page *page, unsigned marks) {
  static const char *const titles[PICTURE_MARKS] = {
      "PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "NOT NULL"};
  for (int i = 0; i < PICTURE_MARKS; i++)
    if (marks >> i & 1)
      sqlite3_str_appendf(page->out,
                          "<span class=\"chip\" title=\"%s\">%s</span>",
                          titles[i], picture_mark(i));
}

/* Returns the default, collation and expression of a column, as SQL. */
static const char *column_rest(Ctx *ctx, const Column *column) {
  static const ColumnPart parts[] = {PART_DEFAULT, PART_COLLATE,
                                     PART_GENERATED};
  const char *rest = "";
  for (int i = 0; i < 3; i++) {
    const char *part = render_part(ctx, column, parts[i]);
    if (part && *part)
      rest = mem_printf(ctx, "%s%s%s", rest, *rest ? " " : "", part);
  }
  return rest;
}

static void put_column(Page *page, const PictureBox *box, int i) {
  const Column *column = &box->table->columns[i];
  put_text(page, "<tr><td><code>", column->name, "</code></td><td><code>");
  put_text(page, "", column->type, "</code></td><td>");
  put_marks(page, box->marks[i]);
  put_text(page, "</td><td><code>", column_rest(page->ctx, column),
           "</code></td></tr>\n");
}

static void put_column_table(Page *page, const PictureBox *box) {
  put_html(page, "<div class=\"scroll\"><table><tr><th>column</th><th>type</th>"
                 "<th></th><th></th></tr>\n");
  for (int i = 0; ctx_ok(page->ctx) && i < box->table->ncolumn; i++)
    put_column(page, box, i);
  put_html(page, "</table></div>\n");
}

/* A list that has its heading only if it has an item. */
typedef struct PageList {
  Page *page;
  const char *heading;
  bool begun;
} PageList;

static void begin_item(PageList *list) {
  if (!list->begun)
    put_text(list->page, "<div><h4>", list->heading, "</h4>\n<ul>\n");
  list->begun = true;
  put_html(list->page, "<li>");
}

static void end_list(const PageList *list) {
  if (list->begun) put_html(list->page, "</ul></div>\n");
}

static void put_code_item(PageList *list, const char *sql) {
  begin_item(list);
  put_text(list->page, "<code>", sql, "</code></li>\n");
}

static void put_foreign_keys(Page *page, const Table *table) {
  PageList list = {page, "Foreign keys", false};
  for (int i = 0; ctx_ok(page->ctx) && i < table->nconstraint; i++) {
    const Constraint *key = &table->constraints[i];
    if (key->kind != CONSTRAINT_FOREIGN) continue;
    begin_item(&list);
    put_text(page, "<code>", picture_columns(page->ctx, key, false),
             "</code> \xe2\x86\x92 ");
    put_table(page, key->parent);
    put_any(page, " <code>", picture_columns(page->ctx, key, true), "</code>");
    put_any(page, " ON DELETE ", foreign_action_name(key->on_delete), "");
    put_any(page, " ON UPDATE ", foreign_action_name(key->on_update), "");
    put_html(page, "</li>\n");
  }
  end_list(&list);
}

static void put_references(Page *page, const PictureBox *box) {
  const Picture *picture = page->source->picture;
  PageList list = {page, "Referenced by", false};
  int number = (int)(box - picture->boxes);
  for (int i = 0; ctx_ok(page->ctx) && i < picture->nline; i++) {
    const PictureLine *line = &picture->lines[i];
    if (line->parent != number || line->key == NULL) continue;
    begin_item(&list);
    put_link(page, &picture->boxes[line->child]);
    put_text(page, " <code>", picture_columns(page->ctx, line->key, false),
             "</code></li>\n");
  }
  end_list(&list);
}

static void put_members(Page *page, const PictureBox *box) {
  PageList list = {page, "Relationships", false};
  for (int i = 0; i < box->nmember; i++) {
    const PictureMember *member = &box->members[i];
    begin_item(&list);
    put_text(page, "<code>", member->name, "</code>: ");
    put_text(page, "", member->number, " ");
    put_table(page, member->target_table);
    put_any(page, " through ", member->through, "");
    put_text(page, " <span class=\"quiet\">(view <code>", member->view,
             "</code>)</span></li>\n");
  }
  end_list(&list);
}

/* Appends the constraints that the marks of columns do not show. */
static void put_constraints(Page *page, const Table *table) {
  PageList list = {page, "Constraints", false};
  for (int i = 0; ctx_ok(page->ctx) && i < table->nconstraint; i++) {
    const Constraint *c = &table->constraints[i];
    bool marked = constraint_is_key(c) && c->nterm == 1 && !c->name;
    if (c->kind != CONSTRAINT_FOREIGN && !marked)
      put_code_item(&list, render_constraint(page->ctx, c, false));
  }
  end_list(&list);
}

static void put_indexes(Page *page, const Table *table) {
  const Schema *schema = page->source->schema;
  PageList list = {page, "Indexes", false};
  for (int i = 0; ctx_ok(page->ctx) && i < schema->nindex; i++)
    if (name_equal(schema->indexes[i]->table, table->name))
      put_code_item(&list, render_index(page->ctx, schema->indexes[i]));
  end_list(&list);
}

/* Returns true if a user has written the object. */
static bool is_user_written(const Page *page, const Object *object) {
  return object->id != 0 || !page->source->declared;
}

static void put_triggers(Page *page, const Table *table) {
  const Schema *schema = page->source->schema;
  for (int i = 0; i < schema->nobject; i++) {
    const Object *object = schema->objects[i];
    if (object->type == OBJECT_TRIGGER && is_user_written(page, object) &&
        name_equal(object->table, table->name))
      put_sql(page, mem_printf(page->ctx, "trigger %s", object->name),
              object->sql);
  }
}

static void put_model(Page *page, const PictureBox *box) {
  const Table *table = box->table;
  sqlite3_str_appendf(page->out,
                      "<section class=\"card\" id=\"model-%s\" "
                      "data-find=\"model-%s\">\n",
                      box->id, box->id);
  put_text(page, "<h3>", box->title, "");
  if (strcmp(box->title, table->name) != 0)
    put_text(page, " <code class=\"quiet\">", table->name, "</code>");
  put_any(page, " <span class=\"chip\">", table_options(table), "</span>");
  put_html(page, "</h3>\n");
  put_column_table(page, box);
  put_html(page, "<div class=\"lists\">\n");
  put_members(page, box);
  put_foreign_keys(page, table);
  put_references(page, box);
  put_constraints(page, table);
  put_indexes(page, table);
  put_html(page, "</div>\n");
  put_triggers(page, table);
  put_sql(page, "SQL", render_table(page->ctx, table, false, NULL));
  put_html(page, "</section>\n");
}

/* ---- other objects ------------------------------------------------------ */

/* Returns true for an object that has a card of its own: a view, a virtual
** table, or a trigger on a view. Triggers on tables are in the card of the
** table. A glob chooses models, so the page then has no others. */
static bool has_card(const Page *page, const Object *object) {
  if (!is_user_written(page, object) || page->source->glob) return false;
  return object->type != OBJECT_TRIGGER ||
         schema_table(page->source->schema, object->table) == NULL;
}

static void put_objects(Page *page) {
  const Schema *schema = page->source->schema;
  int n = 0;
  for (int i = 0; ctx_ok(page->ctx) && i < schema->nobject; i++) {
    const Object *object = schema->objects[i];
    if (!has_card(page, object)) continue;
    if (n++ == 0)
      put_html(page,
               "<h2 id=\"objects\">Views, triggers, virtual tables</h2>\n");
    sqlite3_str_appendf(page->out,
                        "<section class=\"card\" id=\"object-%d\" "
                        "data-find=\"object-%d\">\n",
                        i, i);
    put_text(page, "<h3>", object->name, " <span class=\"chip\">");
    put_text(page, "", object_type_name(object->type), "</span></h3>\n<pre>");
    put_text(page, "", object->sql, "</pre></section>\n");
  }
}

/* ---- versions ----------------------------------------------------------- */

static void put_fact(Page *page, const char *name, const char *value) {
  if (value == NULL || *value == 0) return;
  put_text(page, "<tr><td class=\"quiet\">", name, "</td><td>");
  put_text(page, "", value, "</td></tr>\n");
}

static void put_version(Page *page, const LogEntry *entry) {
  const Version *v = entry->version;
  sqlite3_str_appendf(page->out,
                      "<section class=\"card\" id=\"version-%lld\" "
                      "data-find=\"version-%lld\">\n<h3>%lld: ",
                      v->version, v->version, v->version);
  put_text(page, "", v->message, "");
  sqlite3_str_appendf(page->out, " <span class=\"chip %s\">%s</span>",
                      entry->state, entry->state);
  put_html(page, entry->lossy ? "<span class=\"chip\">lossy</span>" : "");
  put_html(page, "</h3>\n<table>\n");
  put_fact(page, "changes", entry->changes);
  put_fact(page, "created", v->created_at);
  put_fact(page, "applied", v->applied_at);
  put_fact(page, "archived", entry->kept);
  put_fact(page, "file", v->file);
  put_html(page, "</table>\n");
  put_sql(page, "up", v->up);
  put_sql(page, "down", v->down ? v->down : "-- none");
  put_html(page, "</section>\n");
}

static void put_versions(Page *page, const LogEntries *log) {
  if (log->count == 0) return;
  put_html(page, "<h2 id=\"versions\">Versions</h2>\n");
  for (int i = log->count - 1; ctx_ok(page->ctx) && i >= 0; i--)
    put_version(page, &log->list[i]);
}

/* ---- the archive -------------------------------------------------------- */

/* Appends the archive. `archive` is the JSON of catalog_status(). */
static void put_archive(Page *page, const char *archive) {
  Ctx *ctx = page->ctx;
  sqlite3_stmt *rows = db_prepare(
      ctx,
      "SELECT json_extract(value, '$.version'), json_extract(value, "
      "'$.object'), json_extract(value, '$.rows'), json_extract(value, "
      "'$.bytes') FROM \"%w\".json_each(%Q)",
      db_home(ctx, "json_each"), archive);
  int n = 0;
  while (db_row(ctx, rows)) {
    put_html(page,
             n++ ? ""
                 : "<h2 id=\"archive\">Archive</h2>\n<div class=\"scroll\">"
                   "<table><tr><th>object</th><th>removed by version</th>"
                   "<th>rows</th><th>bytes</th></tr>\n");
    put_text(page, "<tr><td><code>", db_column_or_null(ctx, rows, 1),
             "</code></td>");
    const int columns[] = {0, 2, 3};
    for (int i = 0; i < 3; i++)
      sqlite3_str_appendf(page->out, "<td>%lld</td>",
                          sqlite3_column_int64(rows, columns[i]));
    put_html(page, "</tr>\n");
  }
  db_finish(rows);
  put_html(page, n ? "</table></div>\n" : "");
}

/* ---- the frame ---------------------------------------------------------- */

static void put_entry(Page *page, const char *kind, const char *id,
                      const char *text) {
  sqlite3_str_appendf(page->out, "<li data-find=\"%s-%s\"><a href=\"#%s-%s\">",
                      kind, id, kind, id);
  put_text(page, "", text, "</a></li>\n");
}

/* Appends the list of the page's cards. */
static void put_contents(Page *page, const LogEntries *log) {
  const Picture *picture = page->source->picture;
  put_html(page, "<nav>\n<input type=\"search\" placeholder=\"Search  /\" "
                 "aria-label=\"Search\" hidden>\n<h2>Models</h2>\n<ul>\n");
  for (int i = 0; i < picture->nbox; i++)
    put_entry(page, "model", picture->boxes[i].id, picture->boxes[i].title);
  put_html(page, "</ul>\n<h2>Versions</h2>\n<ul>\n");
  for (int i = log->count - 1; ctx_ok(page->ctx) && i >= 0; i--) {
    const Version *v = log->list[i].version;
    const char *number = mem_printf(page->ctx, "%lld", v->version);
    if (number)
      put_entry(page, "version", number,
                mem_printf(page->ctx, "%lld: %s", v->version, v->message));
  }
  put_html(page, "</ul>\n</nav>\n");
}

static void put_head(Page *page, const char *name) {
  put_html(
      page,
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
      "base-uri 'none'; form-action 'none'\">\n");
  put_text(page, "<title>", name, "</title>\n<style>\n");
  put_html(page, orm_page_css);
  put_html(page, "</style>\n</head>\n<body>\n");
}

/* Appends the number of models and foreign keys, and the version. */
static void put_summary(Page *page, const char *name, i64 current, i64 head) {
  const Picture *picture = page->source->picture;
  put_text(page, "<main>\n<h1>", name, "</h1>\n");
  sqlite3_str_appendf(page->out, "<p class=\"quiet\">%d %s%s, %d foreign key%s",
                      picture->nbox, page->source->declared ? "model" : "table",
                      picture->nbox == 1 ? "" : "s", picture->nline,
                      picture->nline == 1 ? "" : "s");
  if (head) sqlite3_str_appendf(page->out, ", version %lld", current);
  if (head > current)
    sqlite3_str_appendf(page->out, " (%lld pending)", head - current);
  put_html(page, "</p>\n");
}

/* Returns the name of the database's file, without its directory. */
static const char *database_name(Ctx *ctx) {
  const char *path = sqlite3_db_filename(ctx->db, "main");
  const char *name = path ? path : "";
  for (const char *z = name; *z; z++)
    if (*z == '/' || *z == '\\') name = z + 1;
  return *name ? name : "models";
}

static void put_page(Page *page, const LogEntries *log, const char *archive) {
  Ctx *ctx = page->ctx;
  const Picture *picture = page->source->picture;
  const char *name = database_name(ctx);
  i64 current = 0, head = 0;
  for (int i = 0; i < log->count; i++) {
    head = log->list[i].version->version;
    if (log->list[i].version->applied_at) current = head;
  }
  put_head(page, name);
  put_contents(page, log);
  put_summary(page, name, current, head);
  put_html(page, "<div class=\"view\">\n");
  put_html(page, svg_picture(ctx, picture, true));
  put_html(page,
           "<div class=\"zoom\"></div>\n</div>\n"
           "<p class=\"quiet\">PK primary key, FK foreign key, UQ unique, NN "
           "not null. In italics: relationships.<span class=\"hint\"> Drag to "
           "move; the wheel with Ctrl or Shift magnifies.</span></p>\n"
           "<p class=\"nothing\">Nothing has these words.</p>\n"
           "<h2 id=\"models\">Models</h2>\n");
  for (int i = 0; ctx_ok(ctx) && i < picture->nbox; i++)
    put_model(page, &picture->boxes[i]);
  put_objects(page);
  put_versions(page, log);
  put_archive(page, archive);
  put_html(page, "</main>\n<script>\n");
  put_html(page, orm_page_js);
  put_html(page, "</script>\n</body>\n</html>\n");
}

char *page_html(Ctx *ctx, const PageSource *source) {
  const LogEntries log = log_read(ctx, LOG_CHANGES | LOG_KEPT);
  const char *archive = ctx_ok(ctx) ? catalog_status(ctx) : NULL;
  if (!ctx_ok(ctx)) return NULL;
  Page page = {ctx, source, sqlite3_str_new(ctx->db)};
  put_page(&page, &log, archive);
  return mem_finish(ctx, page.out);
}
