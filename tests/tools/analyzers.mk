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
