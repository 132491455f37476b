/*
** model: the meta tables. Their rows to structs of a schema, to the JSON of a
** snapshot, and from a snapshot back to rows.
*/
#ifndef ORM_MODEL_H
#define ORM_MODEL_H

#include "parse.h"

/* The layout of the meta tables that this build makes and reads. */
#define MODEL_LAYOUT 1
/* The format of the snapshots that it writes. */
#define SNAPSHOT_FORMAT 1

/* Are the meta tables there? A layout that we do not know is an error. */
bool model_exists(Ctx *ctx);
/* An error that says what to call, if they are not there. */
void model_require(Ctx *ctx);
/* Creates them. */
void model_create(Ctx *ctx);

/* The schema that the meta tables declare, or, if snapshot is not NULL, that
** it declares. Whatever is wrong in a row is an error that names it. Names in
** definitions of the meta tables that nothing has any more are read through
** what was renamed since the newest recorded version. */
Schema *model_read(Ctx *ctx, const char *snapshot);

/* Writes those definitions with the names of now. */
void model_rewrite(Ctx *ctx);

/* The schema `from` of that snapshot, its tables and columns called as those of
** the same id in `to`, and all that names them with it. The same tables,
** columns, indexes and objects, in the same order; what `to` has not, and whose
** name it has given to something else, is called orm_dropped_NAME. `from`
** itself if nothing was renamed. */
const Schema *model_renamed(Ctx *ctx, const char *snapshot, const Schema *from,
                            const Schema *to);

/* All meta rows, ids included, as one line of JSON:
** {"format":1,"model":[{"id":1,"name":"User"},...],"column":[...],
**  "constraint":[...],"relationship":[...],"object":[...]}
** with columns that are NULL left out. With the schema that they declare (or
** NULL), also the views that their relationships came to: "view":[{"sql":...}].
*/
char *model_snapshot(Ctx *ctx, const Schema *declared);

/* Ids of the snapshot will not be given to new rows: an id is never used
** again, also not one of a row that only an older version had. */
void model_reserve_ids(Ctx *ctx, const char *snapshot);

/* Has snapshot a all the rows of snapshot b, their ids aside? */
bool model_has_rows(Ctx *ctx, const char *a, const char *b);

/* Makes the meta rows those of the snapshot. */
void model_restore(Ctx *ctx, const char *snapshot);

/* The rows of a meta table ("column" for orm_column) by id, columns as
** sql/meta.sql has them. */
sqlite3_stmt *model_rows(Ctx *ctx, const char *name);
/* Only those of one model. */
sqlite3_stmt *model_rows_of(Ctx *ctx, const char *name, const char *model);

/* Fills orm_object.type and .name from .sql. */
void model_name_objects(Ctx *ctx);

/* Default table name: BlogPost -> blog_post (as Flask-SQLAlchemy's
** camel_to_snake_case); and the model of a table: blog_post -> BlogPost, but
** the name itself where that would not lead back. */
char *model_snake_case(Ctx *ctx, const char *name);
char *model_camel_case(Ctx *ctx, const char *table);

/* Default name of an index: ix_user_nickname. */
char *model_index_name(Ctx *ctx, const Index *index);

#endif
