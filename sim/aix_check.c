/*
 * The identities that AIX's numbers keep (N1 to N12 of aix.h).
 *
 * What the walk over the frames found is held against what counters, anons,
 * objects and page tables say.
 */
#include "aix.h"

#include <stdio.h>

static const char *
check_use(const struct sim_aix *a)
{
	int64_t use = a->numwseguse + a->numpseguse + a->numclseguse;

	if (a->numfrb + use + a->unmngd_pgs != a->memsizepgs)
		return "N1: free and used frames are not all memory";
	if (a->system_pgs + a->nonsys_pgs != use)
		return "N2: system and other frames are not all segments'";
	if (a->numperm != a->numpseguse + a->numclseguse ||
	    a->numclient != a->numclseguse)
		return "N3: numperm or numclient differs from the frames";
	return NULL;
}

static const char *
check_owners(const struct vm *vm, const struct sim_aix *a)
{
	const int64_t per = sim_aix_per_frame(vm);
	const int64_t tables = sim_aix_page_tables(vm) * per;

	if (a->system_pgs != tables)
		return "N2: system frames are not the page tables";
	if (a->numvpages != a->numwseguse + (int64_t)vm->exp.swpgonly * per)
		return "N4: touched pages are not frames and blocks";
	if (a->numwsegpin + a->numpsegpin + a->numclsegpin + a->unmngd_pgs !=
	    (int64_t)vm->exp.wired * per + tables)
		return "N5: pinned frames are not wired ones and page tables";
	if (a->numwsegpin > a->numwseguse || a->numpsegpin > a->numpseguse ||
	    a->numclsegpin > a->numclseguse)
		return "N5: more frames pinned than in use";
	if (vm->stat.protflt > vm->exp.faults)
		return "N7: more protection faults than faults";
	return NULL;
}

/* What is kept per page size too, and how much one counts: pages or times. */
static const struct {
	const char *name;
	size_t all, one; /* in struct sim_aix, struct sim_aix_psize */
	bool pages;
} sums[] = {
#define X(m) \
	{ #m, offsetof(struct sim_aix, m), offsetof(struct sim_aix_psize, m), \
		true },
	SIM_AIX_WALKED_SIZED(X) SIM_AIX_SIZED(X)
#undef X
#define X(m) \
	{ #m, offsetof(struct sim_aix, m), offsetof(struct sim_aix_psize, m), \
		false },
	    SIM_AIX_COUNTERS(X)
#undef X
		{ "numframes", offsetof(struct sim_aix, memsizepgs),
		    offsetof(struct sim_aix_psize, numframes), true },
};

static uint64_t
member(const void *of, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)of + offset);
}

/* => the name of the first member that is not the sum over sizes, or NULL */
static const char *
check_sizes(const struct sim_aix *a)
{
	for (size_t i = 0; i < NELEM(sums); i++) {
		uint64_t n = 0;

		for (unsigned k = 0; k < a->npsizes; k++)
			n += member(&a->size[k], sums[i].one) *
			    (sums[i].pages ? a->size[k].psize / SIM_AIX_PAGE :
					     1);
		if (n != member(a, sums[i].all))
			return sums[i].name;
	}
	return NULL;
}

/* Each size's pages are what is free and in use of it. */
static const char *
check_frames(const struct vm *vm, const struct sim_aix *a)
{
	int64_t unmanaged = a->unmngd_pgs / sim_aix_per_frame(vm);

	for (unsigned k = 0; k < a->npsizes; k++, unmanaged = 0) {
		const struct sim_aix_psize *s = &a->size[k];

		if (s->numfrb + s->numwseguse + s->numpseguse + s->numclseguse +
			unmanaged !=
		    s->numframes)
			return "N9: pages of a size are not free and used ones";
#define X(m) \
	if (s->m < 0) \
		return "N9: " #m " of a size is below 0";
		SIM_AIX_WALKED_SIZED(X) SIM_AIX_SIZED(X) X(numframes)
#undef X
	}
	return NULL;
}

static const char *
check_levels(const struct sim_aix *a)
{
	if (a->pgspgins > a->pageins || a->pgspgouts > a->pageouts ||
	    a->exfills > a->pageins || a->numiodone > a->numsios)
		return "N7: a part is larger than its whole";
	if (a->minperm > a->maxperm || a->maxclient > a->maxperm ||
	    a->minfree >= a->maxfree || a->npskill > a->npswarn)
		return "N8: levels are in the wrong order";
	return NULL;
}

/* Blocks of paging space, by their owners and by the devices. */
static const char *
check_blocks(const struct vm *vm, const struct sim_aix *a)
{
	const int64_t per = sim_aix_per_frame(vm);
	int64_t all = 0, bad = 0;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const struct vm_swapdev *d = &vm->swap.dev[i];

		if (d->flags == 0)
			continue;
		all += d->npages - ((d->flags & SWF_FILE) == 0); /* label */
		bad += d->npgbad;
	}
	if (a->psfreeblks < 0 || a->psfreeblks > all * per)
		return "N10: more or fewer free blocks than there can be";
	if (a->numpgsp_pgs + bad * per != all * per - a->psfreeblks)
		return "N10: pages own more or fewer blocks than are used";
	return NULL;
}

static const char *
check_stealer(const struct vm *vm, const struct sim_aix *a)
{
	if (a->rpgcnt[0] > a->nrepaged[0] || a->rpgcnt[1] > a->nrepaged[1] ||
	    a->nrepaged[0] + a->nrepaged[1] > a->nreplaced[0] + a->nreplaced[1])
		return "N11: more repages than pages stolen";
	if (vm->pageout.daemon != &vm_daemon_aix)
		return NULL;
	if ((uint64_t)(a->nreplaced[0] + a->nreplaced[1]) != a->pgsteals ||
	    a->pgsteals > a->scans)
		return "N12: pages stolen, by kind and in all";
	if ((uint64_t)a->numpermio > a->pageouts)
		return "N12: the stealer wrote more than was written";
	return NULL;
}

const char *
sim_aix_check(struct machine *m, char *buf, size_t len)
{
	const char *why, *name;
	struct sim_aix a;

	sim_aix_read(m, true, &a);
	why = check_use(&a);
	if (why == NULL)
		why = check_owners(&m->vm, &a);
	if (why == NULL)
		why = check_levels(&a);
	if (why == NULL)
		why = check_frames(&m->vm, &a);
	if (why == NULL)
		why = check_blocks(&m->vm, &a);
	if (why == NULL)
		why = check_stealer(&m->vm, &a);
	if (why != NULL) {
		snprintf(buf, len, "aix: %s", why);
		return buf;
	}
	if ((name = check_sizes(&a)) == NULL)
		return NULL;
	snprintf(buf, len, "aix: N6: %s is not the sum over page sizes", name);
	return buf;
}
