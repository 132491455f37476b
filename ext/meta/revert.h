/*
** revert: undoes the respelling of definitions when orm_discard() deletes the
** version that renamed something. Recording that version wrote the definitions
** that use the renamed tables and columns with the new names (model_respell()).
** After the version is deleted, nothing relates the new names to the old ones,
** so such definitions get back the texts of the version before.
*/
#ifndef ORM_REVERT_H
#define ORM_REVERT_H

#include "base/context.h"

/* Restores the texts. `discarded` is the snapshot of the newest version, which
** the caller deletes afterwards, `previous` the snapshot of the version before.
** The meaning of the declarations does not change. Declarations that cannot be
** read stay as they are. */
void revert_texts(Ctx *ctx, const char *discarded, const char *previous);

#endif
