/*
** usable: views and triggers that a change must not break. SQLite compiles
** them when they are used, so a column that goes away is missed only then;
** here they are compiled before the change and after it.
*/
#ifndef ORM_USABLE_H
#define ORM_USABLE_H

#include "schema.h"

/* Triggers on or off; returns what they were. */
int usable_enable_triggers(Ctx *ctx, int on);

/* Can SQLite compile the view or trigger? `live` has the table that it is on.
** Triggers must be enabled. */
bool usable_compiles(Ctx *ctx, const Object *object, const Schema *live);

/* What the map has of the first name in the object's SQL that it has; NULL if
** none. */
void *usable_named(Ctx *ctx, const Object *object, const NameMap *names);

typedef struct UsableCheck {
  const Object **list; /* those that worked before */
  int count;
} UsableCheck;

/* Takes up the views and triggers of `live` that name one of the tables, or a
** view that does, and can be compiled. */
void usable_before(Ctx *ctx, UsableCheck *check, const Schema *live,
                   const NameMap *tables);

/* Those that are still there must still compile; the first that does not is an
** error that names it. `live` is the schema as it is now. */
void usable_after(Ctx *ctx, const UsableCheck *check, const Schema *live);

#endif
