/*
** diff: the list of changes from one schema to another. Pure: structs in,
** structs out.
*/
#ifndef ORM_DIFF_H
#define ORM_DIFF_H

#include "plan/change.h"

/* Returns the changes from `from` to `to`, in the order in which they run.
** `renamed` is `from` with the names of `to` (model_renamed()); it is compared
** with `to` by names. The changes point to `from` itself. */
Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *renamed,
                     const Schema *to);

/* Returns the changes from the live to the declared schema, by names. Changes
** norms in `live` (schema_adopt()), and marks the declared backfills of its
** columns as done. */
Changes diff_live(Ctx *ctx, Schema *live, const Schema *declared);

/* Returns the changes that undo these, in the order in which they run. */
Changes diff_inverse(Ctx *ctx, const Changes *changes);

/* Returns both lists as one, in the order in which the changes run. */
Changes diff_join(Ctx *ctx, const Changes *a, const Changes *b);

/* Returns the part of `live` with names that `a` or `b` has; either may be
** NULL. Undeclared objects are left out. */
Schema *diff_restrict(Ctx *ctx, const Schema *live, const Schema *a,
                      const Schema *b);

/* Returns the key of an object in the maps below. A table never has the key of
** an index, view, trigger or virtual table of its name. */
const char *diff_key(Ctx *ctx, bool is_table, const char *name);

/* Returns the keys of the objects that the changes touch, under the names
** before and after. */
NameMap *diff_keys(Ctx *ctx, const Changes *changes);

/* Returns true if the change touches an object with one of these keys. */
bool diff_has_key(Ctx *ctx, const NameMap *keys, const Change *change);

/* Returns the change in a line for messages:
** `add_column "user" (about TEXT)`. */
char *diff_describe(Ctx *ctx, const Change *change);

#endif
