#!/bin/sh
# litestream.sh DIR: replicate a database with Litestream to a folder, in DIR,
# while versions go up and down on ROWS rows (200,000). Then restore the database
# at three points in time, each of them after a change, and at moments in
# between. Each copy must be exactly the database at one version. The last line
# is the count of the checks.

set -eu
rows=${ROWS:-200000}
lib=$PWD/build/orm
package=@flydotio/litestream-linux-x64
prefix=$PWD/build/cluster
litestream=$prefix/node_modules/$package/litestream
if [ ! -x "$litestream" ] && ! npm install --no-audit --no-fund --silent \
    --prefix "$prefix" "$package@1.0.1" >/dev/null 2>&1; then
  echo "skipped: Litestream: npm cannot install $package"
  exit
fi
if ! version=$("$litestream" version 2>/dev/null); then
  echo "skipped: Litestream: $package does not run on this machine"
  exit
fi
mkdir -p "$1"
cd "$1"
began=$(date +%s)
passed=0
failed=0

check() { # NAME GOT EXPECTED
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    printf '%4ss  %s\n' $(($(date +%s) - began)) "$1"
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n  expected: %s\n  got:      %s\n' "$1" "$3" "$2"
  fi
}

db() { sqlite3 -bail app.db '.timeout 10000' ".load $lib" "$@"; }

# Prints the version of a file and a checksum of its schema and rows. (The memo
# that nothing is to do, a rowid, is not in a dump.)
state() {
  echo "$(sqlite3 "$1" ".load $lib" 'SELECT orm_version()')" \
    "$(sqlite3 "$1" .dump | sha256sum)"
}

now() { date -u +%Y-%m-%dT%H:%M:%S.%NZ; }

db 'PRAGMA journal_mode = wal' "
  SELECT orm_declare('CREATE TABLE item(id INTEGER PRIMARY KEY, amount TEXT)');
  SELECT orm_migrate('items');
  INSERT INTO item(amount) WITH RECURSIVE c(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $rows) SELECT n FROM c;" \
  >out
cat >litestream.yml <<END
dbs:
  - path: $PWD/app.db
    replicas:
      - type: file
        path: $PWD/replica
        sync-interval: 100ms
END
"$litestream" replicate -config litestream.yml >log 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || :' EXIT
sleep 2
echo "Litestream $version"
check 'Litestream runs' "$(kill -0 $server && echo yes)" yes

# A point in time is a second after a change: Litestream looks each 100 ms.
point() { # NUMBER SQL...
  number=$1
  shift
  db "$@" >out
  sleep 1.5
  now >"time$number"
  state app.db >"state$number"
  sleep 1
}

now >start
point 1 "UPDATE orm_column SET definition = 'INTEGER' WHERE name = 'amount';
  SELECT orm_migrate('numbers');"
point 2 "INSERT INTO orm_column(model, name, definition, backfill)
    VALUES ('Item', 'tax', 'INTEGER NOT NULL', 'amount / 5');
  SELECT orm_migrate('taxes');
  UPDATE orm_column SET name = 'price' WHERE name = 'amount';
  SELECT orm_migrate('prices');"
point 3 'SELECT orm_downgrade(1)'
now >end
db 'SELECT orm_upgrade(2)' 'SELECT orm_upgrade()' >out
check 'it replicated all the time' "$(kill -0 $server && echo yes)" yes
kill $server
wait $server || :

restore() { # FILE TIME
  rm -f "$1"
  "$litestream" restore -config litestream.yml -o "$1" -timestamp "$2" \
    "$PWD/app.db" >>log 2>&1
}

for number in 1 2 3; do
  restore copy.db "$(cat time$number)"
  check "point $number is version $(cut -d ' ' -f 1 state$number)" \
    "$(state copy.db)" "$(cat state$number)"
  check '  and a sound database' \
    "$(sqlite3 copy.db 'PRAGMA integrity_check' 'PRAGMA foreign_key_check')" ok
done

# Moments in between, of which some are in the middle of a change.
first=$(date -d "$(cat start)" +%s%N)
last=$(date -d "$(cat end)" +%s%N)
versions=
for i in 1 2 3 4 5 6 7 8; do
  moment=$((first + (last - first) * i / 9))
  restore copy.db "$(date -u -d "@$((moment / 1000000000)).$(
    printf %09d $((moment % 1000000000)))" +%Y-%m-%dT%H:%M:%S.%NZ)"
  versions="$versions $(sqlite3 copy.db ".load $lib" "SELECT CASE
    WHEN (SELECT count(*) FROM item) = $rows AND json_extract(orm_status(),
      '\$.drift') = '[]' THEN orm_version() ELSE 'broken' END")"
done
check "8 moments in between are at versions$versions" \
  "$(echo "$versions" | grep -c broken)" 0

echo "$(($(date +%s) - began)) seconds"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
