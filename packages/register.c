/*
** register: makes orm a part of every connection of a program. SQLite calls
** orm_register() at its start, if it is compiled with
** -DSQLITE_EXTRA_INIT=orm_register.
*/
#include "orm.h"

int orm_register(const char *unused);

int orm_register(const char *unused) {
  (void)unused;
  return sqlite3_auto_extension((void (*)(void))sqlite3_orm_init);
}
