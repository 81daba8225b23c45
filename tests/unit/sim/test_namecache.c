/*
 * Mounts and dropped names: which mount a path lies under, which device its
 * files have, what is refused, and that a core keeps all of it.
 */
#include "machine_fixture.h"

#include <stdlib.h>
#include <unistd.h>

#include "core_machines.h"
#include "sim/namecache.h"

static const struct sim_fstype *
type(const char *name)
{
	const struct sim_fstype *t = sim_fstype_byname(name);

	assert_non_null(t);
	return t;
}

static void
expect_mount(struct machine *m, const char *path, const char *dir)
{
	const struct sim_mount *at = sim_mount_of(m, path);

	assert_non_null(at);
	if (strcmp(at->dir, dir) != 0)
		fail_msg("%s lies on %s, expected %s", path, at->dir, dir);
}

static void
test_longest_wins(void **state)
{
	struct machine *m = machine_new("openbsd", false);

	(void)state;
	expect_mount(m, "/usr/lib/libc.so", "/");
	assert_int_equal(sim_mount(m, "/usr", type("ufs"), 0x406), 0);
	assert_int_equal(sim_mount(m, "/usr/lib/x", type("nfs"), 0), 0);
	assert_int_equal(sim_mount(m, "/usr/lib", type("cd9660"), 0x600), 0);
	expect_mount(m, "/", "/");
	expect_mount(m, "/us", "/");
	expect_mount(m, "/usrlocal/bin", "/");
	expect_mount(m, "/usr", "/usr");
	expect_mount(m, "/usr/libexec/ld.so", "/usr");
	expect_mount(m, "/usr/lib/libc.so", "/usr/lib");
	expect_mount(m, "/usr/lib/x/y", "/usr/lib/x");
	assert_int_equal(sim_mount_of(m, "/usr/lib/a")->dev, 0x600);
	assert_string_equal(sim_mount_of(m, "/")->type->name, "ufs");
	/* what is mounted on / is seen, too */
	assert_int_equal(sim_mount(m, "/", type("mfs"), 7), 0);
	assert_string_equal(sim_mount_of(m, "/bin/sh")->type->name, "mfs");
	expect_mount(m, "/usr/bin", "/usr");
	sim_machine_destroy(m);
}

static void
test_devices_of_files(void **state)
{
	struct machine *m = machine_new("openbsd", false);
	struct sim_file *a, *b, *c, *dev;

	(void)state;
	a = sim_file_get(m, "/usr/a", 4096, SIM_FILE_REG);
	b = sim_file_get(m, "/usr/b", 4096, SIM_FILE_REG);
	dev = sim_file_get(m, "/usr/dev", 4096, SIM_FILE_DEV);
	assert_true(a != NULL && b != NULL && dev != NULL);
	b->dev = 0x101;
	b->own_dev = true;
	dev->dev = 0x1700;
	assert_int_equal(sim_mount(m, "/usr", type("ufs"), 0x406), 0);
	c = sim_file_get(m, "/usr/c", 4096, SIM_FILE_REG);
	assert_non_null(c);
	assert_int_equal(a->dev, 0x406);
	assert_int_equal(b->dev, 0x101);
	assert_int_equal(c->dev, 0x406);
	assert_int_equal(dev->dev, 0x1700);
	/* again on the same place: replaced, not added */
	assert_int_equal(sim_mount(m, "/usr", type("lfs"), 0x407), 0);
	assert_int_equal(m->nmounts, 1);
	assert_int_equal(a->dev, 0x407);
	assert_string_equal(sim_mount_of(m, "/usr/a")->type->name, "lfs");
	machine_ok(m);
	sim_machine_destroy(m);
}

static const char *const bad_paths[] = { "", "usr", "usr/lib", "//", "/usr/",
	"/usr//lib", "/.", "/..", "/usr/./lib", "/usr/../lib", "/usr/lib/.." };

static void
test_refused(void **state)
{
	struct machine *m = machine_new("openbsd", false);
	char path[200];

	(void)state;
	for (size_t i = 0; i < NELEM(bad_paths); i++) {
		if (sim_mount(m, bad_paths[i], type("ufs"), 0) != EINVAL)
			fail_msg("mounted on \"%s\"", bad_paths[i]);
		if (sim_name_drop(m, bad_paths[i]) != EINVAL ||
		    sim_name_add(m, bad_paths[i]) != EINVAL)
			fail_msg("dropped \"%s\"", bad_paths[i]);
	}
	/* three dots are a name like any other; a root has no name */
	assert_int_equal(sim_name_drop(m, "/..."), 0);
	assert_int_equal(sim_name_drop(m, "/"), EINVAL);
	assert_int_equal(sim_name_add(m, "/"), EINVAL);
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[SIM_MNAMELEN] = '\0';
	assert_int_equal(sim_mount(m, path, type("ufs"), 0), EINVAL);
	path[SIM_MNAMELEN - 1] = '\0';
	assert_int_equal(sim_mount(m, path, type("ufs"), 0), 0);
	assert_null(sim_fstype_byname("fat"));
	assert_null(sim_fstype_byname(""));
	assert_int_equal(m->nmounts, 1);
	sim_machine_destroy(m);
}

static void
test_limits(void **state)
{
	struct machine *m = machine_new("openbsd", false);
	char path[32];

	(void)state;
	for (int i = 0; i < SIM_MAXMOUNTS; i++) {
		snprintf(path, sizeof(path), "/m%d", i);
		assert_int_equal(sim_mount(m, path, type("ufs"), 0), 0);
	}
	assert_int_equal(sim_mount(m, "/other", type("ufs"), 0), ENOSPC);
	assert_int_equal(sim_mount(m, "/m7", type("nfs"), 0), 0);
	for (int i = 0; i < SIM_MAXDROPPED; i++) {
		snprintf(path, sizeof(path), "/n%d", i);
		assert_int_equal(sim_name_drop(m, path), 0);
	}
	assert_int_equal(sim_name_drop(m, "/other"), ENOSPC);
	assert_int_equal(sim_name_drop(m, "/n3"), 0);
	assert_int_equal(sim_name_add(m, "/n3"), 0);
	assert_int_equal(sim_name_drop(m, "/other"), 0);
	sim_machine_destroy(m);
}

static bool
cached(const struct machine *m, const char *path)
{
	return sim_name_cached(m, path, strlen(path));
}

static void
test_drop_and_add(void **state)
{
	struct machine *m = machine_new("openbsd", false);

	(void)state;
	assert_true(cached(m, "/usr/lib"));
	assert_int_equal(sim_name_drop(m, "/usr/lib"), 0);
	assert_int_equal(sim_name_drop(m, "/usr/lib"), 0);
	assert_int_equal(m->ndropped, 1);
	assert_false(cached(m, "/usr/lib"));
	assert_true(cached(m, "/usr/li"));
	assert_true(cached(m, "/usr/libx"));
	assert_true(cached(m, "/usr/lib/x"));
	/* as the beginning of a longer path */
	assert_false(sim_name_cached(m, "/usr/lib/x", 8));
	assert_int_equal(sim_name_add(m, "/usr/nothing"), 0);
	assert_int_equal(sim_name_drop(m, "/bin"), 0);
	assert_int_equal(sim_name_add(m, "/usr/lib"), 0);
	assert_true(cached(m, "/usr/lib"));
	assert_false(cached(m, "/bin"));
	assert_int_equal(m->ndropped, 1);
	sim_machine_destroy(m);
}

static void
test_core_keeps_them(void **state)
{
	struct machine *m = machine_new("openbsd", false), *again;
	char dir[128], path[160], second[160], err[200];
	uint8_t *a, *b;
	size_t na, nb;

	(void)state;
	assert_int_equal(core_test_dir(dir, sizeof(dir)), 0);
	snprintf(path, sizeof(path), "%s/core", dir);
	snprintf(second, sizeof(second), "%s/again", dir);
	assert_non_null(sim_file_get(m, "/usr/a", 4096, SIM_FILE_REG));
	assert_int_equal(sim_mount(m, "/usr", type("cd9660"), 0x406), 0);
	assert_int_equal(sim_mount(m, "/net", type("nfs"), 0), 0);
	assert_int_equal(sim_name_drop(m, "/usr/a"), 0);
	assert_int_equal(sim_name_drop(m, "/bin"), 0);
	assert_int_equal(sim_core_save(m, path, err, sizeof(err)), 0);
	if (sim_core_load(path, &again, err, sizeof(err)) != 0)
		fail_msg("%s", err);
	assert_int_equal(again->nmounts, 2);
	assert_int_equal(again->ndropped, 2);
	expect_mount(again, "/usr/a", "/usr");
	assert_string_equal(sim_mount_of(again, "/usr")->type->name, "cd9660");
	assert_int_equal(sim_mount_of(again, "/usr")->dev, 0x406);
	assert_string_equal(sim_mount_of(again, "/net/x")->type->name, "nfs");
	assert_false(cached(again, "/usr/a"));
	assert_false(cached(again, "/bin"));
	assert_int_equal(sim_core_save(again, second, err, sizeof(err)), 0);
	a = core_slurp(path, &na);
	b = core_slurp(second, &nb);
	assert_int_equal(na, nb);
	assert_memory_equal(a, b, na);
	free(a);
	free(b);
	unlink(path);
	unlink(second);
	rmdir(dir);
	sim_machine_destroy(m);
	sim_machine_destroy(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_longest_wins),
		cmocka_unit_test(test_devices_of_files),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_drop_and_add),
		cmocka_unit_test(test_core_keeps_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
