/*
 * workloads/explain/manual.c: whatever call fails, for whatever reason, the
 * manual of its system is found.
 *
 * Calls are drawn by lot, with arguments out of what lies near the borders of
 * checks, in processes of each system whose limits are drawn as well.  Which
 * rows there are, and that each can be had, is checked by tests/explain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/explain/manual.h"
#include "workloads/script/exec.h"
#include "tests/random.h"

#define CALLS 25000 /* of each system */
#define MAXROWS 600

/* Which rows have been had, by system: bits of calls. */
static uint64_t had[8][MAXROWS];

struct world {
	struct machine *m;
	struct process *p;
	uint64_t rng;
	vaddr_t base; /* of what is mapped */
	unsigned names;
	char name[32];
};

static uint64_t
lot(struct world *w, uint64_t n)
{
	return rnd_draw(&w->rng, n);
}

static uint64_t
an_address(struct world *w)
{
	const uint64_t max = vm_map_max(&w->p->vmspace->vm_map);
	const uint64_t some[] = { 0, 1, 0x1000, w->base, w->base + 0x1000,
		w->base + 1, w->base + 0x40000, max, max - 0x1000, max + 0x1000,
		UINT64_MAX, UINT64_MAX - 0xfff, w->p->brk,
		w->p->stack_top - 0x2000, 0x40000000,
		w->p->brk_start + 0x1000 };

	if (lot(w, 2) == 0)
		return w->base + lot(w, 64) * 0x1000;
	return some[lot(w, NELEM(some))];
}

static uint64_t
a_length(struct world *w)
{
	const uint64_t some[] = { 0, 1, 0x1000, 0x2000, 0x8000, 0x10000,
		0x100000, (uint64_t)1 << 40, (uint64_t)1 << 47, UINT64_MAX,
		UINT64_MAX - 0x1000, (uint64_t)INT64_MAX, (uint64_t)2 << 20,
		(uint64_t)4 << 20 };

	return some[lot(w, NELEM(some))];
}

/* Or of a few constants of the system whose names begin so, or junk. */
static uint64_t
flags(struct world *w, const char *prefix)
{
	const struct sim_const *c = w->p->personality->consts;
	uint64_t v = 0;
	size_t n = 0;

	while (c[n].name != NULL)
		n++;
	for (unsigned i = 0; i < 400; i++) {
		const struct sim_const *k = &c[lot(w, n)];

		if (strncmp(k->name, prefix, strlen(prefix)) != 0)
			continue;
		v |= k->value;
		if (lot(w, 3) == 0)
			break;
	}
	return lot(w, 16) == 0 ? v | (uint64_t)1 << lot(w, 32) : v;
}

static uint64_t
a_descriptor(struct world *w)
{
	return lot(w, 3) == 0 ? UINT64_MAX : lot(w, 8);
}

static const char *
a_path(struct world *w)
{
	static const char *const paths[] = { "/file", "/dev/zero", "/dir",
		"/nothing", "", "/shm", "/dev/swap0", "/dev/mem", "/tiny" };

	return paths[lot(w, NELEM(paths))];
}

static const char *
new_name(struct world *w)
{
	snprintf(w->name, sizeof(w->name), "p%u", w->names++);
	return w->name;
}

static void
draw(struct world *w, struct sim_call *c)
{
	static const struct {
		enum sim_sysno no;
		char what[8]; /* a address, l length, f fd, s limit, n number */
		const char *prefix[2]; /* of 1 and 2 */
	} forms[] = {
		{ SIM_SYS_MMAP, "al12fo", { "PROT_", "MAP_" } },
		{ SIM_SYS_MMAP, "al12fo", { "PROT_", "MAP_" } },
		{ SIM_SYS_MMAP, "al12fo", { "PROT_", "MAP_" } },
		{ SIM_SYS_MUNMAP, "al", { NULL } },
		{ SIM_SYS_FORK, "", { NULL } },
		{ SIM_SYS_VFORK, "", { NULL } },
		{ SIM_SYS_EXEC, "", { NULL } },
		{ SIM_SYS_MPROTECT, "al1", { "PROT_" } },
		{ SIM_SYS_MINHERIT, "aln", { NULL } },
		{ SIM_SYS_MADVISE, "aln", { NULL } },
		{ SIM_SYS_POSIX_MADVISE, "aln", { NULL } },
		{ SIM_SYS_MLOCK, "al", { NULL } },
		{ SIM_SYS_MLOCK2, "al1", { "MLOCK_" } },
		{ SIM_SYS_MUNLOCK, "al", { NULL } },
		{ SIM_SYS_MLOCKALL, "1", { "MCL_" } },
		{ SIM_SYS_MUNLOCKALL, "", { NULL } },
		{ SIM_SYS_MSYNC, "al1", { "MS_" } },
		{ SIM_SYS_MINCORE, "alv", { NULL } },
		{ SIM_SYS_MREMAP, "al1al", { "MREMAP_" } },
		{ SIM_SYS_MREMAP, "alal1", { "MAP_" } },
		{ SIM_SYS_MREMAP, "all1a", { "MREMAP_" } },
		{ SIM_SYS_REMAP_FILE_PAGES, "alnnn", { NULL } },
		{ SIM_SYS_BRK, "a", { NULL } },
		{ SIM_SYS_SBRK, "l", { NULL } },
		{ SIM_SYS_SHMGET, "nl1", { "IPC_" } },
		{ SIM_SYS_SHMAT, "na1", { "SHM_" } },
		{ SIM_SYS_SHMDT, "a", { NULL } },
		{ SIM_SYS_SHMCTL, "n1", { "IPC_" } },
		{ SIM_SYS_SHM_OPEN, "1n", { "O_" } },
		{ SIM_SYS_SHM_UNLINK, "", { NULL } },
		{ SIM_SYS_MEMFD_CREATE, "n", { NULL } },
		{ SIM_SYS_OPEN, "1n", { "O_" } },
		{ SIM_SYS_CLOSE, "f", { NULL } },
		{ SIM_SYS_UNLINK, "", { NULL } },
		{ SIM_SYS_FTRUNCATE, "fl", { NULL } },
		{ SIM_SYS_SETRLIMIT, "nll", { NULL } },
		{ SIM_SYS_SETRLIMIT, "sll", { NULL } },
		{ SIM_SYS_CPU, "n", { NULL } },
		{ SIM_SYS_SLEEP, "o", { NULL } },
		{ SIM_SYS_SWAPON, "n", { NULL } },
		{ SIM_SYS_SWAPOFF, "", { NULL } },
		{ SIM_SYS_SWAPCTL, "nn", { NULL } },
	};
	size_t form = lot(w, NELEM(forms));

	*c = (struct sim_call){ .no = forms[form].no, .str = a_path(w) };
	if (c->no == SIM_SYS_FORK || c->no == SIM_SYS_VFORK)
		c->str = new_name(w);
	for (size_t i = 0; forms[form].what[i] != '\0'; i++) {
		switch (forms[form].what[i]) {
		case 'a': c->arg[i] = an_address(w); break;
		case 'l': c->arg[i] = a_length(w); break;
		case 'f': c->arg[i] = a_descriptor(w); break;
		case 'o':
			c->arg[i] = lot(w, 4) != 0 ? lot(w, 4) * 0x1000 :
						     a_length(w);
			break;
		case '1': c->arg[i] = flags(w, forms[form].prefix[0]); break;
		case '2': c->arg[i] = flags(w, forms[form].prefix[1]); break;
		case 's': c->arg[i] = lot(w, SIM_NLIMITS); break;
		default: c->arg[i] = lot(w, 110); break;
		}
	}
}

static struct machine *
new_machine(void)
{
	struct sim_config config;
	struct machine *m;
	char err[200];

	sim_config_default(&config);
	assert_int_equal(sim_config_set(&config, "ram=2M", err, sizeof(err)),
	    0);
	assert_int_equal(sim_config_set(&config, "swap=1M", err, sizeof(err)),
	    0);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	(void)sim_file_get(m, "/file", 0x8000, SIM_FILE_REG);
	(void)sim_file_get(m, "/tiny", 1, SIM_FILE_REG);
	(void)sim_file_get(m, "/dir", 0, SIM_FILE_DIR);
	(void)sim_file_get(m, "/dev/mem", 0x8000, SIM_FILE_DEV);
	return m;
}

static void
end_process(struct machine *m, struct process *p)
{
	if (p->state == SIM_RUNNING)
		sim_process_exit(m, p, 0, 0);
	sim_process_reap(m, p);
}

/* A process with something mapped and open. */
static void
new_process(struct world *w, const struct sim_personality *system)
{
	const uint64_t how[] = { 0, 2, 0, 0, 1, 0 };
	const char *const paths[] = { "/file", "/file", "/dir", "/dev/mem",
		"/file", "/dev/zero" };
	struct sim_call c = { .no = SIM_SYS_MMAP,
		.arg = { 0, 0x10000, 3, 0, UINT64_MAX, 0 } };
	uint64_t private, anon;

	if (w->p != NULL)
		end_process(w->m, w->p);
	assert_int_equal(sim_spawn(w->m, new_name(w), 0, system, NULL, &w->p),
	    0);
	assert_int_equal(sim_const_value(system, "MAP_PRIVATE", &private), 0);
	assert_int_equal(sim_const_value(system, "MAP_ANON", &anon), 0);
	c.arg[3] = private | anon;
	(void)sim_syscall(w->m, w->p, &c, &w->base);
	for (size_t i = 0; i < NELEM(paths); i++) {
		struct sim_call open = { .no = SIM_SYS_OPEN,
			.str = paths[i],
			.arg = { how[i] } };

		(void)sim_syscall(w->m, w->p, &open, NULL);
	}
	if (lot(w, 2) == 0)
		w->p->rlimit[SIM_RLIMIT_MEMLOCK].cur = lot(w, 20) * 0x1000;
	if (lot(w, 4) == 0)
		w->p->rlimit[SIM_RLIMIT_DATA].cur = lot(w, 100) * 0x1000;
	if (lot(w, 4) == 0)
		w->p->rlimit[SIM_RLIMIT_AS].cur = w->p->vmspace->vm_map.size +
		    lot(w, 100) * 0x1000;
	if (lot(w, 3) == 0)
		w->p->uid = 1000;
}

/* => false: the manual says nothing of it */
static bool
note(size_t system, enum sim_sysno no, const struct sim_error *e)
{
	const struct wl_manual *row, *found;

	found = wl_manual_find(sim_personalities[system], no, e);
	for (size_t i = 0; (row = wl_manual_at(i)) != NULL; i++)
		if (row == found)
			had[system][i] |= (uint64_t)1 << no;
	return found != NULL;
}

static void
test_found(void **state)
{
	unsigned missing = 0;

	(void)state;
	for (size_t s = 0; sim_personalities[s] != NULL; s++) {
		struct world w = { .m = new_machine(), .rng = s + 1 };

		for (unsigned i = 0; i < CALLS; i++) {
			struct sim_call c;
			uint8_t vec[256];
			uint64_t ret;
			int err;

			if (w.p == NULL || w.p->state != SIM_RUNNING ||
			    lot(&w, 30) == 0)
				new_process(&w, sim_personalities[s]);
			draw(&w, &c);
			c.vec = vec;
			c.vec_len = lot(&w, 2) * sizeof(vec);
			if (lot(&w, 8) == 0)
				mem_fail_after(w.m->mem, 1 + lot(&w, 12));
			err = sim_syscall(w.m, w.p, &c, &ret);
			mem_fail_after(w.m->mem, 0);
			if (err == 0 &&
			    (c.no == SIM_SYS_FORK || c.no == SIM_SYS_VFORK))
				end_process(w.m,
				    sim_process_bypid(w.m, (int)ret));
			if (err == 0 || note(s, c.no, &w.m->error))
				continue;
			missing++;
			print_message("%s %s %s \"%s\"\n",
			    sim_personalities[s]->name, sim_sysname(c.no),
			    sim_errname(err),
			    w.m->error.why != NULL ? w.m->error.why : "(none)");
		}
		sim_machine_destroy(w.m);
	}
	assert_int_equal(missing, 0);
}

/* ------------------------------------------------------------ scripts ---- */

static void
after(void *ctx, uint32_t line, const struct wl_done *d)
{
	struct machine *m = ctx;
	size_t s = 0;
	int no = m->error.op != NULL ? sim_sysbyname(m->error.op) : -1;

	if (d->err == 0 || no < 0)
		return;
	while (sim_personalities[s] != d->personality)
		s++;
	if (!note(s, (enum sim_sysno)no, &m->error))
		fail_msg("line %u: no manual for %s: %s", line,
		    sim_errname(m->error.err),
		    m->error.why != NULL ? m->error.why : "(none)");
}

/* What is seldom met by lot. */
static void
test_scripts(void **state)
{
	static const char *const paths[] = { "tests/explain/errors-freebsd.uvm",
		"tests/explain/errors-netbsd.uvm",
		"tests/explain/errors-openbsd.uvm",
		"tests/explain/errors-linux.uvm",
		"tests/explain/errors-linux-areas.uvm",
		"tests/explain/errors-linux-huge.uvm",
		"tests/explain/errors-swap-freebsd.uvm",
		"tests/explain/errors-swap-netbsd.uvm",
		"tests/explain/errors-swap-openbsd.uvm",
		"tests/explain/errors-swap-linux.uvm",
		"tests/explain/errors-memory.uvm" };

	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < NELEM(paths); i++) {
		struct wl_script_error e = { 0 };
		struct sim_config config;
		struct wl_run run = { .err = stderr, .after = after };
		struct wl_input *in;
		char err[300];

		in = wl_input_open(paths[i], err, sizeof(err));
		assert_non_null(in);
		run.script = wl_script_read(in, &e);
		wl_input_close(in);
		if (run.script == NULL)
			fail_msg("%s:%u:%u: %s", paths[i], e.line, e.col,
			    e.text);
		sim_config_default(&config);
		wl_script_config(run.script, &config);
		assert_int_equal(sim_machine_create(&config, &run.machine, err,
				     sizeof(err)),
		    0);
		(void)sim_file_get(run.machine, "/dir", 0, SIM_FILE_DIR);
		run.looker = run.machine;
		if (!wl_script_run(&run) || run.failed != 0) {
			print_message("%s:%u: %s\n", paths[i], run.error.line,
			    run.error.text);
			failed++;
		}
		sim_machine_destroy(run.machine);
		wl_script_free((struct wl_script *)(uintptr_t)run.script);
	}
	assert_int_equal(failed, 0);
}

/* --------------------------------------------- what no script can say --- */

static void
test_strings(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (size_t s = 0; sim_personalities[s] != NULL; s++) {
		struct world w = { .m = new_machine(), .rng = 1 };
		struct sim_call c = { .no = SIM_SYS_EXEC, .str = "" };

		new_process(&w, sim_personalities[s]);
		assert_int_equal(sim_syscall(w.m, w.p, &c, NULL), ENOENT);
		assert_true(note(s, c.no, &w.m->error));
		c = (struct sim_call){ .no = SIM_SYS_MEMFD_CREATE,
			.str = name };
		assert_int_not_equal(sim_syscall(w.m, w.p, &c, NULL), 0);
		assert_true(note(s, c.no, &w.m->error));
		sim_machine_destroy(w.m);
	}
}

/* Advice on a part of an entry, the n-th allocation failing. */
static void
test_memory(void **state)
{
	(void)state;
	for (size_t s = 0; sim_personalities[s] != NULL; s++) {
		struct world w = { .m = new_machine(), .rng = 1 };

		for (unsigned i = 0; i < 200; i++) {
			struct sim_call c = { .no = i & 1 ?
				    SIM_SYS_MADVISE :
				    SIM_SYS_POSIX_MADVISE,
				.arg = { 0, 0x1000, i / 2 % 10 } };

			if (i % 20 == 0)
				new_process(&w, sim_personalities[s]);
			c.arg[0] = w.base + 0x1000;
			mem_fail_after(w.m->mem, 1 + i / 20 % 3);
			if (sim_syscall(w.m, w.p, &c, NULL) != 0)
				assert_true(note(s, c.no, &w.m->error));
			mem_fail_after(w.m->mem, 0);
		}
		sim_machine_destroy(w.m);
	}
}

/* ------------------------------------------------------------------------- */

/* Each row, for each of its systems and calls, has been had. */
static void
test_all_had(void **state)
{
	const struct wl_manual *row;
	unsigned missing = 0;

	(void)state;
	for (size_t s = 0; sim_personalities[s] != NULL; s++)
		for (size_t i = 0; (row = wl_manual_at(i)) != NULL; i++)
			for (int no = 0; no < SIM_NSYSCALLS; no++)
				if (wl_manual_applies(row, sim_personalities[s],
					(enum sim_sysno)no) &&
				    (had[s][i] >> no & 1) == 0) {
					missing++;
					print_message("%s %s %s \"%s\"\n",
					    sim_personalities[s]->name,
					    sim_sysname((enum sim_sysno)no),
					    sim_errname(row->err), row->why);
				}
	assert_int_equal(missing, 0);
}

/* Sentences, one a row; no row that another one hides. */
static void
test_rows(void **state)
{
	const struct wl_manual *a, *b;

	(void)state;
	for (size_t i = 0; (a = wl_manual_at(i)) != NULL; i++) {
		assert_true(a->systems != 0 && a->calls != 0);
		assert_string_not_equal(sim_errname(a->err), "E?");
		assert_true(a->says != NULL && strlen(a->says) > 8);
		assert_true(a->says[strlen(a->says) - 1] != '.');
		for (size_t k = 0; k < i; k++) {
			b = wl_manual_at(k);
			if (a->err == b->err && strcmp(a->why, b->why) == 0 &&
			    (a->systems & b->systems) != 0 &&
			    (a->calls & b->calls) != 0)
				fail_msg("\"%s\" is there twice", a->why);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_all_had),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
