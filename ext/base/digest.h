/*
** digest: what texts and rows are, in a few bytes (XXH3, https://xxhash.com).
** Equal content has equal digests, on any machine; other content has others,
** but by a chance that nobody will meet with.
*/
#ifndef ORM_DIGEST_H
#define ORM_DIGEST_H

#include "base/context.h"

/* Of a text: 128 bits, as 32 hex digits. */
char *digest_text(Ctx *ctx, const char *text);

/* Of the present row, its columns from the one of that number on: 64 bits.
** Types count: 1 is another value than '1'. */
i64 digest_row(Ctx *ctx, sqlite3_stmt *row, int from);

/* Of all rows that the statements give, one after the other: 128 bits, as 32
** hex digits. */
char *digest_rows(Ctx *ctx, const char *const *statements, int count);

#endif
