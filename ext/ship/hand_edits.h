/*
** hand_edits: edits that a user made to a script that orm generated.
**
** Scripts are compared by the meaning of their statements. Two differences do
** not count as edits: the layout of a CREATE TABLE text, and the statements
** that restore this layout (AUTHOR_TEXT_RESTORED).
*/
#ifndef ORM_HAND_EDITS_H
#define ORM_HAND_EDITS_H

#include "base/context.h"

/* Returns true if two scripts have the same statements and comments. NULL, no
** script, equals only NULL. */
bool hand_edits_equal(Ctx *ctx, const char *a, const char *b);

/* Returns the script `edited` with its generated part replaced. `generated` is
** the script that orm wrote before the edits; the text before and behind it
** stays. Returns NULL if the statements of `generated` are not in `edited` in
** succession: then the edits are inside the generated part. */
char *hand_edits_move(Ctx *ctx, const char *edited, const char *generated,
                      const char *replacement);

#endif
