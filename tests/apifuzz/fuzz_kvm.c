/*
 * kvm(3) of OpenBSD and NetBSD: kernel memory at random addresses, processes by
 * random numbers, random names.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "fuzz.h"

struct kvm;
struct name { /* struct nlist of both */
	char *name;
	unsigned char type;
	char other;
	short desc;
	unsigned long value;
};

#define CALLS(sys, procs) \
	struct kvm *uvmsim_##sys##_kvm_openfiles(const char *, const char *, \
	    const char *, int, char *); \
	ssize_t uvmsim_##sys##_kvm_read(struct kvm *, unsigned long, void *, \
	    size_t); \
	ssize_t uvmsim_##sys##_kvm_write(struct kvm *, unsigned long, \
	    const void *, size_t); \
	int uvmsim_##sys##_kvm_nlist(struct kvm *, struct name *); \
	char *uvmsim_##sys##_kvm_geterr(struct kvm *); \
	int uvmsim_##sys##_kvm_close(struct kvm *); \
	static const struct calls sys = { uvmsim_##sys##_kvm_openfiles, \
		uvmsim_##sys##_kvm_read, uvmsim_##sys##_kvm_write, \
		uvmsim_##sys##_kvm_nlist, uvmsim_##sys##_kvm_geterr, \
		uvmsim_##sys##_kvm_close, procs }

struct calls {
	struct kvm *(
	    *openfiles)(const char *, const char *, const char *, int, char *);
	ssize_t (*read)(struct kvm *, unsigned long, void *, size_t);
	ssize_t (*write)(struct kvm *, unsigned long, const void *, size_t);
	int (*nlist)(struct kvm *, struct name *);
	char *(*geterr)(struct kvm *);
	int (*close)(struct kvm *);
	void *(*procs)(struct kvm *, int op, int arg, size_t elem, int *n);
};

void *uvmsim_openbsd_kvm_getprocs(struct kvm *, int, int, int *);
void *uvmsim_netbsd_kvm_getproc2(struct kvm *, int, int, size_t, int *);

static void *
openbsd_procs(struct kvm *kd, int op, int arg, size_t elem, int *n)
{
	(void)elem;
	return uvmsim_openbsd_kvm_getprocs(kd, op, arg, n);
}

CALLS(openbsd, openbsd_procs);
CALLS(netbsd, uvmsim_netbsd_kvm_getproc2);

static void
look_up(struct fuzz *f, const struct calls *sys, struct kvm *kd)
{
	static const char *const names[] = { "_maxsmap", "nchash",
		"__kernel_map", "", "_", "no such name" };
	char text[32];
	struct name list[3] = { { .name = text }, { .name = text },
		{ .name = NULL } };

	strcpy(text, names[fuzz_below(f, NELEM(names))]);
	(void)sys->nlist(kd, list);
}

/* One call. => false: f->why says what it has done wrong */
static bool
dig_once(struct fuzz *f, const struct calls *sys, struct kvm *kd)
{
	uint64_t len = fuzz_below(f, 4) ? fuzz_below(f, 700) : fuzz_size(f);
	uint64_t va = fuzz_kernel_address(f);
	int n = 0;
	ssize_t got;

	switch (fuzz_below(f, 12)) {
	case 0:
		(void)sys->procs(kd, (int)fuzz_below(f, 9) - 1, fuzz_pid(f),
		    fuzz_size(f), &n);
		return true;
	case 1: look_up(f, sys, kd); return true;
	case 2:
		f->why = "kernel memory was written to";
		return sys->write(kd, va, f->pages, len) == -1;
	default:
		got = sys->read(kd, va, fuzz_pointer(f, len), len);
		f->why = "more was read than asked for";
		if (got > 0 && (uint64_t)got > len)
			return false;
		f->why = "a failure without a text";
		return got != -1 || sys->geterr(kd)[0] != '\0';
	}
}

/* Looking changes nothing: it is held to the dump as a failure is. */
static enum fuzz_end
dig(struct fuzz *f, const struct calls *sys)
{
	char err[2048] = "";
	struct kvm *kd = sys->openfiles(NULL, NULL, NULL, O_RDONLY, err);
	bool ok = true;

	/* Structures are known for two machines; others are refused. */
	if (kd == NULL)
		return strcmp(f->m->config.arch->name, "power") == 0 &&
			strstr(err, "arch=power") != NULL ?
		    FUZZ_FAILED :
		    fuzz_bad(f, "the machine cannot be opened");
	for (unsigned i = 0; i < 16 && ok; i++)
		ok = dig_once(f, sys, kd);
	(void)sys->close(kd);
	return ok ? FUZZ_FAILED : FUZZ_BAD;
}

static enum fuzz_end
dig_openbsd(struct fuzz *f)
{
	return dig(f, &openbsd);
}

static enum fuzz_end
dig_netbsd(struct fuzz *f)
{
	return dig(f, &netbsd);
}

const struct fuzz_target fuzz_kvm[] = { { "openbsd kvm", dig_openbsd },
	{ "netbsd kvm", dig_netbsd }, { NULL, NULL } };
