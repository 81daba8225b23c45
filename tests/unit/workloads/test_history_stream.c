/*
 * Histories of traces of operations and references, and of references of
 * several processes: what happened at each place, however one came there.
 *
 * What each operation comes to is written down by hand, in a table; the replay
 * of such traces (replay/stream.h), which goes through them by code of its own,
 * counts the same.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "history_fixture.h"
#include "workloads/replay/stream.h"
#include "workloads/uvt/uvt.h"

#define A ((vaddr_t)0x10000000) /* where 64K are mapped */

/* ------------------------------------------------------------- a trace ---- */

/* An operation, or with no text a reference. */
struct piece {
	const char *text;
	uint32_t process;
	vaddr_t va;
	uint32_t size;
	enum wl_ref_kind kind;
	uint32_t times; /* 0: once */
};

static void
put(struct wl_uvt_writer *w, const struct piece *p)
{
	const struct wl_ref r = { p->va, p->size, p->kind };

	if (p->text != NULL)
		assert_true(wl_uvt_op(w, p->text, strlen(p->text)));
	for (uint32_t i = 0; p->text == NULL && i < p->times + !p->times; i++)
		assert_true(wl_uvt_put(w, p->process, &r, 1));
}

/* Parts, each of pieces up to one that has neither text nor size. */
static const char *
trace(const struct piece *p, unsigned parts)
{
	static char path[80];
	struct wl_uvt_writer w;
	FILE *fp;

	snprintf(path, sizeof(path), "/tmp/history-%d.uvt", (int)getpid());
	fp = fopen(path, "w");
	assert_non_null(fp);
	for (; parts > 0; parts--, p++) {
		assert_true(wl_uvt_begin(&w, fp, "source: test\n"));
		for (; p->text != NULL || p->size > 0; p++)
			put(&w, p);
		assert_true(wl_uvt_end(&w));
		wl_uvt_drop(&w);
	}
	assert_int_equal(fclose(fp), 0);
	return path;
}

#define OP(text_) \
	{ \
		.text = (text_) \
	}
#define REF(process_, va_, size_, kind_) \
	{ \
		.process = (process_), .va = (va_), .size = (size_), \
		.kind = WL_REF_##kind_ \
	}
#define END \
	{ \
		.text = NULL \
	}

/* What is so at each moment of a straight run, and of one that jumps. */
struct moment {
	const char *text;
	int err;
	int pid;
};

static void
check_moments(const char *path, const char *machine, uint64_t every,
    const struct moment *want, uint64_t n)
{
	struct wl_history *h = history_of(path, machine, every, 0);
	uint64_t seed = every, at;

	for (uint64_t i = 0; i < 3 * n; i++) {
		const struct wl_moment *mo;

		at = i < n ? i + 1 : 1 + history_random(&seed, n);
		assert_int_equal(wl_history_goto(h, at), WL_WENT);
		mo = wl_history_moment(h);
		if (strcmp(mo->text, want[at - 1].text) != 0 ||
		    mo->err != want[at - 1].err || mo->pid != want[at - 1].pid)
			fail_msg("operation %llu: '%s' errno %d pid %d, "
				 "expected '%s' errno %d pid %d",
			    (unsigned long long)at, mo->text, mo->err, mo->pid,
			    want[at - 1].text, want[at - 1].err,
			    want[at - 1].pid);
	}
	assert_int_equal(wl_history_goto(h, n + 1), WL_WENT_END);
	assert_int_equal(wl_history_known(h), n);
	for (at = 1; at <= n; at += 2)
		history_same(h, path, machine, at);
	wl_history_close(h);
}

/* ---------------------------------------------- operations, references ---- */

static const struct piece mixed[] = {
	OP("machine ram=4M personality=freebsd"),
	OP("spawn p image=none"),
	OP("p: mmap 64K rw private anon fixed at 0x10000000"),
	OP("show clock"),
	REF(0, A, 4, LOAD),
	REF(0, A + 0xffc, 8, STORE),  /* two pages */
	REF(0, A + 0xfffc, 8, STORE), /* the second is not mapped */
	REF(0, A - 4, 8200, MODIFY),  /* the first of four is not */
	REF(7, A, 4, LOAD),           /* nobody */
	REF(0, A, 4, FETCH),          /* forbidden */
	OP("p: munmap 0x10008000 4K"),
	OP("p: mprotect 0x10000000 4K none"),
	REF(0, A, 8192, LOAD), /* the first of two is forbidden */
	OP("p: fork c"),
	REF(1, A + 0x2000, 4, STORE),
	OP("p: munmap 0x10001000 0"),
	OP("c: exit 3"),
	REF(1, A, 4, LOAD), /* no more */
	END,
	OP("machine ram=64M"), /* another part: p goes */
	OP("spawn q image=none"),
	OP("q: mmap 4K rw private anon fixed at 0x10000000"),
	REF(0, A, 4, LOAD),
	OP("  set q vm_tsize 3 \t"),
	END,
};

static const struct moment mixed_moments[] = {
	{ "spawn p image=none", 0, 2 },
	{ "p: mmap(0x10000000, 64K, PROT_READ|PROT_WRITE, "
	  "MAP_PRIVATE|MAP_FIXED|MAP_ANON, -1, 0)",
	    0, 2 },
	{ "p: read 0x10000000 4", 0, 2 },
	{ "p: write 0x10000ffc 8", 0, 2 },
	{ "p: write 0x1000fffc 8", EFAULT, 2 },
	{ "p: write 0xffffffc 8200", EFAULT, 2 },
	{ "?: read 0x10000000 4", ESRCH, 0 },
	{ "p: exec 0x10000000 4", EACCES, 2 },
	{ "p: munmap(0x10008000, 4K)", 0, 2 },
	{ "p: mprotect(0x10000000, 4K, PROT_NONE)", 0, 2 },
	{ "p: read 0x10000000 8192", EACCES, 2 },
	{ "p: fork(\"c\")", 0, 2 },
	{ "c: write 0x10002000 4", 0, 3 },
	{ "p: munmap(0x10001000, 0)", EINVAL, 2 },
	{ "c: exit(3)", 0, 3 },
	{ "?: read 0x10000000 4", ESRCH, 0 },
	{ "spawn q image=none", 0, 4 },
	{ "q: mmap(0x10000000, 4K, PROT_READ|PROT_WRITE, "
	  "MAP_PRIVATE|MAP_FIXED|MAP_ANON, -1, 0)",
	    0, 4 },
	{ "q: read 0x10000000 4", 0, 4 },
	{ "set q vm_tsize 3", 0, 4 },
};

static void
test_mixed(void **state)
{
	static const char *const machines[] = { "", "tags=on",
		"superpages=reserve", "policy=freebsd", "check=on",
		"swap=16M" };
	const char *path = trace(mixed, 2);

	(void)state;
	for (size_t i = 0; i < NELEM(machines); i++)
		for (uint64_t every = i < 2 ? 1 : 7; every < 8; every += 3)
			check_moments(path, machines[i], every, mixed_moments,
			    NELEM(mixed_moments));
	unlink(path);
}

/* The replay counts what the table says. */
static int
configure(void *ctx, const struct wl_lines *lines, struct sim_config *c)
{
	(void)ctx;
	sim_config_default(c);
	wl_lines_config(lines, c);
	return 0;
}

static void
test_replayed(void **state)
{
	const char *path = trace(mixed, 2);
	struct wl_stream_stats stats;
	struct machine *m = NULL;
	char err[300];
	struct wl_stream_config c = { .trace = path,
		.input = wl_input_open(path, err, sizeof(err)),
		.configure = configure };
	struct wl_history *h = history_of(path, "", 0, 0);

	(void)state;
	assert_int_equal(wl_stream_run(&c, &stats, &m, err, sizeof(err)), 0);
	wl_input_close(c.input);
	assert_int_equal(stats.references, 8);
	assert_int_equal(stats.lost, 2);
	assert_int_equal(stats.unmapped, 2);
	assert_int_equal(stats.refused, 2);
	assert_int_equal(stats.failed, 1);
	sim_machine_destroy(m);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	assert_int_equal(history_reports, 7); /* each that failed is told */
	wl_history_close(h);
	unlink(path);
}

/* ---------------------------------------------------- in too little room -- */

/* Frames for fewer pages than are touched, and nowhere to put them: the one
 * that has most is killed.  What it would have done then, nobody does. */
static const struct piece killing[] = {
	OP("machine ram=1M personality=freebsd"),
	OP("spawn p image=none"),
	OP("spawn c image=none"),
	OP("p: mmap 2M rw private anon fixed at 0x10000000"),
	REF(1, A, 4, LOAD),
	END,
};

static void
test_killed(void **state)
{
	struct piece list[300];
	const char *path;
	struct wl_history *h;
	uint64_t n, dead = 0;

	(void)state;
	memcpy(list, killing, sizeof(killing));
	n = NELEM(killing) - 1;
	for (uint64_t i = 0; i < 280; i++)
		list[n++] = (struct piece)REF(0, A + 4096 * i - 2, 4, STORE);
	list[n] = (struct piece)END;
	path = trace(list, 1);
	h = history_of(path, "", 37, 0);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	n = wl_history_known(h);
	assert_int_equal(n, 284);
	for (uint64_t i = 6; i <= n; i++) {
		assert_int_equal(wl_history_goto(h, i), WL_WENT);
		if (dead == 0 && wl_history_moment(h)->err != 0) {
			assert_int_equal(wl_history_moment(h)->err, ENOMEM);
			assert_int_equal(wl_history_moment(h)->pid, 2);
			dead = i;
		} else if (dead != 0) {
			assert_int_equal(wl_history_moment(h)->err, ESRCH);
		}
	}
	assert_true(dead > 200);
	for (uint64_t i = dead - 2; i < dead + 3; i++)
		history_same(h, path, "", i);
	wl_history_close(h);
	h = history_of(path, "", UINT64_MAX, 0); /* in one batch */
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	assert_int_equal(wl_history_goto(h, dead), WL_WENT);
	assert_int_equal(wl_history_moment(h)->err, ENOMEM);
	wl_history_close(h);
	unlink(path);
}

/* ------------------------------------------------- references of several -- */

/* The first to come is the first process, whatever its number. */
static void
test_several(void **state)
{
	static const struct piece list[] = {
		REF(3, A, 4, LOAD),
		REF(0, A, 4, STORE),
		REF(3, A + 0xffe, 4, FETCH),
		REF(20, A, 4, LOAD),
		REF(0, A, 4, LOAD),
		END,
		REF(1, A, 4, LOAD),
		END,
	};
	static const struct moment want[] = {
		{ "trace: read 0x10000000 4", 0, 2 },
		{ "trace0: write 0x10000000 4", 0, 3 },
		{ "trace: exec 0x10000ffe 4", 0, 2 },
		{ "trace20: read 0x10000000 4", 0, 4 },
		{ "trace0: read 0x10000000 4", 0, 3 },
		{ "trace1: read 0x10000000 4", 0, 5 },
	};
	const char *path = trace(list, 2);

	(void)state;
	check_moments(path, "ram=4M", 1, want, NELEM(want));
	check_moments(path, "ram=4M,policy=opt,frames=3", 2, want, NELEM(want));
	check_moments(path, "ram=4M,policy=lru,frames=3,tags=on", 2, want,
	    NELEM(want));
	unlink(path);
}

/* A reference over the end of the address space, from the first page on. */
static void
test_beyond(void **state)
{
	static const struct piece list[] = {
		REF(0, 0x7fffffffe000, 4096, LOAD),
		REF(0, 0x7fffffffe000 - 2, 5000, LOAD),
		REF(0, A, 4, LOAD),
		END,
	};
	static const char *const machines[] = { "ram=4M,personality=linux",
		"ram=4M,personality=linux,tags=on" };
	const char *path = trace(list, 1);

	(void)state;
	for (size_t i = 0; i < NELEM(machines); i++) {
		struct wl_history *h = history_of(path, machines[i], 0, 0);

		assert_int_equal(wl_history_goto(h, UINT64_MAX),
		    WL_WENT_STOPPED);
		assert_int_equal(wl_history_known(h), 2);
		assert_int_equal(wl_history_moment(h)->err, EFAULT);
		assert_non_null(strstr(wl_history_error(h),
		    ": operation 2: read of 5000 bytes at 0x7fffffffdffe: "
		    "nothing is mapped there"));
		history_same(h, path, machines[i], 1);
		history_same(h, path, machines[i], 2);
		wl_history_close(h);
	}
	unlink(path);
}

/* A machine that is not as it should be, where that is looked at, stops. */
static void
test_broken_machine(void **state)
{
	static const struct piece list[] = { REF(0, A, 4, LOAD),
		REF(0, A + 0x1000, 4, LOAD), REF(0, A + 0x2000, 4, LOAD), END };
	const char *path = trace(list, 1);
	struct wl_history *h = history_of(path, "ram=4M,check=on", 0, 0);

	(void)state;
	assert_int_equal(wl_history_goto(h, 2), WL_WENT);
	wl_history_machine(h)->vm.exp.free++;
	assert_int_equal(wl_history_step(h, NULL), WL_WENT_STOPPED);
	assert_int_equal(wl_history_moment(h)->err, ENOTRECOVERABLE);
	assert_non_null(strstr(wl_history_error(h), "operation 3: read of 4"));
	assert_null(strstr(wl_history_error(h), "ENOTRECOVERABLE"));
	wl_history_machine(h)->vm.exp.free--;
	wl_history_close(h);
	unlink(path);
}

/* ----------------------------------------------------------- refusals ---- */

static const char *
open_error(const char *path)
{
	static char err[800];
	struct wl_history_config c = { .path = path,
		.input = wl_input_open(path, err, sizeof(err)) };
	struct wl_history *h = NULL;

	assert_non_null(c.input);
	assert_int_not_equal(wl_history_open(&c, &h, err, sizeof(err)), 0);
	wl_input_close(c.input);
	return err;
}

static void
test_texts(void **state)
{
	static const struct piece first[] = { OP("spwan p"), END };
	static const struct piece later[] = { OP("spawn p image=none"),
		REF(0, A, 4, LOAD), OP("p: fork c"), OP("p: fokr d"),
		REF(0, A, 4, LOAD), END };
	const char *path = trace(first, 1);
	struct wl_history *h;

	(void)state;
	assert_non_null(strstr(open_error(path),
	    "line 1:1 of the operations: unknown statement spwan"));
	path = trace(later, 1);
	h = history_of(path, "", 0, 0);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_STOPPED);
	assert_int_equal(wl_history_at(h), 3);
	assert_non_null(strstr(wl_history_error(h),
	    ": operation 3: line 3:4 of the operations: "));
	assert_int_equal(wl_history_goto(h, 2), WL_WENT);
	history_same(h, path, "", 1);
	wl_history_close(h);
	unlink(path);
}

/* What looks is passed over, at the end of a text, too. */
static void
test_looks(void **state)
{
	static const struct piece list[] = { OP("spawn p image=none"),
		OP("show clock"), REF(0, A, 4, LOAD), OP("show clock"),
		OP("p: exit 0"), OP("show clock"), END };
	static const uint32_t lines[] = { 1, 0, 0, 0 };
	const char *path = trace(list, 1);
	struct wl_history *h = history_of(path, "", 0, 0);

	(void)state;
	assert_int_equal(wl_history_nlines(h), 2);
	for (size_t i = 0; i < NELEM(lines); i++) {
		assert_int_equal(wl_history_next_line(h), lines[i]);
		(void)wl_history_step(h, NULL);
	}
	assert_int_equal(wl_history_known(h), 3);
	assert_int_equal(wl_history_nlines(h), 5);
	assert_string_equal(wl_history_line(h, 0), "");
	wl_history_close(h);
	unlink(path);
}

/* A byte that is another one than was written: up to its block, and why. */
static void
test_damaged(void **state)
{
	const char *path = trace(mixed, 1);
	struct wl_history *h = history_of(path, "", 0, 0);
	uint64_t whole;
	FILE *fp;

	(void)state;
	(void)wl_history_goto(h, UINT64_MAX);
	whole = wl_history_known(h);
	wl_history_close(h);
	fp = fopen(path, "r+");
	assert_int_equal(fseek(fp, 500, SEEK_SET), 0);
	fputs("\377\377\377", fp);
	fclose(fp);
	h = history_of(path, "", 0, 0);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	assert_true(wl_history_known(h) < whole);
	assert_non_null(strstr(wl_history_error(h), ".uvt: "));
	wl_history_close(h);
	unlink(path);
}

/* Cut, and damaged: as far as it goes, and a word about it. */
static void
test_cut(void **state)
{
	const char *path = trace(mixed, 2);
	struct wl_history *h = history_of(path, "", 0, 0);
	uint64_t whole;

	(void)state;
	(void)wl_history_goto(h, UINT64_MAX);
	whole = wl_history_known(h);
	wl_history_close(h);
	assert_int_equal(truncate(path, 700), 0);
	h = history_of(path, "", 0, 0);
	assert_int_equal(wl_history_goto(h, UINT64_MAX), WL_WENT_END);
	assert_true(wl_history_known(h) < whole);
	assert_true(history_reports > 0);
	wl_history_close(h);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_replayed),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_beyond),
		cmocka_unit_test(test_broken_machine),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
