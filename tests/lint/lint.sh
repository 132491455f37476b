#!/bin/sh
# lint.sh [CHECK...]: checks the code without running it. Prints a line a check,
# and the complaints of a failed one. Without arguments it runs all checks; those
# are the names at the end of this file. Run it from the top, after make.

here=$(dirname "$0")
chosen=" $* "
status=0

check() { # check NAME COMMAND...
  name=$1; shift
  case $chosen in
    *" $name "*|"  ") ;;
    *) return ;;
  esac
  if output=$("$@" 2>&1); then
    echo "ok      $name"
  else
    status=1
    echo "FAILED  $name"
    echo "$output" | sed '/ warnings* generated/d; s/^/    /'
  fi
}

# each COMMAND...: runs it for each source file, {}, several at a time.
each() {
  printf '%s\n' ext/*/*.c | xargs -P "$(nproc)" -I {} "$@"
}

# The warnings beyond those of the build. Only the strings of generated headers
# are longer than C11 promises.
c="-std=c11 -fPIC -Iext -Ibuild/gen -Wall -Wextra -Wshadow -Wpedantic -Werror
  -Wno-overlength-strings -Wstrict-prototypes -Wmissing-prototypes
  -Wold-style-definition -Wpointer-arith -Wwrite-strings -Wcast-qual -Wundef
  -Wvla -Wformat=2 -Wimplicit-fallthrough -Wswitch-enum"

only_entry_point() {
  names=$(nm -D --defined-only build/orm.so | cut -d ' ' -f 3)
  [ "$names" = sqlite3_orm_init ] || { echo "$names"; return 1; }
}

# A user's table may have the name of a table-valued function: see db_home() in
# ext/base/context.h.
table_functions() {
  ! grep -nE '(^|[^.a-z_])(json_each|json_tree|pragma_[a-z_]+)\(' ext/*/*.c
}

check format clang-format --dry-run -Werror ext/*/*.[ch] tests/*.c
check rooms awk -f "$here/rooms.awk" ext/*/*.[ch]
check sizes awk -f "$here/sizes.awk" ext/*/*.[ch] tests/*.c
check names awk -f "$here/unique.awk" ext/*/*.[ch]
check headers awk -f "$here/headers.awk" ext/*/*.h ext/*/*.c
check table-functions table_functions
check words awk -f "$here/words.awk" ext/*/*.[ch]
check spelling sh "$here/prose.sh" spelling
check phrases sh "$here/prose.sh" phrases
check exports only_entry_point
# gcc finds uninitialized variables and the like only when it optimizes.
check gcc each gcc $c -O2 -c -o /dev/null {}
# -Wswitch-enum and -Wcovered-switch-default: a switch over an enum has all its
# values and no default, so the compiler finds each place that a new value
# concerns.
check clang each clang $c -Wcovered-switch-default -fsyntax-only {}
check clang-tidy each clang-tidy --quiet \
  --config-file="$here/clang-tidy.yaml" {} -- $c

exit $status
