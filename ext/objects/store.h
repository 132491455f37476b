/*
** store: the rows of objects, for orm_save() and orm_delete(): the statements
** that find, read and write them, the path of the object at hand, and the
** foreign keys of relationships.
**
** A Store has two memories. `ctx` keeps classes and statements until the call
** ends. `work` keeps the JSON and the keys of one object of the outermost
** array, and all errors: a call of many objects needs the memory of one.
*/
#ifndef ORM_STORE_H
#define ORM_STORE_H

#include "objects/classes.h"
#include "objects/json.h"

/* A kind of statement. */
typedef enum StoreVerb {
  STORE_SELECT,
  STORE_INSERT,
  STORE_UPDATE,
  STORE_DELETE
} StoreVerb;

/* A list of columns, as indexes into table->columns. */
typedef struct ColumnList {
  const int *list;
  int count;
} ColumnList;

/* A prepared statement and its columns. */
typedef struct StoreStatement {
  StoreVerb verb;
  ColumnList set;   /* that are written, or read by a SELECT */
  ColumnList where; /* that select the rows */
  sqlite3_stmt *stmt;
} StoreStatement;

/* A class with its statements. */
typedef struct StoreClass {
  const Class *of;
  ColumnList key; /* the PRIMARY KEY */
  int version;    /* the index of the column with VERSION, or -1 */
  struct StoreLink *links;
  StoreStatement *statements;
  int nstatement;
  sqlite3_stmt *by_rowid; /* see store_read_key() */
} StoreClass;

/* A relationship of a class. */
typedef struct StoreLink {
  const Link *link;
  const Direction *direction;
  StoreClass *target;
  ColumnList own, other; /* the foreign key: the columns of the class, and
                         ** those of the target; of a many-to-many one, the
                         ** columns that the association references */
  StoreClass *through;   /* the association of a many-to-many one, or NULL */
  ColumnList near, far;  /* its columns that reference `own` and `other` */
} StoreLink;

/* A step of the path of an object: a name, or an index. */
typedef struct PathStep {
  const char *name; /* NULL: the index counts */
  i64 index;
} PathStep;

/* The values of the columns of a row; NULL where they are unknown. */
typedef const JsonValue **RowValues;

/* A row that may violate a deferred foreign key. */
typedef struct DeferredRow {
  const StoreClass *of;
  ColumnList key;   /* the columns that select the row, */
  RowValues values; /* and their values */
  const char *path; /* of the object */
} DeferredRow;

/* The pending violations of deferred foreign keys, see deferred.h. */
typedef struct Deferred {
  bool watched;      /* the call has a transaction of its own */
  const char *since; /* the path of the object with which they began; NULL:
                     ** there are none */
  DeferredRow *rows; /* that were written since then */
  int count;
} Deferred;

/* The objects that have lost an owner, see abandon.h. */
typedef struct AbandonedList {
  struct Abandoned **list;
  int count;
  NameMap *names; /* the last note of each object, by its name */
} AbandonedList;

/* The state of a call. */
typedef struct Store {
  Ctx *ctx;
  Ctx work;
  Classes *classes;
  StoreClass **list;
  int count;
  PathStep path[2 * JSON_DEPTH + 4];
  int depth; /* of the path; after an error, of the object at fault */
  Deferred deferred;
  AbandonedList abandoned;
} Store;

/* Begins a call. `alone`: the call has a transaction of its own. store_end()
** must follow. */
void store_begin(Store *s, Ctx *ctx, bool alone);
/* Ends a call: finalizes the statements, and moves the error of s->work, with
** its path, to the Ctx of the call. */
void store_end(Store *s);
/* Frees the memory of the object at hand. */
void store_next(Store *s);

/* Returns true if no error is set. */
static inline bool store_ok(const Store *s) {
  return s->work.rc == SQLITE_OK;
}

/* Adds a step to the path. If no error occurs, store_leave() must follow. */
void store_enter(Store *s, const char *name);
void store_enter_index(Store *s, i64 index);
void store_leave(Store *s);

/* Returns the path, posts[2].body, in memory of `to`. */
const char *store_path(const Store *s, Ctx *to);

/* Returns the class of this name. Sets an error if it is unknown or has no
** PRIMARY KEY. */
StoreClass *store_class(Store *s, const char *name);

/* Returns relationship i of the class. */
const StoreLink *store_link(Store *s, StoreClass *c, int i);

/* Returns empty values for a row of the class. */
RowValues store_new_row(Store *s, const StoreClass *c);

/* Returns a copy of the list, in memory of ctx. */
ColumnList store_copy_columns(Ctx *ctx, ColumnList columns);

/* Returns the condition that the columns have the values of the parameters. */
char *store_where(Ctx *ctx, const Table *table, ColumnList columns);

/* Returns a copy of the values of the columns, as a row, in memory of s->ctx.
*/
RowValues store_keep(Store *s, const StoreClass *c, ColumnList columns,
                     RowValues values);

/* Returns the statement with this verb and these columns. */
sqlite3_stmt *store_statement(Store *s, StoreClass *c, StoreVerb verb,
                              ColumnList set, ColumnList where);

/* Bind the values of the columns to the parameters from `first` on. */
void store_bind(Store *s, sqlite3_stmt *stmt, int first, const StoreClass *c,
                ColumnList columns, RowValues values);

/* For a row with a PRIMARY KEY that is about to be updated: sets the column
** with VERSION, if the class has one, to the next version. Sets
** SQLITE_BUSY_SNAPSHOT if `values` has another version than the row. */
void store_next_version(Store *s, StoreClass *c, RowValues values);

/* Sets the columns of a row to NULL. `key` has the PRIMARY KEY. */
void store_clear(Store *s, StoreClass *c, ColumnList columns, RowValues key);

/* Steps a statement to its end. Returns the number of rows that it changed. */
int store_run(Store *s, sqlite3_stmt *stmt);

/* Reads the columns `set` of the row that the values of the columns `where`
** select into `to`. Returns false if there is no such row. `values` and `to`
** may be the same. */
bool store_read(Store *s, StoreClass *c, ColumnList set, ColumnList where,
                RowValues values, RowValues to);

/* Reads the PRIMARY KEY of the row with this rowid into `to`. `name` is the
** name of the rowid. */
void store_read_key(Store *s, StoreClass *c, const char *name, i64 rowid,
                    RowValues to);

/* Returns the columns `set` of the rows that the values of the columns `where`
** select: *count arrays of set.count values, one after another. */
const JsonValue **store_list(Store *s, StoreClass *c, ColumnList set,
                             ColumnList where, RowValues values, int *count);

/* Sets *v to a value of SQLite. */
void store_take_value(Store *s, JsonValue *v, sqlite3_value *value);

/* Compares two lists of n values of rows, for qsort(). Equal values have equal
** types. */
int store_compare(const JsonValue *const *a, const JsonValue *const *b, int n);

/* The value NULL. */
extern const JsonValue store_null;

#endif
