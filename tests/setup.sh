#!/bin/sh
# setup.sh GOAL...: check for the packages that `make GOAL...` needs, and install
# those that this machine lacks.
#
# Each need is probed for, so a package that came from elsewhere counts, and a
# second run installs nothing. The goals that only build (all, install) install
# nothing: they fail with the line to type. So does every goal on a system without
# apt-get, and for a user who is neither root nor allowed to use sudo.
#
# V=1 shows the output of apt-get. Otherwise it is in build/setup.log.

cc=${CC:-cc}
missing=

need() { # need PACKAGE... -- PROBE...: the packages, unless the probe succeeds
  packages=
  while [ "$1" != -- ]; do packages="$packages $1"; shift; done
  shift
  "$@" >/dev/null 2>&1 && return
  for package in $packages; do
    case " $missing " in
      *" $package "*) ;;
      *) missing="$missing $package" ;;
    esac
  done
}

program() { command -v "$1"; }
header() { echo "#include <$1>" | $cc -E -; }
tcl() { echo "exit [catch {$1}]" | tclsh; }
# Without a compiler a header is looked for where Debian has it.
has_header() {
  if program "$cc"; then header "$1"; else ls /usr/include/"$1"; fi
}

need_build() {
  case $cc in
    *clang*) need clang -- program "$cc" ;;
    *) need gcc -- program "$cc" ;;
  esac
  need libc6-dev -- has_header stdlib.h
  need libsqlite3-dev -- has_header sqlite3ext.h
}

need_test() {
  need sqlite3 -- program sqlite3
  need git -- program git
  need tcl -- program tclsh
  need libsqlite3-tcl -- tcl 'package require sqlite3'
  need tcl-dev -- tcl \
    'file size [file join [tcl::pkgconfig get includedir,runtime] tcl.h]'
}

# The tests of clients skip, and name, the clients that are missing.
need_clients() {
  python=/usr/bin/python3
  need python3-flask-sqlalchemy -- $python -c 'import flask_sqlalchemy'
  need python3-alembic -- $python -c 'import alembic'
  need python3-django -- $python -c 'import django'
  need python3-apsw -- $python -c 'import apsw'
  need php-cli php-sqlite3 -- php -r 'new PDO("sqlite::memory:");
    new SQLite3(":memory:");'
  need libdbd-sqlite3-perl -- perl -MDBD::SQLite -e 1
  need ruby ruby-sqlite3 -- ruby -e 'require "sqlite3"'
}

# The tools that orm is measured beside.
need_bench() {
  python=/usr/bin/python3
  need python3 -- $python -c 1
  need python3-alembic -- $python -c 'import alembic'
  need python3-django -- $python -c 'import django'
  need python3-migrate -- $python -c 'import migrate'
  need sqlite3-tools -- program sqldiff
}

# libFuzzer is in a package of its own, which has clang's version in its name.
fuzzer() {
  echo 'int LLVMFuzzerTestOneInput(const char *z, unsigned long n) {
    return z && n > 9; }' | clang -fsanitize=fuzzer -x c - -o /dev/null
}
need_fuzz() {
  need clang -- program clang
  version=$(apt-cache depends clang 2>/dev/null |
    sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')
  need "libclang-rt-${version:-14}-dev" -- fuzzer
}

need_sqlite_source() {
  [ -e build/sqlite/shell.c ] || need npm -- program npm
}

# tests/cluster/run.sh asks for these, and does without a cluster if it cannot get
# them.
need_cluster() {
  need golang-go -- program go
  need libdqlite-dev -- header dqlite.h
  need golang-github-canonical-go-dqlite-dev -- \
    ls /usr/share/gocode/src/github.com/canonical/go-dqlite
}

# Compilers and emulators of other platforms. gcc-multilib cannot be installed
# beside the cross compilers; this is what -m32 needs of it.
need_platforms() {
  need_sqlite_source
  need gcc -- program gcc
  need lib32gcc-12-dev libc6-dev-i386 -- ls /usr/lib32/libc.so.6
  need gcc-aarch64-linux-gnu libc6-dev-arm64-cross -- program aarch64-linux-gnu-gcc
  need gcc-s390x-linux-gnu libc6-dev-s390x-cross -- program s390x-linux-gnu-gcc
  need qemu-user -- program qemu-s390x
  need musl-tools -- program musl-gcc
  need gcc-mingw-w64-x86-64-win32 mingw-w64-x86-64-dev -- program x86_64-w64-mingw32-gcc
  need wine wine64 -- program wine
  need tcl-dev -- ls /usr/include/tcl8.6/tcl.h
}

need_packages() {
  need sqlite3 -- program sqlite3
  need dpkg-dev -- program dpkg-deb
  need lintian -- program lintian
  need python3 -- program python3
  need npm -- program npm
  need binutils -- program objdump
}

need_playground() {
  need_sqlite_source
  need emscripten -- program emcc
}

need_lint() {
  for name in gcc clang clang-format clang-tidy; do
    need $name -- program $name
  done
  need binutils -- program nm
  need hunspell hunspell-en-us hunspell-en-gb -- \
    sh -c 'echo colour | hunspell -l -d en_US,en_GB'
}

may_install=
for goal; do
  case $goal in
    help | clean | uninstall) continue ;;
    all | install | build/*) ;;
    *) may_install=1 ;;
  esac
  case $goal in
    demo | cluster) need sqlite3 -- program sqlite3 ;;
    setup-clients) need_clients ;;
    setup-cluster) need_cluster ;;
    bench) need_bench ;;
    lint) need_lint ;;
    fuzz) need_fuzz ;;
    shell) need_sqlite_source ;;
    platforms) need_platforms ;;
    deb | wheel | npm | packages) need_packages ;;
    playground) need_playground ;;
    dist) need_packages; need_playground ;;
    test | check | corpus | soak | concurrent | crash | ways) need_test ;;
    asan) need_test; need gcc -- program gcc ;;
    valgrind) need_test; need valgrind libc6-dbg -- program valgrind ;;
    matrix) need_test; need gcc -- program gcc; need npm -- program npm ;;
  esac
  need_build
done
[ -n "$missing" ] || exit 0

give_up() { # the line to type, where this script does not install
  echo "Packages are missing. $1:" >&2
  echo "  ${2}apt-get install$missing" >&2
  exit 1
}

if ! program apt-get >/dev/null; then
  echo "Packages are missing (by the names that Debian gives them):$missing" >&2
  exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
  program sudo >/dev/null || give_up 'Run as root' ''
  sudo='sudo '
  # If no password can be typed, sudo must not ask for one.
  [ -t 0 ] || sudo -n true 2>/dev/null || give_up 'Run as root' ''
fi
[ -n "$may_install" ] || give_up 'Run this, then make again' "$sudo"

# The index of packages has a lock of its own, for which apt-get does not wait.
update() {
  tries=0
  until $sudo apt-get -q update; do
    tries=$((tries + 1))
    [ $tries -lt 5 ] || return
    sleep 10
  done
}

get() {
  update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qy \
    -o DPkg::Lock::Timeout=600 install --no-install-recommends $missing
}

echo "  APT-GET install$missing"
if [ "$V" = 1 ]; then get; exit; fi
mkdir -p build
get >build/setup.log 2>&1 </dev/null && exit
cat build/setup.log
give_up 'apt-get failed. Run as root' ''
