/*
** migrate: the use cases. Each is all or nothing: on an error the database
** and the connection's settings are as before.
*/
#ifndef ORM_MIGRATE_H
#define ORM_MIGRATE_H

#include "base/guard.h"
#include "plan/transition.h"

/* Creates the meta tables where they are missing; the present version. */
i64 migrate_init(Ctx *ctx);

/* 0 before any version, and where there are no meta tables. */
i64 migrate_version(Ctx *ctx);

/* Is told of each step: before its script runs, and when it is done. */
typedef struct Watch Watch;
typedef void WatchStep(Ctx *ctx, Watch *watch, const Version *v,
                       const Transition *way, bool undo);
struct Watch {
  WatchStep *before, *after;
  NameMap *ways; /* gets what orm_alter_table did, by tables */
};

/* How to go from version to version. */
typedef struct Options {
  const char *timestamp; /* UTC; NULL: now */
  bool noarchive;        /* keep nothing, bring nothing back */
  bool verify;           /* trust nothing that is remembered, and check that
                         ** all is as the versions say */
  bool empty;            /* record a version that changes no schema */
  const char *backup;    /* a file for a copy of the database before; NULL */
  Watch *watch;          /* NULL */
} Options;

/* Records the difference between the newest version and the declarations,
** and applies it if `apply`; with pending versions, applying is an error.
** Returns the new version; with no difference, the present one if `apply`,
** else 0. With options->empty, there must be none, and a version without a
** script is recorded for the author to fill. */
i64 migrate_record(Ctx *ctx, const char *message, bool apply,
                   const Options *options);

/* Applies pending versions up to target; -1: all. Returns the version. */
i64 migrate_upgrade(Ctx *ctx, i64 target, const Options *options);

/* Undoes versions down to target; -1: one. Returns the version. */
i64 migrate_downgrade(Ctx *ctx, i64 target, const Options *options);

/* The same inside a guard of the caller's. The first only records, whatever is
** pending, and returns 0 without a difference. */
i64 migrate_record_within(Ctx *ctx, Guard *guard, const char *message,
                          const Options *options);
void migrate_upgrade_within(Ctx *ctx, Guard *guard, i64 target,
                            const Options *options);
void migrate_downgrade_within(Ctx *ctx, Guard *guard, i64 target,
                              const Options *options);

/* The version that migrate_upgrade() would go to; an error if it could not. */
i64 migrate_upgrade_target(Ctx *ctx, i64 target);

/* Forgets the newest version, which must not be applied. */
i64 migrate_discard(Ctx *ctx);

/* Says that the database is at a version, running nothing. Unless forced, the
** live schema must be that version's. */
i64 migrate_stamp(Ctx *ctx, i64 version, bool force, const char *timestamp);

/* Gives up what the archive has of versions up to this one; -1: of all. The
** number of rows. */
i64 migrate_purge(Ctx *ctx, i64 version);

/* JSON, see the README. */
char *migrate_status(Ctx *ctx);

/* What orm_diff shows: the changes from the present version to the
** declarations (cause model), and those that would mend what somebody else
** changed (cause drift). Both empty without meta tables. */
typedef struct Difference {
  Changes model, drift;
  const Table **renamed; /* adopted tables whose model has another name now */
  int nrenamed;
  Invalids wrongs; /* declarations that are wrong, and left out */
} Difference;

Difference migrate_difference(Ctx *ctx);

#endif
