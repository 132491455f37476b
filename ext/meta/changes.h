/*
** changes: the changes of a version to the declarations, in lines. They stand
** in orm_migration.changes, and at the end of the file of the version.
**
**     -- orm:models 2 <digest before> <digest after> <digest of views> <form>
**     -- orm:model +1 User table_name="user"
**     -- orm:column -4 User.nickname String(64)
**     -- orm:column +4 User.handle String(64)
**     -- orm:view sql="CREATE VIEW ..."
**
** The first line has the number of this format, and the digests of the complete
** declarations before and after the version. +id adds the row with that id, -id
** removes it; a changed row is removed and added. row_line.h describes the rest
** of a line. Lines are in the order of the meta tables and of the ids. Both
** directions are complete: the lines lead from the version before to this
** version, and back. 
**
** The views and triggers that relationships generate are not recorded. A build
** generates them from the rows, and their digest proves that it generates the
** same. `form` is the RELVIEW_FORM of the build that recorded the version. A
** version without views has neither. If a build generates other texts, it finds
** those of the version in the scripts that create them (view_texts.h). Where no
** script may create them, a version has the complete list of them in lines.
** Form 0 means that no build is known to generate them.
*/
#ifndef ORM_CHANGES_H
#define ORM_CHANGES_H

#include "meta/rows.h"

/* Returns the digest of the rows of the meta tables. Views are not part of
** it. */
DigestSum changes_digest(Ctx *ctx, const MetaRows *rows);

/* Returns the changes from `before`, which has its digest, to `after`, with the
** views of `after`. */
char *changes_write(Ctx *ctx, const MetaRows *before, const MetaRows *after);

/* Returns the digest before the changes, or, if `after` is true, after them. An
** unknown format is an error. */
DigestSum changes_head(Ctx *ctx, const char *changes, bool after);

/* Returns the rows after the changes to `rows`, or, if `back` is true, before
** the changes that led to `rows`, without views. `rows` has its digest. Changes
** that do not fit the rows are an error that names the row at fault. */
MetaRows *changes_apply(Ctx *ctx, const MetaRows *rows, const char *changes,
                        bool back);

/* Returns the rows with the views of the changes that lead to them. */
MetaRows *changes_views(Ctx *ctx, const MetaRows *rows, const char *changes);

#endif
