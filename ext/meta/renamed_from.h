/*
** renamed_from: which declared row each `-- @renamed from=old` of a script
** means.
**
** A directive speaks of the newest version: `old` is the name there, even if
** the declarations have given it up since. A name that only the declarations
** have is the declared one. A directive has no effect if its row had the old
** name in some version, so that a script may be run again.
*/
#ifndef ORM_RENAMED_FROM_H
#define ORM_RENAMED_FROM_H

#include "meta/former_names.h"

typedef struct Named {
  i64 id;
  const char *name;
} Named;

/* One name of the script: a table, or a column of a table. */
typedef struct Rename {
  const char *name, *from; /* from: NULL without a directive */
  bool here, there; /* is the definition of the declared row `name`, `from` the
                    ** one of the script? */
  i64 source; /* set: the id of the row that gets the name; 0: it has it */
} Rename;

typedef struct Renames {
  Ctx *ctx;
  FormerNames *past;
  sqlite3 *live;      /* the database itself, if ctx->db is a copy */
  const Table *table; /* of the columns: its id and name; NULL: tables */
  bool complete;      /* are names that the script lacks dropped? */
  Named *declared;    /* the rows now */
  int ndeclared;
  const Named *newest; /* the rows of the newest version */
  int nnewest;
  Rename *list;
  int count;
} Renames;

void renamed_from_add(Renames *r, const char *name, const char *from);
void renamed_from_declared(Renames *r, i64 id, const char *name);

/* Sets the sources. Errors: a name that nothing has or had, two renames from
** one name, and renames that would drop what the script does not mention. */
void renamed_from_solve(Renames *r);

/* The declared row of that id or that name; NULL if there is none. */
const Named *renamed_from_row(const Renames *r, i64 id);
const Named *renamed_from_named(const Renames *r, const char *name);

/* Does the row get another name? */
bool renamed_from_frees(const Renames *r, const Named *row);

#endif
