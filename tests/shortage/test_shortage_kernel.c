/*
 * kvm(3) and its client procmap without memory: a map is whole, or what there
 * is of it comes before one sentence on the other stream, and status 1.
 */
#include "shortage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "api/procmap/procmap.h"

#define UVMSIM_ANY_WIDTH
#include "api/include/openbsd/kvm.h"
#include "api/include/openbsd/nlist.h"

static const char script
    [] = "mount /usr dev=4,6\n"
	 "file /bin/sh 512K ino=70173\nfile /usr/lib/libc.so.34.1 512K\n"
	 "file /usr/share/deep/down/here 8K\nfile /dev/bpf0 64K dev=23,0\n"
	 "spawn sh pid=100 image=none\n"
	 "sh: text = mmap 420K r private fixed file /bin/sh at 0x8048000\n"
	 "sh: data = mmap 8K rw private fixed file /bin/sh offset 0x68000 "
	 "at text+420K\n"
	 "sh: libc = mmap 260K r private fixed file /usr/lib/libc.so.34.1 "
	 "at 0x40000000\n"
	 "sh: deep = mmap 8K r private fixed file /usr/share/deep/down/here "
	 "at 0x48000000\n"
	 "sh: dev = mmap 4K rw shared fixed file /dev/bpf0 offset 4K "
	 "at 0x60000000\n"
	 "sh: many = mmap 4M rw private fixed anon at 0x61000000\n"
	 "sh: id = shmget 64K creat 0600\nsh: shm = shmat id at 0x70000000\n"
	 "sh: write shm 12K\nsh: write data 4K\nsh: write many 300K\n"
	 "sh: read text 40K\nsh: fork child pid=101\nchild: write data 4K\n";

static char names[64]; /* a name list: its path */

/* The names that procmap asks for, as nm(1) prints them, in the file. */
static void
write_names(void)
{
	static char *const wanted[] = { "_maxsmap", "_uvm_vnodeops",
		"_uvm_deviceops", "_aobj_pager", "_ubc_pager", "_kernel_map",
		"_nchashtbl", "_nchash", "_kernel_text", "_uvmsim_ptrsize" };
	FILE *fp = fopen(names, "w");
	kvm_t *kd = kvm_openfiles(NULL, NULL, NULL, 0, NULL);

	assert_non_null(fp);
	assert_non_null(kd);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct nlist list[2] = { { .n_name = wanted[i] } };

		assert_int_equal(kvm_nlist(kd, list), 0);
		fprintf(fp, "%016lx D %s\n", (unsigned long)list[0].n_value,
		    wanted[i]);
	}
	fputs("                 U elsewhere\n\n", fp);
	assert_int_equal(kvm_close(kd), 0);
	assert_int_equal(fclose(fp), 0);
}

/* The thread's machine. */
static void *
make(const struct shortage *s)
{
	static char path[32];
	FILE *fp;
	int fd;

	(void)s;
	strcpy(path, "/tmp/uvmsim-script.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	fp = fdopen(fd, "w");
	assert_non_null(fp);
	fprintf(fp, "machine arch=i386 personality=openbsd ram=16M\n%s",
	    script);
	fclose(fp);
	if (uvmsim_open(path, 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	unlink(path);
	if (access(names, R_OK) != 0)
		write_names();
	return api_machine();
}

static void
drop(void *world)
{
	(void)world;
	uvmsim_close();
}

static int
call(const struct shortage *s, void *world, FILE *out)
{
	const char *const *word = s->arg;
	char *argv[8] = { "procmap" }, said[1000] = "";
	FILE *err;
	int argc = 1, status;

	(void)world;
	for (; *word != NULL; word++)
		argv[argc++] = (char *)(uintptr_t)*word;
	shortage_counts(false);
	err = fmemopen(said, sizeof(said), "w");
	assert_non_null(err);
	setvbuf(err, NULL, _IONBF, 0);
	shortage_counts(true);
	status = procmap_main(argc, argv, out, err);
	shortage_counts(false);
	fclose(err);
	if (status == 0) {
		assert_string_equal(said, "");
		return 0;
	}
	assert_int_equal(status, 1);
	if (strchr(said, '\n') != said + strlen(said) - 1 ||
	    (strstr(said, "Cannot allocate memory") == NULL &&
		strstr(said, "no memory") == NULL))
		fail_msg("%s: it says \"%s\"", s->name, said);
	return ENOMEM;
}

static void
test_maps(void **state)
{
	static const struct {
		const char *name, *word[6];
	} row[] = {
		{ "-a", { "-a", "0", "100", "101" } },
		{ "-x", { "-x", "100" } },
		{ "-r -v", { "-r", "-v", "100" } },
		{ "-l -v, and names", { "-N", names, "-lv", "100" } },
		{ "-s -P", { "-s", "-p", "101" } },
		{ "-D", { "-D", "31", "100" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct shortage s = { .name = row[i].name,
			.make = make,
			.drop = drop,
			.call = call,
			.arg = row[i].word };

		assert_true(shortage_try(&s) > 10);
	}
}

static int
setup(void **state)
{
	(void)state;
	snprintf(names, sizeof(names), "/tmp/uvmsim-names.%ld", (long)getpid());
	unlink(names);
	return setenv("UVMSIM_UID", "0", 1);
}

static int
teardown(void **state)
{
	(void)state;
	return unlink(names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maps),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
