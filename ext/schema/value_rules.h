/*
** value_rules: the rules that the values of a column obey, as a text that the
** archive stores with the values. Values whose version was discarded return to
** a column only if they obey its rules. Pure.
*/
#ifndef ORM_VALUE_RULES_H
#define ORM_VALUE_RULES_H

#include "schema/schema.h"

/* Returns the type that decides how the column stores a value: its affinity, in
** a STRICT table its declared type. */
char *value_rules_type(Ctx *ctx, const Table *table, int column);

/* Returns a condition: a column of type `to` stores an SQL value from a column
** of type `from` unchanged (6 and 6.0 count as equal), and the value is one of
** that type. Returns NULL if this is true of each value. */
char *value_rules_fit(Ctx *ctx, const char *from, const char *to,
                      const char *value);

/* Returns the rules of the column, one per line: the type above, NOT NULL,
** COLLATE, and each CHECK, key and unique index that names the column. "?" is
** in the place of the column's name, so that a rename changes nothing. */
char *value_rules_list(Ctx *ctx, const Schema *schema, const Table *table,
                       int column);

/* Returns true if all values that obeyed the rules `obeyed` obey `rules`: the
** type holds them, and each other line of `rules` is a line of `obeyed`. */
bool value_rules_imply(Ctx *ctx, const char *obeyed, const char *rules);

#endif
