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
#include "workloads/step/step.h"

struct talk {
	struct wl_step *s;
	FILE *out, *err;
	char *said, *complained;
	size_t len, errlen;
};

static bool
configure(void *ctx, int side, struct sim_config *c)
{
	char err[200];

	(void)ctx;
	return side == 0 ||
	    sim_config_set(c, "policy=lru", err, sizeof(err)) == 0;
}

static void
begin(struct talk *t, const char *path, bool two)
{
	char err[800];
	struct wl_step_config c = { .path = path,
		.name = { "left", "lru" },
		.configure = configure };

	memset(t, 0, sizeof(*t));
	t->out = c.out = open_memstream(&t->said, &t->len);
	t->err = c.err = open_memstream(&t->complained, &t->errlen);
	for (int i = 0; i < 1 + two; i++)
		c.input[i] = wl_input_open(path, err, sizeof(err));
	if (wl_step_open(&c, &t->s, err, sizeof(err)) != 0)
		fail_msg("%s", err);
}

static void
end(struct talk *t)
{
	wl_step_close(t->s);
	fclose(t->out);
	fclose(t->err);
	free(t->said);
	free(t->complained);
}

/* What a command says. */
static const char *
says(struct talk *t, const char *command)
{
	static char text[20000];
	const long before = ftell(t->out);

	assert_true(wl_step_do(t->s, command));
	fflush(t->out);
	fflush(t->err);
	snprintf(text, sizeof(text), "%s", t->said + before);
	return text;
}

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
	struct talk t;
	vaddr_t at = 0;
	size_t n, mapped = 0;

	(void)state;
	begin(&t, path, false);
	(void)says(&t, "goto end");
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
	end(&t);
	unlink(path);
}

static void
test_walk(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct wl_step_level level[WL_STEP_MAXLEVELS];
	struct wl_step_frame f;
	struct talk t;
	unsigned n;

	(void)state;
	begin(&t, path, false);
	(void)says(&t, "goto end");
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
	end(&t);
	unlink(path);
}

static void
test_memory(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct wl_step_memory w;
	struct wl_step_frame f;
	struct talk t;
	uint32_t anon = 0, free_frames = 0;

	(void)state;
	begin(&t, path, false);
	(void)says(&t, "goto end");
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
	end(&t);
	unlink(path);
}

static void
test_events(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct talk t;

	(void)state;
	begin(&t, path, false);
	(void)says(&t, "goto 3");
	assert_string_equal(wl_step_see_event(t.s, 0, 0),
	    "page fault at 0x800000000, access write");
	assert_null(wl_step_see_event(t.s, 0, 100));
	assert_null(wl_step_see_event(t.s, 1, 0));
	(void)says(&t, "goto end");
	assert_null(wl_step_see_event(t.s, 0, 0));
	(void)says(&t, "events");
	assert_non_null(wl_step_see_event(t.s, 0, 0));
	end(&t);
	unlink(path);
}

/* ------------------------------------------------------------ commands ---- */

static void
test_again(void **state)
{
	const char *path = history_file("see.uvm", plain);
	struct talk t;

	(void)state;
	begin(&t, path, false);
	assert_string_equal(says(&t, ""), "");
	assert_non_null(strstr(says(&t, "next 2"), "operation 2"));
	assert_non_null(strstr(says(&t, ""), "operation 4"));
	assert_non_null(strstr(says(&t, "b"), "operation 3"));
	assert_non_null(strstr(says(&t, ""), "operation 2"));
	(void)says(&t, "info");
	assert_string_equal(says(&t, ""), "");
	assert_int_equal(wl_step_nfailed(t.s), 0);
	assert_string_equal(says(&t, "nonsense"), "");
	assert_int_equal(wl_step_nfailed(t.s), 1);
	assert_non_null(strstr(t.complained, "unknown command nonsense"));
	assert_false(wl_step_do(t.s, "quit"));
	end(&t);
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

static void
test_two_sides(void **state)
{
	const char *path = history_file("two.uvm", plain);
	struct talk t;

	(void)state;
	begin(&t, path, true);
	assert_non_null(wl_step_history(t.s, 1));
	assert_string_equal(wl_step_side_name(t.s, 1), "lru");
	assert_non_null(strstr(says(&t, "next 2"), "operation 2"));
	assert_int_equal(wl_history_at(wl_step_history(t.s, 0)), 2);
	assert_int_equal(wl_history_at(wl_step_history(t.s, 1)), 2);
	assert_non_null(strstr(says(&t, "show clock"), "-- lru\n"));
	assert_non_null(strstr(says(&t, "side lru"), "looking at lru"));
	assert_null(strstr(says(&t, "show clock"), "--"));
	(void)says(&t, "goto 4");
	assert_int_equal(wl_history_at(wl_step_history(t.s, 0)), 4);
	assert_non_null(strstr(says(&t, "diverge"), "no difference (user)"));
	end(&t);
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
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_two_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
