#!/bin/sh
# The Debian package: lintian finds nothing, and what it installs works.

set -eu
deb=$(ls -t dist/sqlite3-orm_*.deb | head -n 1)
lintian --fail-on error,warning "$deb"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
dpkg-deb -x "$deb" "$root"
extension=$(find "$root" -name orm.so)
[ "$(sqlite3 :memory: ".load ${extension%.so}" 'SELECT orm_init();')" = 0 ]
"$root/usr/bin/orm" -x "$extension" -d "$root/app.db" init >/dev/null
[ -s "$root/usr/share/man/man1/orm.1.gz" ]
pc=$(find "$root" -name orm.pc)
grep -q "^Version: $(cat VERSION)$" "$pc"
grep -q "^libdir=/usr/lib/" "$pc"
