/*
** ranks: the layer of each box. Pure.
*/
#ifndef ORM_RANKS_H
#define ORM_RANKS_H

#include "diagram/layers.h"

/* Memory for the ranks of all graphs of a plot. */
typedef struct Ranks Ranks;

/* Returns that memory. */
Ranks *ranks_new(Plot *plot);

/* Sets graph->rank of each box of the graph, from 0 without gaps, and reverses
** lines until there is no cycle. The left box of a line is in a lower layer
** than the right box. A layer that would be too high for a picture of pleasing
** proportions is spread over several. */
void ranks_make(Ranks *ranks, Graph *graph);

#endif
