/*
** backup: copies "main" with SQLite's backup API. The copy has the committed
** state of one moment, even if other connections read and write at the same
** time.
**
** The copy is written to a temporary file beside its target, verified, and
** renamed, so the target is never incomplete.
*/
#ifndef ORM_BACKUP_H
#define ORM_BACKUP_H

#include "base/context.h"

/* Copies all pages to "main" of a new connection. Fails if this connection has
** uncommitted changes, because the copy would contain them. */
void backup_copy(Ctx *ctx, sqlite3 *to);

/* Makes sqlite3_interrupt() on this connection also interrupt `other`, as long
** as ctx exists. */
void backup_interrupts(Ctx *ctx, sqlite3 *other);

/* A copy of the database, first in a temporary file, then in its place. */
typedef struct Backup {
  const char *path;      /* the target; NULL: no backup is wanted */
  bool replace;          /* overwrite an existing file */
  const char *temporary; /* the file with the copy; NULL: none */
  bool kept;             /* the copy is in its place */
  i64 bytes;             /* size of the copy */
  i64 seen;              /* PRAGMA data_version of what was copied */
} Backup;

/* Writes and verifies the copy, in a temporary file. Fails if the target
** exists, unless `replace` is true. Always fails if the target is a file of a
** database of this connection. Call it before the write lock is taken. */
void backup_take(Ctx *ctx, Backup *backup, const char *path, bool replace);

/* Puts the copy in its place. Call it under the write lock, before the first
** change. If another connection has written since the copy was made, makes a
** new copy first. Does nothing if `backup` is NULL or backup->path is NULL. */
void backup_keep(Ctx *ctx, Backup *backup);

/* Removes a copy that is not in its place. Call it on all paths. If an error is
** set and the copy is in its place, adds the name of the backup to the
** message. */
void backup_end(Ctx *ctx, Backup *backup);

/* Makes a backup in one call. Returns its size in bytes. */
i64 backup_file(Ctx *ctx, const char *path, bool replace);

#endif
