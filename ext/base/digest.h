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
/* Returns the same for the first n bytes of a text. */
char *digest_bytes(Ctx *ctx, const char *text, size_t n);

/* A digest of a set of texts, in any order: the sum of their digests. A text
** can be added and subtracted. Zero is the digest of the empty set. */
typedef struct DigestSum {
  sqlite3_uint64 high, low;
} DigestSum;

/* Adds a text to the sum. Equal texts with different seeds are different
** texts. */
void digest_add(DigestSum *sum, const char *text, sqlite3_uint64 seed);
/* Subtracts a text that was added with digest_add(). */
void digest_subtract(DigestSum *sum, const char *text, sqlite3_uint64 seed);
/* Adds the digest of a row of texts. A text may be NULL. */
void digest_sum_add(DigestSum *sum, const char *const *texts, int count);
/* Returns the sum as 32 hex digits. */
char *digest_sum_text(Ctx *ctx, const DigestSum *sum);
/* Returns true if two sums are equal. */
static inline bool digest_sum_equal(const DigestSum *a, const DigestSum *b) {
  return a->high == b->high && a->low == b->low;
}

/* Returns the digest of columns `from`, `from` + 1, ... of the current row of a
** statement, 64 bits. Values of different types have different digests: 1 and
** '1' differ. */
i64 digest_row(Ctx *ctx, sqlite3_stmt *row, int from);

/* Returns the digest of all rows of these SELECTs, 128 bits as 32 hex
** digits. */
char *digest_rows(Ctx *ctx, const char *const *statements, int count);

#endif
