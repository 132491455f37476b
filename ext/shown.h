/*
** shown: what to show of the declarations where some of them are wrong.
*/
#ifndef ORM_SHOWN_H
#define ORM_SHOWN_H

#include "way.h"

typedef struct Shown {
  Wrongs wrongs;
  Way way;         /* from the version to what is declared rightly */
  Changes changes; /* along it, without those of tables whose models are wrong,
                   ** of what uses them, and of generated views if a
                   ** relationship is wrong */
} Shown;

/* Looks at the declarations as orm_migrate() would read and check them. */
Shown shown_look(Ctx *ctx, i64 version, const Schema *live);

#endif
