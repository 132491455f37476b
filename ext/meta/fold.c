#include "meta/fold.h"

#include "meta/changes.h"
#include "meta/recorded.h"

/* ---- rows that the call knows ------------------------------------------- */

enum { KNOWN = 4 };

/* The rows that were read last. Their digest identifies them, so they are valid
** whatever happens to the database. */
struct KnownRows {
  const MetaRows *list[KNOWN];
  int next;
  bool stale; /* orm_recorded has other rows than the newest version */
};

static struct KnownRows *known_rows(Ctx *ctx) {
  if (ctx->known == NULL)
    ctx->known = (struct KnownRows *)mem_new(ctx, sizeof(struct KnownRows));
  return ctx->known;
}

static const MetaRows *find_known_rows(Ctx *ctx, const DigestSum *digest) {
  if (digest->high == 0 && digest->low == 0) {
    MetaRows *none = MEM_NEW(ctx, MetaRows);
    if (none) none->recorded = true;
    return none;
  }
  for (int i = 0; ctx->known && i < KNOWN; i++) {
    const MetaRows *rows = ctx->known->list[i];
    if (rows && digest_sum_equal(&rows->digest, digest)) return rows;
  }
  return NULL;
}

/* Keeps the rows in place of those that were kept first. */
static const MetaRows *keep_rows(Ctx *ctx, const MetaRows *rows) {
  struct KnownRows *known = known_rows(ctx);
  if (known && rows) known->list[known->next++ % KNOWN] = rows;
  return rows;
}

/* ---- folding ------------------------------------------------------------ */

static char *read_version_changes(Ctx *ctx, i64 version) {
  return db_text_or_null(
      ctx, "SELECT changes FROM \"main\".orm_migration WHERE version = %lld",
      version);
}

static i64 newest_version(Ctx *ctx) {
  return db_int(ctx, "SELECT max(version) FROM \"main\".orm_migration");
}

static i64 recorded_above(Ctx *ctx, i64 version) {
  return db_int(
      ctx,
      "SELECT min(version) FROM \"main\".orm_migration WHERE version > %lld",
      version);
}

static i64 recorded_below(Ctx *ctx, i64 version) {
  return db_int(ctx,
                "SELECT max(version) FROM \"main\".orm_migration"
                " WHERE version < %lld AND version > 0",
                version);
}

static const MetaRows *apply_changes(Ctx *ctx, const MetaRows *rows,
                                     i64 version, const char *changes,
                                     bool back) {
  if (!ctx_ok(ctx) || rows == NULL) return NULL;
  const MetaRows *result = changes_apply(ctx, rows, changes, back);
  err_prefix(ctx, "models of version %lld", version);
  return result;
}

/* Applies the changes of the versions above `above`, up to `to`, in ascending
** order, or, if `back` is true, undoes them in descending order. */
static const MetaRows *apply_range(Ctx *ctx, const MetaRows *rows, i64 above,
                                   i64 to, bool back) {
  sqlite3_stmt *versions = db_prepare(
      ctx,
      "SELECT version, changes FROM \"main\".orm_migration"
      " WHERE version > %lld AND version <= %lld ORDER BY version %s",
      above, to, back ? "DESC" : "ASC");
  while (db_row(ctx, versions)) {
    const char *changes = db_column(ctx, versions, 1);
    rows = apply_changes(ctx, rows, sqlite3_column_int64(versions, 0), changes,
                         back);
  }
  db_finish(versions);
  return ctx_ok(ctx) ? rows : NULL;
}

/* Returns the rows of the newest version, or NULL if orm_recorded has other
** rows. */
static const MetaRows *read_newest(Ctx *ctx, i64 newest) {
  const char *changes = read_version_changes(ctx, newest);
  if (changes == NULL) return NULL;
  const DigestSum digest = changes_head(ctx, changes, true);
  const MetaRows *rows = find_known_rows(ctx, &digest);
  if (rows || !ctx_ok(ctx)) return rows;
  rows = recorded_read(ctx);
  if ((ctx->rc & 0xff) == SQLITE_ERROR) err_forget(ctx);
  if (rows && digest_sum_equal(&rows->digest, &digest))
    return keep_rows(ctx, rows);
  if (known_rows(ctx)) ctx->known->stale = true;
  return NULL;
}

/* Computes the rows of a version from the newest version, or from nothing,
** whichever is nearer. */
static const MetaRows *fold_all(Ctx *ctx, i64 version) {
  const i64 newest = newest_version(ctx);
  const MetaRows *rows =
      newest - version <= version ? read_newest(ctx, newest) : NULL;
  const DigestSum none = {0, 0};
  return rows
             ? apply_range(ctx, rows, version, newest, true)
             : apply_range(ctx, find_known_rows(ctx, &none), 0, version, false);
}

/* Computes the rows of a version from those of a neighbour; NULL if none is
** known. */
static const MetaRows *fold_one(Ctx *ctx, i64 version, const char *changes) {
  DigestSum digest = changes_head(ctx, changes, false);
  const MetaRows *rows = find_known_rows(ctx, &digest);
  if (rows || !ctx_ok(ctx))
    return apply_changes(ctx, rows, version, changes, false);
  const i64 above = recorded_above(ctx, version);
  changes = above ? read_version_changes(ctx, above) : NULL;
  if (changes == NULL) return NULL;
  digest = changes_head(ctx, changes, true);
  rows = find_known_rows(ctx, &digest);
  return rows ? apply_changes(ctx, rows, above, changes, true) : NULL;
}

const MetaRows *fold_rows(Ctx *ctx, i64 version) {
  DigestSum digest = {0, 0};
  if (!ctx_ok(ctx)) return NULL;
  if (version == 0) return find_known_rows(ctx, &digest);
  const char *changes = read_version_changes(ctx, version);
  if (changes == NULL)
    err_set(ctx, SQLITE_ERROR, "there is no version %lld", version);
  if (!ctx_ok(ctx)) return NULL;
  digest = changes_head(ctx, changes, true);
  err_prefix(ctx, "models of version %lld", version);
  const MetaRows *rows = find_known_rows(ctx, &digest);
  if (rows == NULL && ctx_ok(ctx)) rows = fold_one(ctx, version, changes);
  if (rows == NULL && ctx_ok(ctx)) rows = fold_all(ctx, version);
  if (!ctx_ok(ctx)) return NULL;
  keep_rows(ctx, rows);
  MetaRows *result = changes_views(ctx, rows, changes);
  err_prefix(ctx, "models of version %lld", version);
  if (result) result->version = version;
  return result;
}

/* ---- writing ------------------------------------------------------------ */

char *fold_changes(Ctx *ctx, i64 version, const MetaRows *rows) {
  const MetaRows *before = fold_rows(ctx, recorded_below(ctx, version));
  return before ? changes_write(ctx, before, rows) : NULL;
}

Neighbours fold_begin(Ctx *ctx, i64 version) {
  Neighbours n = {NULL, 0, NULL};
  const i64 newest = newest_version(ctx);
  if (newest) n.head = read_newest(ctx, newest);
  n.next = recorded_above(ctx, version);
  if (n.next) n.rows = fold_rows(ctx, n.next);
  return n;
}

void fold_end(Ctx *ctx, const Neighbours *n) {
  if (!ctx_ok(ctx)) return;
  if (n->next) {
    const char *changes = fold_changes(ctx, n->next, n->rows);
    db_exec(ctx,
            "UPDATE \"main\".orm_migration SET changes = %Q"
            " WHERE version = %lld",
            changes, n->next);
    return;
  }
  const i64 newest = newest_version(ctx);
  const MetaRows *rows = fold_rows(ctx, newest);
  const bool stale = ctx->known && ctx->known->stale;
  if (rows) recorded_write(ctx, stale ? NULL : n->head, rows);
  if (ctx->known) ctx->known->stale = false;
}
