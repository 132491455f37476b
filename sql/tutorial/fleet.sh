#!/bin/sh
# fleet.sh DIRECTORY [JOBS]: bring every database of a directory, DIRECTORY/*.db,
# up to the newest version in the repository, JOBS of them at a time (4).
#
# For each, db_upgrade.sql is run, in the directory where this script is, by a
# sqlite3 of its own. One that fails stays at the version that it was at, with
# the new ones recorded as pending, and the others go on. The last lines say which
# failed; then the exit status is not 0. Run it again whenever you like: where
# there is nothing to do, nothing is done. Interrupted, it begins no more.

set -eu

usage() {
  echo 'usage: sh fleet.sh DIRECTORY [JOBS]' >&2
  exit 2
}

upgrade() { # a database: prints its line
  name=${1##*/}
  if said=$(sqlite3 -bail "$1" <db_upgrade.sql 2>&1); then
    mkdir "$state/done/$name"
    printf '%s: %s\n' "$name" "$said"
  else
    printf '%s: FAILED: %s\n' "$name" "$said"
  fi
}

work() { # through databases: each is for whoever comes to it first
  for database; do
    [ ! -e "$state/stop" ] || return 0
    mkdir "$state/taken/${database##*/}" 2>/dev/null || continue
    upgrade "$database"
  done
}

if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -d "$1" ]; then usage; fi
jobs=${2:-4}
case $jobs in *[!0-9]* | 0*) usage ;; esac
fleet=$(cd "$1" && pwd)
cd "$(dirname "$0")"

set -- "$fleet"/*.db
[ -e "$1" ] || { echo "fleet.sh: no databases in $fleet" >&2; exit 1; }

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
trap ': >"$state/stop"' HUP INT TERM
mkdir "$state/taken" "$state/done"
while [ "$jobs" -gt 0 ]; do
  work "$@" &
  jobs=$((jobs - 1))
done
until wait; do :; done   # a signal ends a wait

failed=
count=0
for database; do
  name=${database##*/}
  if [ -d "$state/done/$name" ]; then continue; fi
  count=$((count + 1))
  failed="$failed
  $name"
done
printf '%s databases, %s not upgraded%s\n' $# $count "$failed"
[ $count = 0 ]
