#include "api/progress_bar.h"

#include "base/os.h"

enum { BAR_WIDTH = 20 };
static const double redraw_seconds = 0.1, line_seconds = 5;

/* Writes ", 40%, 60000 rows/s, 12 s left"; nothing before the first row. */
static void describe_rest(const ProgressBar *bar, int size, char *text) {
  const Progress *p = &bar->progress;
  double seconds = os_seconds() - bar->began;
  *text = 0;
  if (p->done == 0 || seconds <= 0) return;
  double rate = (double)p->done / seconds;
  double left = (double)(p->rows - p->done) / rate;
  bool minutes = left >= 100;
  sqlite3_snprintf(size, text, ", %d%%, %.0f rows/s, %.0f %s left",
                   (int)(p->done * 100 / p->rows), rate,
                   minutes ? left / 60 : left, minutes ? "min" : "s");
}

static void describe_progress(const ProgressBar *bar, int size, char *text) {
  const Progress *p = &bar->progress;
  char rest[80];
  if (p->rows < 0) {
    sqlite3_snprintf(size, text, "%s", p->part);
  } else {
    describe_rest(bar, (int)sizeof(rest), rest);
    sqlite3_snprintf(size, text, "%s: %lld of %lld rows%s", p->part, p->done,
                     p->rows, rest);
  }
}

/* Writes "[####................] "; nothing if the number of rows is unknown.
 */
static void draw_bar(const Progress *p, int size, char *text) {
  int full = p->rows > 0 ? (int)(p->done * BAR_WIDTH / p->rows) : 0;
  *text = 0;
  if (p->rows < 0) return;
  sqlite3_snprintf(size, text, "[%.*s%.*s] ", full, "####################",
                   BAR_WIDTH - full, "....................");
}

/* Replaces control characters, which could move the cursor: a table may have
** any name. They are 0 to 31, 127, and 128 to 159, which UTF-8 writes as two
** bytes. */
static void make_printable(char *text) {
  for (unsigned char *z = (unsigned char *)text; *z; z++) {
    bool two = z[0] == 0xc2 && z[1] >= 0x80 && z[1] < 0xa0;
    if (two) *z++ = '?';
    if (two || *z < ' ' || *z == 127) *z = '?';
  }
}

/* Writes to stderr. Autowrap is off while it writes, so that the terminal cuts
** off a line that is too long. */
static void show_progress(ProgressBar *bar) {
  char text[240], drawn[BAR_WIDTH + 4], line[300];
  describe_progress(bar, (int)sizeof(text), text);
  make_printable(text);
  if (bar->terminal) {
    draw_bar(&bar->progress, (int)sizeof(drawn), drawn);
    sqlite3_snprintf((int)sizeof(line), line, "\r\033[?7l%s%s\033[K\033[?7h",
                     drawn, text);
  } else {
    sqlite3_snprintf((int)sizeof(line), line, "orm: %s\n", text);
  }
  fputs(line, stderr);
  fflush(stderr);
  bar->shown = os_seconds();
}

static void report_progress(Progress *progress, bool begins) {
  ProgressBar *bar = (ProgressBar *)progress;
  double now = os_seconds();
  if (begins) bar->began = now;
  if (begins ||
      now - bar->shown >= (bar->terminal ? redraw_seconds : line_seconds))
    show_progress(bar);
}

void progress_bar_start(ProgressBar *bar) {
  memset(bar, 0, sizeof(*bar));
  bar->progress.report = report_progress;
  bar->terminal = os_stderr_is_terminal();
}

void progress_bar_stop(const ProgressBar *bar) {
  if (bar->terminal) fputs("\r\033[K", stderr);
}
