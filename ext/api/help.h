/*
** help: the texts of orm_help: one entry for each function and table that users
** see. Error messages quote these texts.
*/
#ifndef ORM_HELP_H
#define ORM_HELP_H

/* A row of orm_help. */
typedef struct HelpEntry {
  const char *name;
  const char *usage;   /* a call with all options, or a statement */
  const char *summary; /* a phrase without a capital and a full stop */
  const char *example; /* one statement with a semicolon; a test runs it */
} HelpEntry;

/* Returns the first of the entries, which are in the order of sql/reference.md.
** The name of the last entry is NULL. */
const HelpEntry *help_all(void);

/* Returns the entry of that name, NULL if there is none. */
const HelpEntry *help_find(const char *name);

#endif
