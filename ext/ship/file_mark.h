/*
** file_mark: the marks of a migration file: lines that separate its sections or
** give facts about it.
**
** A line of a script is ambiguous if it begins like a mark or like a conflict
** marker of git, as a line inside a string or a comment may. An ambiguous line
** is written with "-- orm:line " before it. Reading the file removes this
** prefix.
*/
#ifndef ORM_FILE_MARK_H
#define ORM_FILE_MARK_H

#include "base/context.h"

#define MARK_HEADER   "-- orm:migration " /* facts about the version, JSON */
#define MARK_UP       "-- migrate:up"     /* begins a section, as in dbmate */
#define MARK_DOWN     "-- migrate:down"
#define MARK_RECORDED "-- orm:recorded " /* the original scripts, JSON */
#define MARK_MODELS   "-- orm:models "   /* the changes of the models */

/* Returns the first line of the text that is this mark; NULL: none. */
const char *file_mark_find(const char *text, const char *mark);

/* Returns the script with "-- orm:line " before each ambiguous line. */
char *file_mark_escape(Ctx *ctx, const char *script);

/* Returns the mark at the beginning of the first ambiguous line of the script;
** NULL: no line is ambiguous. */
const char *file_mark_ambiguous(const char *script);

/* Returns the text of a section, unescaped, without white space at its end.
** `from` is the line after the section's mark, `to` is the next mark. If `crlf`
** is true, the line ends of the file are CRLF, and become LF. */
char *file_mark_section(Ctx *ctx, const char *from, const char *to, bool crlf);

/* Sets an error with the path and the line number if the text of a file has the
** same mark twice, or a conflict marker of git. */
void file_mark_check(Ctx *ctx, const char *text, const char *path);

#endif
