#include "diagram/svg.h"

#include <stdlib.h>

#include "diagram/markup.h"
#include "diagram/plot.h"
#include "picture_css.h"

/* Sizes in pixels. */
enum {
  PAGE_MARGIN = 24,
  PADDING = 12, /* of a box, on both sides */
  HEAD = 34,
  ROW = 21,
  FOOT = 7,
  COLUMN_GAP = 16,
  TITLE_SIZE = 14,
  NAME_SIZE = 12,
  MARK_SIZE = 10,
  MOST_NAME = 40, /* characters */
  MOST_TYPE = 24,
  CORNER = 7, /* the radius of the corner of a line */
  COLOURS = 8,
  GROUPS = 8,    /* see group_of() */
  PORT_SHIFT = 6 /* between lines that end at the same row */
};

/* A line of text in a box: a column or a member. */
typedef struct BoxRow {
  const char *name, *type, *mark, *note; /* note: the whole, as a tooltip */
  bool member;
} BoxRow;

/* A box with its texts and their widths. */
typedef struct BoxText {
  const char *title;
  const char *table; /* the table's name; "" if the title is the same */
  BoxRow *rows;
  int nrow;
  int name_width, type_width, mark_width;
  int colour; /* -1: no line leads here */
} BoxText;

typedef struct Svg {
  Ctx *ctx;
  const Picture *picture;
  BoxText *texts; /* of each box */
  Plot plot;
  sqlite3_str *out;
} Svg;

/* ---- texts -------------------------------------------------------------- */

static void widen_to(int *width, const char *text, int size) {
  int own = markup_width(text, size);
  if (own > *width) *width = own;
}

static void add_box_row(Ctx *ctx, BoxText *box, BoxRow row) {
  row.name = markup_cut(ctx, row.name, MOST_NAME);
  row.type = markup_cut(ctx, row.type, MOST_TYPE);
  if (!ctx_ok(ctx)) return;
  widen_to(&box->name_width, row.name, NAME_SIZE);
  widen_to(&box->type_width, row.type, NAME_SIZE);
  widen_to(&box->mark_width, row.mark, MARK_SIZE);
  BoxRow *slot = MEM_PUSH(ctx, box->rows, box->nrow);
  if (slot) *slot = row;
}

static void add_column_rows(Ctx *ctx, BoxText *text, const PictureBox *box) {
  for (int i = 0; ctx_ok(ctx) && i < box->table->ncolumn; i++) {
    const Column *column = &box->table->columns[i];
    BoxRow row = {.name = column->name,
                  .type = column->type,
                  .mark = picture_mark_words(ctx, box->marks[i]),
                  .note = mem_printf(ctx, "%s %s", column->name,
                                     column->definition ? column->definition
                                                        : column->type)};
    if (ctx_ok(ctx)) add_box_row(ctx, text, row);
  }
}

static void add_members(Ctx *ctx, BoxText *text, const PictureBox *box) {
  for (int i = 0; ctx_ok(ctx) && i < box->nmember; i++) {
    const PictureMember *member = &box->members[i];
    BoxRow row = {.name = member->name,
                  .type = member->target,
                  .mark = member->number,
                  .note =
                      mem_printf(ctx, "%s.%s: %s %s%s%s", box->title,
                                 member->name, member->number, member->target,
                                 member->through ? " through " : "",
                                 member->through ? member->through : ""),
                  .member = true};
    if (ctx_ok(ctx)) add_box_row(ctx, text, row);
  }
}

/* Sets the texts of a box, and its size. */
static void measure_box(Svg *svg, int number) {
  Ctx *ctx = svg->ctx;
  const PictureBox *box = &svg->picture->boxes[number];
  BoxText *text = &svg->texts[number];
  text->colour = -1;
  text->title = markup_cut(ctx, box->title, MOST_NAME);
  text->table = strcmp(box->title, box->table->name) == 0
                    ? ""
                    : markup_cut(ctx, box->table->name, MOST_NAME);
  add_column_rows(ctx, text, box);
  add_members(ctx, text, box);
  if (!ctx_ok(ctx)) return;
  int head = markup_width(text->title, TITLE_SIZE) * 107 / 100 + COLUMN_GAP +
             markup_width(text->table, NAME_SIZE);
  int body = text->name_width + COLUMN_GAP + text->type_width +
             (text->mark_width ? COLUMN_GAP + text->mark_width : 0);
  PlotBox *place = &svg->plot.boxes[number];
  place->width = (head > body ? head : body) + 2 * PADDING;
  place->height = HEAD + ROW * text->nrow + FOOT;
}

/* ---- lines -------------------------------------------------------------- */

/* Returns the y of the middle of a row below the top of its box; row -1 is the
** head. */
static int row_middle(int row) {
  return row < 0 ? HEAD / 2 : HEAD + ROW * row + ROW / 2;
}

/* Returns how far the line number `use` that ends at a row is from its middle:
** 0, 6, -6, then 0 again. */
static int port_shift(int use) {
  static const int shifts[] = {0, PORT_SHIFT, -PORT_SHIFT};
  return shifts[use % 3];
}

/* Returns the group of a line. Lines of one group look alike at the parent, so
** that they can leave it as one. */
static int group_of(const PictureLine *line) {
  return line->optional | line->shared << 1 | (line->join != NULL) << 2;
}

/* Returns the number of groups in the set that come before `group`. */
static int count_groups_below(int set, int group) {
  int count = 0;
  for (int i = 0; i < group; i++) count += set >> i & 1;
  return count;
}

/* Returns how far the lines of a group are from the middle of the parent's row,
** from which the groups of this set leave. */
static int group_shift(int set, int group) {
  int count = count_groups_below(set, GROUPS);
  int step = count > 2 ? PORT_SHIFT * 2 / 3 : PORT_SHIFT;
  return (2 * count_groups_below(set, group) - count + 1) * step;
}

/* Sets the lines of the plot. */
static void measure_lines(Svg *svg) {
  Ctx *ctx = svg->ctx;
  const Picture *picture = svg->picture;
  int *head = layers_numbers(ctx, picture->nbox), rows = 0;
  for (int i = 0; head && i < picture->nbox; i++) {
    head[i] = ++rows; /* the head of a box, then its columns */
    rows += picture->boxes[i].table->ncolumn;
  }
  int *uses = layers_numbers(ctx, rows), *groups = layers_numbers(ctx, rows);
  if (!ctx_ok(ctx)) return;
  for (int i = 0; i < picture->nline; i++) {
    const PictureLine *line = &picture->lines[i];
    groups[head[line->parent] + line->parent_column] |= 1 << group_of(line);
  }
  for (int i = 0; i < picture->nline; i++) {
    const PictureLine *line = &picture->lines[i];
    int at = head[line->parent] + line->parent_column;
    int *use = &uses[head[line->child] + line->child_column];
    PlotLine way = {
        .parent = line->parent, .child = line->child, .group = group_of(line)};
    way.parent_port =
        row_middle(line->parent_column) + group_shift(groups[at], way.group);
    way.child_port = row_middle(line->child_column) + port_shift((*use)++);
    if (way.parent == way.child && way.parent_port == way.child_port)
      way.child_port += ROW; /* a loop needs some height */
    svg->plot.lines[i] = way;
  }
}

/* Gives each box to which a line leads a colour. */
static void colour_boxes(Svg *svg) {
  const Picture *picture = svg->picture;
  for (int i = 0; i < picture->nline; i++)
    svg->texts[picture->lines[i].parent].colour = 0;
  for (int i = 0, n = 0; i < picture->nbox; i++)
    if (svg->texts[i].colour == 0) svg->texts[i].colour = n++ % COLOURS;
}

/* ---- drawing ------------------------------------------------------------ */

static void draw_text(Svg *svg, const char *class, int x, int y, bool right,
                      const char *text) {
  if (*text == 0) return;
  sqlite3_str_appendf(svg->out, "<text class=\"%s\" x=\"%d\" y=\"%d\"%s>",
                      class, x, y, right ? " text-anchor=\"end\"" : "");
  markup_text(svg->out, text);
  sqlite3_str_appendall(svg->out, "</text>");
}

static void draw_row(Svg *svg, const PlotBox *place, const BoxText *text,
                     const BoxRow *row, int y) {
  int right = place->x + place->width - PADDING;
  const char *kind = row->member ? "member" : "column";
  sqlite3_str_appendf(svg->out, "<g class=\"%s\"><title>", kind);
  markup_text(svg->out, row->note);
  sqlite3_str_appendall(svg->out, "</title>");
  draw_text(svg, "name", place->x + PADDING, y, false, row->name);
  draw_text(svg, "type",
            right - text->mark_width - (text->mark_width ? COLUMN_GAP : 0), y,
            true, row->type);
  draw_text(svg, "mark", right, y, true, row->mark);
  sqlite3_str_appendall(svg->out, "</g>\n");
}

static void draw_rows(Svg *svg, const PlotBox *place, const BoxText *text) {
  for (int i = 0; i < text->nrow; i++) {
    int top = place->y + HEAD + ROW * i;
    if (text->rows[i].member && i && !text->rows[i - 1].member)
      sqlite3_str_appendf(svg->out, "<path class=\"rule\" d=\"M%d %dh%d\"/>",
                          place->x + 1, top, place->width - 2);
    draw_row(svg, place, text, &text->rows[i], top + ROW / 2 + 4);
  }
}

static void draw_box(Svg *svg, int number, bool links) {
  const PictureBox *box = &svg->picture->boxes[number];
  const PlotBox *place = &svg->plot.boxes[number];
  const BoxText *text = &svg->texts[number];
  if (links) sqlite3_str_appendf(svg->out, "<a href=\"#model-%s\">", box->id);
  sqlite3_str_appendf(svg->out, "<g class=\"box c%d\" data-box=\"%d\">\n",
                      text->colour + 1, number);
  sqlite3_str_appendf(svg->out,
                      "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" "
                      "height=\"%d\" rx=\"6\"/>\n",
                      place->x, place->y, place->width, place->height);
  sqlite3_str_appendf(svg->out,
                      "<path class=\"head\" d=\"M%d %dv-%dq0 -6 6 -6h%dq6 0 6 "
                      "6v%dz\"/>\n",
                      place->x, place->y + HEAD - 4, HEAD - 10,
                      place->width - 12, HEAD - 10);
  draw_text(svg, "title", place->x + PADDING, place->y + 20, false,
            text->title);
  draw_text(svg, "table", place->x + place->width - PADDING, place->y + 20,
            true, text->table);
  sqlite3_str_appendall(svg->out, "\n");
  draw_rows(svg, place, text);
  sqlite3_str_appendf(svg->out, "</g>%s\n", links ? "</a>" : "");
}

/* Appends a line to `to`, with a round corner at `corner` if the line turns
** there. */
static void draw_corner(Svg *svg, Point from, Point corner, Point to) {
  int in = abs(corner.x - from.x) + abs(corner.y - from.y);
  int out = abs(to.x - corner.x) + abs(to.y - corner.y);
  int r = CORNER;
  if (in / 2 < r) r = in / 2;
  if (out / 2 < r) r = out / 2;
  int dx = (from.x > corner.x) - (from.x < corner.x);
  int dy = (from.y > corner.y) - (from.y < corner.y);
  int ex = (to.x > corner.x) - (to.x < corner.x);
  int ey = (to.y > corner.y) - (to.y < corner.y);
  sqlite3_str_appendf(svg->out, "L%d %dQ%d %d %d %d", corner.x + dx * r,
                      corner.y + dy * r, corner.x, corner.y, corner.x + ex * r,
                      corner.y + ey * r);
}

/* Draws the end of a line at a box. `side` is 1 if the box is on the right,
** else -1. */
static void draw_end(Svg *svg, Point at, int side, bool many, bool optional) {
  if (many)
    sqlite3_str_appendf(svg->out, "<path d=\"M%d %dL%d %dL%d %d\"/>", at.x,
                        at.y - 6, at.x - side * 12, at.y, at.x, at.y + 6);
  else
    sqlite3_str_appendf(svg->out, "<path d=\"M%d %dv10\"/>", at.x - side * 8,
                        at.y - 5);
  if (optional)
    sqlite3_str_appendf(svg->out, "<circle cx=\"%d\" cy=\"%d\" r=\"4\"/>",
                        at.x - side * 16, at.y);
  else
    sqlite3_str_appendf(svg->out, "<path d=\"M%d %dv10\"/>", at.x - side * 13,
                        at.y - 5);
}

/* Returns 1 if the box at the end of a line is on the right of it. */
static int side_of(Point before, Point end) {
  return end.x > before.x ? 1 : -1;
}

/* Returns "post (user_id) -> user (id)", or the condition of a join. */
static const char *line_words(Ctx *ctx, const Picture *picture,
                              const PictureLine *line) {
  if (line->join)
    return mem_printf(ctx, "%s, %s: %s",
                      picture->boxes[line->parent].table->name,
                      picture->boxes[line->child].table->name, line->join);
  return mem_printf(
      ctx, "%s %s \xe2\x86\x92 %s%s%s", picture->boxes[line->child].table->name,
      picture_columns(ctx, line->key, false), line->key->parent,
      line->key->nparent ? " " : "", picture_columns(ctx, line->key, true));
}

static void draw_line_title(Svg *svg, const PictureLine *line) {
  sqlite3_str_appendall(svg->out, "<title>");
  markup_text(svg->out, line_words(svg->ctx, svg->picture, line));
  markup_text(svg->out, *line->names ? ": " : "");
  markup_text(svg->out, line->names);
  sqlite3_str_appendall(svg->out, "</title>");
}

static void draw_line(Svg *svg, int number) {
  const PictureLine *line = &svg->picture->lines[number];
  const PlotLine *way = &svg->plot.lines[number];
  int n = way->npoint;
  if (n < 2) return;
  const Point *p = way->points;
  sqlite3_str_appendf(
      svg->out, "<g class=\"line%s c%d\" data-from=\"%d\" data-to=\"%d\">",
      line->join ? " join" : "", svg->texts[line->parent].colour + 1,
      line->child, line->parent);
  draw_line_title(svg, line);
  sqlite3_str_appendf(svg->out, "<path class=\"way\" d=\"M%d %d", p[0].x,
                      p[0].y);
  for (int i = 1; i + 1 < n; i++) draw_corner(svg, p[i - 1], p[i], p[i + 1]);
  sqlite3_str_appendf(svg->out, "L%d %d\"/>", p[n - 1].x, p[n - 1].y);
  draw_end(svg, p[0], side_of(p[1], p[0]), line->shared, line->optional);
  draw_end(svg, p[n - 1], side_of(p[n - 2], p[n - 1]), !line->single, true);
  sqlite3_str_appendall(svg->out, "</g>\n");
}

/* ---- the whole ---------------------------------------------------------- */

static void draw_empty(Svg *svg) {
  svg->plot.width = 220;
  svg->plot.height = 20;
  draw_text(svg, "table", 110, 15, false, "no models");
}

static char *draw_all(Svg *svg, bool links) {
  Ctx *ctx = svg->ctx;
  const Plot *plot = &svg->plot;
  svg->out = sqlite3_str_new(ctx->db);
  for (int i = 0; i < plot->nline; i++) draw_line(svg, i);
  for (int i = 0; i < plot->nbox; i++) draw_box(svg, i, links);
  if (plot->nbox == 0) draw_empty(svg);
  const char *content = mem_finish(ctx, svg->out);
  if (!ctx_ok(ctx)) return NULL;
  int width = plot->width + 2 * PAGE_MARGIN;
  int height = plot->height + 2 * PAGE_MARGIN;
  return mem_printf(
      ctx,
      "<svg class=\"orm\" xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
      "height=\"%d\" viewBox=\"%d %d %d %d\" role=\"img\">\n"
      "<title>%d model%s</title>\n<style>\n%s</style>\n"
      "<rect class=\"paper\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n"
      "%s</svg>\n",
      width, height, -PAGE_MARGIN, -PAGE_MARGIN, width, height, plot->nbox,
      plot->nbox == 1 ? "" : "s", orm_picture_css, -PAGE_MARGIN, -PAGE_MARGIN,
      width, height, content);
}

char *svg_picture(Ctx *ctx, const Picture *picture, bool links) {
  if (!ctx_ok(ctx)) return NULL;
  size_t nbox = (size_t)picture->nbox + 1, nline = (size_t)picture->nline + 1;
  Svg svg = {.ctx = ctx, .picture = picture};
  svg.texts = (BoxText *)mem_new(ctx, sizeof(BoxText) * nbox);
  svg.plot = (Plot){.ctx = ctx,
                    .boxes = (PlotBox *)mem_new(ctx, sizeof(PlotBox) * nbox),
                    .nbox = picture->nbox,
                    .lines = (PlotLine *)mem_new(ctx, sizeof(PlotLine) * nline),
                    .nline = picture->nline};
  for (int i = 0; ctx_ok(ctx) && i < picture->nbox; i++) measure_box(&svg, i);
  if (ctx_ok(ctx)) measure_lines(&svg);
  if (ctx_ok(ctx)) colour_boxes(&svg);
  if (ctx_ok(ctx)) plot_make(&svg.plot);
  return ctx_ok(ctx) ? draw_all(&svg, links) : NULL;
}
