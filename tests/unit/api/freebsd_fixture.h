/*
 * What the tests of FreeBSD's interfaces share: a machine that this thread is
 * attached to, its processes, and system calls in one line.
 */
#ifndef TEST_FREEBSD_FIXTURE_H
#define TEST_FREEBSD_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/include/freebsd/sys/user.h"
#include "api/context.h"
#include "api/include/uvmsim.h"
#include "sim/sim.h"

#define FB_PAGE		((uint64_t)4096)
#define FB_ANON		0x1002		/* MAP_ANON | MAP_PRIVATE */
#define FB_SHARED	0x1001		/* MAP_ANON | MAP_SHARED */
#define FB_GUARD	0x2000
#define FB_STACK	0x0402		/* MAP_STACK | MAP_PRIVATE */
#define FB_FIXED	0x0010
#define FB_RW		3

extern struct machine *fb_m;		/* the test's machine */
extern struct process *fb_p;		/* its first process */

int	fb_setup(void **);		/* freebsd, 64M, one process */
int	fb_setup_as(const char *personality);
int	fb_teardown(void **);

/* System calls that succeed. */
uint64_t fb_map(struct process *, uint64_t len, int prot, int flags);
uint64_t fb_map_file(struct process *, const char *path, uint64_t len,
	    int prot, int flags);	/* flags: 1 shared, 2 private */
struct process *fb_fork(struct process *, const char *name);
void	fb_call(struct process *, enum sim_sysno, uint64_t, uint64_t, uint64_t);
void	fb_touch(struct process *, uint64_t addr, uint64_t len, int type);

/* A number that sysctlbyname() gives, of 4 bytes or 8. */
uint64_t fb_number(const char *name);
/* The record of the entry that holds addr, as kinfo_getvmmap() gives it. */
struct kinfo_vmentry fb_record(const struct process *, uint64_t addr);

#endif /* TEST_FREEBSD_FIXTURE_H */
