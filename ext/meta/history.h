/*
** history: the recorded versions, which are the rows of orm_migration. Versions
** are numbered from 1 without gaps. The versions up to the current one are
** applied; all later versions are pending.
*/
#ifndef ORM_HISTORY_H
#define ORM_HISTORY_H

#include "meta/rows.h"

/* A row of orm_migration. Times are UTC, 'YYYY-MM-DD HH:MM:SS'. */
typedef struct Version {
  i64 version;
  const char *message;
  const char *up;
  const char *down;     /* NULL: no undo */
  const char *checksum; /* of `up`, taken when it was applied; NULL: pending */
  const char *down_checksum; /* of `down`, taken when `up` was applied; NULL if
                             ** recorded before layout 4, when `checksum` was
                             ** of both scripts */
  const char *created_at;
  const char *applied_at; /* NULL: pending */
  const char *file;       /* the name of its file in a repository */
  const char *mended;     /* the JSON that run_step() returned, see run.h */
  const char *changes;  /* to the declarations, see changes.h; NULL in a version
                          ** that is about to be recorded */
  const MetaRows *rows; /* the declarations, with the generated views; NULL if
                          ** the version was read from the database: see
                          ** history_rows() */
} Version;

/* A list of versions. */
typedef struct Versions {
  Version *list; /* ascending */
  int count;
} Versions;

/* Returns the highest applied version, 0 if none. */
i64 history_current(Ctx *ctx);
/* Returns the highest recorded version, 0 if none. */
i64 history_head(Ctx *ctx);

/* The highest number of a version. A hostile file may contain any number. */
#define HISTORY_MOST 1000000000

/* Returns the number of the version to record next. */
i64 history_next(Ctx *ctx);

/* Returns the recorded versions above `above`, up to `to`. */
Versions history_range(Ctx *ctx, i64 above, i64 to);

/* Returns a version, or NULL. */
const Version *history_find(Ctx *ctx, i64 version);

/* Prepares a statement for history_read(). db_finish() must follow. */
sqlite3_stmt *history_reader(Ctx *ctx);

/* Reads a version by the statement of history_reader(), which may belong to
** another ctx: many versions are read faster, and with memory of their own.
** Returns false if the version is missing. */
bool history_read(Ctx *ctx, sqlite3_stmt *reader, i64 version, Version *v);

/* Returns the highest version that is not above `version`, or NULL. */
const Version *history_at(Ctx *ctx, i64 version);

/* Fails if the version is neither 0 nor recorded. */
void history_require(Ctx *ctx, i64 version);

/* Returns the declarations of a version, with the generated views. They are
** computed from the changes of the versions, beginning with declarations that
** are known: those of the newest version, those that this call has read before,
** or none. Version 0 has no rows. A missing version is an error, and so are
** changes that do not fit. */
const MetaRows *history_rows(Ctx *ctx, i64 version);

/* Replaces the declarations of a version. */
void history_set_rows(Ctx *ctx, i64 version, const MetaRows *rows);

/* True if the version exists and has exactly these declarations and views. */
bool history_has(Ctx *ctx, i64 version, const MetaRows *rows);

/* The first line of the undo of a baseline. */
#define HISTORY_BASELINE "-- orm:baseline"

/* True for a baseline: a version that adopted existing objects. Its undo is
** refused, because it would drop objects that orm did not create. */
bool history_is_baseline(const Version *version);

/* The first line of the script of a combined version, see ship/squash.h:
** "-- orm:squash 1 to 5". */
#define HISTORY_SQUASH "-- orm:squash "

/* True for a combined version: its script creates the schema from nothing, and
** the versions below it are not recorded. */
bool history_is_squash(const Version *version);

/* Returns the number of the combined version that is recorded, 0 if none is. */
i64 history_squashed(Ctx *ctx);

/* Inserts or replaces a version. created_at NULL: now. file NULL: a name made
** from the message. If `rows` is NULL, `changes` is recorded as it is. */
void history_put(Ctx *ctx, const Version *version);

/* Deletes a version. */
void history_delete(Ctx *ctx, i64 version);

/* Marks a version as applied, and records the checksums of its scripts and
** `mended`; or, if `applied` is false, as pending. timestamp NULL: now. It is
** an error if the version is not recorded any more. */
void history_mark(Ctx *ctx, const Version *version, bool applied,
                  const char *timestamp, const char *mended);

/* Records the checksums of `up` and `down` of an applied version, in place of
** older ones. */
void history_take_checksums(Ctx *ctx, const Version *version);

/* True if the `up` of an applied version is still the script that was
** applied. */
bool history_is_unchanged(Ctx *ctx, const Version *version);
/* True if the `down` of an applied version is the one that was recorded when it
** was applied. Users may edit `down`, to correct an undo script that fails. */
bool history_is_undo_unchanged(Ctx *ctx, const Version *version);

/* Fails unless all versions from 1, or from the combined one, to the newest are
** recorded. */
void history_check_gaps(Ctx *ctx);

/* Fails unless all versions up to the current one are recorded and applied, and
** the `up` of each is still the script that was applied. */
void history_check(Ctx *ctx);

/* Returns the checksum of a script: 32 hex digits (XXH3, 128 bits). \r\n counts
** as \n, white space at both ends does not count; NULL counts as ''. */
char *history_checksum(Ctx *ctx, const char *script);
/* Returns the checksum of a script together with its undo. */
char *history_checksum_both(Ctx *ctx, const char *up, const char *down);

#endif
