#include "objects/keyset.h"

#include <stdlib.h>

void keyset_add(Store *s, KeySet *set, ColumnList columns, RowValues values) {
  size_t size = sizeof(JsonValue *) * (size_t)columns.count;
  const JsonValue **key =
      store_ok(s) ? (const JsonValue **)mem_new(&s->work, size) : NULL;
  for (int i = 0; key && i < columns.count; i++)
    key[i] = values[columns.list[i]];
  SortedKey *slot = key ? MEM_PUSH(&s->work, set->list, set->count) : NULL;
  if (slot) *slot = (SortedKey){key, columns.count};
  set->sorted = false;
}

static int compare_sorted(const void *a, const void *b) {
  const SortedKey *x = (const SortedKey *)a, *y = (const SortedKey *)b;
  return store_compare(x->values, y->values, x->width);
}

bool keyset_has(KeySet *set, const JsonValue **key, int width) {
  SortedKey wanted = {key, width};
  if (set->count == 0) return false;
  if (!set->sorted)
    qsort(set->list, (size_t)set->count, sizeof(SortedKey), compare_sorted);
  set->sorted = true;
  return bsearch(&wanted, set->list, (size_t)set->count, sizeof(SortedKey),
                 compare_sorted) != NULL;
}
