#include "api/log_table.h"

#include "run/log.h"

/* The columns that take time. */
enum { USES_CHANGES = 1u << 5 | 1u << 6, USES_KEPT = 1u << 7 };

static void add_version(Cells *cells, const LogEntry *entry) {
  const Version *v = entry->version;
  cells_add(cells, mem_printf(&cells->ctx, "%lld", v->version));
  cells_add(cells, v->message);
  cells_add(cells, entry->state);
  cells_add(cells, v->created_at);
  cells_add(cells, v->applied_at);
  cells_add(cells, entry->changes);
  cells_add(cells, entry->lossy ? "1" : "0");
  cells_add(cells, entry->kept);
  cells_add(cells, v->file);
}

void log_fill(Cells *cells) {
  unsigned parts = (cells->used & USES_CHANGES ? LOG_CHANGES : 0u) |
                   (cells->used & USES_KEPT ? LOG_KEPT : 0u);
  LogEntries log = log_read(&cells->ctx, parts);
  for (int i = 0; ctx_ok(&cells->ctx) && i < log.count; i++)
    add_version(cells, &log.list[i]);
}
