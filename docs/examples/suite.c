/*
 * suite.c: a test suite for a tool that looks at processes of FreeBSD.
 *
 * The tool counts mappings that a process can both write and execute.  To test
 * it on a real system one would need programs with such mappings, and luck with
 * what else is in them.  Here each test builds the map that it wants, becomes a
 * process of that machine, and runs the tool as it is.
 *
 *	cc -o suite suite.c $(pkg-config --cflags --libs uvmsim-freebsd)
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/user.h>

#include <libutil.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <uvmsim.h>

/* ------------------------------------------------------------ the tool ---- */

/* => mappings that are writable and executable; -1: cannot look */
static int
count_wx(pid_t pid)
{
	struct kinfo_vmentry *map;
	int n, found = 0;

	if ((map = kinfo_getvmmap(pid, &n)) == NULL)
		return -1;
	for (int i = 0; i < n; i++)
		if ((map[i].kve_protection & KVME_PROT_WRITE) != 0 &&
		    (map[i].kve_protection & KVME_PROT_EXEC) != 0)
			found++;
	free(map);
	return found;
}

/* ----------------------------------------------------------- its tests ---- */

static int failed;

static void
expect(const char *what, int got, int want)
{
	printf("%s: %s", got == want ? "ok  " : "FAIL", what);
	if (got != want)
		printf(": got %d, expected %d", got, want);
	printf("\n");
	failed += got != want;
}

/* A machine of FreeBSD with one process, which this program is from now on. */
static struct uvmsim *
machine(int *pid)
{
	struct uvmsim *u;

	if (uvmsim_create(&u, "ram=64M,personality=freebsd") == -1 ||
	    (*pid = uvmsim_spawn(u, "victim", 0, NULL, NULL)) == -1 ||
	    uvmsim_attach(u, *pid) == -1) {
		fprintf(stderr, "%s\n", uvmsim_errmsg());
		exit(1);
	}
	return u;
}

static void
test_clean(void)
{
	int pid;
	struct uvmsim *u = machine(&pid);

	expect("a fresh process has none", count_wx(pid), 0);
	uvmsim_destroy(u);
}

/* <sys/mman.h> is FreeBSD's here, and so are its calls. */
static void
test_one(void)
{
	const size_t page = (size_t)getpagesize();
	int pid;
	struct uvmsim *u = machine(&pid);
	char *p = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_ANON | MAP_PRIVATE, -1, 0);

	expect("a mapping of rwx is found", count_wx(pid), 1);
	mprotect(p + page, page, PROT_READ);
	expect("a hole in it makes two", count_wx(pid), 2);
	mprotect(p, 4 * page, PROT_READ | PROT_EXEC);
	expect("none is left without w", count_wx(pid), 0);
	uvmsim_destroy(u);
}

static void
test_gone(void)
{
	int pid;
	struct uvmsim *u = machine(&pid);

	uvmsim_setpid(0);
	uvmsim_end(u, pid, 0, 9);
	expect("a process that is gone", count_wx(pid), -1);
	uvmsim_destroy(u);
}

int
main(void)
{
	test_clean();
	test_one();
	test_gone();
	return failed != 0;
}
