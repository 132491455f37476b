#include "ship/file_mark.h"

#include "base/text.h"
#include "base/token.h"

#define MARK_LINE "-- orm:line "

static const char *const file_marks[] = {
    MARK_UP, MARK_DOWN, MARK_HEADER, MARK_RECORDED, MARK_MODELS, MARK_LINE,
};
enum {
  MARKS = sizeof(file_marks) / sizeof(file_marks[0]),
  SINGLE_MARKS = MARKS - 1 /* all but MARK_LINE: once in a file at most */
};

/* The conflict markers of git. conflict_middle may also be a line of a string,
** so it counts outside of strings only. */
static const char *const conflict_markers[] = {"<<<<<<< ", "||||||| ",
                                               ">>>>>>> "};
enum {
  CONFLICT_MARKERS = sizeof(conflict_markers) / sizeof(conflict_markers[0])
};
static const char conflict_middle[] = "=======";

static bool line_begins(const char *line, const char *mark) {
  return strncmp(line, mark, strlen(mark)) == 0;
}

/* Returns true if the line is this mark: "-- migrate:update" is not
** MARK_UP. */
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

/* Returns the mark that the line begins with, NULL if it begins with none. */
static const char *ambiguous_mark(const char *line) {
  for (int i = 0; i < MARKS; i++)
    if (line_begins(line, file_marks[i])) return file_marks[i];
  for (int i = 0; i < CONFLICT_MARKERS; i++)
    if (line_begins(line, conflict_markers[i])) return conflict_markers[i];
  return line_begins(line, conflict_middle) ? conflict_middle : NULL;
}

const char *file_mark_ambiguous(const char *script) {
  for (const char *z = script; *z; z = next_line(z))
    if (ambiguous_mark(z)) return ambiguous_mark(z);
  return NULL;
}

char *file_mark_escape(Ctx *ctx, const char *script) {
  if (!ctx_ok(ctx)) return NULL;
  Draft text = draft_new(ctx, strlen(script) + 1);
  for (const char *z = script, *end; *z; z = end) {
    end = next_line(z);
    if (ambiguous_mark(z)) draft_word(&text, MARK_LINE);
    draft_add(&text, z, (size_t)(end - z));
  }
  return draft_end(&text);
}

char *file_mark_section(Ctx *ctx, const char *from, const char *to, bool crlf) {
  while (to > from && char_is_space(to[-1])) to--;
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

/* ---- damaged files ------------------------------------------------------- */

static void err_conflict(Ctx *ctx, const char *path, int number,
                         const char *line) {
  err_set(ctx, SQLITE_ERROR,
          "\"%s\", line %d: %.7s: git has left a conflict in the file; resolve "
          "it first",
          path, number, line);
}

static void check_mark_line(Ctx *ctx, const char *line, const char *path,
                            int number, int *seen) {
  for (int i = 0; i < CONFLICT_MARKERS; i++)
    if (line_begins(line, conflict_markers[i]))
      err_conflict(ctx, path, number, line);
  for (int i = 0; i < SINGLE_MARKS; i++)
    if (is_mark(line, file_marks[i]) && seen[i]++)
      err_set(
          ctx, SQLITE_ERROR,
          "\"%s\", line %d: %s a second time: this file is of two versions, "
          "or two were merged into it",
          path, number, file_marks[i]);
}

/* Finds the middle of a conflict whose other markers were removed. Inside a
** string or a comment, such a line belongs to the script. */
static void check_conflict_middle(Ctx *ctx, const char *text,
                                  const char *path) {
  if (strstr(text, conflict_middle) == NULL) return;
  Tokens tokens = token_list(ctx, text);
  err_forget(ctx);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    const char *z = tokens.list[i].z;
    if (line_begins(z, conflict_middle) && (z == text || z[-1] == '\n'))
      err_conflict(ctx, path, token_line(&tokens, i), z);
  }
}

void file_mark_check(Ctx *ctx, const char *text, const char *path) {
  int seen[SINGLE_MARKS] = {0}, number = 1;
  for (const char *z = text; *z && ctx_ok(ctx); z = next_line(z))
    check_mark_line(ctx, z, path, number++, seen);
  if (ctx_ok(ctx)) check_conflict_middle(ctx, text, path);
}
