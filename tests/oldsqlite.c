/*
** Builds an amalgamation of SQLite as a library for Debian's Tcl binding and
** shell. It adds the functions that they need and an older SQLite lacks, and
** the source id that the shell requires.
*/
#define sqlite3_sourceid sqlite3_own_sourceid
#include "sqlite3.c"
#undef sqlite3_sourceid

const char *sqlite3_sourceid(void);
const char *sqlite3_sourceid(void) {
  return SHELL_SOURCE_ID;
}

#if SQLITE_VERSION_NUMBER < 3037000
sqlite3_int64 sqlite3_changes64(sqlite3 *db) {
  return sqlite3_changes(db);
}
sqlite3_int64 sqlite3_total_changes64(sqlite3 *db) {
  return sqlite3_total_changes(db);
}
#endif

#if SQLITE_VERSION_NUMBER < 3038000
int sqlite3_error_offset(sqlite3 *db) {
  (void)db;
  return -1;
}
#endif
