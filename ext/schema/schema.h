/*
** schema: the structs of a schema, look-up by name, and equality by meaning.
** Declared models and live tables become these same structs through the same
** parser, so that nothing can be normalised in two ways.
**
** Equality rests on `norm` strings: each construct has one canonical
** spelling, made when it is finished; equal strings mean equal constructs.
*/
#ifndef ORM_SCHEMA_H
#define ORM_SCHEMA_H

#include "base/context.h"

/* Affinities of columns, https://sqlite.org/datatype3.html section 3.1. */
typedef enum Affinity {
  AFFINITY_BLOB,
  AFFINITY_TEXT,
  AFFINITY_NUMERIC,
  AFFINITY_INTEGER,
  AFFINITY_REAL
} Affinity;

/* ON CONFLICT, https://sqlite.org/lang_conflict.html. ABORT is the default, so
** that ON CONFLICT ABORT and no clause are equal. */
typedef enum Conflict {
  CONFLICT_ABORT,
  CONFLICT_ROLLBACK,
  CONFLICT_FAIL,
  CONFLICT_IGNORE,
  CONFLICT_REPLACE
} Conflict;

/* ON DELETE and ON UPDATE of a foreign key,
** https://sqlite.org/foreignkeys.html#fk_actions. */
typedef enum ForeignAction {
  ACTION_NONE, /* NO ACTION, the default */
  ACTION_RESTRICT,
  ACTION_SET_NULL,
  ACTION_SET_DEFAULT,
  ACTION_CASCADE
} ForeignAction;

/* An SQL expression as its author wrote it, and in one spelling; both NULL if
** there is none. */
typedef struct Expr {
  const char *sql;
  const char *norm;
} Expr;

/* Bytes of the text that something was read from; empty if it is not there. */
typedef struct Span {
  int from, to;
} Span;

/* What a column's definition consists of, its constraints apart. */
typedef enum ColumnPart {
  PART_TYPE,
  PART_NOT_NULL,
  PART_DEFAULT,
  PART_COLLATE,
  PART_GENERATED
} ColumnPart;
enum { COLUMN_PARTS = PART_GENERATED + 1 };

typedef struct Column {
  i64 id; /* of its meta row; 0 for what was read from a live schema */
  const char *name;
  const char *type;                        /* as SQLite stores it; "" if none */
  const char *collate;                     /* NULL if none is said */
  Conflict conflict;                       /* of NOT NULL */
  const char *notnull_name, *default_name; /* CONSTRAINT names, or NULL */
  Expr default_value;
  Expr generated;
  bool stored; /* generated columns: STORED */
  bool notnull;
  bool orm_type;            /* the type was one of SQLAlchemy's names */
  bool index, unique_index; /* the definition says INDEX, UNIQUE INDEX */
  const char *backfill;     /* expression over the old row, or NULL */
  bool backfill_due;        /* of a declaration: the backfill has not run yet */
  bool
      backfill_done; /* of a live column: its backfill has run, whatever is declared */
  const char *renamed_from; /* said by a comment, or NULL */
  const char *definition;   /* what an orm_column row says of it */
  const char *norm;
  int part_ends[COLUMN_PARTS]; /* of the parts that norm is made of */
  Span span;                   /* from its name to its last word */
  Span parts[COLUMN_PARTS];    /* with CONSTRAINT and the name */
} Column;

/* One entry of an index or a key. */
typedef struct Term {
  const char *column;  /* NULL if it is an expression */
  Expr expr;           /* .sql has the parentheses that it was written with */
  const char *collate; /* NULL if none is said */
  bool own_collate;    /* and it says nothing that the column does not */
  bool desc;
  bool asc; /* written, though it is the default */
} Term;

typedef enum ConstraintKind {
  CONSTRAINT_PRIMARY,
  CONSTRAINT_UNIQUE,
  CONSTRAINT_CHECK,
  CONSTRAINT_FOREIGN
} ConstraintKind;

/* PRIMARY KEY, UNIQUE, CHECK or FOREIGN KEY, of a column or of the table. */
typedef struct Constraint {
  ConstraintKind kind;
  const char *name; /* NULL if none */
  int column;       /* index of the column it was written behind; -1: table */
  Term *terms;      /* the columns; foreign keys use only .column */
  int nterm;
  Conflict conflict;
  bool autoincrement;
  Expr check;
  const char *parent; /* foreign keys: table, and its columns, if said */
  const char **parent_columns;
  int nparent;
  ForeignAction on_delete, on_update;
  const char *match; /* read, kept, and without any effect */
  bool deferred;
  bool
      external; /* foreign keys: said by a comment, the parent may be missing */
  const char *definition; /* what an orm_constraint row says of it */
  const char *norm;
  const char *rule; /* norm, but for the name */
  Span span;
  int body; /* where it begins behind CONSTRAINT and the name */
} Constraint;

typedef struct Table {
  i64 id;            /* of its orm_model row, or 0 */
  const char *model; /* name of the model, or NULL */
  const char *name;
  const char *renamed_from;
  const char *declared_name; /* its name in the meta rows, before renames */
  const char *sql; /* its CREATE text if it was read from one, or NULL */
  bool without_rowid, strict;
  Column *columns;
  int ncolumn;
  Constraint *constraints;
  int nconstraint;
  int rowid_alias;      /* index of the INTEGER PRIMARY KEY column, or -1 */
  const char **dropped; /* columns that a comment allows to drop */
  int ndropped;
} Table;

typedef struct Index {
  i64 id; /* of its orm_constraint row, or 0 */
  const char *name, *table;
  bool unique;
  Term *terms;
  int nterm;
  Expr where;
  const char *sql;        /* its CREATE text if it was read from one, or NULL */
  const char *definition; /* what an orm_constraint row says of it */
  const char *norm;
} Index;

typedef enum ObjectType {
  OBJECT_VIEW,
  OBJECT_TRIGGER,
  OBJECT_VIRTUAL
} ObjectType;

/* What is kept as text: views, triggers, virtual tables. */
typedef struct Object {
  i64 id; /* of its orm_object row, or 0 */
  ObjectType type;
  const char *name;
  const char *table; /* of a trigger; else NULL */
  const char *sql;
  const char *norm;
  const char *hint; /* what its author may want to know, or NULL */
} Object;

typedef struct NameMap NameMap; /* names to pointers, case ignored */

typedef struct Schema {
  Table **tables;
  int ntable;
  Index **indexes;
  int nindex;
  Object **objects;
  int nobject;
  NameMap *relations; /* tables, views, virtual tables */
  NameMap *index_names;
  NameMap *triggers;
} Schema;

Schema *schema_new(Ctx *ctx);

/* Adding takes no copy. A second thing of that name in its name space is an
** error that names both. */
void schema_add_table(Ctx *ctx, Schema *schema, Table *table);
void schema_add_index(Ctx *ctx, Schema *schema, Index *index);
void schema_add_object(Ctx *ctx, Schema *schema, Object *object);

/* NULL if there is none. */
Table *schema_table(const Schema *schema, const char *name);
Index *schema_index(const Schema *schema, const char *name);
Object *schema_object(const Schema *schema, ObjectType type, const char *name);

/* Position of a column in its table; -1 if there is none. */
int table_column(const Table *table, const char *name);
/* Position in the table of column i of the other, by name; -1. Both mostly have
** their columns in the same order. */
int table_counterpart(const Table *table, const Table *other, int i);
/* Has the column a backfill to run where `before` is its state until now: one
** that is due, or, between two versions, one that the former had not? */
bool column_needs_backfill(const Column *column, const Column *before);
/* Does the text name the column? Every name counts, a function's too. */
bool expr_uses(Ctx *ctx, const Expr *expr, const char *column);
bool constraint_uses(Ctx *ctx, const Constraint *c, const char *column);
bool index_uses(Ctx *ctx, const Index *index, const char *column);
/* Do both say the same in that part? */
bool column_part_equal(const Column *a, const Column *b, ColumnPart part);
/* The names of the rowid: rowid, oid, _rowid_. A column of such a name hides it
** (https://sqlite.org/lang_createtable.html#rowid). */
enum { ROWID_NAMES = 3 };

/* Returns name i of the rowid, or NULL if the table is WITHOUT ROWID or a
** column hides this name. */
const char *table_rowid_name(const Table *table, int i);

/* Returns the first name of the rowid that no column hides, else the name of
** the rowid alias; NULL if the table has no rowid, or none that can be read. */
const char *table_rowid(const Table *table);

/* Returns the column's DEFAULT as an expression, "NULL" if it has none. */
const char *column_default_value(Ctx *ctx, const Column *column);

const Constraint *table_primary_key(const Table *table);
bool table_autoincrement(const Table *table);

/* STRICT, WITHOUT ROWID as CREATE TABLE and orm_model.options have them; NULL
** if none. Equal options are equal pointers. */
const char *table_options(const Table *table);

/* The column that resembles a missing one, as nearest_hint() has it, or "". */
const char *table_suggest_column(Ctx *ctx, const Table *table,
                                 const char *name);

/* An error if keys name columns that are not there, or there are two. */
void table_check_keys(Ctx *ctx, const Table *table);

/* Makes the norm of a column. */
void column_finish(Ctx *ctx, Column *column);
/* To be called once when a table or index is complete: sets what follows
** from the whole (rowid alias, NOT NULL by implication) and the norms. */
void table_finish(Ctx *ctx, Table *table);
void index_finish(Ctx *ctx, Index *index);

/* To be called once when all tables and indexes are there: a collation of an
** index that is its column's own says nothing, and a "name" that is no column
** is a string. */
void schema_finish(Ctx *ctx, Schema *schema);

/* Same columns (in any order), constraints and options? */
bool table_equal(Ctx *ctx, const Table *a, const Table *b);

/* Gives parts of `live` the norms of `declared` if they differ in nothing that
** matters: views and triggers in strings that SQLite's RENAME COLUMN wrote (it
** writes "word" as 'word' wherever it is a string), rowid aliases in NOT NULL.
** */
void schema_adopt_norms(Ctx *ctx, Schema *live, const Schema *declared);

/* How many constraints of the table have this norm. */
int table_count_norm(const Table *table, const char *norm);

/* Is constraint i of `a` one that `b` has not, or has fewer of? */
bool table_lacks_constraint(const Table *b, const Table *a, int i);

/* Is the constraint of `table` written behind a column that `other` has not?
** Then it comes or goes with the column. */
bool constraint_follows_column(const Table *table, const Constraint *constraint,
                               const Table *other);

/* Returns the affinity of a declared type, by the rules of
** https://sqlite.org/datatype3.html section 3.1. */
Affinity type_affinity(const char *type);
/* Returns the affinity of a column: as above, but BLOB for the type ANY of a
** STRICT table, which converts nothing. */
Affinity table_affinity(const Table *table, int column);
/* Returns "INTEGER", "TEXT", "BLOB", "REAL" or "NUMERIC". */
const char *affinity_name(Affinity affinity);

/* Return the words of SQL for an enumerator. For CONFLICT_ABORT and ACTION_NONE
** they return NULL, because the default is never written. */
const char *conflict_name(Conflict conflict);
const char *foreign_action_name(ForeignAction action);
const char *constraint_kind_name(ConstraintKind kind);

/* Returns true for PRIMARY KEY and UNIQUE. */
static inline bool constraint_is_key(const Constraint *c) {
  return c->kind == CONSTRAINT_PRIMARY || c->kind == CONSTRAINT_UNIQUE;
}

/* Returns "view", "trigger" or "virtual table", for messages and for
** orm_object.type. */
const char *object_type_name(ObjectType type);
/* Returns the words after CREATE: "VIEW", "TRIGGER" or "VIRTUAL TABLE". */
const char *object_type_keywords(ObjectType type);
/* Returns sqlite_schema.type: "view", "trigger" or "table". */
const char *object_type_stored(ObjectType type);

/* The whole in one spelling and order: equal for equal schemas. */
char *schema_norm(Ctx *ctx, const Schema *schema);

/* Name maps. */
NameMap *map_new(Ctx *ctx);
void map_put(Ctx *ctx, NameMap *map, const char *name, void *value);
void *map_get(const NameMap *map, const char *name);

#endif
