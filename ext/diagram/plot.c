#include "diagram/plot.h"

#include "diagram/channels.h"
#include "diagram/ranks.h"

#include <stdlib.h>

enum { ROUNDS = 8, PART_GAP = 40, SMALL_STEP = 12 };

/* ---- connected parts ---------------------------------------------------- */

/* Returns the least box that is connected with a box, in a union-find forest in
** which a root has itself as parent. */
static int root_of(int *parents, int box) {
  while (parents[box] != box) {
    parents[box] = parents[parents[box]];
    box = parents[box];
  }
  return box;
}

static int *find_roots(Plot *plot) {
  int *parents = layers_numbers(plot->ctx, plot->nbox);
  if (parents == NULL) return NULL;
  for (int i = 0; i < plot->nbox; i++) parents[i] = i;
  for (int i = 0; i < plot->nline; i++) {
    int a = root_of(parents, plot->lines[i].parent);
    int b = root_of(parents, plot->lines[i].child);
    parents[a > b ? a : b] = a < b ? a : b;
  }
  for (int i = 0; i < plot->nbox; i++) parents[i] = root_of(parents, i);
  return parents;
}

typedef struct Graphs {
  Graph *list;
  int count;
} Graphs;

static void put_number(Ctx *ctx, int **list, int *count, int n) {
  int *slot = (int *)mem_push(ctx, list, count, sizeof(int));
  if (slot) *slot = n;
}

/* Returns a graph for each connected part. */
static Graphs find_graphs(Plot *plot) {
  Ctx *ctx = plot->ctx;
  Graphs all = {NULL, 0};
  int *roots = find_roots(plot);
  int *number = layers_numbers(ctx, plot->nbox); /* of the graph of a root */
  int *rank = layers_numbers(ctx, plot->nbox);
  int *vertex_of = layers_numbers(ctx, plot->nbox);
  for (int i = 0; ctx_ok(ctx) && i < plot->nbox; i++) {
    if (roots[i] == i) {
      number[i] = all.count;
      Graph *graph = MEM_PUSH(ctx, all.list, all.count);
      if (graph)
        *graph = (Graph){.plot = plot, .rank = rank, .vertex_of = vertex_of};
    }
    if (!ctx_ok(ctx)) break;
    Graph *graph = &all.list[number[roots[i]]];
    put_number(ctx, &graph->boxes, &graph->nbox, i);
  }
  for (int i = 0; ctx_ok(ctx) && i < plot->nline; i++) {
    Graph *graph = &all.list[number[roots[plot->lines[i].parent]]];
    put_number(ctx, &graph->lines, &graph->nline, i);
  }
  return all;
}

/* ---- heights in a layer ------------------------------------------------- */

/* A sequence of vertices that stand as near to each other as they may. `sum`
** and `weight` give the mean of their wishes. */
typedef struct Block {
  i64 sum, weight;
  int count;
} Block;

/* The wish of a vertex: its y, and how much it matters. */
typedef struct Wish {
  i64 sum, weight;
} Wish;

/* Adds a neighbour's wish. Long lines shall be straight, so a hop between two
** places that only pass matters most. */
static void add_wish(Wish *wish, const Vertex *v, int port, const Vertex *other,
                     int other_port) {
  int passing = (v->box < 0) + (other->box < 0);
  i64 weight = passing == 2 ? 12 : passing == 1 ? 3 : 2;
  wish->sum += weight * 8 * (other->y + other_port - port);
  wish->weight += weight * 8;
}

static Wish wish_of(const Graph *graph, const Vertex *v, bool left,
                    bool right) {
  Wish wish = {v->y, 1};
  for (int h = left ? v->first_in : -1; h >= 0; h = graph->hops[h].next_in) {
    const Hop *hop = &graph->hops[h];
    add_wish(&wish, v, hop->to_port, &graph->vertices[hop->from],
             hop->from_port);
  }
  for (int h = right ? v->first_out : -1; h >= 0; h = graph->hops[h].next_out) {
    const Hop *hop = &graph->hops[h];
    add_wish(&wish, v, hop->from_port, &graph->vertices[hop->to], hop->to_port);
  }
  return wish;
}

/* Adds the last block to the one before while its vertices would stand above
** it. */
static int merge_blocks(Block *blocks, int n) {
  while (n > 1 && blocks[n - 2].sum * blocks[n - 1].weight >
                      blocks[n - 1].sum * blocks[n - 2].weight) {
    blocks[n - 2].sum += blocks[n - 1].sum;
    blocks[n - 2].weight += blocks[n - 1].weight;
    blocks[n - 2].count += blocks[n - 1].count;
    n--;
  }
  return n;
}

static i64 floor_mean(const Block *block) {
  i64 mean = block->sum / block->weight;
  return mean * block->weight > block->sum ? mean - 1 : mean;
}

/* Places the vertices of a layer as near to their wishes as the gaps allow: the
** least sum of squares, by the method of pool adjacent violators. `offsets` and
** `blocks` have room for all vertices. */
static void place_layer(Graph *graph, const Layer *layer, bool left, bool right,
                        int *offsets, Block *blocks) {
  int offset = 0, n = 0;
  for (int i = 0; i < layer->count; i++) {
    const Vertex *v = &graph->vertices[layer->list[i]];
    offsets[i] = offset;
    const Wish wish = wish_of(graph, v, left, right);
    blocks[n++] = (Block){wish.sum - wish.weight * offset, wish.weight, 1};
    n = merge_blocks(blocks, n);
    if (i + 1 < layer->count)
      offset += v->height + layers_gap(v, &graph->vertices[layer->list[i + 1]]);
  }
  for (int b = 0, i = 0; b < n; b++) {
    int mean = (int)floor_mean(&blocks[b]);
    for (int k = 0; k < blocks[b].count; k++, i++)
      graph->vertices[layer->list[i]].y = mean + offsets[i];
  }
}

/* Stacks the vertices of each layer around 0. */
static void stack_layers(Graph *graph) {
  for (int i = 0; i < graph->nlayer; i++) {
    const Layer *layer = &graph->layers[i];
    int y = 0;
    for (int k = 0; k < layer->count; k++) {
      Vertex *v = &graph->vertices[layer->list[k]];
      if (k) y += layers_gap(&graph->vertices[layer->list[k - 1]], v);
      v->y = y;
      y += v->height;
    }
    for (int k = 0; k < layer->count; k++)
      graph->vertices[layer->list[k]].y -= y / 2;
  }
}

/* Moves all vertices so that the highest is at 0, and sets the height. */
static void measure_height(Graph *graph) {
  int least = 0, most = 0;
  for (int i = 0; i < graph->nvertex; i++) {
    const Vertex *v = &graph->vertices[i];
    if (i == 0 || v->y < least) least = v->y;
    if (i == 0 || v->y + v->height > most) most = v->y + v->height;
  }
  for (int i = 0; i < graph->nvertex; i++) graph->vertices[i].y -= least;
  graph->height = most - least;
}

/* Returns true if the vertex can move to y. */
static bool can_shift(const Graph *graph, const Vertex *v, int y) {
  const Layer *layer = &graph->layers[v->layer];
  if (v->position > 0) {
    const Vertex *above = &graph->vertices[layer->list[v->position - 1]];
    if (y < above->y + above->height + layers_gap(above, v)) return false;
  }
  if (v->position + 1 < layer->count) {
    const Vertex *below = &graph->vertices[layer->list[v->position + 1]];
    if (y + v->height + layers_gap(v, below) > below->y) return false;
  }
  return true;
}

/* Removes small steps where a line passes a layer. */
static void straighten(Graph *graph) {
  for (int i = 0; i < graph->nhop; i++) { /* the hops of a net: left to right */
    const Hop *hop = &graph->hops[i];
    Vertex *from = &graph->vertices[hop->from], *to = &graph->vertices[hop->to];
    int from_y = from->y + hop->from_port, to_y = to->y + hop->to_port;
    if (abs(from_y - to_y) > SMALL_STEP) continue;
    if (to->box < 0 && can_shift(graph, to, from_y))
      to->y = from_y;
    else if (from->box < 0 && can_shift(graph, from, to_y))
      from->y = to_y;
  }
}

static void place_vertices(Graph *graph) {
  Ctx *ctx = graph->plot->ctx;
  int *offsets = layers_numbers(ctx, graph->nvertex);
  Block *blocks =
      (Block *)mem_new(ctx, sizeof(Block) * ((size_t)graph->nvertex + 1));
  if (!ctx_ok(ctx)) return;
  stack_layers(graph);
  for (int round = 0; round < ROUNDS; round++) {
    bool both = round >= ROUNDS / 2;
    for (int i = 1; i < graph->nlayer; i++)
      place_layer(graph, &graph->layers[i], true, both, offsets, blocks);
    for (int i = graph->nlayer - 2; i >= 0; i--)
      place_layer(graph, &graph->layers[i], both, true, offsets, blocks);
  }
  straighten(graph);
  measure_height(graph);
}

/* ---- widths ------------------------------------------------------------- */

static void place_layers(Graph *graph) {
  int x = 0;
  for (int i = 0; i < graph->nlayer; i++) {
    Layer *layer = &graph->layers[i];
    for (int k = 0; k < layer->count; k++) {
      int box = graph->vertices[layer->list[k]].box;
      if (box >= 0 && graph->plot->boxes[box].width > layer->width)
        layer->width = graph->plot->boxes[box].width;
    }
    layer->x = x;
    x += layer->width + layer->channel;
  }
  graph->width = x;
}

/* ---- the whole ---------------------------------------------------------- */

/* A part, with its place among the parts. */
typedef struct PartSize {
  int width, height, number;
} PartSize;

/* The highest first. */
static int compare_parts(const void *p, const void *q) {
  const PartSize *a = (const PartSize *)p, *b = (const PartSize *)q;
  if (a->height != b->height) return a->height > b->height ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

/* Returns the width that the whole should have: that of the widest part, or as
** much as makes it about 1.6 times as wide as high. */
static i64 wanted_width(const Graphs *graphs) {
  i64 area = 0, widest = 0, width = 0;
  for (int i = 0; i < graphs->count; i++) {
    const Graph *graph = &graphs->list[i];
    area += (i64)(graph->width + PART_GAP) * (graph->height + PART_GAP);
    if (graph->width > widest) widest = graph->width;
  }
  while (width * width < area * 8 / 5) width += 20;
  return width > widest ? width : widest;
}

/* Places the parts in rows. */
static void place_parts(Plot *plot, const Graphs *graphs) {
  PartSize *sorted = (PartSize *)mem_new(
      plot->ctx, sizeof(PartSize) * ((size_t)graphs->count + 1));
  if (sorted == NULL) return;
  for (int i = 0; i < graphs->count; i++)
    sorted[i] = (PartSize){graphs->list[i].width, graphs->list[i].height, i};
  qsort(sorted, (size_t)graphs->count, sizeof(PartSize), compare_parts);
  i64 wanted = wanted_width(graphs);
  int x = 0, y = 0, row = 0; /* row: its height */
  for (int i = 0; i < graphs->count; i++) {
    Graph *graph = &graphs->list[sorted[i].number];
    if (x && x + graph->width > wanted) {
      y += row + PART_GAP;
      x = row = 0;
    }
    graph->x = x;
    graph->y = y;
    x += graph->width + PART_GAP;
    if (graph->height > row) row = graph->height;
    if (x - PART_GAP > plot->width) plot->width = x - PART_GAP;
    if (y + row > plot->height) plot->height = y + row;
  }
}

/* Moves the places of a graph to the plot. */
static void finish_graph(const Graph *graph) {
  Plot *plot = graph->plot;
  for (int i = 0; i < graph->nbox; i++) {
    PlotBox *box = &plot->boxes[graph->boxes[i]];
    const Vertex *v = &graph->vertices[graph->vertex_of[graph->boxes[i]]];
    const Layer *layer = &graph->layers[v->layer];
    box->x = graph->x + layer->x;
    box->y = graph->y + v->y;
    box->width = layer->width;
  }
  for (int i = 0; ctx_ok(plot->ctx) && i < graph->nline; i++)
    channels_trace(graph, &plot->lines[graph->lines[i]]);
}

void plot_make(Plot *plot) {
  Ctx *ctx = plot->ctx;
  Graphs graphs = find_graphs(plot);
  Ranks *ranks = ranks_new(plot);
  for (int i = 0; ctx_ok(ctx) && i < graphs.count; i++) {
    Graph *graph = &graphs.list[i];
    ranks_make(ranks, graph);
    layers_make(graph);
    if (ctx_ok(ctx)) place_vertices(graph);
    if (ctx_ok(ctx)) channels_make(graph);
    if (ctx_ok(ctx)) place_layers(graph);
  }
  if (ctx_ok(ctx)) place_parts(plot, &graphs);
  for (int i = 0; ctx_ok(ctx) && i < graphs.count; i++)
    finish_graph(&graphs.list[i]);
}
