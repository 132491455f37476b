/*
** value_type: the types of columns that JSON distinguishes and SQLite does not:
** Boolean, JSON, dates, Enum, String(n). Pure.
*/
#ifndef ORM_VALUE_TYPE_H
#define ORM_VALUE_TYPE_H

#include "objects/classes.h"

/* Returns the type of the column with this definition. The first word of the
** definition decides, in any letter case, quoted or not. Both the names of
** SQLAlchemy and those of SQL count. */
ValueType value_type_of(Ctx *ctx, const char *definition);

#endif
