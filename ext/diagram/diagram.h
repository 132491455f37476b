/*
** Room diagram: orm_diagram().
**
** Purpose: to draw the models. Input: the declarations, or, if nothing is
** declared, the live tables; for the page, also the versions and the archive.
** Output: a text that a browser, mermaid or Graphviz shows.
**
**   diagram   reads the database, and calls the drawing of a format
**   picture   what is drawn: boxes and lines
**   plot    where: ranks, layers, crossings, channels
**   svg, mermaid, dot, page   the formats
**   markup    texts inside of SVG and HTML
**
** All but diagram and page are pure. The same models give the same text. Names
** cannot leave their place in the text, whatever characters they have.
*/
#ifndef ORM_DIAGRAM_H
#define ORM_DIAGRAM_H

#include "base/context.h"

/* Returns the picture of the models in a format: "mermaid", "dot", "svg" or
** "html". `glob` chooses models and tables by name, in any letter case; NULL:
** all. Declarations that are wrong are left out. Sets an error if the format is
** unknown, or if a glob matches nothing. */
char *diagram_text(Ctx *ctx, const char *format, const char *glob);

#endif
