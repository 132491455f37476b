/*
** hand_edits: what somebody wrote into a script besides what orm wrote. Scripts
** are compared by what their statements say: the layout of a table's text is
** its author's, and so are the statements that bring it back
** (AUTHOR_TEXT_COME_BACK).
*/
#ifndef ORM_HAND_EDITS_H
#define ORM_HAND_EDITS_H

#include "base/context.h"

/* Do the scripts say the same, comments included? NULL is no script. */
bool hand_edits_equal(Ctx *ctx, const char *a, const char *b);

/* The text, in which `now` takes the place of `then`; NULL if that is not in
** it. */
char *hand_edits_over(Ctx *ctx, const char *text, const char *then,
                      const char *now);

#endif
