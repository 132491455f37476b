/*
** require: orm_require(). Releases of a program that know different versions
** take turns on one file: each brings the file to its own version.
*/
#ifndef ORM_REQUIRE_H
#define ORM_REQUIRE_H

#include "run/migrate.h"

/* Upgrades or downgrades to the version. If it is not recorded and `dir` is not
** NULL, first imports the versions of the repository `dir`. Import and steps
** are one change. If the version is still unknown, the message names the calls
** that record it. Other errors are prefixed by both versions. Writes nothing
** if the database is at the version. Returns the version. */
i64 require_version(Ctx *ctx, i64 version, const char *dir,
                    const Options *options);

#endif
