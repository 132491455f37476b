/*
** alter_error: finds the view or trigger that an error of ALTER TABLE names.
** For a RENAME, SQLite reads all views and triggers. It refuses the RENAME if
** one of them uses a missing name
** (https://sqlite.org/lang_altertable.html#altertabrename).
*/
#ifndef ORM_ALTER_ERROR_H
#define ORM_ALTER_ERROR_H

#include "schema/schema.h"

/* The view or trigger that an error of ALTER TABLE names. */
typedef struct AlterError {
  ObjectType type; /* OBJECT_VIEW or OBJECT_TRIGGER */
  const char *name;
  bool after_rename; /* the object works, but the RENAME would break it */
} AlterError;

/* Returns the view or trigger of "main" that the error of ctx names. The result
** has the name NULL if the error names none. The error stays set. */
AlterError alter_error_find(Ctx *ctx);

/* Clears the error and drops the view or trigger that the error named. */
void alter_error_drop(Ctx *ctx, const AlterError *blocker);

#endif
