/*
** version_file: the text of the file of a version, see files.h for its form.
*/
#ifndef ORM_VERSION_FILE_H
#define ORM_VERSION_FILE_H

#include "ship/trial.h"

/* Returns the text of the file of a recorded version, with plain SQL if
** `portable`, a trial for portable_version(), is not NULL. */
char *version_file_text(Ctx *ctx, const Version *v, Trial *portable);

/* Returns the version in the file path/name, without its rows. */
Version version_file_read(Ctx *ctx, const char *path, const char *name);

/* Sets the rows of the version that was read from path/name. Its changes begin
** with the rows of the version before it: one of `files`, or a recorded one.
** Changes that do not fit are an error, and so are rows that cannot be read. */
void version_file_find_rows(Ctx *ctx, Version *file, const Versions *files,
                            const char *path);

/* Returns true if the file has the form of an older release, and has exactly
** the recorded version. */
bool version_file_is_old(Ctx *ctx, const Version *file, const Version *v);

#endif
