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

/* The state of one reading. A zeroed field is a default. */
typedef struct ModelReader {
  Ctx *ctx;

  /* The input. */
  MetaRows rows;
  bool names_only;          /* definitions are not parsed */
  bool declared;            /* the rows are declarations, not a snapshot, */
  bool recorded;            /* of a database that has versions */
  const Invalids *invalids; /* rows to leave out; NULL: none */

  /* The renames between the rows and the schema. */
  const RenameMap *names; /* names that changed; NULL: none */
  RenameMode reading;     /* which names the definitions use */
  const RenameMap *added; /* new names of columns; NULL: none */
  const MetaRows *before; /* RENAME_STALE: the rows that had the old names */
  const Schema *from;     /* RENAME_ALL: the schema of the rows by old names */
  const ObjectRenames
      *renames; /* RENAME_ALL: virtual tables that get other names */

  /* The output. */
  Schema *schema;
  MetaTexts respellings;
  InvalidRow at; /* the row that is read; after an error, the row at fault */

  Definitions *known; /* of columns, see clause.h */
  NameMap *models;    /* names of models to tables */
  Relationship *relationships;
  int nrelationship;
} ModelReader;

/* Reads the rows of all kinds up to `last` into r->schema. */
void model_reader_read(ModelReader *r, MetaKind last);

/* Checks the schema as a whole and computes its normal forms. */
void model_reader_finish(ModelReader *r);

/* Adds the views that the relationships generate. For declarations: the
** snapshot of a version has its views as rows of META_VIEW. */
void model_reader_add_views(ModelReader *r);

/* Records that a text of a row is respelt; the last text counts. */
void model_reader_respell(ModelReader *r, MetaKind kind, int column, i64 id,
                          const char *text);

#endif
