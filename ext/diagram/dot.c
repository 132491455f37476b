#include "diagram/dot.h"

#include "diagram/markup.h"

/* All texts of the database are in HTML-like labels
** (https://graphviz.org/doc/info/shapes.html#html), so they are escaped as
** markup. */
static void add_cell(sqlite3_str *out, const char *attributes,
                     const char *text) {
  sqlite3_str_appendf(out, "<TD ALIGN=\"LEFT\"%s>", attributes);
  markup_text(out, text);
  sqlite3_str_appendall(out, "</TD>");
}

static void add_dot_column(Ctx *ctx, sqlite3_str *out, const PictureBox *box,
                           int number) {
  const Column *column = &box->table->columns[number];
  const char *port = mem_printf(ctx, " PORT=\"c%d\"", number);
  const char *marks = picture_mark_words(ctx, box->marks[number]);
  if (!ctx_ok(ctx)) return;
  sqlite3_str_appendall(out, "    <TR>");
  add_cell(out, port, column->name);
  add_cell(out, "", column->type);
  add_cell(out, "", marks);
  sqlite3_str_appendall(out, "</TR>\n");
}

static void add_dot_box(Ctx *ctx, sqlite3_str *out, const PictureBox *box) {
  sqlite3_str_appendf(
      out,
      "  \"%s\" [label=<\n    <TABLE BORDER=\"0\" CELLBORDER=\"1\" "
      "CELLSPACING=\"0\" CELLPADDING=\"4\" COLOR=\"#94a3b8\">\n"
      "    <TR><TD PORT=\"head\" COLSPAN=\"3\" BGCOLOR=\"#e2e8f0\"><B>",
      box->id);
  markup_text(out, box->title);
  sqlite3_str_appendall(out, "</B></TD></TR>\n");
  for (int i = 0; ctx_ok(ctx) && i < box->table->ncolumn; i++)
    add_dot_column(ctx, out, box, i);
  sqlite3_str_appendall(out, "    </TABLE>>]\n");
}

/* Appends the port of a column, or that of the head for column -1. */
static void add_dot_end(sqlite3_str *out, const PictureBox *box, int column,
                        const char *side) {
  sqlite3_str_appendf(out, "\"%s\":", box->id);
  sqlite3_str_appendf(out, column < 0 ? "head" : "c%d", column);
  sqlite3_str_appendall(out, side);
}

static void add_dot_line(sqlite3_str *out, const Picture *picture,
                         const PictureLine *line) {
  sqlite3_str_appendall(out, "  ");
  add_dot_end(out, &picture->boxes[line->parent], line->parent_column, ":e");
  sqlite3_str_appendall(out, " -> ");
  add_dot_end(out, &picture->boxes[line->child], line->child_column, ":w");
  sqlite3_str_appendf(out, " [arrowtail=%s, arrowhead=%s",
                      line->shared     ? "crowodot"
                      : line->optional ? "teeodot"
                                       : "teetee",
                      line->single ? "teeodot" : "crowodot");
  if (line->join) sqlite3_str_appendall(out, ", style=dashed");
  if (*line->names) {
    sqlite3_str_appendall(out, ", label=<");
    markup_text(out, line->names);
    sqlite3_str_appendall(out, ">");
  }
  sqlite3_str_appendall(out, "]\n");
}

char *dot_picture(Ctx *ctx, const Picture *picture) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *out = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(
      out, "digraph models {\n"
           "  graph [rankdir=LR, ranksep=1.2]\n"
           "  node [shape=plain, fontname=\"Helvetica\", fontsize=11]\n"
           "  edge [dir=both, fontname=\"Helvetica\", fontsize=9, "
           "color=\"#64748b\"]\n");
  for (int i = 0; ctx_ok(ctx) && i < picture->nbox; i++)
    add_dot_box(ctx, out, &picture->boxes[i]);
  for (int i = 0; ctx_ok(ctx) && i < picture->nline; i++)
    add_dot_line(out, picture, &picture->lines[i]);
  sqlite3_str_appendall(out, "}\n");
  return mem_finish(ctx, out);
}
