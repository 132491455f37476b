#!/bin/sh
# platforms.sh [PLATFORM...]: build orm and a sqlite3 shell for each platform
# that this machine has a compiler and an emulator for, and compare what they do
# with what this machine does: the tutorial, names of files, threads; for some,
# tests in Tcl as well. One line a platform and a check.
#
# Run it from the top, after make (`make platforms` does both). All files are in
# build/platforms/.

set -u
top=$(pwd)
here=$top/packages/platforms
sqlite=$top/build/sqlite
place=$top/build/platforms
debian=$(dpkg --print-architecture 2>/dev/null || echo none)
status=0

# name|compiler|runner|ending of a library|architecture of Debian for Tcl
# "native" comes first: the others are compared with it.
platforms() {
  cat <<END
native|${CC:-cc}||so|
i386|gcc -m32 -idirafter /usr/include/x86_64-linux-gnu||so|i386
arm64|aarch64-linux-gnu-gcc|qemu-aarch64 -L /usr/aarch64-linux-gnu|so|arm64
s390x|s390x-linux-gnu-gcc|qemu-s390x -L /usr/s390x-linux-gnu|so|s390x
musl|musl-gcc||so|
windows|x86_64-w64-mingw32-gcc|wine|dll|
END
}

# Digests, versions and texts: the tests that byte order or the size of a
# pointer could break. Under an emulator each takes up to a minute.
tcl_tests="xxh3 types nearest"

say() { printf '%-8s %-9s %s\n' "$name" "$1" "$2"; }
failed() { status=1; say "$1" "FAILED: $2"; }

has() { command -v "${1%% *}" >/dev/null; }

# compile OUTPUT ARGUMENT...: unless the output is there already
compile() {
  output=$1; shift
  [ ! "$output" -nt "$top/dist/orm.c" ] || return 0
  $compiler -O1 -I"$sqlite" -o "$output" "$@" $libraries >"$output.log" 2>&1 ||
    { cat "$output.log"; return 1; }
}

build() {
  libraries='-lm -lpthread -ldl' fpic=-fPIC
  [ "$name" != windows ] || { libraries=-static fpic=; }
  # SQLite is compiled once.
  [ -e sqlite3.o ] ||
    $compiler -O1 -DSQLITE_ENABLE_FTS5 -c "$sqlite/sqlite3.c" || return
  compile shell.exe "$sqlite/shell.c" sqlite3.o &&
    compile threads.exe "$here/threads.c" sqlite3.o &&
    compile orm.$ending -std=c11 -Wall -Wextra -Werror $fpic -shared "$top/dist/orm.c"
}

# The shell as the command sqlite3, which the tutorial calls.
wrap() {
  mkdir -p bin
  printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$runner" "$(pwd)/shell.exe" >bin/sqlite3
  chmod +x bin/sqlite3
}

# Removes what differs by place and time.
normal() {
  sed -e 's/\r$//' -e "s|$place/[a-z0-9]*|PLACE|g" -e 's|/tmp/[A-Za-z0-9._]*|TMP|g' \
    -e 's/[0-9-]\{10\}[ T][0-9:]\{8\}/TIME/g' -e 's/[0-9a-f]\{16\}\.tmp/N.tmp/' \
    -e 's/orm\.dll/orm.so/g' "$1"
}

compare() { # compare CHECK FILE: with that of the native platform
  normal "$2" >"$2.normal"
  if [ "$name" = native ]; then
    say "$1" "$(wc -l <"$2.normal") lines"
  elif diff "../native/$2.normal" "$2.normal" >"$2.diff"; then
    say "$1" same
  else
    failed "$1" "$(pwd)/$2.diff"
    head -n 10 "$2.diff"
  fi
}

play() {
  PATH=$(pwd)/bin:$PATH sh "$top/sql/tutorial/demo.sh" orm.so \
    >tutorial.out 2>&1 || failed tutorial "$(tail -n 1 tutorial.out)"
  compare tutorial tutorial.out
}

paths() {
  rm -rf paths.db* 'Ordner äöü' 'Sicherung 日本.db'*
  bin/sqlite3 -cmd '.load ./orm' paths.db <"$here/paths.sql" >paths.out 2>&1
  compare paths paths.out
}

threads() {
  $runner ./threads.exe ./orm threads.db >threads.out 2>&1 || failed threads "$(pwd)/threads.out"
  compare threads threads.out
}

# --- Tcl of another architecture ----------------------------------------------

# Downloads Debian's Tcl of an architecture and unpacks it, without installing.
fetch_tcl() {
  root=$(pwd)/root
  [ ! -e "$root/usr/bin/tclsh8.6" ] || return 0
  mkdir -p "$root/apt/lists/partial" "$root/apt/archives/partial"
  : >"$root/apt/status"
  set -- -q -o APT::Architecture="$arch" -o APT::Architectures="$arch" \
    -o Dir::State="$root/apt" -o Dir::State::status="$root/apt/status" \
    -o Dir::Cache="$root/apt" -o APT::Install-Recommends=0
  apt-get "$@" update && apt-get "$@" -y --download-only install tcl libsqlite3-tcl &&
    for deb in "$root"/apt/archives/*.deb; do dpkg -x "$deb" "$root"; done
}

run_tcl() {
  libraries= fpic=-fPIC
  fetch_tcl >fetch.log 2>&1 || { say tcl "skipped: $(tail -n 1 fetch.log)"; return; }
  triplet=$(basename "$(dirname "$(ls root/usr/lib/*/libtcl8.6.so)")")
  mkdir -p build
  rm -rf tests sql # the tests look for build/ beside them
  cp -R "$top/tests" "$top/sql" . && cp orm.so build/
  compile build/parsed.so -std=c11 $fpic -shared -fvisibility=hidden -I"$top/ext" \
    -I"$top/build/gen" "$top/tests/parsed.c" \
    $(ls "$top"/ext/*/*.c | grep -v /api/orm.c)
  compile build/faultshim.so -std=c11 $fpic -shared -I/usr/include/tcl8.6 \
    "$top/tests/faultshim.c" "root/usr/lib/$triplet/libsqlite3.so.0"
  for test in $tcl_tests; do
    case $arch in
      i386) set -- root/lib/ld-linux.so.2 --library-path "root/usr/lib/$triplet:root/lib/$triplet" ;;
      *) set -- ${runner% -L *} -L root ;;
    esac
    result=$(ORM_LIB=$(pwd)/build/orm.so "$@" root/usr/bin/tclsh8.6 "tests/$test.test" |
      tee "$test.out" | tail -n 1)
    case $result in
      *', 0 failed') say "$test" "$result" ;;
      *) failed "$test" "$result ($(pwd)/$test.out)" ;;
    esac
  done
}

# ------------------------------------------------------------------------------

WINEPREFIX=$place/wine WINEDEBUG=-all
export WINEPREFIX WINEDEBUG
! has wine || wine cmd /c exit >/dev/null 2>&1
chosen=" $* "
while IFS='|' read -r name compiler runner ending arch <&3; do
  case $chosen in "  " | *" $name "*) ;; *) [ "$name" = native ] || continue ;; esac
  has "$compiler" || { say skipped "no ${compiler%% *}"; continue; }
  [ -z "$runner" ] || has "$runner" || { say skipped "no ${runner%% *}"; continue; }
  mkdir -p "$place/$name" && cd "$place/$name" || exit
  build || { failed build "$(pwd)"; continue; }
  wrap
  play
  paths
  threads
  if [ -n "$arch" ] && [ "$debian" != none ] && has apt-get; then run_tcl; fi
done 3<<END
$(platforms)
END
exit $status
