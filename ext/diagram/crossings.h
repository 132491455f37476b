/*
** crossings: the order of the vertices in each layer. Pure.
*/
#ifndef ORM_CROSSINGS_H
#define ORM_CROSSINGS_H

#include "diagram/layers.h"

/* Orders the vertices of each layer so that few lines cross: sweeps by
** barycentre, then exchanges of neighbours. The order found is not always the
** best one, which is NP-hard to find (Garey and Johnson 1983). */
void crossings_reduce(Graph *graph);

#endif
