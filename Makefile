# orm: models and migrations inside SQLite. `make help` lists the goals.
#
# `make` and `make install` only build. Every other goal first installs the
# packages that it needs, on a Debian. All output goes to build/. V=1 shows the
# commands and the output of apt-get.

CFLAGS ?= -O2 -g
prefix ?= /usr/local
libdir ?= $(prefix)/lib

sources  := $(wildcard ext/*/*.c)
compile  := -std=c11 -fPIC -fvisibility=hidden -Iext -Ibuild/gen \
            -Wall -Wextra -Wshadow -Werror -MMD -MP
link     := -shared -Wl,--no-undefined
sanitize := -O1 -g -fno-omit-frame-pointer \
            -fsanitize=address,undefined -fno-sanitize-recover=all
vpath %.sql sql sql/updates
vpath %.css ext/diagram
vpath %.js ext/diagram
texts     := $(notdir $(wildcard sql/*.sql sql/updates/*.sql ext/diagram/*.css \
               ext/diagram/*.js))
generated := $(foreach text,$(texts),build/gen/$(subst .,_,$(text)).h) \
             build/gen/version.h
tests    := build/orm.so build/faultshim.so build/parsed.so

ifeq (,$(findstring -j,$(MAKEFLAGS)))
MAKEFLAGS += -j$(shell nproc)
endif
.DELETE_ON_ERROR:
.SECONDARY: $(generated)
.PHONY: all help setup setup-clients setup-peers demo test check soak concurrent \
        crash cluster corpus methods matrix bench lint asan fuzz valgrind install uninstall clean

# A command of a rule: one short line, or, with V=1, the command itself.
ifeq ($(V),1)
short =
else ifneq (,$(findstring s,$(firstword -$(MAKEFLAGS))))
short = @
else
short = @printf '  %-4s %s\n' $(1) $(2);
endif

all: build/orm.so  ## build the extension, build/orm.so (half a minute)

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*##/ { printf "  make %-14s %s\n", $$1, $$2 }' \
	  $(MAKEFILE_LIST)
	@echo 'Times are those of a machine with two cores. V=1 shows the commands.'

setup:
	@CC='$(CC)' V='$(V)' tests/setup.sh $(or $(MAKECMDGOALS),all)

# --- The extension ----------------------------------------------------------

build/orm.so: $(sources:ext/%.c=build/obj/%.o)
	$(call short,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) $(link) -o $@ $^

build/obj/%.o: ext/%.c | $(generated) setup
	@mkdir -p $(@D)
	$(call short,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(compile) -c -o $@ $<

# Our own tables are real SQL, and the style of a diagram is real CSS; C sees
# them as strings, one piece a line.
define text_header
build/gen/%_$(1).h: %.$(1)
	@mkdir -p $$(@D)
	@{ echo 'static const char orm_$$*_$(1)[] ='; \
	   sed 's/[\\"]/\\&/g; s/.*/  "&\\n"/' $$<; \
	   echo '  ;'; } >$$@
endef
$(foreach kind,sql css js,$(eval $(call text_header,$(kind))))

build/gen/version.h: VERSION
	@mkdir -p $(@D)
	@awk -F . '{ print "#define ORM_VERSION \"" $$0 "\""; \
	  print "#define ORM_VERSION_NUMBER", 1000000 * $$1 + 1000 * $$2 + $$3 }' \
	  $< >$@

demo: build/orm.so  ## play the tutorial on a fresh database (seconds, once built)
	@sh sql/tutorial/demo.sh $<

# The man page and the completions are printed by bin/orm. They need the sqlite3
# shell; without it, they are left out.
bindir ?= $(prefix)/bin
sharedir ?= $(prefix)/share
build/orm.1: build/orm.so bin/orm
	$(call short,MAN,$@)bin/orm man -x $< >$@ 2>/dev/null || : >$@

install: build/orm.so build/orm.1  ## copy it, stripped, to $(libdir)/sqlite3 (DESTDIR, prefix, libdir)
	install -d '$(DESTDIR)$(libdir)/sqlite3' '$(DESTDIR)$(bindir)' \
	  '$(DESTDIR)$(sharedir)/man/man1' \
	  '$(DESTDIR)$(sharedir)/bash-completion/completions' \
	  '$(DESTDIR)$(sharedir)/zsh/site-functions' '$(DESTDIR)$(libdir)/pkgconfig'
	install -s -m 644 $< '$(DESTDIR)$(libdir)/sqlite3/orm.so'
	sed 's|^default_extension=.*|default_extension="$(libdir)/sqlite3/orm"|' \
	  bin/orm >build/orm.sh
	install -m 755 build/orm.sh '$(DESTDIR)$(bindir)/orm'
	sed 's|@prefix@|$(prefix)|; s|@libdir@|$(libdir)|; s|@version@|$(version)|' \
	  packages/orm.pc.in >build/orm.pc
	install -m 644 build/orm.pc '$(DESTDIR)$(libdir)/pkgconfig/orm.pc'
	[ ! -s build/orm.1 ] || \
	  install -m 644 build/orm.1 '$(DESTDIR)$(sharedir)/man/man1/orm.1'
	bin/orm completion bash >'$(DESTDIR)$(sharedir)/bash-completion/completions/orm'
	bin/orm completion zsh >'$(DESTDIR)$(sharedir)/zsh/site-functions/_orm'

uninstall:  ## and remove it from there
	rm -f '$(DESTDIR)$(libdir)/sqlite3/orm.so' '$(DESTDIR)$(bindir)/orm' \
	  '$(DESTDIR)$(libdir)/pkgconfig/orm.pc' \
	  '$(DESTDIR)$(sharedir)/man/man1/orm.1' \
	  '$(DESTDIR)$(sharedir)/bash-completion/completions/orm' \
	  '$(DESTDIR)$(sharedir)/zsh/site-functions/_orm'

clean:  ## remove build/ and dist/
	rm -rf build dist

include packages/packages.mk

# --- Tests ------------------------------------------------------------------

# T='alter* diff' runs some files only; tests/run.tcl and tests/tester.tcl say
# what else the environment can ask for.
run = tclsh tests/run.tcl $(foreach glob,$(T),'$(glob)')

test: $(tests)  ## run the tests, or only T='glob...' (6 to 8 minutes)
	@$(run)

check: T ?= alter archive backfill declare diff files help migrate model reflect \
            rehearse relate rename run ship tutorial types unrelated vet
check: $(tests)  ## run the most important tests (a minute)
	@$(run)

# Fresh seeds, about a minute's worth at a time: a failed round says which.
MINUTES ?= 30
soak: T ?= journey property ddl
soak: $(tests)  ## try random migrations for MINUTES=30, or until one fails
	@end=$$(($$(date +%s) + 60 * $(MINUTES))); \
	while [ $$(date +%s) -lt $$end ]; do \
	  echo "$$(date +%T), $$(((end - $$(date +%s) + 59) / 60)) minutes left"; \
	  SOAK=$${SOAK-2} $(run) || exit 1; \
	done

concurrent: $(tests)  ## many processes at one file, ROUNDS=200 of each kind (minutes)
	@ROUNDS=$${ROUNDS-200} TIMEOUT=3600 tclsh tests/run.tcl concurrent

crash: $(tests)  ## kill a process while it migrates, ROUNDS=1000 (minutes)
	@ROUNDS=$${ROUNDS-1000} TIMEOUT=3600 tclsh tests/run.tcl crash

cluster: build/orm.so  ## migrate a cluster of dqlite and kill its leaders, KILLS=50; Litestream (4 minutes)
	@sh tests/cluster/run.sh

CORPUS ?= ../shared/corpus
corpus: build/orm.so  ## play real schema histories and pairs, of CORPUS=dir (minutes)
	@tclsh tests/corpus.tcl '$(CORPUS)'

methods: $(tests)  ## try all methods of a change in all states (minutes)
	@METHODS=all tclsh tests/run.tcl methods

matrix: $(tests)  ## run the tests on five versions of SQLite (half an hour)
	@sh tests/matrix.sh $(foreach glob,$(T),'$(glob)')

ROWS ?= 1000000
TABLES ?= 10 100 1000
PARTS ?= change start versions cost objects
bench: build/orm.so setup-peers  ## time it beside others: ROWS=100000 PARTS=versions (half an hour)
	@/usr/bin/python3 tests/bench/bench.py $< tests/bench/results.md \
	  --rows $(ROWS) --tables $(TABLES) --parts $(PARTS)

lint: build/orm.so  ## check format, rooms, sizes, names, comments, warnings (minutes)
	@tests/lint/lint.sh

# The tests of clients try those that are there. Node's driver is compiled,
# which takes a minute; it is done where npm is there, and done without if it
# fails.
setup-clients: setup  ## install the clients of the README, for make test
	@[ -e build/clients/node_modules/better-sqlite3/build ] || \
	! command -v npm >/dev/null || \
	npm install --no-audit --no-fund --prefix build/clients \
	  $(if $(wildcard /usr/include/node/node.h),--nodedir=/usr) \
	  better-sqlite3@12 || echo 'better-sqlite3 cannot be installed here'
	@[ -e build/clients/node_modules/dbmate ] || ! command -v npm >/dev/null || \
	npm install --no-audit --no-fund --prefix build/clients dbmate@2 || \
	echo 'dbmate cannot be installed here'

# The tools of other languages that it is measured beside, where npm is there.
setup-peers: setup-clients
	@[ -e build/clients/node_modules/typeorm ] || \
	! command -v npm >/dev/null || \
	npm install --no-audit --no-fund --prefix build/clients \
	  drizzle-kit@0.31 drizzle-orm@0.45 typeorm@0.3 || \
	echo 'drizzle and typeorm cannot be installed here'

build/faultshim.so: tests/faultshim.c | setup
	@mkdir -p $(@D)
	$(call short,CC,$<)$(CC) $(CFLAGS) $(compile) -shared -o $@ $< -lsqlite3 \
	  -I"$$(echo 'puts [tcl::pkgconfig get includedir,runtime]' | tclsh)"

# orm's parser, for tests that look at what it makes of a text.
build/parsed.so: tests/parsed.c $(filter-out build/obj/api/orm.o,\
                                   $(sources:ext/%.c=build/obj/%.o))
	$(call short,CC,$<)$(CC) $(CFLAGS) $(compile) -shared -o $@ $(filter %.c %.o,$^)

# gcc whatever CC is: its runtime library can be asked for by name.
build/asan/orm.so: $(sources:ext/%.c=build/asan/%.o)
	$(call short,LINK,$@)gcc $(sanitize) $(link) -o $@ $^

build/asan/%.o: ext/%.c | $(generated) setup
	@mkdir -p $(@D)
	$(call short,CC,$<)gcc $(CPPFLAGS) $(sanitize) $(compile) -c -o $@ $<

# The runtime must be there before tclsh's first malloc. orm.so is preloaded as
# well, or it would be unmapped, and a leak in it nameless, when leaks are
# looked for.
asan: build/asan/orm.so $(tests)  ## run the tests under ASan and UBSan (half an hour)
	@preload="$$(gcc -print-file-name=libasan.so) $(abspath $<)"; \
	ORM_LIB=$< TCLSH="env {LD_PRELOAD=$$preload} tclsh" $(run)

# The target is tests/fuzz_objects.c; its seeds are in tests/fuzz_objects/. New
# inputs that reach new code are kept in build/fuzz/corpus. An input that fails
# is written to build/fuzz/, and `build/fuzz_objects FILE` repeats it.
fuzzed := -DSQLITE_CORE -DCHUNK_SIZE=0 -O1 -g -fno-omit-frame-pointer \
          -fno-sanitize-recover=all
build/fuzz_objects: tests/fuzz_objects.c $(sources:ext/%.c=build/fuzz/%.o)
	$(call short,CC,$<)clang $(CPPFLAGS) $(fuzzed) $(compile) \
	  -fsanitize=fuzzer,address,undefined -o $@ $^ -lsqlite3

build/fuzz/%.o: ext/%.c | $(generated) setup
	@mkdir -p $(@D)
	$(call short,CC,$<)clang $(CPPFLAGS) $(fuzzed) $(compile) \
	  -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<

fuzz: build/fuzz_objects  ## fuzz JSON, keys and lists of members for MINUTES=30
	@mkdir -p build/fuzz/corpus
	@$< -max_total_time=$$((60 * $(MINUTES))) -dict=tests/fuzz_objects.dict \
	  -max_len=4096 -timeout=60 -artifact_prefix=build/fuzz/ \
	  -print_final_stats=1 build/fuzz/corpus tests/fuzz_objects

# Valgrind is some 30 times slower: the loops are made shorter.
# Those that start many processes or repeat what others run would take hours.
valgrind: T ?= alter* parse* diff declare model types property scale help
valgrind: $(tests)  ## run some tests, reduced, under valgrind (half an hour)
	@SOAK=$${SOAK-0.02} TCLSH="valgrind -q --error-exitcode=99 \
	  --leak-check=full --show-leak-kinds=definite \
	  --errors-for-leak-kinds=definite --keep-debuginfo=yes tclsh" $(run)

-include $(wildcard build/*.d build/obj/*/*.d build/asan/*/*.d \
  build/fuzz/*/*.d)
