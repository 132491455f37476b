#include "diagram/mermaid.h"

#include "base/text.h"
#include "diagram/markup.h"

/* Appends a text in quotes. Characters that end the string, or that mermaid
** reads as markup, a comment or a directive, become its codes: #35; is "#". */
static void add_mermaid_string(Ctx *ctx, sqlite3_str *out, const char *text) {
  const char *clean = markup_plain(ctx, text);
  sqlite3_str_appendall(out, "\"");
  for (const char *z = clean ? clean : ""; *z; z++) {
    if (strchr("\"#&<>%\\`{};\n\t", *z))
      sqlite3_str_appendf(out, "#%d;", *z);
    else
      sqlite3_str_append(out, z, 1);
  }
  sqlite3_str_appendall(out, "\"");
}

/* Returns the text as a word of the grammar: a letter, then letters, digits and
** ()_-. */
static const char *mermaid_word(Ctx *ctx, const char *text) {
  char *word = mem_printf(
      ctx, "%s%s", text,
      name_is_one_of(text, (const char *const[]){"PK", "FK", "UK", NULL}) ? "_"
                                                                          : "");
  for (char *z = word; z && *z; z++) {
    bool letter = char_lower(*z) >= 'a' && char_lower(*z) <= 'z';
    bool later = z > word && (char_is_digit(*z) || strchr("()-", *z));
    if (!letter && !later) *z = '_';
  }
  return word;
}

/* Returns a comment with another text at its end. */
static const char *join_note(Ctx *ctx, const char *note, const char *text) {
  if (!ctx_ok(ctx)) return NULL;
  return mem_printf(ctx, "%s%s%s", note, *note ? ", " : "", text);
}

static void add_mermaid_column(Ctx *ctx, sqlite3_str *out,
                               const PictureBox *box, int number) {
  static const char *const keys[] = {"PK", "FK", "UK"};
  const Column *column = &box->table->columns[number];
  const char *type = *column->type ? column->type : "ANY", *note = "";
  const char *type_word = mermaid_word(ctx, type);
  const char *name_word = mermaid_word(ctx, column->name);
  if (!ctx_ok(ctx)) return;
  sqlite3_str_appendf(out, "    %s %s", type_word, name_word);
  for (int i = 0, n = 0; i < 3; i++)
    if (box->marks[number] >> i & 1)
      sqlite3_str_appendf(out, "%s%s", n++ ? ", " : " ", keys[i]);
  if (strcmp(name_word, column->name) != 0)
    note = join_note(ctx, note, column->name);
  if (strcmp(type_word, type) != 0) note = join_note(ctx, note, type);
  if (box->marks[number] & MARK_NOT_NULL)
    note = join_note(ctx, note, "NOT NULL");
  if (ctx_ok(ctx) && *note) {
    sqlite3_str_appendall(out, " ");
    add_mermaid_string(ctx, out, note);
  }
  sqlite3_str_appendall(out, "\n");
}

static void add_mermaid_line(Ctx *ctx, sqlite3_str *out, const Picture *picture,
                             const PictureLine *line) {
  const char *label =
      *line->names ? line->names : picture_columns(ctx, line->key, false);
  const char *from = line->shared ? "}o" : line->optional ? "|o" : "||";
  sqlite3_str_appendf(
      out, "  \"%s\" %s%s%s \"%s\" : ", picture->boxes[line->parent].id, from,
      line->join ? ".." : "--", line->single ? "o|" : "o{",
      picture->boxes[line->child].id);
  add_mermaid_string(ctx, out, label);
  sqlite3_str_appendall(out, "\n");
}

/* Identifiers are quoted, because mermaid has many words of its own: class,
** end, one, to. */
char *mermaid_picture(Ctx *ctx, const Picture *picture) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *out = sqlite3_str_new(ctx->db);
  sqlite3_str_appendall(out, "erDiagram\n");
  for (int i = 0; ctx_ok(ctx) && i < picture->nbox; i++) {
    const PictureBox *box = &picture->boxes[i];
    sqlite3_str_appendf(out, "  \"%s\"[", box->id);
    add_mermaid_string(ctx, out, box->title);
    sqlite3_str_appendall(out, "] {\n");
    for (int k = 0; ctx_ok(ctx) && k < box->table->ncolumn; k++)
      add_mermaid_column(ctx, out, box, k);
    sqlite3_str_appendall(out, "  }\n");
  }
  for (int i = 0; ctx_ok(ctx) && i < picture->nline; i++)
    add_mermaid_line(ctx, out, picture, &picture->lines[i]);
  return mem_finish(ctx, out);
}
