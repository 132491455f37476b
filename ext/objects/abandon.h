/*
** abandon: deletes the objects that have lost their owner by a relationship
** with cascade 'delete-orphan'.
**
** An object that leaves one owner may get another one in the same call of
** orm_save(). So an orphan is found at the end of the call, as SQLAlchemy finds
** it at the end of a flush. Until then its row stays as it is.
*/
#ifndef ORM_ABANDON_H
#define ORM_ABANDON_H

#include "objects/store.h"

/* How an object is connected with its owner: by its own foreign key (`through`
** is NULL), or by rows of an association. */
typedef struct OwnerReference {
  StoreClass *through; /* the association */
  ColumnList columns;  /* of the foreign key, in the object or association */
  ColumnList keys;     /* columns of the object that the association references;
                       ** empty without `through` */
} OwnerReference;

/* Notes that an object with this PRIMARY KEY has lost its owner. */
void abandon_object(Store *s, StoreClass *c, RowValues key,
                    const OwnerReference *reference);

/* Notes that an object has been saved: it has an owner again if the values of
** the reference are known. */
void abandon_keep(Store *s, StoreClass *c, RowValues values);

/* Returns true if an object with this PRIMARY KEY has lost its owner by the
** reference and has no new one. */
bool abandon_has(Store *s, StoreClass *c, RowValues key, ColumnList columns);

/* Deletes the objects that are still without an owner, with their cascades. */
void abandon_end(Store *s);

#endif
