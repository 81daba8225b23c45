/*
 * Stepping: what a screen draws of it, against what the machine
 * itself says, and commands on one side and on two.
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

static const char plain[] = "machine ram=4M swap=16M\n"
			    "spawn p image=none\n"
			    "p: buf = mmap 256K rw private anon\n"
			    "p: write seq buf 128K\n"
			    "p: mlock buf 8K\n"
			    "p: mprotect buf 64K r\n";

/* ------------------------------------------------------------- drawing ---- */

static void
test_space(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct wl_step_piece *piece;
	struct step_talk t;
	vaddr_t at = 0;
	size_t n, mapped = 0;

	(void)state;
	step_begin(&t, path);
	(void)step_says(&t, "goto end");
	assert_int_equal(wl_step_see_space(t.s, 0, 99, &piece), 0);
	assert_int_equal(wl_step_see_space(t.s, 1, 2, &piece), 0);
	n = wl_step_see_space(t.s, 0, 2, &piece);
	assert_true(n > 4);
	at = piece[0].start;
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(piece[i].start, at);
		assert_true(piece[i].end > piece[i].start);
		at = piece[i].end;
		mapped += piece[i].mapped;
		if (piece[i].start == 0x800000000) {
			assert_true(piece[i].mapped);
			assert_string_equal(piece[i].name, "[anon]");
			assert_int_equal(piece[i].dirty, piece[i].resident);
		}
	}
	assert_int_equal(mapped,
	    sim_process_bypid(wl_history_machine(wl_step_history(t.s, 0)), 2)
		->vmspace->vm_map.nentries);
	free(piece);
	step_end(&t);
	unlink(path);
}

static void
test_walk(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct wl_step_level level[WL_STEP_MAXLEVELS];
	struct wl_step_frame f;
	struct step_talk t;
	unsigned n;

	(void)state;
	step_begin(&t, path);
	(void)step_says(&t, "goto end");
	assert_int_equal(wl_step_see_walk(t.s, 0, 99, 0x800000000, level), 0);
	n = wl_step_see_walk(t.s, 0, 2, 0x800001234, level);
	assert_int_equal(n, 4);
	for (unsigned i = 0; i + 1 < n; i++) {
		assert_false(level[i].leaf);
		assert_int_equal(level[i].frame, level[i + 1].table);
		wl_step_see_frame(t.s, 0, level[i].table, &f);
		assert_int_equal(f.owner, WL_STEP_TABLE);
		assert_int_equal(f.pid, 2);
	}
	assert_true(level[3].leaf);
	assert_int_equal(level[3].index, 1);
	assert_int_equal(level[3].entry >> 12 & 0xffffff, level[3].frame);
	assert_non_null(strstr(level[3].flags, "P"));
	assert_string_equal(level[0].name, "PML4E");
	wl_step_see_frame(t.s, 0, level[3].frame, &f);
	assert_int_equal(f.owner, WL_STEP_ANON);
	assert_int_equal(f.pid, 2);
	assert_true(f.dirty && f.wired);
	assert_int_not_equal(f.tag, 0);
	step_end(&t);
	unlink(path);
}

static void
test_memory(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct wl_step_memory w;
	struct wl_step_frame f;
	struct step_talk t;
	uint32_t anon = 0, free_frames = 0;

	(void)state;
	step_begin(&t, path);
	(void)step_says(&t, "goto end");
	wl_step_see_memory(t.s, 0, &w);
	assert_int_equal(w.frames, 1024);
	assert_int_equal(w.faults, 34); /* two by mlock */
	for (uint32_t i = 1; i < wl_step_nframes(t.s, 0); i++) {
		wl_step_see_frame(t.s, 0, i, &f);
		anon += f.owner == WL_STEP_ANON;
		free_frames += f.owner == WL_STEP_FREE;
	}
	assert_int_equal(anon, 32);
	assert_int_equal(w.free,
	    w.frames - (wl_step_nframes(t.s, 0) - 1) + free_frames);
	step_end(&t);
	unlink(path);
}

static void
test_events(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	(void)step_says(&t, "goto 3");
	assert_string_equal(wl_step_see_event(t.s, 0, 0),
	    "page fault at 0x800000000, access write");
	assert_null(wl_step_see_event(t.s, 0, 100));
	assert_null(wl_step_see_event(t.s, 1, 0));
	(void)step_says(&t, "goto end");
	assert_null(wl_step_see_event(t.s, 0, 0));
	(void)step_says(&t, "events");
	assert_non_null(wl_step_see_event(t.s, 0, 0));
	step_end(&t);
	unlink(path);
}

/* Pages of files, free frames, tables that do not go all the way. */
static void
test_files(void **state)
{
	const char *path = history_file("files.uvm",
	    "machine ram=16M tags=off\n"
	    "file /data 64K\n"
	    "spawn p image=none\n"
	    "p: map = mmap 64K rw shared file /data\n"
	    "p: read map 8K\n"
	    "p: write map 4K\n"
	    "p: buf = mmap 64K rw private anon\n"
	    "p: write buf 64K\n"
	    "p: munmap buf 64K\n");
	static const struct step_row rows[] = {
		{ "when p map resident", 4, NULL, "" },
		{ "when p map dirty", 5, NULL, "" },
		{ "until p map+4K dirty", 5, "", "not found" },
		{ "diff 4 5", 5, "dirty, was mapped", "" },
		{ "goto 8", 8, NULL, "" },
	};
	struct wl_step_level level[WL_STEP_MAXLEVELS];
	struct wl_step_piece *piece;
	struct wl_step_frame f;
	struct step_talk t;
	size_t n, frees = 0;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	n = wl_step_see_space(t.s, 0, 2, &piece);
	for (size_t i = 0; i < n; i++)
		if (strcmp(piece[i].name, "/data") == 0) {
			assert_int_equal(piece[i].pages, 16);
			assert_int_equal(piece[i].dirty, 1);
		}
	free(piece);
	for (uint32_t i = 1; i < wl_step_nframes(t.s, 0); i++) {
		wl_step_see_frame(t.s, 0, i, &f);
		frees += f.owner == WL_STEP_FREE;
		assert_int_equal(f.tag, 0);
	}
	for (unsigned i = 0; i < 2; i++) {
		n = wl_step_see_walk(t.s, 0, 2, 0x800000000 + 4096 * i, level);
		assert_int_equal(n, 4);
		wl_step_see_frame(t.s, 0, level[3].frame, &f);
		assert_int_equal(f.owner, WL_STEP_FILE);
		assert_int_equal(f.dirty, i == 0);
	}
	assert_int_equal(frees, 16);
	assert_int_equal(wl_step_nframes(t.s, 1), 0);
	assert_int_equal(wl_step_see_walk(t.s, 0, 2, (vaddr_t)1 << 63, level),
	    0);
	n = wl_step_see_walk(t.s, 0, 2, 0x10000000000, level);
	assert_int_equal(n, 1); /* no table below the root's entry 2 */
	assert_int_equal(level[0].index, 2);
	assert_int_equal(level[0].entry, 0);
	assert_int_equal(level[0].frame, 0);
	assert_false(level[0].leaf);
	assert_null(wl_step_history(t.s, 1));
	step_end(&t);
	unlink(path);
}

/* ------------------------------------------------------------ commands ---- */

static void
test_again(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	assert_string_equal(step_says(&t, ""), "");
	assert_non_null(strstr(step_says(&t, "next 2"), "operation 2"));
	assert_non_null(strstr(step_says(&t, ""), "operation 4"));
	assert_non_null(strstr(step_says(&t, "b"), "operation 3"));
	assert_non_null(strstr(step_says(&t, ""), "operation 2"));
	(void)step_says(&t, "info");
	assert_string_equal(step_says(&t, ""), "");
	assert_int_equal(wl_step_nfailed(t.s), 0);
	assert_string_equal(step_says(&t, "nonsense"), "");
	assert_int_equal(wl_step_nfailed(t.s), 1);
	assert_non_null(strstr(t.complained, "unknown command nonsense"));
	assert_false(wl_step_do(t.s, "quit"));
	step_end(&t);
	unlink(path);
}

/* Each command has a line of help; beginnings of one letter are of use. */
static void
test_table(void **state)
{
	static const char *const usual[] = { "next", "back", "goto", "run",
		"until", "when", "explain", "show", "list", "info", "help",
		"quit" };

	(void)state;
	for (const struct wl_step_command *c = wl_step_commands;
	     c->name != NULL; c++) {
		assert_non_null(c->run);
		assert_true(strlen(c->help) > 3);
	}
	for (size_t i = 0; i < NELEM(usual); i++) {
		const struct wl_step_command *c = wl_step_commands;

		while (c->name != NULL && c->name[0] != usual[i][0])
			c++;
		assert_string_equal(c->name, usual[i]);
	}
}

/* Words, numbers, places that there are not. */
static void
test_commands(void **state)
{
	static const struct step_row rows[] = {
		{ "events", 0, "nothing was changed\n", "" },
		{ "goto 2", 2, "operation 2", "" },
		{ "goto +2", 4, "operation 4", "" },
		{ "goto -1", 3, "operation 3", "" },
		{ "goto -99", 0, "at the beginning", "" },
		{ "goto +18446744073709551615;goto 3", 3, NULL, "" },
		{ "goto +18446744073709551615", 36, NULL, "" },
		{ "goto 99", 36, NULL, "" },
		{ "goto 99", 36, "the run ends here\n", "" },
		{ "goto", 36, "", "expected an operation: N, +N" },
		{ "goto +", 36, "", "expected an operation: N, +N" },
		{ "goto -x", 36, "", "expected an operation: N, +N" },
		{ "goto 3x", 36, "", "expected an operation: N, +N" },
		{ "goto 99999999999999999999", 36, "", "expected an oper" },
		{ "next 99999999999999999999", 36, "", "expected a number" },
		{ "next 1 2", 36, "", "expected nothing behind the number" },
		{ "back x", 36, "", "expected a number, got 'x'" },
		{ "back 34", 2, "operation 2", "" },
		{ "help hlep", 2, "", "unknown command hlep" },
		{ "help back", 2, "back [N] ", "" },
		{ "search", 2, "", "expected the text to search for" },
		{ "list x", 2, "", "expected a number, got 'x'" },
		{ "list 0", 2, "", "expected a line, from 1 to 6" },
		{ "list 7", 2, "", "expected a line, from 1 to 6" },
		{ "list", 2, "=>    3  p: buf", "" },
		{ "list 1", 2, "   1  machine", "" },
		{ "goto 0;list", 0, " >    2  spawn p", "" },
		{ "goto 1;goto 0;events", 0, "", "nothing has been done yet" },
		{ "explain", 0, "", "nothing has been done yet" },
		{ "explain why", 0, "", "expected explain, or explain full" },
		{ "back", 0, "", "nothing has been done yet" },
	};
	const char *path = history_file("see.uvm", plain);
	struct step_talk t;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* An operation of more events than are kept, and one of none. */
static void
test_many_events(void **state)
{
	static const struct step_row rows[] = {
		{ "goto 3;events", 3, "and 1280 more\n", "" },
		{ "goto 4;events", 4, "nothing was changed\n", "" },
		{ "explain", 4, "nothing was changed\n", "" },
		{ "goto 5;explain", 5, "1. no page fault", "" },
	};
	const char *path = history_file("many.uvm",
	    "machine ram=16M\n"
	    "spawn p image=none\np: buf = mmap 2M rw private anon\n"
	    "p: write buf 2M\nset p vm_tsize 3\np: read buf\n");
	struct step_talk t;
	size_t n = 0;

	(void)state;
	step_begin(&t, path);
	step_rows(&t, rows, 1);
	while (wl_step_see_event(t.s, 0, n) != NULL)
		n++;
	assert_int_equal(n, 256); /* 512 faults: each is told by three */
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
	unlink(path);
}

/* Numbers only: there are no lines to be shown, nor names of processes. */
static void
test_no_text(void **state)
{
	static const struct step_row rows[] = {
		{ "list", 0, "", "is no text" },
		{ "search x", 0, "", "not in gen:" },
		{ "until fault of nobody", 0, "", "no process 'nobody'" },
		{ "until fault of trace", 1, "operation 1: trace: ", "" },
	};
	struct step_talk t;

	(void)state;
	step_begin(&t, "gen:zipf:n=100");
	step_rows(&t, rows, NELEM(rows));
	step_end(&t);
}

/* Whoever opens it need not configure, look on, or name it. */
static void
test_bare(void **state)
{
	struct wl_step_config c = { .path = NULL };
	struct step_talk t = { .right = NULL };
	char err[300];

	(void)state;
	assert_int_equal(step_open(&t, &c, true, "gen:zipf:n=20000", err,
			     sizeof(err)),
	    0);
	assert_string_equal(wl_step_side_name(t.s, 0), "");
	(void)step_says(&t, "goto end");
	assert_int_equal(step_at(&t), 20000);
	assert_non_null(strstr(step_says(&t, "diverge faults"), "no diff"));
	step_end(&t);
}

/* The second machine is refused: the first one goes, too. */
static void
test_refused(void **state)
{
	const char *path = history_file("see.uvm", "what is this\n");
	struct wl_step_config c = { .path = NULL };
	struct step_talk t = { .right = NULL };
	char err[800] = "";

	(void)state;
	assert_int_not_equal(step_open(&t, &c, true, path, err, sizeof(err)),
	    0);
	assert_non_null(strstr(err, "see.uvm"));
	step_end(&t);
	unlink(path);
}

static void
test_two_sides(void **state)
{
	const char *path = history_file("two.uvm", plain);
	struct step_talk t;

	(void)state;
	step_begin_two(&t, path, "policy=lru");
	assert_non_null(wl_step_history(t.s, 1));
	assert_string_equal(wl_step_side_name(t.s, 1), "policy=lru");
	assert_non_null(strstr(step_says(&t, "next 2"), "operation 2"));
	assert_int_equal(wl_history_at(wl_step_history(t.s, 0)), 2);
	assert_int_equal(wl_history_at(wl_step_history(t.s, 1)), 2);
	assert_non_null(strstr(step_says(&t, "show clock"), "-- policy=lru\n"));
	assert_non_null(
	    strstr(step_says(&t, "side policy=lru"), "looking at policy=lru"));
	assert_null(strstr(step_says(&t, "show clock"), "--"));
	(void)step_says(&t, "goto 4");
	assert_int_equal(wl_history_at(wl_step_history(t.s, 0)), 4);
	assert_non_null(
	    strstr(step_says(&t, "diverge"), "no difference (user)"));
	step_end(&t);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_space),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_many_events),
		cmocka_unit_test(test_no_text),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_two_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
