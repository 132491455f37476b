/*
** author_text: the CREATE texts of what a version changes, as their authors
** wrote them. The rows of the meta tables do not have them, the database does.
*/
#ifndef ORM_AUTHOR_TEXT_H
#define ORM_AUTHOR_TEXT_H

#include "plan/diff.h"

/* Gives the tables, indexes and objects of the changes their texts: those that
** `live` has, edited to say what the changes say. The script then leaves all
** else as it is, and what undoes it has the texts of before. What `live` does
** not have stays without, and is written in orm's own layout. */
void author_text_give(Ctx *ctx, Changes *changes, const Schema *live);

/* The same for changes that lead back to what `live` has. */
void author_text_give_back(Ctx *ctx, Changes *changes, const Schema *live);

/* What a script says of the statements that bring a text back. */
#define AUTHOR_TEXT_COME_BACK "-- its text as it was"

/* Is the text the same after its name `old` was made `new` by SQLite's RENAME,
** and back? It writes names of tables in quotes. */
bool author_text_come_back(Ctx *ctx, const char *sql, bool is_table,
                           const char *old, const char *now);

/* Has the text a word in double quotes that is none of these names? It is a
** string then. Views and triggers also name their own columns: one too many is
** no harm. */
bool author_text_have_string(Ctx *ctx, const char *sql, const NameMap *names);

#endif
