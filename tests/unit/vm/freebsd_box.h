/*
 * What the unit tests of FreeBSD's page daemon share: a machine that has it,
 * and short words for pages and their queues.
 */
#ifndef TESTS_UNIT_VM_FREEBSD_BOX_H
#define TESTS_UNIT_VM_FREEBSD_BOX_H

#include "fixture.h"
#include "vm/vm_daemon_freebsd.h"

#define FRAMES	1024	/* the smallest machine with FreeBSD's own thresholds */

/* A machine with this daemon, and so many pages of swap */
struct fixture *fbsd_box(unsigned ram, unsigned swap);
struct vm_fbsd_domain *box_domain0(struct fixture *);

/* Of page P of the space: its frame, which is mapped. */
pfn_t	box_frame(struct fixture *, unsigned page);
unsigned box_queue(struct fixture *, pfn_t);	/* PQ_*, or 0 */
unsigned box_act(struct fixture *, pfn_t);
/* Queue of each of n frames: A, I, L, U or - */
const char *box_queues(struct fixture *, const pfn_t *, unsigned n);

/* Pages [from, to): mapped and written, or read; not referenced since. */
void	box_touch_anon(struct fixture *, unsigned from, unsigned to);
void	box_touch_file(struct fixture *, unsigned from, unsigned to);
void	box_touch_again(struct fixture *, unsigned page);
void	box_forget(struct fixture *, unsigned page);
void	box_deactivate(struct fixture *, unsigned from, unsigned to);

#endif /* TESTS_UNIT_VM_FREEBSD_BOX_H */
