/*
 * FreeBSD's page daemon (policy=freebsd; reference "pmap" 4.4 to 4.9).
 *
 *	   fault       act_count 0            dirty           written
 *	--------> ACTIVE ---------> INACTIVE --------> LAUNDRY ------+
 *	             ^  \              |  ^               | |        |
 *	             |   \  dirty,     |  |    near head  | | no     |
 *	             |    \ shortage   |  +---------------|-|--------+
 *	             |     +-----------|----------------> | +-> UNSWAPPABLE
 *	             |   referenced    v clean            |
 *	             +-------------- free                 |
 *	             +------------------------------------+ referenced
 *
 * Ten times a second, and as soon as a domain has fewer than `wakeup' frames
 * free, a domain's daemon makes a pass: a PID controller (vm_pid.h) says how
 * many pages to free, the inactive scan frees them, the active scan ages pages
 * and fills the inactive queue up; then the laundry thread cleans.
 *
 * Queues are the machine's, of all domains: those pages of a queue that are a
 * domain's stand in the same order as in a queue of its own, and a scan passes
 * over the others.  Thresholds, controllers, hands, laundering and the vote for
 * out-of-memory are each domain's.
 *
 * Time is vm->tick and what waiters have slept: who waits for a frame is taken
 * to the end of the interval again and again, until frames are free or every
 * domain has voted.
 *
 * FB1  hand and limit are 0 or active pages with PG_NOTED, the hand not behind
 *      the limit; hand 0: the revolution is over
 * FB2  the pages from the head of the inactive queue to `aside' are those put
 *      there by advice or after laundering; it has PG_NOTED
 * FB3  act of a page without PG_NOTED means nothing: it is 5 while the page is
 *      active, else 0
 * FB4  the controllers hold PID1 and PID2
 */
#ifndef VM_VM_DAEMON_FREEBSD_H
#define VM_VM_DAEMON_FREEBSD_H

#include "vm.h"
#include "vm_pid.h"

/* act_count (4.4) */
#define ACT_INIT	5
#define ACT_ADVANCE	3
#define ACT_DECLINE	1
#define ACT_MAX		64

#define FBSD_SMALLEST		1024	/* pages; FreeBSD needs as many */
#define FBSD_SCAN_MS		100	/* a daemon's interval; the laundry's */
#define FBSD_LAUNDER_HZ		10
#define FBSD_PERIOD_MS		600000	/* all active pages are looked at */
#define FBSD_LAUNDRY_WEIGHT	3	/* act_scan_laundry_weight */
#define FBSD_OOM_SEQ		12	/* fruitless passes before a vote */
#define FBSD_OOM_SEQ_MAX	1000	/* what may be set */
#define FBSD_CLUSTER		16	/* vm_pageout_page_count */
#define FBSD_LAUNDER_RATE	4096	/* background_launder_rate, KB/s */
#define FBSD_LAUNDER_MAX	20480	/* background_launder_max, KB */

struct vm_fbsd_levels {			/* in pages (4.6) */
	uint64_t	interrupt_free_min;
	uint64_t	pageout_free_min;
	uint64_t	free_reserved;
	uint64_t	free_severe;
	uint64_t	free_min;
	uint64_t	free_target;
	uint64_t	inactive_target;
	uint64_t	wakeup;		/* pageout_wakeup_thresh */
	uint64_t	background_launder;	/* background_launder_target */
};

/*
 * Thresholds of a domain of n pages with nfree of them free, in a machine of
 * npages, pages of 1 << page_shift bytes.  A domain of fewer than 1024 pages
 * (4 MB; FreeBSD does not run there) has those of 1024 scaled down, reserved <=
 * severe < min < target still; one without pages has only zeros.
 */
void	vm_fbsd_levels(uint64_t n, uint64_t nfree, uint64_t npages,
	    unsigned page_shift, struct vm_fbsd_levels *);

/* Counters, with the names of vm.stats.vm and vm.domain.N.stats. */
#define VM_FBSD_COUNTS(X)						\
	X(v_pdwakeups)	/* times that it was waked */			\
	X(v_pdshortfalls) /* inactive scans that missed their target */	\
	X(v_pdpages)	/* pages looked at */				\
	X(v_reactivated) /* found referenced, active again */		\
	X(v_dfree)	/* freed */					\
	X(v_swapout)	/* writes to swap, */				\
	X(v_swappgsout)	/* pages of them */				\
	X(v_vnodeout)	/* writes to files, */				\
	X(v_vnodepgsout) /* pages of them */				\
	X(passes)	/* ours: passes, of which some free nothing */	\
	X(slept)	/* ours: ms that waiters slept */		\
	X(oom_votes)	/* ours: times that all domains voted */

struct vm_fbsd_counts {
#define X(m) uint64_t m;
	VM_FBSD_COUNTS(X)
#undef X
};

enum vm_fbsd_request { FBSD_IDLE, FBSD_BACKGROUND, FBSD_SHORTFALL };

struct vm_fbsd_laundry {
	uint64_t	next;		/* ms: not before that */
	uint8_t		request;	/* enum vm_fbsd_request */
	uint64_t	target;		/* pages still to be cleaned in the
					   background */
	uint64_t	run_target;	/* target when demand was last seen */
	uint64_t	nfreed;		/* clean pages freed since the last
					   background run began */
	uint64_t	deficit;	/* pages that somebody waits for */
};

struct vm_fbsd_domain {
	struct vm_fbsd_levels level;
	struct vm_pid	pid;
	struct vm_fbsd_laundry laundry;
	uint64_t	next;		/* ms of the next pass at the latest */
	uint64_t	resume;		/* ms: no pass for want of frames till
					   then, the last one fell short */
	uint64_t	scanned;	/* ms of the last active scan */
	uint32_t	hand, limit;	/* of the active queue */
	uint32_t	fruitless;	/* oom_seq */
	uint8_t		voted;
	uint64_t	actpdpgs, inactpdpgs, laundpdpgs, unswppdpgs;
};

struct vm_fbsd {
	struct vm_fbsd_domain domain[VM_MAXDOMAINS];
	struct vm_fbsd_counts count;
	uint64_t	slept;		/* ms that waiters slept: its clock is
					   vm->tick + slept */
	uint64_t	next;		/* the earliest domain[].next */
	uint64_t	now;		/* of the pass that is being made */
	uint32_t	aside;		/* last of the pages at the head of the
					   inactive queue; 0: there are none */
	uint32_t	oom_seq;	/* FBSD_OOM_SEQ; may be set */
	uint8_t	       *act;		/* act_count, [npages + 1] */
};

/* => the state, or NULL: the machine has another daemon */
struct vm_fbsd *vm_fbsd(const struct vm *);
/* The same for the daemon itself, which runs where there is no other. */
static inline struct vm_fbsd *
fbsd_state(const struct vm *vm)
{
	return vm->pageout.state;
}

/* act_count of a page: FB3 applied */
unsigned vm_fbsd_act_count(const struct vm *, pfn_t);
/* Pages of a domain on a queue (PQ_*); walks it when there are several. */
uint64_t vm_fbsd_queued(const struct vm *, unsigned domain, unsigned which);

/* ---- parts (for each other and for tests) ---- */

void	fbsd_noted(struct vm *, pfn_t, unsigned to);	/* vm_daemon.noted */
/*
 * madvise(2): the count begins again; clean pages go near the head of the
 * inactive queue, which defeats its order, dirty ones to the laundry.
 */
void	fbsd_advised(struct vm *, pfn_t);
const char *fbsd_check(struct vm *, char *buf, size_t len);
void	fbsd_keep(struct vm *, struct vm_keep *);

/* Note an act_count (255 at most); PG_NOTED is set. */
void	fbsd_note_act(struct vm *, pfn_t, unsigned act);
/* To the head of the inactive queue, behind others put there. */
void	fbsd_aside(struct vm *, pfn_t);
/* A page is looked at by one of the scans: v_pdpages, pdscans */
void	fbsd_count_look(struct vm *, pfn_t);
/*
 * References since last asked, from page tables and those kept with the frame;
 * they are cleared.  *mapped: its object is mapped (anonymous memory always)
 */
unsigned fbsd_references(struct vm *, pfn_t, bool *mapped);
/* A page of another queue that was referenced becomes active. */
void	fbsd_reactivate(struct vm *, pfn_t, unsigned delta);

/*
 * 4.5: frees up to `shortage' pages of the domain; what cannot be looked at now
 * is added to *additional.  => pages freed
 */
uint64_t fbsd_scan_inactive(struct vm *, unsigned d, uint64_t shortage,
	    uint64_t *additional);
/*
 * 4.4; shortage <= 0: only as many pages as time says.  => pages that were not
 * referenced
 */
uint64_t fbsd_scan_active(struct vm *, unsigned d, int64_t shortage);
/* Pages that an active scan should deactivate (4.7) */
int64_t	fbsd_active_shortage(struct vm *, unsigned d, uint64_t additional);
/* The hands of the clock forget a page. */
void	fbsd_hands_leave(struct vm *, pfn_t);
/*
 * Pages that the laundry thread should clean in the step that is due now, if
 * any; *shortfall: because the last inactive scan missed its target (4.8)
 */
uint64_t fbsd_laundry_demand(struct vm *, unsigned d, bool *shortfall);
/* One step of the laundry thread, if its time has come.  => pages cleaned */
uint64_t fbsd_launder(struct vm *, unsigned d);
/*
 * Clean pages of the laundry queue, first the unswappable ones if there is
 * swap; `want' of them, a cluster more at most.  => pages cleaned, or (not in
 * shortfall) found referenced
 */
uint64_t fbsd_launder_pages(struct vm *, unsigned d, uint64_t want,
	    bool shortfall);
/*
 * The pages to be written together with one: at most FBSD_CLUSTER in the order
 * of its object or amap, all of the laundry.  => how many; the page is among
 * them
 */
uint32_t fbsd_cluster(struct vm *, pfn_t, pfn_t pages[FBSD_CLUSTER]);

#endif /* VM_VM_DAEMON_FREEBSD_H */
