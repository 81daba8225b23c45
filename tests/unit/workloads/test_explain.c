/*
 * workloads/explain/explain.c: stories hold what they promise, over all scripts
 * that are shipped.
 *
 *  - the counters that a story tells are those that differ, by the same
 *    amounts, between two looks at all counters; likewise the clock
 *  - each step that the man page names is told somewhere, and no other
 *  - a run with stories ends in the same core, byte by byte, as one without
 *  - the short chain of an access is short, and no line is wider than 79
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <limits.h>
#include <unistd.h>

#include "sim/event.h"
#include "sim/stats.h"
#include "workloads/explain/explain.h"
#include "workloads/script/exec.h"

#define MAXSTEPS 128
#define SHORT 24 /* lines of an access: one that has its process killed */

struct seen {
	struct machine *m;
	struct wl_story *story;
	uint64_t *counter; /* before */
	size_t ncounters;
	uint64_t clock;
	uint64_t stories;
	char step[MAXSTEPS][32];
	unsigned nsteps;
	const char *path;
};

/* ------------------------------------------------------------ counters ---- */

/* A member of facts: "name":NUMBER => where the number is; NULL: none */
static const char *
member_of(const char *facts, const char *name)
{
	char key[64];
	const char *at;

	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(facts, key);
	if (at == NULL || (at != facts && at[-1] != ','))
		return NULL;
	return at + strlen(key);
}

static bool
fact_of(const char *facts, const char *name, uint64_t *v)
{
	const char *at = member_of(facts, name);

	*v = at != NULL ? strtoull(at, NULL, 10) : 0;
	return at != NULL;
}

/* What fell is less than 0, not nearly 2^64. */
static bool
change_of(const char *facts, const char *name, int64_t *v)
{
	const char *at = member_of(facts, name);

	errno = 0;
	*v = at != NULL ? strtoll(at, NULL, 10) : 0;
	return at != NULL && errno == 0;
}

static unsigned
facts_in(const char *facts)
{
	unsigned n = facts[0] != '\0';

	for (; *facts != '\0'; facts++)
		n += *facts == ',';
	return n;
}

static void
note_counters(struct seen *s)
{
	struct sim_stat st;

	for (size_t i = 0; i < s->ncounters; i++) {
		assert_true(sim_stat_at(s->m, i, &st));
		s->counter[i] = st.value;
	}
	s->clock = sim_clock(s->m);
}

static void
check_counters(const struct seen *s, uint32_t line, const char *facts)
{
	unsigned changed = 0;
	struct sim_stat st;
	int64_t told;

	for (size_t i = 0; i < s->ncounters; i++) {
		assert_true(sim_stat_at(s->m, i, &st));
		if (st.value == s->counter[i])
			continue;
		changed++;
		if (!change_of(facts, st.name, &told) ||
		    told != (int64_t)(st.value - s->counter[i]))
			fail_msg("%s:%u: %s has changed by %lld, told is: %s",
			    s->path, line, st.name,
			    (long long)(st.value - s->counter[i]), facts);
	}
	assert_int_equal(changed, facts_in(facts));
}

/* All lines of a story. */
static void
check_story(struct seen *s, uint32_t line)
{
	bool counters = false, cost = false;
	struct wl_line l;
	uint64_t ns;

	for (unsigned i = 0; wl_story_line(s->story, i, &l); i++) {
		unsigned k = 0;

		while (k < s->nsteps && strcmp(s->step[k], l.step) != 0)
			k++;
		if (k == s->nsteps) {
			assert_true(s->nsteps < MAXSTEPS);
			snprintf(s->step[s->nsteps++], sizeof(s->step[0]), "%s",
			    l.step);
		}
		if (strcmp(l.step, "counters") == 0) {
			check_counters(s, line, l.facts);
			counters = true;
		}
		if (strcmp(l.step, "cost") == 0) {
			assert_true(fact_of(l.facts, "ns", &ns));
			assert_int_equal(ns, sim_clock(s->m) - s->clock);
			cost = true;
		}
		assert_true(l.text[0] != '\0');
		assert_true(l.text[strlen(l.text) - 1] != '.');
	}
	assert_true(counters && cost);
}

/* Text as it is printed: its width, and that the short chain is short. */
static void
check_text(const struct seen *s, bool full, unsigned most)
{
	const char *at, *end;
	unsigned number = 0;
	char *text;
	size_t len;
	FILE *fp = open_memstream(&text, &len);

	assert_non_null(fp);
	wl_story_print(s->story, fp, full);
	fclose(fp);
	for (at = text; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		number += strncmp(at, "     ", 5) != 0;
		if (end - at > 79 && strchr(at + 7, ' ') != NULL &&
		    strchr(at + 7, ' ') < end)
			fail_msg("%s: wide: %.*s", s->path, (int)(end - at),
			    at);
	}
	if (number > most)
		fail_msg("%s: %u lines:\n%s", s->path, number, text);
	free(text);
}

static void
before(void *ctx, uint32_t line, const struct wl_deed *deed)
{
	struct seen *s = ctx;

	(void)line;
	if (deed == NULL)
		return;
	note_counters(s);
	wl_story_begin(s->story, deed);
}

static void
after(void *ctx, uint32_t line, const struct wl_done *d)
{
	struct seen *s = ctx;

	wl_story_end(s->story, d->err, d->ret, &d->sig);
	if (s->stories++ < 400) {
		check_story(s, line);
		check_text(s, false, d->op->access != NULL ? SHORT : UINT_MAX);
		check_text(s, true, UINT_MAX);
	}
}

/* -------------------------------------------------------------- runs ---- */

/* Run a script, with stories or without; its core goes to a file. */
static void
run(const char *path, struct seen *s, const char *personality, const char *core)
{
	struct wl_script_error e = { 0 };
	struct sim_config config;
	struct wl_run r = { 0 };
	struct sim_stat st;
	struct wl_input *in;
	char err[300];

	in = wl_input_open(path, err, sizeof(err));
	assert_non_null(in);
	r.script = wl_script_read(in, &e);
	wl_input_close(in);
	if (r.script == NULL)
		fail_msg("%s:%u: %s", path, e.line, e.text);
	sim_config_default(&config);
	wl_script_config(r.script, &config);
	if (personality != NULL)
		config.personality = sim_personality_byname(personality);
	assert_int_equal(sim_machine_create(&config, &r.machine, err,
			     sizeof(err)),
	    0);
	if (s != NULL) {
		s->path = path;
		s->m = r.machine;
		s->stories = 0;
		for (s->ncounters = 0; sim_stat_at(s->m, s->ncounters, &st);)
			s->ncounters++;
		s->counter = calloc(s->ncounters, sizeof(*s->counter));
		assert_non_null(s->counter);
		s->story = wl_story_new(s->m);
		assert_non_null(s->story);
		r.before = before;
		r.after = after;
		r.looker = s;
	}
	(void)wl_script_run(&r); /* some end with an error, on purpose */
	if (s != NULL) {
		wl_story_free(s->story);
		free(s->counter);
	}
	if (core != NULL)
		assert_int_equal(sim_core_save(r.machine, core, err,
				     sizeof(err)),
		    0);
	sim_machine_destroy(r.machine);
	wl_script_free((struct wl_script *)(uintptr_t)r.script);
}

static char *
content(const char *path, size_t *len)
{
	FILE *fp = fopen(path, "rb");
	char *text;

	assert_non_null(fp);
	fseek(fp, 0, SEEK_END);
	*len = (size_t)ftell(fp);
	rewind(fp);
	text = malloc(*len + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, *len, fp), *len);
	text[*len] = '\0';
	fclose(fp);
	return text;
}

static void
same_cores(const char *path, const char *a, const char *b)
{
	size_t na, nb;
	char *ta = content(a, &na), *tb = content(b, &nb);

	if (na != nb || memcmp(ta, tb, na) != 0)
		fail_msg("%s: stories have changed the machine", path);
	free(ta);
	free(tb);
	remove(a);
	remove(b);
}

/* Each *.uvm of a folder. */
static void
run_folder(const char *folder, struct seen *s)
{
	DIR *d = opendir(folder);
	const struct dirent *de;

	assert_non_null(d);
	while ((de = readdir(d)) != NULL) {
		size_t n = strlen(de->d_name);
		char path[512], with[64], without[64];

		if (n < 4 || strcmp(de->d_name + n - 4, ".uvm") != 0 ||
		    strcmp(de->d_name, "errors-linux-areas.uvm") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, de->d_name);
		snprintf(with, sizeof(with), "/tmp/test_explain.%d.a",
		    (int)getpid());
		snprintf(without, sizeof(without), "/tmp/test_explain.%d.b",
		    (int)getpid());
		run(path, s, NULL, with);
		run(path, NULL, NULL, without);
		same_cores(path, with, without);
	}
	closedir(d);
}

static struct seen seen; /* over all tests */

static void
test_examples(void **state)
{
	(void)state;
	run_folder("workloads/examples", &seen);
	run_folder("tests/explain", &seen);
	for (size_t i = 0; sim_personalities[i] != NULL; i++)
		run("tests/explain/story-calls.uvm", &seen,
		    sim_personalities[i]->name, NULL);
}

/* The steps of the man page: words behind .Li within its list of steps. */
static bool
in_manual(const char *text, const char *step)
{
	const size_t n = strlen(step);
	const char *at = text;

	while ((at = strstr(at, step)) != NULL) {
		if (at[-1] == ' ' && (at[n] == ' ' || at[n] == '\n'))
			return true;
		at += n;
	}
	return false;
}

static void
test_steps(void **state)
{
	static const char *const wanted[] = { "fault", "walk", "hashed",
		"entry", "entry_more", "amap", "object", "rights", "needscopy",
		"neighbours", "anon", "anon_cow", "object_page", "promote_copy",
		"promote_zero", "pagein", "swapin", "pte", "larger", "refused",
		"promoted", "promote_fail", "demoted", "more_faults",
		"no_fault", "marks", "tlb", "evict", "pageout", "reactivate",
		"victim", "ghost", "paging", "daemon", "no_entry", "fault_fail",
		"stack", "signal", "fails", "manual", "place", "joined",
		"fork_entry", "copied_now", "unchanged", "break_stays",
		"checks", "limits", "result", "space", "plain_forks", "pages",
		"moved", "counters", "cost", "map", "merge", "clip", "unmap",
		"protect", "inherit", "advice", "wire", "unwire" };
	size_t len;
	char *page = content("docs/man/uvmsim-explain.1", &len);

	(void)state;
	for (size_t i = 0; i < NELEM(wanted); i++) {
		unsigned k = 0;

		while (k < seen.nsteps && strcmp(seen.step[k], wanted[i]) != 0)
			k++;
		if (k == seen.nsteps)
			fail_msg("no script has a step %s", wanted[i]);
	}
	for (unsigned k = 0; k < seen.nsteps; k++) {
		bool event = false;

		for (int e = 0; e < VM_EVENT_NKINDS; e++)
			event |= strcmp(seen.step[k],
				     sim_event_name((enum vm_event_kind)e)) ==
			    0;
		if (!event && !in_manual(page, seen.step[k]))
			fail_msg("uvmsim-explain(1) does not name the step %s",
			    seen.step[k]);
	}
	free(page);
}

/* A story without a script: an access, a call, nothing. */
static void
test_bare(void **state)
{
	struct sim_config config;
	struct wl_story *s;
	struct machine *m;
	struct process *p;
	struct wl_line l;
	char err[200];

	(void)state;
	sim_config_default(&config);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "a", 0, NULL, NULL, &p), 0);
	s = wl_story_new(m);
	assert_non_null(s);
	assert_int_equal(wl_story_nlines(s), 0);
	wl_story_end(s, 0, 0, NULL); /* nothing is under way */
	assert_int_equal(wl_story_nlines(s), 0);
	wl_story_begin(s,
	    &(struct wl_deed){ .p = p,
		.va = p->stack_top - 8,
		.len = 1,
		.type = VM_PROT_WRITE });
	assert_int_equal(sim_access(m, p, p->stack_top - 8, 1, VM_PROT_WRITE,
			     NULL),
	    0);
	wl_story_end(s, 0, 0, NULL);
	assert_true(wl_story_line(s, 0, &l));
	assert_string_equal(l.step, "fault");
	assert_true(l.brief);
	/* without anybody between, events do not reach the story */
	assert_int_equal(sim_access(m, p, p->stack_top - 0x2000, 1,
			     VM_PROT_WRITE, NULL),
	    0);
	assert_int_equal(wl_story_lost(s), 0);
	wl_story_free(s);
	wl_story_free(NULL);
	assert_null(m->vm.event_fn);
	sim_machine_destroy(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
