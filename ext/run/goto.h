/*
** goto: from the current version to another, up or down.
*/
#ifndef ORM_GOTO_H
#define ORM_GOTO_H

#include "run/migrate.h"

/* Upgrades or downgrades to the version, or does nothing if the database is at
** it. Returns the version. */
i64 goto_version(Ctx *ctx, i64 version, const Options *options);

#endif
