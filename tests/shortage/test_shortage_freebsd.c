/*
 * FreeBSD's libutil and libprocstat, and what is made of them, without memory:
 * all records or ENOMEM; procstat says so, in a line.
 */
#include "shortage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/user.h"
#include "api/include/freebsd/libprocstat.h"
#include "api/include/freebsd/libutil.h"
#include "api/include/uvmsim.h"
#include "api/procstat/procstat.h"

static const char script[] =
    "machine personality=freebsd ram=8M swap=8M\n"
    "file /bin/sh 256K\nfile /lib/libc.so.7 256K\n"
    "spawn sh pid=50 image=none\n"
    "sh: text = mmap 64K rx private file /bin/sh\n"
    "sh: libc = mmap 64K rw private file /lib/libc.so.7\n"
    "sh: m = mmap 128K rw private anon\nsh: write m 64K\nsh: write libc 8K\n"
    "sh: s = mmap 32K rw shared anon\nsh: write s 32K\n"
    "sh: fork child pid=51\nchild: write m 32K\n";

static void *
make(const struct shortage *s)
{
	char path[] = "/tmp/uvmsim-script.XXXXXX";
	const int fd = mkstemp(path);

	(void)s;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, strlen(script)), strlen(script));
	close(fd);
	if (uvmsim_open(path, 50) != 0)
		fail_msg("%s", uvmsim_errmsg());
	unlink(path);
	return (void *)(uintptr_t)script;
}

static void
drop(void *world)
{
	(void)world;
	uvmsim_close();
}

/* ------------------------------------------------------------- records ---- */

/* n records of some bytes, to be freed. => 0 or errno */
static int
put(FILE *out, void *list, int n, size_t size)
{
	const int err = errno;

	shortage_counts(false);
	if (list == NULL)
		return err;
	fprintf(out, "%d\n", n);
	fwrite(list, size, (size_t)n, out);
	free(list);
	return 0;
}

static int
call_map(const struct shortage *s, void *world, FILE *out)
{
	int n = 0;
	void *list;

	(void)s, (void)world;
	errno = 0;
	list = kinfo_getvmmap(50, &n);
	return put(out, list, n, sizeof(struct kinfo_vmentry));
}

static int
call_objects(const struct shortage *s, void *world, FILE *out)
{
	int n = 0;
	void *list;

	(void)s, (void)world;
	errno = 0;
	list = kinfo_getvmobject(&n);
	return put(out, list, n, sizeof(struct kinfo_vmobject));
}

static int
call_swap_objects(const struct shortage *s, void *world, FILE *out)
{
	int n = 0;
	void *list;

	(void)s, (void)world;
	errno = 0;
	list = kinfo_getswapvmobject(&n);
	return put(out, list, n, sizeof(struct kinfo_vmobject));
}

static int
call_processes(const struct shortage *s, void *world, FILE *out)
{
	int n = 0;
	void *list;

	(void)s, (void)world;
	errno = 0;
	list = kinfo_getallproc(&n);
	return put(out, list, n, sizeof(struct kinfo_proc));
}

static int
call_process(const struct shortage *s, void *world, FILE *out)
{
	void *one;

	(void)s, (void)world;
	errno = 0;
	one = kinfo_getproc(51);
	return put(out, one, 1, sizeof(struct kinfo_proc));
}

static int
call_procstat(const struct shortage *s, void *world, FILE *out)
{
	struct procstat *ps;
	unsigned n = 0, m = 0;
	struct kinfo_proc *kp;
	struct kinfo_vmentry *e;

	(void)s, (void)world;
	errno = 0;
	if ((ps = procstat_open_sysctl()) == NULL)
		return errno;
	if ((kp = procstat_getprocs(ps, KERN_PROC_PROC, 0, &n)) == NULL ||
	    (e = procstat_getvmmap(ps, kp, &m)) == NULL) {
		const int err = errno;

		procstat_freeprocs(ps, kp);
		procstat_close(ps);
		return err;
	}
	shortage_counts(false);
	fprintf(out, "%u processes, %u entries\n", n, m);
	procstat_freevmmap(ps, e);
	procstat_freeprocs(ps, kp);
	procstat_close(ps);
	return 0;
}

static void
test_records(void **state)
{
	static const struct shortage_call row[] = {
		{ "kinfo_getvmmap", call_map },
		{ "kinfo_getvmobject", call_objects },
		{ "kinfo_getswapvmobject", call_swap_objects },
		{ "kinfo_getallproc", call_processes },
		{ "kinfo_getproc", call_process },
		{ "libprocstat", call_procstat },
	};

	const struct shortage kind = { .make = make, .drop = drop };

	(void)state;
	shortage_calls(&kind, row, sizeof(row) / sizeof(row[0]));
}

/* --------------------------------------------------------------- tools ---- */

typedef int main_fn(int argc, char **argv, FILE *out, FILE *err);

struct tool {
	const char *name;
	main_fn *main;
	const char *word[4];
};

static int
call_tool(const struct shortage *s, void *world, FILE *out)
{
	const struct tool *t = s->arg;
	char *argv[6] = { (char *)(uintptr_t)t->name }, said[1000] = "";
	int argc = 1, status;
	FILE *err;

	(void)world;
	for (; t->word[argc - 1] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)t->word[argc - 1];
	shortage_counts(false);
	err = fmemopen(said, sizeof(said), "w");
	assert_non_null(err);
	setvbuf(err, NULL, _IONBF, 0);
	shortage_counts(true);
	status = t->main(argc, argv, out, err);
	shortage_counts(false);
	fclose(err);
	if (status == 0) {
		assert_string_equal(said, "");
		return 0;
	}
	if (strstr(said, "Cannot allocate memory") == NULL &&
	    strstr(said, "no memory") == NULL)
		fail_msg("%s: status %d, it says \"%s\"", s->name, status,
		    said);
	return ENOMEM;
}

static void
test_tools(void **state)
{
	static const struct tool row[] = {
		{ "procstat", procstat_main, { "-v", "-a" } },
		{ "procstat", procstat_main, { "vm", "50" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct shortage s = { .name = row[i].name,
			.make = make,
			.drop = drop,
			.call = call_tool,
			.arg = &row[i] };

		assert_true(shortage_try(&s) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_tools),
	};

	setenv("UVMSIM_UID", "0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
