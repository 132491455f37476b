/*
** revert: the texts that a version had written in its own names. Recording a
** version writes definitions anew where it renames what they name. When the
** version is discarded, nothing knows its names any more: such texts become
** those of the version before, which are read as the others are.
*/
#ifndef ORM_REVERT_H
#define ORM_REVERT_H

#include "base/context.h"

/* To be called before the newest version is deleted. `gone` is its snapshot,
** `before` that of the version before. What the declarations mean does not
** change. Declarations that cannot be read are left alone. */
void revert_texts(Ctx *ctx, const char *gone, const char *before);

#endif
