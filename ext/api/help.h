/*
** help: the texts of orm_help, which error messages quote: one entry for each
** function and table that users see.
*/
#ifndef ORM_HELP_H
#define ORM_HELP_H

/* A row of orm_help. */
typedef struct HelpEntry {
  const char *name;
  const char *usage;   /* a call with all options, or a statement */
  const char *summary; /* a phrase without capital and full stop */
  const char *example; /* one statement with a semicolon; a test runs it */
} HelpEntry;

/* In the order of README.md. Ends with an entry whose name is NULL. */
extern const HelpEntry help_entries[];

/* Returns the entry of that name, NULL if there is none. */
const HelpEntry *help_find(const char *name);

#endif
