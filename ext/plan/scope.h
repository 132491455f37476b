/*
** scope: the part of a schema that a change concerns. A comparison of this part
** gives the changes of the whole schema, because the rest is equal.
**
** The part consists of relations (tables and views), with their indexes and
** triggers. It has
**   - the hot relations: those that the change creates, alters or drops, and
**     the views that use a hot relation;
**   - the relations that use a hot relation in their text or in that of an
**     index or trigger, as a child table does;
**   - the relations that the text of a change or of a hot relation names, as
**     the parents of foreign keys.
** A text uses a relation if a word of it is the name, with any meaning. So the
** part may be larger than needed, but not smaller.
**
** Only valid while the live schema has the objects of the recorded version as
** they are declared: the texts of sqlite_schema then show which declarations
** use each other.
*/
#ifndef ORM_SCOPE_H
#define ORM_SCOPE_H

#include "ddl/live.h"
#include "meta/rows.h"

/* A part of a schema. */
typedef struct PlanScope PlanScope;

/* Returns a scope of the relations that the rows of both sides declare
** differently, and of those that `script` (or NULL) names, or whose index or
** trigger it names. `live` is the live
** schema. Returns NULL if the whole schema must be compared: the part would not
** be much smaller, or a virtual table belongs to it. */
PlanScope *scope_new(Ctx *ctx, const LiveTexts *live, const MetaRows *from,
                     const MetaRows *to, const char *script);

/* Adds a relation. Returns true if it is new. */
bool scope_add_relation(PlanScope *scope, const char *name);

/* Adds the relations of a schema, such as views that do not exist yet. */
void scope_add_schema(Ctx *ctx, PlanScope *scope, const Schema *schema);

/* Returns the rows that declare the relations of the scope. Rows of META_VIEW
** are left out. */
MetaRows *scope_rows(Ctx *ctx, const PlanScope *scope, const MetaRows *rows);

/* Returns the names of the relations, as keys. */
const NameMap *scope_relations(const PlanScope *scope);

#endif
