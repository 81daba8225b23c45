/*
 * Thresholds of FreeBSD's page daemon (reference "pmap" 4.6), for n pages:
 *
 *	free_min0	4 + (n - 1024) / 200
 *	pageout_free_min 2 x 64K in pages + interrupt_free_min (2)
 *	free_reserved	32 (8 below 2000 pages) + pageout_free_min + n / 768
 *	free_severe	free_min0 / 2 + free_reserved
 *	free_min	free_min0 + free_reserved
 *	free_target	4 x free_min0 + free_reserved
 *	wakeup		nine tenths of the target
 *	inactive_target	one and a half targets; at most a third of what is free
 */
#include "vm_daemon_freebsd.h"

static uint64_t
least(uint64_t v, uint64_t lo)
{
	return v < lo ? lo : v;
}

/* Of a domain that is too small for FreeBSD; *l are those of FBSD_SMALLEST. */

static void
scale_down(struct vm_fbsd_levels *l, uint64_t n)
{
	l->pageout_free_min = l->pageout_free_min * n / FBSD_SMALLEST;
	l->free_reserved = least(l->free_reserved * n / FBSD_SMALLEST,
	    l->interrupt_free_min);
	l->free_severe = least(l->free_severe * n / FBSD_SMALLEST,
	    l->free_reserved);
	l->free_min = least(l->free_min * n / FBSD_SMALLEST,
	    l->free_severe + 1);
	l->free_target = least(l->free_target * n / FBSD_SMALLEST,
	    l->free_min + 1);
	l->wakeup = least(l->wakeup * n / FBSD_SMALLEST, l->free_severe + 1);
}

void
vm_fbsd_levels(uint64_t n, uint64_t nfree, uint64_t npages, unsigned page_shift,
    struct vm_fbsd_levels *l)
{
	const uint64_t whole = least(n, FBSD_SMALLEST);
	const uint64_t min0 = 4 + (whole - FBSD_SMALLEST) / 200;

	*l = (struct vm_fbsd_levels){ 0 };
	if (n == 0)
		return;
	l->interrupt_free_min = 2;
	l->pageout_free_min = ((uint64_t)131072 >> page_shift) +
	    l->interrupt_free_min;
	l->free_reserved = (npages < 2000 ? 8u : 32u) + l->pageout_free_min +
	    whole / 768;
	l->free_severe = min0 / 2 + l->free_reserved;
	l->free_target = 4 * min0 + l->free_reserved;
	l->free_min = min0 + l->free_reserved;
	l->wakeup = l->free_target / 10 * 9;
	if (n < FBSD_SMALLEST)
		scale_down(l, n);
	l->background_launder = least((l->free_target - l->free_min) / 10, 1);
	l->inactive_target = l->free_target * 3 / 2;
	if (l->inactive_target > nfree / 3)
		l->inactive_target = nfree / 3;
}
