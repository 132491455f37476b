/*
** reset: the declarations of a recorded version as the present ones.
*/
#ifndef ORM_RESET_H
#define ORM_RESET_H

#include "base/context.h"

/* Replaces the declarations by those of a version; 0: by none; -1: by those of
** the current version. Declarations that no version has are lost. Schema and
** versions stay. Returns the number of declarations that it inserted, updated
** or deleted. Writes nothing if this number is 0. */
i64 reset_declarations(Ctx *ctx, i64 version);

#endif
