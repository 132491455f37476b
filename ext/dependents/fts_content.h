/*
** fts_content: full-text tables (FTS3, FTS4, FTS5) that index the rows of
** another table, content='table'. They name that table and its columns in their
** arguments, which SQLite's RENAME leaves alone
** (https://sqlite.org/fts5.html#external_content_tables,
** https://sqlite.org/fts3.html#_external_content_fts4_tables_). Pure.
*/
#ifndef ORM_FTS_CONTENT_H
#define ORM_FTS_CONTENT_H

#include "ddl/rename_map.h"

/* The table whose rows a CREATE VIRTUAL TABLE text indexes; NULL if it is
** another virtual table. */
const char *fts_content_table(Ctx *ctx, const char *sql);

/* Does it say content_rowid? Its value; NULL if not. */
const char *fts_content_rowid(Ctx *ctx, const char *sql);

/* The text with the names of now for the table and its columns; the text itself
** if it names nothing that was renamed. */
const char *fts_content_rename(Ctx *ctx, const RenameMap *names,
                               const char *sql);

/* Are both texts of full-text tables with content elsewhere, and differ in
** nothing but the names of tables and columns? */
bool fts_content_equal_but_names(Ctx *ctx, const char *a, const char *b);

/* The columns that a text declares, as names. */
typedef struct ContentColumns {
  const char **list;
  int count;
} ContentColumns;
ContentColumns fts_content_columns(Ctx *ctx, const char *sql);

#endif
