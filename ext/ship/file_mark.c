#include "ship/file_mark.h"

#include "base/token.h"

static const char *const marks[] = {
    MARK_UP, MARK_DOWN, MARK_HEADER, MARK_RECORDED, MARK_MODELS, MARK_LINE,
};
enum { MARKS = sizeof(marks) / sizeof(marks[0]), SINGLE = MARKS - 1 };

/* What git writes into a file with a conflict; `middle` may also be a line of a
** string. */
static const char *const conflicts[] = {"<<<<<<< ", "||||||| ", ">>>>>>> "};
enum { CONFLICTS = sizeof(conflicts) / sizeof(conflicts[0]) };
static const char middle[] = "=======";

static bool line_begins(const char *line, const char *mark) {
  return strncmp(line, mark, strlen(mark)) == 0;
}

/* "-- migrate:update" is not one. */
static bool is_mark(const char *line, const char *mark) {
  size_t n = strlen(mark);
  return line_begins(line, mark) &&
         (mark[n - 1] == ' ' || strchr(" \t\r\n", line[n]) != NULL);
}

static const char *next_line(const char *line) {
  line += strcspn(line, "\n");
  return *line ? line + 1 : line;
}

const char *file_mark_find(const char *text, const char *mark) {
  for (const char *z = text; *z; z = next_line(z))
    if (is_mark(z, mark)) return z;
  return NULL;
}

static const char *line_like(const char *line) {
  for (int i = 0; i < MARKS; i++)
    if (line_begins(line, marks[i])) return marks[i];
  for (int i = 0; i < CONFLICTS; i++)
    if (line_begins(line, conflicts[i])) return conflicts[i];
  return line_begins(line, middle) ? middle : NULL;
}

const char *file_mark_like(const char *script) {
  for (const char *z = script; *z; z = next_line(z))
    if (line_like(z)) return line_like(z);
  return NULL;
}

char *file_mark_escape(Ctx *ctx, const char *script) {
  if (!ctx_ok(ctx)) return NULL;
  Draft text = draft_new(ctx, strlen(script) + 1);
  for (const char *z = script, *end; *z; z = end) {
    end = next_line(z);
    if (line_like(z)) draft_word(&text, MARK_LINE);
    draft_add(&text, z, (size_t)(end - z));
  }
  return draft_end(&text);
}

char *file_mark_section(Ctx *ctx, const char *from, const char *to, bool crlf) {
  while (to > from && strchr(" \t\r\n", to[-1])) to--;
  char *text = mem_text(ctx, from, to > from ? (int)(to - from) : 0);
  char *end = text;
  for (const char *z = text; z && *z; z++) {
    bool first = z == text || z[-1] == '\n';
    if (first && line_begins(z, MARK_LINE)) z += strlen(MARK_LINE);
    if (!crlf || z[0] != '\r' || z[1] != '\n') *end++ = *z;
  }
  if (end) *end = 0;
  return text;
}

/* ---- damage ------------------------------------------------------------- */

static void err_conflict(Ctx *ctx, const char *path, int number,
                         const char *line) {
  err_set(ctx, SQLITE_ERROR,
          "\"%s\", line %d: %.7s: git has left a conflict in the file; resolve "
          "it first",
          path, number, line);
}

static void check_line(Ctx *ctx, const char *line, const char *path, int number,
                       int *seen) {
  for (int i = 0; i < CONFLICTS; i++)
    if (line_begins(line, conflicts[i])) err_conflict(ctx, path, number, line);
  for (int i = 0; i < SINGLE; i++)
    if (is_mark(line, marks[i]) && seen[i]++)
      err_set(
          ctx, SQLITE_ERROR,
          "\"%s\", line %d: %s a second time: this file is of two versions, "
          "or two were merged into it",
          path, number, marks[i]);
}

/* The middle of a conflict whose other marks somebody has removed. In a string,
** such a line is the author's. */
static void check_middle(Ctx *ctx, const char *text, const char *path) {
  if (strstr(text, middle) == NULL) return;
  Tokens tokens = token_list(ctx, text);
  err_forget(ctx);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const char *z = tokens.list[i].z;
    if (line_begins(z, middle) && (z == text || z[-1] == '\n'))
      err_conflict(ctx, path, token_line(&tokens, i), z);
  }
  token_done(ctx, &tokens);
}

void file_mark_check(Ctx *ctx, const char *text, const char *path) {
  int seen[SINGLE] = {0}, number = 1;
  for (const char *z = text; *z && ctx_ok(ctx); z = next_line(z))
    check_line(ctx, z, path, number++, seen);
  if (ctx_ok(ctx)) check_middle(ctx, text, path);
}
