/*
 * Linux's brk(2), as the system call: it never fails, but returns the break as
 * it then is; a caller that asked for another one was refused.
 *
 *	brk_start      brk                next mapping
 *	|#### heap ####|    -->   one page |
 *
 * The break is kept to the byte, the heap's areas to the page.  Growth stops a
 * page short of the next mapping (and 256 pages short of a growing one).
 */
#include "personality_linux.h"

static bool
room_above(struct vm_map *map, vaddr_t from, vaddr_t to)
{
	struct vm_map_entry *e = linux_first(map, from);
	vaddr_t limit = vm_map_max(map);

	if (e != &map->header) {
		limit = e->start;
		if (e->flags & UVM_MAP_GROWSDOWN)
			limit = limit > LINUX_GUARD_GAP(map) ?
			    limit - LINUX_GUARD_GAP(map) :
			    0;
	}
	return to < limit && limit - to >= pg_size(map);
}

static bool
within_limits(struct machine *m, const struct process *p, vaddr_t brk,
    vsize_t more)
{
	uint64_t data = p->rlimit[SIM_RLIMIT_DATA].cur;

	if (data != SIM_RLIM_INFINITY && brk - p->brk_start > data)
		return false;
	return more == 0 ||
	    (linux_room(m, p, more, true) == 0 &&
		more <= m->config.ram + pg_ptoa(m, m->vm.exp.swpages) &&
		((linux_map(p)->flags & LINUX_MAP_FUTURE) == 0 ||
		    linux_lock_ok(m, p, more) == 0));
}

static int
extend(struct process *p, vaddr_t from, vaddr_t to)
{
	struct vm_map *map = linux_map(p);
	const struct uvm_map_args args = { .start = from,
		.size = to - from,
		.prot = VM_PROT_READ | VM_PROT_WRITE,
		.maxprot = VM_PROT_ALL,
		.inherit = VM_INHERIT_COPY,
		.copyonw = true,
		.flags = UVM_MAP_HEAP | linux_lock_future(map) };
	int error = uvm_map(map, &args);

	if (error == 0)
		(void)linux_wire(map, from, to, true);
	return error;
}

/* The break belongs to the address space, which a vfork shares. */
static void
set_break(struct machine *m, const struct vmspace *space, vaddr_t brk)
{
	struct process *p, *next;

	HASH_ITER(hh, m->procs, p, next)
		if (p->vmspace == space)
			p->brk = brk;
}

/* The break stays as it is, which is no failure. => 0 */
static int
stays(struct machine *m, vaddr_t brk, const char *why)
{
	(void)LINUX_FAIL(m, ENOMEM, "brk", brk, why);
	return 0;
}

int
sim_linux_brk(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	vaddr_t brk = c->arg[0], from = pg_round(m, p->brk), to;
	int error = 0;

	*ret = p->brk;
	to = pg_round(m, brk);
	if (brk == 0) /* where is it? */
		return 0;
	if (brk < p->brk_start)
		return stays(m, brk, "below the beginning of the heap");
	if (to < brk || to > vm_map_max(map))
		return stays(m, brk, "beyond the address space");
	if (!within_limits(m, p, brk, to > from ? to - from : 0))
		return m->error.why != NULL ?
		    0 :
		    stays(m, brk, "more than RLIMIT_DATA, or than memory");
	if (to > from && !room_above(map, from, to))
		return stays(m, brk, "something is mapped in the way");
	if (to < from && vm_map_is_free(map, to, from))
		return stays(m, brk, "the heap is not mapped there any more");
	if (c->refuse != 0) {
		(void)linux_refuse(m, c);
		return 0;
	}
	if (to < from)
		error = uvm_unmap(map, to, from);
	else if (to > from)
		error = extend(p, from, to);
	if (error != 0)
		return error;
	set_break(m, p->vmspace, brk);
	*ret = brk;
	return 0;
}
