/*
** directive: reads the comments that declare what SQL cannot express, such as
** `-- @renamed from=old @backfill upper(old)`.
*/
#ifndef ORM_DIRECTIVE_H
#define ORM_DIRECTIVE_H

#include "base/token.h"

/* The directives. To add one, add an enumerator here and a line in
** directive.c. */
typedef enum DirectiveKind {
  DIRECTIVE_MODEL,        /* @model User */
  DIRECTIVE_RELATIONSHIP, /* @relationship posts Post backref=author */
  DIRECTIVE_RENAMED,      /* @renamed from=old */
  DIRECTIVE_BACKFILL,     /* @backfill expression */
  DIRECTIVE_DROPPED,      /* @dropped column */
  DIRECTIVE_VERSION,      /* @version */
  DIRECTIVE_EXTERNAL,     /* @external */
  DIRECTIVE_LINT,         /* @lint off=rule */
  DIRECTIVES
} DirectiveKind;

/* A directive with its value. */
typedef struct Directive {
  DirectiveKind kind;
  const char *value; /* the text after the word; for DIRECTIVE_RENAMED and
                     ** DIRECTIVE_DROPPED, the name without quotes; for
                     ** DIRECTIVE_LINT, the text after "off=" */
} Directive;

/* The directives of a comment. */
typedef struct Directives {
  Directive *list;
  int count;
} Directives;

/* Returns the directives of one comment. A comment that begins with "@" holds
** directives. Each directive ends where the next "@word" begins. It is an
** error, which gives the line, if a directive is unknown, lacks its value, or
** is in a comment that does not begin with "@". */
Directives directive_read(Ctx *ctx, const Tokens *tokens,
                          const Comment *comment);

/* Set the error for a directive at a place where it has no meaning, and for a
** directive that an earlier comment has already. */
void directive_misplaced(Ctx *ctx, const Tokens *tokens, const Comment *comment,
                         DirectiveKind kind);
void directive_repeated(Ctx *ctx, const Tokens *tokens, const Comment *comment,
                        DirectiveKind kind);

#endif
