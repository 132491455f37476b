/*
** layout: creates the meta tables, and updates meta tables of older layouts.
** Every build reads the databases of all earlier releases.
*/
#ifndef ORM_LAYOUT_H
#define ORM_LAYOUT_H

#include "base/context.h"

/* Creates the meta tables, or updates older ones. The caller has a guard. */
void layout_create(Ctx *ctx);

#endif
