/*
** files: exports and imports the repository,
** dir/versions/001_users_and_posts.sql. With ORM_OMIT_FILES, every function
** sets an error.
**
** The room `ship`: other copies of the recorded versions.
**
** Input: the recorded versions, and the files of a repository. Output: files,
** plain SQL, and versions that others recorded. Files: files, version_file and
** file_mark (the repository), portable and trial (plain SQL), rebase, merge and
** hand_edits (two histories become one).
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
**     -- orm:models 2 <digest before> <digest after>
**     -- orm:model +1 User table_name="user"
**     -- orm:column +1 User.id INTEGER PRIMARY KEY
**
** The lines from "-- orm:models" on are orm_migration.changes (meta/changes.h).
** Older releases wrote a snapshot in their place (meta/snapshot.h). Such a file
** is left as it is if it has the recorded version.
**
** The first line has "undo":false if the version has no undo script. This
** differs from an empty undo script. An ambiguous line of a script is written
** with "-- orm:line " before it (file_mark.h).
**
** The sections of a portable file have plain SQL, which dbmate runs unchanged
** (portable.h). The recorded scripts are in a line before the models:
**
**     -- orm:recorded {"checksum":"...","portable":"...","up":...,"down":...}
**
** An import reads the recorded scripts from this line. `checksum` is the
** checksum of the recorded scripts, and identifies the version as the one in an
** ordinary file. `portable` is the checksum of the sections: an import refuses
** a file whose sections were edited.
*/
#ifndef ORM_FILES_H
#define ORM_FILES_H

#include "meta/history.h"

/* Writes all versions to dir/versions, with plain SQL if `portable`, and
** creates both directories if they are missing. A file that is up to date is
** not touched. It is an error if a file of the same number has another version
** or was edited. Returns the number of versions. An empty `dir` is an error,
** also in files_import() and files_fork(). */
i64 files_export(Ctx *ctx, const char *dir, bool portable);

/* Imports all versions of dir/versions, and creates the meta tables if they are
** missing.
**
** - A new version is recorded as pending; a pending version is replaced.
** - An applied version must be the same, except for its undo script: an undo
**   script that was edited in the file replaces ours.
** - A version of somebody else under a number that is recorded here is an error
**   that names orm_rebase().
** - A repository that lacks a version that is applied here is an error.
** - Declarations that were empty, or equal to those of the old head, become
**   those of the new head.
**
** `timestamp` is the time of creation of files that do not state one; NULL:
** now. Returns the number of versions that were new or changed. */
i64 files_import(Ctx *ctx, const char *dir, const char *timestamp);

/* The result of comparing the histories of the repository and of the database.
** All versions in it are versions of the repository. */
typedef struct Fork {
  i64 base; /* the number of the newest common version; 0: none */
  const MetaRows *their_base; /* its rows in the repository; NULL: its file is
                              ** missing */
  Versions common;            /* the versions up to base */
  Versions theirs; /* the versions above base, without those that were
                          ** exported from here */
} Fork;

/* Compares the histories. Unlike in an import, two files may have the same
** number if one of them was exported from here. */
Fork files_fork(Ctx *ctx, const char *dir);

/* Records the versions of fork->theirs as pending, and the undo scripts that
** were edited in the files of fork->common. `timestamp` as for
** files_import(). */
void files_import_fork(Ctx *ctx, Fork *fork, const char *timestamp);

/* Removes the files of these versions from dir/versions, unless a file differs
** from what files_export() wrote. */
void files_remove_exported(Ctx *ctx, const char *dir, const Versions *versions);

#endif
