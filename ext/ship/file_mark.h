/*
** file_mark: the lines of a migration file that have a meaning of their own,
** and those of a script that only look like one.
**
** A line of a script that begins like a mark, or like what git writes into a
** file with a conflict, is written behind MARK_LINE, which is taken off again
** when the file is read. Such a line can only be in a string or a comment.
*/
#ifndef ORM_FILE_MARK_H
#define ORM_FILE_MARK_H

#include "base/context.h"

#define MARK_HEADER   "-- orm:migration "
#define MARK_UP       "-- migrate:up"
#define MARK_DOWN     "-- migrate:down"
#define MARK_RECORDED "-- orm:recorded "
#define MARK_MODELS   "-- orm:models "
#define MARK_LINE     "-- orm:line "

/* The first line of the text that is this mark; NULL: none. */
const char *file_mark_find(const char *text, const char *mark);

/* The script as a file has it. */
char *file_mark_escape(Ctx *ctx, const char *script);
/* The mark that a line of the script begins like; NULL: none. */
const char *file_mark_like(const char *script);

/* The text of a section, from the line behind a mark to the next mark. If crlf,
** all line ends were made CRLF, and are LF again. */
char *file_mark_section(Ctx *ctx, const char *from, const char *to, bool crlf);

/* An error that names the file and the line, if the text has a mark twice, or
** what git leaves in a file with a conflict. */
void file_mark_check(Ctx *ctx, const char *text, const char *path);

#endif
