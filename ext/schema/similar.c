#include "schema/similar.h"

#include "base/nearest.h"

/* How much two columns are alike, by name and definition; 0: not enough to be
** the same to their author. */
static int likeness(const Column *a, const Column *now, const Column *b) {
  bool same = strcmp(now->norm, b->norm) == 0;
  if (a->id == 0 || b->id == 0) return 0;
  Nearest near = {.name = a->name}, back = {.name = b->name};
  nearest_try(&near, b->name);
  nearest_try(&back, a->name);
  int distance = !near.best                      ? back.distance
                 : !back.best                    ? near.distance
                 : near.distance < back.distance ? near.distance
                                                 : back.distance;
  bool named = near.best || back.best;
  if (!same && !(named && type_affinity(now->type) == type_affinity(b->type)))
    return 0;
  return (named ? 1000 - 10 * distance : 0) + (same ? 5 : 0);
}

void similar_match(Ctx *ctx, const DroppedColumn *gone, int ngone,
                   const Column *const *news, int nnew, int *match) {
  bool *taken = (bool *)mem_new(ctx, sizeof(bool) * (size_t)(ngone + 1));
  for (int k = 0; k < nnew; k++) match[k] = -1;
  for (int best = 1; taken && best > 0;) {
    int from = 0, to = 0;
    best = 0;
    for (int i = 0; i < ngone; i++)
      for (int k = 0; !taken[i] && k < nnew; k++) {
        int like =
            match[k] < 0 ? likeness(gone[i].column, gone[i].now, news[k]) : 0;
        if (like <= best) continue;
        best = like;
        from = i;
        to = k;
      }
    if (best == 0) break;
    taken[from] = true;
    match[to] = from;
  }
}
