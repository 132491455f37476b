#include "base/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/session.h"

static Progress *session_progress(const Ctx *ctx) {
  return ctx->session ? ctx->session->progress : NULL;
}

enum { BAR = 20 };
static const double bar_seconds = 0.1, line_seconds = 5;

/* A clock that nobody sets. */
static double now(void) {
  struct timespec t = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* "40%, 60000 rows/s, 12 s left" */
static void describe_rest(const Progress *p, int size, char *text) {
  double seconds = now() - p->began;
  *text = 0;
  if (p->done == 0 || seconds <= 0) return;
  double rate = (double)p->done / seconds;
  double left = (double)(p->rows - p->done) / rate;
  bool minutes = left >= 100;
  sqlite3_snprintf(size, text, ", %d%%, %.0f rows/s, %.0f %s left",
                   (int)(p->done * 100 / p->rows), rate,
                   minutes ? left / 60 : left, minutes ? "min" : "s");
}

static void describe_progress(const Progress *p, int size, char *text) {
  char rest[80];
  if (p->rows < 0) {
    sqlite3_snprintf(size, text, "%s", p->what);
  } else {
    describe_rest(p, (int)sizeof(rest), rest);
    sqlite3_snprintf(size, text, "%s: %lld of %lld rows%s", p->what, p->done,
                     p->rows, rest);
  }
}

static void draw_bar(const Progress *p, int size, char *bar) {
  int full = p->rows > 0 ? (int)(p->done * BAR / p->rows) : 0;
  *bar = 0;
  if (p->rows < 0) return;
  sqlite3_snprintf(size, bar, "[%.*s%.*s] ", full, "####################",
                   BAR - full, "....................");
}

/* A name may have anything in it, also what moves a cursor: control characters
** up to 31, 127, and those from 128 to 159, which are two bytes in UTF-8. */
static void make_printable(char *text) {
  for (unsigned char *z = (unsigned char *)text; *z; z++) {
    bool two = z[0] == 0xc2 && z[1] >= 0x80 && z[1] < 0xa0;
    if (two) *z++ = '?';
    if (two || *z < ' ' || *z == 127) *z = '?';
  }
}

/* A line that is too long for the terminal is cut off by it: autowrap is
** switched off for as long. */
static void show(Progress *p) {
  char text[240], bar[BAR + 4], line[300];
  describe_progress(p, (int)sizeof(text), text);
  make_printable(text);
  if (p->terminal) {
    draw_bar(p, (int)sizeof(bar), bar);
    sqlite3_snprintf((int)sizeof(line), line, "\r\033[?7l%s%s\033[K\033[?7h",
                     bar, text);
  } else {
    sqlite3_snprintf((int)sizeof(line), line, "orm: %s\n", text);
  }
  fputs(line, stderr);
  fflush(stderr);
  p->said = now();
}

void progress_start(Progress *p) {
  memset(p, 0, sizeof(*p));
  p->terminal = isatty(STDERR_FILENO) != 0;
}

void progress_stop(Progress *p) {
  if (p->terminal) fputs("\r\033[K", stderr);
}

static void begin_statement(Progress *p, i64 rows) {
  p->rows = rows;
  p->done = 0;
  p->began = now();
  show(p);
}

void progress_say(Ctx *ctx, const char *format, ...) {
  Progress *p = session_progress(ctx);
  if (p == NULL || !ctx_ok(ctx)) return;
  va_list args;
  va_start(args, format);
  sqlite3_vsnprintf((int)sizeof(p->what), p->what, format, args);
  va_end(args);
  begin_statement(p, -1);
}

void progress_rows(Ctx *ctx, const char *table, const char *what) {
  Progress *p = session_progress(ctx);
  if (p == NULL || !ctx_ok(ctx)) return;
  i64 rows = db_int(ctx, "SELECT count(*) FROM \"main\".\"%w\"", table);
  sqlite3_snprintf((int)sizeof(p->what), p->what, "table \"%s\": %s", table,
                   what);
  if (ctx_ok(ctx)) begin_statement(p, rows);
}

bool progress_wanted(const Ctx *ctx) {
  return session_progress(ctx) != NULL;
}

const char *progress_counts(const Ctx *ctx) {
  return progress_wanted(ctx) ? PROGRESS_FUNCTION "()" : "1";
}

void progress_count(Progress *p) {
  if (p->done < p->rows) p->done++;
  if (now() - p->said >= (p->terminal ? bar_seconds : line_seconds)) show(p);
}
