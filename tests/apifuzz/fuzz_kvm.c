/*
 * kvm(3) of OpenBSD and NetBSD.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "fuzz.h"

struct kvm_t;
struct nlist_like { /* struct nlist begins like this */
	const char *n_name;
	uint64_t rest[8];
};

#define KVM(sys) \
	struct kvm_t *uvmsim_##sys##_kvm_openfiles(const char *, const char *, \
	    const char *, int, char *); \
	ssize_t uvmsim_##sys##_kvm_read(struct kvm_t *, unsigned long, void *, \
	    size_t); \
	ssize_t uvmsim_##sys##_kvm_write(struct kvm_t *, unsigned long, \
	    const void *, size_t); \
	void *uvmsim_##sys##_kvm_getprocs(struct kvm_t *, int, int, int *); \
	char *uvmsim_##sys##_kvm_geterr(struct kvm_t *); \
	int uvmsim_##sys##_kvm_close(struct kvm_t *); \
\
	static enum fuzz_end dig_##sys(struct fuzz *f) \
	{ \
		char err[2048] = ""; \
		struct kvm_t *kd = uvmsim_##sys##_kvm_openfiles(NULL, NULL, \
		    NULL, O_RDONLY, err); \
		enum fuzz_end end = FUZZ_OK; \
\
		if (kd == NULL) \
			return fuzz_bad(f, "the machine cannot be opened"); \
		for (unsigned i = 0; i < 16 && end != FUZZ_BAD; i++) { \
			uint64_t len = fuzz_below(f, 4) ? fuzz_below(f, 700) : \
							  fuzz_size(f); \
			uint64_t va = fuzz_kernel_address(f); \
			int n = 0; \
			ssize_t got; \
\
			switch (fuzz_below(f, 12)) { \
			case 0: \
				(void)uvmsim_##sys##_kvm_getprocs(kd, \
				    (int)fuzz_below(f, 9), fuzz_pid(f), &n); \
				break; \
			case 1: \
				if (uvmsim_##sys##_kvm_write(kd, va, f->pages, \
					len) != -1) \
					end = fuzz_bad(f, "written to"); \
				break; \
			default: \
				got = uvmsim_##sys##_kvm_read(kd, va, \
				    fuzz_pointer(f, len), len); \
				if (got > 0 && (uint64_t)got > len) \
					end = fuzz_bad(f, "read too much"); \
				if (got == -1 && \
				    strlen(uvmsim_##sys##_kvm_geterr(kd)) == \
					0) \
					end = fuzz_bad(f, "no error text"); \
			} \
		} \
		if (uvmsim_##sys##_kvm_close(kd) != 0) \
			end = fuzz_bad(f, "close"); \
		return end == FUZZ_OK ? FUZZ_FAILED : end; \
	}

KVM(openbsd)

/* Looking changes nothing: each is held to the dump as a failure is. */
const struct fuzz_target fuzz_kvm[] = { { "openbsd kvm", dig_openbsd },
	{ NULL, NULL } };
