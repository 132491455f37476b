/*
** log: the recorded versions, in words, for orm_log and for the page of
** orm_diagram(). Writes nothing.
*/
#ifndef ORM_LOG_H
#define ORM_LOG_H

#include "plan/transition.h"

/* A version. README.md describes the columns of orm_log. */
typedef struct LogEntry {
  const Version *version;
  const char *state;   /* "applied", "pending" or "baseline" */
  const char *changes; /* in words: `add column post (body TEXT)` */
  bool lossy;          /* a change loses values */
  const char *kept;    /* the size of its archived values; NULL: none */
} LogEntry;

/* The versions, the oldest first. */
typedef struct LogEntries {
  LogEntry *list;
  int count;
} LogEntries;

/* The parts of an entry that take time, as bits. */
enum {
  LOG_CHANGES = 1, /* `changes` and `lossy`, which compare versions */
  LOG_KEPT = 2
};

/* Returns the versions. Parts that are not asked for are NULL. A version that
** cannot be compared has the error as its `changes`. */
LogEntries log_read(Ctx *ctx, unsigned parts);

#endif
