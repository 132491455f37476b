/*
** layout: creates the meta tables, and updates those of older layouts. An
** update must read the files of every earlier release.
*/
#ifndef ORM_LAYOUT_H
#define ORM_LAYOUT_H

#include "base/context.h"

/* Creates the meta tables, or brings older ones up to date. Needs a guard. */
void layout_create(Ctx *ctx);

#endif
