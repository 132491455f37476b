/*
** digest: short digests of texts and rows, by XXH3 (https://xxhash.com). They
** are equal on all machines. Different contents have different digests, except
** with negligible probability. Digests do not protect against forgery.
*/
#ifndef ORM_DIGEST_H
#define ORM_DIGEST_H

#include "base/context.h"

/* Returns the digest of a text, 128 bits as 32 hex digits. */
char *digest_text(Ctx *ctx, const char *text);

/* Returns the digest of columns `from`, `from` + 1, ... of the current row of a
** statement, 64 bits. Values of different types have different digests: 1 and
** '1' differ. */
i64 digest_row(Ctx *ctx, sqlite3_stmt *row, int from);

/* Returns the digest of all rows of these SELECTs, 128 bits as 32 hex
** digits. */
char *digest_rows(Ctx *ctx, const char *const *statements, int count);

/* A sum of digests of rows, which does not depend on the order of the rows.
** Zero at first. */
typedef struct DigestSum {
  sqlite3_uint64 low, high;
} DigestSum;

/* Adds the digest of a row of texts. A text may be NULL. */
void digest_sum_add(DigestSum *sum, const char *const *texts, int count);

/* Returns the sum as 32 hex digits. */
char *digest_sum_text(Ctx *ctx, const DigestSum *sum);

#endif
