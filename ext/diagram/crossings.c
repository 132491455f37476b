#include "diagram/crossings.h"

#include <stdlib.h>

enum { SWEEPS = 16, EXCHANGES = 8, PLACE = 4096 };

/* ---- counting ----------------------------------------------------------- */

/* Returns the place of the end of a hop in its layer. Ends of equal place are
** one point. */
static i64 hop_place(const Vertex *vertex, int port) {
  return (i64)vertex->position * PLACE + (port < PLACE ? port : PLACE - 1);
}

/* The places of both ends of a hop. */
typedef struct HopEnds {
  i64 from, to;
} HopEnds;

static int compare_hop_ends(const void *p, const void *q) {
  const HopEnds *a = (const HopEnds *)p, *b = (const HopEnds *)q;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

/* Sorts `ends` by `to`; returns the number of pairs that were in the wrong
** order. `spare` has room for n. */
static i64 count_inversions(HopEnds *ends, HopEnds *spare, int n) {
  if (n < 2) return 0;
  int half = n / 2, i = 0, k = half;
  i64 count = count_inversions(ends, spare, half) +
              count_inversions(ends + half, spare, n - half);
  for (int out = 0; out < n; out++) {
    bool second = i == half || (k < n && ends[k].to < ends[i].to);
    if (second) count += half - i;
    spare[out] = second ? ends[k++] : ends[i++];
  }
  memcpy(ends, spare, sizeof(HopEnds) * (size_t)n);
  return count;
}

/* Memory for counting. */
typedef struct Counter {
  Graph *graph;
  HopEnds *ends, *spare;
} Counter;

/* Returns the number of crossings to the right of a layer. */
static i64 count_right(const Counter *c, int layer) {
  const Graph *graph = c->graph;
  const Layer *column = &graph->layers[layer];
  int n = 0;
  for (int i = 0; i < column->count; i++) {
    const Vertex *from = &graph->vertices[column->list[i]];
    for (int h = from->first_out; h >= 0; h = graph->hops[h].next_out) {
      const Hop *hop = &graph->hops[h];
      c->ends[n++] =
          (HopEnds){hop_place(from, hop->from_port),
                    hop_place(&graph->vertices[hop->to], hop->to_port)};
    }
  }
  qsort(c->ends, (size_t)n, sizeof(HopEnds), compare_hop_ends);
  return count_inversions(c->ends, c->spare, n);
}

static i64 count_all(const Counter *c) {
  i64 count = 0;
  for (int i = 0; i + 1 < c->graph->nlayer; i++) count += count_right(c, i);
  return count;
}

/* ---- sweeps ------------------------------------------------------------- */

/* A vertex, and the mean place of its neighbours. */
typedef struct Weighed {
  int vertex, position;
  i64 mean;
} Weighed;

static int compare_weighed(const void *p, const void *q) {
  const Weighed *a = (const Weighed *)p, *b = (const Weighed *)q;
  if (a->mean != b->mean) return a->mean < b->mean ? -1 : 1;
  return (a->position > b->position) - (a->position < b->position);
}

/* Returns the mean place of the neighbours on one side; the vertex's own place
** if it has none there. */
static i64 mean_place(const Graph *graph, const Vertex *v, bool left) {
  i64 sum = 0, count = 0;
  for (int h = left ? v->first_in : v->first_out; h >= 0;) {
    const Hop *hop = &graph->hops[h];
    sum += left ? hop_place(&graph->vertices[hop->from], hop->from_port)
                : hop_place(&graph->vertices[hop->to], hop->to_port);
    count++;
    h = left ? hop->next_in : hop->next_out;
  }
  return count ? sum / count : (i64)v->position * PLACE;
}

static void set_order(Graph *graph, Layer *layer, const Weighed *sorted) {
  for (int i = 0; i < layer->count; i++) {
    layer->list[i] = sorted[i].vertex;
    graph->vertices[sorted[i].vertex].position = i;
  }
}

static void sort_layer(Graph *graph, int number, bool left, Weighed *room) {
  Layer *layer = &graph->layers[number];
  for (int i = 0; i < layer->count; i++) {
    const Vertex *v = &graph->vertices[layer->list[i]];
    room[i] = (Weighed){layer->list[i], i, mean_place(graph, v, left)};
  }
  qsort(room, (size_t)layer->count, sizeof(Weighed), compare_weighed);
  set_order(graph, layer, room);
}

static void sweep(Graph *graph, bool to_right, Weighed *room) {
  int n = graph->nlayer;
  for (int i = 1; i < n; i++)
    sort_layer(graph, to_right ? i : n - 1 - i, to_right, room);
}

static void save_positions(const Graph *graph, int *best) {
  for (int i = 0; i < graph->nvertex; i++)
    best[i] = graph->vertices[i].position;
}

static void load_positions(Graph *graph, const int *best) {
  for (int i = 0; i < graph->nvertex; i++) {
    Vertex *v = &graph->vertices[i];
    v->position = best[i];
    graph->layers[v->layer].list[v->position] = i;
  }
}

/* Sweeps to and fro, and keeps the best order. */
static void sweep_all(const Counter *c, Weighed *room, int *best) {
  i64 least = count_all(c);
  save_positions(c->graph, best);
  for (int i = 0; i < SWEEPS && least; i++) {
    sweep(c->graph, i % 2 == 0, room);
    i64 count = count_all(c);
    if (count >= least) continue;
    least = count;
    save_positions(c->graph, best);
  }
  load_positions(c->graph, best);
}

/* ---- exchanges ---------------------------------------------------------- */

/* Returns the crossings of the hops of `above` with those of `below` on one
** side, minus those that there would be in the other order. */
static i64 gain_of_exchange(const Graph *graph, const Vertex *above,
                            const Vertex *below, bool left) {
  i64 gain = 0;
  for (int a = left ? above->first_in : above->first_out; a >= 0;) {
    const Hop *p = &graph->hops[a];
    i64 at = left ? hop_place(&graph->vertices[p->from], p->from_port)
                  : hop_place(&graph->vertices[p->to], p->to_port);
    for (int b = left ? below->first_in : below->first_out; b >= 0;) {
      const Hop *q = &graph->hops[b];
      i64 other = left ? hop_place(&graph->vertices[q->from], q->from_port)
                       : hop_place(&graph->vertices[q->to], q->to_port);
      gain += (at > other) - (at < other);
      b = left ? q->next_in : q->next_out;
    }
    a = left ? p->next_in : p->next_out;
  }
  return gain;
}

/* Exchanges neighbours if that removes crossings; returns true if it did. */
static bool exchange_in(Graph *graph, Layer *layer) {
  bool changed = false;
  for (int i = 0; i + 1 < layer->count; i++) {
    Vertex *above = &graph->vertices[layer->list[i]];
    Vertex *below = &graph->vertices[layer->list[i + 1]];
    if (gain_of_exchange(graph, above, below, true) +
            gain_of_exchange(graph, above, below, false) <=
        0)
      continue;
    int first = layer->list[i];
    layer->list[i] = layer->list[i + 1];
    layer->list[i + 1] = first;
    above->position = i + 1;
    below->position = i;
    changed = true;
  }
  return changed;
}

void crossings_reduce(Graph *graph) {
  Ctx *ctx = graph->plot->ctx;
  Counter c = {.graph = graph};
  size_t size = sizeof(HopEnds) * ((size_t)graph->nhop + 1);
  c.ends = (HopEnds *)mem_new(ctx, size);
  c.spare = (HopEnds *)mem_new(ctx, size);
  Weighed *room =
      (Weighed *)mem_new(ctx, sizeof(Weighed) * ((size_t)graph->nvertex + 1));
  int *best = layers_numbers(ctx, graph->nvertex);
  if (!ctx_ok(ctx)) return;
  sweep_all(&c, room, best);
  bool changed = true;
  for (int i = 0; i < EXCHANGES && changed; i++) {
    changed = false;
    for (int k = 0; k < graph->nlayer; k++)
      changed |= exchange_in(graph, &graph->layers[k]);
  }
}
