/*
** os: the files, the clock and the terminal of the operating system: POSIX,
** Windows, or, with ORM_OMIT_FILES, no files. Paths are UTF-8. A function that
** returns bool returns false on failure, with errno set; with ORM_OMIT_FILES,
** all of those for files fail, with ENOSYS.
*/
#ifndef ORM_OS_H
#define ORM_OS_H

#include "base/context.h"

#include <stdio.h>

/* The properties of a file. */
typedef struct OsFile {
  bool regular;                  /* not a directory, a device, ... */
  int mode;                      /* permissions of POSIX; 0 on Windows */
  i64 size;                      /* in bytes */
  sqlite3_uint64 device, number; /* equal for the same file */
} OsFile;

/* Finds the properties of a file or directory. */
bool os_stat(const char *path, OsFile *file);
/* Opens a file to read it. Returns NULL on failure. */
FILE *os_open(const char *path);
/* Creates a file, which must not exist, and opens it to write it. `mode` has
** permissions of POSIX. Returns NULL on failure. */
FILE *os_create(const char *path, int mode);
/* Waits until all that was written is on the disk. */
bool os_sync(FILE *file);
/* Creates a directory. */
bool os_make_directory(const char *path);
/* Removes a file. */
bool os_remove(const char *path);
/* Renames a file. Replaces the file `to` if it exists. */
bool os_replace(const char *from, const char *to);
/* Renames a file. Fails with EEXIST if the file `to` exists. (A POSIX file
** system without hard links cannot do this: there, replaces the file.) */
bool os_rename(const char *from, const char *to);
/* Waits until the entries of a directory are on the disk. To be called after a
** rename. A file system without this operation is not a failure. */
bool os_sync_directory(const char *path);

/* Calls each(p, name) for the names in a directory. */
bool os_list(const char *path, void (*each)(void *p, const char *name),
             void *p);

/* Returns the part of a path after its directories. */
const char *os_base_name(const char *path);

/* Returns the seconds of a clock that is never set. */
double os_seconds(void);
/* Returns true if stderr is a terminal. On Windows, makes the console
** understand escape sequences, and returns false if it cannot. */
bool os_stderr_is_terminal(void);

#endif
