/*
** renamed_from: resolves the `-- @renamed from=old` directives of a script to
** declared rows. Input: the names of the script and the declared rows. Output:
** for each name of the script, the id of the row that gets this name.
**
** `old` is looked up in the newest version, then in the declarations, then in
** the current version. A directive has no effect if its row had the old name in
** some version: the rename was done then. Therefore a script may run again.
*/
#ifndef ORM_RENAMED_FROM_H
#define ORM_RENAMED_FROM_H

#include "meta/former_names.h"

/* A row of orm_model or orm_column. `name` is the name of the table or
** column. */
typedef struct NamedRow {
  i64 id;
  const char *name;
} NamedRow;

/* The name of a table or column in the script. */
typedef struct Rename {
  const char *name;
  const char *from; /* the old name; NULL: no directive */
  bool name_fits;   /* the declared column `name` has the script's definition */
  bool from_fits;   /* the declared column `from` has the script's definition */
  i64 source; /* the result: the id of the row that gets the name; 0: no row is
              ** renamed */
} Rename;

/* The renames of tables, or of the columns of one table. The caller sets the
** first five fields and adds names and rows. */
typedef struct Renames {
  Ctx *ctx;
  FormerNames *names;
  const MetaRows *declared; /* which models exist; for columns only */
  const Table *table; /* the owner of the columns (id, name); NULL: tables */
  bool complete;      /* the script drops the names that it does not mention */
  NamedRow *rows;     /* the declared rows */
  int nrow;
  Rename *list; /* the names of the script */
  int count;
} Renames;

/* Adds a name of the script. `from` is the old name, or NULL. */
void renamed_from_add_name(Renames *r, const char *name, const char *from);

/* Adds a declared row. */
void renamed_from_add_row(Renames *r, i64 id, const char *name);

/* Sets the source of each name. Errors: an old name that no table or column has
** or had; two renames from the same name; a rename that would drop a table or
** column that the script does not mention. */
void renamed_from_resolve(Renames *r);

/* Returns the declared row with that id, or NULL. */
const NamedRow *renamed_from_row_by_id(const Renames *r, i64 id);
/* Returns the declared row with that name, or NULL. */
const NamedRow *renamed_from_row_by_name(const Renames *r, const char *name);

/* True if the rename has a deleted row as its source. The newest version
** identifies the table or column by the id of this row, so the id must be
** restored: renamed_from_heir() gets it, or else a new row. */
bool renamed_from_lacks_row(const Renames *r, const Rename *rename);
/* Returns the declared row with the new name, or NULL if there is none or if it
** gets another name itself. */
const NamedRow *renamed_from_heir(const Renames *r, const Rename *rename);

/* True if renamed_from_resolve() gave the row another name. */
bool renamed_from_is_renamed(const Renames *r, const NamedRow *row);

#endif
