/*
** edit: small edits of existing DDL text, which leave all else as its author
** wrote it.
*/
#ifndef ORM_EDIT_H
#define ORM_EDIT_H

#include "parse.h"

/* The text s was parsed from, with its [schema.]name replaced by SQL that is
** given whole (quoted already). */
char *edit_renamed(Ctx *ctx, const char *sql, const Statement *s,
                   const char *name);

/* CREATE text to run inside "main", whatever a TEMP table may shadow. */
char *edit_in_main(Ctx *ctx, const char *sql);

#endif
