/*
 * What is in swap: pages of a process that are not in memory, and swaps.
 *
 *	a page counts as swapped if its anon has a slot and no frame, or if it
 *	is one of shared memory that has a slot and no frame, and no anon lies
 *	above it
 *
 * Linux has an entry in the page table for the first kind, which is "anonymous"
 * swap, shared by as many as see the anon; the second kind is known to the
 * object only.  A page whose slot cannot be read is in none of the figures.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "procfs.h"
#include "sim/swap.h"

/*
 * Linux uses the greatest priority first; those that it gives by itself are
 * from -2 downwards.  In the machine the lowest comes first (sim/swap.c).
 */
static int
linux_priority(int priority)
{
	return priority <= SIM_SWAP_MAXPRI ? SIM_SWAP_MAXPRI - priority :
					     SIM_SWAP_MAXPRI - 1 - priority;
}

static bool
is_slot(uint32_t slot)
{
	return slot != SWSLOT_NONE && slot != SWSLOT_BAD;
}

bool
procfs_next_out(const struct machine *m, const struct vm_map_entry *e,
    vaddr_t *va, vaddr_t end, struct procfs_out *out)
{
	const struct vm_anons *anons = &m->vm.anons;
	uint64_t i = e->ar_pageoff + pg_atop(m, *va - e->start);
	const uint64_t stop = e->ar_pageoff + pg_atop(m, end - e->start);

	if (anons->slot == NULL || e->etype & UVM_ET_SUBMAP || e->amap == NULL)
		return false;
	for (; (i = sparse_next(&e->amap->slots, i, &out->anon)) < stop; i++) {
		out->slot = vm_anon_slot(anons, out->anon);
		if (anons->anon[out->anon].where != 0 || !is_slot(out->slot))
			continue;
		out->va = e->start + pg_ptoa(m, i - e->ar_pageoff);
		*va = out->va + pg_size(m);
		return true;
	}
	return false;
}

/* Pages of shared memory in [start, end) of an entry. */
static uint64_t
count_shared(const struct machine *m, struct vm_map_entry *e, vaddr_t start,
    vaddr_t end)
{
	uint64_t i, first, stop, n = 0;
	uint32_t slot;

	if ((e->etype & UVM_ET_OBJ) == 0 || e->object->swap.nused == 0)
		return 0;
	first = pg_atop(m, e->offset);
	i = first + pg_atop(m, start - e->start);
	stop = first + pg_atop(m, end - e->start);
	for (; (i = sparse_next(&e->object->swap, i, &slot)) < stop; i++)
		n += is_slot(slot) && sparse_get(&e->object->pages, i) == 0 &&
		    (e->amap == NULL ||
			sparse_get(&e->amap->slots,
			    e->ar_pageoff + i - first) == 0);
	return n;
}

static void
account_entry(const struct procfs_process *t, struct vm_map_entry *e,
    vaddr_t start, vaddr_t end, uint64_t *count)
{
	const struct machine *m = t->m;
	const uint64_t size = pg_size(m);
	struct procfs_out out;
	vaddr_t va = start;

	while (va < end && procfs_next_out(m, e, &va, end, &out)) {
		count[PROCFS_SWAP] += size;
		count[PROCFS_SWAP_ANON] += size;
		count[PROCFS_SWAP_PSS] += (size << PROCFS_PSS_SHIFT) /
		    t->sharers[out.anon];
	}
	count[PROCFS_SWAP] += size * count_shared(m, e, start, end);
}

void
procfs_account_swap(const struct procfs_process *t, const struct procfs_area *a,
    struct procfs_pages *sum)
{
	const struct vm_map_entry *header = &t->p->vmspace->vm_map.header;
	struct vm_map_entry *e = a->entry;

	for (; e != header && e->start < a->end; e = e->next)
		account_entry(t, e, e->start > a->start ? e->start : a->start,
		    e->end < a->end ? e->end : a->end, sum->count);
}

/* ------------------------------------------------------------ sharers ---- */

static void
count_map(const struct machine *m, const struct vm_map *map, uint32_t *n)
{
	const struct vm_map_entry *e = map->header.next;
	struct procfs_out out;

	for (; e != &map->header; e = e->next) {
		vaddr_t va = e->start;

		while (va < e->end && procfs_next_out(m, e, &va, e->end, &out))
			n[out.anon]++;
	}
}

int
procfs_sharers(struct machine *m, uint32_t **out)
{
	const struct process *p, *next;

	*out = NULL;
	if (m->vm.anons.slot == NULL)
		return 0;
	*out = calloc(m->vm.anons.fresh, sizeof(**out));
	if (*out == NULL)
		return ENOMEM;
	HASH_ITER(hh, m->procs, p, next)
		if (p->vmspace != NULL && p->vfork_parent == NULL)
			count_map(m, &p->vmspace->vm_map, *out);
	return 0;
}

/* --------------------------------------------------------- the machine ---- */

void
procfs_swap_total(const struct machine *m, struct procfs_swap *t)
{
	const struct uvmexp *e = &m->vm.exp;
	uint64_t bad = 0;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (m->vm.swap.dev[i].flags != 0)
			bad += m->vm.swap.dev[i].npgbad;
	t->total = e->swpages;
	t->free = e->swpages - e->swpginuse;
	t->cached = e->swpginuse - bad > e->swpgonly ?
	    e->swpginuse - bad - e->swpgonly :
	    0;
}

/* Of one device, as Linux pads them. */
static void
put_device(FILE *fp, const struct machine *m, const struct vm_swapdev *d)
{
	const uint64_t size = pg_ptoa(m, (uint64_t)d->npages) >> 10;
	const uint64_t used = pg_ptoa(m, (uint64_t)d->npginuse) >> 10;
	const char *path = m->swapdev[d - m->vm.swap.dev]->path;
	const int n = (int)strlen(path);

	procfs_put_path(fp, path);
	fprintf(fp, "%*s%s\t%" PRIu64 "\t%s%" PRIu64 "\t%s%d\n",
	    n < 40 ? 40 - n : 1, " ",
	    d->flags & SWF_FILE ? "file\t" : "partition", size,
	    size < 10000000 ? "\t" : "", used, used < 10000000 ? "\t" : "",
	    linux_priority(d->priority));
}

int
procfs_swaps(FILE *fp, struct machine *m)
{
	fputs("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n", fp);
	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (m->vm.swap.dev[i].flags != 0)
			put_device(fp, m, &m->vm.swap.dev[i]);
	return 0;
}
