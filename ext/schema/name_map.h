/*
** name_map: a map from names to pointers. Letter case is ignored, as in
** SQLite's identifiers. Pure.
*/
#ifndef ORM_NAME_MAP_H
#define ORM_NAME_MAP_H

#include "base/context.h"

/* A map; its memory is that of ctx, and it is never freed singly. */
typedef struct NameMap NameMap;

/* Returns an empty map. */
NameMap *map_new(Ctx *ctx);

/* Sets the value of a name. The map borrows the name. */
void map_put(Ctx *ctx, NameMap *map, const char *name, void *value);

/* Returns the value of a name; NULL if it is missing, or if map is NULL. */
void *map_get(const NameMap *map, const char *name);

#endif
