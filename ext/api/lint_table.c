#include "api/lint_table.h"

#include "run/lint.h"

void lint_fill(Cells *cells) {
  Lint lint = lint_run(&cells->ctx);
  for (int i = 0; ctx_ok(&cells->ctx) && i < lint.count; i++) {
    const Finding *f = &lint.list[i];
    cells_add(cells, f->rule);
    cells_add(cells, f->severity);
    cells_add(cells, f->object);
    cells_add(cells, f->message);
    cells_add(cells, f->fix);
    cells_add(cells, f->proof);
  }
}
