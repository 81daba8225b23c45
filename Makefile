# uvmsim: make, make demo, make check; make help lists the rest.
#
# One non-recursive makefile.  Sources are found by wildcard, header
# dependencies come from the compiler (-MMD), everything built goes under
# $(BUILD).  Variants are variables, each with its own build directory:
#
#	make SAN=1	address and undefined-behaviour sanitizers, libc's malloc
#	make DEBUG=1	machine_check() after every operation, junk fill
#	make COV=1	gcov instrumentation
#	make CC=clang	another compiler (objects go to build-clang)

VERSION	= 0.1.0
SOMAJOR	= 0

ifeq ($(origin CC),default)
CC	= gcc
endif

ifdef SAN
VARIANT	:= $(VARIANT)-asan
OPT	?= -O1
CFLAGS_VARIANT += -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
LDFLAGS_VARIANT += -fsanitize=address,undefined
MEM	= pmap/mem_libc.c
endif
ifdef FUZZ
VARIANT	:= $(VARIANT)-fuzz
OPT	?= -O1
CFLAGS_VARIANT += -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
LDFLAGS_VARIANT += -fsanitize=fuzzer,address,undefined
MEM	= pmap/mem_libc.c
endif
ifdef DEBUG
VARIANT	:= $(VARIANT)-debug
OPT	?= -O1
CFLAGS_VARIANT += -DUVMSIM_DEBUG
endif
ifdef COV
VARIANT	:= $(VARIANT)-coverage
OPT	?= -O0
CFLAGS_VARIANT += --coverage -fprofile-update=atomic
LDFLAGS_VARIANT += --coverage
endif
ifneq ($(CC),gcc)
VARIANT	:= $(VARIANT)-$(notdir $(firstword $(CC)))
endif

OPT	?= -O3
MEM	?= pmap/mem_jemalloc.c
BUILD	?= build$(VARIANT)

# Parallel unless the caller said otherwise.
ifeq ($(MAKELEVEL),0)
ifeq ($(findstring -j,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
endif
MAKEFLAGS += --no-print-directory --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

ifeq ($(V),)
Q	= @
say	= @printf '  %-6s %s\n' $(1) $(2)
else
say	= @:
endif

# ------------------------------------------------------------- flags ----

CFLAGS	?= $(OPT) -g
WARN	= -Wall -Wextra -Werror
ALL_CPPFLAGS = -I. -D_GNU_SOURCE -DUVMSIM_VERSION='"$(VERSION)"' $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) -fPIC -fno-semantic-interposition \
	-fvisibility=default -pthread $(CFLAGS_VARIANT)
ALL_LDFLAGS = -pthread $(LDFLAGS_VARIANT) $(LDFLAGS)
LIBS	= $(if $(filter %jemalloc.c,$(MEM)),-ljemalloc) -lzstd -llzma -lz -lm

# ----------------------------------------------------------- sources ----

FLOORS	= pmap vm sim workloads api
MAINS	:= $(wildcard api/main_*.c)
LIB_SRC	:= $(filter-out $(MAINS) pmap/mem_jemalloc.c pmap/mem_libc.c, \
	$(foreach f,$(FLOORS),$(wildcard $(f)/*.c)) $(wildcard api/*/*.c)) \
	$(MEM)
LIB_OBJ	:= $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
HEADERS	:= $(foreach f,$(FLOORS),$(wildcard $(f)/*.h))
SYSTEMS	= freebsd netbsd openbsd aix
PROGS	:= $(MAINS:api/main_%.c=$(BUILD)/bin/%)
LIB_A	:= $(BUILD)/lib/libuvmsim.a
LIB_SO	:= $(BUILD)/lib/libuvmsim.so

# Unit tests: each tests/unit/**/test_*.c is one program.  Model and fault
# tests likewise; the other .c files of a tests/ directory are parts that
# are linked into each test program of that directory.
TEST_DIRS := $(sort $(dir $(wildcard tests/*/test_*.c tests/*/*/test_*.c)))
TEST_SRC := $(foreach d,$(TEST_DIRS),$(wildcard $(d)test_*.c))
TEST_AUX := $(filter-out $(TEST_SRC),$(foreach d,$(TEST_DIRS),$(wildcard $(d)*.c)))
TESTS	:= $(TEST_SRC:tests/%.c=$(BUILD)/tests/%)
SCRIPTS	:= $(wildcard tests/tools/*.sh tests/*/run.sh .ci/run)

# ------------------------------------------------------------- rules ----

.PHONY: all
all: $(LIB_A) $(LIB_SO) $(PROGS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB_A): $(LIB_OBJ)
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcD $@ $^

$(LIB_SO).$(VERSION): $(LIB_OBJ)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -shared -Wl,-soname,libuvmsim.so.$(SOMAJOR) $(ALL_LDFLAGS) \
	    -o $@ $^ $(LIBS)

$(LIB_SO): $(LIB_SO).$(VERSION)
	$(Q)ln -sf libuvmsim.so.$(VERSION) $@.$(SOMAJOR)
	$(Q)ln -sf libuvmsim.so.$(SOMAJOR) $@

$(BUILD)/bin/%: $(BUILD)/obj/api/main_%.o $(LIB_A)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: tests
tests: $(TESTS)

.SECONDEXPANSION:
aux_of	= $(patsubst %.c,$(BUILD)/obj/%.o,$(foreach a,$(TEST_AUX), \
	$(if $(filter $(dir $(1)),$(dir $(a))),$(a))))
$(TESTS): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(LIB_A) \
    $$(call aux_of,tests/$$*.c)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIB_A) -lcmocka $(LIBS)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# A change of flags rebuilds everything.
$(LIB_OBJ): Makefile

# ---------------------------------------------------- check and demo ----
# Both install what is missing first, so the rest is a second make.

JOBS	?= $(shell nproc 2>/dev/null || echo 2)
DEPS	= CC="$(CC)" tests/tools/deps.sh
RUN	= tests/tools/run-tests.sh -j $(JOBS) $(if $(V),-v)
DOCS	= $(wildcard README.md docs/*.md docs/man/*.[1-9])
EXAMPLES = $(wildcard workloads/examples/*.uvm)

# libFuzzer's program that reads any bytes as a trace, of what that needs.
FUZZ_SRC = tests/fuzz/fuzz_refs.c workloads/refsource.c \
	$(foreach f,ref uvt input gen,$(wildcard workloads/$(f)_*.c)) \
	$(foreach f,input gen lackey lackey_fast pattern,workloads/$(f).c) \
	sim/core_sum.c
$(BUILD)/fuzz_refs: $(FUZZ_SRC:%.c=$(BUILD)/obj/%.o)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lzstd -llzma -lz
	@mkdir -p $(BUILD)/corpus

# Build directories of the other variants, and how each is made.
ASAN	= $(BUILD)-asan
FUZZING	= $(BUILD)-fuzz
make_asan = $(MAKE) SAN=1 BUILD=$(ASAN)
make_gcc0 = $(MAKE) CC=gcc OPT=-O0 BUILD=$(BUILD)-gcc0
make_fuzz = $(MAKE) CC=clang FUZZ=1 BUILD=$(FUZZING) $(FUZZING)/fuzz_refs
fuzz_refs = $(FUZZING)/fuzz_refs -artifact_prefix=$(FUZZING)/ -timeout=60 \
	-max_len=16384 $(1) $(FUZZING)/corpus tests/data/formats
make_clang = $(MAKE) CC=clang OPT=-O2 BUILD=$(BUILD)-clang

.PHONY: demo check check-built
demo:
	@$(DEPS) build
	@$(MAKE) all
	@tests/tools/demo.sh $(BUILD)/bin

check:
	@$(DEPS) build check
	@$(MAKE) all tests
	+@$(make_asan) all tests
	+@$(make_gcc0) all && $(make_clang) all
	+@$(make_fuzz)
	@$(MAKE) check-built

# The tests in the order in which they start: long ones first.  The page of
# published figures is made by the build for release alone.
plain_tests = $(TESTS:%='%') \
	$(foreach s,$(wildcard tests/*/run.sh),'$(s) $(BUILD)/bin/uvmsim')
asan_tests = $(patsubst $(BUILD)/%,'$(ASAN)/%',$(TESTS)) \
	$(foreach s,$(filter-out tests/figures/%,$(wildcard tests/*/run.sh)),\
	'$(s) $(ASAN)/bin/uvmsim')
house_tests = 'tests/tools/floors.sh $(BUILD)/obj' \
	'tests/tools/selftest.sh' \
	'tests/tools/install.sh $(BUILD)' \
	'tests/tools/manpage.sh $(BUILD)/bin/uvmsim' \
	'tests/tools/doctest.sh $(BUILD)/bin $(DOCS)' \
	'tests/tools/determinism.sh $(BUILD) $(ASAN) $(BUILD)-gcc0 \
	    $(BUILD)-clang' \
	'$(call fuzz_refs,-seed=1 -max_total_time=5)'

check-built:
	@$(RUN) $(asan_tests) $(plain_tests) $(house_tests)

.PHONY: asan determinism model debug
asan:
	@$(DEPS) build check
	+@$(make_asan) all tests
	@$(RUN) $(asan_tests)

determinism:
	@$(DEPS) build check
	@$(MAKE) all
	+@$(make_gcc0) all && $(make_clang) all
	+@$(make_asan) all
	@tests/tools/determinism.sh $(BUILD) $(ASAN) $(BUILD)-gcc0 \
	    $(BUILD)-clang

MODEL_TESTS = $(filter $(BUILD)/tests/model/%,$(TESTS))
model:
	@$(DEPS) build check
	@$(MAKE) all tests
	@TEST_TIMEOUT=7200 $(RUN) $(MODEL_TESTS:%='% -l')

# Ten million operations under each policy, in a quarter of the memory that they
# use.  One of them: test_pressure -k POLICY -n 1000000 -r 10.
SOAK	= $(BUILD)/tests/model/test_pressure
.PHONY: soak
soak:
	@$(DEPS) build check
	@$(MAKE) $(SOAK)
	@$(SOAK) -L | sed "s|.*|'$(SOAK) -k & -n 1000000 -r 10'|" | \
	    TEST_TIMEOUT=7200 xargs $(RUN)

# Ten million calls of the C interfaces with random arguments.
.PHONY: fuzz-api
fuzz-api:
	@$(DEPS) build check
	+@$(MAKE) SAN=1 BUILD=$(ASAN) $(ASAN)/tests/apifuzz/test_api_fuzz
	$(ASAN)/tests/apifuzz/test_api_fuzz -n 10000000

# Readers of traces under libFuzzer for TIME seconds.
TIME	?= 60
.PHONY: fuzz
fuzz:
	@$(DEPS) build check
	+@$(make_fuzz)
	$(call fuzz_refs,-max_total_time=$(TIME))

debug:
	@$(DEPS) build
	@$(MAKE) DEBUG=1 BUILD=$(BUILD)-debug all

# ------------------------------------------------ coverage, lint, bench ----

.PHONY: coverage lint format bench
coverage:
	@$(DEPS) build check coverage
	@$(MAKE) COV=1 BUILD=$(BUILD)-coverage all tests
	@tests/tools/coverage.sh $(BUILD)-coverage \
	    $(patsubst $(BUILD)/%,'$(BUILD)-coverage/%',$(TESTS)) \
	    $(foreach s,$(wildcard tests/*/run.sh),'$(s) \
	    $(BUILD)-coverage/bin/uvmsim')

C_FILES	= $(LIB_SRC) $(MAINS) pmap/mem_libc.c $(TEST_SRC) $(TEST_AUX)

lint:
	@$(DEPS) build check lint
	tests/tools/style.sh
	clang-format --dry-run -Werror $(C_FILES)
	cppcheck -q --std=c11 --error-exitcode=1 --inline-suppr -I. \
	    --enable=warning,performance,portability -D_GNU_SOURCE \
	    --suppress=unknownMacro --suppress=missingIncludeSystem \
	    --suppress=nullPointer --suppress=uninitvar \
	    --suppress=funcArgOrderDifferent \
	    --suppress=AssignmentIntegerToAddress $(LIB_SRC) $(MAINS)
	printf '%s\n' $(LIB_SRC) $(MAINS) | xargs -P $(JOBS) -n 6 sh -c \
	    'clang-tidy --quiet "$$@" -- -I. -D_GNU_SOURCE \
	    -DUVMSIM_VERSION=\"lint\" -std=gnu11' sh
	mandoc -Tlint -W warning $(wildcard docs/man/*.[1-9])

format:
	@$(DEPS) lint
	clang-format -i $(C_FILES)

bench: all
	@$(BUILD)/bin/uvmsim bench

# docs/published.md, from runs of the simulator.
.PHONY: published
published: all
	docs/figures/published.sh $(BUILD)/bin/uvmsim >$(BUILD)/published.md
	cp $(BUILD)/published.md docs/published.md

# Instructions for a fault and its like, by callgrind.
.PHONY: bench-instructions
bench-instructions: all
	@tests/tools/bench-instructions.sh $(BUILD)/bin/uvmsim

# -------------------------------------------------------------- install ----

PREFIX	?= /usr/local
BINDIR	= $(DESTDIR)$(PREFIX)/bin
LIBDIR	= $(DESTDIR)$(PREFIX)/lib
INCDIR	= $(DESTDIR)$(PREFIX)/include/uvmsim
MANDIR	= $(DESTDIR)$(PREFIX)/share/man
COMPDIR	= $(DESTDIR)$(PREFIX)/share/bash-completion/completions
PCDIR	= $(LIBDIR)/pkgconfig
PAGES	= $(notdir $(wildcard docs/man/*.[1-9]))
section	= $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))

# uvmsim.pc for programs that drive machines; uvmsim-freebsd.pc and so on for
# programs written for that system.
define pcfile
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' \
	    'includedir=$${prefix}/include/uvmsim' '' 'Name: uvmsim$(1)' \
	    'Description: BSD virtual memory system in userspace' \
	    'Version: $(VERSION)' 'Cflags: -I$${includedir}$(2)' \
	    'Libs: -L$${libdir} -luvmsim' \
	    'Libs.private: $(LIBS) -pthread' >$(PCDIR)/uvmsim$(1).pc
	chmod 644 $(PCDIR)/uvmsim$(1).pc

endef

.PHONY: install uninstall
install: all
	install -d $(BINDIR) $(LIBDIR)/pkgconfig $(COMPDIR)
	install -m 755 $(PROGS) $(BINDIR)
	install -m 644 $(LIB_A) $(LIBDIR)
	install -m 755 $(LIB_SO).$(VERSION) $(LIBDIR)
	ln -sf libuvmsim.so.$(VERSION) $(LIBDIR)/libuvmsim.so.$(SOMAJOR)
	ln -sf libuvmsim.so.$(SOMAJOR) $(LIBDIR)/libuvmsim.so
	for h in $(HEADERS); do \
		install -D -m 644 $$h $(INCDIR)/$$h || exit 1; done
	for p in $(PAGES); do \
		install -D -m 644 docs/man/$$p \
		    $(MANDIR)/man$${p##*.}/$$p || exit 1; done
	cd api/include && find . -name '*.h' \
	    -exec install -D -m 644 '{}' '$(abspath $(INCDIR))/{}' ';'
	install -m 644 docs/completion/uvmsim.bash $(COMPDIR)/uvmsim
	$(call pcfile,,)
	$(foreach s,$(SYSTEMS),$(call pcfile,-$(s),/$(s)))

uninstall:
	rm -f $(PROGS:$(BUILD)/bin/%=$(BINDIR)/%) $(LIBDIR)/libuvmsim.a \
	    $(LIBDIR)/libuvmsim.so $(LIBDIR)/libuvmsim.so.$(SOMAJOR) \
	    $(LIBDIR)/libuvmsim.so.$(VERSION) $(COMPDIR)/uvmsim \
	    $(PCDIR)/uvmsim.pc $(SYSTEMS:%=$(PCDIR)/uvmsim-%.pc)
	rm -f $(foreach p,$(PAGES),$(call section,$(p))/$(p))
	rm -rf $(INCDIR)

.PHONY: clean help
clean:
	rm -rf $(BUILD) $(foreach v,asan gcc0 clang debug coverage fuzz, \
	    $(BUILD)-$(v))

help:
	@printf '%s\n' \
	    'make            build/lib/libuvmsim.{a,so} and build/bin/*' \
	    'make demo       install what is missing, build, show what it does' \
	    'make check      install what is missing, build, run all tests' \
	    'make asan       tests under address and undefined sanitizers' \
	    'make determinism  same bytes from gcc -O3, -O0, clang, sanitizers' \
	    'make model      a longer run against the naive model' \
	    'make soak       ten million operations under each page policy' \
	    'make fuzz-api   ten million random calls of the C interfaces' \
	    'make fuzz       random bytes as traces, TIME=60 seconds' \
	    'make coverage   line coverage by floor (lcov)' \
	    'make lint       clang-format, cppcheck, clang-tidy, mandoc' \
	    'make format     let clang-format rewrite the .c files' \
	    'make bench      measure the simulator' \
	    'make published  docs/published.md: published figures beside ours' \
	    'make debug      build-debug/: machine check after each operation' \
	    'make install    PREFIX=/usr/local DESTDIR=' \
	    'make uninstall, make clean' '' \
	    'CC=clang, OPT=-O2, BUILD=dir, SAN=1, DEBUG=1, COV=1, V=1 (talk)'
