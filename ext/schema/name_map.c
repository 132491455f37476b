#include "schema/name_map.h"

/* Open addressing. The map is never more than half full, so a free slot ends
** each search. */
typedef struct Slot {
  const char *name;
  void *value;
} Slot;

struct NameMap {
  Slot *slots;
  unsigned room; /* a power of two */
  unsigned count;
};

/* FNV-1a over the lower case of ASCII letters. */
static unsigned name_hash(const char *name) {
  unsigned hash = 2166136261u;
  for (; *name; name++) {
    unsigned char c = (unsigned char)*name;
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    hash = (hash ^ c) * 16777619u;
  }
  return hash;
}

/* Returns the slot of the name, or the free slot where it belongs. */
static Slot *map_slot(const NameMap *map, const char *name) {
  unsigned i = name_hash(name) & (map->room - 1);
  while (map->slots[i].name && !name_equal(map->slots[i].name, name))
    i = (i + 1) & (map->room - 1);
  return &map->slots[i];
}

static bool map_resize(Ctx *ctx, NameMap *map, unsigned room) {
  NameMap old = *map;
  Slot *slots = (Slot *)mem_new(ctx, room * sizeof(Slot));
  if (slots == NULL) return false;
  map->slots = slots;
  map->room = room;
  for (unsigned i = 0; i < old.room; i++)
    if (old.slots[i].name) *map_slot(map, old.slots[i].name) = old.slots[i];
  return true;
}

NameMap *map_new(Ctx *ctx) {
  NameMap *map = MEM_NEW(ctx, NameMap);
  return map && map_resize(ctx, map, 16) ? map : NULL;
}

void map_put(Ctx *ctx, NameMap *map, const char *name, void *value) {
  if (!ctx_ok(ctx) || map == NULL) return;
  if (map->count * 2 >= map->room && !map_resize(ctx, map, map->room * 2))
    return;
  Slot *slot = map_slot(map, name);
  if (slot->name == NULL) map->count++;
  slot->name = name;
  slot->value = value;
}

void *map_get(const NameMap *map, const char *name) {
  return map ? map_slot(map, name)->value : NULL;
}
