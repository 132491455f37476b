/*
** file_mark: the marks of a migration file: lines that separate its sections or
** give facts about it.
**
** A line of a script may begin like a mark, or like a conflict marker of git,
** when it is inside a string or a comment. Such a line is written behind
** "-- orm:line ", which is removed when the file is read.
*/
#ifndef ORM_FILE_MARK_H
#define ORM_FILE_MARK_H

#include "base/context.h"

#define MARK_HEADER   "-- orm:migration " /* facts about the version, JSON */
#define MARK_UP       "-- migrate:up"     /* begins a section, as in dbmate */
#define MARK_DOWN     "-- migrate:down"
#define MARK_RECORDED "-- orm:recorded " /* the original scripts, JSON */
#define MARK_MODELS   "-- orm:models "   /* the snapshot, JSON */

/* Returns the first line of the text that is this mark, NULL if none is. */
const char *file_mark_find(const char *text, const char *mark);

/* Returns the script with each ambiguous line behind "-- orm:line ". */
char *file_mark_escape(Ctx *ctx, const char *script);

/* Returns the mark that the first ambiguous line of the script begins with,
** NULL if the script has no such line. */
const char *file_mark_ambiguous(const char *script);

/* Returns the text of a section, unescaped, without blank space at its end.
** `from` is the line behind the section's mark, `to` the next mark. `crlf`
** is true if the file has CRLF line ends: they become LF. */
char *file_mark_section(Ctx *ctx, const char *from, const char *to, bool crlf);

/* Sets an error with the path and the line number if the text of a file has a
** mark twice or a conflict that git left. */
void file_mark_check(Ctx *ctx, const char *text, const char *path);

#endif
