/*
 * Machines for the tests of kvm(3), made by scripts, and what each test is run
 * for: a system's structures in the machine's width.
 */
#ifndef TESTS_UNIT_API_KVM_FIXTURE_H
#define TESTS_UNIT_API_KVM_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kvm_walk.h"
#include "sim/sim.h"

extern const struct kvm_walk *const kvm_walks[4];

/* A temporary file with this in it; the name stays until kvm_file_remove(). */
const char *kvm_file(const void *content, size_t len);
void	kvm_file_remove(void);

/*
 * The machine that "machine arch=ARCH personality=..." and the script make,
 * attached, and kernel memory of it in kd.  A script that begins with a blank
 * goes on with the machine's line.
 */
struct machine *kvm_setup(const struct kvm_walk *, const char *script,
	    void **kd);
void	kvm_teardown(const struct kvm_walk *, void *kd);
uint64_t kvm_value(const struct kvm_walk *, void *kd, const char *symbol);
/* A pointer of the machine's width, or fail. */
uint64_t kvm_pointer(const struct kvm_walk *, void *kd, uint64_t addr);
struct process *kvm_process(struct machine *, const char *name);

/* Files of all kinds, a shared amap, a locked range; processes 100 and 101. */
extern const char kvm_script[];

#endif /* TESTS_UNIT_API_KVM_FIXTURE_H */
