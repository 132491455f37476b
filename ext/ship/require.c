#include "ship/require.h"

#include "run/backup.h"
#include "run/goto.h"
#include "ship/files.h"

static i64 newest(Ctx *ctx) {
  return meta_exists(ctx) ? history_head(ctx) : 0;
}

/* Fails if the version is not recorded. */
static void check_known(Ctx *ctx, i64 version, const char *dir) {
  i64 head = newest(ctx);
  if (version <= head || !ctx_ok(ctx)) return;
  const char *has =
      head ? mem_printf(ctx, "versions up to %lld", head) : "no versions";
  if (dir)
    err_set(ctx, SQLITE_ERROR,
            "this program needs version %lld, and with the repository %s the "
            "database has %s",
            version, dir, has);
  else
    err_set(ctx, SQLITE_ERROR,
            "this program needs version %lld, and the database has %s: the "
            "option 'import=dir' takes the others from the repository of the "
            "program",
            version, has);
}

/* Goes to the version, with errors that name both versions. */
static void go(Ctx *ctx, i64 version, const char *dir, const Options *options) {
  check_known(ctx, version, dir);
  if (!ctx_ok(ctx)) return;
  i64 current = migrate_version(ctx);
  if (version > 0 || meta_exists(ctx)) goto_version(ctx, version, options);
  err_prefix(ctx, "from version %lld to version %lld, which this program needs",
             current, version);
}

/* The backup is made before the import, because it copies what is committed. */
static void import_and_go(Ctx *ctx, i64 version, const char *dir,
                          const Options *options) {
  Guard guard;
  Backup backup;
  Options inner = *options;
  inner.backup = NULL;
  backup_take(ctx, &backup, options->backup, false);
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) backup_keep(ctx, &backup);
  if (ctx_ok(ctx)) files_import(ctx, dir, options->timestamp);
  go(ctx, version, dir, &inner);
  guard_end(ctx, &guard);
  backup_end(ctx, &backup);
}

i64 require_version(Ctx *ctx, i64 version, const char *dir,
                    const Options *options) {
  bool known = version <= newest(ctx);
  if (!ctx_ok(ctx)) return 0;
  if (known || dir == NULL)
    go(ctx, version, dir, options);
  else
    import_and_go(ctx, version, dir, options);
  return version;
}
