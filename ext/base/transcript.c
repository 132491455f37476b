#include "base/transcript.h"

#include "base/guard.h"
#include "base/token.h"

/* Returns the transcript of the script that is being run, or NULL. */
static Transcript *running_transcript(const Ctx *ctx) {
  const Script *script = ctx_script(ctx);
  return script ? script->transcript : NULL;
}

bool transcript_wanted(const Ctx *ctx) {
  return running_transcript(ctx) != NULL;
}

int transcript_count(const Ctx *ctx) {
  const Transcript *transcript = running_transcript(ctx);
  return transcript ? transcript->count : 0;
}

void transcript_truncate(const Ctx *ctx, int count) {
  Transcript *transcript = running_transcript(ctx);
  if (transcript) transcript->count = count;
}

static void append_text(Ctx *ctx, const char *text) {
  Transcript *transcript = running_transcript(ctx);
  if (text == NULL || transcript == NULL) return;
  const char **slot = MEM_PUSH(ctx, transcript->list, transcript->count);
  if (slot) *slot = text;
}

void transcript_add(Ctx *ctx, const char *sql) {
  if (sql == NULL || !transcript_wanted(ctx)) return;
  append_text(ctx, mem_printf(ctx, "%s%s", sql, token_semicolon(sql)));
}

/* Returns the formatted text; NULL, and an error, if there is no memory. */
static const char *format_list(Ctx *ctx, const char *format, va_list ap) {
  char *made = sqlite3_vmprintf(format, ap);
  const char *text = made ? mem_text(ctx, made, -1) : NULL;
  if (made == NULL) err_nomem(ctx);
  sqlite3_free(made);
  return text;
}

void transcript_exec(Ctx *ctx, const char *format, ...) {
  if (!ctx_ok(ctx)) return;
  va_list ap;
  va_start(ap, format);
  const char *sql = format_list(ctx, format, ap);
  va_end(ap);
  if (sql == NULL) return;
  db_exec(ctx, "%s", sql);
  if (ctx_ok(ctx)) transcript_add(ctx, sql);
}

void transcript_drop_table(Ctx *ctx, const char *name) {
  char *sql = mem_printf(ctx, "DROP TABLE \"main\".\"%w\"", name);
  guard_alone(ctx, sql);
  if (ctx_ok(ctx)) transcript_add(ctx, sql);
}

void transcript_note(Ctx *ctx, const char *format, ...) {
  if (!ctx_ok(ctx) || !transcript_wanted(ctx)) return;
  va_list ap;
  va_start(ap, format);
  append_text(ctx, format_list(ctx, format, ap));
  va_end(ap);
}

/* Only triggers can use RAISE(). Elsewhere a script can fail by a constraint of
** a temporary table; SQLite's message has the name of the constraint. */
void transcript_expect(Ctx *ctx, const char *message, const char *select) {
  transcript_note(ctx,
                  "CREATE TEMP TABLE orm_expected(met CONSTRAINT \"%w\""
                  " CHECK (met));\n"
                  "INSERT INTO temp.orm_expected %s;\n"
                  "DROP TABLE temp.orm_expected;",
                  message, select);
}

void transcript_expect_known(Ctx *ctx, const char *table) {
  static const char where[] =
      "type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name";
  if (!transcript_wanted(ctx)) return;
  char *names = db_text(ctx,
                        "SELECT ifnull(group_concat(quote(name), ', '), '')"
                        " FROM (SELECT name FROM \"main\".sqlite_schema"
                        "  WHERE %s = %Q COLLATE NOCASE ORDER BY name)",
                        where, table);
  transcript_expect(
      ctx,
      mem_printf(ctx,
                 "\"%s\" has indexes or triggers that this script does not"
                 " know, and would lose",
                 table),
      mem_printf(ctx,
                 "SELECT count(*) = 0 FROM \"main\".sqlite_master\n"
                 "  WHERE %s = %Q COLLATE NOCASE\n"
                 "  AND name COLLATE NOCASE NOT IN (%s)",
                 where, table, names));
}

char *transcript_text(Ctx *ctx, const Transcript *transcript) {
  if (!ctx_ok(ctx)) return NULL;
  sqlite3_str *str = sqlite3_str_new(ctx->db);
  for (int i = 0; i < transcript->count; i++)
    sqlite3_str_appendf(str, "%s%s", i ? "\n" : "", transcript->list[i]);
  return mem_finish(ctx, str);
}
