/*
 * struct pmap, as far as machine-independent code knows it.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_PMAP_H
#define UVMSIM_OPENBSD_UVM_UVM_PMAP_H

#include "_kernel_types.h"

struct pmap_statistics {
	_klong		resident_count;	/* pages mapped */
	_klong		wired_count;
};

struct pmap {
	struct simplelock pm_lock;
	int		pm_count;	/* references */
	_kulong		pm_pdirpa;	/* physical address of the root table */
	struct pmap_statistics pm_stats;
};

#endif /* UVMSIM_OPENBSD_UVM_UVM_PMAP_H */
