/*
** disk: whole text files and directories of a repository. With ORM_OMIT_FILES
** nothing here is compiled.
*/
#ifndef ORM_DISK_H
#define ORM_DISK_H

#include "base/context.h"

/* Creates a directory if it is missing; those above it must exist. */
void disk_make_directory(Ctx *ctx, const char *path);

/* The text of a file, without a byte order mark; NULL, without an error, if
** there is no such file. */
char *disk_read(Ctx *ctx, const char *path);

/* Writes the file dir/name by a temporary file and rename(): a reader sees the
** old file or the new one, and after a crash of the machine there is one of
** them. */
void disk_write(Ctx *ctx, const char *dir, const char *name, const char *text);

void disk_remove(Ctx *ctx, const char *path);

typedef struct DiskNames {
  const char **list;
  int count;
} DiskNames;

/* The names NNN_x.sql in a directory, by number. */
DiskNames disk_scripts(Ctx *ctx, const char *path);

#endif
