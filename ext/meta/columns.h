/*
** columns: the columns of the meta tables, in one table. The snapshots, the
** models, orm_declare(), orm_discard() and merging all use this table.
**
** To add a column, for example an attribute of orm_column:
**  1. add its position below, and its name in columns.c;
**  2. add it to sql/meta.sql, and write an update of older databases,
**     sql/updates/layout_N.sql (META_LAYOUT in meta.h, the list in layout.c);
**  3. read it into the struct that it describes, in model_reader.c.
** Snapshots, files, merging, orm_rebase() and orm_discard() need no change. If
** a column of orm_relationship has META_OPTION, `-- @relationship` sets it and
** orm_models() writes it.
*/
#ifndef ORM_COLUMNS_H
#define ORM_COLUMNS_H

/* The meta tables, in the order of their rows in a version. */
typedef enum MetaKind {
  META_MODEL,
  META_COLUMN,
  META_CONSTRAINT,
  META_RELATIONSHIP,
  META_OBJECT,
  META_VIEW, /* not a table: the generated views of a version */
  META_KINDS,
  META_TABLES = META_VIEW /* the number of kinds that are tables */
} MetaKind;

/* The properties of a column, as bits. */
enum {
  META_SPELLS = 1, /* holds SQL or names, which a rename rewrites */
  META_OPTION = 2  /* `-- @relationship name Target column=value` sets it */
};

/* The positions of the columns in MetaRow.texts, in the rows of meta_rows(),
** and in the tables of columns.c, which hold the names. */
typedef enum ModelColumn {
  MODEL_ID,
  MODEL_NAME,
  MODEL_TABLE_NAME,
  MODEL_OPTIONS
} ModelColumn;
typedef enum ColumnColumn {
  COLUMN_ID,
  COLUMN_MODEL,
  COLUMN_NAME,
  COLUMN_DEFINITION,
  COLUMN_BACKFILL
} ColumnColumn;
typedef enum ConstraintColumn {
  CONSTRAINT_ID,
  CONSTRAINT_MODEL,
  CONSTRAINT_NAME,
  CONSTRAINT_DEFINITION
} ConstraintColumn;
typedef enum RelationshipColumn {
  RELATIONSHIP_ID,
  RELATIONSHIP_MODEL,
  RELATIONSHIP_NAME,
  RELATIONSHIP_TARGET,
  RELATIONSHIP_BACKREF,
  RELATIONSHIP_FOREIGN_KEY,
  RELATIONSHIP_SECONDARY,
  RELATIONSHIP_REMOTE_SIDE,
  RELATIONSHIP_USELIST,
  RELATIONSHIP_CASCADE,
  RELATIONSHIP_PASSIVE_DELETES,
  RELATIONSHIP_ORDER_BY,
  RELATIONSHIP_PRIMARYJOIN,
  RELATIONSHIP_VIEWONLY
} RelationshipColumn;
typedef enum ObjectColumn {
  OBJECT_ID,
  OBJECT_TYPE,
  OBJECT_NAME,
  OBJECT_SQL
} ObjectColumn;
typedef enum ViewColumn { VIEW_ID, VIEW_SQL } ViewColumn;

/* A column of a meta table. */
typedef struct MetaColumn {
  const char *name;
  unsigned properties; /* META_SPELLS, META_OPTION */
} MetaColumn;

enum { META_MODELS = 2 }; /* the maximum number of models that a row names */

/* A meta table. */
typedef struct MetaTable {
  const char *name; /* "column" for orm_column; its word in a line */
  int count;        /* of the columns */
  const MetaColumn *columns;
  int label;   /* the position of the column with the row's own name */
  int content; /* the position of the column that identifies, in messages, a row
               ** without a name; 0: none */
  int bare;    /* the position of the column whose text ends a line of a version
               ** without quotes (row_line.h); 0: none */
  int models[META_MODELS]; /* the positions of the columns that name a model,
                           ** the row's owner first; 0: none */
} MetaTable;

/* Returns the description of a meta table. */
const MetaTable *columns_of(MetaKind kind);

#endif
