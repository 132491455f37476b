/*
** alter_error: which view or trigger an ALTER TABLE failed of. SQLite reads all
** views and triggers for a RENAME, and refuses it where one of them names what
** is missing (https://sqlite.org/lang_altertable.html#altertabrename).
*/
#ifndef ORM_ALTER_ERROR_H
#define ORM_ALTER_ERROR_H

#include "schema/schema.h"

typedef struct AlterError {
  ObjectType type; /* a view or a trigger */
  const char *name;
  bool after; /* it was sound, and the RENAME would break it */
} AlterError;

/* The view or trigger of "main" that the error of ctx names; its name is NULL
** if it names none. The error stays. */
AlterError alter_error_find(Ctx *ctx);

/* Drops it. The error is forgotten. */
void alter_error_drop(Ctx *ctx, const AlterError *blocker);

#endif
