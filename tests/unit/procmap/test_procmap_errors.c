/*
 * procmap when kvm(3) fails: a kvm that does as it is told, and what is said
 * about it, on which stream, with which exit status.
 *
 * It stands apart from other tests because it takes the place of the library's
 * kvm(3), which the parts of other tests need.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "api/procmap/procmap.h"

#define UVMSIM_ANY_WIDTH
#include "api/include/openbsd/kvm.h"
#include "api/include/openbsd/nlist.h"
#include "api/include/openbsd/stdlib.h"

struct __kvm {
	int unused;
};

/* How the fake behaves. */
static struct {
	const char *open_error; /* NULL: opens */
	const char *missing;    /* symbol that is not there */
	const char *error;      /* kvm_geterr */
	int nlist;              /* what kvm_nlist returns */
	int reads;              /* so many succeed */
	ssize_t read;           /* then this is returned */
	bool noprocs;           /* kvm_getprocs fails; else it finds nobody */
	int close;
	int nopen;
} fake;

static struct __kvm handle;
static char nobody;
static char *operand;

kvm_t *
kvm_openfiles(const char *execfile, const char *corefile, const char *swapfile,
    int flags, char *errbuf)
{
	(void)execfile;
	(void)corefile;
	(void)swapfile;
	(void)flags;
	if (fake.open_error != NULL) {
		strcpy(errbuf, fake.open_error);
		return NULL;
	}
	fake.nopen++;
	return &handle;
}

/* The n-th symbol is at 0x1000 * n. */
int
kvm_nlist(kvm_t *kd, struct nlist *list)
{
	assert_ptr_equal(kd, &handle);
	for (unsigned long n = 1; list->n_name != NULL; list++, n++) {
		if (fake.missing != NULL &&
		    strcmp(list->n_name, fake.missing) == 0)
			continue;
		list->n_type = N_DATA;
		list->n_value = 0x1000 * n;
	}
	return fake.nlist;
}

ssize_t
kvm_read(kvm_t *kd, uint64_t kva, void *buf, size_t len)
{
	assert_ptr_equal(kd, &handle);
	if (kva == 0 || fake.reads-- <= 0)
		return fake.read;
	memset(buf, 0, len);
	if (len == sizeof(int32_t))
		memcpy(buf, &(int32_t){ 4 }, len);
	return (ssize_t)len;
}

struct kinfo_proc *
kvm_getprocs(kvm_t *kd, int op, int arg, int *cnt)
{
	(void)kd;
	(void)op;
	(void)arg;
	*cnt = 0;
	return fake.noprocs ? NULL : (struct kinfo_proc *)&nobody;
}

char *
kvm_geterr(kvm_t *kd)
{
	assert_ptr_equal(kd, &handle);
	return (char *)(uintptr_t)fake.error;
}

int
kvm_close(kvm_t *kd)
{
	assert_ptr_equal(kd, &handle);
	fake.nopen--;
	errno = EIO;
	return fake.close;
}

char *
devname(int dev, mode_t type)
{
	(void)dev;
	(void)type;
	return NULL;
}

static void
run(int status, const char *out, const char *err)
{
	char *text[2];
	size_t len[2];
	char *argv[] = { "/usr/bin/procmap", operand, NULL };
	FILE *fp[2];

	for (int i = 0; i < 2; i++) {
		fp[i] = open_memstream(&text[i], &len[i]);
		assert_non_null(fp[i]);
	}
	assert_int_equal(procmap_main(2, argv, fp[0], fp[1]), status);
	for (int i = 0; i < 2; i++)
		fclose(fp[i]);
	assert_string_equal(text[0], out);
	assert_string_equal(text[1], err);
	for (int i = 0; i < 2; i++)
		free(text[i]);
	assert_int_equal(fake.nopen, 0);
}

static int
setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	operand = "0";
	fake.error = "invalid address (0)";
	fake.read = -1;
	fake.reads = 1000;
	setenv("UVMSIM_CORE", "/nonexistent", 1);
	setenv("UVMSIM_UID", "0", 1);
	return 0;
}

static void
test_open(void **state)
{
	(void)state;
	fake.open_error = "/dev/mem: Permission denied";
	run(1, "", "procmap: /dev/mem: Permission denied\n");
}

static void
test_namelist(void **state)
{
	(void)state;
	fake.nlist = -1;
	fake.error = "bad namelist";
	run(1, "", "procmap: bad namelist == -1\n");
}

/* Missing symbols are told on stdout; those that are read are the end. */
static void
test_symbols(void **state)
{
	(void)state;
	fake.nlist = 1;
	fake.missing = "_maxsmap";
	run(1, "_maxsmap not found\n",
	    "procmap: invalid address (0) == -1 vs. 8 @ 0\n");
	fake.missing = "_kernel_map";
	run(1, "_kernel_map not found\n",
	    "procmap: invalid address (0) == -1 vs. 4 @ 0\n");
}

static void
test_junk(void **state)
{
	(void)state;
	fake.reads = 0;
	fake.error = "no valid dump header";
	run(1, "", "procmap: no valid dump header == -1 vs. 8 @ 1000\n");
}

static void
test_short_read(void **state)
{
	(void)state;
	fake.reads = 2; /* maxsmap and the width */
	fake.error = "short read";
	fake.read = 3;
	run(1, "", "procmap: short read == 3 vs. 4 @ 6000\n");
}

/* The operand is bad: nothing else fails but the end. */
static void
test_close(void **state)
{
	(void)state;
	fake.close = -1;
	operand = "99";
	run(1, "",
	    "procmap: 99: No such process\n"
	    "procmap: kvm_close: Input/output error\n");
}

/* That nobody could look is not that nobody is there. */
static void
test_procs(void **state)
{
	(void)state;
	fake.noprocs = true;
	fake.error = "Cannot allocate memory";
	operand = "99";
	run(1, "", "procmap: Cannot allocate memory\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_open, setup),
		cmocka_unit_test_setup(test_namelist, setup),
		cmocka_unit_test_setup(test_symbols, setup),
		cmocka_unit_test_setup(test_junk, setup),
		cmocka_unit_test_setup(test_short_read, setup),
		cmocka_unit_test_setup(test_close, setup),
		cmocka_unit_test_setup(test_procs, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
