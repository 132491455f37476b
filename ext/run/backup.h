/*
** backup: a copy of "main" by SQLite's backup API: what is committed, as of one
** moment, whoever reads and writes meanwhile.
**
** A copy is written beside its place, proved, and put there whole: under the
** name that was asked for there is never half of one. With ORM_OMIT_FILES there
** are only copies to other connections.
*/
#ifndef ORM_BACKUP_H
#define ORM_BACKUP_H

#include "base/context.h"

/* Copies all pages to "main" of another connection, which must be new. An error
** where this connection has written and not committed: that would be copied. */
void backup_copy(Ctx *ctx, sqlite3 *to);

/* sqlite3_interrupt() of this connection stops the other one, too, as long as
** ctx lives. */
void backup_interrupts(Ctx *ctx, sqlite3 *other);

/* A copy that waits to be put into its place. */
typedef struct Backup {
  const char *path;      /* NULL: none is wanted, and nothing is done */
  bool replace;          /* over the file that is there */
  const char *temporary; /* NULL: not there */
  bool kept;             /* put into its place */
  i64 bytes;
  i64 seen; /* PRAGMA data_version of what was copied */
} Backup;

/* Writes the copy and proves it. A file that is there, unless `replace`, and a
** file of a database of this connection, always, is an error. To be called
** before the write lock is taken. */
void backup_take(Ctx *ctx, Backup *backup, const char *path, bool replace);

/* Under the write lock, before the first change: puts it into its place. Where
** somebody else has written since it was taken, it is taken anew first. NULL:
** nothing is done. */
void backup_keep(Ctx *ctx, Backup *backup);

/* Removes what was not kept; to be called on all paths. An error that is set
** then says that there is a backup, if it was kept. */
void backup_end(Ctx *ctx, Backup *backup);

/* All at once. Returns the number of bytes. */
i64 backup_file(Ctx *ctx, const char *path, bool replace);

#endif
