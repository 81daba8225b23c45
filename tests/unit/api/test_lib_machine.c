/*
 * <uvmsim.h>: machines, processes, accesses.
 */
#include "lib_fixture.h"

#include <pthread.h>
#include <unistd.h>

static void
test_version(void **state)
{
	char text[32];

	(void)state;
	snprintf(text, sizeof(text), "%d.%d.%d", UVMSIM_VERSION_MAJOR,
	    UVMSIM_VERSION_MINOR, UVMSIM_VERSION_PATCH);
	assert_string_equal(uvmsim_version(), text);
	assert_int_equal(uvmsim_version_number(), UVMSIM_VERSION_NUMBER);
}

static void
test_create(void **state)
{
	struct uvmsim *u = (void *)1;
	char config[5000];

	(void)state;
	assert_fails(uvmsim_create(NULL, NULL), EFAULT, "where the machine");
	assert_fails(uvmsim_create(&u, "ram"), EINVAL, "KEY=VALUE");
	assert_null(u);
	assert_fails(uvmsim_create(&u, "ram=64M,polcy=lru"), EINVAL,
	    "did you mean policy?");
	assert_fails(uvmsim_create(&u, "ram=64M,"), EINVAL, "KEY=VALUE");
	assert_fails(uvmsim_create(&u, "frames=3"), EINVAL, "frames=3");
	assert_fails(uvmsim_create(&u, "policy=opt"), EINVAL, "future");
	assert_fails(uvmsim_create(&u, "policy=./no/such.so"), EINVAL,
	    "no/such.so");
	memset(config, 'x', sizeof(config) - 1);
	config[sizeof(config) - 1] = '\0';
	assert_fails(uvmsim_create(&u, config), E2BIG, "at most 4095");
	assert_null(u);

	u = lib_machine(NULL);
	assert_int_equal(uvmsim_page_size(u), PAGE);
	assert_int_equal(lib_counter(u, "npages"), (1 << 30) / PAGE);
	uvmsim_destroy(u);
	u = lib_machine("arch=arm64-16k,ram=64M,personality=netbsd,seed=7");
	assert_int_equal(uvmsim_page_size(u), 16384);
	assert_int_equal(uvmsim_clock(u), 0);
	assert_int_equal(uvmsim_operations(u), 0);
	lib_sound(u);
	uvmsim_destroy(u);

	uvmsim_destroy(NULL);
	assert_int_equal(uvmsim_page_size(NULL), 0);
	assert_int_equal(uvmsim_clock(NULL), 0);
	assert_int_equal(uvmsim_operations(NULL), 0);
	assert_fails(uvmsim_check(NULL), EFAULT, "the machine is NULL");
}

static void
test_random(void **state)
{
	struct uvmsim *a = lib_machine("seed=5"), *b = lib_machine("seed=6");
	uint64_t first = uvmsim_random(a);

	(void)state;
	assert_true(first != uvmsim_random(b));
	assert_works(uvmsim_seed(b, 5));
	assert_int_equal(uvmsim_random(b), first);
	assert_int_equal(uvmsim_random(a), uvmsim_random(b));
	assert_fails(uvmsim_seed(NULL, 1), EFAULT, "machine");
	assert_int_equal(uvmsim_random(NULL), 0);
	uvmsim_destroy(a);
	uvmsim_destroy(b);
}

static void
test_processes(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	struct uvmsim_process p = { .size = sizeof(p) };
	int sh = lib_spawn(u, "sh"), other;

	(void)state;
	assert_int_equal(sh, 2);
	assert_fails(uvmsim_spawn(u, "sh", 0, NULL, NULL), EEXIST, "name");
	assert_fails(uvmsim_spawn(u, "x", 2, NULL, NULL), EEXIST, "pid");
	assert_fails(uvmsim_spawn(u, "x", -1, NULL, NULL), EINVAL, "pid");
	assert_fails(uvmsim_spawn(u, "x", 100000000, NULL, NULL), EINVAL,
	    "pid");
	assert_fails(uvmsim_spawn(u, "", 0, NULL, NULL), EINVAL, "name");
	assert_fails(uvmsim_spawn(u, "x", 0, "plan9", NULL), EINVAL, "plan9");
	assert_fails(uvmsim_spawn(NULL, "x", 0, NULL, NULL), EFAULT, "");
	other = uvmsim_spawn(u, NULL, 70, "linux", NULL);
	assert_int_equal(other, 70);

	assert_works(uvmsim_process(u, sh, &p));
	assert_int_equal(p.pid, sh);
	assert_string_equal(p.name, "sh");
	assert_string_equal(p.system, "freebsd");
	assert_int_equal(p.state, UVMSIM_RUNNING);
	assert_true(p.mapped > 0 && p.entries > 0 && p.stack_top > 0);
	assert_int_equal(p.syscalls, 0);
	assert_works(uvmsim_process(u, other, &p));
	assert_string_equal(p.system, "linux");
	assert_string_equal(p.name, "p70");
	assert_works(uvmsim_process(u, 0, &p));
	assert_int_equal(p.pid, 0);

	assert_int_equal(uvmsim_pid(u, "sh"), sh);
	assert_fails(uvmsim_pid(u, "zsh"), ESRCH, "zsh");
	assert_fails(uvmsim_pid(u, NULL), EFAULT, "name");
	assert_int_equal(uvmsim_next_pid(u, 0), sh);
	assert_int_equal(uvmsim_next_pid(u, sh), other);
	assert_int_equal(uvmsim_next_pid(u, other), 0);
	assert_int_equal(uvmsim_next_pid(NULL, 0), 0);

	p.size = 8;
	assert_fails(uvmsim_process(u, sh, &p), EINVAL, "uvmsim_process is 8");
	assert_fails(uvmsim_process(u, sh, NULL), EFAULT, "structure");
	assert_fails(uvmsim_process(u, 9, &p), ESRCH, "9");

	assert_fails(uvmsim_reap(u, sh), EBUSY, "running");
	assert_works(uvmsim_end(u, sh, 3, 0));
	assert_fails(uvmsim_end(u, sh, 3, 0), ESRCH, "has exited");
	assert_fails(uvmsim_end(u, 0, 0, 9), EPERM, "kernel");
	p.size = sizeof(p);
	assert_works(uvmsim_process(u, sh, &p));
	assert_int_equal(p.state, UVMSIM_EXITED);
	assert_int_equal(p.exit_status, 3);
	assert_int_equal(p.mapped, 0);
	assert_fails(uvmsim_pid(u, "sh"), ESRCH, "sh");
	assert_works(uvmsim_reap(u, sh));
	assert_fails(uvmsim_reap(u, sh), ESRCH, "2");
	lib_sound(u);
	uvmsim_destroy(u);
}

/* A structure that grew, and one that is to grow. */
static void
test_sizes_of_structures(void **state)
{
	struct {
		struct uvmsim_process p;
		uint64_t later;
	} big = { .p.size = sizeof(big), .later = 77 };
	struct uvmsim *u = lib_machine("ram=64M");

	(void)state;
	assert_works(uvmsim_process(u, lib_spawn(u, "sh"), &big.p));
	assert_int_equal(big.p.size, sizeof(big));
	assert_int_equal(big.later, 0);
	assert_string_equal(big.p.name, "sh");
	uvmsim_destroy(u);
}

static void
test_images(void **state)
{
	const struct uvmsim_segment segments[] = {
		{ .start = 0x10000,
		    .end = 0x14000,
		    .path = "/bin/tool",
		    .rights = UVMSIM_READ | UVMSIM_EXEC,
		    .kind = UVMSIM_SEGMENT_FILE },
		{ .start = 0x20000,
		    .end = 0x22000,
		    .rights = UVMSIM_READ | UVMSIM_WRITE,
		    .kind = UVMSIM_SEGMENT_ANON },
	};
	struct uvmsim_image image = { .size = sizeof(image),
		.path = "/bin/tool",
		.segment = segments,
		.nsegments = 2,
		.segment_size = sizeof(segments[0]) };
	struct uvmsim_segment bad = segments[0];
	struct uvmsim *u = lib_machine("ram=64M");
	struct uvmsim_entry e = { .size = sizeof(e) };
	struct uvmsim_process p = { .size = sizeof(p) };
	int pid = uvmsim_spawn(u, "tool", 0, NULL, &image);

	(void)state;
	assert_true(pid > 0);
	assert_int_equal(uvmsim_entry(u, pid, 0, &e), 1);
	assert_int_equal(e.start, 0x10000);
	assert_int_equal(e.end, 0x14000);
	assert_int_equal(e.rights, UVMSIM_READ | UVMSIM_EXEC);
	assert_string_equal(e.name, "/bin/tool");
	assert_int_equal(uvmsim_entry(u, pid, e.end, &e), 1);
	assert_int_equal(e.start, 0x20000);
	assert_int_equal(e.flags & UVMSIM_ENTRY_OBJECT, 0);
	assert_int_equal(uvmsim_entry(u, pid, e.end, &e), 1);
	assert_true(e.start > (uint64_t)1 << 40); /* a stack, and so on */
	assert_int_equal(uvmsim_entry(u, pid, UINT64_MAX, &e), 0);
	assert_works(uvmsim_process(u, pid, &p));
	assert_string_equal(p.image, "/bin/tool");

	image.nsegments = 0;
	pid = uvmsim_spawn(u, "blank", 0, NULL, &image);
	assert_int_equal(uvmsim_entry(u, pid, 0, &e), 1);
	assert_true(e.start > (uint64_t)1 << 40);
	image.nsegments = 1;
	image.segment = &bad;
	bad.kind = 9;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "kind");
	bad = segments[0];
	bad.rights = 8;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "rights");
	bad = segments[0];
	bad.path = NULL;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "none");
	bad = segments[0];
	bad.end = bad.start;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "ends");
	bad = segments[0];
	bad.start++;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "");
	image.segment_size = 8;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "segment");
	image.size = 1;
	assert_fails(uvmsim_spawn(u, "x", 0, NULL, &image), EINVAL, "image");
	lib_sound(u);
	uvmsim_destroy(u);
}

static void
test_accesses(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	struct uvmsim_signal sig = { .size = sizeof(sig) };
	int pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, 4 * PAGE), before, gap;

	(void)state;
	assert_works(uvmsim_sys_munmap(u, pid, at + 2 * PAGE, PAGE));
	before = lib_counter(u, "faults");
	assert_works(uvmsim_access(u, pid, at, 2 * PAGE, UVMSIM_WRITE, &sig));
	assert_string_equal(sig.name, "");
	assert_int_equal(lib_counter(u, "faults") - before, 2);
	assert_works(uvmsim_access(u, pid, at, 0, UVMSIM_READ, NULL));
	gap = at + 2 * PAGE;
	assert_fails(uvmsim_access(u, pid, at, 4 * PAGE, UVMSIM_READ, &sig),
	    EFAULT, "read");
	assert_string_equal(sig.name, "SIGSEGV");
	assert_string_equal(sig.code, "SEGV_MAPERR");
	assert_int_equal(sig.address, gap);
	assert_works(uvmsim_sys_mprotect(u, pid, at, PAGE, UVMSIM_READ));
	assert_fails(uvmsim_access(u, pid, at + 5, 1, UVMSIM_WRITE, &sig),
	    EACCES, "write");
	assert_string_equal(sig.code, "SEGV_ACCERR");
	assert_int_equal(sig.address, at + 5);
	assert_fails(uvmsim_access(u, pid, at, 1, 3, NULL), EINVAL, "access 3");
	assert_fails(uvmsim_access(u, pid, at, 1, 0, NULL), EINVAL, "access 0");
	assert_fails(uvmsim_access(u, 99, at, 1, UVMSIM_READ, NULL), ESRCH, "");
	assert_fails(uvmsim_access(u, 0, at, 1, UVMSIM_READ, NULL), EPERM, "");
	sig.size = 0;
	assert_fails(uvmsim_access(u, pid, at, 1, UVMSIM_READ, &sig), EINVAL,
	    "uvmsim_signal");
	uvmsim_destroy(u);
}

static void
test_batches(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	struct uvmsim_signal sig = { .size = sizeof(sig) };
	int pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, 4 * PAGE), ops = uvmsim_operations(u);
	struct uvmsim_ref refs[] = {
		uvmsim_ref(at + 3, UVMSIM_WRITE),
		uvmsim_ref(at + PAGE, UVMSIM_READ),
		uvmsim_ref(at, UVMSIM_WRITE),
		uvmsim_ref(0x40, UVMSIM_READ),
		uvmsim_ref(at, UVMSIM_READ),
	};
	struct uvmsim_process p = { .size = sizeof(p) };
	size_t done = 9;

	(void)state;
	assert_works(uvmsim_access_batch(u, pid, refs, 3, &done, NULL));
	assert_int_equal(done, 3);
	assert_int_equal(uvmsim_operations(u) - ops, 3);
	assert_fails(uvmsim_access_batch(u, pid, refs, 5, &done, &sig), EFAULT,
	    "access");
	assert_int_equal(done, 3);
	assert_string_equal(sig.name, "SIGSEGV");
	assert_int_equal(sig.address, 0x40);
	assert_works(uvmsim_process(u, pid, &p));
	assert_int_equal(p.references, 6);
	assert_works(uvmsim_access_batch(u, pid, NULL, 0, NULL, NULL));
	assert_fails(uvmsim_access_batch(u, pid, NULL, 1, NULL, NULL), EFAULT,
	    "references");
	refs[1].word |= 3;
	assert_fails(uvmsim_access_batch(u, pid, refs, 2, &done, NULL), EINVAL,
	    "reference 1");
	assert_int_equal(done, 0);
	uvmsim_destroy(u);
}

static void
test_cores(void **state)
{
	char path[] = "/tmp/libcoreXXXXXX";
	struct uvmsim *u = lib_machine("ram=64M,policy=clock,frames=5"), *v;
	int fd = mkstemp(path), pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, 16 * PAGE), a, b;
	const char *name;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_works(uvmsim_access(u, pid, at, 9 * PAGE, UVMSIM_WRITE, NULL));
	assert_works(uvmsim_save(u, path));
	assert_works(uvmsim_load(&v, path));
	assert_works(uvmsim_access(u, pid, at, 16 * PAGE, UVMSIM_READ, NULL));
	assert_works(uvmsim_access(v, pid, at, 16 * PAGE, UVMSIM_READ, NULL));
	for (size_t i = 0; uvmsim_counter_at(u, i, &name, &a) == 0; i++) {
		assert_works(uvmsim_counter(v, name, &b));
		assert_int_equal(a, b);
	}
	uvmsim_destroy(v);
	assert_fails(uvmsim_save(u, "/no/such/folder/x"), ENOENT, "/no/such");
	assert_fails(uvmsim_save(u, NULL), EFAULT, "path");
	assert_fails(uvmsim_load(&v, "/no/such/core"), ENOENT, "/no/such");
	assert_null(v);
	assert_fails(uvmsim_load(&v, NULL), EFAULT, "path");
	assert_fails(uvmsim_load(NULL, path), EFAULT, "where");
	assert_int_equal(truncate(path, 100), 0);
	assert_fails(uvmsim_load(&v, path), EINVAL, path);
	unlink(path);
	uvmsim_destroy(u);
}

static void
test_files(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	int pid = lib_spawn(u, "sh"), fd;
	char path[1100];
	uint64_t at, one, two;

	(void)state;
	assert_works(uvmsim_make_file(u, "/data", 3 * PAGE));
	assert_fails(uvmsim_make_file(u, "/data", 1), EEXIST, "/data");
	assert_fails(uvmsim_make_file(u, "", 1), EINVAL, "empty");
	memset(path, 'x', sizeof(path));
	path[1024] = '\0';
	assert_fails(uvmsim_make_file(u, path, 1), ENAMETOOLONG,
	    "longer than 1023");
	assert_fails(uvmsim_spawn(u, path, 0, NULL, NULL), ENAMETOOLONG,
	    "name");
	assert_fails(uvmsim_make_file(u, "/big", UINT64_MAX), EFBIG, "/big");
	assert_fails(uvmsim_make_file(u, NULL, 1), EFAULT, "path");
	fd = uvmsim_sys_open(u, pid, "/data", 0, 0);
	assert_true(fd >= 0);
	assert_works(uvmsim_sys_mmap(u, pid, 0, 3 * PAGE, UVMSIM_READ,
	    lib_flags(u, pid, "MAP_SHARED"), fd, 0, &at));
	assert_works(uvmsim_tag(u, pid, at, &one));
	assert_works(uvmsim_tag(u, pid, at + PAGE, &two));
	assert_true(one != 0 && two != 0 && one != two);
	lib_sound(u);
	uvmsim_destroy(u);
}

/* What a thread opens for the systems' interfaces, and a machine that goes. */
static void
test_attach(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	int pid = lib_spawn(u, "sh");

	(void)state;
	assert_fails(uvmsim_attach(NULL, 0), EINVAL, "no machine");
	assert_fails(uvmsim_attach(u, 99), ESRCH, "99");
	assert_works(uvmsim_attach(u, pid));
	assert_works(uvmsim_setuid(5));
	assert_int_equal(uvmsim_fork(), pid + 1);
	uvmsim_destroy(u);
	assert_fails(uvmsim_setpid(pid), ENXIO, "");
	assert_fails(uvmsim_touch((void *)4096, 1, 1), ENXIO, "");
	uvmsim_close();
}

struct job {
	pthread_t thread;
	unsigned seed;
	uint64_t faults, clock;
	bool ok;
};

static void *
work(void *arg)
{
	struct job *j = arg;

	for (int round = 0; round < 4; round++) {
		struct uvmsim *u;
		char config[64];
		uint64_t at;
		int pid;

		snprintf(config, sizeof(config), "ram=1M,swap=8M,seed=%u",
		    j->seed);
		if (uvmsim_create(&u, config) != 0)
			return NULL;
		pid = uvmsim_spawn(u, "sh", 0, NULL, NULL);
		(void)uvmsim_sys_mmap(u, pid, 0, 512 * PAGE, 3, 0x1002, -1, 0,
		    &at);
		for (unsigned i = 0; i < 2000; i++)
			(void)uvmsim_access(u, pid,
			    at + uvmsim_random(u) % 512 * PAGE, 1, UVMSIM_WRITE,
			    NULL);
		/* each round is the same as the one before */
		if (round > 0 && j->clock != uvmsim_clock(u))
			return NULL;
		j->clock = uvmsim_clock(u);
		(void)uvmsim_counter(u, "faults", &j->faults);
		j->ok = uvmsim_check(u) == 0 &&
		    uvmsim_counter(u, "nonsense", &j->faults) == -1 &&
		    strstr(uvmsim_errmsg(), "nonsense") != NULL;
		uvmsim_destroy(u);
	}
	return j;
}

/* Machines side by side, each alone in its world. */
static void
test_threads(void **state)
{
	struct job jobs[8];

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		jobs[i] = (struct job){ .seed = i / 2 };
		assert_int_equal(pthread_create(&jobs[i].thread, NULL, work,
				     &jobs[i]),
		    0);
	}
	for (unsigned i = 0; i < 8; i++) {
		void *result;

		assert_int_equal(pthread_join(jobs[i].thread, &result), 0);
		assert_ptr_equal(result, &jobs[i]);
		assert_true(jobs[i].ok);
	}
	for (unsigned i = 0; i < 8; i += 2) {
		assert_int_equal(jobs[i].clock, jobs[i + 1].clock);
		assert_true(i == 0 || jobs[i].clock != jobs[i - 1].clock);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_sizes_of_structures),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_accesses),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_cores),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_attach),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
