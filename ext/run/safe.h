/*
** safe: the option 'safe' of orm_migrate() and orm_upgrade(). It refuses each
** change that `lossy` of orm_diff marks: the change removes values, or hides
** them in the archive. SQL that a user wrote into a script is not judged.
*/
#ifndef ORM_SAFE_H
#define ORM_SAFE_H

#include "plan/transition.h"

/* Fails if a change is lossy. The message begins with `subject`, names each
** lossy change and each change that may be a rename of a dropped object, with
** `remedy` after the renames, and says how to continue. */
void safe_check(Ctx *ctx, const char *subject, const char *remedy,
                const Changes *changes);

/* Calls safe_check() for the changes that the version makes. */
void safe_check_version(Ctx *ctx, const Version *v,
                        const Transition *transition);

#endif
