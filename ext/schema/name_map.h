/*
** name_map: a map from names to pointers. The letter case of names is ignored,
** as in SQL. Pure.
*/
#ifndef ORM_NAME_MAP_H
#define ORM_NAME_MAP_H

#include "base/context.h"

/* A map, in memory of ctx. */
typedef struct NameMap NameMap;

/* Returns an empty map. */
NameMap *map_new(Ctx *ctx);

/* Sets the value of a name. The map does not copy the name, which must live as
** long as the map. */
void map_put(Ctx *ctx, NameMap *map, const char *name, void *value);

/* Returns the value of a name; NULL if it is missing, or if map is NULL. */
void *map_get(const NameMap *map, const char *name);

#endif
