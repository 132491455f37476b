/*
** layers: boxes and lines to layers, the first half of a layout by the method
** of Sugiyama. A layer is a column of boxes; lines go from the left to the
** right, from a layer to the next one. A line that goes further passes the
** layers between through vertices of its own. The order in a layer keeps
** crossings few. Pure.
*/
#ifndef ORM_LAYERS_H
#define ORM_LAYERS_H

#include "base/context.h"

/* A point, in pixels from the left and the top. */
typedef struct Point {
  int x, y;
} Point;

/* A box. The caller sets the size, plot_make() the place. */
typedef struct PlotBox {
  int width, height, x, y;
} PlotBox;

/* A line between boxes, or from a box to itself. It ends at the right of its
** left box and at the left of its right box. Lines with the same parent,
** parent_port and group share their way as far as they can. */
typedef struct PlotLine {
  int parent, child;           /* boxes */
  int parent_port, child_port; /* pixels from the top of the box */
  int group;
  bool reversed; /* the child is on the left, because the boxes form a cycle */
  int net;       /* lines of equal nets share their way */
  int *hops;     /* in graph->hops, from the left; none for a self-reference */
  int nhop;
  int track;     /* of a self-reference, see Hop */
  Point *points; /* from the parent to the child */
  int npoint;
} PlotLine;

/* The task: boxes and lines. */
typedef struct Plot {
  Ctx *ctx;
  PlotBox *boxes;
  int nbox;
  PlotLine *lines;
  int nline;
  int width, height; /* of the whole */
} Plot;

/* A box, or a place where a line passes a layer. */
typedef struct Vertex {
  int box; /* -1: a line passes */
  int layer, position;
  int height, y;
  int first_in, first_out; /* hops, -1: none */
} Vertex;

/* The part of a net between two layers. */
typedef struct Hop {
  int net;
  int from, to; /* vertices, `to` in the layer after that of `from` */
  int from_port, to_port;
  int next_out, next_in; /* of the same `from`, of the same `to`; -1: none */
  int track; /* where it goes up or down: pixels to the right of its layer */
} Hop;

/* A layer: vertices from the top down. */
typedef struct Layer {
  int *list;
  int count;
  int x, width; /* of its boxes */
  int channel;  /* the width of the space to its right */
} Layer;

/* A connected part of the plot. */
typedef struct Graph {
  Plot *plot;
  int *boxes; /* its boxes */
  int nbox;
  int *lines; /* its lines */
  int nline;
  Vertex *vertices;
  int nvertex;
  Hop *hops;
  int nhop;
  Layer *layers;
  int nlayer;
  int x, y, width, height; /* its place in the plot */
  int *vertex_of;          /* of each box of the plot; shared by all graphs */
  int *rank;               /* of each box of the plot; shared by all graphs */
} Graph;

/* Sets the vertices, hops and layers of a graph, whose boxes, lines and ranks
** are set. */
void layers_make(Graph *graph);

/* Returns memory for n numbers, all 0. */
int *layers_numbers(Ctx *ctx, int n);

/* Returns the left and the right box of a line. */
static inline int line_left(const PlotLine *line) {
  return line->reversed ? line->child : line->parent;
}
static inline int line_right(const PlotLine *line) {
  return line->reversed ? line->parent : line->child;
}

/* The distance between two vertices of a layer, from the bottom of one to the
** top of the next. */
int layers_gap(const Vertex *above, const Vertex *below);

#endif
