/*
** model: what the meta tables declare. Their rows, or those of a snapshot, to
** structs of a schema.
*/
#ifndef ORM_MODEL_H
#define ORM_MODEL_H

#include "ddl/parse.h"
#include "meta/invalid.h"
#include "meta/meta.h"

/* The schema that the meta tables declare, or, if snapshot is not NULL, that
** it declares. Whatever is wrong in a row is an error that names it. Names in
** definitions of the meta tables that nothing has any more are read through
** what was renamed since the newest recorded version. */
Schema *model_read(Ctx *ctx, const char *snapshot);

/* The tables and columns of a snapshot, or of the meta tables if that is NULL,
** with their names and ids alone. */
const Schema *model_names(Ctx *ctx, const char *snapshot);

/* What the rows of a snapshot declare; nothing at all if that is NULL. */
typedef struct Declared {
  const char *snapshot;
  const Schema *schema;
} Declared;

/* The declarations, with the views that they come to now. */
Declared model_declared(Ctx *ctx);
/* The same without the rows that cannot be read, which `wrongs` gets: to look.
** */
Declared model_survey(Ctx *ctx, Invalids *wrongs);

/* A text of a meta row that uses old names, as it is with those of now. */
typedef struct Respelling {
  const char *meta, *column;
  i64 id;
  const char *text;
} Respelling;

typedef struct Rewrites {
  Respelling *list;
  int count;
} Rewrites;

/* Those of the rows, read through what was renamed since the snapshot `before`.
 */
Rewrites model_rewrites(Ctx *ctx, const MetaRows *rows, const char *before);

/* Writes those definitions with the names of now. They are read through what
** was renamed since the snapshot `before`; NULL: since the newest version. */
void model_rewrite(Ctx *ctx, const char *before);

/* A row that was deleted and inserted again, as INSERT OR REPLACE does, gets
** back the id that it has in `from`, which is what a snapshot declares; `to` is
** what the rows declare. Ids tell what was renamed from version to version, so
** they may not change where nothing else does. Returns whether any did. */
bool model_keep_ids(Ctx *ctx, const Schema *from, const Schema *to);

/* The schema `from` of that snapshot, its tables and columns called as those of
** the same id in `to`, and all that names them with it. The same tables,
** columns, indexes and objects, in the same order; what `to` has not, and whose
** name it has given to something else, is called orm_dropped_NAME. `from`
** itself if nothing was renamed. */
const Schema *model_renamed(Ctx *ctx, const char *snapshot, const Schema *from,
                            const Schema *to);

#endif
