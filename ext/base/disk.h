/*
** disk: reads and writes whole text files and directories of a repository. With
** ORM_OMIT_FILES, every call is an error.
*/
#ifndef ORM_DISK_H
#define ORM_DISK_H

#include "base/context.h"

/* Sets the error 'cannot VERB "PATH": ' with the text of errno and the advice,
** which may be "". */
void disk_error(Ctx *ctx, const char *verb, const char *path,
                const char *advice);

/* Returns a new name for a temporary file beside the file `path`. */
char *disk_temporary(Ctx *ctx, const char *path);

/* Creates a directory if it is missing. Its parent must exist. */
void disk_make_directory(Ctx *ctx, const char *path);

/* Returns the text of a file, without a byte order mark. Returns NULL, without
** an error, if the file is missing. A directory, a device or a file with a NUL
** byte is an error. */
char *disk_read(Ctx *ctx, const char *path);

/* Writes the file dir/name through a temporary file, fsync() and rename(). So a
** reader finds either the old file or the new one, also after a crash of the
** machine. */
void disk_write(Ctx *ctx, const char *dir, const char *name, const char *text);

/* Removes a file. A missing file is an error. */
void disk_remove(Ctx *ctx, const char *path);

/* File names without their directory. */
typedef struct DiskNames {
  const char **list;
  int count;
} DiskNames;

/* Returns the files of a directory whose names begin with a number above 0 and
** end with ".sql", in the order of these numbers. A missing directory is an
** error. */
DiskNames disk_scripts(Ctx *ctx, const char *path);

#endif
