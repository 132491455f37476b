#include "ship/files.h"

#include <stdlib.h>

#include "archive/catalog.h"
#include "base/disk.h"
#include "base/guard.h"
#include "base/moment.h"
#include "base/text.h"
#include "meta/history.h"
#include "meta/layout.h"
#include "meta/model.h"
#include "plan/diff.h"
#include "ship/file_mark.h"
#include "ship/version_file.h"

static bool same(const char *a, const char *b) {
  return strcmp(a ? a : "", b ? b : "") == 0;
}

/* ---- comparison --------------------------------------------------------- */

static bool same_scripts(Ctx *ctx, const Version *a, const Version *b) {
  return same(history_checksum_both(ctx, a->up, a->down),
              history_checksum_both(ctx, b->up, b->down));
}

static bool same_up(Ctx *ctx, const Version *a, const Version *b) {
  return same(history_checksum(ctx, a->up), history_checksum(ctx, b->up));
}

/* Returns true if the undo script of an applied version was edited in its file.
** If the file has the undo script with which the version was applied, the edit
** was made in this database, and the file is older. */
static bool has_new_undo(Ctx *ctx, const Version *file, const Version *old) {
  const char *sum = history_checksum(ctx, file->down);
  return old->applied_at && old->down_checksum &&
         !same(sum, history_checksum(ctx, old->down)) &&
         !same(sum, old->down_checksum);
}

/* Returns true if the version may overwrite the file: the file has the same
** scripts, or the undo script from before an edit in this database. */
static bool is_outdated(Ctx *ctx, const Version *file, const Version *v) {
  if (v->applied_at == NULL) return same_scripts(ctx, file, v);
  return same_up(ctx, file, v) && !has_new_undo(ctx, file, v);
}

/* Refuses "", which would be the root of the file system. */
static void check_directory(Ctx *ctx, const char *dir) {
  if (*dir == 0)
    err_set(ctx, SQLITE_ERROR,
            "the directory has no name: give the one that holds versions/");
}

/* ---- export ------------------------------------------------------------- */

typedef struct File {
  const char *name, *text;
} File;

/* Returns the file to write for a version. Its name is NULL if the file on disk
** has the same text. It is an error if the file on disk was edited. */
static File make_file(Ctx *ctx, const char *dir, const Version *v,
                      Trial *portable) {
  File file = {NULL, NULL};
  if (strpbrk(v->file, "/\\") || atoll(v->file) != v->version ||
      !text_ends_with(v->file, ".sql"))
    err_set(ctx, SQLITE_ERROR, "\"%s\" is no name for the file of version %lld",
            v->file, v->version);
  const char *path = mem_printf(ctx, "%s/%s", dir, v->file);
  const char *text = ctx_ok(ctx) ? version_file_text(ctx, v, portable) : NULL;
  const char *old = path && text ? disk_read(ctx, path) : NULL;
  if (text == NULL || !ctx_ok(ctx) || same(old, text)) return file;
  if (old) {
    Version on_disk = version_file_read(ctx, dir, v->file);
    if (ctx_ok(ctx) && version_file_is_old(ctx, &on_disk, v)) return file;
    if (ctx_ok(ctx) && !is_outdated(ctx, &on_disk, v))
      err_set(ctx, SQLITE_ERROR,
              "\"%s\" holds another script for version %lld than is recorded "
              "here: SELECT orm_import() takes it in, or remove it",
              path, v->version);
  }
  file.name = v->file;
  file.text = text;
  return file;
}

/* Returns true if the repository has an applied version under another file
** name. Another database that recorded the version with another message exports
** it so. A file of the same number with another version is an error, because an
** import would read that file instead of ours. */
static bool has_other_name(Ctx *ctx, const DiskNames *names, const char *path,
                           const Version *v) {
  for (int i = 0; ctx_ok(ctx) && i < names->count; i++) {
    if (atoll(names->list[i]) != v->version ||
        strcmp(names->list[i], v->file) == 0)
      continue;
    if (v->applied_at) {
      Version on_disk = version_file_read(ctx, path, names->list[i]);
      if (ctx_ok(ctx) && same_scripts(ctx, &on_disk, v)) return true;
      err_forget(ctx); /* an unreadable file counts as another version */
    }
    if (history_is_squash(v))
      err_set(ctx, SQLITE_ERROR,
              "version %lld combines the versions up to it: first remove their "
              "files, up to %s/%s; databases below version %lld need them",
              v->version, path, names->list[i], v->version);
    err_set(ctx, SQLITE_ERROR,
            "\"%s/%s\" is another version %lld than the one recorded here, "
            "%s: SELECT orm_import() first if it is somebody else's, or "
            "remove it",
            path, names->list[i], v->version, v->file);
  }
  return false;
}

i64 files_export(Ctx *ctx, const char *dir, bool portable) {
  meta_require(ctx);
  check_directory(ctx, dir);
  history_check_gaps(ctx);
  guard_check_idle(ctx); /* a change of files needs the same check */
  const char *path = mem_printf(ctx, "%s/versions", dir);
  Versions all = {NULL, 0};
  if (ctx_ok(ctx)) all = history_range(ctx, 0, history_head(ctx));
  disk_make_directory(ctx, dir);
  disk_make_directory(ctx, path);
  DiskNames names = {NULL, 0};
  if (ctx_ok(ctx)) names = disk_scripts(ctx, path);
  File *files = (File *)mem_new(ctx, sizeof(File) * (size_t)all.count);
  Trial trial;
  if (portable) trial_open(&trial, ctx);
  for (int i = 0; i < all.count && ctx_ok(ctx); i++)
    if (!has_other_name(ctx, &names, path, &all.list[i]))
      files[i] = make_file(ctx, path, &all.list[i], portable ? &trial : NULL);
  if (portable) trial_close(&trial, ctx);
  for (int i = 0; i < all.count && ctx_ok(ctx); i++)
    if (files[i].name) disk_write(ctx, path, files[i].name, files[i].text);
  return all.count;
}

/* ---- import ------------------------------------------------------------- */

/* Returns true if the file has exactly the rows of the version recorded here,
** with the same ids and views. */
static bool has_file_rows(Ctx *ctx, const Version *file, const Version *old) {
  if (file->changes && same(file->changes, old->changes)) return true;
  return history_has(ctx, file->version, file->rows);
}

/* Returns true if the file declares the same schema as the version recorded
** here. Ids and relationships that change no object may differ. */
static bool same_models(Ctx *ctx, const Version *file) {
  const MetaRows *rows = history_rows(ctx, file->version);
  const Schema *x = ctx_ok(ctx) ? model_read(ctx, file->rows) : NULL;
  const Schema *y = ctx_ok(ctx) ? model_read(ctx, rows) : NULL;
  return ctx_ok(ctx) && diff_schemas(ctx, y, y, x).count == 0;
}

/* Returns true if the file was exported from the version that is recorded here,
** and possibly edited. Returns false if another person recorded a version of
** the same number. */
static bool same_origin(Ctx *ctx, const Version *file, const Version *old) {
  bool same_time = !file->created_at || same(file->created_at, old->created_at);
  return same_time &&
         (same(file->message, old->message) || has_file_rows(ctx, file, old));
}

static void err_another(Ctx *ctx, const char *dir, const Version *file,
                        const Version *old) {
  const char *pending = old->applied_at ? ""
                                        : "; SELECT orm_discard() forgets "
                                          "that";
  err_set(ctx, SQLITE_ERROR,
          "%s (%s) is another version %lld than %s (%s), which is %s here: "
          "SELECT orm_rebase(%Q) takes it in, and records what was made here "
          "anew on top of it%s",
          file->file, file->message, old->version, old->file, old->message,
          old->applied_at ? "applied" : "recorded", dir, pending);
}

/* Sets an error if the file contradicts the applied version `old`. */
static void check_applied(Ctx *ctx, const char *dir, const Version *v,
                          const Version *old) {
  const char *sum = old->down_checksum
                        ? history_checksum(ctx, v->up)
                        : history_checksum_both(ctx, v->up, v->down);
  if (!ctx_ok(ctx)) return;
  if (!same(sum, old->checksum) && !same_origin(ctx, v, old))
    err_another(ctx, dir, v, old);
  else if (!same(sum, old->checksum))
    err_set(ctx, SQLITE_ERROR,
            "%s contradicts version %lld (%s), which is applied here: its "
            "checksum is %s, that of the file is %s",
            v->file, old->version, old->message, old->checksum, sum);
  else if (!same_models(ctx, v))
    err_set(ctx, SQLITE_ERROR,
            "%s contradicts version %lld (%s), which is applied here: the "
            "script is the same, but its models are others",
            v->file, old->version, old->message);
}

/* Sets *merged to the applied version `old` with the parts that its file may
** change: the undo script, and rows of the same schema. Returns false if
** nothing changes. */
static bool merge_applied(Ctx *ctx, const char *dir, const Version *file,
                          const Version *old, Version *merged) {
  check_applied(ctx, dir, file, old);
  if (!ctx_ok(ctx)) return false;
  bool models = !has_file_rows(ctx, file, old) &&
                rows_contain(ctx, file->rows, history_rows(ctx, file->version));
  bool undo = has_new_undo(ctx, file, old);
  *merged = *old;
  if (models) merged->rows = file->rows;
  if (undo) merged->down = file->down;
  return models || undo;
}

/* Logs that an applied version has a new undo script. orm_status() lists such
** versions, too. */
static void log_new_undo(const Version *file) {
  sqlite3_log(SQLITE_NOTICE,
              "orm: the undo of version %lld (%s), which is applied, was "
              "changed in its file, and is taken from there",
              file->version, file->message);
}

/* Returns true if orm_squash() has combined the version, either here or in the
** repository, and both declare the same: there is nothing to import. `squashed`
** is the version that is combined here, or 0. */
static bool is_combined(Ctx *ctx, const Version *file, i64 squashed) {
  if (file->version < squashed) return true;
  if (history_is_squash(file) == (file->version == squashed)) return false;
  return history_find(ctx, file->version) && same_models(ctx, file);
}

/* Imports one version from its file; only checks it if `write` is false.
** Returns true if the import changes something. */
static bool import_version(Ctx *ctx, const char *dir, const Version *v,
                           i64 squashed, bool write) {
  if (v->rows == NULL) return false; /* of read_recorded() */
  const Version *old = history_find(ctx, v->version);
  if (!ctx_ok(ctx) || is_combined(ctx, v, squashed)) return false;
  Version imported = *v;
  bool applied = old && old->applied_at;
  if (applied) {
    if (!merge_applied(ctx, dir, v, old, &imported)) return false;
  } else if (old) {
    bool same_text = same_scripts(ctx, v, old);
    if (same_text && has_file_rows(ctx, v, old) &&
        same(v->message, old->message))
      return false;
    if (!same_text && !same_origin(ctx, v, old)) err_another(ctx, dir, v, old);
  }
  if (!write) return ctx_ok(ctx);
  if (!applied) catalog_detach(ctx, v->version, v->rows);
  if (applied && imported.down == v->down) log_new_undo(v);
  history_put(ctx, &imported);
  if (imported.rows) meta_reserve_ids(ctx, imported.rows);
  return ctx_ok(ctx);
}

static bool nothing_declared(Ctx *ctx) {
  return db_int(ctx, "SELECT (SELECT count(*) FROM \"main\".orm_model) +"
                     " (SELECT count(*) FROM \"main\".orm_object)") == 0;
}

/* Returns the declarations if they equal those of the newest version, else
** NULL. */
static const MetaRows *declared_as_head(Ctx *ctx) {
  i64 version = history_head(ctx);
  if (version == 0) return NULL;
  const MetaRows *head = history_rows(ctx, version), *declared = meta_read(ctx);
  bool same = ctx_ok(ctx) && rows_contain(ctx, head, declared) &&
              rows_contain(ctx, declared, head);
  return same ? declared : NULL;
}

/* Sets the declarations to those of the newest version. `declared` has the
** present ones; NULL: there are none. */
static void follow_head(Ctx *ctx, const MetaRows *declared) {
  i64 head = history_head(ctx);
  if (head == 0 || !ctx_ok(ctx)) return;
  const MetaRows *rows = history_rows(ctx, head);
  if (declared)
    meta_restore_from(ctx, declared, rows);
  else
    meta_restore(ctx, rows);
}

static void err_same_number(Ctx *ctx, const char *dir, const char *a,
                            const char *b, i64 version) {
  err_set(ctx, SQLITE_ERROR,
          "%s and %s are both version %lld: in a database where one of them "
          "was made, SELECT orm_rebase(%Q) records that anew on top of the "
          "other",
          a, b, version, dir);
}

/* A repository that is being read. */
typedef struct Repository {
  const char *path;       /* of the folder of the files */
  i64 head;               /* the newest recorded version */
  sqlite3_stmt *recorded; /* history_reader() */
} Repository;

/* Returns true if the file is what files_export() writes for the version. */
static bool is_file_of(Ctx *ctx, const Repository *from, const char *name,
                       const Version *v) {
  const char *full = mem_printf(ctx, "%s/%s", from->path, name);
  const char *text = full ? disk_read(ctx, full) : NULL;
  const char *own = text ? version_file_text(ctx, v, NULL) : NULL;
  return own && strcmp(text, own) == 0;
}

/* Returns a text in memory of ctx. `z` may be NULL. */
static const char *copied(Ctx *ctx, const char *z) {
  return z ? mem_text(ctx, z, -1) : NULL;
}

/* Reads a file that has the recorded version, to the letter. Returns false if
** the file is any other one. The result has no rows: it changes nothing. Of its
** texts it has only those that identify the version, so that a long history
** needs little memory. */
static bool read_recorded(Ctx *ctx, const Repository *from, const char *name,
                          Version *v) {
  Ctx own;
  Version old;
  const i64 version = atoll(name);
  if (version > from->head || !ctx_ok(ctx)) return false;
  ctx_share(&own, ctx);
  bool recorded = history_read(&own, from->recorded, version, &old) &&
                  is_file_of(&own, from, name, &old);
  err_move(ctx, &own);
  memset(v, 0, sizeof(*v));
  v->version = version;
  v->file = name;
  if (recorded) {
    v->message = copied(ctx, old.message);
    v->created_at = copied(ctx, old.created_at);
    v->up = history_is_squash(&old) ? copied(ctx, old.up) : "";
  }
  ctx_clear(&own);
  return recorded && ctx_ok(ctx);
}

/* Reads all files of a repository, in the order of their numbers. A gap is an
** error; the first number may be `head` + 1 at most. Two files of one number
** are an error unless `two` is true. */
static Versions read_files(Ctx *ctx, const char *dir, i64 head, bool two) {
  Versions files = {NULL, 0};
  check_directory(ctx, dir);
  const char *path = mem_printf(ctx, "%s/versions", dir);
  DiskNames names = disk_scripts(ctx, path);
  Repository from = {path, head, head ? history_reader(ctx) : NULL};
  for (int i = 0; ctx_ok(ctx) && i < names.count; i++) {
    const char *name = names.list[i];
    i64 version = atoll(name), last = i ? files.list[i - 1].version : head;
    if (i && version == last && !two)
      err_same_number(ctx, dir, names.list[i - 1], name, version);
    Version v = {.version = 0};
    bool recorded = read_recorded(ctx, &from, name, &v);
    if (!recorded) v = version_file_read(ctx, path, name);
    bool squash = ctx_ok(ctx) && history_is_squash(&v);
    if (squash && i)
      err_set(ctx, SQLITE_ERROR,
              "%s combines the versions up to %lld: remove the files before it",
              name, version);
    else if (version > last + 1 && !squash)
      err_set(ctx, SQLITE_ERROR,
              "%s is version %lld, but version %lld is missing before it", name,
              version, last + 1);
    if (!recorded) version_file_find_rows(ctx, &v, &files, path);
    Version *slot = MEM_PUSH(ctx, files.list, files.count);
    if (slot) *slot = v;
  }
  db_finish(from.recorded);
  if (!ctx_ok(ctx)) files.count = 0;
  return files;
}

/* Sets the missing times of creation, as in files written by hand or by other
** tools. */
static void set_missing_times(Versions *files, const char *timestamp) {
  for (int i = 0; i < files->count; i++)
    if (files->list[i].created_at == NULL)
      files->list[i].created_at = timestamp;
}

/* Imports all versions; only checks them if `write` is false. Returns the
** number of versions that change something. */
static i64 import_versions(Ctx *ctx, const char *dir, const Versions *files,
                           bool write) {
  i64 count = 0, squashed = history_squashed(ctx);
  for (int i = 0; ctx_ok(ctx) && i < files->count; i++)
    count += import_version(ctx, dir, &files->list[i], squashed, write);
  return count;
}

static bool has_file(const Versions *files, i64 version) {
  for (int i = 0; i < files->count; i++)
    if (files->list[i].version == version) return true;
  return false;
}

/* Sets an error if the repository lacks a version that is applied here. */
static void check_complete(Ctx *ctx, const char *dir, const Versions *files) {
  const Version *first = files->count ? &files->list[0] : NULL;
  i64 below = first && history_is_squash(first) ? first->version : 0;
  sqlite3_stmt *applied =
      db_prepare(ctx, "SELECT version, message FROM \"main\".orm_migration"
                      " WHERE typeof(applied_at) <> 'null' ORDER BY version");
  while (db_row(ctx, applied)) {
    const i64 version = sqlite3_column_int64(applied, 0);
    if (version >= below && !has_file(files, version))
      err_set(ctx, SQLITE_ERROR,
              "%s/versions lacks version %lld (%s), which is applied here: get "
              "the whole repository, or SELECT orm_export(%Q) writes the file",
              dir, version, db_peek(ctx, applied, 1), dir);
  }
  db_finish(applied);
}

/* Sets an error if the repository is older than the database, because the
** application of that repository does not know the schema. */
static void check_up_to_date(Ctx *ctx, const char *dir, const Versions *files) {
  const Version *current = history_find(ctx, history_current(ctx));
  i64 last = files->count ? files->list[files->count - 1].version : 0;
  if (ctx_ok(ctx) && current && current->version > last)
    err_set(ctx, SQLITE_ERROR,
            "the database is at version %lld (%s), above %lld, the newest in "
            "the repository: if that was made here, SELECT orm_export() writes "
            "it; else get a newer repository, or go back: SELECT "
            "orm_downgrade(%lld)",
            current->version, current->message, last, last);
  check_complete(ctx, dir, files);
}

/* Sets an error if the repository begins with a combined version, and the
** database is below it: the scripts that lead there are in the older
** repository. */
static void check_squash(Ctx *ctx, const char *dir, const Versions *files) {
  const Version *first = files->count ? &files->list[0] : NULL;
  if (!ctx_ok(ctx) || first == NULL || !history_is_squash(first)) return;
  i64 current = history_current(ctx), version = first->version;
  if (history_head(ctx) && current < version &&
      history_squashed(ctx) != version)
    err_set(
        ctx, SQLITE_ERROR,
        "%s/versions/%s combines the versions up to %lld, and this database "
        "is at version %lld: first bring it to version %lld with the "
        "repository as it was before orm_squash(): SELECT orm_import(dir); "
        "SELECT orm_upgrade(%lld)",
        dir, first->file, version, current, version, version);
}

static i64 import_guarded(Ctx *ctx, const char *dir, const Versions *files) {
  if (!meta_exists(ctx)) layout_create(ctx);
  bool none = nothing_declared(ctx);
  const MetaRows *declared = none ? NULL : declared_as_head(ctx);
  bool follow = none || declared;
  i64 old_head = history_head(ctx);
  const MetaRows *before = old_head ? history_rows(ctx, old_head) : NULL;
  i64 count = import_versions(ctx, dir, files, true);
  check_up_to_date(ctx, dir, files);
  if (count == 0 || !ctx_ok(ctx)) return count;
  if (before && history_has(ctx, history_head(ctx), before))
    return count; /* only undo scripts or older versions changed */
  if (!follow && !declared_as_head(ctx))
    err_set(ctx, SQLITE_ERROR,
            "the models declared here differ from version %lld, the newest "
            "before this import, and from version %lld, the newest in it: "
            "SELECT orm_rebase(%Q) takes the versions in, and declares what "
            "was changed here on top of them",
            old_head, history_head(ctx), dir);
  if (follow) follow_head(ctx, declared);
  return count;
}

i64 files_import(Ctx *ctx, const char *dir, const char *timestamp) {
  const Moment moment = moment_now(ctx);
  bool exists = meta_exists(ctx);
  Versions files = read_files(ctx, dir, exists ? history_head(ctx) : 0, false);
  set_missing_times(&files, timestamp);
  if (exists) check_squash(ctx, dir, &files);
  i64 count = exists ? import_versions(ctx, dir, &files, false) : 1;
  if (exists) check_up_to_date(ctx, dir, &files);
  if (count == 0 || !ctx_ok(ctx)) return 0;
  Guard guard;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx) && exists && !moment_is_now(ctx, &moment)) {
    /* another connection has written: again, under the lock */
    files = read_files(ctx, dir, history_head(ctx), false);
    set_missing_times(&files, timestamp);
  }
  if (ctx_ok(ctx)) count = import_guarded(ctx, dir, &files);
  guard_end(ctx, &guard);
  return count;
}

/* ---- forks of the history ------------------------------------------------ */

/* Returns true if the version of the file is recorded here. */
static bool is_recorded(Ctx *ctx, const Version *file, i64 squashed) {
  if (file->rows == NULL) return true; /* of read_recorded() */
  if (is_combined(ctx, file, squashed)) return ctx_ok(ctx);
  const Version *old = history_find(ctx, file->version);
  if (old == NULL || !ctx_ok(ctx)) return false;
  bool applied = old->applied_at && old->down_checksum;
  bool same_text =
      applied ? same_up(ctx, file, old) : same_scripts(ctx, file, old);
  return same_text && same_models(ctx, file);
}

/* Returns true if the file was exported from the version that is recorded here,
** not from an equal version of another database. */
static bool is_ours(Ctx *ctx, const Version *file, i64 squashed) {
  const Version *old = history_find(ctx, file->version);
  return old && is_recorded(ctx, file, squashed) &&
         same(file->message, old->message) &&
         (!file->created_at || same(file->created_at, old->created_at));
}

/* Adds a version of theirs to the fork. A gap in the numbers is an error. */
static void add_theirs(Ctx *ctx, const char *dir, Fork *fork,
                       const Version *v) {
  int n = fork->theirs.count;
  i64 wanted = fork->base + n + 1;
  if (v->version < wanted)
    err_set(
        ctx, SQLITE_ERROR,
        "%s and %s are both version %lld, and neither is recorded here: move "
        "one of them to another directory, SELECT orm_import(%Q) takes the "
        "other in; move it back, and SELECT orm_rebase(%Q) records the "
        "other anew on top of it",
        fork->theirs.list[n - 1].file, v->file, v->version, dir, dir);
  else if (v->version > wanted)
    err_set(ctx, SQLITE_ERROR,
            "%s is version %lld, but version %lld is missing before it",
            v->file, v->version, wanted);
  Version *slot = MEM_PUSH(ctx, fork->theirs.list, fork->theirs.count);
  if (slot) *slot = *v;
}

Fork files_fork(Ctx *ctx, const char *dir) {
  Fork fork;
  memset(&fork, 0, sizeof(fork));
  fork.base = history_head(ctx);
  Versions files = {NULL, 0};
  i64 squashed = history_squashed(ctx);
  if (ctx_ok(ctx)) files = read_files(ctx, dir, fork.base, true);
  for (int i = 0; i < files.count && ctx_ok(ctx); i++)
    if (files.list[i].version <= fork.base &&
        !is_recorded(ctx, &files.list[i], squashed))
      fork.base = files.list[i].version - 1;
  for (int i = 0; i < files.count && ctx_ok(ctx); i++) {
    const Version *v = &files.list[i];
    if (v->version == fork.base) fork.their_base = v->rows;
    Version *slot = v->version > fork.base
                        ? NULL
                        : MEM_PUSH(ctx, fork.common.list, fork.common.count);
    if (slot) *slot = *v;
    if (v->version > fork.base && !is_ours(ctx, v, squashed))
      add_theirs(ctx, dir, &fork, v);
  }
  return fork;
}

void files_import_fork(Ctx *ctx, Fork *fork, const char *timestamp) {
  for (int i = 0; i < fork->common.count && ctx_ok(ctx); i++) {
    const Version *file = &fork->common.list[i];
    if (file->rows == NULL) continue; /* of read_recorded() */
    const Version *old = history_find(ctx, file->version);
    if (old == NULL || !has_new_undo(ctx, file, old)) continue;
    Version edited = *old;
    edited.down = file->down;
    history_put(ctx, &edited);
    log_new_undo(file);
  }
  set_missing_times(&fork->theirs, timestamp);
  import_versions(ctx, "", &fork->theirs, true);
}

/* Returns true if the text is what files_export() wrote for the version. For a
** portable file, compares the recorded scripts, because the same SQL cannot be
** generated again after older versions have changed. */
static bool is_exported(Ctx *ctx, const char *dir, const Version *v,
                        const char *text) {
  if (file_mark_find(text, MARK_RECORDED) == NULL)
    return same(text, version_file_text(ctx, v, NULL));
  Version on_disk = version_file_read(ctx, dir, v->file);
  return ctx_ok(ctx) && same_scripts(ctx, &on_disk, v);
}

void files_remove_exported(Ctx *ctx, const char *dir,
                           const Versions *versions) {
  const char *folder = mem_printf(ctx, "%s/versions", dir);
  for (int i = 0; i < versions->count && ctx_ok(ctx); i++) {
    const Version *v = &versions->list[i];
    const char *path = mem_printf(ctx, "%s/%s", folder, v->file);
    const char *text = path ? disk_read(ctx, path) : NULL;
    if (text && is_exported(ctx, folder, v, text)) disk_remove(ctx, path);
  }
}
