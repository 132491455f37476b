/*
** dot: a picture for Graphviz (https://graphviz.org/doc/info/lang.html). Pure.
*/
#ifndef ORM_DOT_H
#define ORM_DOT_H

#include "diagram/picture.h"

/* Returns a graph whose nodes are tables, with ports for the columns. */
char *dot_picture(Ctx *ctx, const Picture *picture);

#endif
