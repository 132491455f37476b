#!/bin/sh
# fleet.sh [OPTION...] DIRECTORY [JOBS]: upgrade every database of a directory,
# DIRECTORY/*.db, to the newest version in the repository, JOBS of them at a time
# (4).
#
#   --first N      only the first N databases: canaries
#   --stop N       after N failures, begin no more
#   --report FILE  write a row for each database to FILE, an SQLite database, and
#                  skip the databases that FILE says are at the newest version
#
# For each database, a sqlite3 of its own runs db_upgrade.sql, in the directory of
# this script. A database that fails stays at its version, with the new versions
# recorded as pending, and the others go on. The last lines name those that
# failed; then the exit status is not 0. The script can be run again at any time,
# also after it was killed: where nothing is to do, nothing is done. After an
# interrupt it begins no more.

set -eu

usage() {
  echo 'usage: sh fleet.sh [--first N] [--stop N] [--report FILE] DIRECTORY [JOBS]' >&2
  exit 2
}

number() { # fails unless $1 is a number from 1
  case $1 in '' | *[!0-9]* | 0*) usage ;; esac
}

# Sets `quoted` to a text as an SQL literal. Most texts need no process for it.
quote() {
  quoted=$1
  case $1 in *\'*) quoted=$(printf %s "$1" | sed "s/'/''/g") ;; esac
  quoted="'$quoted'"
}

# ---- the report --------------------------------------------------------------

# One row for each database. Reports of several hosts can be put together: host
# and file are the key.
prepare_report() {
  sqlite3 -bail "$report" "PRAGMA journal_mode = wal;
    CREATE TABLE IF NOT EXISTS fleet (
      host TEXT, file TEXT,
      result TEXT NOT NULL,       -- done, failed
      version INTEGER,            -- of the database afterwards
      message TEXT,               -- of the failure
      at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
      ms INTEGER,                 -- the time that it took
      PRIMARY KEY (host, file)
    );" >/dev/null
}

# Prints the newest version in the repository. It is read into a database in
# memory, so a repository that is wrong ends the script before the first database.
newest_version() {
  sqlite3 -bail :memory: '.read config.sql' \
    'SELECT NULL WHERE orm_import(:repository) IS NULL' \
    'SELECT max(version) FROM orm_migration'
}

# Marks the databases that are at this version.
mark_done() { # the version
  quote "$fleet"
  sqlite3 -bail "$report" "SELECT file FROM fleet WHERE host = $host
    AND result = 'done' AND version = $1
    AND substr(file, 1, length($quoted) + 1) = $quoted || '/'" \
    >"$state/before"
  while IFS= read -r file; do
    true >"$state/out/${file##*/}"
  done <"$state/before"
}

# The row of a success is written by the sqlite3 that upgrades: one process for
# each database.
began="CREATE TEMP TABLE fleet_began AS SELECT julianday('now') AS t"
note_done() { # a database: prints the statements
  quote "$1"
  echo "ATTACH $report_name AS report;
    PRAGMA report.synchronous = normal;
    INSERT OR REPLACE INTO report.fleet(host, file, result, version, ms)
    SELECT $host, $quoted, 'done', orm_version(),
      round((julianday('now') - t) * 86400000) FROM temp.fleet_began"
}

note_failed() { # a database and the message
  quote "$1"
  file=$quoted
  quote "$2"
  sqlite3 -bail -cmd '.timeout 60000' "$report" "
    INSERT OR REPLACE INTO fleet(host, file, result, message)
    VALUES ($host, $file, 'failed', $quoted)" || :
}

# ---- the work ----------------------------------------------------------------

run() { # a database: its output and errors
  if [ -z "$report" ]; then
    sqlite3 -bail "$1" <db_upgrade.sql 2>&1
  else
    sqlite3 -bail "$1" "$began" '.read db_upgrade.sql' "$(note_done "$1")" 2>&1
  fi
}

upgrade() { # a database: prints its line
  name=${1##*/}
  if said=$(run "$1"); then
    true >"$state/done/$name"
    printf '%s: %s\n' "$name" "$said"
  else
    true >"$state/failed/$name"
    printf '%s: FAILED: %s\n' "$name" "$said"
    [ -z "$report" ] || note_failed "$1" "$said"
    stop_after_failures
  fi
}

stop_after_failures() {
  set -- "$state"/failed/*
  [ $# -lt "$stop" ] || true >|"$state/stop"
}

# Takes databases that no other worker has taken. With set -C, > fails if the file
# exists.
work() {
  set -C
  for database; do
    [ ! -e "$state/stop" ] || return 0
    name=${database##*/}
    [ ! -e "$state/out/$name" ] || continue
    true 2>/dev/null >"$state/taken/$name" || continue
    upgrade "$database"
  done
}

first=
stop=999999999
report=
while [ $# -gt 1 ]; do
  case $1 in
    --first) number "$2"; first=$2 ;;
    --stop) number "$2"; stop=$2 ;;
    --report) report=$2 ;;
    -*) usage ;;
    *) break ;;
  esac
  shift 2
done
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -d "$1" ]; then usage; fi
jobs=${2:-4}
number "$jobs"
case $report in '' | /*) ;; *) report=$PWD/$report ;; esac
fleet=$(cd "$1" && pwd)
cd "$(dirname "$0")"

set -- "$fleet"/*.db
[ -e "$1" ] || { echo "fleet.sh: no databases in $fleet" >&2; exit 1; }

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
trap 'true >|"$state/stop"' HUP INT TERM
mkdir "$state/taken" "$state/done" "$state/failed" "$state/out"
if [ -n "$report" ]; then
  quote "$(uname -n)"
  host=$quoted
  quote "$report"
  report_name=$quoted
  prepare_report || exit 1
  newest=$(newest_version) || exit 1
  mark_done "$newest" || exit 1
fi

# The databases to upgrade; the others are marked in out/.
selected=0
before=0
left=0
for database; do
  out=$state/out/${database##*/}
  if [ -e "$out" ]; then
    before=$((before + 1))
  elif [ -n "$first" ] && [ $selected -ge "$first" ]; then
    left=$((left + 1))
    true >"$out"
  else
    selected=$((selected + 1))
  fi
done

while [ "$jobs" -gt 0 ]; do
  work "$@" &
  jobs=$((jobs - 1))
done
until wait; do :; done   # a signal ends a wait

# With a report, the databases that were not begun are a number.
failed=
count=0
for database; do
  name=${database##*/}
  if [ -e "$state/done/$name" ] || [ -e "$state/out/$name" ]; then continue; fi
  if [ -n "$report" ] && [ ! -e "$state/failed/$name" ]; then
    left=$((left + 1))
    selected=$((selected - 1))
    continue
  fi
  count=$((count + 1))
  failed="$failed
  $name"
done
line="$selected databases, $count not upgraded"
[ $left = 0 ] || line="$line, $left left"
[ $before = 0 ] || line="$line, $before were at version $newest"
printf '%s%s\n' "$line" "$failed"
[ $count = 0 ]
