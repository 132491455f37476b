/*
** fts_content: the arguments of full-text tables (FTS3, FTS4, FTS5) that index
** the rows of another table, content='table'. The arguments contain the names
** of that table and of its columns. SQLite's RENAME does not change them
** (https://sqlite.org/fts5.html#external_content_tables,
** https://sqlite.org/fts3.html#_external_content_fts4_tables_). Pure.
*/
#ifndef ORM_FTS_CONTENT_H
#define ORM_FTS_CONTENT_H

#include "ddl/rename_map.h"

/* Returns the table whose rows the full-text table of this CREATE VIRTUAL TABLE
** text indexes; NULL for any other virtual table. */
const char *fts_content_table(Ctx *ctx, const char *sql);

/* Returns the value of the option content_rowid; NULL if the text does not have
** the option. */
const char *fts_content_rowid(Ctx *ctx, const char *sql);

/* Returns the text with the new names of the table and its columns; `sql`
** itself if it contains no renamed name. */
const char *fts_content_rename(Ctx *ctx, const RenameMap *names,
                               const char *sql);

/* Returns true if both texts create full-text tables that index another table,
** and differ only in the names of tables and columns. */
bool fts_content_equal_but_names(Ctx *ctx, const char *a, const char *b);

/* The columns that a CREATE VIRTUAL TABLE text declares. */
typedef struct ContentColumns {
  const char **list;
  int count;
} ContentColumns;
/* Returns the columns of the text. */
ContentColumns fts_content_columns(Ctx *ctx, const char *sql);

#endif
