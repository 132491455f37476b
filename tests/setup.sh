#!/bin/sh
# setup.sh GOAL...: install what `make GOAL...` needs and this machine lacks.
#
# Each need is probed for, so a machine that has it from elsewhere is left
# alone, and a second run installs nothing. Installs on Debian and its kin;
# on other systems it says what is missing.

cc=${CC:-cc}
missing=

need() { # need PACKAGE... -- PROBE...: the packages, unless the probe succeeds
  packages=
  while [ "$1" != -- ]; do packages="$packages $1"; shift; done
  shift
  "$@" >/dev/null 2>&1 || missing="$missing$packages"
}

program() { command -v "$1"; }
header() { echo "#include <$1>" | $cc -E -; }
tcl() { echo "exit [catch {$1}]" | tclsh; }

need_build() {
  case $cc in
    *clang*) need clang -- program $cc ;;
    *) need gcc -- program $cc ;;
  esac
  need libc6-dev -- header stdlib.h
  need libsqlite3-dev -- header sqlite3ext.h
  need libxxhash-dev -- header xxhash.h
}

need_test() {
  need sqlite3 -- program sqlite3
  need tcl -- program tclsh
  need libsqlite3-tcl -- tcl 'package require sqlite3'
  need tcl-dev -- tcl \
    'file size [file join [tcl::pkgconfig get includedir,runtime] tcl.h]'
}

# What the tests of clients do without, and say so, where it is missing.
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

# Beside which orm is measured; what cannot be had is left out.
need_bench() {
  python=/usr/bin/python3
  need python3 -- $python -c 1
  need python3-alembic -- $python -c 'import alembic'
  need python3-django -- $python -c 'import django'
  need python3-migrate -- $python -c 'import migrate'
  need sqlite3-tools -- program sqldiff
}

need_lint() {
  for name in gcc clang clang-format clang-tidy; do
    need $name -- program $name
  done
  need binutils -- program nm
}

for goal; do
  case $goal in
    help | clean | uninstall) continue ;;
    demo) need sqlite3 -- program sqlite3 ;;
    test | corpus) need_test ;;
    setup-clients) need_clients ;;
    bench) need_bench ;;
    asan) need_test; need gcc -- program gcc ;;
    valgrind) need_test; need valgrind libc6-dbg -- program valgrind ;;
    lint) need_lint ;;
  esac
  need_build
done
[ -n "$missing" ] || exit 0

echo "missing:$missing"
if ! command -v apt-get >/dev/null; then
  echo "install them first (these are the names of Debian's packages)"
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  sudo=
elif command -v sudo >/dev/null; then
  sudo=sudo
else
  echo "install them as root: apt-get install$missing"
  exit 1
fi
$sudo apt-get update -q &&
  $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qy --no-install-recommends $missing
