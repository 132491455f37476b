/*
** value_rules: the rules that the values of a column obey, as a text, which the
** archive stores with the values. If the version of the values was discarded,
** they return to a column only if they obey its rules. Pure.
*/
#ifndef ORM_VALUE_RULES_H
#define ORM_VALUE_RULES_H

#include "schema/schema.h"

/* Returns the type that determines how the column stores a value: its affinity,
** or its declared type in a STRICT table. */
char *value_rules_type(Ctx *ctx, const Table *table, int column);

/* Returns a condition that is true if `value` has the type `to` and a column of
** that type stores it unchanged. Here 6 and 6.0 are equal. `value` is SQL for a
** value from a column of type `from`. The types are results of
** value_rules_type(). Returns NULL if the condition is true for each value. */
char *value_rules_fit(Ctx *ctx, const char *from, const char *to,
                      const char *value);

/* Returns the rules of the column, one per line: the result of
** value_rules_type(), NOT NULL, COLLATE, and each CHECK, key and unique index
** that names the column. "?" replaces the name of the column, so that a rename
** does not change the rules. */
char *value_rules_list(Ctx *ctx, const Schema *schema, const Table *table,
                       int column);

/* Returns true if all values that obey the rules `obeyed` also obey `rules`:
** the type of `rules` stores them unchanged, and each other line of `rules` is
** a line of `obeyed`. */
bool value_rules_imply(Ctx *ctx, const char *obeyed, const char *rules);

#endif
