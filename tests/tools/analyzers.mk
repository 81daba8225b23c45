# Analyzers, included by the Makefile: what docs/testing.md tells under
# "Analyzers".  Each file that an analyzer has nothing to say about has a stamp
# under $(BUILD)/lint, so only what has changed is looked at again.
#
#	make lint	layout, cppcheck, clang-tidy, gcc -fanalyzer, man pages
#	make memcheck	the tests under valgrind
#	make tsan	what uses threads, under ThreadSanitizer

LINT	= $(BUILD)/lint
LINT_SRC = $(sort $(filter-out tests/%,$(LIB_SRC)) $(MAINS) \
	pmap/mem_jemalloc.c pmap/mem_libc.c)
LINT_TESTS = $(sort $(TEST_SRC) $(TEST_AUX))
TIDIED	= $(patsubst %,$(LINT)/%.tidy,$(LINT_SRC) $(LINT_TESTS))
ANALYZED = $(LINT_SRC:%=$(LINT)/%.analyzer)
lint_flags = $(ALL_CPPFLAGS) -std=gnu11
# gcc 12 loses blocks that are kept in a table or a structure.
ANALYZER_OFF = -Wno-analyzer-malloc-leak -Wno-analyzer-file-leak

$(LINT)/%.tidy: % .clang-tidy tests/.clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet $< -- $(lint_flags) >$@.log 2>&1 || \
	    { grep -v 'warnings* generated' $@.log; exit 1; }
	$(Q)clang $(lint_flags) -MM -MP -MT $@ -MF $@.d $<
	@rm -f $@.log; touch $@

$(LINT)/%.analyzer: %
	@mkdir -p $(@D)
	$(call say,GCC,$<)
	$(Q)gcc $(lint_flags) $(WARN) -O1 -fanalyzer $(ANALYZER_OFF) \
	    -MMD -MP -MT $@ -MF $@.d -c -o /dev/null $<
	@touch $@

-include $(shell find $(LINT) -name '*.d' 2>/dev/null)

.PHONY: lint lint-files
lint-files: $(TIDIED) $(ANALYZED)

CPPCHECK = cppcheck -q -j $(JOBS) --std=c11 --error-exitcode=1 \
	--inline-suppr --enable=warning,performance,portability -I. \
	-D_GNU_SOURCE -DUVMSIM_VERSION='"$(VERSION)"' \
	--suppressions-list=tests/tools/cppcheck.txt \
	--cppcheck-build-dir=$(LINT)/cppcheck

lint:
	@$(DEPS) build check lint
	tests/tools/style.sh
	clang-format --dry-run -Werror $(C_FILES)
	mandoc -Tlint -W warning $(wildcard docs/man/*.[1-9])
	@mkdir -p $(LINT)/cppcheck
	$(CPPCHECK) $(LINT_SRC) $(LINT_TESTS)
	@$(MAKE) -k lint-files
	@printf 'ANALYZER %s %d %d\n' cppcheck $(words $(LINT_SRC) \
	    $(LINT_TESTS)) 0 clang-tidy $(words $(TIDIED)) 0 \
	    gcc-fanalyzer $(words $(ANALYZED)) 0

# Programs that look for their own way (a kernel, a compiler, a signal) or that
# are slow by nature are left out; docs/testing.md says which and why.
MEMCHECKED = $(BUILD)-memcheck
MEMCHECK_NOT = host/% fuzz/% unit/sim/test_core_damage_% \
	unit/sim/test_core_hostile
MEMCHECK_TESTS = $(filter-out $(MEMCHECK_NOT),$(TESTS:$(BUILD)/tests/%=%))
MEMCHECK_FOLDERS = scripts calls policies explain procstat vmstat step
memchecks = $(MEMCHECK_TESTS:%='tests/tools/memcheck.sh $(MEMCHECKED)/tests/%')\
	$(MEMCHECK_FOLDERS:%='tests/tools/memcheck.sh -f $(MEMCHECKED)/bin \
	tests/%')

# TSAN_TESTS use threads; so do the commands in these folders.
TSANNED	= $(BUILD)-tsan
TSAN_TESTS = $(filter model/test_determinism unit/workloads/test_sweep% \
	unit/workloads/test_input% unit/workloads/test_uvt% \
	unit/api/test_lib_machine,$(TESTS:$(BUILD)/tests/%=%))
TSAN_FOLDERS = sweep convert mrc
tsans	= $(TSAN_TESTS:%='$(TSANNED)/tests/%') \
	$(TSAN_FOLDERS:%='tests/%/run.sh $(TSANNED)/bin/uvmsim')

# A test that asks whether it is slow today is told that it is.
ifneq ($(MEMCHECK)$(TSAN)$(EMULATED),)
$(BUILD)/obj/tests/%.o: ALL_CPPFLAGS += -D__SANITIZE_ADDRESS__
endif

.PHONY: memcheck tsan
memcheck:
	@$(DEPS) build check memcheck
	+@$(MAKE) MEMCHECK=1 BUILD=$(MEMCHECKED) all \
	    $(MEMCHECK_TESTS:%=$(MEMCHECKED)/tests/%)
	@TEST_TIMEOUT=7200 $(RUN) $(memchecks)
	@printf 'ANALYZER memcheck %d 0\n' $(words $(MEMCHECK_TESTS) \
	    $(MEMCHECK_FOLDERS))

tsan:
	@$(DEPS) build check
	+@$(MAKE) TSAN=1 BUILD=$(TSANNED) all $(TSAN_TESTS:%=$(TSANNED)/tests/%)
	@TEST_TIMEOUT=3600 $(RUN) $(tsans)
	@printf 'ANALYZER tsan %d 0\n' $(words $(TSAN_TESTS) $(TSAN_FOLDERS))
