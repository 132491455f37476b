/*
** markup: texts of a database inside of SVG and HTML, and the room that they
** take. Pure.
*/
#ifndef ORM_MARKUP_H
#define ORM_MARKUP_H

#include "base/context.h"

/* Appends a text. & < > " and ' become character references. Bytes that are not
** UTF-8, and control characters that XML forbids, become U+FFFD
** (https://www.w3.org/TR/xml/#charsets). NULL is an empty text. */
void markup_text(sqlite3_str *str, const char *text);

/* Returns the same without character references: UTF-8 without control
** characters. */
const char *markup_plain(Ctx *ctx, const char *text);

/* Returns the text, cut to at most `most` characters; the last one is then an
** ellipsis. */
const char *markup_cut(Ctx *ctx, const char *text, int most);

/* Returns the width of a text in Helvetica or Arial of that size, in pixels.
** Characters beyond ASCII are estimated. */
int markup_width(const char *text, int size);

#endif
