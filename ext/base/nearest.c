#include "base/nearest.h"

#include "base/text.h"

enum { LONGEST = 64 }; /* longer names are not compared */

/* The letters of a name that count, in lower case. Returns their number, -1 if
** there are too many. */
static int letters_of(const char *name, unsigned char *letters) {
  int n = 0;
  for (const char *z = name; *z; z++) {
    if (strchr("_- =", *z)) continue;
    if (n == LONGEST) return -1;
    letters[n++] = (unsigned char)char_lower(*z);
  }
  return n;
}

static int least(int a, int b) {
  return a < b ? a : b;
}

/* Insertions, deletions, replacements, and swaps of neighbours: the "optimal
** string alignment" distance. */
static int distance(const unsigned char *a, int na, const unsigned char *b,
                    int nb) {
  int rows[3][LONGEST + 1];
  for (int k = 0; k <= nb; k++) rows[0][k] = k;
  for (int i = 1; i <= na; i++) {
    int *now = rows[i % 3];
    const int *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
    now[0] = i;
    for (int k = 1; k <= nb; k++) {
      int cost = least(before[k], now[k - 1]) + 1;
      cost = least(cost, before[k - 1] + (a[i - 1] != b[k - 1]));
      bool swapped =
          i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
      now[k] = swapped ? least(cost, earlier[k - 2] + 1) : cost;
    }
  }
  return rows[na % 3][nb];
}

void nearest_try(Nearest *near, const char *candidate) {
  enum { ABBREVIATION = 3 }; /* letters that an abbreviation has at least */
  unsigned char a[LONGEST], b[LONGEST];
  if (candidate == NULL || near->name == NULL) return;
  int na = letters_of(near->name, a), nb = letters_of(candidate, b);
  if (na <= 0 || nb <= 0) return;
  bool begins = na >= ABBREVIATION && na <= nb && !memcmp(a, b, (size_t)na);
  int d = begins ? nb > na : distance(a, na, b, nb);
  int most = na < 2 ? 0 : na < 6 ? 1 : na / 3;
  if (d > most || (near->best && d >= near->distance)) return;
  near->best = candidate;
  near->distance = d;
}

const char *nearest_hint(Ctx *ctx, const Nearest *near, const char *otherwise) {
  if (near->best == NULL) return otherwise;
  return mem_printf(ctx, "; did you mean \"%s\"?", near->best);
}
