/*
** row_line: a row of a meta table as one line of text, for the versions and the
** files of the repository. The id and the kind of the row are not part of it.
**
**     User.nickname String(64) UNIQUE INDEX
**     User.age backfill="CAST(x AS INTEGER)" Integer NOT NULL
**     "big table".posts target="Post" backref="author" uselist=0
**     type="view" name="v" sql="CREATE VIEW v AS\nSELECT 1"
**
** The names of the model and of the row come first. The other columns that are
** not NULL follow, as name=value: a number, or a string with the escapes of
** JSON. A definition comes last, without quotes, if it is one line that cannot
** be taken for such a field. A row without the name of its model has no names
** at the beginning, they are fields then. Every row has one line, and equal
** rows have equal lines.
*/
#ifndef ORM_ROW_LINE_H
#define ORM_ROW_LINE_H

#include "meta/rows.h"

/* Returns the line of the row, and keeps it in row->line. */
const char *row_line(Ctx *ctx, MetaKind kind, MetaRow *row);

/* Returns the row of a line. Spaces and a CR at the end of the line do not
** count. A line that no row has is an error. */
MetaRow *row_line_read(Ctx *ctx, MetaKind kind, i64 id, const char *line);

#endif
