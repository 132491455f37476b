/*
** files: the repository on disk, dir/versions/001_users_and_posts.sql.
** With ORM_OMIT_FILES, nothing here touches the file system.
**
** A file is:
**
**     -- orm:migration {"version":1,"message":"users and posts",...}
**     -- migrate:up
**     CREATE TABLE ...
**
**     -- migrate:down
**     DROP TABLE ...
**
**     -- orm:models {"format":1,...}
**
** The first line also says "undo":false where there is no undo script at all,
** which is not the same as one that does nothing. A line of a script that looks
** like one of these is written with "-- orm:line " before it (file_mark.h).
**
** A portable file has plain SQL in these sections, which dbmate runs as it is
** (portable.h), and between them and the models what was recorded:
**
**     -- orm:recorded {"checksum":"...","portable":"...","up":...,"down":...}
**
** That is what is imported: by its checksum it is the same version as in a file
** of the other form. `portable` is the checksum of the sections: one that was
** edited there cannot be taken in.
*/
#ifndef ORM_FILES_H
#define ORM_FILES_H

#include "meta/history.h"

/* Writes all versions, with plain SQL if `portable`; makes dir and
** dir/versions if they are missing. A file that is right already is not
** touched; another file of the same version is an error. Returns the number of
** versions. An empty name of the directory is an error in all calls. */
i64 files_export(Ctx *ctx, const char *dir, bool portable);

/* Reads all versions of dir/versions; makes the meta tables if they are
** missing. New ones are recorded as pending, pending ones replaced by what was
** made of them; an applied one must be the same, but for its undo: one that was
** changed in the file replaces ours. Somebody else's version of a
** number that is recorded here is an error that points to orm_rebase(), and so
** is a repository that lacks what is applied here. Declarations that were
** empty, or those of the old head, follow to the new one. A file that does not
** say when it was made was at `timestamp`, NULL: now. Returns how many versions
** came in. */
i64 files_import(Ctx *ctx, const char *dir, const char *timestamp);

/* Where the repository and the database went apart. */
typedef struct Fork {
  i64 base;               /* the newest version that both have */
  const char *their_base; /* its snapshot as the repository has it; NULL: its
                          ** file is not there */
  Versions both, theirs;  /* of the repository: up to it, above it */
} Fork;

/* Files of versions above that are recorded here in the same words are ours,
** and beside those of others no error. */
Fork files_fork(Ctx *ctx, const char *dir);

/* Records theirs as pending, and takes changed undos of both; timestamp as
** above. */
void files_take(Ctx *ctx, Fork *fork, const char *timestamp);

/* Removes those files of the versions that are just what files_export() wrote
** of them. */
void files_withdraw(Ctx *ctx, const char *dir, const Versions *versions);

#endif
