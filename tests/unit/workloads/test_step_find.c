/*
 * Stepping: what can be looked for, where it is found, and what is said to that
 * which cannot be.
 *
 * Most places follow from the script by counting its operations; those of the
 * daemon are compared with what a condition finds, which asks the machine by
 * the measures of expectations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka wants the headers above first */
#include <cmocka.h>

#include "history_fixture.h"
#include "step_fixture.h"

/* Twice as much as there is room for, between operations 10 and 521. */
static const char script[] = "machine ram=1M swap=16M superpages=never\n"
			     "spawn p image=none\n"
			     "p: buf = mmap 64K rw private anon\n"
			     "p: read buf 4K\n"
			     "p: mprotect buf 4K r\n"
			     "p: mlock buf 4K\n"
			     "p: munlock buf 4K\n"
			     "p: fork c\n"
			     "c: write buf+8K 4K\n"
			     "p: big = mmap 2M rw private anon\n"
			     "p: write seq big 2M\n"
			     "p: read buf 4K\n"
			     "expect p: write buf fails SIGSEGV\n"
			     "p: munmap buf 4K\n"
			     "c: exit 0\n"
			     "p: exit 0\n"
			     "spawn late image=none\n";
#define END 527

/* ------------------------------------------------------------ states ---- */

static void
test_states(void **state)
{
	static const struct step_row rows[] = {
		{ "goto 0;until p buf mapped", 3, "3, ", "" },
		{ "goto 0;until p buf resident", 3, NULL, "" },
		{ "goto 0;until p buf dirty", 3, NULL, "" }, /* made of zeros */
		{ "goto 0;until p buf referenced", 3, NULL, "" },
		{ "goto 0;until p buf writable", 3, NULL, "" },
		{ "until p buf not writable", 4, NULL, "" },
		{ "until p buf wired", 5, "mlock", "" },
		{ "until p buf not wired", 6, "munlock", "" },
		{ "before p buf  not  writable ", 4, NULL, "" },
		{ "goto 0;until p buf not mapped", 2, NULL, "" },
		{ "goto 0;until p buf not resident", 2, NULL, "" },
		{ "goto 0;until p buf not dirty", 2, NULL, "" },
		{ "goto 0;until p buf not promoted", 2, NULL, "" },
		{ "until p buf promoted", 2, "", "not found: p buf promoted" },
		{ "last p buf resident", 522, "swapped in", "" },
		{ "last p buf not swapped", 522, NULL, "" },
		{ "until p buf mapped", 522, "", "not found" },
		{ "last c buf+8K writable", 8, "c: write", "" },
		{ "goto 0;until p buf+64K mapped", 10, NULL, "" },
		{ "goto 0;until late buf mapped", 0, "", "not found" },
		{ "goto 0;until kernel 0 mapped", 0, "", "not found" },
		{ "goto 0;until p dirty", 0, "", "expected an address" },
		{ "until p nowhere dirty", 0, "", "not found: p nowhere" },
		{ "until q buf dirty", 0, "", "no process q" },
		{ "until p not dirty", 0, "", "expected an address" },
	};
	const char *path = history_file("find.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* Two ways to write the same: found at the same operations, all of them. */
static void
test_same(void **state)
{
	static const char *const pairs[][2] = {
		{ "p buf resident", "p resident buf 4K == 1" },
		{ "p buf mapped", "p mapped buf 4K == 1" },
		{ "p buf referenced", "p referenced buf 4K == 1" },
		{ "p buf swapped", "p swapped buf 4K == 1" },
		{ "p buf wired", "p wired buf 4K == 1" },
		{ "p big swapped", "p swapped big 4K == 1" },
		{ "p big+1M not resident", "p resident big+1M 4K == 0" },
	};
	const char *path = history_file("find.uvm", script);
	struct step_talk a, b;
	char text[100];
	unsigned n;

	(void)state;
	step_begin(&a, path);
	step_begin(&b, path);
	for (size_t i = 0; i < NELEM(pairs); i++) {
		(void)step_says(&a, "goto 0");
		(void)step_says(&b, "goto 0");
		for (n = 0; wl_step_nfailed(a.s) == i; n++) {
			snprintf(text, sizeof(text), "until %s", pairs[i][0]);
			(void)step_says(&a, text);
			snprintf(text, sizeof(text), "until %s", pairs[i][1]);
			(void)step_says(&b, text);
			if (step_at(&a) != step_at(&b))
				fail_msg("%s: %llu, other way: %llu", text,
				    (unsigned long long)step_at(&a),
				    (unsigned long long)step_at(&b));
		}
		assert_true(n >= 2);
		assert_int_equal(wl_step_nfailed(b.s), i + 1);
	}
	step_end(&a);
	step_end(&b);
	unlink(path);
}

static void
test_promoted(void **state)
{
	static const struct step_row rows[] = {
		{ "when p buf promoted", 514, "promotion", "" },
		{ "until p buf not promoted", 515, "mprotect", "" },
	};
	const char *path = history_file("super.uvm",
	    "machine ram=64M superpages=reserve\n"
	    "spawn p image=none\n"
	    "p: buf = mmap 2M rw private anon\n"
	    "p: write seq buf 2M\n"
	    "p: mprotect buf 4K r\n");
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* ------------------------------------------------------------ events ---- */

static void
test_events(void **state)
{
	static const struct step_row rows[] = {
		{ "until faults", 3, NULL, "" },
		{ "goto 0;until fault of c", 8, "c: write", "" },
		{ "goto 0;until fault of late", 0, "", "not found" },
		{ "goto 2;until fault at p buf", 3, NULL, "" },
		{ "goto 2;until fault at p buf+4K 4K", 2, "", "not found" },
		{ "goto 2;until fault at p buf+4K 8K of c", 2, "",
		    "expected the end of the line" },
		{ "goto 7;until fault of c at c buf+4K 8K", 8, "c: write", "" },
		{ "goto 0;until unmap wire", 1, NULL, "" },
		{ "until wire", 5, "mlock", "" },
		{ "goto 0;when fault at p buf", 0, "", "p buf: not known now" },
		{ "until fault at", 0, "", "expected a process" },
		{ "until fault of", 0, "", "no process '' is there" },
		{ "until fault of q", 0, "", "no process 'q' is there" },
		{ "until fault of a-name-that-is-much-too-long-for-any-process-"
		  "of-a-machine-to-have",
		    0, "", "no process 'a-name" },
		{ "until evict frame", 0, "", "the number of a frame" },
		{ "until evict frame 0", 0, "", "the number of a frame" },
		{ "until evict frame 4x", 0, "", "the number of a frame" },
		{ "until evict frame 4294967297", 0, "", "number of a frame" },
		{ "until evict frame 4294967295", 0, "", "not found" },
		{ "until fault by p", 0, "", "or frame N, got 'by'" },
		{ "until pageouts", 0, "", "did you mean the event pageout?" },
		{ "until xyzzy", 0, "", "(help until)" },
	};
	const char *path = history_file("find.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* ----------------------------------------------- lines, frames, others ---- */

static void
test_lines(void **state)
{
	static const struct step_row rows[] = {
		{ "until line 11", 10, NULL, "" },
		{ "until line 11", 11, "2 of 512", "" },
		{ "last line 11", 521, "512 of 512", "" },
		{ "goto 0;run 11", 9, "mmap", "" },
		{ "run 12", 521, NULL, "" },
		{ "run 3", 521, NULL, "not found: line 3" },
		{ "run 0", 521, "", "expected a line, from 1 to 17" },
		{ "run x", 521, "", "expected a number, got 'x'" },
		{ "until line", 521, "", "expected a line, from 1 to 17" },
		{ "until line 18", 521, "", "expected a line, from 1 to 17" },
		{ "until line 1 2", 521, "", "nothing behind the number" },
		{ "until failure", 523, "SIGSEGV", "" },
		{ "until failure", 523, "", "not found" },
		{ "goto 0;run", END, NULL, "" },
		{ "goto 2;until frame 4 owner", 3, NULL, "" },
		{ "goto 2;until frame 4", 3, NULL, "" },
		{ "until frame", 3, "", "number of a frame, from 1 to 256" },
		{ "until frame 0", 3, "", "number of a frame, from 1 to 256" },
		{ "until frame 257", 3, "", "from 1 to 256" },
		{ "until frame 4x", 3, "", "from 1 to 256" },
		{ "until frame 4 colour", 3, "", "expected frame N owner" },
	};
	const char *path = history_file("find.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* What stays true is looked for among the checkpoints, and that is said. */
static void
test_bisection(void **state)
{
	static const struct step_row rows[] = {
		{ "goto end;when machine writes >= 300", 308,
		    "found by bisection, ", "" },
		{ "when machine writes >= 3000", 308, "",
		    "moments looked at, by bisection)" },
	};
	const char *path = history_file("find.uvm", script);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* A run that stops, is interrupted, or has nothing in it. */
static void
test_ends(void **state)
{
	static const struct step_row stops[] = {
		{ "until p big mapped", 0, "", "not found" },
		{ "run", 3, NULL, "the run stops here: " },
		{ "info", 3, "it stops: ", "" },
		{ "goto 9", 3, NULL, "the run stops here" },
		{ "goto end", 3, NULL, "the run stops here" },
		{ "next", 3, NULL, "the run stops here" },
		{ "goto 3", 3, "3, ", "" },
		{ "explain", 3, "SIGSEGV", "" },
		{ "diff 2", 3, "faults 0 -> 1 (+1)", "" },
	};
	static const struct step_row long_way[] = {
		{ "until xyz alive == 1", 0, "", NULL },
		{ "until machine faults > 100000", 0, "", "interrupted" },
		{ "goto 60000", STEP_ANYWHERE, NULL, "interrupted" },
		{ "goto 5;diff 60000", STEP_ANYWHERE, "", "interrupted" },
		{ "last machine free == 1", 5, "", "interrupted" },
		{ "when machine free == 1", 5, "", "interrupted" },
	};
	const char *path = history_file("stop.uvm",
	    "spawn p image=none\n"
	    "p: buf = mmap 64K r private anon\np: write buf\np: exit 0\n");
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, stops, NELEM(stops));
	step_end(&t);
	unlink(path);
	step_begin(&t, "gen:zipf:n=70000");
	t.enough = 16384;
	step_rows(&t, long_way, NELEM(long_way));
	step_end(&t);
}

/* A log is looked at as a script is. */
static void
test_log(void **state)
{
	static const struct step_row rows[] = {
		{ "until mmap", 0, "", "did you mean the event map?" },
		{ "until unmap", 6, "mmap(", NULL },
		{ "show clock", 6, "clock ", "" },
		{ "expect machine syscalls >= 1", 6, "yes, got ", "" },
		{ "expect machine syscalls == 0", 6, "no, got ", "" },
		{ "show map nobody", 6, "", "no process nobody" },
		{ "p: exit 0", 6, "", "unknown command p:" },
		{ "list 1", 6, "   1  ", "" },
	};
	struct step_talk t;

	(void)state;
	step_begin(&t, "tests/data/traces/ls.strace");
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_promoted),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bisection),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
