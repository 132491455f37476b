#include "schema/type_note.h"

#include "schema/types.h"

const char *type_note_column(Ctx *ctx, const Column *column) {
  const char *name = column->name, *type = column->type;
  if (column->orm_type) return NULL;
  Token stray = type_stray_word(type);
  if (stray.type != TOKEN_END)
    return mem_printf(
        ctx,
        "\"%s\": all of %s is the type: is a comma missing beside "
        "%.*s, or a word misspelt?",
        name, type, stray.n, stray.z);
  const char *intended = type_intended(type);
  Affinity affinity = type_affinity(type);
  if (intended == NULL || affinity == type_affinity(intended)) return NULL;
  return mem_printf(
      ctx, "\"%s\": to SQLite, the type %s is %s: '007' becomes 7; write %s",
      name, type, affinity_name(affinity), intended);
}

const char *type_note_table(Ctx *ctx, const Table *table) {
  const char *notes = NULL;
  for (int i = 0; ctx_ok(ctx) && i < table->ncolumn; i++) {
    const char *note = type_note_column(ctx, &table->columns[i]);
    if (note && notes)
      notes = mem_printf(ctx, "%s; %s", notes, note);
    else if (note)
      notes = note;
  }
  return notes;
}
