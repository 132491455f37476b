/*
** mermaid: a picture as an entity relationship diagram of mermaid
** (https://mermaid.js.org/syntax/entityRelationshipDiagram.html). Pure.
*/
#ifndef ORM_MERMAID_H
#define ORM_MERMAID_H

#include "diagram/picture.h"

/* Returns the diagram. Types and names that the grammar forbids are written
** with "_" instead of the forbidden characters; the comment of the column then
** has the name. */
char *mermaid_picture(Ctx *ctx, const Picture *picture);

#endif
