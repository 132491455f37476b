/*
** lab: a database in memory to try things on. What only the application has,
** its functions, collations and modules, is there by name, no more.
*/
#ifndef ORM_LAB_H
#define ORM_LAB_H

#include "schema.h"

typedef struct Lab {
  Ctx *ctx;
  sqlite3 *db, *outside;
  NameMap *functions, *modules; /* that it has */
  struct Guard *guard, **guards;
} Lab;

/* From here on ctx works on it. strings: what stands in "quotes" and is no name
** is taken for a string where the caller has it so; else it never is. */
void lab_open(Lab *lab, Ctx *ctx, bool strings);
void lab_close(Lab *lab);

/* The functions that this SQL calls, and the modules of its virtual tables, are
** to be there. */
void lab_know(Lab *lab, const char *sql);

#endif
