/*
** hand_edits: finds the edits that a user made to a generated script.
**
** Scripts are compared by the meaning of their statements. Two differences do
** not count as edits: the layout of a CREATE TABLE text, and the statements
** that restore this layout (AUTHOR_TEXT_RESTORED).
*/
#ifndef ORM_HAND_EDITS_H
#define ORM_HAND_EDITS_H

#include "base/context.h"

/* Returns true if two scripts have the same statements and comments. NULL means
** no script and equals only NULL. */
bool hand_edits_equal(Ctx *ctx, const char *a, const char *b);

/* Returns the script `edited` with `replacement` in place of its generated
** part. `generated` is the script that orm wrote before the edits. The text
** before and after the generated part stays. Returns NULL if the statements of
** `generated` are not consecutive statements of `edited`, because then the
** edits are inside the generated part. */
char *hand_edits_move(Ctx *ctx, const char *edited, const char *generated,
                      const char *replacement);

#endif
