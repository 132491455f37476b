/*
** page: the models, versions and archive of a database as one HTML page.
**
** The page needs no other file and no network. It shows everything without its
** script, which adds the search, and moving and magnifying the diagram.
*/
#ifndef ORM_PAGE_H
#define ORM_PAGE_H

#include "diagram/picture.h"

/* What a page shows. */
typedef struct PageSource {
  const Schema *schema;
  bool declared; /* the schema is that of the declarations, not the live one */
  const Picture *picture;
  const char *glob; /* that chose the tables; NULL: all */
} PageSource;

/* Returns the page. */
char *page_html(Ctx *ctx, const PageSource *source);

#endif
