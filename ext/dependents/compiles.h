/*
** compiles: checks that views, triggers and virtual tables still work after a
** change. SQLite compiles them only when they are used, so a name that the
** change has removed would show only then.
**
** Input: the live schema and the names that the change concerns.
** compiles_before() compiles the objects that use one of these names, and notes
** those that work. compiles_after() compiles them again. Output: an error that
** names the objects which no longer work.
**
** The views and triggers of the connection (TEMP) are included. Objects that
** need functions, collations or modules which the connection lacks are compiled
** on a scratch database (scratch.h).
*/
#ifndef ORM_COMPILES_H
#define ORM_COMPILES_H

#include "schema/schema.h"

/* Returns true if SQLite can compile the view or trigger of "main"; the error
** is forgotten. `live` has the table that a trigger is on. Triggers and views
** must be enabled on the connection. */
bool compiles_object(Ctx *ctx, const Object *object, const Schema *live);

/* Returns the value in `names` of the first name in the object's SQL that is a
** key of `names`; NULL if there is none. */
void *compiles_find_name(Ctx *ctx, const Object *object, const NameMap *names);

/* A check of one change. The caller sets `declared`, `adopted` and `mended`
** before compiles_before(), and zeroes the rest. */
typedef struct CompileCheck {
  struct WorkingObject *list; /* objects that worked before */
  int count;
  const Object **broken; /* objects of the database that did not */
  int nbroken;
  const Schema *declared; /* the version that the change leads to, or NULL */
  bool adopted;           /* objects that it declares may be broken */
  const char *mended; /* JSON: objects in its array "objects" may be broken */
} CompileCheck;

/* Notes the objects that work and that use one of the names, directly or
** through a view or virtual table. The names are those of tables, views,
** virtual tables and indexes. */
void compiles_before(Ctx *ctx, CompileCheck *check, const Schema *live,
                     const NameMap *names);

/* Compiles the noted objects again. It is an error if one that still exists
** does not work, or if a TEMP trigger has gone with its table or view. `live`
** is the schema as it is now. */
void compiles_after(Ctx *ctx, const CompileCheck *check, const Schema *live);

/* Returns the names of undeclared objects that did not work before and work
** now, as a JSON array; NULL if there are none. */
char *compiles_mended(Ctx *ctx, const CompileCheck *check, const Schema *live);

#endif
