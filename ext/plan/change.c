#include "plan/change.h"

// clang-format off
/*                       name, inverse, phase, alters, lossy, weight */
static const OpInfo infos[] = {
  [OP_CREATE_TABLE]    = {"create_table",    OP_DROP_TABLE,        6, 0, 0, 3},
  [OP_DROP_TABLE]      = {"drop_table",      OP_CREATE_TABLE,      8, 0, 1, 2},
  [OP_RENAME_TABLE]    = {"rename_table",    OP_RENAME_TABLE,      4, 0, 0, 3},
  [OP_ADD_COLUMN]      = {"add_column",      OP_DROP_COLUMN,       7, 1, 0, 2},
  [OP_DROP_COLUMN]     = {"drop_column",     OP_ADD_COLUMN,        7, 1, 1, 2},
  [OP_RENAME_COLUMN]   = {"rename_column",   OP_RENAME_COLUMN,     5, 1, 0, 2},
  [OP_ALTER_COLUMN]    = {"alter_column",    OP_ALTER_COLUMN,      7, 1, 0, 2},
  [OP_ADD_CONSTRAINT]  = {"add_constraint",  OP_DROP_CONSTRAINT,   7, 1, 0, 1},
  [OP_DROP_CONSTRAINT] = {"drop_constraint", OP_ADD_CONSTRAINT,    7, 1, 0, 1},
  [OP_ALTER_OPTIONS]   = {"alter_options",   OP_ALTER_OPTIONS,     7, 1, 0, 1},
  [OP_CREATE_INDEX]    = {"create_index",    OP_DROP_INDEX,        9, 0, 0, 1},
  [OP_DROP_INDEX]      = {"drop_index",      OP_CREATE_INDEX,      2, 0, 0, 0},
  [OP_RENAME_INDEX]    = {"rename_index",    OP_RENAME_INDEX,      9, 0, 0, 1},
  [OP_CREATE_VIEW]     = {"create_view",     OP_DROP_VIEW,        11, 0, 0, 1},
  [OP_DROP_VIEW]       = {"drop_view",       OP_CREATE_VIEW,       1, 0, 0, 0},
  [OP_CREATE_TRIGGER]  = {"create_trigger",  OP_DROP_TRIGGER,     12, 0, 0, 1},
  [OP_DROP_TRIGGER]    = {"drop_trigger",    OP_CREATE_TRIGGER,    0, 0, 0, 0},
  [OP_CREATE_VIRTUAL_TABLE] =
      {"create_virtual_table", OP_DROP_VIRTUAL_TABLE, 10, 0, 0, 3},
  [OP_DROP_VIRTUAL_TABLE] =
      {"drop_virtual_table", OP_CREATE_VIRTUAL_TABLE, 1, 0, 1, 2},
};
// clang-format on

const OpInfo *change_info(Op op) {
  return &infos[op];
}

bool change_alters(const Change *change) {
  return infos[change->op].alters && (change->table_from || change->table_to);
}

void change_group(const Changes *changes, int i, int *from, int *to) {
  const Change *list = changes->list;
  *from = i;
  *to = i + 1;
  if (!change_alters(&list[i])) return;
  while (*from > 0 && change_alters(&list[*from - 1]) &&
         list[*from - 1].table_to == list[i].table_to)
    --*from;
  while (*to < changes->count && change_alters(&list[*to]) &&
         list[*to].table_to == list[i].table_to)
    ++*to;
}

/* ---- new changes -------------------------------------------------------- */

Change *change_add(Ctx *ctx, Changes *changes, Op op, const char *object) {
  Change *change = MEM_PUSH(ctx, changes->list, changes->count);
  if (change == NULL) return NULL;
  change->op = op;
  change->object = change->object_back = object;
  change->lossy = infos[op].lossy;
  change->column_from = change->column_to = -1;
  return change;
}

Change *change_add_table(Ctx *ctx, Changes *changes, Op op, const Table *from,
                         const Table *to, const char *detail) {
  Change *change = change_add(ctx, changes, op, to ? to->name : from->name);
  if (change == NULL) return NULL;
  if (from) change->object_back = from->name;
  change->table_from = from;
  change->table_to = to;
  change->model = to && to->model ? to->model : from ? from->model : NULL;
  change->detail = change->detail_back = detail;
  return change;
}

Change *change_add_replaced(Ctx *ctx, Changes *changes, Op op,
                            const Table *from, const Table *to, const char *old,
                            const char *now) {
  Change *change = change_add_table(ctx, changes, op, from, to,
                                    mem_printf(ctx, "%s -> %s", old, now));
  if (change) change->detail_back = mem_printf(ctx, "%s -> %s", now, old);
  return change;
}

bool change_backfills(const Change *change) {
  if (change->column_to < 0 || change->op == OP_RENAME_COLUMN) return false;
  const Column *to = &change->table_to->columns[change->column_to];
  if (to->backfill == NULL || change->column_from < 0)
    return to->backfill != NULL && !change->unfilled;
  const Column *from = &change->table_from->columns[change->column_from];
  return !change->inverse && column_needs_backfill(to, from);
}

bool change_renames_simply(const Change *change) {
  const Table *from = change->table_from;
  int other =
      table_column(from, change->table_to->columns[change->column_to].name);
  return other < 0 || other == change->column_from;
}

const char *change_count(Ctx *ctx, int n, const char *what) {
  return mem_printf(ctx, "%d %s%s", n, what, n == 1 ? "" : "s");
}
