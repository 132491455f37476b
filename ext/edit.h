/*
** edit: small edits of existing DDL text, which leave all else as its author
** wrote it.
*/
#ifndef ORM_EDIT_H
#define ORM_EDIT_H

#include "parse.h"

/* CREATE text to run inside "main", whatever a TEMP table may shadow. The
** qualifier is not stored by SQLite, so the author's text is. */
char *edit_in_main(Ctx *ctx, const char *sql);

#endif
