/*
** catalog: the catalogue of the archive, its entries and identity tables.
*/
#ifndef ORM_CATALOG_H
#define ORM_CATALOG_H

#include "base/guard.h"
#include "ddl/backfill.h"
#include "schema/restored.h"
#include "schema/rowkey.h"
#include "schema/value_rules.h"

/* What of a step matters here; see run.h. */
typedef struct ArchiveStep {
  const char *name;
  const Schema *from, *renamed, *to;
  i64 version;
  bool undo;
  bool noarchive;   /* keeps nothing, brings nothing back */
  Backfills fills;  /* what its script fills, in `to` */
  Backfills undone; /* what the script that it undoes filled, in `from` */
} ArchiveStep;

/* A row of orm_archive. */
typedef struct Entry {
  i64 id; /* 0: none */
  i64 version, rows;
  const char *prefix; /* of our columns in its table */
  const char *column; /* its column of the table's */
  const char *rules;  /* what the column's values obeyed; NULL: not known */
  bool answers;       /* the step undoes, or does again, what took it */
  bool discarded;     /* the version that took it is not one any more */
  bool purged;
} Entry;

/* ---- the catalogue ------------------------------------------------------ */

/* Is there a catalogue? One that orm has not made is an error. */
bool catalog_exists(Ctx *ctx);

/* Catalogue and tables must belong together, and be what orm makes: somebody
** may have dropped or altered one. */
void catalog_check(Ctx *ctx);

/* A new entry, its table to be made by the caller; its id. */
i64 catalog_add(Ctx *ctx, const ArchiveStep *step, const char *kind,
                const char *table, const char *column, i64 object,
                const char *prefix);

/* Notes what the values obey: see value_rules_list(). */
void catalog_set_rules(Ctx *ctx, i64 entry, const char *rules);

/* The newest entry of the kind: of that id, or else of the same version and
** name, taken the other way. Values of an altered column must be that too. */
Entry catalog_find(Ctx *ctx, const ArchiveStep *step, const char *kind,
                   const char *table, const char *column, i64 object);

/* Is there such an entry, with rows? One that was purged is an error where it
** is missed, and so is one that somebody has added rows to, or taken some
** from. */
bool catalog_can_restore(Ctx *ctx, const ArchiveStep *step, const Entry *e,
                         const char *table, const char *column);

/* An error if a table of the archive cannot have that many columns. */
void catalog_check_width(Ctx *ctx, const Table *table, int columns);

/* The identity table of a live table; 0 if it has none. */
i64 identity_find(Ctx *ctx, const char *table);
/* Makes an empty one, its numbers above those of `like` (or 0). */
i64 identity_create(Ctx *ctx, const RowKey *key, const char *table, i64 like);

/* Does it tell rows apart by this key? */
bool identity_has_key(Ctx *ctx, i64 identity, const RowKey *key);

/* Removes the rows that no longer stand for a row of the table. The key is that
** of the table as it is now. */
void identity_match_rows(Ctx *ctx, i64 identity, const RowKey *key);
/* If they are not there or the key is not this, nothing can be trusted. */
void identity_verify(Ctx *ctx, i64 identity, const RowKey *key);
void identity_create_triggers(Ctx *ctx, i64 identity, const RowKey *key);
void identity_drop_triggers(Ctx *ctx, i64 identity);

/* A version comes from elsewhere: what an undone version of that number or
** above took is only known by an id where the snapshot has that id under the
** same names. Ids of another repository mean other things. */
void catalog_detach(Ctx *ctx, i64 version, const char *snapshot);

/* Notes how much the entry has now. */
void catalog_measure(Ctx *ctx, const Entry *entry);
void catalog_delete(Ctx *ctx, i64 entry);
/* Forgets entries that are empty, and identities that nothing waits for. */
void catalog_clean(Ctx *ctx);

/* The version will not be that any more: values that its undo took are not to
** be had back by another version of its number. */
void catalog_discard(Ctx *ctx, i64 version);

/* What an undone version took is now that of another number, or (to 0) of none,
** because others have the same. Meanwhile it has its number with a minus, and
** is nobody's. */
void catalog_renumber(Ctx *ctx, i64 from, i64 to);
/* The ids of such entries are now others: see merge_ids(). */
void catalog_map_ids(Ctx *ctx, const char *ids);

/* The newest entry; and those above it: what a repair took is not to be had
** back by any version. */
i64 catalog_last_id(Ctx *ctx);
void catalog_mark_repair(Ctx *ctx, i64 above);

/* ---- uses --------------------------------------------------------------- */

/* Gives up entries of versions up to this one; the number of their rows. */
i64 catalog_purge(Ctx *ctx, i64 version);

/* For orm_status(), JSON. */
char *catalog_status(Ctx *ctx);

#endif
