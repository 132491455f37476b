#include "diagram/channels.h"

#include <stdlib.h>

enum {
  MARGIN = 34, /* from a box to the nearest track: room for a crow's foot */
  TRACK = 11,
  STRAIGHT = 64, /* the width of a channel without tracks */
  APART = 4,     /* lines that are nearer than this cover each other */
  COVERING = 50, /* the price of that, in crossings */
  SIFTS = 3,     /* rounds of ordering */
  SIFTED = 200   /* in a channel with more ways, only sort */
};

/* An end of a way at the left or right side of its channel. */
typedef struct Pin {
  int net, y;
  bool right;
} Pin;

/* A net in a channel. */
typedef struct Way {
  int net;
  const Pin *pins;
  int npin;
  int low, high; /* of the pins */
  int track;
} Way;

typedef struct Channel {
  Graph *graph;
  Ctx *ctx;
  int layer; /* the one on its left */
  Pin *pins;
  int npin;
  Way *ways;
  int nway;
} Channel;

/* ---- pins --------------------------------------------------------------- */

static void add_pin(Channel *c, int net, int y, bool right) {
  Pin *slot = MEM_PUSH(c->ctx, c->pins, c->npin);
  if (slot) *slot = (Pin){net, y, right};
}

/* Returns the vertex of a self-reference, -1 if the line is none, or if it is
** at another layer. */
static int self_vertex(const Channel *c, const PlotLine *line) {
  if (line->parent != line->child) return -1;
  int vertex = c->graph->vertex_of[line->parent];
  return c->graph->vertices[vertex].layer == c->layer ? vertex : -1;
}

static void add_pins(Channel *c) {
  const Graph *graph = c->graph;
  const Layer *layer = &graph->layers[c->layer];
  for (int i = 0; i < layer->count; i++) {
    const Vertex *from = &graph->vertices[layer->list[i]];
    for (int h = from->first_out; h >= 0; h = graph->hops[h].next_out) {
      const Hop *hop = &graph->hops[h];
      add_pin(c, hop->net, from->y + hop->from_port, false);
      add_pin(c, hop->net, graph->vertices[hop->to].y + hop->to_port, true);
    }
  }
  for (int i = 0; i < graph->nline; i++) {
    const PlotLine *line = &graph->plot->lines[graph->lines[i]];
    int vertex = self_vertex(c, line);
    if (vertex < 0) continue;
    int y = graph->vertices[vertex].y;
    add_pin(c, line->net, y + line->parent_port, false);
    add_pin(c, line->net, y + line->child_port, false);
  }
}

static int compare_pins(const void *p, const void *q) {
  const Pin *a = (const Pin *)p, *b = (const Pin *)q;
  if (a->net != b->net) return a->net < b->net ? -1 : 1;
  if (a->right != b->right) return a->right ? 1 : -1;
  return (a->y > b->y) - (a->y < b->y);
}

/* Sorts the pins by net, and removes equal ones. */
static void sort_pins(Channel *c) {
  int n = 0;
  if (c->npin == 0) return;
  qsort(c->pins, (size_t)c->npin, sizeof(Pin), compare_pins);
  for (int i = 0; i < c->npin; i++)
    if (i == 0 || compare_pins(&c->pins[i], &c->pins[n - 1]) != 0)
      c->pins[n++] = c->pins[i];
  c->npin = n;
}

/* Adds a way for each net that goes up or down. */
static void add_ways(Channel *c) {
  for (int from = 0, to; ctx_ok(c->ctx) && from < c->npin; from = to) {
    Way way = {.net = c->pins[from].net,
               .pins = &c->pins[from],
               .low = c->pins[from].y,
               .high = c->pins[from].y};
    for (to = from; to < c->npin && c->pins[to].net == way.net; to++) {
      if (c->pins[to].y < way.low) way.low = c->pins[to].y;
      if (c->pins[to].y > way.high) way.high = c->pins[to].y;
    }
    way.npin = to - from;
    Way *slot = way.low < way.high ? MEM_PUSH(c->ctx, c->ways, c->nway) : NULL;
    if (slot) *slot = way;
  }
}

/* ---- the order of tracks ------------------------------------------------ */

/* Returns the price of way a on a track to the left of b: the crossings of
** horizontal with vertical parts, and parts that cover each other. */
static int price(const Way *a, const Way *b) {
  int sum = 0;
  for (int i = 0; i < a->npin; i++) {
    int y = a->pins[i].y;
    if (!a->pins[i].right) continue;
    sum += y > b->low && y < b->high;
    for (int k = 0; k < b->npin; k++)
      if (!b->pins[k].right && abs(y - b->pins[k].y) < APART) sum += COVERING;
  }
  for (int k = 0; k < b->npin; k++)
    sum += !b->pins[k].right && b->pins[k].y > a->low && b->pins[k].y < a->high;
  return sum;
}

/* By the first pin: ways that go down, the lowest first; then ways that go up,
** the highest first. Such neighbours do not cross. */
static int compare_ways(const void *p, const void *q) {
  const Way *a = (const Way *)p, *b = (const Way *)q;
  int ya = a->pins[0].y, yb = b->pins[0].y;
  bool a_down = a->high - ya >= ya - a->low,
       b_down = b->high - yb >= yb - b->low;
  if (a_down != b_down) return a_down ? -1 : 1;
  if (ya != yb) return (ya > yb) == a_down ? -1 : 1;
  return (a->net > b->net) - (a->net < b->net);
}

/* Moves way i to its cheapest place among the others. prices[a * n + b] is
** price(a, b), by the numbers in `order`. */
static void sift(int *order, int n, int i, const int *prices) {
  int self = order[i], cost = 0, least = 0, best = 0;
  for (int k = i; k + 1 < n; k++) order[k] = order[k + 1];
  for (int k = 0; k < n - 1; k++) { /* behind each of the others, in turn */
    cost += prices[order[k] * n + self] - prices[self * n + order[k]];
    if (cost >= least) continue;
    least = cost;
    best = k + 1;
  }
  for (int k = n - 1; k > best; k--) order[k] = order[k - 1];
  order[best] = self;
}

/* Improves the order by moving one way at a time. */
static void sift_ways(Channel *c) {
  int n = c->nway;
  int *order = layers_numbers(c->ctx, n);
  int *prices = layers_numbers(c->ctx, n * n);
  Way *sorted = (Way *)mem_new(c->ctx, sizeof(Way) * (size_t)n);
  if (!ctx_ok(c->ctx)) return;
  for (int a = 0; a < n; a++) {
    order[a] = a;
    for (int b = 0; b < n; b++)
      if (a != b) prices[a * n + b] = price(&c->ways[a], &c->ways[b]);
  }
  for (int round = 0; round < SIFTS; round++)
    for (int i = 0; i < n; i++) sift(order, n, i, prices);
  for (int i = 0; i < n; i++) sorted[i] = c->ways[order[i]];
  memcpy(c->ways, sorted, sizeof(Way) * (size_t)n);
}

/* Sets the tracks of the ways, in their order; returns the number of tracks. */
static int set_tracks(Channel *c) {
  int count = 0;
  for (int i = 0; i < c->nway; i++) {
    Way *way = &c->ways[i];
    for (int k = 0; k < i; k++) {
      const Way *other = &c->ways[k];
      bool apart =
          way->low > other->high + TRACK || way->high < other->low - TRACK;
      if (!apart && other->track >= way->track) way->track = other->track + 1;
    }
    if (way->track >= count) count = way->track + 1;
  }
  return count;
}

/* ---- channels ----------------------------------------------------------- */

static void store_tracks(const Channel *c, int *track_of) {
  Graph *graph = c->graph;
  const Layer *layer = &graph->layers[c->layer];
  for (int i = 0; i < c->nway; i++)
    track_of[c->ways[i].net] = MARGIN + TRACK * c->ways[i].track;
  for (int i = 0; i < layer->count; i++)
    for (int h = graph->vertices[layer->list[i]].first_out; h >= 0;
         h = graph->hops[h].next_out)
      graph->hops[h].track = track_of[graph->hops[h].net];
  for (int i = 0; i < graph->nline; i++) {
    PlotLine *line = &graph->plot->lines[graph->lines[i]];
    if (self_vertex(c, line) >= 0) line->track = track_of[line->net];
  }
}

/* Makes the channel to the right of a layer. track_of has room for each line of
** the plot. */
static void make_channel(Graph *graph, int layer, int *track_of) {
  Channel c = {.graph = graph, .ctx = graph->plot->ctx, .layer = layer};
  add_pins(&c);
  if (ctx_ok(c.ctx)) sort_pins(&c);
  add_ways(&c);
  if (c.nway && ctx_ok(c.ctx))
    qsort(c.ways, (size_t)c.nway, sizeof(Way), compare_ways);
  if (c.nway > 1 && c.nway <= SIFTED) sift_ways(&c);
  if (!ctx_ok(c.ctx)) return;
  int count = set_tracks(&c);
  bool last = layer + 1 == graph->nlayer;
  int right = last ? TRACK : MARGIN;
  graph->layers[layer].channel = count  ? MARGIN + TRACK * (count - 1) + right
                                 : last ? 0
                                        : STRAIGHT;
  store_tracks(&c, track_of);
}

void channels_make(Graph *graph) {
  int *track_of = layers_numbers(graph->plot->ctx, graph->plot->nline);
  for (int i = 0; track_of && i < graph->nlayer; i++)
    make_channel(graph, i, track_of);
}

/* ---- points ------------------------------------------------------------- */

/* Adds a point. A point in the middle of a straight line is left out. */
static void push_point(Ctx *ctx, PlotLine *line, int x, int y) {
  int n = line->npoint;
  if (n && line->points[n - 1].x == x && line->points[n - 1].y == y) return;
  if (n > 1 && line->points[n - 1].y == y && line->points[n - 2].y == y) {
    line->points[n - 1].x = x;
    return;
  }
  Point *slot = MEM_PUSH(ctx, line->points, line->npoint);
  if (slot) *slot = (Point){x, y};
}

static void trace_hop(const Graph *graph, PlotLine *line, const Hop *hop) {
  Ctx *ctx = graph->plot->ctx;
  const Vertex *from = &graph->vertices[hop->from];
  const Vertex *to = &graph->vertices[hop->to];
  const Layer *layer = &graph->layers[from->layer];
  int left = graph->x + layer->x + layer->width;
  int from_y = graph->y + from->y + hop->from_port;
  int to_y = graph->y + to->y + hop->to_port;
  push_point(ctx, line, left, from_y);
  if (from_y != to_y) push_point(ctx, line, left + hop->track, from_y);
  if (from_y != to_y) push_point(ctx, line, left + hop->track, to_y);
  push_point(ctx, line, left + layer->channel, to_y);
}

static void trace_self(const Graph *graph, PlotLine *line) {
  Ctx *ctx = graph->plot->ctx;
  const PlotBox *box = &graph->plot->boxes[line->parent];
  int left = box->x + box->width;
  push_point(ctx, line, left, box->y + line->parent_port);
  push_point(ctx, line, left + line->track, box->y + line->parent_port);
  push_point(ctx, line, left + line->track, box->y + line->child_port);
  push_point(ctx, line, left, box->y + line->child_port);
}

void channels_trace(const Graph *graph, PlotLine *line) {
  if (line->parent == line->child) trace_self(graph, line);
  for (int i = 0; i < line->nhop; i++)
    trace_hop(graph, line, &graph->hops[line->hops[i]]);
  if (!line->reversed || !ctx_ok(graph->plot->ctx)) return;
  for (int i = 0, k = line->npoint - 1; i < k; i++, k--) {
    Point point = line->points[i];
    line->points[i] = line->points[k];
    line->points[k] = point;
  }
}
