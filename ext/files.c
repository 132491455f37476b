#define _POSIX_C_SOURCE 200809L /* mkdir, opendir */ /* NOLINT */

#include "files.h"

#ifdef ORM_OMIT_FILES

static i64 no_files(Ctx *ctx) {
  err_set(ctx, SQLITE_ERROR, "this build of orm has no access to files");
  return 0;
}

i64 files_export(Ctx *ctx, const char *dir, bool portable) {
  (void)dir, (void)portable;
  return no_files(ctx);
}

i64 files_import(Ctx *ctx, const char *dir, const char *timestamp) {
  (void)dir, (void)timestamp;
  return no_files(ctx);
}

#else

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "diff.h"
#include "guard.h"
#include "history.h"
#include "keep.h"
#include "model.h"
#include "portable.h"

#define UP       "-- migrate:up"
#define DOWN     "-- migrate:down"
#define MODELS   "-- orm:models "
#define RECORDED "-- orm:recorded "
#define HEADER   "-- orm:migration "

/* ---- files and directories ---------------------------------------------- */

static void err_path(Ctx *ctx, const char *what, const char *path,
                     const char *advice) {
  err_set(ctx, SQLITE_CANTOPEN, "cannot %s \"%s\": %s%s", what, path,
          strerror(errno), advice);
}

static void err_file(Ctx *ctx, const char *what, const char *path) {
  err_path(ctx, what, path, "");
}

static void make_directory(Ctx *ctx, const char *path) {
  if (ctx_ok(ctx) && mkdir(path, 0777) != 0 && errno != EEXIST)
    err_path(ctx, "make directory", path,
             "; give a directory to hold versions/: it is made, those above "
             "it are not");
}

/* NULL without an error if there is no such file. */
static char *read_file(Ctx *ctx, const char *path) {
  if (!ctx_ok(ctx)) return NULL;
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    if (errno != ENOENT) err_file(ctx, "read", path);
    return NULL;
  }
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  char buffer[4096];
  size_t n;
  while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
    sqlite3_str_append(str, buffer, (int)n);
  if (ferror(file)) err_file(ctx, "read", path);
  fclose(file);
  int length = sqlite3_str_length(str);
  char *text = mem_finish(ctx, str);
  if (text && strlen(text) != (size_t)length)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is no text file", path);
  if (text == NULL || !ctx_ok(ctx)) return NULL;
  bool marked = strncmp(text, "\xef\xbb\xbf", 3) == 0; /* some editors do */
  return marked ? text + 3 : text;
}

/* By a temporary file and rename(), so that no reader sees half of it. */
static void write_file(Ctx *ctx, const char *path, const char *text) {
  const char *temporary = mem_printf(ctx, "%s.tmp", path);
  if (temporary == NULL) return;
  FILE *file = fopen(temporary, "wb");
  if (file == NULL) {
    err_file(ctx, "write", temporary);
    return;
  }
  size_t n = strlen(text);
  bool written = fwrite(text, 1, n, file) == n;
  if (fclose(file) != 0 || !written) {
    err_file(ctx, "write", temporary);
    remove(temporary);
  } else if (rename(temporary, path) != 0) {
    err_file(ctx, "write", path);
    remove(temporary);
  }
}

typedef struct Names {
  const char **list;
  int count;
} Names;

/* By version, so that 1000 comes behind 999. */
static int by_name(const void *a, const void *b) {
  const char *x = *(const char *const *)a, *y = *(const char *const *)b;
  i64 order = atoll(x) - atoll(y);
  return order ? (order > 0) - (order < 0) : strcmp(x, y);
}

static bool ends_with(const char *name, const char *end) {
  size_t n = strlen(name), m = strlen(end);
  return n >= m && strcmp(name + n - m, end) == 0;
}

/* The names NNN_x.sql in a directory, sorted. */
static Names list_scripts(Ctx *ctx, const char *path) {
  Names names = {NULL, 0};
  DIR *dir = ctx_ok(ctx) ? opendir(path) : NULL;
  if (dir == NULL) {
    err_path(ctx, "read directory", path,
             "; give the directory that holds versions/");
    return names;
  }
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    if (!ends_with(entry->d_name, ".sql") || atoll(entry->d_name) <= 0)
      continue;
    const char *name = mem_text(ctx, entry->d_name, -1);
    const char **slot = MEM_PUSH(ctx, names.list, names.count);
    if (slot) *slot = name;
  }
  closedir(dir);
  if (!ctx_ok(ctx)) names.count = 0;
  if (names.count)
    qsort(names.list, (size_t)names.count, sizeof(char *), by_name);
  return names;
}

static bool same(const char *a, const char *b) {
  return strcmp(a ? a : "", b ? b : "") == 0;
}

/* ---- the text of a file ------------------------------------------------- */

/* Does a line of the text begin with the mark? */
static const char *find_line(const char *text, const char *mark) {
  size_t n = strlen(mark);
  for (const char *z = text; z; z = strchr(z, '\n')) {
    if (*z == '\n') z++;
    if (strncmp(z, mark, n) == 0) return z;
  }
  return NULL;
}

static void check_marks(Ctx *ctx, const Version *v, const char *script) {
  static const char *const marks[] = {UP, DOWN, RECORDED, MODELS};
  for (int i = 0; ctx_ok(ctx) && i < 4; i++)
    if (find_line(script, marks[i]))
      err_set(ctx, SQLITE_ERROR,
              "version %lld: a line of its script begins like a mark of the "
              "file format (%s); indent it",
              v->version, marks[i]);
}

/* What was recorded, on a line of its own. */
static char *recorded_line(Ctx *ctx, const Version *v, const char *up,
                           const char *down) {
  char *json = db_text(ctx,
                       "SELECT json_object('checksum', %Q, 'portable', %Q,"
                       " 'up', %Q, 'down', %Q)",
                       history_checksum(ctx, v->up, v->down),
                       history_checksum(ctx, up, down), v->up, v->down);
  return mem_printf(ctx, RECORDED "%s\n\n", json);
}

static char *file_text(Ctx *ctx, const Version *v, bool portable) {
  const char *scripts[] = {v->up, v->down ? v->down : ""};
  const char *options[] = {"", ""}, *recorded = "";
  for (int i = 0; ctx_ok(ctx) && i < 2; i++) check_marks(ctx, v, scripts[i]);
  for (int i = 0; portable && ctx_ok(ctx) && i < 2; i++) {
    Portable plain = portable_version(ctx, v, i == 1);
    scripts[i] = portable_enclosed(ctx, &plain);
    if (plain.alone) options[i] = " transaction:false";
  }
  if (portable && ctx_ok(ctx))
    recorded = recorded_line(ctx, v, scripts[0], scripts[1]);
  char *header =
      db_text(ctx,
              "SELECT json_object('version', version, 'message', message,"
              " 'created_at', created_at) FROM \"main\".orm_migration"
              " WHERE version = %lld",
              v->version);
  return mem_printf(
      ctx, HEADER "%s\n" UP "%s\n%s\n\n" DOWN "%s\n%s\n\n%s" MODELS "%s\n",
      header, options[0], scripts[0], options[1], scripts[1], recorded,
      v->models);
}

/* The text from one mark's line to the next mark, line ends made alike. */
static char *section(Ctx *ctx, const char *from, const char *to) {
  while (*from && *from != '\n') from++;
  if (*from) from++;
  while (to > from && strchr(" \t\r\n", to[-1])) to--;
  char *text = mem_text(ctx, from, to > from ? (int)(to - from) : 0);
  char *end = text;
  for (const char *z = text; z && *z; z++)
    if (z[0] != '\r' || z[1] != '\n') *end++ = *z;
  if (end) *end = 0;
  return text;
}

static char *header_value(Ctx *ctx, const char *header, const char *key) {
  if (header == NULL) return NULL;
  char *json = mem_text(ctx, header, (int)strcspn(header, "\r\n"));
  return db_text(ctx, "SELECT json_extract(%Q, '$.%s')", json, key);
}

/* 002_users_and_posts.sql, for want of a header, says "users and posts". */
static char *message_of(Ctx *ctx, const char *name) {
  const char *from = name + strspn(name, "0123456789");
  if (*from == '_') from++;
  char *message = mem_text(ctx, from, (int)(strlen(from) - strlen(".sql")));
  for (char *z = message; z && *z; z++)
    if (*z == '_') *z = ' ';
  return message && *message ? message : mem_text(ctx, "migration", -1);
}

/* The scripts of a file, which of a portable one are not its SQL. */
static void parse_scripts(Ctx *ctx, Version *v, const char *path,
                          const char *up, const char *down,
                          const char *models) {
  const char *recorded = find_line(down, RECORDED);
  if (recorded > models) recorded = NULL;
  v->up = section(ctx, up, down);
  v->down = section(ctx, down, recorded ? recorded : models);
  if (recorded == NULL) return;
  recorded += strlen(RECORDED);
  const char *plain = history_checksum(ctx, v->up, v->down);
  const char *said = header_value(ctx, recorded, "portable");
  const char *sum = header_value(ctx, recorded, "checksum");
  v->up = header_value(ctx, recorded, "up");
  v->down = header_value(ctx, recorded, "down");
  err_prefix(ctx, "\"%s\"", path);
  if (!ctx_ok(ctx)) return;
  if (!v->up || !same(sum, history_checksum(ctx, v->up, v->down)))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\": what was recorded (" RECORDED ") is not what it was",
            path);
  else if (!same(plain, said))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is a portable file, and its SQL was edited: what is "
            "recorded is not made from that; edit what SELECT orm_export(dir) "
            "writes, import it, and make the portable file anew",
            path);
}

static Version parse_file(Ctx *ctx, const char *path, const char *name) {
  Version v;
  memset(&v, 0, sizeof(v));
  const char *full = mem_printf(ctx, "%s/%s", path, name);
  const char *text = full ? read_file(ctx, full) : NULL;
  if (text == NULL) {
    err_set(ctx, SQLITE_CANTOPEN, "cannot read \"%s/%s\"", path, name);
    return v;
  }
  const char *up = find_line(text, UP);
  const char *down = up ? find_line(up, DOWN) : NULL;
  const char *models = down ? find_line(down, MODELS) : NULL;
  if (models == NULL) {
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is no migration of orm: it needs lines that begin with "
            "%s, %s and %s, in this order",
            full, UP, DOWN, MODELS);
    return v;
  }
  const char *header = find_line(text, HEADER);
  if (header) header = header < up ? header + strlen(HEADER) : NULL;
  const char *said = header_value(ctx, header, "version");
  v.message = header_value(ctx, header, "message");
  v.created_at = header_value(ctx, header, "created_at");
  err_prefix(ctx, "\"%s\"", full);
  v.file = name;
  v.version = atoll(name);
  if (said && atoll(said) != v.version)
    err_set(ctx, SQLITE_ERROR, "\"%s\" says inside that it is version %s", full,
            said);
  if (v.message == NULL) v.message = message_of(ctx, name);
  parse_scripts(ctx, &v, full, up, down, models);
  models += strlen(MODELS);
  v.models = mem_text(ctx, models, (int)strcspn(models, "\r\n"));
  if (!ctx_ok(ctx)) return v;
  model_read(ctx, v.models); /* must be readable */
  err_prefix(ctx, "\"%s\"", full);
  return v;
}

static bool same_scripts(Ctx *ctx, const Version *a, const Version *b) {
  return same(history_checksum(ctx, a->up, a->down),
              history_checksum(ctx, b->up, b->down));
}

/* ---- export ------------------------------------------------------------- */

typedef struct File {
  const char *path, *text;
} File;

/* The file to write; its path is NULL if it is right already. One that was
** edited is not overwritten. */
static File make_file(Ctx *ctx, const char *dir, const Version *v,
                      bool portable) {
  File file = {NULL, NULL};
  if (strpbrk(v->file, "/\\") || atoll(v->file) != v->version)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is no name for the file of version %lld",
            v->file, v->version);
  const char *path = mem_printf(ctx, "%s/%s", dir, v->file);
  const char *text = ctx_ok(ctx) ? file_text(ctx, v, portable) : NULL;
  const char *old = path && text ? read_file(ctx, path) : NULL;
  if (text == NULL || !ctx_ok(ctx) || same(old, text)) return file;
  if (old) {
    Version there = parse_file(ctx, dir, v->file);
    if (ctx_ok(ctx) && !same_scripts(ctx, &there, v))
      err_set(ctx, SQLITE_ERROR,
              "\"%s\" holds another script for version %lld than is recorded "
              "here: SELECT orm_import() takes it in, or remove it",
              path, v->version);
  }
  file.path = path;
  file.text = text;
  return file;
}

/* A file of the same version by another name would be read instead. */
static void check_others(Ctx *ctx, const Names *names, const char *path,
                         const Version *v) {
  for (int i = 0; ctx_ok(ctx) && i < names->count; i++)
    if (atoll(names->list[i]) == v->version &&
        strcmp(names->list[i], v->file) != 0)
      err_set(ctx, SQLITE_ERROR,
              "\"%s/%s\" is another version %lld than the one recorded here, "
              "%s: SELECT orm_import() first if it is somebody else's, or "
              "remove it",
              path, names->list[i], v->version, v->file);
}

i64 files_export(Ctx *ctx, const char *dir, bool portable) {
  meta_require(ctx);
  guard_check_idle(ctx); /* files are no less an effect than rows */
  const char *path = mem_printf(ctx, "%s/versions", dir);
  Versions all = {NULL, 0};
  if (ctx_ok(ctx)) all = history_range(ctx, 0, history_head(ctx));
  make_directory(ctx, dir);
  make_directory(ctx, path);
  Names names = {NULL, 0};
  if (ctx_ok(ctx)) names = list_scripts(ctx, path);
  File *files = (File *)mem_new(ctx, sizeof(File) * (size_t)all.count);
  for (int i = 0; i < all.count && ctx_ok(ctx); i++) {
    check_others(ctx, &names, path, &all.list[i]);
    files[i] = make_file(ctx, path, &all.list[i], portable);
  }
  for (int i = 0; i < all.count && ctx_ok(ctx); i++)
    if (files[i].path) write_file(ctx, files[i].path, files[i].text);
  return all.count;
}

/* ---- import ------------------------------------------------------------- */

/* An applied version must be the same; only its snapshot may say more where
** the schema is one: other ids, a relationship. */
static bool says_more(Ctx *ctx, const Version *v, const Version *old) {
  const char *sum = history_checksum(ctx, v->up, v->down);
  const Schema *there = model_read(ctx, v->models);
  const Schema *here = model_read(ctx, old->models);
  if (!ctx_ok(ctx)) return false;
  if (!same(sum, old->checksum))
    err_set(ctx, SQLITE_ERROR,
            "%s contradicts version %lld (%s), which is applied here: its "
            "checksum is %s, that of the file is %s",
            v->file, old->version, old->message, old->checksum, sum);
  else if (diff_schemas(ctx, here, here, there).count)
    err_set(ctx, SQLITE_ERROR,
            "%s contradicts version %lld (%s), which is applied here: the "
            "script is the same, but its models are others",
            v->file, old->version, old->message);
  bool more = meta_has_rows(ctx, v->models, old->models);
  return ctx_ok(ctx) && more && !same(v->models, old->models);
}

/* Takes one version in; true if that changes something. */
static bool take_version(Ctx *ctx, const Version *v, bool take) {
  const Version *old = history_find(ctx, v->version);
  if (!ctx_ok(ctx)) return false;
  Version taken = *v;
  if (old && old->applied_at) {
    if (!says_more(ctx, v, old)) return false;
    taken = *old;
    taken.models = v->models;
  } else if (old && same_scripts(ctx, v, old) && same(v->models, old->models) &&
             same(v->message, old->message)) {
    return false;
  }
  if (take && !(old && old->applied_at))
    keep_detach(ctx, v->version, v->models);
  if (take) history_put(ctx, &taken);
  if (take) meta_reserve_ids(ctx, v->models);
  return ctx_ok(ctx);
}

static bool nothing_declared(Ctx *ctx) {
  return db_int(ctx, "SELECT (SELECT count(*) FROM \"main\".orm_model) +"
                     " (SELECT count(*) FROM \"main\".orm_object)") == 0;
}

/* Are the declarations those of the newest version? */
static bool declared_is_head(Ctx *ctx) {
  const Version *head = history_at(ctx, history_head(ctx));
  char *declared = meta_snapshot(ctx);
  return head && declared && meta_has_rows(ctx, head->models, declared) &&
         meta_has_rows(ctx, declared, head->models);
}

/* All files, which must be versions 1 to n, or go on from those here. */
static Versions read_files(Ctx *ctx, const char *path, i64 head) {
  Versions files = {NULL, 0};
  Names names = list_scripts(ctx, path);
  for (int i = 0; ctx_ok(ctx) && i < names.count; i++) {
    const char *name = names.list[i];
    i64 version = atoll(name), last = i ? files.list[i - 1].version : head;
    if (i && version == last)
      err_set(ctx, SQLITE_ERROR, "%s and %s are both version %lld",
              names.list[i - 1], name, version);
    else if (version > last + 1)
      err_set(ctx, SQLITE_ERROR,
              "%s is version %lld, but version %lld is missing before it", name,
              version, last + 1);
    Version v = parse_file(ctx, path, name);
    Version *slot = MEM_PUSH(ctx, files.list, files.count);
    if (slot) *slot = v;
  }
  if (!ctx_ok(ctx)) files.count = 0;
  return files;
}

/* Files of other tools, or written by hand, do not say when they were made. */
static void give_times(Versions *files, const char *timestamp) {
  for (int i = 0; i < files->count; i++)
    if (files->list[i].created_at == NULL)
      files->list[i].created_at = timestamp;
}

static i64 take_versions(Ctx *ctx, const Versions *files, bool take) {
  i64 count = 0;
  for (int i = 0; ctx_ok(ctx) && i < files->count; i++)
    count += take_version(ctx, &files->list[i], take);
  return count;
}

static i64 import_guarded(Ctx *ctx, const Versions *files) {
  if (!meta_exists(ctx)) meta_create(ctx);
  bool follow = nothing_declared(ctx) || declared_is_head(ctx);
  i64 old_head = history_head(ctx);
  i64 count = take_versions(ctx, files, true);
  if (count == 0 || !ctx_ok(ctx)) return count;
  if (!follow && !declared_is_head(ctx))
    err_set(
        ctx, SQLITE_ERROR,
        "the models declared here differ from version %lld, the newest before "
        "this import, and from version %lld, the newest in it: save them "
        "(SELECT orm_models()), make them one of these, import, and declare "
        "yours on top",
        old_head, history_head(ctx));
  const Version *head = history_at(ctx, history_head(ctx));
  if (follow && head) meta_restore(ctx, head->models);
  return count;
}

i64 files_import(Ctx *ctx, const char *dir, const char *timestamp) {
  const char *path = mem_printf(ctx, "%s/versions", dir);
  bool exists = meta_exists(ctx);
  Versions files = read_files(ctx, path, exists ? history_head(ctx) : 0);
  give_times(&files, timestamp);
  if (exists && take_versions(ctx, &files, false) == 0) return 0;
  Guard guard;
  i64 count = 0;
  guard_begin(ctx, &guard);
  if (ctx_ok(ctx)) count = import_guarded(ctx, &files);
  guard_end(ctx, &guard);
  return count;
}

#endif
