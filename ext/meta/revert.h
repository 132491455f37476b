/*
** revert: undoes the respelling of definitions when orm_discard() deletes a
** version that renamed tables or columns. When that version was recorded,
** model_respell() wrote the new names into the definitions that use them.
** Without the version, no record relates the new names to the old ones.
** Therefore these definitions get the texts of the previous version again.
*/
#ifndef ORM_REVERT_H
#define ORM_REVERT_H

#include "meta/rows.h"

/* Restores the texts. `discarded` has the rows of the newest version, which the
** caller deletes afterwards. `previous` has those of the version before it,
** none if there is no such version: then all definitions get current names. The
** meaning of the declarations does not change. Unreadable declarations stay as
** they are. */
void revert_texts(Ctx *ctx, const MetaRows *discarded,
                  const MetaRows *previous);

#endif
