/*
 * A program calls the machine with pointers of its own: where they have 32
 * bits, a machine with addresses of 64 is refused, and none is cut off; a
 * machine of 32 bits serves every program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "sim/sim.h"

#define LEN 0x3000u

void *uvmsim_netbsd_mmap(void *, size_t, int, int, int, int64_t);
int uvmsim_netbsd_munmap(void *, size_t);

static struct machine *m;
static struct process *p;

static void
open_machine(const char *arch)
{
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	assert_int_equal(sim_config_set(&config, "personality=netbsd", err,
			     sizeof(err)),
	    0);
	assert_int_equal(sim_config_set(&config, arch, err, sizeof(err)), 0);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, config.personality, NULL, &p),
	    0);
	assert_int_equal(api_attach(m, p->pid), 0);
}

static void
close_machine(void)
{
	uvmsim_close();
	sim_machine_destroy(m);
}

static void *
map(void)
{
	errno = 0;
	return uvmsim_netbsd_mmap(NULL, LEN, 3, 0x1002, -1, 0);
}

/* The address is the machine's own, all of it. */
static void
works(void)
{
	const uint32_t before = p->vmspace->vm_map.nentries;
	void *at = map();
	const vaddr_t addr = (uintptr_t)at;
	const struct vm_map_entry *e;
	vaddr_t found = 0;

	assert_ptr_not_equal(at, (void *)-1);
	assert_true(p->vmspace->vm_map.nentries >= before);
	for (e = p->vmspace->vm_map.header.next;
	     e != &p->vmspace->vm_map.header; e = e->next)
		if (e->start <= addr && addr + LEN <= e->end)
			found = addr;
	assert_true(found != 0);
	assert_int_equal(uvmsim_touch(at, LEN, 2), 0);
	assert_int_equal(uvmsim_netbsd_munmap(at, LEN), 0);
}

static void
refused(void)
{
	const uint32_t before = p->vmspace->vm_map.nentries;

	assert_ptr_equal(map(), (void *)-1);
	assert_int_equal(errno, EOVERFLOW);
	assert_non_null(strstr(uvmsim_errmsg(), "mmap: pointers of this "));
	assert_int_equal(p->vmspace->vm_map.nentries, before);
	errno = 0;
	assert_int_equal(uvmsim_touch(&m, 1, 1), -1);
	assert_int_equal(errno, EOVERFLOW);
}

static void
test_machine_of_64_bits(void **state)
{
	(void)state;
	open_machine("arch=amd64");
	if (sizeof(void *) == 8)
		works();
	else
		refused();
	close_machine();
}

static void
test_machine_of_32_bits(void **state)
{
	(void)state;
	open_machine("arch=i386");
	works();
	close_machine();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_machine_of_64_bits),
		cmocka_unit_test(test_machine_of_32_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
