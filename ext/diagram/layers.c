#include "diagram/layers.h"

#include "diagram/crossings.h"

#include <stdlib.h>

enum { GAP_BOXES = 30, GAP_PASSING = 16, GAP_LINES = 12 };

int *layers_numbers(Ctx *ctx, int n) {
  return (int *)mem_new(ctx, sizeof(int) * ((size_t)n + 1));
}

int layers_gap(const Vertex *above, const Vertex *below) {
  if (above->box >= 0 && below->box >= 0) return GAP_BOXES;
  return above->box >= 0 || below->box >= 0 ? GAP_PASSING : GAP_LINES;
}

/* ---- vertices and hops -------------------------------------------------- */

/* Adds a vertex at the end of its layer; returns its index. */
static int add_vertex(Graph *graph, int box, int layer) {
  Ctx *ctx = graph->plot->ctx;
  Vertex *vertex = MEM_PUSH(ctx, graph->vertices, graph->nvertex);
  if (vertex == NULL) return 0;
  *vertex =
      (Vertex){.box = box, .layer = layer, .first_in = -1, .first_out = -1};
  if (box >= 0) vertex->height = graph->plot->boxes[box].height;
  Layer *column = &graph->layers[layer];
  vertex->position = column->count;
  int *slot = MEM_PUSH(ctx, column->list, column->count);
  if (slot) *slot = graph->nvertex - 1;
  return graph->nvertex - 1;
}

/* Adds a hop; returns its index. */
static int add_hop(Graph *graph, Hop hop) {
  Hop *slot = MEM_PUSH(graph->plot->ctx, graph->hops, graph->nhop);
  if (slot == NULL) return 0;
  *slot = hop;
  Vertex *from = &graph->vertices[hop.from], *to = &graph->vertices[hop.to];
  slot->next_out = from->first_out;
  slot->next_in = to->first_in;
  from->first_out = to->first_in = graph->nhop - 1;
  return graph->nhop - 1;
}

/* ---- nets --------------------------------------------------------------- */

/* A line, with the values by which lines are sorted into nets. */
typedef struct NetLine {
  int line, left, port, group, right_rank;
} NetLine;

static int compare_ints(int a, int b) {
  return (a > b) - (a < b);
}

static int compare_net_lines(const void *p, const void *q) {
  const NetLine *a = (const NetLine *)p, *b = (const NetLine *)q;
  int order = compare_ints(a->left, b->left);
  if (order == 0) order = compare_ints(a->port, b->port);
  if (order == 0) order = compare_ints(a->group, b->group);
  if (order == 0) order = compare_ints(a->right_rank, b->right_rank);
  return order ? order : compare_ints(a->line, b->line);
}

static bool is_same_net(const NetLine *a, const NetLine *b) {
  return a->left == b->left && a->port == b->port && a->group == b->group;
}

/* Returns the lines, net by net, the nearest right box first. */
static NetLine *sort_lines(Graph *graph) {
  const Plot *plot = graph->plot;
  NetLine *sorted = (NetLine *)mem_new(
      plot->ctx, sizeof(NetLine) * (size_t)(graph->nline + 1));
  for (int i = 0; sorted && i < graph->nline; i++) {
    const PlotLine *line = &plot->lines[graph->lines[i]];
    bool back = line->reversed; /* its way is its own: it has its own group */
    sorted[i] = (NetLine){.line = graph->lines[i],
                          .left = line_left(line),
                          .port = back ? line->child_port : line->parent_port,
                          .group = back ? -1 - graph->lines[i] : line->group,
                          .right_rank = graph->rank[line_right(line)]};
  }
  if (sorted)
    qsort(sorted, (size_t)graph->nline, sizeof(NetLine), compare_net_lines);
  return sorted;
}

/* The way of a net, as far as it has been made. */
typedef struct Chain {
  int vertex; /* its end */
  int port;
  int *hops;
  int nhop;
} Chain;

/* Leads the chain up to the layer before `rank`. */
static void extend_chain(Graph *graph, Chain *chain, int net, int rank) {
  Ctx *ctx = graph->plot->ctx;
  while (ctx_ok(ctx) && graph->vertices[chain->vertex].layer + 1 < rank) {
    int next = add_vertex(graph, -1, graph->vertices[chain->vertex].layer + 1);
    if (!ctx_ok(ctx)) return;
    int hop = add_hop(graph, (Hop){.net = net,
                                   .from = chain->vertex,
                                   .to = next,
                                   .from_port = chain->port});
    int *slot = MEM_PUSH(ctx, chain->hops, chain->nhop);
    if (slot) *slot = hop;
    chain->vertex = next;
    chain->port = 0;
  }
}

/* Leads a line from its net's chain to its right box. */
static void end_line(Graph *graph, Chain *chain, PlotLine *line) {
  Ctx *ctx = graph->plot->ctx;
  int right = line_right(line);
  if (line->parent == line->child) return;
  extend_chain(graph, chain, line->net, graph->rank[right]);
  if (!ctx_ok(ctx)) return;
  line->hops = layers_numbers(ctx, chain->nhop + 1);
  if (line->hops == NULL) return;
  for (int i = 0; i < chain->nhop; i++) line->hops[i] = chain->hops[i];
  line->hops[chain->nhop] =
      add_hop(graph, (Hop){.net = line->net,
                           .from = chain->vertex,
                           .to = graph->vertex_of[right],
                           .from_port = chain->port,
                           .to_port = line->reversed ? line->parent_port
                                                     : line->child_port});
  line->nhop = chain->nhop + 1;
}

static void make_hops(Graph *graph) {
  Ctx *ctx = graph->plot->ctx;
  const NetLine *sorted = sort_lines(graph);
  Chain chain = {0};
  for (int i = 0; ctx_ok(ctx) && i < graph->nline; i++) {
    PlotLine *line = &graph->plot->lines[sorted[i].line];
    bool same = i > 0 && is_same_net(&sorted[i], &sorted[i - 1]);
    if (!same)
      chain = (Chain){.vertex = graph->vertex_of[sorted[i].left],
                      .port = sorted[i].port};
    line->net =
        same ? graph->plot->lines[sorted[i - 1].line].net : sorted[i].line;
    end_line(graph, &chain, line);
  }
}

/* ---- the whole ---------------------------------------------------------- */

void layers_make(Graph *graph) {
  Ctx *ctx = graph->plot->ctx;
  if (!ctx_ok(ctx)) return;
  for (int i = 0; i < graph->nbox; i++)
    if (graph->rank[graph->boxes[i]] >= graph->nlayer)
      graph->nlayer = graph->rank[graph->boxes[i]] + 1;
  graph->layers = (Layer *)mem_new(ctx, sizeof(Layer) * (size_t)graph->nlayer);
  for (int i = 0; ctx_ok(ctx) && i < graph->nbox; i++) {
    int box = graph->boxes[i];
    graph->vertex_of[box] = add_vertex(graph, box, graph->rank[box]);
  }
  make_hops(graph);
  if (ctx_ok(ctx)) crossings_reduce(graph);
}
