
#include "base/disk.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

#include "base/os.h"

void disk_error(Ctx *ctx, const char *verb, const char *path,
                const char *advice) {
#ifdef ORM_OMIT_FILES
  err_set(ctx, SQLITE_CANTOPEN,
          "cannot %s \"%s\": this build of orm has no "
          "access to files",
          verb, path);
  (void)advice;
#else
  err_set(ctx, SQLITE_CANTOPEN, "cannot %s \"%s\": %s%s", verb, path,
          strerror(errno), advice);
#endif
}

void disk_make_directory(Ctx *ctx, const char *path) {
  if (ctx_ok(ctx) && !os_make_directory(path) && errno != EEXIST)
    disk_error(ctx, "make directory", path,
               "; give a directory to hold versions/: it is made, those above "
               "it are not");
}

char *disk_read(Ctx *ctx, const char *path) {
  OsFile there;
  if (!ctx_ok(ctx)) return NULL;
  if (os_stat(path, &there) && !there.regular) {
    err_set(ctx, SQLITE_CANTOPEN, "cannot read \"%s\": it is no file", path);
    return NULL;
  }
  FILE *file = os_open(path);
  if (file == NULL) {
    if (errno != ENOENT) disk_error(ctx, "read", path, "");
    return NULL;
  }
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  char buffer[4096];
  size_t n;
  while (sqlite3_str_errcode(str) == SQLITE_OK &&
         (n = fread(buffer, 1, sizeof(buffer), file)) > 0)
    sqlite3_str_append(str, buffer, (int)n);
  if (ferror(file)) disk_error(ctx, "read", path, "");
  fclose(file);
  int length = sqlite3_str_length(str);
  char *text = mem_finish(ctx, str);
  if (text && strlen(text) != (size_t)length)
    err_set(ctx, SQLITE_ERROR, "\"%s\" is no text file", path);
  if (text == NULL || !ctx_ok(ctx)) return NULL;
  bool has_mark = strncmp(text, "\xef\xbb\xbf", 3) == 0; /* a BOM */
  return has_mark ? text + 3 : text;
}

/* Writes the text and waits until it is on the disk. */
static bool write_all(FILE *file, const char *text) {
  size_t n = strlen(text);
  return fwrite(text, 1, n, file) == n && os_sync(file);
}

char *disk_temporary(Ctx *ctx, const char *path) {
  sqlite3_uint64 number;
  sqlite3_randomness(sizeof(number), &number);
  return mem_printf(ctx, "%s.%016llx.tmp", path, number);
}

void disk_write(Ctx *ctx, const char *dir, const char *name, const char *text) {
  const char *path = mem_printf(ctx, "%s/%s", dir, name);
  const char *temporary = path ? disk_temporary(ctx, path) : NULL;
  if (temporary == NULL) return;
  FILE *file = os_create(temporary, 0666);
  if (file == NULL) {
    disk_error(ctx, "write", temporary, "");
    return;
  }
  bool written = write_all(file, text);
  if (!written) disk_error(ctx, "write", temporary, "");
  if (fclose(file) != 0 && written) disk_error(ctx, "write", temporary, "");
  if (ctx_ok(ctx) && !os_replace(temporary, path))
    disk_error(ctx, "write", path, "");
  if (!ctx_ok(ctx))
    os_remove(temporary);
  else if (!os_sync_directory(dir))
    disk_error(ctx, "write", dir, "");
}

void disk_remove(Ctx *ctx, const char *path) {
  if (ctx_ok(ctx) && !os_remove(path)) disk_error(ctx, "remove", path, "");
}

/* Orders file names by version number, so that 1000 follows 999. */
static int by_version(const void *a, const void *b) {
  const char *x = *(const char *const *)a, *y = *(const char *const *)b;
  i64 order = atoll(x) - atoll(y);
  return order ? (order > 0) - (order < 0) : strcmp(x, y);
}

/* The work of disk_scripts(). */
typedef struct Listing {
  Ctx *ctx;
  DiskNames names;
} Listing;

static void add_listed(void *p, const char *name) {
  Listing *listing = (Listing *)p;
  DiskNames *names = &listing->names;
  if (!text_ends_with(name, ".sql") || atoll(name) <= 0) return;
  const char *copy = mem_text(listing->ctx, name, -1);
  const char **slot = MEM_PUSH(listing->ctx, names->list, names->count);
  if (slot) *slot = copy;
}

DiskNames disk_scripts(Ctx *ctx, const char *path) {
  Listing listing = {ctx, {NULL, 0}};
  if (ctx_ok(ctx) && !os_list(path, add_listed, &listing))
    disk_error(ctx, "read directory", path,
               "; give the directory that holds versions/");
  DiskNames names = listing.names;
  if (!ctx_ok(ctx)) names.count = 0;
  if (names.count)
    qsort(names.list, (size_t)names.count, sizeof(char *), by_version);
  return names;
}
