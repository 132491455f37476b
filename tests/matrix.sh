#!/bin/sh
# Runs the tests on other versions of SQLite than the system's: those in the npm
# package better-sqlite3. Each becomes a shared library in build/matrix/, with the
# options of Debian's.
#
#     sh tests/matrix.sh ?GLOB...?       (globs of test files: alter* methods)
#
# Environment: VERSIONS, of better-sqlite3 (7.1.2 has SQLite 3.34.0, 7.5.0 has
# 3.37.2, 11.0.0 has 3.46.0, 12.11.1 has 3.53.2), or `system`.

set -eu
tests=$(cd "$(dirname "$0")" && pwd)
matrix=$(dirname "$tests")/build/matrix
options='-DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_DESERIALIZE
  -DSQLITE_ENABLE_FTS3 -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS5
  -DSQLITE_ENABLE_JSON1 -DSQLITE_ENABLE_MATH_FUNCTIONS
  -DSQLITE_ENABLE_PREUPDATE_HOOK -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_SESSION
  -DSQLITE_ENABLE_STMTVTAB -DSQLITE_ENABLE_UNLOCK_NOTIFY
  -DSQLITE_OMIT_LOOKASIDE -DSQLITE_SECURE_DELETE -DSQLITE_SOUNDEX
  -DSQLITE_TEMP_STORE=1 -DSQLITE_THREADSAFE=1 -DSQLITE_USE_URI
  -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DHAVE_FDATASYNC -DHAVE_GMTIME_R
  -DHAVE_ISNAN -DHAVE_LOCALTIME_R -DHAVE_USLEEP'

# The sqlite3 shell refuses any library but the one that it was built with, so each
# library here returns the source id of that one.
source_id=$(sqlite3 :memory: 'SELECT sqlite_source_id()')

# Builds the library of a version of better-sqlite3, if it is missing or was built
# with other options.
build() {
  dir=$matrix/$1
  [ "$dir/libsqlite3.so.0" -nt "$tests/matrix.sh" ] &&
    [ "$dir/libsqlite3.so.0" -nt "$tests/oldsqlite.c" ] && return
  mkdir -p "$dir"
  cd "$dir"
  ls ./*.tgz >/dev/null 2>&1 || npm pack --silent "better-sqlite3@$1" >/dev/null
  tar xzf ./*.tgz
  if [ -e package/deps/sqlite3.tar.gz ]; then
    tar xzf package/deps/sqlite3.tar.gz
  fi
  source=$(dirname "$(find . -name sqlite3.c | head -n 1)")
  # shellcheck disable=SC2086
  gcc -O2 -w -fPIC -shared $options -DSHELL_SOURCE_ID="\"$source_id\"" \
    -I"$source" -Wl,-soname,libsqlite3.so.0 \
    -o libsqlite3.so.0 "$tests/oldsqlite.c" -lm -ldl -lpthread
  cd - >/dev/null
}

failed=
for version in ${VERSIONS:-system 7.1.2 7.5.0 11.0.0 12.11.1}; do
  library=
  if [ "$version" != system ]; then
    build "$version"
    library=$matrix/$version
  fi
  echo "SQLite $(echo 'package require sqlite3; puts [sqlite3 -version]' |
    LD_LIBRARY_PATH=$library tclsh)"
  TCLSH="env LD_LIBRARY_PATH=$library tclsh" tclsh "$tests/run.tcl" "$@" ||
    failed="$failed $version"
done
[ -z "$failed" ] || { echo "failed on:$failed"; exit 1; }
