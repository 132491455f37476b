/*
** get: orm_get() and orm_select(): an object and its graph as JSON.
*/
#ifndef ORM_GET_H
#define ORM_GET_H

#include "base/context.h"

/* The prepared query of a call of orm_get(). It serves all rows of the query
** that contains the call. */
typedef struct GetPlan GetPlan;

/* Returns the plan for a model and a list of members; NULL after an error.
** `members` may be NULL: all columns. To be freed with get_free(). */
GetPlan *get_plan(Ctx *ctx, const char *model, const char *members);

/* Frees a plan. */
void get_free(void *plan);

/* Returns true if the plan is for this model and these members. `members` is
** NULL if the call lacks it. */
bool get_serves(const GetPlan *plan, sqlite3_value *model,
                sqlite3_value *members);

/* Sets the object with this key as the result; nothing if there is none. */
void get_object(Ctx *ctx, GetPlan *plan, sqlite3_value *key,
                sqlite3_context *out);

/* Returns the SELECT of all objects of a model. It uses only functions of
** SQLite. `members` may be NULL. */
const char *get_select(Ctx *ctx, const char *model, const char *members);

#endif
