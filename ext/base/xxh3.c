/*
** This file is derived from the xxHash library, release 0.8.1, in a plain form:
** no vector instructions, one function for each class of lengths. The comments
** there explain the steps.
**
** xxHash - Extremely Fast Hash algorithm
** Copyright (C) 2012-2020 Yann Collet
**
** BSD 2-Clause License (https://www.opensource.org/licenses/bsd-license.php)
**
** Redistribution and use in source and binary forms, with or without
** modification, are permitted provided that the following conditions are
** met:
**
**    * Redistributions of source code must retain the above copyright
**      notice, this list of conditions and the following disclaimer.
**    * Redistributions in binary form must reproduce the above
**      copyright notice, this list of conditions and the following disclaimer
**      in the documentation and/or other materials provided with the
**      distribution.
**
** THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS
** "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
** LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR
** A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
** OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
** SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
** LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
** DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY
** THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT
** (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
** OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
*/
#include "base/xxh3.h"

#include <stdint.h>

/* ---- numbers ------------------------------------------------------------ */

static const uint64_t P32_1 = 0x9E3779B1, P32_2 = 0x85EBCA77,
                      P32_3 = 0xC2B2AE3D;
static const uint64_t P64_1 = 0x9E3779B185EBCA87, P64_2 = 0xC2B2AE3D27D4EB4F,
                      P64_3 = 0x165667B19E3779F9, P64_4 = 0x85EBCA77C2B2AE63,
                      P64_5 = 0x27D4EB2F165667C5;

// clang-format off
static const unsigned char default_secret[XXH3_SECRET] = {
  0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c,
  0xf7, 0x21, 0xad, 0x1c, 0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb,
  0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f, 0xcb, 0x79, 0xe6, 0x4e,
  0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
  0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6,
  0x81, 0x3a, 0x26, 0x4c, 0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb,
  0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3, 0x71, 0x64, 0x48, 0x97,
  0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
  0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7,
  0xc7, 0x0b, 0x4f, 0x1d, 0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31,
  0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64, 0xea, 0xc5, 0xac, 0x83,
  0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
  0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26,
  0x29, 0xd4, 0x68, 0x9e, 0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc,
  0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce, 0x45, 0xcb, 0x3a, 0x8f,
  0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};
// clang-format on

static uint64_t swap32(uint64_t n) {
  return (n & 0xff) << 24 | (n & 0xff00) << 8 | (n >> 8 & 0xff00) |
         (n >> 24 & 0xff);
}

static uint64_t swap64(uint64_t n) {
  return swap32(n & 0xffffffff) << 32 | swap32(n >> 32);
}

/* The least significant byte comes first on all machines. A memcpy() of a known
** size is one instruction. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SWAP_IF_BIG(bits, n) swap##bits(n)
#else
#define SWAP_IF_BIG(bits, n) (n)
#endif

static uint64_t read32(const unsigned char *p) {
  uint32_t n;
  memcpy(&n, p, sizeof(n));
  return SWAP_IF_BIG(32, n);
}

static uint64_t read64(const unsigned char *p) {
  uint64_t n;
  memcpy(&n, p, sizeof(n));
  return SWAP_IF_BIG(64, n);
}

static void write64(unsigned char *p, uint64_t n) {
  n = SWAP_IF_BIG(64, n);
  memcpy(p, &n, sizeof(n));
}

/* Returns the product of two numbers of 64 bits. */
static Hash128 multiply(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
  __extension__ unsigned __int128 product = (unsigned __int128)a * b;
  return (Hash128){(uint64_t)(product >> 64), (uint64_t)product};
#else
  uint64_t a0 = a & 0xffffffff, a1 = a >> 32;
  uint64_t b0 = b & 0xffffffff, b1 = b >> 32;
  uint64_t cross = (a0 * b0 >> 32) + (a1 * b0 & 0xffffffff) + a0 * b1;
  return (Hash128){(a1 * b0 >> 32) + (cross >> 32) + a1 * b1, a * b};
#endif
}

static uint64_t multiply_fold(uint64_t a, uint64_t b) {
  Hash128 product = multiply(a, b);
  return product.high ^ product.low;
}

static uint64_t xor_shift(uint64_t n, int shift) {
  return n ^ n >> shift;
}

static uint64_t avalanche(uint64_t n) {
  return xor_shift(xor_shift(n, 37) * 0x165667919E3779F9, 32);
}

static uint64_t avalanche64(uint64_t n) {
  return xor_shift(xor_shift(xor_shift(n, 33) * P64_2, 29) * P64_3, 32);
}

/* Returns the XOR of two neighbours in the default secret. */
static uint64_t flip32(int at) {
  return read32(default_secret + at) ^ read32(default_secret + at + 4);
}

static uint64_t flip64(int at) {
  return read64(default_secret + at) ^ read64(default_secret + at + 8);
}

/* ---- up to 240 bytes ---------------------------------------------------- */

static Hash128 hash_0(uint64_t seed) {
  return (Hash128){avalanche64(seed ^ flip64(80)),
                   avalanche64(seed ^ flip64(64))};
}

static Hash128 hash_1_to_3(const unsigned char *p, size_t n, uint64_t seed) {
  uint64_t low = (uint64_t)p[0] << 16 | (uint64_t)p[n >> 1] << 24 |
                 (uint64_t)p[n - 1] | (uint64_t)n << 8;
  uint64_t swapped = swap32(low);
  uint64_t high = (swapped << 13 | swapped >> 19) & 0xffffffff;
  return (Hash128){avalanche64(high ^ (flip32(8) - seed)),
                   avalanche64(low ^ (flip32(0) + seed))};
}

static Hash128 hash_4_to_8(const unsigned char *p, size_t n, uint64_t seed) {
  seed ^= swap32(seed & 0xffffffff) << 32;
  uint64_t keyed =
      (read32(p) + (read32(p + n - 4) << 32)) ^ (flip64(16) + seed);
  Hash128 h = multiply(keyed, P64_1 + ((uint64_t)n << 2));
  h.high += h.low << 1;
  h.low ^= h.high >> 3;
  h.low = xor_shift(xor_shift(h.low, 35) * 0x9FB21C651E98DF25, 28);
  h.high = avalanche(h.high);
  return h;
}

static Hash128 hash_9_to_16(const unsigned char *p, size_t n, uint64_t seed) {
  uint64_t low = read64(p), high = read64(p + n - 8);
  Hash128 m = multiply(low ^ high ^ (flip64(32) - seed), P64_1);
  m.low += (uint64_t)(n - 1) << 54;
  high ^= flip64(48) + seed;
  m.high += high + (high & 0xffffffff) * (P32_2 - 1);
  m.low ^= swap64(m.high);
  Hash128 h = multiply(m.low, P64_2);
  h.high += m.high * P64_2;
  return (Hash128){avalanche(h.high), avalanche(h.low)};
}

static uint64_t mix_16(const unsigned char *p, const unsigned char *secret,
                       uint64_t seed) {
  return multiply_fold(read64(p) ^ (read64(secret) + seed),
                       read64(p + 8) ^ (read64(secret + 8) - seed));
}

static void mix_32(Hash128 *h, const unsigned char *a, const unsigned char *b,
                   ptrdiff_t secret, uint64_t seed) {
  h->low += mix_16(a, default_secret + secret, seed);
  h->low ^= read64(b) + read64(b + 8);
  h->high += mix_16(b, default_secret + secret + 16, seed);
  h->high ^= read64(a) + read64(a + 8);
}

static Hash128 finish_mixed(Hash128 h, size_t n, uint64_t seed) {
  return (Hash128){0 - avalanche(h.low * P64_1 + h.high * P64_4 +
                                 ((uint64_t)n - seed) * P64_2),
                   avalanche(h.low + h.high)};
}

static Hash128 hash_17_to_128(const unsigned char *p, size_t n, uint64_t seed) {
  Hash128 h = {0, (uint64_t)n * P64_1};
  for (ptrdiff_t i = (ptrdiff_t)(n - 1) / 32; i >= 0; i--)
    mix_32(&h, p + 16 * i, p + n - 16 * (i + 1), 32 * i, seed);
  return finish_mixed(h, n, seed);
}

static Hash128 hash_129_to_240(const unsigned char *p, size_t n,
                               uint64_t seed) {
  Hash128 h = {0, (uint64_t)n * P64_1};
  for (ptrdiff_t i = 0; i < 4; i++)
    mix_32(&h, p + 32 * i, p + 32 * i + 16, 32 * i, seed);
  h = (Hash128){avalanche(h.high), avalanche(h.low)};
  for (ptrdiff_t i = 4; i < (ptrdiff_t)n / 32; i++)
    mix_32(&h, p + 32 * i, p + 32 * i + 16, 3 + 32 * (i - 4), seed);
  mix_32(&h, p + n - 16, p + n - 32, 136 - 17 - 16, 0 - seed);
  return finish_mixed(h, n, seed);
}

enum { LONGEST_SHORT = 240 };

static Hash128 hash_short(const unsigned char *p, size_t n, uint64_t seed) {
  if (n == 0) return hash_0(seed);
  if (n <= 3) return hash_1_to_3(p, n, seed);
  if (n <= 8) return hash_4_to_8(p, n, seed);
  if (n <= 16) return hash_9_to_16(p, n, seed);
  if (n <= 128) return hash_17_to_128(p, n, seed);
  return hash_129_to_240(p, n, seed);
}

/* ---- longer ------------------------------------------------------------- */

/* A stripe has 64 bytes, one number for each lane; it uses the secret from its
** number times 8. After 16 stripes, the lanes are scrambled. */
enum { STRIPES = 16, SECRET_OF_SCRAMBLE = XXH3_SECRET - XXH3_STRIPE };

static void mix_stripe(sqlite3_uint64 *lanes, const unsigned char *p,
                       const unsigned char *secret) {
  for (ptrdiff_t i = 0; i < 8; i++) {
    uint64_t value = read64(p + 8 * i), keyed = value ^ read64(secret + 8 * i);
    lanes[i ^ 1] += value;
    lanes[i] += (keyed & 0xffffffff) * (keyed >> 32);
  }
}

static void scramble(Xxh3 *hash) {
  const unsigned char *secret = hash->secret + SECRET_OF_SCRAMBLE;
  for (ptrdiff_t i = 0; i < 8; i++)
    hash->lanes[i] =
        (xor_shift(hash->lanes[i], 47) ^ read64(secret + 8 * i)) * P32_1;
  hash->stripes = 0;
}

/* Mixes in stripes after which more bytes follow. */
static void mix_stripes(Xxh3 *hash, const unsigned char *p, int count) {
  for (int i = 0; i < count; i++) {
    mix_stripe(hash->lanes, p + (ptrdiff_t)XXH3_STRIPE * i,
               hash->secret + (ptrdiff_t)8 * hash->stripes);
    if (++hash->stripes == STRIPES) scramble(hash);
  }
}

static uint64_t merge_lanes(const Xxh3 *hash, int secret, uint64_t start) {
  const unsigned char *key = hash->secret + secret;
  for (ptrdiff_t i = 0; i < 8; i += 2)
    start += multiply_fold(hash->lanes[i] ^ read64(key + 8 * i),
                           hash->lanes[i + 1] ^ read64(key + 8 * i + 8));
  return avalanche(start);
}

void xxh3_begin(Xxh3 *hash, sqlite3_uint64 seed) {
  const sqlite3_uint64 lanes[8] = {P32_3, P64_1, P64_2, P64_3,
                                   P64_4, P32_2, P64_5, P32_1};
  memcpy(hash->lanes, lanes, sizeof(lanes));
  for (int i = 0; i < XXH3_SECRET; i += 16) {
    write64(hash->secret + i, read64(default_secret + i) + seed);
    write64(hash->secret + i + 8, read64(default_secret + i + 8) - seed);
  }
  hash->seed = seed;
  hash->total = 0;
  hash->stripes = hash->count = 0;
}

void xxh3_add(Xxh3 *hash, const void *bytes, size_t n) {
  const unsigned char *p = (const unsigned char *)bytes;
  hash->total += n;
  while (n) {
    if (hash->count == XXH3_BUFFER) { /* more bytes follow */
      mix_stripes(hash, hash->buffer, XXH3_BUFFER / XXH3_STRIPE);
      memcpy(hash->before, hash->buffer + XXH3_BUFFER - XXH3_STRIPE,
             XXH3_STRIPE);
      hash->count = 0;
    }
    size_t room = (size_t)(XXH3_BUFFER - hash->count);
    size_t part = n < room ? n : room;
    memcpy(hash->buffer + hash->count, p, part);
    hash->count += (int)part;
    p += part;
    n -= part;
  }
}

/* Mixes in the last 64 bytes, which may overlap the stripe before. */
static void mix_last_stripe(Xxh3 *hash) {
  unsigned char last[XXH3_STRIPE];
  int kept = hash->count < XXH3_STRIPE ? XXH3_STRIPE - hash->count : 0;
  memcpy(last, hash->before + XXH3_STRIPE - kept, (size_t)kept);
  memcpy(last + kept, hash->buffer + hash->count - (XXH3_STRIPE - kept),
         (size_t)(XXH3_STRIPE - kept));
  mix_stripe(hash->lanes, last, hash->secret + SECRET_OF_SCRAMBLE - 7);
}

Hash128 xxh3_end(Xxh3 *hash) {
  if (hash->total <= LONGEST_SHORT)
    return hash_short(hash->buffer, (size_t)hash->total, hash->seed);
  mix_stripes(hash, hash->buffer, (hash->count - 1) / XXH3_STRIPE);
  mix_last_stripe(hash);
  return (Hash128){
      merge_lanes(hash, XXH3_SECRET - XXH3_STRIPE - 11, ~(hash->total * P64_2)),
      merge_lanes(hash, 11, hash->total * P64_1)};
}

Hash128 xxh3_bytes(const void *bytes, size_t n, sqlite3_uint64 seed) {
  if (n <= LONGEST_SHORT)
    return hash_short((const unsigned char *)bytes, n, seed);
  Xxh3 hash;
  xxh3_begin(&hash, seed);
  xxh3_add(&hash, bytes, n);
  return xxh3_end(&hash);
}
