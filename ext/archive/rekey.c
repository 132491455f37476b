#include "archive/rekey.h"

#include <stdint.h>

#include "archive/identity.h"

/* ---- new rowids ---------------------------------------------------------- */

/* Returns the last AUTOINCREMENT value that the archive has for a table that
** becomes AUTOINCREMENT, or 0. */
static i64 saved_sequence(Ctx *ctx, const ArchiveStep *step,
                          const AlteredTable *t) {
  if (table_autoincrement(t->from) || !table_autoincrement(t->to)) return 0;
  Entry e =
      catalog_find(ctx, step, ENTRY_SEQUENCE, t->from->name, NULL, t->to->id);
  return e.id ? catalog_sequence(ctx, e.id) : 0;
}

/* Returns true if the new rowid of a row may be neither its old one nor a value
** that it has. */
static bool chooses_rowids(Ctx *ctx, const ArchiveStep *step,
                           const AlteredTable *t) {
  int k = t->to->rowid_alias;
  if (k < 0) return false;
  int i = table_column(t->renamed, t->to->columns[k].name);
  if (i >= 0) return i != t->from->rowid_alias;
  return altered_fill(step, t, k) || altered_restore_of(t, k) ||
         rowkey_rowid(ctx, t->from) == NULL || saved_sequence(ctx, step, t) > 0;
}

/* ---- the new key -------------------------------------------------------- */

/* Returns an expression over a row as it is: the value that column k of `to`
** will have. */
static char *future_value(Ctx *ctx, const ArchiveStep *step, AlteredTable *t,
                          int k) {
  const Column *c = &t->to->columns[k];
  int i = table_column(t->renamed, c->name);
  const Backfill *fill = altered_fill(step, t, k);
  char *value = NULL;
  if (fill)
    value = backfill_value(ctx, fill->value, fill->row, t->from, t->from,
                           t->renamed);
  else if (i >= 0)
    value = mem_printf(ctx, "\"%w\".\"%w\"", t->from->name,
                       t->from->columns[i].name);
  t->key_filled |= fill != NULL;
  const char *rowid = rowkey_rowid(ctx, t->from);
  if (value == NULL && k == t->to->rowid_alias)
    value = chooses_rowids(ctx, step, t)
                ? mem_text(ctx, "NULL", -1)
                : mem_printf(ctx, "\"%w\".%s", t->from->name, rowid);
  const ColumnEntry *restore = altered_restore_of(t, k);
  if (restore == NULL)
    return value ? value : mem_printf(ctx, "%s", column_default_value(ctx, c));
  RestoredColumn restored = altered_restored_column(ctx, t, restore, t->from);
  return restored_value(ctx, &restored, c, value);
}

/* Returns which columns of the new key, the whole row, the step cannot change.
*/
static const bool *find_stable(Ctx *ctx, const ArchiveStep *step,
                               const AlteredTable *t) {
  const RowKey *key = &t->new_key;
  bool *stable = (bool *)mem_new(ctx, sizeof(bool) * (size_t)(key->count + 1));
  for (int n = 0; stable && n < key->count; n++) {
    int k = key->columns[n];
    int i = table_column(t->renamed, t->to->columns[k].name);
    stable[n] = i >= 0 && !t->from->columns[i].generated.sql &&
                !altered_is_lossy(step, t, i, k) &&
                altered_restore_of(t, k) == NULL;
  }
  return stable;
}

/* Returns the values of the new key for a row as it is: ", rowid, a, NULL". */
static char *future_key(Ctx *ctx, const ArchiveStep *step, AlteredTable *t) {
  const RowKey *key = &t->new_key;
  if (!ctx_ok(ctx)) return NULL;
  const char *rowid = rowkey_rowid(ctx, t->from);
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  if (key->whole) sqlite3_str_appendf(str, ", %s", rowid ? rowid : "NULL");
  for (int n = 0; n < key->count; n++)
    sqlite3_str_appendf(str, ", %s",
                        key->stable && !key->stable[n]
                            ? "NULL"
                            : future_value(ctx, step, t, key->columns[n]));
  return mem_finish(ctx, str);
}

static void create_new_identity(Ctx *ctx, const ArchiveStep *step,
                                AlteredTable *t) {
  t->new_identity =
      identity_create(ctx, &t->new_key, t->from->name, t->identity);
  if (t->new_key.whole) t->new_key.stable = find_stable(ctx, step, t);
  char *names = rowkey_names(ctx, &t->new_key);
  char *values = future_key(ctx, step, t);
  char *match = rowkey_match(ctx, &t->key, t->from, "orm_i",
                             mem_printf(ctx, "\"%w\"", t->from->name));
  db_exec(ctx,
          "INSERT INTO \"main\".orm_archive_%lld(orm_row%s)"
          " SELECT (SELECT orm_row FROM \"main\".orm_archive_%lld AS orm_i"
          "  WHERE %s)%s FROM \"main\".\"%w\" WHERE EXISTS (SELECT 1 FROM"
          " \"main\".orm_archive_%lld AS orm_i WHERE %s)",
          t->new_identity, names, t->identity, match, values, t->from->name,
          t->identity, match);
}

static bool is_key_filled(const ArchiveStep *step, const AlteredTable *t) {
  for (int n = 0; n < t->new_key.count; n++) {
    int k = t->new_key.columns[n];
    if (altered_fill(step, t, k) || altered_restore_of(t, k)) return true;
  }
  return false;
}

/* Returns true if the new key has other columns, other values, or columns of
** the same names that were other columns before. */
static bool has_new_key(Ctx *ctx, const ArchiveStep *step,
                        const AlteredTable *t) {
  if (t->new_key.whole || is_key_filled(step, t)) return true;
  if (t->key.direct && !rowkey_is_alias(&t->new_key)) return true;
  RowKey renamed = rowkey_of(ctx, t->renamed);
  char *from = rowkey_norm(ctx, &t->key);
  char *same = rowkey_norm(ctx, &renamed);
  char *to = rowkey_norm(ctx, &t->new_key);
  return ctx_ok(ctx) && (strcmp(from, to) != 0 || strcmp(same, to) != 0);
}

void rekey_number_rows(Ctx *ctx, const ArchiveStep *step, AlteredTable *t) {
  if (t->key.direct && has_new_key(ctx, step, t))
    t->identity = identity_complete(ctx, t->identity, &t->key);
  bool chooses = chooses_rowids(ctx, step, t);
  if (t->identity == 0 && chooses && rowkey_is_known(&t->key) &&
      saved_sequence(ctx, step, t))
    t->identity = identity_create(ctx, &t->key, t->from->name, 0);
  if (t->identity && (t->new_key.whole || chooses))
    altered_number_rows(ctx, t, "1");
}

void rekey_identity(Ctx *ctx, const ArchiveStep *step, AlteredTable *t) {
  t->new_identity = t->identity;
  t->new_key.direct = t->key.direct;
  t->new_key.highest = t->key.highest;
  if (t->identity && has_new_key(ctx, step, t))
    create_new_identity(ctx, step, t);
}

/* ---- rowids ------------------------------------------------------------- */

/* Rows of a table WITHOUT ROWID get rowids: their numbers, by which the archive
** knows them afterwards. */
static void use_numbers_as_rowids(Ctx *ctx, ArchiveWork *work,
                                  AlteredTable *t) {
  char *row = mem_printf(ctx, "\"%w\"", t->renamed->name);
  char *match = rowkey_match(ctx, &t->key, t->renamed, "orm_i", row);
  t->rowid_numbered = work->restored.count;
  RestoredColumn *rowid =
      MEM_PUSH(ctx, work->restored.list, work->restored.count);
  if (rowid == NULL) return;
  rowid->table = t->renamed->name;
  rowid->column = "";
  rowid->altered = true;
  rowid->has_value = "1";
  rowid->value = mem_printf(ctx,
                            "(SELECT orm_i.orm_row FROM"
                            " \"main\".orm_archive_%lld AS orm_i WHERE %s)",
                            t->identity, match);
}

/* Returns the restored column that becomes the rowid; adds one without values
** if there is none. */
static RestoredColumn *restored_rowid(Ctx *ctx, ArchiveWork *work,
                                      const AlteredTable *t) {
  const char *column = t->to->columns[t->to->rowid_alias].name;
  RestoredColumn *rowid =
      restored_find(&work->restored, t->renamed->name, column);
  if (rowid) return rowid;
  rowid = MEM_PUSH(ctx, work->restored.list, work->restored.count);
  if (rowid == NULL) return NULL;
  rowid->table = t->renamed->name;
  rowid->column = column;
  rowid->has_value = rowid->value = "NULL";
  return rowid;
}

/* The script writes the rowid of the new identity table where the rowid would
** be NULL. */
static void restore_chosen(Ctx *ctx, ArchiveWork *work, AlteredTable *t) {
  char *row = mem_printf(ctx, "\"%w\"", t->renamed->name);
  char *match = rowkey_match(ctx, &t->key, t->renamed, "orm_i", row);
  RestoredColumn *rowid = restored_rowid(ctx, work, t);
  if (rowid == NULL) return;
  t->rowid_chosen = (int)(rowid - work->restored.list);
  rowid->altered = true; /* an UPDATE after ADD COLUMN cannot write a rowid */
  rowid->new_rowid =
      mem_printf(ctx,
                 "(SELECT orm_n.k1 FROM \"main\".orm_archive_%lld AS orm_i JOIN"
                 " \"main\".orm_archive_%lld AS orm_n ON orm_n.orm_row ="
                 " orm_i.orm_row WHERE %s AND +orm_n.k1 > %lld)",
                 t->identity, t->new_identity, match, t->chosen_above);
}

/* SQLite would give rows with a NULL in the new rowid any free rowid, and the
** archive would not know which. So the new identity table decides: above all
** rowids in it, and above those that AUTOINCREMENT has given. */
static void choose_rowids(Ctx *ctx, ArchiveWork *work, AlteredTable *t) {
  i64 known = db_int(ctx,
                     "SELECT max(k1) FROM \"main\".orm_archive_%lld"
                     " WHERE typeof(k1) = 'integer'",
                     t->new_identity);
  i64 rows = identity_count(ctx, t->new_identity);
  i64 sequence = saved_sequence(ctx, &work->step, t);
  t->chosen_above = known > sequence ? known : sequence;
  if (!ctx_ok(ctx) || t->chosen_above > INT64_MAX - rows) return;
  db_exec(ctx,
          "UPDATE \"main\".orm_archive_%lld SET k1 = %lld + orm_n FROM"
          " (SELECT orm_row AS orm_r, row_number() OVER (ORDER BY orm_row) AS"
          "  orm_n FROM \"main\".orm_archive_%lld WHERE k1 IS NULL)"
          " WHERE orm_row = orm_r",
          t->new_identity, t->chosen_above, t->new_identity);
  restore_chosen(ctx, work, t);
}

void rekey_rowids(Ctx *ctx, ArchiveWork *work, AlteredTable *t) {
  t->rowid_numbered = t->rowid_chosen = -1;
  if (t->identity && t->from->without_rowid && t->new_key.rowid)
    use_numbers_as_rowids(ctx, work, t);
  if (t->identity != t->new_identity && chooses_rowids(ctx, &work->step, t))
    choose_rowids(ctx, work, t);
}

/* ---- after the script --------------------------------------------------- */

/* Corrects the new identity table by the facts of the run: rowids that were not
** written as planned, and rows that the script deleted while the triggers of
** the old identity table were active. */
static void follow_script(Ctx *ctx, const ArchiveWork *work,
                          const AlteredTable *t) {
  const RestoredColumn *restored = work->restored.list;
  if (t->rowid_numbered >= 0 && restored[t->rowid_numbered].used)
    db_exec(ctx, "UPDATE \"main\".orm_archive_%lld SET k0 = orm_row",
            t->new_identity);
  if (t->rowid_chosen >= 0 && !restored[t->rowid_chosen].used)
    db_exec(ctx, "DELETE FROM \"main\".orm_archive_%lld WHERE k1 > %lld",
            t->new_identity, t->chosen_above);
  if (t->identity != t->new_identity)
    db_exec(ctx,
            "DELETE FROM \"main\".orm_archive_%lld WHERE orm_row NOT IN"
            " (SELECT orm_row FROM \"main\".orm_archive_%lld)",
            t->new_identity, t->identity);
}

/* Stores the whole row as it is now: before the script, only its stable columns
** were known. */
static void complete_whole_rows(Ctx *ctx, AlteredTable *t) {
  if (t->new_key.stable == NULL) return;
  t->new_key.stable = NULL;
  char *row = mem_printf(ctx, "\"%w\"", t->to->name);
  char *names = rowkey_names(ctx, &t->new_key);
  char *values = rowkey_values(ctx, &t->new_key, t->to, row);
  if (ctx_ok(ctx) && rowkey_is_known(&t->new_key))
    db_exec(
        ctx,
        "UPDATE \"main\".orm_archive_%lld SET (%s) ="
        " (SELECT %s FROM \"main\".\"%w\" WHERE %s.%s = orm_archive_%lld.k0)",
        t->new_identity, names + 2, values + 2, t->to->name, row,
        t->new_key.rowid, t->new_identity);
}

void rekey_after(Ctx *ctx, const ArchiveWork *work, AlteredTable *t) {
  if (t->new_identity == 0 || t->new_key.direct || !ctx_ok(ctx)) return;
  follow_script(ctx, work, t);
  i64 known = identity_count(ctx, t->new_identity);
  identity_match_rows(ctx, t->new_identity, &t->new_key);
  if (t->key_filled && ctx_ok(ctx) &&
      identity_count(ctx, t->new_identity) < known)
    err_set(ctx, SQLITE_ERROR,
            "table \"%s\": the backfill of its new key gives other values each "
            "time, so that its rows could not be told again; add the column in "
            "one version, and make it the key in the next",
            t->to->name);
  complete_whole_rows(ctx, t);
}
