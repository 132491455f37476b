/*
** replica: connections to a database that dqlite replicates.
**
** dqlite sends the pages that a transaction wrote to the other nodes after each
** statement that a client executes, never after a query. It steps a query as if
** it only read. A call of orm is a SELECT, so outside a transaction a query
** would change one node alone, and dqlite 1.11 aborts that node at its next
** write. In a transaction, only the COMMIT writes pages, and dqlite refuses a
** COMMIT that is sent as a query, because it has no column. Therefore a call
** that changes anything needs a transaction there.
*/
#ifndef ORM_REPLICA_H
#define ORM_REPLICA_H

#include "base/context.h"

/* Returns true if "main" is a database of dqlite: the name of its VFS begins
** with "dqlite". */
bool replica_is_dqlite(sqlite3 *db);

/* Sets the error SQLITE_MISUSE on a database of dqlite if no transaction is
** open. */
void replica_check(Ctx *ctx);

/* Adapts a new connection. On a database of dqlite, it
**   - switches cache_spill off: dqlite 1.11 cannot read a page back that SQLite
**     has moved from its cache to the WAL before COMMIT, and a change reads
**     pages that it wrote. PRAGMA cache_spill has no effect inside a
**     transaction, so the extension calls this function when it is loaded;
**   - keeps TEMP tables in memory: dqlite 1.11 aborts the node if a TEMP table
**     does not fit into the cache. A call may need one (guard_recount()). */
void replica_adapt(sqlite3 *db);

#endif
