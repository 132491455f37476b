/*
** threads EXTENSION FILE: eight threads migrate one database at the same time,
** each with its own connection. One of them records version 1, the others find
** nothing to do. Prints what happened, and returns 0 if it was that.
*/
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef _WIN32
#include <windows.h>
typedef HANDLE Thread;
#define BODY(name) static DWORD WINAPI name(void *p)
static void start(Thread *t, LPTHREAD_START_ROUTINE f, void *p) {
  *t = CreateThread(NULL, 0, f, p, 0, NULL);
}
static void finish(Thread t) {
  WaitForSingleObject(t, INFINITE);
}
#else
#include <pthread.h>
typedef pthread_t Thread;
#define BODY(name) static void *name(void *p)
static void start(Thread *t, void *(*f)(void *), void *p) {
  pthread_create(t, NULL, f, p);
}
static void finish(Thread t) {
  pthread_join(t, NULL);
}
#endif

enum { THREADS = 8 };

static const char *extension, *file;

static int keep_int(void *p, int n, char **values, char **names) {
  (void)n, (void)names;
  *(int *)p = values[0] ? atoi(values[0]) : -1;
  return 0;
}

/* Runs SQL on a new connection. Returns the last value, or -2. */
static int run(const char *sql) {
  sqlite3 *db = NULL;
  char *message = NULL;
  int value = -1;
  int rc = sqlite3_open(file, &db);
  if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(db, 60000);
  if (rc == SQLITE_OK) rc = sqlite3_enable_load_extension(db, 1);
  if (rc == SQLITE_OK)
    rc = sqlite3_load_extension(db, extension, NULL, &message);
  if (rc == SQLITE_OK) rc = sqlite3_exec(db, sql, keep_int, &value, &message);
  if (rc != SQLITE_OK) {
    printf("error: %s\n", message ? message : sqlite3_errmsg(db));
    value = -2;
  }
  sqlite3_free(message);
  sqlite3_close(db);
  return value;
}

BODY(migrate) {
  *(int *)p = run("SELECT orm_migrate('from a thread')");
  return 0;
}

int main(int argc, char **argv) {
  Thread threads[THREADS];
  int versions[THREADS], good = 1;
  if (argc != 3) return 2;
  extension = argv[1];
  file = argv[2];
  remove(file);
  run("SELECT orm_declare('CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)')");
  for (int i = 0; i < THREADS; i++) start(&threads[i], migrate, &versions[i]);
  for (int i = 0; i < THREADS; i++) finish(threads[i]);
  for (int i = 0; i < THREADS; i++) good &= versions[i] == 1;
  int recorded = run("SELECT count(*) FROM orm_migration");
  printf("%s, %d version\n", good ? "all at version 1" : "not all", recorded);
  return !(good && recorded == 1);
}
