/*
** Room objects: object graphs as JSON. Input: the name of a model, a key, a
** list of members, or JSON. Output: JSON, SQL, or changed rows.
**
**   json       a JSON text to a tree
**   classes    the models and relationships of a graph, read by need
**   selection  the list of members that orm_get() returns
**   graph_sql  a selection to a SELECT
**   json_text  a JSON text under construction
**   render_json  the SQL functions that make JSON of rows
**   objkey     the key of an object: value, array or object
**   key_json   the PRIMARY KEY of a row as JSON
**   value_type, value_bind   the types of columns, and JSON to their values
**   get        orm_get() and orm_select()
**   store      the rows of objects, and the statements that read and write them
**   save_graph, collection, association, keyset   orm_save()
**   abandon, deferred   the end of orm_save(): orphans, deferred foreign keys
**   remove     orm_delete()
**
** json: parses JSON by RFC 8259, and no extension of it. Integers of 64 bits
** are exact. Pure.
*/
#ifndef ORM_JSON_H
#define ORM_JSON_H

#include "base/context.h"

/* The types of JSON values. */
typedef enum JsonType {
  JSON_NULL,
  JSON_FALSE,
  JSON_TRUE,
  JSON_INTEGER,
  JSON_REAL, /* a number with a point or an exponent */
  JSON_HUGE, /* an integer that 64 bits cannot hold; .real is close to it */
  JSON_STRING,
  JSON_ARRAY,
  JSON_OBJECT,
  JSON_BLOB /* not in JSON: a BLOB of a row, see store.h */
} JsonType;

/* A JSON value. */
typedef struct JsonValue {
  JsonType type;
  int source_bytes;
  const char *source; /* into the input: the text of the value */
  const char *name;   /* a member of an object: its name, else NULL */
  const char *text;   /* of a string: decoded, may contain NUL characters */
  union {
    int bytes; /* of text */
    int count; /* of an array or object: the elements or members, */
  };
  bool stored;                    /* comes from a row: no checks */
  struct JsonValue *first, *next; /* which are in their order */
  union {
    i64 integer;
    double real;
  };
} JsonValue;

/* The greatest number of arrays and objects inside one another. */
enum { JSON_DEPTH = 250 };

/* The greatest number of values in one tree, so that 100 MB of small values do
** not take 3 GB. */
enum { JSON_VALUES = 10000000 };

/* Returns the tree of a text of `bytes` bytes, which must live as long as the
** tree. Sets an error if the text is not JSON or not UTF-8, if an object has
** two members of one name, or if it has too many levels or values. */
JsonValue *json_parse(Ctx *ctx, const char *text, int bytes);

/* A reader of the elements of an array, one at a time. */
typedef struct JsonReader {
  const char *start, *z, *end;
} JsonReader;

/* Begins to read a text. Returns true if it begins with an array. */
bool json_begin_array(JsonReader *reader, const char *text, int bytes);
/* Returns the next element of the array, in memory of ctx; NULL at the end of
** the text or after an error. */
JsonValue *json_next_element(Ctx *ctx, JsonReader *reader);

/* Returns the member of this name; NULL if it is missing. */
const JsonValue *json_member(const JsonValue *object, const char *name);

#endif
