/*
** channels: the ways of the lines between two layers. A line leaves its left
** box horizontally, goes up or down on a track, and enters its right box
** horizontally. The space between two layers, a channel, has as many tracks as
** it needs. Pure.
*/
#ifndef ORM_CHANNELS_H
#define ORM_CHANNELS_H

#include "diagram/layers.h"

/* Sets `track` of all hops and self-references, and `channel` of all layers.
** The vertices must have their y. Two nets share a track only where they do not
** touch. The tracks are ordered so that few lines cross, and so that no line
** covers another one. */
void channels_make(Graph *graph);

/* Sets the points of a line, when the layers have their x. */
void channels_trace(const Graph *graph, PlotLine *line);

#endif
