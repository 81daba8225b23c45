/*
 * FreeBSD's growing stacks (reference "FreeBSD syscalls" 9).
 *
 *	addr                              growth               addr + size
 *	|-- guard page --|..... gap ......|<== ### ### #########|
 *	 \_______ one entry, no access ___/    GROWSDOWN entries
 *
 * The gap entry remembers how much of it must stay a guard and which protection
 * growth gives (sim_gap_aux).  A fault in the gap grows the stack down to the
 * faulting page, in steps of kern.sgrowsiz; each step is an entry of its own,
 * for stack entries never merge.
 */
#include "personality_freebsd.h"

#define STACK_FLAGS (UVM_MAP_GROWSDOWN | UVM_MAP_NOMERGE)

static vsize_t
least(vsize_t a, vsize_t b)
{
	return a < b ? a : b;
}

/*
 * A stack in [addr, addr + size): what is accessible at the top, the gap
 * below.  => 0; EINVAL: no larger than the guard; ENOMEM
 */
int
sim_freebsd_stack(struct machine *m, struct process *p, vaddr_t addr,
    vsize_t size, vm_prot_t prot, vm_prot_t maxprot, uint16_t flags,
    bool replace)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const vsize_t guard = pg_ptoa(m, FREEBSD_STACK_GUARD);
	vsize_t top = least(FREEBSD_SGROWSIZ, size - guard);
	struct uvm_map_args gap = {
		.start = addr, .size = size,
		.inherit = VM_INHERIT_COPY, .unmap = replace,
		.flags = UVM_MAP_GUARD | UVM_MAP_STACKGAP | UVM_MAP_NOMERGE,
		.aux = sim_gap_aux(guard, prot, maxprot),
	}, stack = {
		.start = addr + size - top, .size = top,
		.prot = prot, .maxprot = maxprot, .copyonw = true,
		.inherit = VM_INHERIT_COPY, .unmap = true,
		.flags = (uint16_t)(flags | STACK_FLAGS),
	};
	int error;

	if (size <= guard)
		return BSD_FAIL(m, EINVAL, "len", size,
		    "a stack must be larger than its guard page");
	if ((prot & ~maxprot) != 0)
		return BSD_FAIL(m, EACCES, "prot", prot,
		    "the protection is not within the maximum");
	if ((error = sim_bsd_begin(map)) == 0) {
		error = uvm_map(map, &gap);
		if (error == 0)
			error = uvm_map(map, &stack);
		sim_bsd_end(map);
	}
	return error == 0 ? 0 :
			    BSD_FAIL(m, error, "addr", addr,
				sim_bsd_unmapped(map, &gap, error));
}

/* The flags that growth hands on: those of the stack above the gap. */
static uint16_t
stack_flags(const struct vm_map_entry *gap)
{
	const struct vm_map_entry *above = gap->next;
	const uint16_t keep = UVM_MAP_STACK | UVM_MAP_NOCORE;

	return STACK_FLAGS |
	    (above->start == gap->end ? above->flags & keep : 0);
}

/* => bytes to grow by, or 0: not allowed */
static vsize_t
growth(const struct process *p, const struct vm_map_entry *gap, vaddr_t va)
{
	const struct vmspace *vs = p->vmspace;
	const struct vm_map *map = &vs->vm_map;
	const bool own = va >= vs->vm_maxsaddr && va < p->stack_top;
	const struct sim_rlimit *lim = &p->rlimit[SIM_RLIMIT_STACK];
	vsize_t guard = sim_gap_guard(gap->aux), size = gap->end - gap->start;
	vsize_t need = gap->end - pg_trunc(map, va), room, used;

	used = pg_ptoa(map, vs->vm_ssize);
	if (guard > size || need > size - guard)
		return 0;
	room = size - guard;
	if (own && sim_bsd_over(used, need, lim->cur))
		return 0;
	need = (need + FREEBSD_SGROWSIZ - 1) & ~(FREEBSD_SGROWSIZ - 1);
	need = least(need, room);
	if (own && lim->cur < BSD_RLIM_INFINITY)
		need = least(need, pg_trunc(map, lim->cur) - used);
	return need;
}

static bool
limits_allow(struct process *p, vsize_t need)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t vmem = p->rlimit[SIM_RLIMIT_AS].cur;

	if (map->flags & VM_MAP_WIREFUTURE &&
	    sim_bsd_over(sim_bsd_wired(p), need,
		p->rlimit[SIM_RLIMIT_MEMLOCK].cur))
		return false;
	return vmem >= BSD_RLIM_INFINITY ||
	    !sim_bsd_over(sim_bsd_size_noguard(map), need, vmem);
}

bool
sim_freebsd_grow(struct machine *m, struct process *p, vaddr_t va, int err)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *gap;
	struct uvm_map_args args = {
		.copyonw = true,
		.inherit = VM_INHERIT_COPY,
		.unmap = true,
	};

	(void)err;
	if (!vm_map_lookup_entry(map, va, &gap) ||
	    (gap->flags & UVM_MAP_STACKGAP) == 0)
		return false;
	args.size = growth(p, gap, va);
	if (args.size == 0 || !limits_allow(p, args.size))
		return false;
	args.start = gap->end - args.size;
	args.prot = sim_gap_prot(gap->aux);
	args.maxprot = sim_gap_maxprot(gap->aux);
	args.flags = stack_flags(gap);
	if (uvm_map(map, &args) != 0)
		return false;
	if (va >= p->vmspace->vm_maxsaddr && va < p->stack_top)
		p->vmspace->vm_ssize += pg_atop(m, args.size);
	if (map->flags & VM_MAP_WIREFUTURE) /* a failure is ignored */
		(void)sim_freebsd_wire(m, p, args.start, args.start + args.size,
		    false);
	return true;
}
