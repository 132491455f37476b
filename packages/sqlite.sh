#!/bin/sh
# sqlite.sh DIR: put the source of SQLite (sqlite3.c, shell.c, sqlite3.h,
# sqlite3ext.h) into DIR. An npm package carries it. SQLITE_SOURCE=DIR takes the
# files of another directory instead.

set -eu
into=$1
package=sqlite3@5.1.7 inside=sqlite-autoconf-3440200
sum=1c6719a148bc41cf0f2bbbe3926d7ce3f5ca09d878f1246fcc20767b175bb407

mkdir -p "$into"
if [ -n "${SQLITE_SOURCE-}" ]; then
  for file in sqlite3.c shell.c sqlite3.h sqlite3ext.h; do
    cp "$SQLITE_SOURCE/$file" "$into/"
  done
  exit
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
(cd "$place" && npm pack --silent "$package" >/dev/null)
tar -xzf "$place"/*.tgz -C "$place"
archive=$place/package/deps/$inside.tar.gz
echo "$sum  $archive" | sha256sum -c --quiet
tar -xzf "$archive" -C "$into" --strip-components=1 --no-same-owner \
  --touch "$inside/sqlite3.c" "$inside/shell.c" "$inside/sqlite3.h" \
  "$inside/sqlite3ext.h"
