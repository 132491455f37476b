/*
** view_sql: the SQL that the views of all kinds of relationships, and their
** triggers, have in common. Pure.
*/
#ifndef ORM_VIEW_SQL_H
#define ORM_VIEW_SQL_H

#include "views/relview.h"
#include "views/template.h"

/* A view under construction. Templates are those of template.h. */
typedef struct RelView {
  Ctx *ctx;
  Schema *schema; /* gets the view and its triggers */
  const Direction *direction;
  const Table *owner, *target;
  const char *name; /* post__author, not quoted */
  Aliases as;       /* of owner and target: to_one.h, to_many.h */
  NameList keys;    /* of the foreign key: $k child, $r parent, $a prefixed */
  bool mixed;       /* child and parent differ in affinity or collation */
} RelView;

/* The templates that differ between INSERT and UPDATE. They call no SQL
** function, because the application may have replaced any function. A column is
** "given" if its new value is not NULL and, in an UPDATE, differs from the old
** value. */
typedef struct WriteEvent {
  const char *word;       /* INSERT */
  const char *is_given;   /* $a is given */
  const char *is_written; /* the same, but NULL counts in an UPDATE, too */
  const char *chooses;    /* the row has the given value */
  const char *agrees;     /* the row has the value, if it is given */
  const char *key_agrees; /* the same for the foreign key */
  const char *differs; /* foreign key and owner's key are given, and differ */
} WriteEvent;

/* The templates of the two events. */
extern const WriteEvent view_insert_event, view_update_event;

/* The columns of the target that choose its row, see to_one.c. */
typedef struct Choosers Choosers;

/* Returns the SQL of the value that a trigger writes into a column; NULL for
** the value in the statement that fired the trigger. `choosers` is NULL in
** views to many. */
typedef char *ColumnValue(const RelView *v, const Choosers *choosers,
                          const Column *c, const WriteEvent *event);

/* Returns a name as SQL, quoted where needed: author, "order". */
char *view_quote(const RelView *v, const char *name);
/* Returns a prefixed name as SQL: author__nickname. */
char *view_prefixed(const RelView *v, const char *prefix, const char *name);

/* Adds a NameSet to a list. */
void view_push_name(const RelView *v, NameList *list, NameSet names);
/* Returns the columns of a table except those in the lists `a` and `b`, which
** may be NULL. $a is prefixed unless `prefix` is NULL. */
NameList view_columns(const RelView *v, const Table *table, const char *prefix,
                      const NameList *a, const NameList *b);
/* Returns the columns of the PRIMARY KEY of a table. */
NameList view_primary_key(const RelView *v, const Table *table);
/* Returns true if the column, not quoted, is part of the foreign key. */
bool view_is_key_column(const RelView *v, const char *column);

/* Fill the template once for each NameSet of the list. view_each() joins the
** results by `between`, view_all() by AND, view_any() by OR. */
char *view_each(const RelView *v, const NameList *list, const char *between,
                const char *template);
char *view_all(const RelView *v, const NameList *list, const char *template);
char *view_any(const RelView *v, const NameList *list, const char *template);

/* Returns the DEFAULT of a column as SQL; a NULL pointer if the column has
** none, or DEFAULT NULL. */
const char *view_default(const Column *c);
/* Returns the value of a column for an INSERT. A trigger cannot tell NULL from
** an omitted column, so NULL takes the DEFAULT. */
char *view_new_value(const RelView *v, const Column *c);
/* Returns the condition that selects the row of the table from which the OLD
** row of the view comes. */
char *view_same_row(const RelView *v, const Table *table);

/* Sets an error if `written`, the table that the triggers write, has no PRIMARY
** KEY (unless viewonly), or if a column of `added` has the name of a column of
** `plain`. */
void view_check(const RelView *v, const Table *written, const NameList *plain,
                const NameList *added);

/* Parses the text of the builder, CREATE VIEW or CREATE TRIGGER, and frees the
** builder. Adds the object to the schema and returns it; NULL after an
** error. */
Object *view_end_object(const RelView *v, sqlite3_str *sql);
/* Returns a string builder with the head of the trigger for an event. */
sqlite3_str *view_begin_trigger(const RelView *v, const char *event);
/* Adds END and the trigger to the schema. Frees the builder. */
void view_end_trigger(const RelView *v, sqlite3_str *sql);
/* Adds the trigger for DELETE, which deletes the row of view_same_row(). */
void view_delete_trigger(const RelView *v, const Table *table);

/* The following add one statement to a trigger. */

/* Adds a statement that fails with "post__author: message" if the condition is
** true. */
void view_add_error(const RelView *v, sqlite3_str *sql, const char *message,
                    const char *condition);
/* Adds a statement that fails if a generated column is written. */
void view_check_generated(const RelView *v, sqlite3_str *sql,
                          const Table *table, const WriteEvent *event);
/* Adds an INSERT of all columns. The values come from VALUES, or from a SELECT
** with the condition `where` if that is not NULL. `special` gives the values of
** some columns, and may be NULL. */
void view_add_insert(const RelView *v, sqlite3_str *sql, const Table *table,
                     const Choosers *choosers, ColumnValue *special,
                     const char *where);
/* Adds an UPDATE of the row of view_same_row(). */
void view_add_update(const RelView *v, sqlite3_str *sql, const Table *table,
                     const Choosers *choosers, ColumnValue *special);
/* Adds the head of the statement that disconnects targets from their owner:
** "UPDATE post SET user_id = NULL", or with delete_orphan "DELETE FROM post".
** The caller adds WHERE. */
void view_add_disconnect(const RelView *v, sqlite3_str *sql);

#endif
