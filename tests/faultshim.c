/*
** faultshim: a Tcl extension that makes SQLite's memory and files fail, and its
** authorizer refuse.
**
** It is between SQLite and malloc (SQLITE_CONFIG_MALLOC) and between SQLite and
** the disk (the default VFS). It counts the operations and, while armed, fails
** the Nth operation of one kind. It must be loaded before the first use of
** SQLite, so before `package require sqlite3` opens a file. A
** process that has it in LD_PRELOAD as well calls the functions of the C
** library through it: so orm's own writing and reading of files can fail.
**
**   faultshim arm KIND N ?-persistent? ?-db DB?
**       Fail the Nth operation of KIND from now on, or, with -persistent, the
**       Nth and all after it. N = 0 only counts. Kinds:
**         oom        an allocation returns NULL
**         ioerr      an operation on a file returns SQLITE_IOERR_...
**         full       a write returns SQLITE_FULL
**         cantopen   opening a file returns SQLITE_CANTOPEN
**         interrupt  sqlite3_interrupt(DB) is called inside an allocation
**         ignore     the authorizer of DB lets a column read as NULL
**         deny       the authorizer of DB refuses the reading of a column
**         readdir, fflush, fsync, rename
**                    this function of the C library fails with EIO
**   faultshim disarm
**       Stop, and return {operations-seen faults-injected}.
**   faultshim dropped
**       Return 1 if a fault occurred during a DROP since arm with -db DB.
**   faultshim outstanding
**       The number of allocations that are not freed yet.
**   faultshim interrupt DB MICROSECONDS
**       Call sqlite3_interrupt(DB) from another thread after this time.
**   faultshim interrupted
**       Wait for that thread; return the microseconds since its call.
**   faultshim count
**       Start to count the work of SQLite, on all connections.
**   faultshim counted
**       Return {prepares N steps N allocated N peak N} since `count`: the
**       statements prepared, the instructions run by the VDBE, the bytes
**       allocated, and the bytes in use at the peak, less those at `count`. The
**       first two are 0 unless this library is in LD_PRELOAD.
*/
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): RTLD_NEXT */
/* So that our readdir() is the one that orm calls. */
#define _FILE_OFFSET_BITS 64 /* NOLINT(bugprone-reserved-identifier) */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <tcl.h>
#include <time.h>

enum {
  OOM,
  IOERR,
  FULL,
  CANTOPEN,
  INTERRUPT,
  IGNORE,
  DENY,
  READDIR,
  FFLUSH,
  FSYNC,
  RENAME
};
static const char *const kinds[] = {"oom",       "ioerr",  "full",   "cantopen",
                                    "interrupt", "ignore", "deny",   "readdir",
                                    "fflush",    "fsync",  "rename", NULL};

static struct {
  int armed, kind, persistent, dropped;
  sqlite3_int64 at, seen, injected;
  sqlite3 *db;
} fault;

static int isDropping(sqlite3 *db) {
  sqlite3_stmt *stmt = db ? sqlite3_next_stmt(db, NULL) : NULL;
  for (; stmt; stmt = sqlite3_next_stmt(db, stmt))
    if (sqlite3_stmt_busy(stmt) &&
        sqlite3_strnicmp(sqlite3_sql(stmt), "DROP", 4) == 0)
      return 1;
  return 0;
}

/* Counts one operation of a kind; returns true if it has to fail. */
static int strike(int kind) {
  if (!fault.armed || fault.kind != kind) return 0;
  fault.seen++;
  if (fault.at == 0 || fault.seen < fault.at) return 0;
  if (fault.seen > fault.at && !fault.persistent) return 0;
  fault.injected++;
  fault.dropped |= isDropping(fault.db);
  return 1;
}

/*
** Counts of work. They do not depend on the load of the machine.
*/

static struct { sqlite3_int64 prepares, steps, allocated, used; } work;

static void startCounting(void) {
  memset(&work, 0, sizeof work);
  work.used = sqlite3_memory_used();
  sqlite3_memory_highwater(1);
}

static void putCount(Tcl_Obj *list, const char *name, sqlite3_int64 count) {
  Tcl_ListObjAppendElement(NULL, list, Tcl_NewStringObj(name, -1));
  Tcl_ListObjAppendElement(NULL, list, Tcl_NewWideIntObj(count));
}

static Tcl_Obj *counted(void) {
  Tcl_Obj *list = Tcl_NewListObj(0, NULL);
  putCount(list, "prepares", work.prepares);
  putCount(list, "steps", work.steps);
  putCount(list, "allocated", work.allocated);
  putCount(list, "peak", sqlite3_memory_highwater(0) - work.used);
  return list;
}

/*
** Memory.
*/

static sqlite3_mem_methods mem;
static sqlite3_int64 outstanding;

/* Called by every allocation: the interrupt comes from here as well, because
** allocations happen everywhere, between statements as well as inside. */
static int strikeMemory(void) {
  if (strike(INTERRUPT)) sqlite3_interrupt(fault.db);
  return strike(OOM);
}

static void *shimMalloc(int n) {
  void *p = strikeMemory() ? NULL : mem.xMalloc(n);
  if (p) outstanding++;
  work.allocated += n;
  return p;
}

static void *shimRealloc(void *p, int n) {
  work.allocated += n;
  return strikeMemory() ? NULL : mem.xRealloc(p, n);
}

static void shimFree(void *p) {
  if (p) outstanding--;
  mem.xFree(p);
}

/* SQLite would round up; exact sizes let sanitizers see one byte too far. */
static int shimRoundup(int n) {
  return n;
}

/* Lookaside is switched off, or small allocations would never get here. */
static int installMemory(void) {
  sqlite3_mem_methods shim;
  int rc = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &mem);
  shim = mem;
  shim.xMalloc = shimMalloc;
  shim.xRealloc = shimRealloc;
  shim.xFree = shimFree;
  shim.xRoundup = shimRoundup;
  if (rc == SQLITE_OK) rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &shim);
  if (rc == SQLITE_OK) rc = sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  return rc;
}

/*
** Files: each is the real VFS's file after a header of ours.
*/

typedef struct {
  sqlite3_file base;
  sqlite3_file *real; /* points just after this struct */
} ShimFile;

static sqlite3_vfs *realVfs;
static sqlite3_vfs shimVfs;
static sqlite3_vfs dqliteVfs;

#define REAL(f)         (((ShimFile *)(f))->real)
#define CALL(f, method) REAL(f)->pMethods->method

static int shimClose(sqlite3_file *f) {
  return CALL(f, xClose)(REAL(f));
}

static int shimRead(sqlite3_file *f, void *buf, int n, sqlite3_int64 at) {
  if (strike(IOERR)) return SQLITE_IOERR_READ;
  return CALL(f, xRead)(REAL(f), buf, n, at);
}

static int shimWrite(sqlite3_file *f, const void *b, int n, sqlite3_int64 at) {
  if (strike(IOERR)) return SQLITE_IOERR_WRITE;
  if (strike(FULL)) return SQLITE_FULL;
  return CALL(f, xWrite)(REAL(f), b, n, at);
}

static int shimTruncate(sqlite3_file *f, sqlite3_int64 size) {
  if (strike(IOERR)) return SQLITE_IOERR_TRUNCATE;
  return CALL(f, xTruncate)(REAL(f), size);
}

/* Nothing is really synced: no test outlives a power failure, and waiting for
** the disk is most of the time that a test takes. */
static int shimSync(sqlite3_file *f, int flags) {
  (void)f;
  (void)flags;
  return strike(IOERR) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int shimFileSize(sqlite3_file *f, sqlite3_int64 *size) {
  if (strike(IOERR)) return SQLITE_IOERR_FSTAT;
  return CALL(f, xFileSize)(REAL(f), size);
}

static int shimLock(sqlite3_file *f, int level) {
  return CALL(f, xLock)(REAL(f), level);
}

static int shimUnlock(sqlite3_file *f, int level) {
  return CALL(f, xUnlock)(REAL(f), level);
}

static int shimCheckReservedLock(sqlite3_file *f, int *out) {
  return CALL(f, xCheckReservedLock)(REAL(f), out);
}

static int shimFileControl(sqlite3_file *f, int op, void *arg) {
  return CALL(f, xFileControl)(REAL(f), op, arg);
}

static int shimSectorSize(sqlite3_file *f) {
  return CALL(f, xSectorSize)(REAL(f));
}

static int shimDeviceCharacteristics(sqlite3_file *f) {
  return CALL(f, xDeviceCharacteristics)(REAL(f));
}

static int shimShmMap(sqlite3_file *f, int region, int n, int extend,
                      void volatile **out) {
  if (strike(IOERR)) return SQLITE_IOERR_SHMMAP;
  return CALL(f, xShmMap)(REAL(f), region, n, extend, out);
}

static int shimShmLock(sqlite3_file *f, int offset, int n, int flags) {
  return CALL(f, xShmLock)(REAL(f), offset, n, flags);
}

static void shimShmBarrier(sqlite3_file *f) {
  CALL(f, xShmBarrier)(REAL(f));
}

static int shimShmUnmap(sqlite3_file *f, int deleteIt) {
  return CALL(f, xShmUnmap)(REAL(f), deleteIt);
}

static int shimFetch(sqlite3_file *f, sqlite3_int64 at, int n, void **out) {
  return CALL(f, xFetch)(REAL(f), at, n, out);
}

static int shimUnfetch(sqlite3_file *f, sqlite3_int64 at, void *p) {
  return CALL(f, xUnfetch)(REAL(f), at, p);
}

static const sqlite3_io_methods shimMethods = {
    .iVersion = 3, /* as the unix VFS's own */
    .xClose = shimClose,
    .xRead = shimRead,
    .xWrite = shimWrite,
    .xTruncate = shimTruncate,
    .xSync = shimSync,
    .xFileSize = shimFileSize,
    .xLock = shimLock,
    .xUnlock = shimUnlock,
    .xCheckReservedLock = shimCheckReservedLock,
    .xFileControl = shimFileControl,
    .xSectorSize = shimSectorSize,
    .xDeviceCharacteristics = shimDeviceCharacteristics,
    .xShmMap = shimShmMap,
    .xShmLock = shimShmLock,
    .xShmBarrier = shimShmBarrier,
    .xShmUnmap = shimShmUnmap,
    .xFetch = shimFetch,
    .xUnfetch = shimUnfetch,
};

static int shimOpen(sqlite3_vfs *vfs, const char *name, sqlite3_file *f,
                    int flags, int *outFlags) {
  ShimFile *shim = (ShimFile *)f;
  int rc;
  (void)vfs;
  f->pMethods = NULL; /* no xClose after a failure, says SQLite's contract */
  if (strike(CANTOPEN)) return SQLITE_CANTOPEN;
  shim->real = (sqlite3_file *)(shim + 1);
  rc = realVfs->xOpen(realVfs, name, shim->real, flags, outFlags);
  if (shim->real->pMethods) f->pMethods = &shimMethods;
  return rc;
}

static int shimDelete(sqlite3_vfs *vfs, const char *name, int syncDir) {
  (void)vfs;
  (void)syncDir; /* as shimSync */
  if (strike(IOERR)) return SQLITE_IOERR_DELETE;
  return realVfs->xDelete(realVfs, name, 0);
}

static int shimAccess(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
  (void)vfs;
  if (strike(IOERR)) return SQLITE_IOERR_ACCESS;
  return realVfs->xAccess(realVfs, name, flags, out);
}

/* A copy of the default VFS: what is not replaced works as it is. Another copy
** only has a name that dqlite gives to its VFS. */
static int installVfs(void) {
  realVfs = sqlite3_vfs_find(NULL);
  if (realVfs == NULL) return SQLITE_ERROR;
  shimVfs = *realVfs;
  shimVfs.zName = "faultshim";
  shimVfs.szOsFile += (int)sizeof(ShimFile);
  shimVfs.xOpen = shimOpen;
  shimVfs.xDelete = shimDelete;
  shimVfs.xAccess = shimAccess;
  dqliteVfs = shimVfs;
  dqliteVfs.zName = "dqlite-1";
  if (sqlite3_vfs_register(&dqliteVfs, 0) != SQLITE_OK) return SQLITE_ERROR;
  return sqlite3_vfs_register(&shimVfs, 1);
}

/*
** The C library, for a process with this file in LD_PRELOAD.
*/

#define EXPORTED __attribute__((visibility("default")))

/* The function that ours stands before. Assigning through a void * is the way
** that POSIX shows for dlsym(). */
#define NEXT(function) *(void **)&next = dlsym(RTLD_NEXT, #function)

static int strikeCall(int kind) {
  if (!strike(kind)) return 0;
  errno = EIO;
  return 1;
}

EXPORTED struct dirent *readdir(DIR *dir) {
  struct dirent *(*next)(DIR *);
  NEXT(readdir);
  return strikeCall(READDIR) ? NULL : next(dir);
}

EXPORTED int fflush(FILE *file) {
  int (*next)(FILE *);
  NEXT(fflush);
  return strikeCall(FFLUSH) ? EOF : next(file);
}

EXPORTED int fsync(int fd) {
  int (*next)(int);
  NEXT(fsync);
  return strikeCall(FSYNC) ? -1 : next(fd);
}

EXPORTED int rename(const char *from, const char *to) {
  int (*next)(const char *, const char *);
  NEXT(rename);
  return strikeCall(RENAME) ? -1 : next(from, to);
}

/*
** SQLite's own functions, for a process with this file in LD_PRELOAD.
** sqlite3_exec() calls them, too.
*/

EXPORTED int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n,
                                sqlite3_stmt **stmt, const char **tail) {
  int (*next)(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
  NEXT(sqlite3_prepare_v2);
  work.prepares++;
  return next(db, sql, n, stmt, tail);
}

EXPORTED int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n,
                                unsigned flags, sqlite3_stmt **stmt,
                                const char **tail) {
  int (*next)(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **,
              const char **);
  NEXT(sqlite3_prepare_v3);
  work.prepares++;
  return next(db, sql, n, flags, stmt, tail);
}

EXPORTED int sqlite3_step(sqlite3_stmt *stmt) {
  int rc;
  int (*next)(sqlite3_stmt *);
  NEXT(sqlite3_step);
  rc = next(stmt);
  work.steps += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
  return rc;
}

/*
** The authorizer.
*/

/* SQLite's DDL is writes to its schema tables, in which it reads as well, and
** CREATE INDEX reads the columns of the index. A reading that is ignored there
** damages the database, by any caller: so it counts as none. */
static int isSchemaWrite, isIndexing;

static int isSchema(const char *table) {
  return strcmp(table, "sqlite_master") == 0 ||
         strcmp(table, "sqlite_temp_master") == 0;
}

static int shimAuthorize(void *data, int action, const char *table,
                         const char *b, const char *c, const char *d) {
  (void)data, (void)b, (void)c, (void)d;
  if (action != SQLITE_READ) isIndexing = action == SQLITE_CREATE_INDEX;
  if (action == SQLITE_SELECT) isSchemaWrite = 0;
  if (action == SQLITE_INSERT || action == SQLITE_UPDATE ||
      action == SQLITE_DELETE)
    isSchemaWrite = isSchema(table);
  if (action != SQLITE_READ) return SQLITE_OK;
  if (isIndexing || (isSchemaWrite && isSchema(table))) return SQLITE_OK;
  if (strike(IGNORE)) return SQLITE_IGNORE;
  return strike(DENY) ? SQLITE_DENY : SQLITE_OK;
}

static int needsDb(int kind) {
  return kind == INTERRUPT || kind == IGNORE || kind == DENY;
}

static void authorize(int on) {
  if (fault.db && (fault.kind == IGNORE || fault.kind == DENY))
    sqlite3_set_authorizer(fault.db, on ? shimAuthorize : NULL, NULL);
}

/*
** The Tcl command.
*/

/* The handle after a command of SQLite's Tcl binding: the first member of
** its client data, on which SQLite's own test code relies as well. */
static int getDb(Tcl_Interp *interp, Tcl_Obj *name, sqlite3 **db) {
  Tcl_CmdInfo info;
  if (!Tcl_GetCommandInfo(interp, Tcl_GetString(name), &info)) {
    Tcl_AppendResult(interp, "no such connection: ", Tcl_GetString(name), NULL);
    return TCL_ERROR;
  }
  *db = *(sqlite3 **)info.objClientData;
  return TCL_OK;
}

static int arm(Tcl_Interp *interp, int objc, Tcl_Obj *const objv[]) {
  static const char *const options[] = {"-db", "-persistent", NULL};
  Tcl_WideInt at;
  int i, option;
  memset(&fault, 0, sizeof fault);
  if (objc < 4) {
    Tcl_WrongNumArgs(interp, 2, objv, "KIND N ?-persistent? ?-db DB?");
    return TCL_ERROR;
  }
  if (Tcl_GetIndexFromObj(interp, objv[2], kinds, "kind", 0, &fault.kind) ||
      Tcl_GetWideIntFromObj(interp, objv[3], &at))
    return TCL_ERROR;
  for (i = 4; i < objc; i++) {
    if (Tcl_GetIndexFromObj(interp, objv[i], options, "option", 0, &option))
      return TCL_ERROR;
    if (option == 1) {
      fault.persistent = 1;
    } else if (++i == objc || getDb(interp, objv[i], &fault.db)) {
      return TCL_ERROR;
    }
  }
  if (needsDb(fault.kind) && fault.db == NULL) {
    Tcl_SetResult(interp, "this kind needs -db DB", TCL_STATIC);
    return TCL_ERROR;
  }
  fault.at = at;
  fault.armed = 1;
  authorize(1);
  return TCL_OK;
}

static void disarm(Tcl_Interp *interp) {
  Tcl_Obj *counts[2];
  fault.armed = 0;
  authorize(0);
  counts[0] = Tcl_NewWideIntObj(fault.seen);
  counts[1] = Tcl_NewWideIntObj(fault.injected);
  Tcl_SetObjResult(interp, Tcl_NewListObj(2, counts));
}

/*
** The interrupt that comes from elsewhere, at any moment.
*/

static struct {
  sqlite3 *db;
  Tcl_WideInt delay, called;
  Tcl_ThreadId thread;
} interrupter;

static Tcl_WideInt microseconds(void) {
  struct timespec t = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (Tcl_WideInt)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void interruptLater(ClientData data) {
  struct timespec t = {0, 0};
  (void)data;
  t.tv_sec = (time_t)(interrupter.delay / 1000000);
  t.tv_nsec = (long)(interrupter.delay % 1000000 * 1000);
  nanosleep(&t, NULL);
  interrupter.called = microseconds();
  sqlite3_interrupt(interrupter.db);
  Tcl_ExitThread(TCL_OK);
}

static int startInterrupter(Tcl_Interp *interp, int objc,
                            Tcl_Obj *const objv[]) {
  if (objc != 4) {
    Tcl_WrongNumArgs(interp, 2, objv, "DB MICROSECONDS");
    return TCL_ERROR;
  }
  if (getDb(interp, objv[2], &interrupter.db) ||
      Tcl_GetWideIntFromObj(interp, objv[3], &interrupter.delay))
    return TCL_ERROR;
  return Tcl_CreateThread(&interrupter.thread, interruptLater, NULL,
                          TCL_THREAD_STACK_DEFAULT, TCL_THREAD_JOINABLE);
}

static int joinInterrupter(Tcl_Interp *interp) {
  int status;
  Tcl_WideInt returned = microseconds();
  if (Tcl_JoinThread(interrupter.thread, &status)) return TCL_ERROR;
  Tcl_SetObjResult(interp, Tcl_NewWideIntObj(returned - interrupter.called));
  return TCL_OK;
}

static int faultshimCmd(ClientData data, Tcl_Interp *interp, int objc,
                        Tcl_Obj *const objv[]) {
  static const char *const verbs[] = {"arm",         "disarm",    "dropped",
                                      "outstanding", "interrupt", "interrupted",
                                      "count",       "counted",   NULL};
  int verb;
  (void)data;
  if (objc < 2) {
    Tcl_WrongNumArgs(interp, 1, objv,
                     "arm|disarm|dropped|outstanding|interrupt|interrupted|"
                     "count|counted ...");
    return TCL_ERROR;
  }
  if (Tcl_GetIndexFromObj(interp, objv[1], verbs, "verb", 0, &verb))
    return TCL_ERROR;
  switch (verb) {
  case 0: return arm(interp, objc, objv);
  case 1: disarm(interp); break;
  case 2: Tcl_SetObjResult(interp, Tcl_NewIntObj(fault.dropped)); break;
  case 3: Tcl_SetObjResult(interp, Tcl_NewWideIntObj(outstanding)); break;
  case 4: return startInterrupter(interp, objc, objv);
  case 5: return joinInterrupter(interp);
  case 6: startCounting(); break;
  case 7: Tcl_SetObjResult(interp, counted()); break;
  }
  return TCL_OK;
}

EXPORTED int Faultshim_Init(Tcl_Interp *interp) {
  int rc = installMemory();
  if (rc == SQLITE_OK) rc = installVfs(); /* initializes SQLite */
  if (rc != SQLITE_OK) {
    Tcl_SetResult(interp, "faultshim: load it before SQLite is used",
                  TCL_STATIC);
    return TCL_ERROR;
  }
  Tcl_CreateObjCommand(interp, "faultshim", faultshimCmd, NULL, NULL);
  return TCL_OK;
}
