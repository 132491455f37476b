/*
** author_text: the CREATE texts of the objects in a list of changes, as their
** authors wrote them. The meta tables lack these texts, so they are taken from
** the live schema.
*/
#ifndef ORM_AUTHOR_TEXT_H
#define ORM_AUTHOR_TEXT_H

#include "plan/diff.h"

/* Sets the CREATE texts in the changes. The text before a change is that of the
** object in `live`; the text after it is this text, edited to match the change.
** So the script keeps the author's layout and comments, and its inverse
** restores the old texts. An object that `live` lacks gets no text: orm writes
** it in its own layout. */
void author_text_apply(Ctx *ctx, Changes *changes, const Schema *live);

/* Sets the texts of changes whose result is `live`. */
void author_text_apply_inverse(Ctx *ctx, Changes *changes, const Schema *live);

/* The comment in a script above the statements that restore a text. */
#define AUTHOR_TEXT_RESTORED "-- its text as it was"

/* Returns true if the text is the same after SQLite's RENAME from `old` to
** `now` and back. RENAME puts names of tables in quotes. */
bool author_text_survives_rename(Ctx *ctx, const char *sql, bool is_table,
                                 const char *old, const char *now);

/* Returns true if the text has a word in double quotes that is not in `names`.
** Such a word is a string, or the name of a column that only a view or trigger
** has. */
bool author_text_has_string(Ctx *ctx, const char *sql, const NameMap *names);

#endif
