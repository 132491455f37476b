/*
** orm: the entry point of the extension, which SQLite calls by its name.
*/
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include "api/functions.h"
#include "api/virtual_tables.h"
#include "base/replica.h"

/* The only symbol that the library exports. */
#if defined(_WIN32) && !defined(SQLITE_CORE)
#define ORM_API __declspec(dllexport)
#elif defined(__GNUC__)
#define ORM_API __attribute__((visibility("default")))
#else
#define ORM_API
#endif

ORM_API int sqlite3_orm_init(sqlite3 *db, char **message,
                             const sqlite3_api_routines *api);

/* Sets the message of load_extension() and returns its result code. */
static int refuse_load(char **message, const char *why) {
  *message = sqlite3_mprintf("orm %s: %s", ORM_VERSION, why);
  return SQLITE_ERROR;
}

/* Returns true if SQLite was built without JSON functions. Only the error "no
** such function" counts. Recent releases read the file before any SELECT, so a
** damaged file gives another error, and must not keep orm from loading. */
static bool lacks_json(sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  int rc =
      sqlite3_prepare_v2(db, "SELECT json_patch('{}', '{}')", -1, &stmt, NULL);
  sqlite3_finalize(stmt);
  return rc == SQLITE_ERROR;
}

int sqlite3_orm_init(sqlite3 *db, char **message,
                     const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  if (sqlite3_libversion_number() < OLDEST_SQLITE)
    return refuse_load(message, "needs SQLite 3.34.0 or newer");
  if (lacks_json(db))
    return refuse_load(message, "needs an SQLite with JSON functions");
  replica_adapt(db);
  int rc = functions_register(db);
  if (rc == SQLITE_OK) rc = virtual_tables_register(db);
  return rc;
}
