/*
** carry: what somebody wrote into a script besides what orm wrote. Scripts are
** compared by what their statements say: the layout of a table's text is its
** author's, and so are the statements that bring it back (TEXTS_COME_BACK).
*/
#ifndef ORM_CARRY_H
#define ORM_CARRY_H

#include "base.h"

/* Do the scripts say the same, comments included? NULL is no script. */
bool carry_equal(Ctx *ctx, const char *a, const char *b);

/* The text, in which `now` takes the place of `then`; NULL if that is not in
** it. */
char *carry_over(Ctx *ctx, const char *text, const char *then, const char *now);

#endif
