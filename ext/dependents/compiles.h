/*
** compiles: what a change must not break elsewhere: views, triggers and virtual
** tables, of the database and of the connection (TEMP). SQLite compiles them
** when they are used, so that a missing name shows only then. Here they are
** compiled before the change and after it.
*/
#ifndef ORM_COMPILES_H
#define ORM_COMPILES_H

#include "schema/schema.h"

/* Settings that decide what is compiled, and how. */
enum { COMPILES_SETTINGS = 4 };
typedef struct CompileSettings {
  int values[COMPILES_SETTINGS];
} CompileSettings;

/* Enables triggers and views. With `strict`, a word in "double quotes" is
** always a name. Returns what the settings were, for restore_settings(). */
CompileSettings enable_compiling(Ctx *ctx, bool strict);
void restore_settings(Ctx *ctx, const CompileSettings *settings);

/* Can SQLite compile the view or trigger of "main"? `live` has the table that
** it is on. Triggers and views must be enabled. */
bool compiles_object(Ctx *ctx, const Object *object, const Schema *live);

/* What the map has of the first name in the object's SQL that it has; NULL if
** none. */
void *compiles_find_name(Ctx *ctx, const Object *object, const NameMap *names);

typedef struct CompileCheck {
  struct WorkingObject *list; /* those that worked before */
  int count;
  const Object **broken; /* those of the database that did not */
  int nbroken;
  const Schema *declared; /* the version that is reached; NULL: none */
  bool adopted;           /* what that declares may be broken */
  const char *mended;     /* and what this names: see compiles_mended() */
} CompileCheck;

/* Takes up what names one of the names (of tables, views, virtual tables,
** indexes), or a view or virtual table that does, and works. A view or trigger
** that needs functions, collations or modules that the connection lacks is
** tried on the scratch database (scratch.h). */
void compiles_before(Ctx *ctx, CompileCheck *check, const Schema *live,
                     const NameMap *names);

/* Those that still exist must still work. It is an error that names those that
** do not, or a TEMP trigger that went with what it was on. `live` is the schema
** as it is now. */
void compiles_after(Ctx *ctx, const CompileCheck *check, const Schema *live);

/* The names of undeclared ones that did not work before and do now, as a JSON
** array; NULL: none. */
char *compiles_mended(Ctx *ctx, const CompileCheck *check, const Schema *live);

#endif
