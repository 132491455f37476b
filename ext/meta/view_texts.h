/*
** view_texts: finds the texts of generated views in the scripts of the
** versions, for a build that generates other texts from the same relationships.
*/
#ifndef ORM_VIEW_TEXTS_H
#define ORM_VIEW_TEXTS_H

#include "meta/rows.h"

/* Returns the rows of a recorded version with its views: those that the scripts
** up to this version create and do not drop. It is an error if their digest is
** not rows->views. */
const MetaRows *view_texts_find(Ctx *ctx, const MetaRows *rows);

#endif
