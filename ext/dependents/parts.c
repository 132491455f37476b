#include "dependents/parts.h"

#include "base/token.h"

/* A table, view or virtual table. The nodes of a part form a tree. */
typedef struct PartNode {
  const char *name;
  struct PartNode *parent; /* NULL: the root, which has the fields below */
  bool has_table;          /* the part has one of the tables asked for */
  bool has_object;         /* the part has a view or trigger of the schema */
  NameMap *tables;         /* the names of the part, if it is wanted */
} PartNode;

/* All nodes, as a list and by name. */
typedef struct PartNodes {
  Ctx *ctx;
  NameMap *by_name;
  PartNode **list;
  int count;
} PartNodes;

static void add_node(PartNodes *nodes, const char *name) {
  if (!ctx_ok(nodes->ctx) || map_get(nodes->by_name, name)) return;
  PartNode *node = MEM_NEW(nodes->ctx, PartNode);
  PartNode **slot =
      node ? MEM_PUSH(nodes->ctx, nodes->list, nodes->count) : NULL;
  if (slot == NULL) return;
  node->name = name;
  *slot = node;
  map_put(nodes->ctx, nodes->by_name, name, node);
}

static PartNode *find_root(PartNode *node) {
  while (node->parent) {
    if (node->parent->parent) node->parent = node->parent->parent;
    node = node->parent;
  }
  return node;
}

static void join_nodes(PartNode *a, PartNode *b) {
  a = find_root(a);
  b = find_root(b);
  if (a != b) b->parent = a;
}

/* Joins the node of an object with the nodes that its SQL names. A word that
** only looks like such a name makes the part larger than necessary. */
static void join_named(PartNodes *nodes, const char *table, const char *sql) {
  Ctx *ctx = nodes->ctx;
  PartNode *node = (PartNode *)map_get(nodes->by_name, table);
  if (node == NULL || !ctx_ok(ctx)) return;
  Tokens tokens = token_list(ctx, sql);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count; i++) {
    if (!token_is_name(&tokens.list[i])) continue;
    const char *name = token_name(ctx, &tokens.list[i]);
    PartNode *named = name ? (PartNode *)map_get(nodes->by_name, name) : NULL;
    if (named) join_nodes(node, named);
  }
}

static const char *part_table(const Object *object) {
  return object->table ? object->table : object->name;
}

static void add_nodes(PartNodes *nodes, const ScratchSchema *scratch) {
  const Schema *schema = scratch->schema;
  for (int i = 0; i < schema->ntable; i++)
    add_node(nodes, schema->tables[i]->name);
  for (int i = 0; i < schema->nobject; i++)
    add_node(nodes, part_table(schema->objects[i]));
  for (int i = 0; i < scratch->others.count; i++)
    add_node(nodes, scratch->others.list[i].table);
}

/* The CREATE TABLE of an ordinary table names its parents, which do not matter
** for views and triggers. */
static bool names_relations(Ctx *ctx, const ScratchObject *object) {
  return object->phase != SCRATCH_TABLES ||
         token_mentions(ctx, object->sql, "VIRTUAL");
}

static void join_objects(PartNodes *nodes, const ScratchSchema *scratch) {
  const Schema *schema = scratch->schema;
  for (int i = 0; i < schema->nobject; i++)
    join_named(nodes, part_table(schema->objects[i]), schema->objects[i]->sql);
  for (int i = 0; ctx_ok(nodes->ctx) && i < scratch->others.count; i++)
    if (names_relations(nodes->ctx, &scratch->others.list[i]))
      join_named(nodes, scratch->others.list[i].table,
                 scratch->others.list[i].sql);
}

static void mark_roots(PartNodes *nodes, const ScratchSchema *scratch,
                       const NameMap *tables) {
  const Schema *schema = scratch->schema;
  for (int i = 0; i < nodes->count; i++)
    if (map_get(tables, nodes->list[i]->name))
      find_root(nodes->list[i])->has_table = true;
  for (int i = 0; i < schema->nobject; i++) {
    PartNode *node =
        (PartNode *)map_get(nodes->by_name, part_table(schema->objects[i]));
    if (node && schema->objects[i]->type != OBJECT_VIRTUAL)
      find_root(node)->has_object = true;
  }
}

/* Adds the part of a root. */
static void add_root_part(Ctx *ctx, Parts *parts, PartNode *root) {
  root->tables = map_new(ctx);
  Part *slot = MEM_PUSH(ctx, parts->list, parts->count);
  if (slot) slot->tables = root->tables;
}

Parts parts_find(ScratchSchema *scratch, const NameMap *tables) {
  Ctx *ctx = scratch->ctx;
  Parts parts = {NULL, 0};
  PartNodes nodes = {ctx, map_new(ctx), NULL, 0};
  if (ctx_ok(ctx)) add_nodes(&nodes, scratch);
  if (ctx_ok(ctx)) join_objects(&nodes, scratch);
  if (ctx_ok(ctx)) mark_roots(&nodes, scratch, tables);
  for (int i = 0; ctx_ok(ctx) && i < nodes.count; i++) {
    PartNode *root = find_root(nodes.list[i]);
    if (!root->has_table || !root->has_object) continue;
    if (root->tables == NULL) add_root_part(ctx, &parts, root);
    if (ctx_ok(ctx))
      map_put(ctx, root->tables, nodes.list[i]->name, nodes.list[i]);
  }
  if (!ctx_ok(ctx)) parts.count = 0;
  return parts;
}
