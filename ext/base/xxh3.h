/*
** xxh3: the hash function XXH3 of 128 bits (https://xxhash.com), with the same
** results as XXH3_128bits_withSeed() of the xxHash library. It needs no memory,
** cannot fail, and gives the same hash on all machines.
*/
#ifndef ORM_XXH3_H
#define ORM_XXH3_H

#include "base/context.h"

/* A hash. */
typedef struct Hash128 {
  sqlite3_uint64 high, low;
} Hash128;

/* Sizes in bytes. */
enum { XXH3_SECRET = 192, XXH3_STRIPE = 64, XXH3_BUFFER = 256 };

/* The hash of bytes that come in several parts. */
typedef struct Xxh3 {
  sqlite3_uint64 lanes[8];
  sqlite3_uint64 seed;
  sqlite3_uint64 total; /* bytes so far */
  int stripes;          /* mixed into `lanes` since the last scramble */
  int count;            /* bytes in `buffer` that are not in `lanes` yet */
  unsigned char secret[XXH3_SECRET];
  unsigned char before[XXH3_STRIPE]; /* the bytes before those in buffer */
  unsigned char buffer[XXH3_BUFFER];
} Xxh3;

/* Begins a hash. Different seeds give different hashes of equal bytes. */
void xxh3_begin(Xxh3 *hash, sqlite3_uint64 seed);
/* Adds n bytes. */
void xxh3_add(Xxh3 *hash, const void *bytes, size_t n);
/* Returns the hash of all bytes that were added. */
Hash128 xxh3_end(Xxh3 *hash);
/* Returns the hash of n bytes. */
Hash128 xxh3_bytes(const void *bytes, size_t n, sqlite3_uint64 seed);

#endif
