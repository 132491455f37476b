/*
** history: the recorded versions, rows of orm_migration.
*/
#ifndef ORM_HISTORY_H
#define ORM_HISTORY_H

#include "base/context.h"

/* A row of orm_migration. */
typedef struct Version {
  i64 version;
  const char *message, *up, *down; /* down may be NULL */
  const char *models;              /* snapshot, JSON */
  const char *checksum;            /* of up; NULL unless applied */
  const char *down_checksum; /* of down as it was applied; NULL: `checksum` is
                             ** of both, taken by an orm before layout 4 */
  const char *created_at, *applied_at;
  const char *file;   /* its name in a repository */
  const char *mended; /* what run_step() returned when it was applied */
} Version;

/* A list of versions. */
typedef struct Versions {
  Version *list; /* ascending */
  int count;
} Versions;

/* The highest applied version, 0 if none; the highest recorded one. */
i64 history_current(Ctx *ctx);
i64 history_head(Ctx *ctx);

/* Versions from `above`+1 to `to`. */
Versions history_range(Ctx *ctx, i64 above, i64 to);

/* Version numbers end here: a hostile file may have any. */
#define HISTORY_MOST 1000000000

/* The number of the version to record next. */
i64 history_next(Ctx *ctx);

/* A baseline took over what was there. Its undo begins with this, and is
** refused: it would drop what orm has not made. */
#define HISTORY_BASELINE "-- orm:baseline"
bool history_is_baseline(const Version *version);

/* An error if version is neither 0 nor recorded. */
void history_require(Ctx *ctx, i64 version);

/* NULL if there is no such version. */
const Version *history_find(Ctx *ctx, i64 version);
/* Is that the snapshot of the version, letter for letter? */
bool history_has(Ctx *ctx, i64 version, const char *snapshot);

/* The newest version at or below this one; NULL: none. */
const Version *history_at(Ctx *ctx, i64 version);

/* Adds or replaces a version. created_at NULL: now; file NULL: a name made from
** the message. */
void history_put(Ctx *ctx, const Version *version);

/* Deletes a version. */
void history_delete(Ctx *ctx, i64 version);

/* Marks a version as applied, taking its checksums, or as not applied.
** timestamp NULL: now. */
void history_mark(Ctx *ctx, i64 version, bool applied, const char *timestamp,
                  const char *mended);
void history_take_checksums(Ctx *ctx, const Version *version);

/* Is the `up` of an applied version what was applied? */
bool history_is_unchanged(Ctx *ctx, const Version *version);
/* Is its `down`? It may be changed, where what was recorded cannot be run. */
bool history_is_undo_unchanged(Ctx *ctx, const Version *version);

/* All versions from 1 to the newest must be recorded. */
void history_check_gaps(Ctx *ctx);

/* Every applied version must be recorded, with the `up` that was applied. */
void history_check(Ctx *ctx);

/* Of a script, line ends made alike and white space at the ends left out; NULL
** is like ''. 32 hex digits (XXH3, 128 bits). */
char *history_checksum(Ctx *ctx, const char *script);
/* Of a script and its undo together. */
char *history_checksum_both(Ctx *ctx, const char *up, const char *down);

#endif
