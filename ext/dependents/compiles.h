/*
** compiles: checks that views, triggers and virtual tables still work after a
** change. SQLite compiles them only when they are used. Without this check, a
** name that the change has removed would not be reported until then.
**
** Input: the live schema and the names that the change concerns.
** compiles_before() compiles the objects that use one of these names, and notes
** those that work. compiles_after() compiles the noted objects again. Output:
** an error that names the objects that no longer work.
**
** The views and triggers of the connection (TEMP) are included. If the
** connection lacks a function, collation or module that an object needs, the
** object is compiled on a scratch database (scratch.h).
*/
#ifndef ORM_COMPILES_H
#define ORM_COMPILES_H

#include "schema/schema.h"

/* Returns true if SQLite can compile the view or trigger of "main". Sets no
** error if it cannot. `live` must have the table that a trigger is on. Triggers
** and views must be enabled on the connection. */
bool compiles_object(Ctx *ctx, const Object *object, const Schema *live);

/* Looks for the first name in the object's SQL that is a key of `names`.
** Returns its value in `names`; NULL if there is no such name. */
void *compiles_find_name(Ctx *ctx, const Object *object, const NameMap *names);

/* A check of one change. Before compiles_before(), the caller sets `declared`,
** `adopted`, `mended` and `no_temp` and zeroes the rest. */
typedef struct CompileCheck {
  struct WorkingObject *list; /* objects that worked before */
  int count;
  const Object **broken; /* objects of the database that did not work */
  int nbroken;
  const Schema *declared; /* the version that the change leads to, or NULL */
  bool adopted;           /* objects of `declared` may be broken */
  const char *mended;     /* JSON: objects in its array "objects" may be, too */
  bool no_temp;           /* there are no TEMP objects */
} CompileCheck;

/* Notes the objects that work and that use one of the names, directly or
** through a view or virtual table. `names` has names of tables, views, virtual
** tables and indexes as keys. */
void compiles_before(Ctx *ctx, CompileCheck *check, const Schema *live,
                     const NameMap *names);

/* Compiles the noted objects again. It is an error if one of them still exists
** and does not work, or if a TEMP trigger was dropped with its table or view.
** `live` is the schema after the change. */
void compiles_after(Ctx *ctx, const CompileCheck *check, const Schema *live);

/* Returns a JSON array of the undeclared objects that did not work before the
** change and work now, by name; NULL if there are none. */
char *compiles_mended(Ctx *ctx, const CompileCheck *check, const Schema *live);

#endif
