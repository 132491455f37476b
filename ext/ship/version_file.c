#include "ship/version_file.h"

#include <stdlib.h>

#include "base/disk.h"
#include "base/text.h"
#include "meta/changes.h"
#include "meta/model.h"
#include "meta/snapshot.h"
#include "ship/file_mark.h"
#include "ship/portable.h"

static bool same_or_both_empty(const char *a, const char *b) {
  return strcmp(a ? a : "", b ? b : "") == 0;
}

/* ---- the text of a file ------------------------------------------------- */

/* Returns the line of a portable file with the recorded scripts. */
static char *recorded_line(Ctx *ctx, const Version *v, const char *up,
                           const char *down) {
  char *json = db_text(ctx,
                       "SELECT json_object('checksum', %Q, 'portable', %Q,"
                       " 'up', %Q, 'down', %Q)",
                       history_checksum_both(ctx, v->up, v->down),
                       history_checksum_both(ctx, up, down), v->up, v->down);
  return mem_printf(ctx, MARK_RECORDED "%s\n\n", json);
}

/* Returns the text of a section of a portable file, and sets *option to the
** text after its mark. An ambiguous line is an error, because dbmate does not
** know "-- orm:line ". */
static const char *portable_section(Ctx *ctx, Trial *trial, const Version *v,
                                    bool undo, const char **option) {
  Portable plain = portable_version(ctx, trial, v, undo);
  const char *text = portable_enclosed(ctx, &plain);
  const char *mark = text ? file_mark_ambiguous(text) : NULL;
  if (mark)
    err_set(ctx, SQLITE_ERROR,
            "version %lld: a line of its script begins with %s, which dbmate "
            "would take for a mark of the file: SELECT orm_export(dir) without "
            "'portable' can write it",
            v->version, mark);
  if (plain.alone) *option = " transaction:false";
  return text;
}

/* Adds ,"key":"value". */
static void add_header_member(Draft *json, const char *key, const char *value) {
  draft_add(json, ",", 1);
  draft_string(json, key);
  draft_add(json, ":", 1);
  draft_string(json, value);
}

/* Returns the first line of the file. */
static char *header_line(Ctx *ctx, const Version *v) {
  const char *begin = mem_printf(ctx, "{\"version\":%lld", v->version);
  if (!ctx_ok(ctx)) return NULL;
  Draft json = draft_new(ctx, 0);
  draft_word(&json, begin);
  add_header_member(&json, "message", v->message);
  add_header_member(&json, "created_at", v->created_at ? v->created_at : "");
  if (v->down == NULL) draft_word(&json, ",\"undo\":false");
  draft_add(&json, "}", 1);
  return draft_end(&json);
}

char *version_file_text(Ctx *ctx, const Version *v, Trial *portable) {
  const char *scripts[] = {v->up, v->down ? v->down : ""};
  const char *options[] = {"", ""}, *recorded = "";
  for (int i = 0; ctx_ok(ctx) && i < 2; i++)
    if (portable)
      scripts[i] = portable_section(ctx, portable, v, i == 1, &options[i]);
    else
      scripts[i] = file_mark_escape(ctx, scripts[i]);
  if (portable && ctx_ok(ctx))
    recorded = recorded_line(ctx, v, scripts[0], scripts[1]);
  const char *header = header_line(ctx, v);
  return mem_printf(
      ctx, MARK_HEADER "%s\n" MARK_UP "%s\n%s\n\n" MARK_DOWN "%s\n%s\n\n%s%s",
      header, options[0], scripts[0], options[1], scripts[1], recorded,
      v->changes);
}

/* ---- reading ------------------------------------------------------------ */

/* Returns the section whose mark is at `from`; `to` is the next mark. If the
** mark's line ends with CRLF, a program has converted all line ends of the
** file: they become LF. Otherwise each CR is part of the script, for example in
** a string. */
static char *read_section(Ctx *ctx, const char *from, const char *to) {
  size_t mark = strcspn(from, "\n");
  bool crlf = mark && from[mark - 1] == '\r';
  from += mark;
  if (*from) from++;
  return file_mark_section(ctx, from, to, crlf);
}

static char *header_value(Ctx *ctx, const char *header, const char *key) {
  if (header == NULL) return NULL;
  char *json = mem_text(ctx, header, (int)strcspn(header, "\r\n"));
  return db_text_or_null(ctx, "SELECT json_extract(%Q, '$.%s')", json, key);
}

/* Returns the message of a file without a header: "users and posts" for
** 002_users_and_posts.sql. */
static char *message_from_name(Ctx *ctx, const char *name) {
  const char *from = name + strspn(name, "0123456789");
  if (*from == '_') from++;
  char *message = mem_text(ctx, from, (int)(strlen(from) - strlen(".sql")));
  for (char *z = message; z && *z; z++)
    if (*z == '_') *z = ' ';
  return message && *message ? message : mem_text(ctx, "migration", -1);
}

/* Reads the scripts of a version from a file. In a portable file the recorded
** scripts are in MARK_RECORDED, and the sections must be unedited. */
static void parse_scripts(Ctx *ctx, Version *v, const char *path,
                          const char *up, const char *down,
                          const char *models) {
  const char *recorded = file_mark_find(down, MARK_RECORDED);
  if (recorded > models) recorded = NULL;
  v->up = read_section(ctx, up, down);
  v->down = read_section(ctx, down, recorded ? recorded : models);
  if (recorded == NULL) return;
  recorded += strlen(MARK_RECORDED);
  const char *sections = history_checksum_both(ctx, v->up, v->down);
  const char *portable = header_value(ctx, recorded, "portable");
  const char *original = header_value(ctx, recorded, "checksum");
  v->up = header_value(ctx, recorded, "up");
  v->down = header_value(ctx, recorded, "down");
  err_prefix(ctx, "\"%s\"", path);
  if (!ctx_ok(ctx)) return;
  if (!v->up ||
      !same_or_both_empty(original, history_checksum_both(ctx, v->up, v->down)))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\": what was recorded (" MARK_RECORDED ") is not what it was",
            path);
  else if (!same_or_both_empty(sections, portable))
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is a portable file, and its SQL was edited: what is "
            "recorded is not made from that; edit what SELECT orm_export(dir) "
            "writes, import it, and export the portable file again",
            path);
}

/* Returns the text from the mark of the models to the end of the file, with \n
** as the end of each line. No line has another CR. */
static char *models_text(Ctx *ctx, const char *models) {
  char *text = mem_text(ctx, models, -1), *to = text;
  for (const char *z = text; z && *z; z++)
    if (*z != '\r') *to++ = *z;
  while (to > text && char_is_space(to[-1])) to--;
  if (to) *to = 0;
  return mem_printf(ctx, "%s\n", text);
}

Version version_file_read(Ctx *ctx, const char *path, const char *name) {
  Version v;
  memset(&v, 0, sizeof(v));
  const char *full = mem_printf(ctx, "%s/%s", path, name);
  const char *text = full ? disk_read(ctx, full) : NULL;
  if (text == NULL) {
    err_set(ctx, SQLITE_CANTOPEN, "cannot read \"%s/%s\"", path, name);
    return v;
  }
  file_mark_check(ctx, text, full);
  if (!ctx_ok(ctx)) return v;
  const char *up = file_mark_find(text, MARK_UP);
  const char *down = up ? file_mark_find(up, MARK_DOWN) : NULL;
  const char *models = down ? file_mark_find(down, MARK_MODELS) : NULL;
  if (models == NULL) {
    err_set(ctx, SQLITE_ERROR,
            "\"%s\" is no migration of orm: it needs lines that begin with "
            "%s, %s and %s, in this order",
            full, MARK_UP, MARK_DOWN, MARK_MODELS);
    return v;
  }
  const char *header = file_mark_find(text, MARK_HEADER);
  if (header) header = header < up ? header + strlen(MARK_HEADER) : NULL;
  const char *number = header_value(ctx, header, "version");
  v.message = header_value(ctx, header, "message");
  v.created_at = header_value(ctx, header, "created_at");
  bool no_undo = same_or_both_empty(header_value(ctx, header, "undo"), "0");
  err_prefix(ctx, "\"%s\"", full);
  v.file = name;
  v.version = atoll(name);
  if (number && atoll(number) != v.version)
    err_set(ctx, SQLITE_ERROR, "\"%s\" says inside that it is version %s", full,
            number);
  if (v.message == NULL) v.message = message_from_name(ctx, name);
  parse_scripts(ctx, &v, full, up, down, models);
  if (v.down && *v.down == 0 && no_undo) v.down = NULL;
  if (!ctx_ok(ctx)) return v;
  v.changes = models_text(ctx, models);
  return v;
}

/* ---- declarations ------------------------------------------------------- */

/* Returns true if the declarations are a snapshot, as older releases wrote. */
static bool is_snapshot(const Version *file) {
  return file->changes[strlen(MARK_MODELS)] == '{';
}

/* Returns the rows with that digest: of one of the files, or of the recorded
** version before `version`. Returns the latter, or those of the last file, if
** none has the digest. */
static const MetaRows *rows_below(Ctx *ctx, i64 version, const Versions *files,
                                  const DigestSum *digest) {
  const MetaRows *last = NULL;
  if (digest->high == 0 && digest->low == 0) return history_rows(ctx, 0);
  for (int i = files->count - 1; i >= 0; i--) {
    const Version *file = &files->list[i];
    if (file->rows && digest_sum_equal(&file->rows->digest, digest))
      return file->rows;
    if (last == NULL && file->version == version - 1) last = file->rows;
  }
  const Version *recorded = meta_exists(ctx) ? history_at(ctx, version - 1) : 0;
  const MetaRows *rows = history_rows(ctx, recorded ? recorded->version : 0);
  if (rows && last && !digest_sum_equal(&rows->digest, digest)) return last;
  return rows;
}

static const MetaRows *rows_of_changes(Ctx *ctx, const Version *file,
                                       const Versions *files) {
  const DigestSum digest = changes_head(ctx, file->changes, false);
  if (!ctx_ok(ctx)) return NULL;
  const MetaRows *before = rows_below(ctx, file->version, files, &digest);
  if (!ctx_ok(ctx)) return NULL;
  const MetaRows *rows = changes_apply(ctx, before, file->changes, false);
  return rows ? changes_views(ctx, rows, file->changes) : NULL;
}

void version_file_find_rows(Ctx *ctx, Version *file, const Versions *files,
                            const char *path) {
  if (!ctx_ok(ctx)) return;
  file->rows = is_snapshot(file)
                   ? snapshot_read(ctx, file->changes + strlen(MARK_MODELS))
                   : rows_of_changes(ctx, file, files);
  if (file->rows) model_read(ctx, file->rows); /* for its errors */
  err_prefix(ctx, "\"%s/%s\"", path, file->file);
}

bool version_file_is_old(Ctx *ctx, const Version *file, const Version *v) {
  if (!ctx_ok(ctx) || !is_snapshot(file)) return false;
  if (!same_or_both_empty(file->message, v->message) ||
      !same_or_both_empty(file->up, v->up) ||
      !same_or_both_empty(file->created_at, v->created_at) ||
      !same_or_both_empty(file->down, v->down) ||
      (file->down == NULL) != (v->down == NULL))
    return false;
  const MetaRows *rows =
      snapshot_read(ctx, file->changes + strlen(MARK_MODELS));
  return rows && history_has(ctx, v->version, rows);
}
