/*
** plot: the places of boxes and lines. Pure.
**
**   plot     connected parts, heights in a layer, all parts beside each other
**   ranks      the layer of each box
**   layers     the layers with all that passes them
**   crossings  the order in each layer
**   channels   the ways of lines between two layers
*/
#ifndef ORM_PLOT_H
#define ORM_PLOT_H

#include "diagram/layers.h"

/* Sets the places of the boxes, the points of the lines, and the size of the
** whole. A box may become wider, so that the boxes of a layer have equal
** widths. Boxes do not overlap, and no line crosses a box. The same task has
** always the same result. */
void plot_make(Plot *plot);

#endif
