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
  NameList ends;    /* of RELATION_THROUGH: $k association, $r target, $a */
  bool mixed;       /* child and parent differ in affinity or collation */
} RelView;

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
/* Returns the columns of the target that the foreign key references, and its
** PRIMARY KEY. $a is prefixed. */
NameList view_referenced(const RelView *v);
NameList view_target_key(const RelView *v);
/* Returns a table of FROM with its alias, if that is another name. */
char *view_source(const RelView *v, const Table *table, const char *alias);
/* Returns the condition for the rows of the target that belong to the OLD row
** of the owner. */
char *view_members(const RelView *v);
/* Returns true if the column, not quoted, is part of the foreign key. */
bool view_is_key_column(const RelView *v, const char *column);
/* Returns true if the column, not quoted, can be NULL. */
bool view_can_be_null(const Table *table, const char *column);

/* Fill the template once for each NameSet of the list. view_each() joins the
** results by `between`, view_all() by AND, view_any() by OR. */
char *view_each(const RelView *v, const NameList *list, const char *between,
                const char *template);
char *view_all(const RelView *v, const NameList *list, const char *template);
char *view_any(const RelView *v, const NameList *list, const char *template);

/* Return the condition that two rows differ, or that they are the same, in the
** columns of a list. The templates give their values: "NEW.$a", "OLD.$a". */
char *view_differ(const RelView *v, const NameList *list, const char *a,
                  const char *b);
char *view_equal(const RelView *v, const NameList *list, const char *a,
                 const char *b);

/* Returns the condition that an INSERT gives none of the columns a value. */
char *view_none_given(const RelView *v, const NameList *list);

/* Returns the value of a column, whose name in the view is `a`, for an INSERT.
** A trigger cannot tell NULL from an omitted column, so NULL takes the
** DEFAULT. */
char *view_new_value(const RelView *v, const Column *c, const char *a);
/* Returns the value that a term of order_by sorts by. */
const char *view_order_value(const RelView *v, const OrderTerm *term);
/* Returns the ORDER BY of the view, or "". */
char *view_order(const RelView *v);
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
/* Returns a string builder with the head of a trigger. `suffix` ends its name.
** `event` is INSERT, UPDATE, "UPDATE OF a, b" or DELETE. `when` is a condition
** or NULL. */
sqlite3_str *view_begin_trigger(const RelView *v, const char *suffix,
                                const char *event, const char *when);
/* Adds END and the trigger to the schema. Frees the builder. */
void view_end_trigger(const RelView *v, sqlite3_str *sql);
/* Adds the trigger for DELETE, which deletes the row of view_same_row(). */
void view_delete_trigger(const RelView *v, const Table *table);

/* The conditions under which a trigger refuses a row. */
typedef struct Verdict {
  const char *error; /* the first error, as RAISE(...), or NULL */
  const char *wrong; /* the condition for this error */
  const char *clash; /* a condition for the error of `clashed`, or NULL */
  const char *clashed;
  const char *right;  /* the row must fulfil this condition, or NULL */
  const char *found;  /* this query must find a row, or NULL */
  const char *missed; /* the error, as RAISE(...), if one of them fails */
} Verdict;

/* Returns the condition after WHEN that gives the verdict: it is true, or
** fails. NULL if there is nothing to check. */
char *view_when(const RelView *v, const Verdict *verdict);

/* Returns the columns that no trigger writes: the generated columns of `own`,
** and, unless `choosers` is NULL, the columns of the target without them. */
NameList view_read_only(const RelView *v, const Table *own,
                        const NameList *choosers);
/* Sets in the verdict the error for a row that gives such a column. */
void view_refuse_read_only(const RelView *v, Verdict *verdict,
                           const NameList *read_only);
/* Adds the trigger that refuses an UPDATE of such columns. */
void view_read_only_trigger(const RelView *v, const NameList *read_only);

/* The following add one statement to a trigger. */

/* Adds an INSERT of all columns. The values come from VALUES, or from a SELECT
** with the condition `where` if that is not NULL. `special` gives the values of
** some columns: a NameSet with the column as k and its value as a. */
void view_add_insert(const RelView *v, sqlite3_str *sql, const Table *table,
                     const NameList *special, const char *where);
/* Adds the head of the statement that disconnects targets from their owner:
** "UPDATE post SET user_id = NULL", or with delete_orphan "DELETE FROM post".
** The caller adds WHERE. */
void view_add_disconnect(const RelView *v, sqlite3_str *sql);

#endif
