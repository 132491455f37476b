#include "schema/similar.h"

#include "base/nearest.h"

/* Returns how similar a dropped and a new column are; 0 if the one cannot be a
** rename of the other. The names must be similar, and the definitions equal or
** of one affinity; equal definitions suffice. Columns without a meta row cannot
** be renamed. */
static int similarity(const DroppedColumn *dropped, const Column *b) {
  const Column *a = dropped->column, *renamed = dropped->renamed;
  bool same = strcmp(renamed->norm, b->norm) == 0;
  if (a->id == 0 || b->id == 0) return 0;
  Nearest near = {.name = a->name}, back = {.name = b->name};
  nearest_try(&near, b->name);
  nearest_try(&back, a->name);
  int distance = !near.best                      ? back.distance
                 : !back.best                    ? near.distance
                 : near.distance < back.distance ? near.distance
                                                 : back.distance;
  bool similar = near.best || back.best;
  if (!same &&
      !(similar && type_affinity(renamed->type) == type_affinity(b->type)))
    return 0;
  return (similar ? 1000 - 10 * distance : 0) + (same ? 5 : 0);
}

void similar_match(Ctx *ctx, const DroppedColumn *dropped, int ndropped,
                   const Column *const *added, int nadded, int *match) {
  bool *matched = (bool *)mem_new(ctx, sizeof(bool) * (size_t)(ndropped + 1));
  for (int k = 0; k < nadded; k++) match[k] = -1;
  for (int best = 1; matched && best > 0;) {
    int from = 0, to = 0;
    best = 0;
    for (int i = 0; i < ndropped; i++)
      for (int k = 0; !matched[i] && k < nadded; k++) {
        int like = match[k] < 0 ? similarity(&dropped[i], added[k]) : 0;
        if (like <= best) continue;
        best = like;
        from = i;
        to = k;
      }
    if (best == 0) break;
    matched[from] = true;
    match[to] = from;
  }
}
