/*
** items: the text of a CREATE TABLE as its items, the columns and constraints,
** and the gaps between them. Commas, blanks and comments stay with the items
** that they stand beside.
*/
#ifndef ORM_ITEMS_H
#define ORM_ITEMS_H

#include "base/token.h"
#include "schema/schema.h"

/* An item of the new text. */
typedef struct Item {
  int was; /* its place among the items of the old one; -1: it is new */
  const char *text; /* what it says now */
} Item;

/* The text with these items between its parentheses. `were` has the spans of
** those that it has now. A comment on the line of an item goes with it, one on
** a line above with what follows; a new item is written as the last one is, on
** a line of its own or not. `options`, if not NULL, replaces what follows the
** last parenthesis. */
char *items_text(Ctx *ctx, const Tokens *tokens, const Span *were, int nwere,
                 const Item *items, int nitem, const char *options);

#endif
