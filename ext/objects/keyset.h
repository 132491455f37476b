/*
** keyset: a set of keys of rows, lists of values of equal length.
*/
#ifndef ORM_KEYSET_H
#define ORM_KEYSET_H

#include "objects/store.h"

/* A key. It has its width with it, because qsort() passes no argument. */
typedef struct SortedKey {
  const JsonValue **values;
  int width;
} SortedKey;

/* A set of keys; at first {0}. */
typedef struct KeySet {
  SortedKey *list;
  int count;
  bool sorted;
} KeySet;

/* Adds the values of the columns of a row. */
void keyset_add(Store *s, KeySet *set, ColumnList columns, RowValues values);

/* Returns true if the set has the key of `width` values. */
bool keyset_has(KeySet *set, const JsonValue **key, int width);

#endif
