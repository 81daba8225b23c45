/*
 * Showing of larger pages and what they are made of: sizes, reservations, free
 * blocks, memory domains, TLBs.
 */
#include <inttypes.h>
#include <string.h>

#include "pmap/tlb.h"
#include "show.h"

/* -------------------------------------------------------- superpages ---- */

/* Pages of each size that a page table maps now. */
static void
count_mapped(struct pmap *pmap, vaddr_t end, uint64_t *n)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	vaddr_t va = pmap->kernel ? geo->kernel_min : 0;

	while ((va = pmap_next_mapped(pmap, va, end)) < end) {
		const unsigned psind = pmap_psind(pmap, va);
		const vsize_t size = (vsize_t)1 << geo->sizes[psind].shift;

		n[psind]++;
		va = (va & ~(size - 1)) + size;
	}
}

bool
wl_show_superpages(const struct wl_view *v)
{
	const struct pmap_geometry *geo = v->m->config.arch;
	const struct pmap_counters *c = &v->m->vm.pmaps.count;
	uint64_t mapped[PMAP_MAXSIZES] = { 0 };
	struct process *p, *next;
	char size[32];

	HASH_ITER(hh, v->m->procs, p, next)
		if (p->vmspace != NULL && p->vfork_parent == NULL)
			count_mapped(p->vmspace->vm_map.pmap,
			    p == v->m->kernel ? geo->kernel_max : geo->user_max,
			    mapped);
	fprintf(v->fp, "superpages=%s\n",
	    sim_superpages_name(v->m->config.superpages));
	fprintf(v->fp,
	    "    SIZE     MAPPED PROMOTIONS  DEMOTIONS   MAPPINGS "
	    "P_FAILURES\n");
	for (unsigned i = 0; i < geo->nsizes; i++) {
		wl_size_text((uint64_t)1 << geo->sizes[i].shift, size,
		    sizeof(size));
		fprintf(v->fp, "%8s %10" PRIu64, size, mapped[i]);
		if (i > 0)
			fprintf(v->fp,
			    " %10" PRIu64 " %10" PRIu64 " %10" PRIu64
			    " %10" PRIu64,
			    c->promotions[i], c->demotions[i], c->mappings[i],
			    c->p_failures[i]);
		putc('\n', v->fp);
	}
	return true;
}

/* ------------------------------------------------------ reservations ---- */

static const struct vm_reserv *
reserv_at(const struct vm_reservs *rs, uint32_t i)
{
	return (const struct vm_reserv *)(const void *)(rs->reserv +
	    (size_t)i * rs->stride);
}

static void
show_reserv(const struct wl_view *v, uint32_t i)
{
	const struct vm_reservs *rs = &v->m->vm.reservs;
	const struct vm_reserv *r = reserv_at(rs, i);
	const uint64_t first = (uint64_t)i << rs->order;

	if (r->owner == NULL)
		return;
	fprintf(v->fp,
	    "%11" PRIu32 " %-6s %6" PRIu32 " 0x%-12" PRIx64 " %8" PRIu64
	    "-%-8" PRIu64 " %5" PRIu32 " of %-5" PRIu64 " %s\n",
	    i, r->owner->kind == VM_RESERV_AMAP ? "amap" : "object",
	    r->owner->id, r->piece, first,
	    first + ((uint64_t)1 << rs->order) - 1, r->popcnt,
	    (uint64_t)1 << rs->order, r->queued ? "partial" : "full");
}

bool
wl_show_reservations(const struct wl_view *v)
{
	const struct vm_reservs *rs = &v->m->vm.reservs;
#define X(member) { #member, rs->member },
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = { VM_RESERV_COUNTERS(X) };
#undef X

	if (!rs->on) {
		fprintf(v->fp, "superpages=%s: no reservations\n",
		    sim_superpages_name(v->m->config.superpages));
		return true;
	}
	for (size_t i = 0; i < NELEM(counters); i++)
		fprintf(v->fp, "%s%s %" PRIu64, i > 0 ? ", " : "",
		    counters[i].name, counters[i].value);
	fprintf(v->fp,
	    "\nRESERVATION OWNER      ID PIECE                   FRAMES     "
	    "POPULATED STATE\n");
	for (uint32_t i = 1; i < rs->n; i++)
		show_reserv(v, i);
	return true;
}

/* ------------------------------------------------------------- buddy ---- */

static uint64_t
blocks_of_order(struct vm *vm, unsigned domain, unsigned order)
{
	uint64_t n = 0;

	for (unsigned pool = 0; pool < VM_NPOOLS; pool++)
		n += vm_phys_blocks(vm, domain, (enum vm_pool)pool, order);
	return n;
}

bool
wl_show_domains(const struct wl_view *v)
{
	struct vm *vm = &v->m->vm;
	const unsigned max = v->m->config.arch->max_order;

	fprintf(v->fp, "numa=%s, free blocks of 2^n pages:\n",
	    sim_numa_name(v->m->config.numa));
	fprintf(v->fp, "DOMAIN       FRAMES     FREE    LOCAL   REMOTE");
	for (unsigned order = 0; order <= max; order++)
		fprintf(v->fp, " %5u", order);
	putc('\n', v->fp);
	for (unsigned d = 0; d < vm->phys.ndomains; d++) {
		pfn_t first, end;

		vm_phys_range(vm, d, &first, &end);
		fprintf(v->fp,
		    "%6u %12" PRIu32 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64, d,
		    end - first, vm_phys_nfree(vm, d), vm->phys.domain[d].local,
		    vm->phys.domain[d].remote);
		for (unsigned order = 0; order <= max; order++)
			fprintf(v->fp, " %5" PRIu64,
			    blocks_of_order(vm, d, order));
		putc('\n', v->fp);
	}
	return true;
}

/* --------------------------------------------------------------- tlb ---- */

/* The sum, and each processor's own if there are several. */
bool
wl_show_tlb(const struct wl_view *v)
{
	const struct tlb *tlb = v->m->vm.pmaps.tlbm;
	const uint32_t n = v->m->config.cpus;
	struct tlb_counters c;

	if (tlb == NULL) {
		fprintf(v->fp, "tlb=off: no model of TLBs\n");
		return true;
	}
	fprintf(v->fp, "tlb=%s: %s\n%-18s %12s", tlb->preset.name,
	    tlb->preset.summary, "COUNTER", "ALL");
	for (uint32_t cpu = 0; n > 1 && cpu < n; cpu++)
		fprintf(v->fp, " %9s%3" PRIu32, "CPU", cpu);
	putc('\n', v->fp);
	for (size_t i = 0; tlb_counter_names[i].name != NULL; i++) {
		fprintf(v->fp, "%-18s", tlb_counter_names[i].name);
		for (uint32_t cpu = 0; cpu < (n > 1 ? n + 1 : 1); cpu++) {
			tlb_counters(tlb, cpu == 0 ? n : cpu - 1, &c);
			fprintf(v->fp, " %12" PRIu64,
			    *(const uint64_t *)(const void *)((const char *)&c +
				tlb_counter_names[i].offset));
		}
		putc('\n', v->fp);
	}
	tlb_counters(tlb, n, &c);
	fprintf(v->fp, "%-18s %12" PRIu64 "\n", "cycles", tlb_cycles(tlb, &c));
	return true;
}
