/*
** renamed_from: resolves the `-- @renamed from=old` directives of a script to
** declared rows. Input: the names of the script and the declared rows. Output:
** for each name, the id of the row that gets it.
**
** A directive refers to the newest version: `old` is a name of that version,
** even if the declarations do not use it any more. If only the declarations
** have the name, it is the declared one. A directive has no effect if its row
** had the old name in some version, so that a script may run again.
*/
#ifndef ORM_RENAMED_FROM_H
#define ORM_RENAMED_FROM_H

#include "meta/former_names.h"

/* A row of orm_model or orm_column; the name is that of the table or column. */
typedef struct NamedRow {
  i64 id;
  const char *name;
} NamedRow;

/* A name of the script: of a table, or of a column of one table. */
typedef struct Rename {
  const char *name;
  const char *from; /* the old name; NULL: no directive */
  bool name_fits;   /* the declared column `name` has the script's definition */
  bool from_fits;   /* the declared column `from` has it */
  i64 source; /* the result: the id of the row that gets the name; 0: none, the
              ** row has the name already */
} Rename;

/* The renames of tables, or of the columns of one table. The caller sets the
** first five fields and adds names and rows. */
typedef struct Renames {
  Ctx *ctx;
  FormerNames *names; /* of ctx->db */
  sqlite3 *live;      /* the real database if ctx->db is a copy in memory */
  const Table *table; /* the owner of the columns (id, name); NULL: tables */
  bool complete;      /* names that the script lacks are dropped */
  NamedRow *rows;     /* the declared rows */
  int nrow;
  Rename *list; /* the names of the script */
  int count;
} Renames;

/* Adds a name of the script. `from` is the old name, or NULL. */
void renamed_from_add_name(Renames *r, const char *name, const char *from);

/* Adds a declared row. */
void renamed_from_add_row(Renames *r, i64 id, const char *name);

/* Sets the source of each name. Errors: an old name that nothing has or had,
** two renames from one name, and a rename that would drop something that the
** script does not mention. */
void renamed_from_resolve(Renames *r);

/* Returns the declared row with that id, or NULL. */
const NamedRow *renamed_from_row_by_id(const Renames *r, i64 id);
/* Returns the declared row with that name, or NULL. */
const NamedRow *renamed_from_row_by_name(const Renames *r, const char *name);

/* True if the row gets another name. */
bool renamed_from_is_renamed(const Renames *r, const NamedRow *row);

#endif
