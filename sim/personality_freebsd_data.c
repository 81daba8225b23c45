/*
 * FreeBSD's break and sbrk, and where shmat puts a segment (reference "FreeBSD
 * syscalls" 9).
 *
 *	base = vm_daddr          initial break          break
 *	|---- data, bss ---------|------- heap ---------|
 *	 \_______________ vm_dsize ____________________/
 *
 * brk is the system call break(2): it knows nothing of the initial break, and
 * a value below the data segment asks for the present one.  sbrk is libc's: it
 * keeps the unrounded break, and refuses to go below the initial one.
 */
#include "personality_freebsd.h"

static int
check_growth(struct machine *m, struct process *p, vaddr_t old, vaddr_t new)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t memlock = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;
	uint64_t vmem = p->rlimit[SIM_RLIMIT_AS].cur;

	if (new > vm_map_max(map))
		return sim_fail(m, ENOMEM, "addr", new, vm_map_min(map),
		    vm_map_max(map), "beyond the user's address space");
	if (map->flags & VM_MAP_WIREFUTURE &&
	    sim_bsd_over(sim_bsd_wired(p), new - old, memlock))
		return sim_fail(m, ENOMEM, "addr", new, 0, memlock,
		    "mlockall(MCL_FUTURE) is in force and locked memory "
		    "would exceed RLIMIT_MEMLOCK");
	if (vmem < BSD_RLIM_INFINITY &&
	    sim_bsd_over(sim_bsd_size_noguard(map), new - old, vmem))
		return sim_fail(m, ENOMEM, "addr", new, 0, vmem,
		    "the address space would exceed RLIMIT_VMEM");
	return 0;
}

static int
grow_data(struct machine *m, struct process *p, vaddr_t old, vaddr_t new)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const struct uvm_map_args args = {
		.start = old,
		.size = new - old,
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
	};
	int error = check_growth(m, p, old, new);

	if (error != 0)
		return error;
	if ((error = sim_bsd_begin(map)) == 0) {
		error = uvm_map(map, &args);
		if (error == 0 && map->flags & VM_MAP_WIREFUTURE &&
		    sim_freebsd_wire(m, p, old, new, false) != 0) {
			(void)uvm_unmap(map, old, new);
			error = ENOMEM;
		}
		sim_bsd_end(map);
	}
	return error == 0 ? 0 :
			    BSD_FAIL(m, error, "addr", new,
				sim_bsd_unmapped(map, &args, error));
}

static int
set_break(struct machine *m, struct process *p, uint64_t want, vaddr_t *now)
{
	struct vmspace *vs = p->vmspace;
	uint64_t limit = p->rlimit[SIM_RLIMIT_DATA].cur;
	vaddr_t new = pg_round(m, want) & sim_bsd_vamask(m);
	vaddr_t base = pg_round(m, vs->vm_daddr);
	vaddr_t old = base + pg_ptoa(m, vs->vm_dsize);
	int error = 0;

	if (new < base) {
		*now = old;
		return 0;
	}
	if (new > old && sim_bsd_over(0, new - base, limit))
		return sim_fail(m, ENOMEM, "addr", want, base, base + limit,
		    "the data segment would exceed RLIMIT_DATA");
	if (new > old) {
		error = grow_data(m, p, old, new);
	} else if (new < old) {
		error = uvm_unmap(&vs->vm_map, new, old);
		if (error != 0)
			error = BSD_FAIL(m, error, "addr", want,
			    "no memory is left");
	}
	if (error != 0)
		return error;
	vs->vm_dsize = pg_atop(m, new - base);
	p->brk = want;
	*now = new;
	return 0;
}

int
sim_freebsd_brk(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	return set_break(m, p, c->arg[0] & sim_bsd_vamask(m), ret);
}

int
sim_freebsd_sbrk(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	uint64_t mask = sim_bsd_vamask(m);
	int64_t incr = mask == UINT32_MAX ? (int32_t)c->arg[0] :
					    (int64_t)c->arg[0];
	vaddr_t old = p->brk, new = (old + (uint64_t)incr) & mask, now;
	int error;

	if (incr < 0 ? new > old : new < old)
		return sim_fail(m, EINVAL, "incr", c->arg[0], 0, 0,
		    "the break would leave the address space");
	if (new < p->brk_start)
		return sim_fail(m, EINVAL, "incr", c->arg[0], 0, 0,
		    "the break would go below where it began");
	if (incr != 0 && (error = set_break(m, p, new, &now)) != 0)
		return error;
	*ret = old;
	return 0;
}

/* Behind the largest data segment, aligned for superpages where that helps. */
static int
choose(struct machine *m, struct process *p, vsize_t size, vaddr_t *addr)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_space space = {
		.hint = sim_freebsd_default_addr(p),
		.length = size,
		.align = sim_freebsd_superpage(m, 0, size),
	};

	if (vm_map_findspace(map, &space, addr) == 0)
		return 0;
	space.align = 0;
	return vm_map_findspace(map, &space, addr);
}

int
sim_freebsd_shmat(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	const struct sim_bsd_shm_rules rules = {
		.choose = choose,
		.remap = true,
		.advice = UVM_ADV_NORMAL,
		.prefault = FREEBSD_PREFAULT,
	};

	return sim_bsd_shmat(m, p, c, &rules, ret);
}
