/*
** get: orm_get() and orm_select(): an object and its graph as JSON.
*/
#ifndef ORM_GET_H
#define ORM_GET_H

#include "base/context.h"

/* The query of a call of orm_get(). It serves all rows of the query that
** contains the call. Afterwards the session keeps it for the next query,
** without its prepared statements, because these would keep the connection from
** being closed. A kept plan is valid as long as no transaction has changed the
** database. */
typedef struct GetPlan GetPlan;

/* The greatest number of plans that a session keeps. */
enum { GET_PLANS = 4 };

/* Returns a plan for a model and a list of members; NULL after an error.
** `members` may be NULL: all columns. To be given back with get_end(). */
GetPlan *get_plan(Ctx *ctx, const char *model, const char *members);

/* Gives a plan back to its session. */
void get_end(void *plan);

/* Frees the plans that a session keeps. */
void get_forget(Session *session);

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
