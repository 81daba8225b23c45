/*
 * <uvmsim.h>: system calls.  Each typed one is held against the same call by
 * its number on a machine of its own: results and the state afterwards must be
 * the same.
 */
#include "lib_fixture.h"

static const char *const systems[] = { "freebsd", "netbsd", "openbsd",
	"linux" };

static struct uvmsim *
machine_of(const char *system, int *pid)
{
	char config[100];
	struct uvmsim *u;

	snprintf(config, sizeof(config),
	    "ram=64M,swap=64M,cpus=2,"
	    "personality=%s,check=on",
	    system);
	u = lib_machine(config);
	*pid = lib_spawn(u, "sh");
	assert_works(uvmsim_make_file(u, "/data", 8 * PAGE));
	return u;
}

/* Two machines that are to stay the same: one by typed calls, one by number. */
struct twins {
	struct uvmsim *a, *b;
	int pid;
	int result;
	uint64_t ret;
	int error;
};

static void
same(const struct twins *t, int typed, uint64_t value)
{
	const int error = typed == -1 ? errno : 0;

	assert_int_equal(typed == -1, t->result == -1);
	assert_int_equal(error, t->error);
	if (typed != -1)
		assert_int_equal(value, t->ret);
}

static void
by_number(struct twins *t, int number, const char *string, unsigned n,
    const uint64_t *args)
{
	t->ret = 0;
	t->result = uvmsim_syscall(t->b, t->pid, number, args, n, string,
	    &t->ret);
	t->error = t->result == -1 ? errno : 0;
}

#define N(...) (sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))
/* The result is a number that comes back in at, or is the return value. */
#define GIVES(typed, id, string, ...) \
	do { \
		uint64_t at = 0; \
		int r; \
\
		by_number(&t, UVMSIM_SYS_##id, string, N(__VA_ARGS__), \
		    (const uint64_t[]){ __VA_ARGS__ }); \
		r = typed; \
		same(&t, r, at); \
		last = at; \
	} while (0)
#define IS(typed, id, string, ...) \
	do { \
		int r; \
\
		by_number(&t, UVMSIM_SYS_##id, string, N(__VA_ARGS__), \
		    (const uint64_t[]){ __VA_ARGS__ }); \
		r = typed; \
		same(&t, r, r == -1 ? 0 : (uint64_t)r); \
		last = (uint64_t)r; \
	} while (0)

static void
memory_calls(struct twins t, bool linux_)
{
	const uint64_t anon = lib_flags(t.a, t.pid, "MAP_ANON|MAP_PRIVATE");
	uint64_t last, mem;
	struct uvmsim *u = t.a;
	int pid = t.pid;

	GIVES(uvmsim_sys_mmap(u, pid, 0, 8 * PAGE, 3, anon, -1, 0, &at), MMAP,
	    NULL, 0, 8 * PAGE, 3, anon, UINT64_MAX, 0);
	mem = last;
	assert_true(mem != 0);
	GIVES(uvmsim_sys_mmap(u, pid, 0, 0, 3, anon, -1, 0, &at), MMAP, NULL, 0,
	    0, 3, anon, UINT64_MAX, 0);
	IS(uvmsim_sys_munmap(u, pid, mem + 7 * PAGE, PAGE), MUNMAP, NULL,
	    mem + 7 * PAGE, PAGE);
	IS(uvmsim_sys_munmap(u, pid, 1, 0), MUNMAP, NULL, 1, 0);
	IS(uvmsim_sys_mprotect(u, pid, mem, PAGE, 1), MPROTECT, NULL, mem, PAGE,
	    1);
	IS(uvmsim_sys_mprotect(u, pid, mem + 1, PAGE, 1), MPROTECT, NULL,
	    mem + 1, PAGE, 1);
	IS(uvmsim_sys_minherit(u, pid, mem, PAGE, 2), MINHERIT, NULL, mem, PAGE,
	    2);
	IS(uvmsim_sys_madvise(u, pid, mem, PAGE, 2), MADVISE, NULL, mem, PAGE,
	    2);
	IS(uvmsim_sys_madvise(u, pid, mem, PAGE, -3), MADVISE, NULL, mem, PAGE,
	    UINT64_MAX - 2);
	IS(uvmsim_sys_posix_madvise(u, pid, mem, PAGE, 1), POSIX_MADVISE, NULL,
	    mem, PAGE, 1);
	IS(uvmsim_sys_mlock(u, pid, mem, PAGE), MLOCK, NULL, mem, PAGE);
	IS(uvmsim_sys_mlock2(u, pid, mem, PAGE, 1), MLOCK2, NULL, mem, PAGE, 1);
	IS(uvmsim_sys_munlock(u, pid, mem, PAGE), MUNLOCK, NULL, mem, PAGE);
	IS(uvmsim_sys_mlockall(u, pid, 1), MLOCKALL, NULL, 1);
	IS(uvmsim_sys_mlockall(u, pid, 64), MLOCKALL, NULL, 64);
	IS(uvmsim_sys_munlockall(u, pid), MUNLOCKALL, NULL, 0);
	IS(uvmsim_sys_msync(u, pid, mem, PAGE, 4), MSYNC, NULL, mem, PAGE, 4);
	IS(uvmsim_sys_msync(u, pid, mem, PAGE, 99), MSYNC, NULL, mem, PAGE, 99);
	if (linux_)
		GIVES(uvmsim_sys_mremap(u, pid, mem, PAGE, 0, 16 * PAGE, 1,
			  &at),
		    MREMAP, NULL, mem, PAGE, 16 * PAGE, 1, 0);
	else
		GIVES(uvmsim_sys_mremap(u, pid, mem, PAGE, 0, 16 * PAGE, 0,
			  &at),
		    MREMAP, NULL, mem, PAGE, 0, 16 * PAGE, 0);
	IS(uvmsim_sys_remap_file_pages(u, pid, mem, PAGE, 0, 0, 0),
	    REMAP_FILE_PAGES, NULL, mem, PAGE, 0, 0, 0);
	GIVES(uvmsim_sys_brk(u, pid, 0, &at), BRK, NULL, 0);
	GIVES(uvmsim_sys_sbrk(u, pid, 5 * PAGE, &at), SBRK, NULL, 5 * PAGE);
	GIVES(uvmsim_sys_sbrk(u, pid, -1, &at), SBRK, NULL, UINT64_MAX);
}

static void
segment_calls(struct twins t)
{
	uint64_t last, at;
	struct uvmsim *u = t.a;
	int pid = t.pid, id;

	IS(uvmsim_sys_shmget(u, pid, 5, 3 * PAGE, 01600), SHMGET, NULL, 5,
	    3 * PAGE, 01600);
	id = (int)last;
	IS(uvmsim_sys_shmget(u, pid, -1, PAGE, 0), SHMGET, NULL, UINT64_MAX,
	    PAGE, 0);
	GIVES(uvmsim_sys_shmat(u, pid, id, 0, 0, &at), SHMAT, NULL,
	    (uint64_t)id, 0, 0);
	at = last;
	GIVES(uvmsim_sys_shmat(u, pid, -7, 0, 0, &at), SHMAT, NULL,
	    UINT64_MAX - 6, 0, 0);
	IS(uvmsim_sys_shmctl(u, pid, id, 99), SHMCTL, NULL, (uint64_t)id, 99);
	IS(uvmsim_sys_shmctl(u, pid, id, 0), SHMCTL, NULL, (uint64_t)id, 0);
	IS(uvmsim_sys_shmdt(u, pid, at + 1), SHMDT, NULL, at + 1);
	IS(uvmsim_sys_shmdt(u, pid, at), SHMDT, NULL, at);
}

static void
file_calls(struct twins t)
{
	uint64_t last, creat = lib_flags(t.a, t.pid, "O_CREAT|O_RDWR");
	struct uvmsim *u = t.a;
	int pid = t.pid, fd;

	IS(uvmsim_sys_open(u, pid, "/data", 2, 0), OPEN, "/data", 2, 0);
	fd = (int)last;
	assert_true(fd >= 0);
	IS(uvmsim_sys_open(u, pid, "/none", 0, 0), OPEN, "/none", 0, 0);
	IS(uvmsim_sys_ftruncate(u, pid, fd, PAGE), FTRUNCATE, NULL,
	    (uint64_t)fd, PAGE);
	IS(uvmsim_sys_ftruncate(u, pid, -1, PAGE), FTRUNCATE, NULL, UINT64_MAX,
	    PAGE);
	IS(uvmsim_sys_close(u, pid, fd), CLOSE, NULL, (uint64_t)fd);
	IS(uvmsim_sys_close(u, pid, fd), CLOSE, NULL, (uint64_t)fd);
	IS(uvmsim_sys_unlink(u, pid, "/data"), UNLINK, "/data", 0);
	IS(uvmsim_sys_unlink(u, pid, "/data"), UNLINK, "/data", 0);
	IS(uvmsim_sys_shm_open(u, pid, "/seg", (unsigned)creat, 0600), SHM_OPEN,
	    "/seg", creat, 0600);
	IS(uvmsim_sys_shm_unlink(u, pid, "/seg"), SHM_UNLINK, "/seg", 0);
	IS(uvmsim_sys_shm_unlink(u, pid, "/seg"), SHM_UNLINK, "/seg", 0);
	IS(uvmsim_sys_memfd_create(u, pid, "m", 0), MEMFD_CREATE, "m", 0);
}

static void
process_calls(struct twins t)
{
	uint64_t last;
	struct uvmsim *u = t.a;
	int pid = t.pid;

	IS(uvmsim_sys_setrlimit(u, pid, UVMSIM_LIMIT_STACK, PAGE, UINT64_MAX),
	    SETRLIMIT, NULL, 2, PAGE, UINT64_MAX);
	IS(uvmsim_sys_setrlimit(u, pid, (enum uvmsim_limit)9, PAGE, PAGE),
	    SETRLIMIT, NULL, 9, PAGE, PAGE);
	IS(uvmsim_sys_cpu(u, pid, 1), CPU, NULL, 1);
	IS(uvmsim_sys_cpu(u, pid, 2), CPU, NULL, 2);
	IS(uvmsim_sys_sleep(u, pid, 3), SLEEP, NULL, 3);
	IS(uvmsim_sys_fork(u, pid, "kid"), FORK, "kid", 0);
	IS(uvmsim_sys_fork(u, pid, "kid"), FORK, "kid", 0);
	IS(uvmsim_sys_fork(u, pid, NULL), FORK, NULL, 0);
	IS(uvmsim_sys_vfork(u, pid, "vkid"), VFORK, "vkid", 0);
	t.pid = (int)last;
	IS(uvmsim_sys_exec(u, (int)last, "/bin/date", NULL), EXEC, "/bin/date",
	    0);
	t.pid = pid;
	IS(uvmsim_sys_swapon(u, pid, "/none", 0), SWAPON, "/none", 0);
	IS(uvmsim_sys_swapoff(u, pid, "/none"), SWAPOFF, "/none", 0);
	IS(uvmsim_sys_swapctl(u, pid, 1, NULL, 0), SWAPCTL, "", 1, 0);
	IS(uvmsim_sys_exit(u, pid, 7), EXIT, NULL, 7);
	IS(uvmsim_sys_exit(u, pid, 7), EXIT, NULL, 7);
}

/* Every counter, the clock and every map. */
static void
same_machines(struct uvmsim *a, struct uvmsim *b)
{
	struct uvmsim_entry e = { .size = sizeof(e) },
			    f = { .size = sizeof(f) };
	const char *name;
	uint64_t v, w;

	for (size_t i = 0; uvmsim_counter_at(a, i, &name, &v) == 0; i++) {
		assert_works(uvmsim_counter(b, name, &w));
		if (v != w)
			fail_msg("%s: %llu, by number %llu", name,
			    (unsigned long long)v, (unsigned long long)w);
	}
	assert_int_equal(uvmsim_clock(a), uvmsim_clock(b));
	for (int pid = 0; (pid = uvmsim_next_pid(a, pid)) != 0;) {
		struct uvmsim_process p = { .size = sizeof(p) };

		assert_works(uvmsim_process(a, pid, &p));
		if (p.state != UVMSIM_RUNNING)
			continue;
		e.end = 0;
		while (uvmsim_entry(a, pid, e.end, &e) == 1) {
			assert_int_equal(uvmsim_entry(b, pid, e.start, &f), 1);
			assert_memory_equal(&e, &f, sizeof(e));
		}
	}
}

static void
test_each_call(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct twins t = { .result = 0 };

		t.a = machine_of(systems[i], &t.pid);
		t.b = machine_of(systems[i], &t.pid);
		memory_calls(t, i == 3);
		segment_calls(t);
		file_calls(t);
		process_calls(t);
		same_machines(t.a, t.b);
		lib_sound(t.a);
		uvmsim_destroy(t.a);
		uvmsim_destroy(t.b);
	}
}

/* What they do, looked at by what else there is. */
static void
test_what_they_do(void **state)
{
	struct uvmsim_process p = { .size = sizeof(p) };
	struct uvmsim_entry e = { .size = sizeof(e) };
	unsigned char vec[5] = { 9, 9, 9, 9, 9 };
	int pid, kid, fd;
	struct uvmsim *u = machine_of("freebsd", &pid);
	uint64_t at = lib_map(u, pid, 4 * PAGE), old, tag;

	(void)state;
	assert_works(uvmsim_access(u, pid, at + PAGE, 1, UVMSIM_WRITE, NULL));
	assert_works(uvmsim_sys_mincore(u, pid, at, 4 * PAGE, vec, 4));
	assert_true(!vec[0] && (vec[1] & 1) && !vec[2] && !vec[3]);
	assert_int_equal(vec[4], 9);
	assert_fails(uvmsim_sys_mincore(u, pid, at, 4 * PAGE, vec, 3), EFAULT,
	    "3 bytes");
	assert_fails(uvmsim_sys_mincore(u, pid, at, PAGE, NULL, 1), EFAULT,
	    "vec");
	assert_fails(uvmsim_sys_mincore(u, pid, 8 * PAGE, PAGE, vec, 5), ENOMEM,
	    "mincore");
	kid = uvmsim_sys_fork(u, pid, "kid");
	assert_true(kid > 0);
	assert_works(uvmsim_process(u, kid, &p));
	assert_int_equal(p.ppid, pid);
	assert_string_equal(p.name, "kid");
	assert_works(uvmsim_tag(u, pid, at + PAGE, &old));
	assert_works(uvmsim_access(u, kid, at + PAGE, 1, UVMSIM_WRITE, NULL));
	assert_works(uvmsim_tag(u, pid, at + PAGE, &tag));
	assert_int_equal(tag, old);
	assert_works(uvmsim_tag(u, kid, at + PAGE, &tag));
	assert_true(tag != old);
	assert_works(uvmsim_sys_mprotect(u, kid, at, PAGE, 0));
	assert_int_equal(uvmsim_entry(u, kid, at, &e), 1);
	assert_int_equal(e.rights, 0);
	assert_works(uvmsim_sys_exit(u, kid, 4));
	assert_works(uvmsim_process(u, kid, &p));
	assert_int_equal(p.exit_status, 4);
	fd = uvmsim_sys_open(u, pid, "/data", 0, 0);
	assert_works(uvmsim_sys_mmap(u, pid, 0, PAGE, 1,
	    lib_flags(u, pid, "MAP_SHARED"), fd, 0, &at));
	assert_int_equal(uvmsim_entry(u, pid, at, &e), 1);
	assert_string_equal(e.name, "/data");
	uvmsim_destroy(u);
}

static void
test_numbers_and_names(void **state)
{
	(void)state;
	for (int i = 1; i <= UVMSIM_SYS_SWAPCTL; i++)
		assert_int_equal(uvmsim_syscall_number(uvmsim_syscall_name(i)),
		    i);
	assert_string_equal(uvmsim_syscall_name(UVMSIM_SYS_MREMAP), "mremap");
	assert_null(uvmsim_syscall_name(0));
	assert_null(uvmsim_syscall_name(-1));
	assert_null(uvmsim_syscall_name(UVMSIM_SYS_SWAPCTL + 1));
	assert_fails(uvmsim_syscall_number("read"), ENOENT, "read");
	assert_fails(uvmsim_syscall_number(NULL), ENOENT, "");
}

static void
test_flags(void **state)
{
	struct uvmsim *u = lib_machine("ram=64M");
	int bsd = lib_spawn(u, "sh"), tux;
	uint64_t v = 77;
	char word[100];

	(void)state;
	tux = uvmsim_spawn(u, "tux", 0, "linux", NULL);
	assert_int_equal(lib_flags(u, bsd, "MAP_ANON"), 0x1000);
	assert_int_equal(lib_flags(u, tux, "MAP_ANONYMOUS"), 0x20);
	assert_int_equal(lib_flags(u, bsd, " MAP_ANON | MAP_PRIVATE"), 0x1002);
	assert_int_equal(lib_flags(u, bsd, "0x10|2|MAP_ANON"), 0x1012);
	assert_fails(uvmsim_flags(u, bsd, "MAP_NON", &v), ENOENT, "MAP_NON");
	assert_fails(uvmsim_flags(u, bsd, "", &v), ENOENT, "freebsd");
	assert_fails(uvmsim_flags(u, bsd, "MAP_ANON|", &v), ENOENT, "");
	memset(word, 'q', sizeof(word));
	word[99] = '\0';
	assert_fails(uvmsim_flags(u, bsd, word, &v), ENOENT, "qqq");
	assert_fails(uvmsim_flags(u, bsd, NULL, &v), EFAULT, "text");
	assert_fails(uvmsim_flags(u, bsd, "1", NULL), EFAULT, "value");
	assert_fails(uvmsim_flags(u, 44, "1", &v), ESRCH, "44");
	assert_int_equal(v, 77);
	uvmsim_destroy(u);
}

static void
test_errors(void **state)
{
	const uint64_t args[7] = { 0 };
	char path[1100];
	struct uvmsim *u = lib_machine("ram=64M");
	int pid = lib_spawn(u, "sh");

	(void)state;
	assert_fails(uvmsim_syscall(u, pid, 99, NULL, 0, NULL, NULL), EINVAL,
	    "99");
	assert_fails(uvmsim_syscall(u, pid, 1, args, 7, NULL, NULL), EINVAL,
	    "at most 6");
	assert_fails(uvmsim_syscall(u, pid, 1, NULL, 6, NULL, NULL), EFAULT,
	    "arguments");
	assert_fails(uvmsim_syscall(u, pid, UVMSIM_SYS_OPEN, args, 2, NULL,
			 NULL),
	    EFAULT, "name");
	assert_fails(uvmsim_syscall(u, 0, 2, args, 2, NULL, NULL), EPERM, "");
	assert_fails(uvmsim_sys_munmap(NULL, pid, 0, 0), EFAULT, "machine");
	assert_fails(uvmsim_sys_munmap(u, 55, 0, 0), ESRCH, "55");
	assert_fails(uvmsim_sys_mremap(u, pid, 0, 0, 0, 0, 0, NULL), ENOSYS,
	    "no such call");
	assert_fails(uvmsim_sys_mremap(u, 55, 0, 0, 0, 0, 0, NULL), ESRCH, "");
	assert_fails(uvmsim_sys_fork(u, pid, ""), EINVAL, "name");
	assert_fails(uvmsim_sys_fork(u, pid, "sh"), EEXIST, "fork");
	assert_fails(uvmsim_sys_exec(u, pid, NULL, NULL), EFAULT, "path");
	assert_fails(uvmsim_sys_open(u, pid, NULL, 0, 0), EFAULT, "path");
	assert_fails(uvmsim_sys_shm_open(u, pid, NULL, 0, 0), EFAULT, "path");
	assert_fails(uvmsim_sys_unlink(u, pid, NULL), EFAULT, "path");
	assert_fails(uvmsim_sys_shm_unlink(u, pid, NULL), EFAULT, "path");
	assert_fails(uvmsim_sys_memfd_create(u, pid, NULL, 0), EFAULT, "name");
	assert_fails(uvmsim_sys_swapon(u, pid, NULL, 0), EFAULT, "path");
	assert_fails(uvmsim_sys_swapoff(u, pid, NULL), EFAULT, "path");
	memset(path, 'x', sizeof(path));
	path[1024] = '\0';
	assert_fails(uvmsim_sys_fork(u, pid, path), ENAMETOOLONG, "1023");
	assert_fails(uvmsim_sys_open(u, pid, path, 0, 0), ENAMETOOLONG, "");
	assert_fails(uvmsim_sys_exec(u, pid, path, NULL), ENAMETOOLONG, "");
	assert_fails(uvmsim_sys_swapctl(u, pid, 1, path, 0), ENAMETOOLONG, "");
	assert_fails(uvmsim_syscall(u, pid, UVMSIM_SYS_FORK, NULL, 0, path,
			 NULL),
	    ENAMETOOLONG, "");
	path[1023] = '\0';
	assert_works(uvmsim_sys_fork(u, pid, path));
	assert_fails(uvmsim_sys_mmap(u, pid, 0, PAGE, 99, 0x1002, -1, 0, NULL),
	    EINVAL, "mmap: ");
	uvmsim_destroy(u);
}

static void
test_exec_image(void **state)
{
	const struct uvmsim_segment text = { .start = 0x40000,
		.end = 0x41000,
		.path = "/bin/x",
		.rights = 5 };
	struct uvmsim_image image = { .size = sizeof(image),
		.segment = &text,
		.nsegments = 1,
		.segment_size = sizeof(text) };
	struct uvmsim *u = lib_machine("ram=64M");
	struct uvmsim_process p = { .size = sizeof(p) };
	struct uvmsim_entry e = { .size = sizeof(e) };
	int pid = lib_spawn(u, "sh");

	(void)state;
	assert_works(uvmsim_sys_exec(u, pid, "/bin/x", &image));
	assert_int_equal(uvmsim_entry(u, pid, 0, &e), 1);
	assert_int_equal(e.start, 0x40000);
	assert_works(uvmsim_process(u, pid, &p));
	assert_string_equal(p.image, "/bin/x");
	image.size = 3;
	assert_fails(uvmsim_sys_exec(u, pid, "/bin/x", &image), EINVAL, "size");
	assert_fails(uvmsim_sys_exec(u, pid, "", NULL), ENOENT, "exec");
	lib_sound(u);
	uvmsim_destroy(u);
}

/* Where something is to be pointed to, nothing is; names that are too long. */
static void
test_nothing(void **state)
{
	struct uvmsim *u = lib_machine("ram=8M");
	int pid = lib_spawn(u, "sh");
	uint64_t at = lib_map(u, pid, PAGE), value;
	const char *name = NULL;
	char text[100], path[5000];
	struct uvmsim_segment segment = { .start = 0x10000,
		.end = 0x14000,
		.path = path,
		.rights = UVMSIM_READ };
	struct uvmsim_image image = { .size = sizeof(image),
		.path = path,
		.segment = NULL };

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_fails(uvmsim_save(u, NULL), EFAULT, "path");
	assert_fails(uvmsim_save(NULL, "/tmp/x"), EFAULT, "machine");
	assert_fails(uvmsim_pid(u, NULL), EFAULT, "name");
	assert_fails(uvmsim_pid(NULL, "sh"), EFAULT, "machine");
	assert_fails(uvmsim_make_file(u, NULL, 1), EFAULT, "path");
	assert_fails(uvmsim_make_file(u, path, 1), ENAMETOOLONG, "path");
	assert_fails(uvmsim_end(u, 4711, 0, 0), ESRCH, "4711");
	assert_fails(uvmsim_explanation(u, false, NULL, 9), EFAULT, "buffer");
	assert_fails(uvmsim_access_batch(u, pid, NULL, 3, NULL, NULL), EFAULT,
	    "references");
	assert_works(uvmsim_access_batch(u, pid, NULL, 0, NULL, NULL));
	assert_fails(uvmsim_sys_mincore(u, pid, at, PAGE, NULL, 1), EFAULT,
	    "vec");
	assert_fails(uvmsim_sys_mincore(NULL, pid, at, PAGE, NULL, 0), EFAULT,
	    "machine");
	assert_fails(uvmsim_sys_swapctl(u, pid, 1, path, 0), ENAMETOOLONG,
	    "path");
	assert_fails(uvmsim_sys_exec(u, pid, path, NULL), ENAMETOOLONG, "path");
	assert_fails(uvmsim_counter_at(NULL, 0, &name, &value), EFAULT,
	    "machine");
	assert_works(uvmsim_counter_at(u, 0, NULL, NULL));
	assert_works(uvmsim_counter_at(u, 0, &name, &value));
	assert_int_equal(value, lib_counter(u, name));
	assert_fails(uvmsim_spawn(u, "long", 0, NULL, &image), ENAMETOOLONG,
	    "the image's path");
	image.path = "/bin/x";
	image.segment = &segment;
	image.nsegments = 1;
	image.segment_size = sizeof(segment);
	assert_fails(uvmsim_spawn(u, "long", 0, NULL, &image), ENAMETOOLONG,
	    "a segment's path");
	image.segment = NULL;
	image.nsegments = 0;
	assert_true(uvmsim_spawn(u, "blank", 0, NULL, &image) > 0);
	assert_works(uvmsim_explain(u, 1));
	assert_works(uvmsim_sys_mlock(u, pid, at, PAGE));
	assert_true(uvmsim_explanation(u, true, NULL, 0) > 0);
	assert_true(uvmsim_explanation(u, true, text, sizeof(text)) > 0);
	lib_sound(u);
	uvmsim_destroy(u);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_each_call),
		cmocka_unit_test(test_what_they_do),
		cmocka_unit_test(test_numbers_and_names),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_exec_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
