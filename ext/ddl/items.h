/*
** items: the text of a CREATE TABLE as a list of items (columns and table
** constraints) and the gaps between them. Commas, blanks and comments stay with
** the items that they belong to.
*/
#ifndef ORM_ITEMS_H
#define ORM_ITEMS_H

#include "base/token.h"
#include "schema/schema.h"

/* An item of the new text. */
typedef struct Item {
  int old_index;    /* its index among the items of the old text; -1: new */
  const char *text; /* its new text */
} Item;

/* Returns the text of tokens->sql with `items` between its parentheses. `spans`
** are the items of the old text. A comment on the line of an item belongs to
** that item; a comment on lines of its own belongs to the item below. A new
** item is placed like the last item: on a line of its own, or on the same line.
** `options`, if not NULL, replaces the text after the last parenthesis. */
char *items_text(Ctx *ctx, const Tokens *tokens, const Span *spans, int nspan,
                 const Item *items, int nitem, const char *options);

#endif
