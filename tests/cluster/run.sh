#!/bin/sh
# run.sh: install what the tests of replication need, build them, and run them:
# a cluster of dqlite (cluster.go), then Litestream (litestream.sh). A test whose
# packages are missing is skipped with the reason. The last line is the sum.
# `make cluster` calls this.

cd "$(dirname "$0")/../.." || exit 1
here=tests/cluster
build=$PWD/build/cluster
log=$build/log
mkdir -p "$build"
: >"$log"
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
trap 'exit 1' HUP INT TERM

skip() { echo "skipped: $*"; }

build_cluster() {
  GO111MODULE=off GOPATH=/usr/share/gocode CGO_LDFLAGS_ALLOW=-Wl,-z,now \
    GOCACHE=$build/go go build -tags libsqlite3 -o "$build/cluster" $here/*.go
}

dqlite() {
  tests/setup.sh setup-cluster >"$build/setup" 2>&1 || {
    skip "dqlite: $(tail -n 1 "$build/setup")"
    return
  }
  build_cluster || return
  echo "dqlite $(dpkg-query -W -f '${Version}' libdqlite0 2>/dev/null)"
  mkdir "$data/dqlite"
  "$build/cluster" test "$PWD/build/orm.so" "$data/dqlite"
}

litestream() {
  command -v npm >/dev/null || { skip 'Litestream: npm is missing'; return; }
  sh $here/litestream.sh "$data/litestream"
}

for part in dqlite litestream; do
  $part || echo "FAILED: $part"
done 2>&1 | tee "$log"
# A part that failed before it counted is one failure.
awk '/^FAILED: (dqlite|litestream)$/ { broken++ }
  /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
  END {
    if (broken && !failed) failed = broken
    print passed + 0 " passed, " failed + 0 " failed"
    exit failed > 0
  }' "$log"
