#include "archive/save.h"

#include "archive/identity.h"
#include "archive/rekey.h"
#include "archive/restore_table.h"
#include "archive/save_column.h"
#include "archive/save_table.h"
#include "base/token.h"

/* ---- altered tables ----------------------------------------------------- */

/* An entry of another version than the step's: that version was discarded, and
** the column is declared again. Returns true if the saved values are still
** those of column k: no backfill fills it, and they obey its rules. */
static bool still_fits(Ctx *ctx, const ArchiveStep *step, const AlteredTable *t,
                       int k, const Entry *e) {
  if (altered_fill(step, t, k)) return false;
  char *rules = value_rules_list(ctx, step->to, t->to, k);
  return rules && (e->rules == NULL || value_rules_imply(ctx, e->rules, rules));
}

/* Finds the entries of the columns that the step restores. */
static void find_restores(Ctx *ctx, const ArchiveStep *step, AlteredTable *t) {
  bool values = catalog_has_values(ctx, step, t->from->name);
  for (int k = 0; ctx_ok(ctx) && k < t->to->ncolumn; k++) {
    const Column *c = &t->to->columns[k];
    bool altered = table_column(t->renamed, c->name) >= 0;
    if (c->generated.sql || (altered && !values)) continue;
    Entry e = catalog_find(ctx, step, altered ? ENTRY_VALUE : ENTRY_COLUMN,
                           t->from->name, c->name, c->id);
    if (e.id && !e.opposite && !still_fits(ctx, step, t, k, &e)) continue;
    if (!catalog_can_restore(ctx, step, &e, t->to->name, c->name)) continue;
    ColumnEntry *slot =
        t->identity ? MEM_PUSH(ctx, t->restores, t->nrestore) : NULL;
    if (slot == NULL) continue;
    slot->entry = e;
    slot->column = k;
    slot->altered = altered;
  }
}

static void save_sequence(Ctx *ctx, const ArchiveStep *step,
                          const AlteredTable *t) {
  if (table_autoincrement(t->to) || step->noarchive) return;
  i64 sequence = save_sequence_of(ctx, t->from);
  if (sequence == 0) return;
  i64 id = catalog_add(ctx, step, ENTRY_SEQUENCE, t->from->name, NULL,
                       t->from->id, "orm_");
  catalog_set_sequence(ctx, id, sequence);
}

static bool has_new_names(const AlteredTable *t) {
  if (strcmp(t->from->name, t->renamed->name) != 0) return true;
  for (int i = 0; i < t->from->ncolumn; i++)
    if (strcmp(t->from->columns[i].name, t->renamed->columns[i].name) != 0)
      return true;
  return false;
}

/* Returns true if the step alters, renames or fills the table. */
static bool is_altered(Ctx *ctx, const ArchiveStep *step,
                       const AlteredTable *t) {
  return !table_equal(ctx, t->from, t->to) || has_new_names(t) ||
         backfill_find(&step->fills, t->to->name, NULL) ||
         backfill_find(&step->undone, t->from->name, NULL);
}

/* Finds the identity table of the table, as far as it can be trusted. Its
** triggers stay active while a script that is not only DDL runs. Triggers of a
** whole row name all columns: DROP COLUMN would fail. */
static void find_identity(Ctx *ctx, const ArchiveStep *step, AlteredTable *t) {
  t->identity = catalog_identity_of(ctx, t->from->name);
  if (t->identity == 0) return;
  t->identity = identity_verify(ctx, t->identity, &t->key);
  identity_match_rows(ctx, t->identity, &t->key);
  if (t->key.whole || step->only_ddl) catalog_drop_triggers(ctx, t->identity);
}

static void add_restored_columns(Ctx *ctx, ArchiveWork *work,
                                 const AlteredTable *t) {
  for (int i = 0; i < t->nrestore; i++) {
    RestoredColumn *slot =
        MEM_PUSH(ctx, work->restored.list, work->restored.count);
    if (slot)
      *slot = altered_restored_column(ctx, t, &t->restores[i], t->renamed);
  }
}

/* Most tables have nothing in the archive. */
static void save_altered(Ctx *ctx, ArchiveWork *work, AlteredTable *t,
                         const Schema *live) {
  const ArchiveStep *step = &work->step;
  if (!is_altered(ctx, step, t)) return;
  t->key = rowkey_of(ctx, t->from);
  t->new_key = rowkey_of(ctx, t->to);
  if (catalog_has_entries(ctx, t->from->name)) {
    find_identity(ctx, step, t);
    find_restores(ctx, step, t);
  }
  save_columns(ctx, step, t, live);
  save_sequence(ctx, step, t);
  if (!catalog_has_entries(ctx, t->from->name)) return;
  rekey_number_rows(ctx, step, t);
  rekey_identity(ctx, step, t);
  add_restored_columns(ctx, work, t);
  rekey_rowids(ctx, work, t);
  AlteredTable *slot = MEM_PUSH(ctx, work->altered, work->naltered);
  if (slot) *slot = *t;
}

/* ---- created tables ----------------------------------------------------- */

static void add_created(Ctx *ctx, ArchiveWork *work, const Table *table) {
  Entry e =
      catalog_find(ctx, &work->step, ENTRY_TABLE, table->name, NULL, table->id);
  bool restores = catalog_can_restore(ctx, &work->step, &e, table->name, NULL);
  if (!ctx_ok(ctx) || !catalog_exists(ctx)) return;
  CreatedTable *slot = MEM_PUSH(ctx, work->created, work->ncreated);
  if (slot == NULL) return;
  slot->table = table;
  if (!restores) return;
  slot->entry = e;
  restore_table_find_origins(ctx, slot);
}

/* ---- the step ----------------------------------------------------------- */

static bool is_only_ddl(Ctx *ctx, const char *script) {
  static const char *const words[] = {"CREATE", "DROP", "ALTER", NULL};
  if (script == NULL) return false;
  Tokens tokens = token_script(ctx, script);
  for (int i = 0; ctx_ok(ctx) && i < tokens.count;) {
    int end = token_statement_end(&tokens, i);
    const Token *first = &tokens.list[i];
    bool alters = end - i > 1 && token_is(first, "SELECT") &&
                  token_is(first + 1, "orm_alter_table");
    if (end > i && !alters && !token_is_one_of(first, words)) return false;
    i = end + 1;
  }
  return ctx_ok(ctx);
}

void save_before(Ctx *ctx, ArchiveWork *work, const ArchiveStep *step,
                 const Schema *live) {
  memset(work, 0, sizeof(*work));
  work->step = *step;
  work->step.only_ddl = is_only_ddl(ctx, step->script);
  step = &work->step;
  if (!step->checked) catalog_check(ctx);
  for (int i = 0; ctx_ok(ctx) && i < step->to->ntable; i++)
    if (schema_table(step->renamed, step->to->tables[i]->name) == NULL)
      add_created(ctx, work, step->to->tables[i]);
  for (int i = 0; ctx_ok(ctx) && i < step->from->ntable; i++) {
    AlteredTable t;
    memset(&t, 0, sizeof(t));
    t.from = step->from->tables[i];
    t.renamed = step->renamed->tables[i];
    t.to = schema_table(step->to, t.renamed->name);
    if (schema_table(live, t.from->name) == NULL) continue;
    if (t.to)
      save_altered(ctx, work, &t, live);
    else
      save_table(ctx, work, t.from, live);
  }
  save_move_tables(ctx, work, live);
}
