/*
** migrate: the use cases on versions. Each is all or nothing: after an error
** the database and the settings of the connection are as before.
*/
#ifndef ORM_MIGRATE_H
#define ORM_MIGRATE_H

#include "base/guard.h"
#include "plan/transition.h"

/* Creates or updates the meta tables. Returns the current version. */
i64 migrate_init(Ctx *ctx);

/* Returns the current version: 0 before any version and without meta tables. */
i64 migrate_version(Ctx *ctx);

/* Watches the steps of a call: `before` runs before the script of each step,
** `after` runs when the version has been marked as applied or pending. */
typedef struct Watch Watch;
typedef void WatchStep(Ctx *ctx, Watch *watch, const Version *v,
                       const Transition *transition, bool undo);
struct Watch {
  WatchStep *before, *after;
  NameMap *ways; /* gets the method of each orm_alter_table(), by table */
};

/* The options of the calls below. */
typedef struct Options {
  const char *timestamp; /* UTC; NULL: now */
  bool noarchive;        /* archive and restore nothing */
  bool verify;           /* ignore the memo, and check that scripts and schema
                         ** are as recorded */
  bool safe;             /* fail if a change loses values (safe.h) */
  bool empty;            /* record a version that changes no schema */
  const char *backup;    /* the file for a copy of the database, made before the
                         ** first change; NULL: none */
  Watch *watch;          /* or NULL */
} Options;

/* Records the difference between the newest version and the declarations as a
** version, and applies it if `apply` is true. If `message` is NULL,
** plan_message() makes one. It is an error to apply while versions are pending.
** Returns the new version. If there is no difference, returns the current
** version if `apply` is true, else 0. With options->empty, records a version
** with empty scripts, for its author to fill; a difference is an error. */
i64 migrate_record(Ctx *ctx, const char *message, bool apply,
                   const Options *options);

/* Applies pending versions up to target; -1: all. Returns the version. */
i64 migrate_upgrade(Ctx *ctx, i64 target, const Options *options);

/* Undoes versions down to target; -1: one. Returns the version. */
i64 migrate_downgrade(Ctx *ctx, i64 target, const Options *options);

/* Record, upgrade and downgrade inside the caller's guard.
** migrate_record_within() never applies, allows pending versions, and returns 0
** if there is no difference. */
i64 migrate_record_within(Ctx *ctx, Guard *guard, const char *message,
                          const Options *options);
void migrate_upgrade_within(Ctx *ctx, Guard *guard, i64 target,
                            const Options *options);
void migrate_downgrade_within(Ctx *ctx, Guard *guard, i64 target,
                              const Options *options);

/* Returns the version that migrate_upgrade() would reach. A target that is
** unknown, or below the current version, is an error. */
i64 migrate_upgrade_target(Ctx *ctx, i64 target);

/* Deletes the newest version, which must not be applied. Returns the current
** version. */
i64 migrate_discard(Ctx *ctx);

/* Sets the current version without running a script. Fails if the live schema
** differs from the schema of the version, unless `force` is true. Returns the
** version. */
i64 migrate_stamp(Ctx *ctx, i64 version, bool force, const char *timestamp);

/* Deletes the archived values of versions up to this one; -1: of all. Returns
** the number of rows. */
i64 migrate_purge(Ctx *ctx, i64 version);

#endif
