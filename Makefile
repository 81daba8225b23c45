# uvmsim: make, make demo, make check; make help lists the rest.
#
# One non-recursive makefile.  Sources are found by wildcard, header
# dependencies come from the compiler (-MMD), everything built goes under
# $(BUILD).  Variants are variables, each with its own build directory:
#
#	make SAN=1	address and undefined-behaviour sanitizers, libc's malloc
#	make DEBUG=1	machine_check() after every operation, junk fill
#	make MEMCHECK=1	for valgrind: libc's malloc, slabs tell what is whose
#	make TSAN=1	thread sanitizer, libc's malloc
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
	-fno-omit-frame-pointer -g1
LDFLAGS_VARIANT += -fsanitize=address,undefined
# Tests start sanitized programs by the thousand: nothing to relocate halves
# the time of that.
LDFLAGS_PROG = -no-pie
MEM	= pmap/mem_libc.c
endif
ifdef FUZZER
VARIANT	:= $(VARIANT)-fuzz
OPT	?= -O1
CFLAGS_VARIANT += -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all
LDFLAGS_VARIANT += -fsanitize=fuzzer,address,undefined
MEM	= pmap/mem_libc.c
endif
ifdef MEMCHECK
VARIANT	:= $(VARIANT)-memcheck
OPT	?= -O1
CFLAGS_VARIANT += -DUVMSIM_MEMCHECK
MEM	= pmap/mem_libc.c
endif
ifdef TSAN
VARIANT	:= $(VARIANT)-tsan
OPT	?= -O1
CFLAGS_VARIANT += -fsanitize=thread
LDFLAGS_VARIANT += -fsanitize=thread
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
# Branches of the source: no hints among them, no copies of inline functions.
COV_DEFS = '-D__builtin_expect(e,c)=(e)' -Dalways_inline=unused
LDFLAGS_VARIANT += --coverage -Wl,--wrap=_exit -Wl,--wrap=raise
COV_SRC	= tests/tools/coverage.c
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

# The floors are clean under these as well; tests have the ones above alone
# (docs/testing.md, Analyzers).  The compilers differ: both are asked.
WARN_FLOORS = -Wconversion -Wsign-conversion -Wfloat-conversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wredundant-decls -Wnested-externs -Wpointer-arith -Wcast-qual \
	-Wwrite-strings -Wformat=2 -Wundef -Wunused-macros -Wvla -Walloca
ifneq ($(findstring clang,$(CC)),)
WARN_FLOORS += -Wcast-align -Wmissing-variable-declarations -Wassign-enum \
	-Wunreachable-code-aggressive -Wcovered-switch-default \
	-Wstring-conversion -Wloop-analysis -Wextra-semi \
	-Wtautological-unsigned-zero-compare
else
WARN_FLOORS += -Wcast-align=strict -Wlogical-op -Wduplicated-cond \
	-Wduplicated-branches -Wjump-misses-init -Wtrampolines
endif
$(BUILD)/obj/tests/%.o: WARN_FLOORS =
# Where pointers have 32 bits, files and times have 64 all the same; i386 computes
# in the registers of SSE2; no processor joins a product and a sum: the same
# numbers everywhere (docs/portability.md).
HOST	:= $(shell echo __SIZEOF_POINTER__ __i386__ | \
	$(CC) $(CFLAGS) -E -P - 2>/dev/null)
HOST_CPPFLAGS = $(if $(filter 4,$(HOST)),-D_FILE_OFFSET_BITS=64 \
	-D_TIME_BITS=64)
HOST_CFLAGS = -ffp-contract=off $(if $(filter 1,$(HOST)),-msse2 -mfpmath=sse)
ALL_CPPFLAGS = -I. -D_GNU_SOURCE -DUVMSIM_VERSION='"$(VERSION)"' \
	$(HOST_CPPFLAGS) $(CPPFLAGS) $(COV_DEFS)
ALL_CFLAGS = -std=gnu11 $(HOST_CFLAGS) $(WARN) $(WARN_FLOORS) $(CFLAGS) \
	-fPIC -fno-semantic-interposition \
	-fvisibility=default -pthread $(CFLAGS_VARIANT)
ALL_LDFLAGS = -pthread $(LDFLAGS_VARIANT) $(LDFLAGS)
LIBS	= $(if $(filter %jemalloc.c,$(MEM)),-ljemalloc) -lzstd -llzma -lz -lm
CURSES	= -lncursesw -ltinfo
# ----------------------------------------------------------- sources ----

FLOORS	= pmap vm sim workloads api
MAINS	:= $(wildcard api/main_*.c)
LIB_SRC	:= $(filter-out $(MAINS) pmap/mem_jemalloc.c pmap/mem_libc.c, \
	$(foreach f,$(FLOORS),$(wildcard $(f)/*.c $(f)/*/*.c))) $(MEM) $(COV_SRC)
LIB_OBJ	:= $(LIB_SRC:%.c=$(BUILD)/obj/%.o)

# Files that live in the library (workloads/embed.h): lists of them by name.
EMBEDS	= lessons report
embed_lessons := $(sort $(wildcard docs/lessons/*.md workloads/lessons/*))
embed_report := $(sort $(wildcard api/report/page/* \
	api/report/third_party/uplot/*))
LIB_OBJ	+= $(EMBEDS:%=$(BUILD)/obj/workloads/embed_%.o)

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

PCNAMES	= uvmsim $(SYSTEMS:%=uvmsim-%)
PCS	:= $(PCNAMES:%=$(BUILD)/lib/pkgconfig/%.pc)
.PHONY: all
all: $(LIB_A) $(LIB_SO) $(PROGS) $(PCS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB_A): $(LIB_OBJ)
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcD $@ $^

# The shared library has the functions of the public headers and what they need:
# nothing of the commands.  Only those functions can be seen from outside.
LIB_MAP	= api/uvmsim.map
LIB_ROOTS := $(BUILD)/obj/api/context.o $(filter $(foreach \
	d,aix freebsd kvm lib mman,$(BUILD)/obj/api/$(d)/%.o),$(LIB_OBJ))
$(LIB_SO).$(VERSION): $(LIB_A) $(LIB_MAP)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -shared -Wl,-soname,libuvmsim.so.$(SOMAJOR) \
	    -Wl,--version-script=$(LIB_MAP) $(ALL_LDFLAGS) \
	    -o $@ $(LIB_ROOTS) $(LIB_A) -Wl,--as-needed $(LIBS)

$(LIB_SO): $(LIB_SO).$(VERSION)
	$(Q)ln -sf libuvmsim.so.$(VERSION) $@.$(SOMAJOR)
	$(Q)ln -sf libuvmsim.so.$(SOMAJOR) $@

$(BUILD)/bin/%: $(BUILD)/obj/api/main_%.o $(LIB_A)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(LDFLAGS_PROG) -o $@ $^ $(LIBS) $(CURSES)

.PHONY: tests
tests: $(TESTS)

# There are hundreds of them: gold, where it is, takes half of the time.
TEST_LD	:= $(if $(shell $(CC) -fuse-ld=gold -Wl,--version 2>/dev/null), \
	-fuse-ld=gold)

.SECONDEXPANSION:
aux_of	= $(patsubst %.c,$(BUILD)/obj/%.o,$(foreach a,$(TEST_AUX), \
	$(if $(filter $(dir $(1)),$(dir $(a))),$(a))))
$(TESTS): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(LIB_A) \
    $$(call aux_of,tests/$$*.c)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(TEST_LD) $(ALL_LDFLAGS) $(LDFLAGS_PROG) -o $@ \
	    $(filter %.o,$^) $(LIB_A) -lcmocka $(LIBS)

# Calls of the host that tests/refused can let fail, and yardsticks.
REFUSED	= malloc calloc realloc mallocx rallocx mmap munmap mprotect mincore \
	madvise pipe fork open read write mkstemp mkdtemp process_vm_readv \
	pthread_create getrlimit api_bench_child api_bench_tree_change \
	api_bench_tree_lookup api_bench_memory_l1 __gcov_fork
$(BUILD)/tests/refused/%: LDFLAGS_PROG += $(REFUSED:%=-Wl,--wrap=%)

# What refuses memory to whole commands (tests/inject), before any allocator.
INJECT	= $(BUILD)/tests/inject/test_inject
$(BUILD)/tests/inject/shim.so: tests/inject/shim/shim.c tests/inject/shared.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE -I. $(WARN) -O1 -g -fPIC -shared \
	    -o $@ $<
$(INJECT): $(BUILD)/tests/inject/shim.so

# A table of embedded files: for each its bytes, a zero, its name, its row.
embed_of = $(embed_$(patsubst embed_%,%,$(basename $(notdir $(1)))))
embed_row = printf '1: .incbin "%s"\n2: .byte 0\n3: .asciz "%s"\n' $(1) $(1); \
	printf '.section .data.rel.ro,"aw"\n.dc.a 3b, 1b, 2b - 1b\n'; \
	printf '.section .rodata\n';
$(BUILD)/gen/embed_%.S: $$(call embed_of,$$@) $$(sort $$(dir $$(call \
    embed_of,$$@))) Makefile
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q){ printf '.section .note.GNU-stack,"",%%progbits\n'; \
	printf '.section .data.rel.ro,"aw"\n.balign 8\n.globl wl_%s\nwl_%s:\n' \
	    $(basename $(@F)) $(basename $(@F)); \
	printf '.section .rodata\n'; \
	$(foreach f,$(call embed_of,$@),$(call embed_row,$(f))) \
	printf '.section .data.rel.ro,"aw"\n.dc.a 0, 0, 0\n'; } >$@

$(BUILD)/obj/workloads/embed_%.o: $(BUILD)/gen/embed_%.S
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(CC) -fPIC -c -o $@ $<

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# Tests are built quickly: what they test has been built well.
$(BUILD)/obj/tests/%.o: OPT = $(if $(COV),-O0,-O1)

# A change of flags rebuilds everything.
$(LIB_OBJ): Makefile

# ---------------------------------------------------- check and demo ----
# Both install what is missing first, so the rest is a second make.

JOBS	?= $(shell nproc 2>/dev/null || echo 2)
DEPS	= CC="$(CC)" tests/tools/deps.sh
RUN	= tests/tools/run-tests.sh -j $(JOBS) $(if $(V),-v) $(TRUST:%=-T '%')
DOCS	= $(wildcard README.md docs/*.md docs/lessons/*.md docs/man/*.[1-9])
EXAMPLES = $(wildcard workloads/examples/*.uvm)

# Fuzzing: what the targets of tests/fuzz need besides their own folder and the
# library; libFuzzer's program of them.  test_fuzz runs them without it.
FUZZ_PARTS = $(filter-out %/harness.c %/vm_main.c, \
	$(foreach d,model apifuzz,$(filter-out tests/$(d)/test_%, \
	$(wildcard tests/$(d)/*.c)))) \
	$(foreach p,mutate bytes fields sections,tests/unit/sim/core_$(p).c)
FUZZ_SRC = $(filter-out %/test_fuzz.c,$(wildcard tests/fuzz/*.c))
FUZZ_OBJ = $(FUZZ_PARTS:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/tests/fuzz/uvmsim.o
$(BUILD)/tests/fuzz/test_fuzz: $(FUZZ_OBJ)
$(BUILD)/tests/fuzz/test_fuzz: LIBS += $(CURSES)
$(BUILD)/obj/tests/fuzz/uvmsim.o: api/main_uvmsim.c # its table, not its main
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) -Dmain=main_uvmsim $(ALL_CFLAGS) -MMD -MP -c \
	    -o $@ $<
$(BUILD)/fuzzer: $(FUZZ_SRC:%.c=$(BUILD)/obj/%.o) $(FUZZ_OBJ) $(LIB_OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(CURSES)

# Build directories of the other variants, and how each is made.
ASAN	= $(BUILD)-asan
FUZZING	= $(BUILD)-fuzz
make_asan = $(MAKE) SAN=1 BUILD=$(ASAN)
make_gcc0 = $(MAKE) CC=gcc OPT=-O0 BUILD=$(BUILD)-gcc0
make_fuzz = $(MAKE) CC=clang FUZZER=1 BUILD=$(FUZZING) $(FUZZING)/fuzzer
fuzz	= tests/fuzz/fuzz.sh $(if $(TOGETHER),-t) $(FUZZING)/fuzzer \
	$(BUILD)/tests/fuzz/test_fuzz $(BUILD)/bin/uvmsim $(FUZZING)
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
	'tests/tools/trust-report.sh -c docs/testing.md tests/trust' \
	'tests/tools/install.sh $(BUILD)' \
	'tests/tools/symbols.sh $(BUILD)' \
	'tests/tools/completion.sh $(BUILD)/bin' \
	'tests/tools/manpage.sh $(BUILD)/bin/uvmsim' \
	'tests/tools/doctest.sh $(BUILD)/bin $(DOCS)' \
	'tests/tools/determinism.sh $(BUILD) $(ASAN)'

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

# The same bytes from other compilers and on other kinds of hosts; PLATFORMS="s390x
# clang-O2": those alone.  tests/tools/portability.sh has the table.
.PHONY: portability
portability:
	@$(DEPS) build check
	@$(MAKE) $(PROGS)
	@PLATFORMS="$(PLATFORMS)" JOBS=$(JOBS) tests/tools/portability.sh $(BUILD)

# N=20000: so many operations of each kind of world, in place of the long plan.
FAULT_TESTS = $(filter $(BUILD)/tests/fault/%,$(TESTS))
MODEL_TESTS = $(filter $(BUILD)/tests/model/%,$(TESTS))
MODEL_FIXED = $(filter %/test_determinism %/test_tlb_random \
	%/test_tlb_traces,$(MODEL_TESTS))
model:
	@$(DEPS) build check
	@$(MAKE) all tests
	@TEST_TIMEOUT=7200 $(RUN) $(MODEL_FIXED) \
	    $(patsubst %,'% $(if $(N),-n $(N),-l)',$(filter-out \
	    $(MODEL_FIXED),$(MODEL_TESTS)))

# Ten million operations under each policy, in a quarter of the memory that they
# use.  One of them: test_pressure -k POLICY -n 1000000 -r 10.
SOAK	= $(BUILD)/tests/model/test_pressure
.PHONY: soak
soak:
	@$(DEPS) build check
	@$(MAKE) $(SOAK)
	@$(SOAK) -L | sed "s|.*|'$(SOAK) -k & -n $(or $(N),1000000) -r 10'|" | \
	    TEST_TIMEOUT=7200 xargs $(RUN)

# Ten million calls of the C interfaces with random arguments.
.PHONY: bounds
bounds:
	@$(DEPS) build
	@$(MAKE) $(BUILD)/bin/uvmsim
	tests/bounds/run.sh $(BUILD)/bin/uvmsim

.PHONY: fuzz-api
fuzz-api:
	@$(DEPS) build check
	+@$(MAKE) SAN=1 BUILD=$(ASAN) $(ASAN)/tests/apifuzz/test_api_fuzz
	$(ASAN)/tests/apifuzz/test_api_fuzz -n $(or $(N),10000000)

# Cores and traces with lengths and checksums that are right and contents that
# are not: N of each core as a sample of all that is tried, N more at random.
HOSTILE	= tests/unit/sim/test_core_hostile tests/hostile/test_uvt_hostile
.PHONY: hostile
hostile:
	@$(DEPS) build check
	+@$(MAKE) SAN=1 BUILD=$(ASAN) $(HOSTILE:%=$(ASAN)/%)
	@TEST_TIMEOUT=14400 $(RUN) $(HOSTILE:%='$(ASAN)/% -s $(or $(N),20000) \
	    -n $(or $(N),20000)')

# Every kind of input under libFuzzer for TIME seconds each, or with TOGETHER=1
# in that time all of them; FUZZ=log: that kind.
TIME	?= 60
.PHONY: fuzz
fuzz:
	@$(DEPS) build check
	@$(MAKE) $(BUILD)/bin/uvmsim $(BUILD)/tests/fuzz/test_fuzz
	+@$(make_fuzz)
	@NOMERGE=$(NOMERGE) $(fuzz) $(TIME) $(FUZZ)

# The same random operations on the host's kernel; N operations in each run, in
# place of the long plan.
SECOND	= $(BUILD)/tests/host/test_second_opinion
.PHONY: second-opinion
second-opinion:
	@$(DEPS) build check
	@$(MAKE) $(SECOND)
	$(SECOND) $(if $(N),-n $(N),-l)

# Every failure of the host, at every place in every command (COMMAND="check
# t.core": in that one); every allocation of the machine, every I/O of its disks.
.PHONY: fault-injection fault-commands fault-machine
fault-injection: fault-commands $(if $(COMMAND),,fault-machine)
fault-commands:
	@$(DEPS) build check
	@$(MAKE) all $(INJECT)
	$(INJECT) -l $(if $(COMMAND),"$(COMMAND)")
fault-machine:
	@$(DEPS) build check
	@$(MAKE) $(FAULT_TESTS)
	@TEST_TIMEOUT=14400 $(RUN) $(FAULT_TESTS:%='% -l')


debug:
	@$(DEPS) build
	@$(MAKE) DEBUG=1 BUILD=$(BUILD)-debug all

# ------------------------------------------------ coverage, lint, bench ----

.PHONY: coverage format bench
COVERED	= $(BUILD)-coverage
covered_tests = $(patsubst $(BUILD)/%,'$(COVERED)/%',$(TESTS)) \
	$(foreach s,$(wildcard tests/*/run.sh),'$(s) $(COVERED)/bin/uvmsim') \
	'tests/tools/completion.sh $(COVERED)/bin' \
	'tests/tools/manpage.sh $(COVERED)/bin/uvmsim' \
	'tests/tools/doctest.sh $(COVERED)/bin $(DOCS)' \
	'$(COVERED)/tests/inject/test_inject -k memory -n 60' \
	'$(COVERED)/bin/uvmsim bench --quick --runs 1'
coverage:
	@$(DEPS) build check coverage
	@$(MAKE) COV=1 BUILD=$(COVERED) all tests
	@TEST_TIMEOUT=1800 tests/tools/coverage.sh $(COVERED) $(covered_tests)

# Everything at its long length, and the table of docs/testing.md from what it
# said; LENGTH=short: half an hour; ROWS="fuzz bounds": those alone.
.PHONY: trust-report
trust-report:
	@$(DEPS) build check coverage
	+@MAKE='$(MAKE)' LENGTH=$(or $(LENGTH),long) ROWS='$(ROWS)' \
	    $(if $(filter command line,$(origin TIME)),TIME=$(TIME)) \
	    tests/tools/trust-report.sh $(BUILD) docs/testing.md tests/trust

C_FILES	= $(LIB_SRC) $(MAINS) pmap/mem_libc.c $(TEST_SRC) $(TEST_AUX)

include tests/tools/analyzers.mk

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

# Pictures of the page of a report; how long a large one takes in Chromium.
report_node = UVMSIM=$(BUILD)/bin/uvmsim TOP=. node tests/report/$(1)
.PHONY: pictures bench-report
pictures: all
	@$(DEPS) check
	@$(call report_node,pictures.mjs docs/report)

bench-report: all
	@$(DEPS) check
	@$(call report_node,time.mjs)

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
# Completions: of bash, zsh and fish, each under the name that it looks for.
SHARE	= $(DESTDIR)$(PREFIX)/share
BASHCOMP = $(SHARE)/bash-completion/completions/uvmsim
ZSHCOMP	= $(SHARE)/zsh/site-functions/_uvmsim
FISHCOMP = $(SHARE)/fish/vendor_completions.d/uvmsim.fish
PCDIR	= $(LIBDIR)/pkgconfig
PAGES	= $(notdir $(wildcard docs/man/*.[1-9]))
section	= $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))

# uvmsim.pc for programs that drive machines; uvmsim-freebsd.pc and so on for
# programs written for that system.  What is not installed has some as well.
# FILE, NAME, PREFIX, INCLUDEDIR, what every program needs
define pcfile
	printf '%s\n' 'prefix=$(3)' 'libdir=$${prefix}/lib' 'includedir=$(4)' '' \
	    'Name: $(2)' \
	    'Description: BSD virtual memory system in userspace' \
	    'Version: $(VERSION)' 'Cflags: -I$${includedir}$(patsubst \
	    uvmsim-%,/%,$(filter uvmsim-%,$(2)))$(5:%= %)' \
	    'Libs: -L$${libdir} -luvmsim$(5:%= %)' \
	    'Libs.private: $(LIBS) -pthread' >$(1) && chmod 644 $(1)

endef
PCINC	= $${prefix}/include/uvmsim

$(PCS): $(BUILD)/lib/pkgconfig/%.pc: Makefile
	@mkdir -p $(@D)
	$(Q)$(call pcfile,$@,$*,$(abspath $(BUILD)),$(abspath \
	    api/include),$(CFLAGS_VARIANT))

.PHONY: install uninstall
install: all
	install -d $(BINDIR) $(LIBDIR)/pkgconfig
	install -m 755 $(PROGS) $(BINDIR)
	install -m 644 $(LIB_A) $(LIBDIR)
	install -m 755 $(LIB_SO).$(VERSION) $(LIBDIR)
	ln -sf libuvmsim.so.$(VERSION) $(LIBDIR)/libuvmsim.so.$(SOMAJOR)
	ln -sf libuvmsim.so.$(SOMAJOR) $(LIBDIR)/libuvmsim.so
	for p in $(PAGES); do \
		install -D -m 644 docs/man/$$p \
		    $(MANDIR)/man$${p##*.}/$$p || exit 1; done
	cd api/include && find . -name '*.h' \
	    -exec install -D -m 644 '{}' '$(abspath $(INCDIR))/{}' ';'
	install -D -m 644 docs/completion/uvmsim.bash $(BASHCOMP)
	install -D -m 644 docs/completion/_uvmsim $(ZSHCOMP)
	install -D -m 644 docs/completion/uvmsim.fish $(FISHCOMP)
	$(foreach p,$(PCNAMES),\
	    $(call pcfile,$(PCDIR)/$(p).pc,$(p),$(PREFIX),$(PCINC)))

uninstall:
	rm -f $(PROGS:$(BUILD)/bin/%=$(BINDIR)/%) $(LIBDIR)/libuvmsim.a \
	    $(LIBDIR)/libuvmsim.so $(LIBDIR)/libuvmsim.so.$(SOMAJOR) \
	    $(LIBDIR)/libuvmsim.so.$(VERSION) \
	    $(BASHCOMP) $(ZSHCOMP) $(FISHCOMP) \
	    $(PCDIR)/uvmsim.pc $(SYSTEMS:%=$(PCDIR)/uvmsim-%.pc)
	rm -f $(foreach p,$(PAGES),$(call section,$(p))/$(p))
	rm -rf $(INCDIR)

.PHONY: clean help
clean:
	rm -rf $(BUILD) $(foreach v,asan gcc0 clang debug coverage fuzz \
	    portability memcheck tsan,$(BUILD)-$(v))

help:
	@printf '%s\n' \
	    'make            build/lib/libuvmsim.{a,so} and build/bin/*' \
	    'make demo       install what is missing, build, show what it does' \
	    'make check      install what is missing, build, run all tests' \
	    'make asan       tests under address and undefined sanitizers' \
	    'make determinism  same bytes from gcc -O3, -O0, clang, sanitizers' \
	    'make portability  the same bytes on s390x, i386, arm64, every compiler' \
	    'make model      a longer run against the naive model' \
	    'make soak       ten million operations under each page policy' \
	    'make fuzz-api   ten million random calls of the C interfaces' \
	    'make second-opinion  the same operations on this kernel, N=10000' \
	    'make fault-injection  every failure at every place, both of:' \
	    'make fault-commands   of the host, in whole commands' \
	    'make fault-machine    of allocations and I/O, in the machine' \
	    'make bounds     hostile inputs under bounds of memory and time' \
	    'make hostile    damaged cores and traces, N=20000 of each' \
	    'make fuzz       random bytes as each input, TIME=60 seconds, FUZZ=log' \
	    'make fuzz TIME=3600 TOGETHER=1  all of them, an hour in all' \
	    'make coverage   lines and branches run, by floor (gcov)' \
	    'make trust-report  all of these, and the table of docs/testing.md' \
	    'make lint       layout, cppcheck, clang-tidy, gcc -fanalyzer, mandoc' \
	    'make memcheck   tests under valgrind' \
	    'make tsan       what uses threads, under ThreadSanitizer' \
	    'make format     let clang-format rewrite the .c files' \
	    'make bench      measure the simulator' \
	    'make bench-report  how long a large report takes in Chromium' \
	    'make pictures   docs/report/*.png: pictures of a report' \
	    'make published  docs/published.md: published figures beside ours' \
	    'make debug      build-debug/: machine check after each operation' \
	    'make install    PREFIX=/usr/local DESTDIR=' \
	    'make uninstall, make clean' '' \
	    'CC=clang, OPT=-O2, BUILD=dir, SAN=1, DEBUG=1, COV=1, V=1 (talk)'
