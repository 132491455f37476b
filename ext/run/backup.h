/*
** backup: copies "main" with SQLite's backup API. The copy has what is
** committed at one moment, while other connections read and write.
**
** The copy is written to a temporary file beside its target, verified, and
** renamed, so the target is never incomplete. With ORM_OMIT_FILES there are
** only copies to other connections.
*/
#ifndef ORM_BACKUP_H
#define ORM_BACKUP_H

#include "base/context.h"

/* Copies all pages to "main" of a new connection. Fails if this connection has
** uncommitted changes: they would be copied. */
void backup_copy(Ctx *ctx, sqlite3 *to);

/* Makes sqlite3_interrupt() of this connection stop the other one, too, as long
** as ctx lives. */
void backup_interrupts(Ctx *ctx, sqlite3 *other);

/* A copy that is not in its place yet. */
typedef struct Backup {
  const char *path;      /* the target; NULL: no backup is wanted */
  bool replace;          /* overwrite an existing file */
  const char *temporary; /* the file with the copy; NULL: none */
  bool kept;             /* the copy is in its place */
  i64 bytes;             /* size of the copy */
  i64 seen;              /* PRAGMA data_version of what was copied */
} Backup;

/* Writes and verifies the copy. Fails if the file exists, unless `replace`, and
** always if it belongs to a database of this connection. Call it before the
** write lock is taken. */
void backup_take(Ctx *ctx, Backup *backup, const char *path, bool replace);

/* Puts the copy in its place. Call it under the write lock, before the first
** change. If another connection has written since the copy was made, it is made
** again first. Without a backup, or with NULL, nothing is done. */
void backup_keep(Ctx *ctx, Backup *backup);

/* Removes a copy that was not kept. Call it on all paths. If an error is set
** and the copy was kept, the message gets the name of the backup. */
void backup_end(Ctx *ctx, Backup *backup);

/* Makes a backup at once. Returns its size in bytes. */
i64 backup_file(Ctx *ctx, const char *path, bool replace);

#endif
