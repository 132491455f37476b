/*
** schema: a schema as data.
**
** Purpose: the structs of tables, columns, constraints, indexes, views and
** triggers; look-up by name; equality by meaning.
** Input: the parser of ddl/ builds the structs, both from declarations and from
** the live sqlite_schema. So both are normalised in the same way.
** Output: `norm` strings. A norm is the canonical spelling of a construct:
** equal norms mean equal constructs.
** Order of calls: the parser fills a Table or an Index and calls table_finish()
** or index_finish(), which makes the norms. When a schema has all its tables
** and indexes, schema_finish() completes its indexes, whose norms depend on
** their tables.
**
** The other files of this folder: types (the type names of SQLAlchemy), dqs and
** dqs_table (strings in double quotes), tablediff (the differences of two
** tables), naming, similar, type_note, rowkey, restored, value_rules.
**
** Pure: no function here reads or changes a database. Memory is that of ctx.
*/
#ifndef ORM_SCHEMA_H
#define ORM_SCHEMA_H

#include "schema/name_map.h"

/* Affinities of columns, https://sqlite.org/datatype3.html section 3.1. */
typedef enum Affinity {
  AFFINITY_BLOB,
  AFFINITY_TEXT,
  AFFINITY_NUMERIC,
  AFFINITY_INTEGER,
  AFFINITY_REAL
} Affinity;

/* ON CONFLICT, https://sqlite.org/lang_conflict.html. ABORT is the default: ON
** CONFLICT ABORT and no clause are the same. */
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

/* An SQL expression as its author wrote it, and its norm. Both are NULL if
** there is no expression. */
typedef struct Expr {
  const char *sql;
  const char *norm;
} Expr;

/* The bytes `from` to `to` - 1 of the text that a construct was parsed from.
** Both are 0 if the text does not have the construct. */
typedef struct Span {
  int from, to;
} Span;

/* The parts of a column's definition that are not constraints. */
typedef enum ColumnPart {
  PART_TYPE,
  PART_NOT_NULL,
  PART_DEFAULT,
  PART_COLLATE,
  PART_GENERATED
} ColumnPart;
enum { COLUMN_PARTS = PART_GENERATED + 1 };

/* A column. */
typedef struct Column {
  i64 id; /* of its row in orm_column; 0 in a live schema */
  const char *name;
  const char *type;            /* as SQLite stores it; "" if none */
  const char *collate;         /* NULL without COLLATE */
  bool notnull;                /* written or implied */
  Conflict conflict;           /* of NOT NULL */
  const char *notnull_name;    /* CONSTRAINT name of NOT NULL, or NULL */
  const char *default_name;    /* CONSTRAINT name of DEFAULT, or NULL */
  Expr default_value;          /* DEFAULT abc is stored as 'abc' */
  Expr generated;              /* GENERATED ALWAYS AS */
  bool stored;                 /* the generated column is STORED */
  bool orm_type;               /* the declared type was one of SQLAlchemy */
  bool index, unique_index;    /* the declaration has INDEX, UNIQUE INDEX */
  bool version;                /* the declaration has VERSION */
  const char *backfill;        /* expression over the old row, or NULL */
  bool backfill_due;           /* declared columns: the backfill has not run */
  bool backfill_done;          /* live columns: a declared backfill has run */
  const char *renamed_from;    /* by a comment, @renamed; or NULL */
  const char *lint_off;        /* rules with commas, by a comment, @lint; or
                               ** NULL */
  const char *definition;      /* for orm_column.definition */
  const char *norm;            /* of all parts */
  int part_ends[COLUMN_PARTS]; /* where each part ends in norm */
  Span span;                   /* from its name to its last word */
  Span parts[COLUMN_PARTS];    /* each with CONSTRAINT and the name */
} Column;

/* One entry of an index or a key. */
typedef struct Term {
  const char *column;  /* NULL for an expression */
  Expr expr;           /* .sql includes the parentheses around it */
  const char *collate; /* NULL without COLLATE */
  bool own_collate;    /* COLLATE repeats the collation of the column */
  bool desc;
  bool asc; /* ASC is written, though it is the default */
} Term;

/* The kinds of constraints. */
typedef enum ConstraintKind {
  CONSTRAINT_PRIMARY,
  CONSTRAINT_UNIQUE,
  CONSTRAINT_CHECK,
  CONSTRAINT_FOREIGN
} ConstraintKind;

/* A constraint of a column or of the table. */
typedef struct Constraint {
  ConstraintKind kind;
  const char *name; /* NULL if unnamed */
  int column;  /* index of the column that it is written in; -1: of the table */
  Term *terms; /* the columns; foreign keys use only .column */
  int nterm;
  Conflict conflict;
  bool autoincrement;
  Expr check;
  const char *parent;          /* foreign keys: the parent table */
  const char **parent_columns; /* nparent of them, 0 if not written */
  int nparent;
  ForeignAction on_delete, on_update;
  const char *match; /* MATCH name, which SQLite ignores */
  bool deferred;     /* DEFERRABLE INITIALLY DEFERRED */
  bool external;     /* by a comment, @external: the parent may be missing */
  const char *definition; /* for orm_constraint.definition */
  const char *norm;
  const char *rule; /* norm without the name */
  Span span;
  int body; /* byte of the text after CONSTRAINT and the name */
} Constraint;

/* A table. */
typedef struct Table {
  i64 id;            /* of its row in orm_model, or 0 */
  const char *model; /* name of the model, or NULL */
  const char *name;
  const char *renamed_from;  /* by a comment, @renamed; or NULL */
  const char *lint_off;      /* by a comment, @lint, as of a column */
  const char *declared_name; /* its name in the meta rows, before renames */
  const char *sql;           /* its CREATE text if parsed from one, or NULL */
  bool without_rowid, strict;
  Column *columns;
  int ncolumn;
  Constraint *constraints;
  int nconstraint;
  int rowid_alias;      /* index of the INTEGER PRIMARY KEY column, or -1 */
  bool adopted;         /* schema_adopt_norms() changed it: not as in `sql` */
  const char **dropped; /* columns that a comment, @dropped, allows to drop */
  int ndropped;
} Table;

/* An index, other than those that SQLite creates for keys. */
typedef struct Index {
  i64 id; /* of its row in orm_constraint, or 0 */
  const char *name, *table;
  bool unique;
  Term *terms;
  int nterm;
  Expr where;
  const char *sql;        /* its CREATE text if parsed from one, or NULL */
  const char *definition; /* for orm_constraint.definition */
  const char *norm;
} Index;

/* The types of objects that are kept as text. */
typedef enum ObjectType {
  OBJECT_VIEW,
  OBJECT_TRIGGER,
  OBJECT_VIRTUAL
} ObjectType;

/* A view, a trigger or a virtual table: only its text is kept. */
typedef struct Object {
  i64 id; /* of its row in orm_object, or 0 */
  ObjectType type;
  const char *name;
  const char *table; /* triggers: the table or view; else NULL */
  const char *sql;
  const char *norm;
  const char *hint; /* advice for orm_diff.detail, or NULL */
} Object;

/* A schema. The arrays are in the order of addition. */
typedef struct Schema {
  Table **tables;
  int ntable;
  Index **indexes;
  int nindex;
  Object **objects;
  int nobject;
  NameMap *relations; /* tables, views and virtual tables: one name space */
  NameMap *index_names;
  NameMap *triggers;
  const NameMap
      *whole; /* if this is a part of the live schema: the names of all
                        ** tables, columns, indexes and objects; else NULL */
} Schema;

/* ---- schemas and look-up ------------------------------------------------ */

/* Returns an empty schema. */
Schema *schema_new(Ctx *ctx);

/* Add an object to a schema, without copying it. If the schema has an object of
** that name in the same name space, the error names both. */
void schema_add_table(Ctx *ctx, Schema *schema, Table *table);
void schema_add_index(Ctx *ctx, Schema *schema, Index *index);
void schema_add_object(Ctx *ctx, Schema *schema, Object *object);

/* Return the object of this name; NULL if it is missing. */
Table *schema_table(const Schema *schema, const char *name);
Index *schema_index(const Schema *schema, const char *name);
Object *schema_object(const Schema *schema, ObjectType type, const char *name);

/* Returns the index of the column of this name; -1 if it is missing. */
int table_column(const Table *table, const char *name);
/* Returns the index in `table` of the column with the name of column i of
** `other`; -1 if it is missing. Fast if the column is at i in both tables. */
int table_counterpart(const Table *table, const Table *other, int i);

/* The names of the rowid: rowid, oid, _rowid_. A column of such a name hides it
** (https://sqlite.org/lang_createtable.html#rowid). */
enum { ROWID_NAMES = 3 };

/* Returns name i of the rowid, or NULL if the table is WITHOUT ROWID or a
** column hides this name. */
const char *table_rowid_name(const Table *table, int i);

/* Returns the first name of the rowid that no column hides. If all are hidden,
** returns the name of the rowid alias. NULL if the table has no rowid, or none
** that can be read. */
const char *table_rowid(const Table *table);

/* Returns the column's DEFAULT as an expression in parentheses; "NULL" if it
** has none. */
const char *column_default_value(Ctx *ctx, const Column *column);

/* Returns the PRIMARY KEY, NULL if there is none. */
const Constraint *table_primary_key(const Table *table);
/* Returns true if the PRIMARY KEY has AUTOINCREMENT. */
bool table_autoincrement(const Table *table);

/* Returns "STRICT", "WITHOUT ROWID" or both, as in CREATE TABLE and
** orm_model.options; NULL if the table has neither. Equal options are equal
** pointers. */
const char *table_options(const Table *table);

/* Returns `; did you mean "age"?` for the column whose name resembles `name`, a
** missing column; "" if no name does. */
const char *table_suggest_column(Ctx *ctx, const Table *table,
                                 const char *name);

/* Sets an error if the table has no columns or two PRIMARY KEYs, or if a key
** names a missing column. */
void table_check_keys(Ctx *ctx, const Table *table);

/* Return true if the column's name occurs in the text, even as the name of a
** function or of a column of another table. */
bool expr_uses(Ctx *ctx, const Expr *expr, const char *column);
bool constraint_uses(Ctx *ctx, const Constraint *c, const char *column);
bool index_uses(Ctx *ctx, const Index *index, const char *column);

/* ---- norms and equality ------------------------------------------------- */

/* Makes the norm of a column. */
void column_finish(Ctx *ctx, Column *column);

/* Complete a table or an index: set rowid_alias and implied NOT NULLs, and make
** the norms. To be called once, when the table or index has all its parts. */
void table_finish(Ctx *ctx, Table *table);
void index_finish(Ctx *ctx, Index *index);

/* Completes the norms of the indexes of a schema. To be called once, when the
** schema has all its tables and indexes. In an index, a "name" that is not the
** name of a column becomes a string, and a COLLATE that repeats the collation
** of its column is left out of the norm. */
void schema_finish(Ctx *ctx, Schema *schema);

/* Returns true if two tables have the same columns (in any order), constraints
** and options. */
bool table_equal(Ctx *ctx, const Table *a, const Table *b);

/* Returns true if two columns are equal in this part. */
bool column_part_equal(const Column *a, const Column *b, ColumnPart part);

/* Returns true if the column has a backfill that must run. `before` is the
** column before the change. The backfill must run if it is due, or if `before`
** has no backfill or another one, unless it has already run. */
bool column_needs_backfill(const Column *column, const Column *before);

/* Replaces norms of `live` by those of `declared` where the difference has no
** effect. There are two such differences. In views and triggers, SQLite's
** RENAME COLUMN replaces a string "word" by 'word'. On a rowid alias, NOT NULL
** has no effect. */
void schema_adopt_norms(Ctx *ctx, Schema *live, const Schema *declared);

/* Returns the number of constraints of the table that have this norm. */
int table_count_norm(const Table *table, const char *norm);

/* Returns true if `b` lacks constraint i of `a`. If `a` has several constraints
** of the same norm, each of them needs a counterpart in `b`. */
bool table_lacks_constraint(const Table *b, const Table *a, int i);

/* Returns true if the constraint of `table` is written in the definition of a
** column that `other` lacks. Such a constraint is added and dropped with its
** column. */
bool constraint_follows_column(const Table *table, const Constraint *constraint,
                               const Table *other);

/* Returns the norms of all objects as sorted lines. Equal schemas have equal
** texts. */
char *schema_norm(Ctx *ctx, const Schema *schema);

/* ---- types and words ---------------------------------------------------- */

/* Returns the affinity of a declared type, by the rules of
** https://sqlite.org/datatype3.html section 3.1. */
Affinity type_affinity(const char *type);
/* Returns the affinity of a column. It is type_affinity() of its type, except
** that ANY in a STRICT table has BLOB, because ANY converts nothing. */
Affinity table_affinity(const Table *table, int column);
/* Returns "INTEGER", "TEXT", "BLOB", "REAL" or "NUMERIC". */
const char *affinity_name(Affinity affinity);

/* Return the SQL words for an enumerator; NULL for CONFLICT_ABORT and
** ACTION_NONE, because these defaults are never written. */
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

#endif
