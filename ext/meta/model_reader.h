/*
** model_reader: meta rows to the structs of a schema. model.c sets the input
** and the renames of a ModelReader, and calls the functions below in order.
*/
#ifndef ORM_MODEL_READER_H
#define ORM_MODEL_READER_H

#include "ddl/parse.h"
#include "ddl/rename_map.h"
#include "meta/invalid.h"
#include "meta/object.h"
#include "views/relate.h"

/* The state of one reading. Zero is the default of each field. */
typedef struct ModelReader {
  Ctx *ctx;

  /* The input. */
  const MetaRows *rows; /* NULL if the caller takes single rows */
  bool names_only;      /* read names only, do not parse definitions */
  bool declared; /* the rows come from the meta tables, not from a version */
  bool recorded; /* the database has versions */
  const Invalids *invalids; /* rows to leave out; NULL: none */

  /* The renames between the rows and the schema. */
  const RenameMap *names; /* old names to new names; NULL: none changed */
  RenameMode reading;     /* which names the definitions use */
  const RenameMap *added; /* columns whose names are new; NULL: none */
  const MetaRows *before; /* with RENAME_STALE, the rows with the old names */
  const Schema *from;     /* with RENAME_ALL, the schema with the old names */
  const ObjectRenames
      *renames; /* with RENAME_ALL, the renamed virtual tables */

  /* The output. */
  Schema *schema;
  MetaTexts respellings;
  InvalidRow at; /* the row being read; after an error, the row at fault */

  int index;          /* of the row being read, in its list */
  Definitions *known; /* of columns, see clause.h */
  NameMap *models;    /* names of models to tables */
  Relationships relationships;
} ModelReader;

/* For a caller that reads only some of the models. model_reader_begin() begins
** an empty schema. model_reader_take() reads one row. The row of a model
** comes before those of its columns, and so on in the order of MetaKind.
** The caller calls table_finish(). */
void model_reader_begin(ModelReader *r);
void model_reader_take(ModelReader *r, MetaKind kind, const MetaRow *row);

/* Reads the rows of all kinds up to `last` into r->schema. */
void model_reader_read(ModelReader *r, MetaKind last);

/* Checks the schema as a whole and computes its normal forms. */
void model_reader_finish(ModelReader *r);

/* Adds the views that the relationships generate. Only for rows of the meta
** tables: a version has its views as rows of META_VIEW. */
void model_reader_add_views(ModelReader *r);

/* Records the respelt text of a column of a row. A later text for the same
** column replaces it. */
void model_reader_respell(ModelReader *r, MetaKind kind, int column, i64 id,
                          const char *text);

#endif
