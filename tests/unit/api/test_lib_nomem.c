/*
 * <uvmsim.h>: every allocation of a machine fails once, in each kind of call.
 * The call fails with ENOMEM and a sentence, or gets along without; the machine
 * is sound, and the same call then works.
 */
#include "lib_fixture.h"

#include "api/lib/lib.h"
#include "pmap/mem.h"

#define MOST 2000 /* allocations of one call */

struct world {
	struct uvmsim *u;
	int pid, fd;
	uint64_t mem, anon;
};

typedef int call_fn(struct world *);

static int
call_spawn(struct world *w)
{
	const struct uvmsim_segment segment = { .start = 0x10000,
		.end = 0x20000,
		.path = "/bin/new",
		.rights = 5 };
	const struct uvmsim_image image = { .size = sizeof(image),
		.path = "/bin/new",
		.segment = &segment,
		.nsegments = 1,
		.segment_size = sizeof(segment) };

	return uvmsim_spawn(w->u, "new", 0, "linux", &image);
}

static int
call_fork(struct world *w)
{
	return uvmsim_sys_fork(w->u, w->pid, "child");
}

static int
call_exec(struct world *w)
{
	return uvmsim_sys_exec(w->u, w->pid, "/bin/other", NULL);
}

static int
call_mmap(struct world *w)
{
	return uvmsim_sys_mmap(w->u, w->pid, 0, 1 << 20, 3, w->anon, -1, 0,
	    NULL);
}

static int
call_split(struct world *w)
{
	return uvmsim_sys_mprotect(w->u, w->pid, w->mem + PAGE, PAGE, 1);
}

static int
call_write(struct world *w)
{
	return uvmsim_access(w->u, w->pid, w->mem, 20 * PAGE, UVMSIM_WRITE,
	    NULL);
}

static int
call_batch(struct world *w)
{
	struct uvmsim_ref refs[20];

	for (unsigned i = 0; i < 20; i++)
		refs[i] = uvmsim_ref(w->mem + i * PAGE, UVMSIM_WRITE);
	return uvmsim_access_batch(w->u, w->pid, refs, 20, NULL, NULL);
}

static int
call_file(struct world *w)
{
	return uvmsim_make_file(w->u, "/new/file", 99);
}

static int
call_open(struct world *w)
{
	return uvmsim_sys_shm_open(w->u, w->pid, "/seg",
	    (unsigned)lib_flags(w->u, w->pid, "O_CREAT|O_RDWR"), 0600);
}

static int
call_shm(struct world *w)
{
	int id = uvmsim_sys_shmget(w->u, w->pid, 7, PAGE, 01600);

	return id == -1 ? -1 : uvmsim_sys_shmat(w->u, w->pid, id, 0, 0, NULL);
}

static void
world_new(struct world *w)
{
	w->u = lib_machine("ram=8M,swap=8M");
	w->pid = lib_spawn(w->u, "sh");
	w->anon = lib_flags(w->u, w->pid, "MAP_ANON|MAP_PRIVATE");
	w->mem = lib_map(w->u, w->pid, 64 * PAGE);
	assert_works(
	    uvmsim_access(w->u, w->pid, w->mem, 8 * PAGE, UVMSIM_WRITE, NULL));
}

/* => how often it failed */
static unsigned
fail_each(const char *name, call_fn *call)
{
	unsigned failed = 0;
	struct world w;

	for (unsigned n = 1; n < MOST; n++) {
		bool fired;
		int result;

		world_new(&w);
		mem_fail_after(w.u->m->mem, n);
		errno = 0;
		result = call(&w);
		fired = mem_fail_fired(w.u->m->mem);
		mem_fail_after(w.u->m->mem, 0);
		if (result == -1) {
			if (errno != ENOMEM || uvmsim_errmsg()[0] == '\0')
				fail_msg("%s: errno %d, \"%s\"", name, errno,
				    uvmsim_errmsg());
			failed++;
			lib_sound(w.u);
			assert_works(call(&w));
		}
		lib_sound(w.u);
		uvmsim_destroy(w.u);
		if (!fired)
			return failed;
	}
	fail_msg("%s: there is no end to its allocations", name);
	return 0;
}

static void
test_each(void **state)
{
	static const struct {
		const char *name;
		call_fn *call;
		bool copes; /* pages that it cannot have, it waits for */
	} calls[] = {
		{ "spawn", call_spawn, false },
		{ "fork", call_fork, false },
		{ "exec", call_exec, false },
		{ "mmap", call_mmap, false },
		{ "mprotect", call_split, false },
		{ "write", call_write, true },
		{ "batch", call_batch, true },
		{ "make_file", call_file, false },
		{ "shm_open", call_open, false },
		{ "shmget, shmat", call_shm, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		unsigned n = fail_each(calls[i].name, calls[i].call);

		if (n == 0 && !calls[i].copes)
			fail_msg("%s: never failed", calls[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
