#!/bin/sh
# deb.sh LIBRARY VERSION: make dist/sqlite3-orm_VERSION_ARCH.deb. The library is
# the extension, as it is to be installed. SOURCE_DATE_EPOCH is the time of all
# files. MAINTAINER is the maintainer. Run it from the top, after make.

set -eu
umask 022
library=$1 version=$2
# A distributor sets its own address.
maintainer=${MAINTAINER:-the orm authors <orm@orm.invalid>}
here=$(dirname "$0")
arch=$(dpkg --print-architecture)
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
stage=build/deb
docs=$stage/usr/share/doc/sqlite3-orm

rm -rf "$stage"
make -s install DESTDIR="$stage" prefix=/usr libdir="/usr/lib/$triplet" >/dev/null
install -m 644 "$library" "$stage/usr/lib/$triplet/sqlite3/orm.so"
gzip -9n "$stage/usr/share/man/man1/orm.1"
mkdir -p "$stage/usr/share/zsh/vendor-completions"
mv "$stage/usr/share/zsh/site-functions/_orm" "$stage/usr/share/zsh/vendor-completions/"
rmdir "$stage/usr/share/zsh/site-functions"

mkdir -p "$docs"
date=$(date -u -R -d "@$SOURCE_DATE_EPOCH")
printf '%s\n' "sqlite3-orm ($version) unstable; urgency=medium" '' \
  "  * Release $version." '' " -- $maintainer  $date" |
  gzip -9n >"$docs/changelog.gz"
indented() { sed 's/^ *$/./; s/^/ /'; } # as a field of a control file
sed -n '/^Permission is/,$p' LICENSE | indented >build/license
sed -n '/^\*\* Redistribution and/,/^\*\/$/p' ext/base/xxh3.c |
  sed '/^\*\/$/d; s/^\*\* *//' | indented >build/xxhash-license
sed -e '/@LICENSE@/{r build/license' -e 'd;}' \
  -e '/@XXHASH@/{r build/xxhash-license' -e 'd;}' "$here/copyright" >"$docs/copyright"

# The newest symbol version of the C library that the extension needs.
libc=$(objdump -T "$library" | sed -n 's/.*GLIBC_\([0-9.]*\).*/\1/p' |
  sort -uV | tail -n 1)
mkdir -p "$stage/DEBIAN"
sed -e "s/@version@/$version/; s/@arch@/$arch/; s/@libc@/$libc/" \
  -e "s/@maintainer@/$maintainer/" \
  -e "s/@size@/$(du -sk --apparent-size "$stage/usr" | cut -f 1)/" \
  "$here/control.in" >"$stage/DEBIAN/control"
(cd "$stage" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$stage/DEBIAN/md5sums"
chmod 755 "$stage/usr/bin/orm"
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz --build "$stage" "dist/sqlite3-orm_${version}_$arch.deb" >/dev/null
