/*
 * A /proc tree without memory: all of its files, or none and nothing left where
 * it should have been.
 */
#include "shortage.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "api/procfs/procfs.h"

static const char
    script[] = "ram=512K swap=512K:pri=2+2M:pri=1:file\n"
	       "file /f 64K\nspawn a pid=10 image=none\n"
	       "a: n = mmap 512K rw private anon fixed at 0x10000000\n"
	       "a: s = mmap 128K rw shared anon fixed at 0x20000000\n"
	       "a: f = mmap 64K rw private file /f fixed at 0x30000000\n"
	       "a: write n 512K\na: write s 128K\na: read f 64K\n"
	       "a: fork b pid=11\nb: write n+128K 128K\n";

static char room[] = "/tmp/uvmsim-shortage.XXXXXX";

static void *
make(const struct shortage *s)
{
	const enum procfs_style style = *(const enum procfs_style *)s->arg;
	static const char *const system[] = { "linux", "freebsd", "netbsd" };
	char path[sizeof(room) + 16];
	FILE *fp;

	snprintf(path, sizeof(path), "%s/script", room);
	fp = fopen(path, "w");
	assert_non_null(fp);
	fprintf(fp, "machine personality=%s %s", system[style], script);
	fclose(fp);
	if (uvmsim_open(path, 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	unlink(path);
	return api_machine();
}

static void
drop(void *world)
{
	(void)world;
	uvmsim_close();
}

/* ------------------------------------------------------------- the tree -- */

static int
count_entries(void)
{
	DIR *dir = opendir(room);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2;
}

static void
take_file(const char *path, FILE *out)
{
	char text[4096];
	FILE *fp = fopen(path, "r");
	size_t n;

	assert_non_null(fp);
	while ((n = fread(text, 1, sizeof(text), fp)) > 0)
		fwrite(text, 1, n, out);
	fclose(fp);
}

/* Names by name, and the bytes of all but pagemap; then they are removed. */
static void
take(const char *dir, FILE *out)
{
	struct dirent **name;
	char path[1000];
	struct stat st;
	int n = scandir(dir, &name, NULL, alphasort);

	assert_true(n >= 0);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, name[i]->d_name);
		assert_int_equal(lstat(path, &st), 0);
		if (name[i]->d_name[0] != '.') {
			fprintf(out, "%s %o\n", path + sizeof(room),
			    (unsigned)st.st_mode);
			if (S_ISDIR(st.st_mode))
				take(path, out);
			else if (S_ISREG(st.st_mode) &&
			    strcmp(name[i]->d_name, "pagemap") != 0)
				take_file(path, out);
			assert_int_equal(remove(path), 0);
		}
		free(name[i]);
	}
	free(name);
}

static int
call(const struct shortage *s, void *world, FILE *out)
{
	char tree[sizeof(room) + 16], err[300] = "";
	int error;

	snprintf(tree, sizeof(tree), "%s/tree", room);
	error = procfs_write(world, *(const enum procfs_style *)s->arg, tree,
	    err, sizeof(err));
	shortage_counts(false);
	if (error != 0) {
		if (strstr(err, "memory") == NULL)
			fail_msg("%s: it says \"%s\"", s->name, err);
		assert_int_equal(count_entries(), 0);
		return error;
	}
	assert_int_equal(count_entries(), 1);
	take(tree, out);
	assert_int_equal(rmdir(tree), 0);
	return 0;
}

static void
test_trees(void **state)
{
	static const struct {
		const char *name;
		enum procfs_style style;
	} row[] = { { "linux", PROCFS_LINUX }, { "netbsd", PROCFS_NETBSD } };

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct shortage s = { .name = row[i].name,
			.make = make,
			.drop = drop,
			.call = call,
			.arg = &row[i].style };

		assert_true(shortage_try(&s) > 5);
	}
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(room) == NULL;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
