#include "base/os.h"

#include <errno.h>

/* In the amalgamation, windows.h comes before other files of ours: its macros
** `near` and `far` are empty words of 1990. */
#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <fcntl.h>
#include <io.h>
#include <sys/stat.h>
#include <windows.h>
#undef near
#undef far
#else
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#endif

const char *os_base_name(const char *path) {
  const char *name = path;
  for (const char *z = path; *z; z++) {
    bool ends = *z == '/';
#ifdef _WIN32
    ends = ends || *z == '\\' || *z == ':';
#endif
    if (ends) name = z + 1;
  }
  return name;
}

/* ---- no files ----------------------------------------------------------- */

#ifdef ORM_OMIT_FILES

static bool omitted(void) {
  errno = ENOSYS;
  return false;
}

bool os_stat(const char *path, OsFile *file) {
  (void)path, (void)file;
  return omitted();
}

FILE *os_open(const char *path) {
  (void)path, omitted();
  return NULL;
}

FILE *os_create(const char *path, int mode) {
  (void)path, (void)mode, omitted();
  return NULL;
}

bool os_sync(FILE *file) {
  (void)file;
  return omitted();
}

bool os_make_directory(const char *path) {
  (void)path;
  return omitted();
}

bool os_remove(const char *path) {
  (void)path;
  return omitted();
}

bool os_replace(const char *from, const char *to) {
  (void)from, (void)to;
  return omitted();
}

bool os_rename(const char *from, const char *to) {
  (void)from, (void)to;
  return omitted();
}

bool os_sync_directory(const char *path) {
  (void)path;
  return omitted();
}

bool os_list(const char *path, void (*each)(void *p, const char *name),
             void *p) {
  (void)path, (void)each, (void)p;
  return omitted();
}

#elif defined(_WIN32)

/* ---- files of Windows --------------------------------------------------- */

/* Returns the path in UTF-16, which the caller frees with sqlite3_free(). */
static wchar_t *wide(const char *path) {
  int n = MultiByteToWideChar(CP_UTF8, 0, path, -1, NULL, 0);
  wchar_t *text = (wchar_t *)sqlite3_malloc64((size_t)n * sizeof(wchar_t) + 1);
  if (text == NULL)
    errno = ENOMEM;
  else if (n == 0)
    errno = ENOENT, sqlite3_free(text), text = NULL;
  else
    MultiByteToWideChar(CP_UTF8, 0, path, -1, text, n);
  return text;
}

/* Sets errno to the last error of Windows. Returns `done`. */
static bool windows_result(bool done) {
  static const struct {
    DWORD code;
    int number;
  } errors[] = {
      {ERROR_FILE_NOT_FOUND, ENOENT}, {ERROR_PATH_NOT_FOUND, ENOENT},
      {ERROR_INVALID_NAME, ENOENT},   {ERROR_BAD_NETPATH, ENOENT},
      {ERROR_ACCESS_DENIED, EACCES},  {ERROR_SHARING_VIOLATION, EACCES},
      {ERROR_ALREADY_EXISTS, EEXIST}, {ERROR_FILE_EXISTS, EEXIST},
      {ERROR_DISK_FULL, ENOSPC},      {ERROR_NOT_ENOUGH_MEMORY, ENOMEM},
      {ERROR_DIRECTORY, ENOTDIR},     {ERROR_WRITE_PROTECT, EROFS},
      {ERROR_NOT_SAME_DEVICE, EXDEV},
  };
  if (done) return true;
  DWORD code = GetLastError();
  errno = EIO;
  for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
    if (errors[i].code == code) errno = errors[i].number;
  return false;
}

bool os_stat(const char *path, OsFile *file) {
  BY_HANDLE_FILE_INFORMATION info;
  wchar_t *name = wide(path);
  if (name == NULL) return false;
  HANDLE handle = CreateFileW(
      name, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
  sqlite3_free(name);
  if (handle == INVALID_HANDLE_VALUE) return windows_result(false);
  bool done = windows_result(GetFileInformationByHandle(handle, &info) != 0);
  bool disk = GetFileType(handle) == FILE_TYPE_DISK;
  CloseHandle(handle);
  if (!done) return false;
  file->regular =
      disk && (info.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0;
  file->mode = 0;
  file->size = (i64)info.nFileSizeHigh << 32 | info.nFileSizeLow;
  file->device = info.dwVolumeSerialNumber;
  file->number = (sqlite3_uint64)info.nFileIndexHigh << 32 | info.nFileIndexLow;
  return true;
}

FILE *os_open(const char *path) {
  wchar_t *name = wide(path);
  FILE *file = name ? _wfopen(name, L"rb") : NULL;
  sqlite3_free(name);
  return file;
}

FILE *os_create(const char *path, int mode) {
  (void)mode;
  wchar_t *name = wide(path);
  if (name == NULL) return NULL;
  int fd =
      _wopen(name, _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY | _O_NOINHERIT,
             _S_IREAD | _S_IWRITE);
  sqlite3_free(name);
  FILE *file = fd < 0 ? NULL : _fdopen(fd, "wb");
  if (file == NULL && fd >= 0) _close(fd);
  return file;
}

bool os_sync(FILE *file) {
  return fflush(file) == 0 && _commit(_fileno(file)) == 0;
}

bool os_make_directory(const char *path) {
  wchar_t *name = wide(path);
  bool done = name && windows_result(CreateDirectoryW(name, NULL) != 0);
  sqlite3_free(name);
  return done;
}

bool os_remove(const char *path) {
  wchar_t *name = wide(path);
  bool done = name && windows_result(DeleteFileW(name) != 0);
  sqlite3_free(name);
  return done;
}

static bool move(const char *from, const char *to, DWORD flags) {
  wchar_t *a = wide(from), *b = wide(to);
  bool done = a && b && windows_result(MoveFileExW(a, b, flags) != 0);
  sqlite3_free(a);
  sqlite3_free(b);
  return done;
}

bool os_replace(const char *from, const char *to) {
  return move(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH);
}

bool os_rename(const char *from, const char *to) {
  return move(from, to, MOVEFILE_WRITE_THROUGH);
}

/* Windows waits when it renames (MOVEFILE_WRITE_THROUGH). */
bool os_sync_directory(const char *path) {
  (void)path;
  return true;
}

static HANDLE find_first(const char *path, WIN32_FIND_DATAW *found) {
  char *pattern = sqlite3_mprintf("%s/*", path);
  wchar_t *name = pattern ? wide(pattern) : NULL;
  HANDLE handle = name ? FindFirstFileW(name, found) : INVALID_HANDLE_VALUE;
  if (pattern == NULL) errno = ENOMEM;
  if (name) windows_result(handle != INVALID_HANDLE_VALUE);
  sqlite3_free(pattern);
  sqlite3_free(name);
  return handle;
}

bool os_list(const char *path, void (*each)(void *p, const char *name),
             void *p) {
  WIN32_FIND_DATAW found;
  char name[4 * MAX_PATH];
  HANDLE handle = find_first(path, &found);
  if (handle == INVALID_HANDLE_VALUE) return false;
  do {
    if (WideCharToMultiByte(CP_UTF8, 0, found.cFileName, -1, name,
                            (int)sizeof(name), NULL, NULL))
      each(p, name);
  } while (FindNextFileW(handle, &found));
  bool done = windows_result(GetLastError() == ERROR_NO_MORE_FILES);
  FindClose(handle);
  return done;
}

#else

/* ---- files of POSIX ----------------------------------------------------- */

bool os_stat(const char *path, OsFile *file) {
  struct stat status;
  if (stat(path, &status) != 0) return false;
  file->regular = S_ISREG(status.st_mode);
  file->mode = (int)(status.st_mode & 07777);
  file->size = status.st_size;
  file->device = (sqlite3_uint64)status.st_dev;
  file->number = (sqlite3_uint64)status.st_ino;
  return true;
}

FILE *os_open(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
  if (file == NULL && fd >= 0) close(fd);
  return file;
}

FILE *os_create(const char *path, int mode) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
  FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
  if (file == NULL && fd >= 0) close(fd);
  return file;
}

bool os_sync(FILE *file) {
  return fflush(file) == 0 && fsync(fileno(file)) == 0;
}

bool os_make_directory(const char *path) {
  return mkdir(path, 0777) == 0;
}

bool os_remove(const char *path) {
  return unlink(path) == 0;
}

bool os_replace(const char *from, const char *to) {
  return rename(from, to) == 0;
}

bool os_rename(const char *from, const char *to) {
  if (link(from, to) == 0) {
    unlink(from);
    return true;
  }
  return errno != EEXIST && os_replace(from, to);
}

bool os_sync_directory(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  bool done = fsync(fd) == 0 || errno == EINVAL;
  close(fd);
  return done;
}

bool os_list(const char *path, void (*each)(void *p, const char *name),
             void *p) {
  DIR *dir = opendir(path);
  if (dir == NULL) return false;
  errno = 0; /* readdir() changes it only when it fails */
  for (struct dirent *entry; (entry = readdir(dir)) != NULL; errno = 0)
    each(p, entry->d_name);
  int number = errno;
  closedir(dir);
  errno = number;
  return number == 0;
}

#endif

/* ---- the clock and the terminal ----------------------------------------- */

#ifdef _WIN32

double os_seconds(void) {
  return (double)GetTickCount64() / 1000;
}

bool os_stderr_is_terminal(void) {
  HANDLE console = GetStdHandle(STD_ERROR_HANDLE);
  DWORD mode;
  return GetConsoleMode(console, &mode) &&
         SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

#else

double os_seconds(void) {
  struct timespec t = {0, 0};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool os_stderr_is_terminal(void) {
  return isatty(STDERR_FILENO) != 0;
}

#endif
