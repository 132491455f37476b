/*
** deferred: names the object that violates a deferred foreign key.
**
** SQLite checks such a foreign key at COMMIT, and its error names no row. If
** orm_save() runs in a transaction of its own, that COMMIT is its end. So the
** rows that are written while a violation is pending are noted with their
** paths. In a transaction of the caller nothing is noted: a later statement may
** still write the parent, and COMMIT is the caller's.
*/
#ifndef ORM_DEFERRED_H
#define ORM_DEFERRED_H

#include "objects/store.h"

/* Notes a row that has been written. The values of the columns `key` select
** it. */
void deferred_note(Store *s, const StoreClass *c, ColumnList key,
                   RowValues values);

/* Sets SQLITE_CONSTRAINT_FOREIGNKEY if COMMIT would fail. The error has the
** path of the first noted row without a parent, or, if there is none, of the
** object with which the violations began: it has left children without a
** parent. */
void deferred_check(Store *s);

#endif
