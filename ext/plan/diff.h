/*
** diff: the list of changes from one schema to another. Pure: structs in,
** structs out.
*/
#ifndef ORM_DIFF_H
#define ORM_DIFF_H

#include "plan/change.h"

/* Returns the changes from `from` to `to`, in the order in which they run.
** `renamed` is `from` with the names of `to` (model_renamed()), so that its
** objects and those of `to` correspond by name. The changes point to `from` and
** `to`. */
Changes diff_schemas(Ctx *ctx, const Schema *from, const Schema *renamed,
                     const Schema *to);

/* Returns the changes from the live to the declared schema. Objects correspond
** by name. Adapts `live`: its norms (schema_adopt_norms()), and the declared
** backfills of its columns, which count as run. */
Changes diff_live(Ctx *ctx, Schema *live, const Schema *declared);

/* Returns the changes that undo these, in the order in which they run. */
Changes diff_inverse(Ctx *ctx, const Changes *changes);

/* Returns the changes of both lists in one list, in the order in which they
** run. */
Changes diff_join(Ctx *ctx, const Changes *a, const Changes *b);

/* Returns the declared objects of `live`: those whose names are in `a` or in
** `b`. Either may be NULL. */
Schema *diff_restrict(Ctx *ctx, const Schema *live, const Schema *a,
                      const Schema *b);

/* Returns the key of an object for diff_keys() and diff_has_key(). The key of a
** table differs from the key of another kind of object with the same name. */
const char *diff_key(Ctx *ctx, bool is_table, const char *name);

/* Returns the keys of the objects that the changes touch: for each object the
** keys of its name before and of its name after the change. */
NameMap *diff_keys(Ctx *ctx, const Changes *changes);

/* Returns true if the change touches an object with one of these keys. */
bool diff_has_key(Ctx *ctx, const NameMap *keys, const Change *change);

/* Returns a description of the change for messages:
** `add_column "user" (about TEXT)`. */
char *diff_describe(Ctx *ctx, const Change *change);

#endif
