/*
** help: one entry for each function and table that a user sees: what orm_help
** shows, and what error messages quote.
*/
#ifndef ORM_HELP_H
#define ORM_HELP_H

typedef struct HelpEntry {
  const char *name, *usage, *summary, *example;
} HelpEntry;

/* Ends with an entry whose name is NULL. */
extern const HelpEntry help_entries[];

/* NULL if there is none. */
const HelpEntry *help_find(const char *name);

#endif
