#include "diagram/ranks.h"

#include <limits.h>
#include <stdlib.h>

/* Memory for all graphs of a plot. The arrays are by box or line of the
** plot, so that small graphs need none of their own. */
struct Ranks {
  Graph *graph; /* at present */
  Ctx *ctx;
  int *first, *next; /* lines by their parent: a list, first[box], next[line] */
  int *first_up, *next_up; /* lines by their child */
  int *order;              /* the boxes of the graph, parents first */
  int *tail;               /* the lines on the longest way to the right */
  int *visit, *at, *stack; /* see Search */
};

enum { PULLS = 4, RANK_GAP = 30, CHANNEL_WIDTH = 90 };

/* ---- cycles ------------------------------------------------------------- */

/* Makes the lists of lines, without self-references. */
static void list_lines(Ranks *r) {
  const Plot *plot = r->graph->plot;
  for (int i = 0; i < r->graph->nbox; i++)
    r->first[r->graph->boxes[i]] = r->first_up[r->graph->boxes[i]] = -1;
  for (int i = r->graph->nline - 1; i >= 0; i--) {
    int n = r->graph->lines[i];
    const PlotLine *line = &plot->lines[n];
    if (line->parent == line->child) continue;
    r->next[n] = r->first[line->parent];
    r->first[line->parent] = n;
    r->next_up[n] = r->first_up[line->child];
    r->first_up[line->child] = n;
  }
}

typedef enum Visit { VISIT_NONE, VISIT_OPEN, VISIT_DONE } Visit;

/* A search in depth. A line to a box that is still open closes a cycle and is
** reversed. Boxes are numbered from the end when they are done, so parents come
** first. */
typedef struct Search {
  Ranks *ranks;
  int *visit; /* Visit of each box */
  int *at;    /* the next line to follow from each box */
  int *stack;
  int depth, left; /* left: boxes that have no number yet */
} Search;

static void open_box(Search *s, int box) {
  s->visit[box] = VISIT_OPEN;
  s->at[box] = s->ranks->first[box];
  s->stack[s->depth++] = box;
}

static void search_from(Search *s, int root) {
  Ranks *r = s->ranks;
  if (s->visit[root] != VISIT_NONE) return;
  open_box(s, root);
  while (s->depth) {
    int box = s->stack[s->depth - 1], line = s->at[box];
    if (line < 0) {
      s->visit[box] = VISIT_DONE;
      s->depth--;
      r->order[--s->left] = box;
      continue;
    }
    s->at[box] = r->next[line];
    PlotLine *down = &r->graph->plot->lines[line];
    if (s->visit[down->child] == VISIT_NONE)
      open_box(s, down->child);
    else
      down->reversed = s->visit[down->child] == VISIT_OPEN;
  }
}

/* Reverses lines until there is no cycle, and sets `order`. */
static void break_cycles(Ranks *r) {
  const Graph *graph = r->graph;
  Search s = {r, r->visit, r->at, r->stack, 0, graph->nbox};
  for (int i = graph->nbox - 1; i >= 0; i--)
    if (r->first_up[graph->boxes[i]] < 0) search_from(&s, graph->boxes[i]);
  for (int i = graph->nbox - 1; i >= 0; i--) search_from(&s, graph->boxes[i]);
}

/* ---- ranks -------------------------------------------------------------- */

/* The neighbours of a box. */
typedef struct RankBounds {
  int left, right;   /* the numbers of lines */
  int least, most;   /* the ranks between which the box can be */
  int longest_right; /* the longest tail of a right neighbour, -1: none */
} RankBounds;

static void meet(const Ranks *r, RankBounds *n, const PlotLine *line, int box) {
  bool is_left = line_left(line) == box;
  int other = is_left ? line_right(line) : line_left(line);
  int rank = r->graph->rank[other];
  if (is_left) {
    n->right++;
    if (rank - 1 < n->most) n->most = rank - 1;
    if (r->tail[other] > n->longest_right) n->longest_right = r->tail[other];
  } else {
    n->left++;
    if (rank + 1 > n->least) n->least = rank + 1;
  }
}

static RankBounds bounds_of(const Ranks *r, int box) {
  RankBounds n = {0, 0, 0, INT_MAX, -1};
  const PlotLine *lines = r->graph->plot->lines;
  for (int i = r->first[box]; i >= 0; i = r->next[i])
    meet(r, &n, &lines[i], box);
  for (int i = r->first_up[box]; i >= 0; i = r->next_up[i])
    meet(r, &n, &lines[i], box);
  return n;
}

/* Moves boxes to the side on which they have more lines. */
static void pull(Ranks *r) {
  for (int i = r->graph->nbox - 1; i >= 0; i--) {
    int box = r->order[i];
    RankBounds n = bounds_of(r, box);
    if (n.right > n.left) r->graph->rank[box] = n.most;
    if (n.left > n.right) r->graph->rank[box] = n.least;
  }
}

/* Ranks each box behind its left neighbours. */
static void rank_boxes(Ranks *r) {
  const Graph *graph = r->graph;
  for (int i = 0; i < graph->nbox; i++)
    graph->rank[r->order[i]] = bounds_of(r, r->order[i]).least;
  for (int i = graph->nbox - 1; i >= 0; i--)
    r->tail[r->order[i]] = bounds_of(r, r->order[i]).longest_right + 1;
  for (int i = 0; i < PULLS; i++) pull(r);
}

/* ---- proportions -------------------------------------------------------- */

/* Returns the square root, rounded down. */
static i64 square_root(i64 n) {
  i64 root = 0;
  for (i64 bit = (i64)1 << 30; bit; bit >>= 1)
    if ((root + bit) * (root + bit) <= n) root += bit;
  return root;
}

/* Returns the height that a layer may have: the picture becomes about 1.5 times
** as wide as high. */
static i64 height_limit(const Graph *graph) {
  i64 area = 0, highest = 0;
  for (int i = 0; i < graph->nbox; i++) {
    const PlotBox *box = &graph->plot->boxes[graph->boxes[i]];
    i64 height = box->height + RANK_GAP;
    area += height * (box->width + CHANNEL_WIDTH);
    if (height > highest) highest = height;
  }
  i64 limit = square_root(area * 2 / 3);
  return limit > highest ? limit : highest;
}

typedef struct RankedBox {
  int box, rank, tail, place;
} RankedBox;

/* By rank; of equal ranks, the longest way to the right first. */
static int compare_ranked(const void *p, const void *q) {
  const RankedBox *a = (const RankedBox *)p, *b = (const RankedBox *)q;
  if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
  if (a->tail != b->tail) return a->tail > b->tail ? -1 : 1;
  return (a->place > b->place) - (a->place < b->place);
}

static RankedBox *sort_boxes(const Ranks *r) {
  const Graph *graph = r->graph;
  RankedBox *sorted = (RankedBox *)mem_new(
      r->ctx, sizeof(RankedBox) * (size_t)(graph->nbox + 1));
  for (int i = 0; sorted && i < graph->nbox; i++) {
    int box = graph->boxes[i];
    sorted[i] = (RankedBox){box, graph->rank[box], r->tail[box], i};
  }
  if (sorted)
    qsort(sorted, (size_t)graph->nbox, sizeof(RankedBox), compare_ranked);
  return sorted;
}

/* Moves boxes to the right, out of layers that are too high. */
static void spread(Ranks *r) {
  Graph *graph = r->graph;
  const RankedBox *sorted = sort_boxes(r);
  i64 *used = NULL, limit = height_limit(graph);
  int nused = 0;
  for (int i = 0; ctx_ok(r->ctx) && i < graph->nbox; i++) {
    int box = sorted[i].box, rank = graph->rank[box];
    int least = bounds_of(r, box).least;
    if (least > rank) rank = least;
    i64 height = graph->plot->boxes[box].height + RANK_GAP;
    while (rank < nused && used[rank] && used[rank] + height > limit) rank++;
    while (ctx_ok(r->ctx) && nused <= rank) MEM_PUSH(r->ctx, used, nused);
    if (ctx_ok(r->ctx)) used[rank] += height;
    graph->rank[box] = rank;
  }
}

/* Removes empty layers. */
static void compress(Ranks *r) {
  const Graph *graph = r->graph;
  int most = 0;
  for (int i = 0; i < graph->nbox; i++)
    if (graph->rank[graph->boxes[i]] > most)
      most = graph->rank[graph->boxes[i]];
  int *filled = layers_numbers(r->ctx, most);
  if (filled == NULL) return;
  for (int i = 0; i < graph->nbox; i++)
    filled[graph->rank[graph->boxes[i]]] = 1;
  for (int i = 0, n = 0; i <= most; i++) { /* becomes the number below */
    int is_filled = filled[i];
    filled[i] = n;
    n += is_filled;
  }
  for (int i = 0; i < graph->nbox; i++)
    graph->rank[graph->boxes[i]] = filled[graph->rank[graph->boxes[i]]];
}

Ranks *ranks_new(Plot *plot) {
  Ctx *ctx = plot->ctx;
  Ranks *r = MEM_NEW(ctx, Ranks);
  if (r == NULL) return NULL;
  r->ctx = ctx;
  int **const by_box[] = {&r->first, &r->first_up, &r->order, &r->tail,
                          &r->visit, &r->at,       &r->stack};
  for (size_t i = 0; i < sizeof(by_box) / sizeof(*by_box); i++)
    *by_box[i] = layers_numbers(ctx, plot->nbox);
  r->next = layers_numbers(ctx, plot->nline);
  r->next_up = layers_numbers(ctx, plot->nline);
  return ctx_ok(ctx) ? r : NULL;
}

void ranks_make(Ranks *r, Graph *graph) {
  if (!ctx_ok(r->ctx)) return;
  r->graph = graph;
  list_lines(r);
  break_cycles(r);
  rank_boxes(r);
  spread(r);
  if (ctx_ok(r->ctx)) compress(r);
}
