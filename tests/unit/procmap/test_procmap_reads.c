/*
 * procmap over kernel memory of which one read fails: the first, the second
 * ... What it has printed by then is the beginning of what it prints otherwise;
 * it says which read it was, once, and ends with status 1.
 *
 * Like test_procmap_errors.c this takes the place of the library's kvm(3), and
 * passes everything but that read on to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/include/uvmsim.h"
#include "api/kvm/handle.h"
#include "api/procmap/procmap.h"

#define UVMSIM_ANY_WIDTH
#include "api/include/openbsd/kvm.h"
#include "api/include/openbsd/nlist.h"
#include "api/include/openbsd/stdlib.h"

#define POINTS 200

static uint64_t reads, refused; /* so far; the one that fails, 0: none */

kvm_t *
kvm_openfiles(const char *execfile, const char *corefile, const char *swapfile,
    int flags, char *errbuf)
{
	const struct kvm_request r = { .narrow = &kvm_openbsd32,
		.wide = &kvm_openbsd64,
		.execfile = execfile,
		.corefile = corefile,
		.flags = flags,
		.errbuf = errbuf };

	(void)swapfile;
	return kvm_handle_open(&r);
}

int
kvm_nlist(kvm_t *kd, struct nlist *list)
{
	int missing = 0;

	for (; list->n_name != NULL; list++)
		missing += !kvm_handle_symbol(kd, list->n_name, &list->n_type,
		    &list->n_value);
	return missing;
}

ssize_t
kvm_read(kvm_t *kd, uint64_t kva, void *buf, size_t len)
{
	if (++reads == refused)
		return kvm_handle_fail(kd, "refused");
	return kvm_handle_read(kd, kva, buf, len);
}

struct kinfo_proc *
kvm_getprocs(kvm_t *kd, int op, int arg, int *cnt)
{
	return kvm_handle_procs(kd, op, arg, 0, cnt);
}

char *
kvm_geterr(kvm_t *kd)
{
	return kvm_handle_err(kd);
}

int
kvm_close(kvm_t *kd)
{
	return kvm_handle_close(kd);
}

char *
devname(int dev, mode_t type)
{
	(void)type;
	return kvm_handle_devname((uint32_t)dev);
}

/* ------------------------------------------------------------ one run ---- */

static const char script
    [] = "mount /usr dev=4,6\nmount /cd type=cd9660 dev=6,0\n"
	 "file /bin/sh 512K ino=70173\nfile /usr/lib/libc.so.34.1 512K\n"
	 "file /cd/readme 8K ino=2048\nfile /dev/bpf0 64K dev=23,0\n"
	 "spawn sh pid=100 image=none\n"
	 "sh: text = mmap 420K r private fixed file /bin/sh at 0x8048000\n"
	 "sh: data = mmap 8K rw private fixed file /bin/sh offset 0x68000 "
	 "at text+420K\n"
	 "sh: libc = mmap 260K r private fixed file /usr/lib/libc.so.34.1 "
	 "at 0x40000000\n"
	 "sh: readme = mmap 8K r shared fixed file /cd/readme at 0x51000000\n"
	 "sh: dev = mmap 4K rw shared fixed file /dev/bpf0 offset 4K "
	 "at 0x60000000\n"
	 "sh: many = mmap 1M rw private fixed anon at 0x61000000\n"
	 "sh: id = shmget 64K creat 0600\nsh: shm = shmat id at 0x70000000\n"
	 "sh: write shm 12K\nsh: write data 4K\nsh: write many 40K\n"
	 "sh: read text 40K\nsh: fork child pid=101\nchild: write data 4K\n";

struct result {
	int status;
	char *out, *err;
};

static void
run(const char *const *word, struct result *r)
{
	char *argv[8] = { "procmap" };
	size_t outlen, errlen;
	FILE *out = open_memstream(&r->out, &outlen);
	FILE *err = open_memstream(&r->err, &errlen);
	int argc = 1;

	assert_non_null(out);
	assert_non_null(err);
	for (; *word != NULL; word++)
		argv[argc++] = (char *)(uintptr_t)*word;
	reads = 0;
	r->status = procmap_main(argc, argv, out, err);
	fclose(out);
	fclose(err);
}

static void
result_free(struct result *r)
{
	free(r->out);
	free(r->err);
}

static void
check(const char *name, const struct result *whole, const struct result *r)
{
	unsigned long want;
	unsigned long long at;
	int end = 0;

	if (r->status != 1 ||
	    sscanf(r->err, "procmap: refused == -1 vs. %lu @ %llx\n%n", &want,
		&at, &end) != 2 ||
	    r->err[end] != '\0')
		fail_msg("%s: read %llu: status %d, it says \"%s\"", name,
		    (unsigned long long)refused, r->status, r->err);
	if (strncmp(whole->out, r->out, strlen(r->out)) != 0)
		fail_msg("%s: read %llu: what it printed is no beginning of "
			 "all",
		    name, (unsigned long long)refused);
}

static void
try(const char *name, const char *const *word)
{
	struct result whole, r;
	uint64_t all, step;

	refused = 0;
	run(word, &whole);
	assert_int_equal(whole.status, 0);
	assert_string_equal(whole.err, "");
	all = reads;
	step = all > POINTS ? all / POINTS : 1;
	for (uint64_t n = 1; n <= all; n += step) {
		refused = n;
		run(word, &r);
		check(name, &whole, &r);
		result_free(&r);
	}
	result_free(&whole);
}

static void
open_machine(const char *arch)
{
	char path[] = "/tmp/uvmsim-script.XXXXXX";
	const int fd = mkstemp(path);
	FILE *fp;

	assert_true(fd >= 0);
	fp = fdopen(fd, "w");
	assert_non_null(fp);
	fprintf(fp, "machine arch=%s personality=openbsd ram=16M\n%s", arch,
	    script);
	fclose(fp);
	if (uvmsim_open(path, 0) != 0)
		fail_msg("%s", uvmsim_errmsg());
	unlink(path);
}

static void
test_reads(void **state)
{
	static const struct {
		const char *name, *word[6];
	} row[] = {
		{ "-a", { "-a", "0", "100", "101" } },
		{ "-x", { "-x", "100" } },
		{ "-r -v", { "-r", "-v", "-v", "100" } },
		{ "-m -s", { "-ms", "101" } },
		{ "-d", { "-d", "101" } },
		{ "-D", { "-D", "31", "100" } },
	};

	(void)state;
	for (int width = 0; width < 2; width++) {
		open_machine(width == 0 ? "i386" : "amd64");
		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
			try(row[i].name, row[i].word);
		uvmsim_close();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
	};

	setenv("UVMSIM_UID", "0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
