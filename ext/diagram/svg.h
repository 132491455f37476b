/*
** svg: a picture as SVG, placed by plot. It has its own style, light and
** dark, and needs no script. Pure.
*/
#ifndef ORM_SVG_H
#define ORM_SVG_H

#include "diagram/picture.h"

/* Returns the picture as an SVG element. With `links`, each box is a link to
** "#model-" and its id. A picture without boxes has a text that says so. */
char *svg_picture(Ctx *ctx, const Picture *picture, bool links);

#endif
