/*
 * NetBSD's mmap(2) (reference "UVM semantics" 10.2).
 *
 *	flags -> size -> address -> descriptor -> alignment -> RLIMIT_AS ->
 *	map -> wire
 *
 * Addresses are chosen from the top down, below the largest stack.  A hint is
 * where the search begins, but never above the default; MAP_TRYFIXED lifts
 * that.  Unknown protection and flag bits are ignored.
 */
#include "personality_netbsd.h"

struct request { /* a decoded call */
	const struct sim_call *call;
	vaddr_t addr;
	uint64_t len, size;
	uint64_t offset, pageoff;
	vsize_t align;
	uint32_t flags;
	vm_prot_t prot, maxprot;
	struct vm_object *object; /* NULL: anonymous */
};

int
sim_netbsd_range_test(const struct vm_map *map, vaddr_t start, vaddr_t end)
{
	if (start < vm_map_min(map))
		return EINVAL;
	if (end > vm_map_max(map))
		return EFBIG;
	return end < start ? EOVERFLOW : 0;
}

vaddr_t
sim_netbsd_default_addr(const struct process *p, vsize_t size)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	vsize_t below = size + NETBSD_STACK_GUARD;
	vaddr_t top = p->vmspace->vm_maxsaddr;

	if (top == 0)
		top = vm_map_max(map);
	return below < size || below > top - vm_map_min(map) ?
	    vm_map_min(map) :
	    pg_trunc(&p->vmspace->vm_map, top - below);
}

int
sim_netbsd_align(struct machine *m, uint32_t flags, vaddr_t fixed,
    vsize_t *align)
{
	uint32_t n = (flags & NETBSD_MAP_ALIGN_MASK) >> NETBSD_MAP_ALIGN_SHIFT;
	uint32_t bits = m->config.arch->ptr_size * 8u;

	*align = 0;
	if (n == 0)
		return 0;
	if (n < m->page_shift || n >= bits)
		return sim_fail(m, EINVAL, "flags", flags, m->page_shift,
		    bits - 1, "MAP_ALIGNED(n) wants another n");
	*align = (vsize_t)1 << n;
	if (fixed & (*align - 1))
		return BSD_FAIL(m, EINVAL, "addr", fixed,
		    "the fixed address has not the alignment asked for");
	return 0;
}

/* ------------------------------------------------------------- checks ---- */

static int
check_size(struct machine *m, struct request *r)
{
	const uint32_t both = NETBSD_MAP_SHARED | NETBSD_MAP_PRIVATE;

	if ((r->flags & both) == both)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_SHARED and MAP_PRIVATE exclude each other");
	r->pageoff = r->offset & pg_mask(m);
	r->offset -= r->pageoff;
	r->size = pg_round(m, r->len + r->pageoff) & sim_bsd_vamask(m);
	if (r->size < r->len)
		return BSD_FAIL(m, ENOMEM, "len", r->len,
		    "the length wraps when it is rounded up to pages");
	return 0;
}

static int
check_addr(struct machine *m, struct process *p, struct request *r)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t def = sim_netbsd_default_addr(p, r->size);
	int error;

	if (r->flags & NETBSD_MAP_FIXED) {
		r->addr -= r->pageoff;
		if (r->addr & pg_mask(m))
			return BSD_FAIL(m, EINVAL, "addr", r->addr,
			    "MAP_FIXED wants an address aligned like the "
			    "offset");
		error = sim_netbsd_range_test(map, r->addr,
		    (r->addr + r->size) & sim_bsd_vamask(m));
		return error == 0 ?
		    0 :
		    sim_fail(m, error, "addr", r->addr, vm_map_min(map),
			vm_map_max(map),
			"the range lies outside the user's address space");
	}
	if (r->addr == 0 ||
	    ((r->flags & NETBSD_MAP_TRYFIXED) == 0 && r->addr > def))
		r->addr = def;
	return 0;
}

/* What a file of this kind may not be mapped as; size and offset. */
static int
check_file(struct machine *m, const struct request *r,
    const struct sim_file *file)
{
	if (file->kind == SIM_FILE_DIR)
		return BSD_FAIL(m, ENODEV, "fd", r->call->arg[4],
		    "a directory cannot be mapped");
	if (r->len == 0)
		return BSD_FAIL(m, EINVAL, "len", 0, "the length is 0");
	if (file->kind == SIM_FILE_DEV)
		return 0;
	if ((int64_t)r->offset < 0)
		return BSD_FAIL(m, EINVAL, "offset", r->offset,
		    "the offset is negative");
	if (r->size > INT64_MAX || r->offset > INT64_MAX - r->size)
		return BSD_FAIL(m, EOVERFLOW, "offset", r->offset,
		    "offset and size go beyond the largest file offset");
	return 0;
}

static int
find_object(struct machine *m, struct process *p, struct request *r)
{
	struct sim_fd *fd;
	int error;

	r->maxprot = VM_PROT_ALL;
	if (r->flags & NETBSD_MAP_ANON) {
		r->offset = 0;
		return (int32_t)r->call->arg[4] == -1 ?
		    0 :
		    BSD_FAIL(m, EINVAL, "fd", r->call->arg[4],
			"MAP_ANON wants the descriptor -1");
	}
	if ((fd = sim_fd_get(p, r->call->arg[4])) == NULL)
		return BSD_FAIL(m, EBADF, "fd", r->call->arg[4],
		    "no such open descriptor");
	if (sim_bsd_is_zero(fd->file)) {
		r->flags |= NETBSD_MAP_ANON;
		r->offset = 0;
		return 0;
	}
	if ((error = check_file(m, r, fd->file)) != 0)
		return error;
	if (fd->file->kind == SIM_FILE_DEV)
		r->flags = (r->flags & ~NETBSD_MAP_PRIVATE) | NETBSD_MAP_SHARED;
	r->object = fd->file->object;
	return sim_bsd_file_prot(m, fd, r->prot,
	    (r->flags & NETBSD_MAP_SHARED) != 0, &r->maxprot);
}

static int
check_limit(struct machine *m, struct process *p, const struct request *r)
{
	uint64_t limit = p->rlimit[SIM_RLIMIT_AS].cur;

	/* No credit for what MAP_FIXED will replace. */
	if (sim_bsd_over(p->vmspace->vm_map.size, r->size, limit))
		return sim_fail(m, ENOMEM, "len", r->size, 0, limit,
		    "the address space would exceed RLIMIT_AS");
	return 0;
}

/* ----------------------------------------------------------- placement --- */

static int
choose_addr(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t def = sim_netbsd_default_addr(p, r->size);
	struct vm_space space = {
		.hint = pg_round(m, r->addr),
		.length = r->size,
		.align = r->align,
		.topdown = true,
	};

	if (sim_bsd_place(map, r->call, r->size, &r->addr) ||
	    vm_map_findspace(map, &space, &r->addr) == 0)
		return 0;
	space.hint = def;
	if (vm_map_findspace(map, &space, &r->addr) == 0)
		return 0;
	return BSD_FAIL(m, ENOMEM, "len", r->size,
	    "no free range of that size");
}

/* --------------------------------------------------------------- entry --- */

/*
 * MAP_WIRED and mlockall(MCL_FUTURE): when wiring fails the mapping is removed
 * (and with MAP_FIXED what was there before stays lost, as in the original).
 */
static int
wire(struct machine *m, struct process *p, const struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;
	int error;

	if (r->prot == VM_PROT_NONE ||
	    ((r->flags & NETBSD_MAP_WIRED) == 0 &&
		(map->flags & VM_MAP_WIREFUTURE) == 0))
		return 0;
	if (pg_atop(m, r->size) + m->vm.exp.wired > m->vm.exp.wiredmax)
		error = sim_fail(m, ENOMEM, "len", r->size, 0,
		    pg_ptoa(m, m->vm.exp.wiredmax),
		    "more than may be wired in all");
	else if (limit != 0 && sim_bsd_over(sim_bsd_wired(p), r->size, limit))
		error = sim_fail(m, ENOMEM, "len", r->size, 0, limit,
		    "locked memory would exceed RLIMIT_MEMLOCK");
	else if ((error = uvm_map_pageable(map, r->addr, r->addr + r->size,
		      true, false)) != 0)
		error = BSD_FAIL(m, error, "addr", r->addr,
		    "a page could not be brought in");
	if (error != 0)
		(void)uvm_unmap(map, r->addr, r->addr + r->size);
	return error;
}

static int
enter(struct machine *m, struct process *p, const struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const bool shared = (r->flags & NETBSD_MAP_SHARED) != 0;
	const struct uvm_map_args args = {
		.start = r->addr,
		.size = r->size,
		.object = r->object,
		.offset = r->offset,
		.prot = r->prot,
		.maxprot = r->maxprot,
		.inherit = shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
		.copyonw = !shared,
		.overlay = shared && r->object == NULL,
		.unmap = (r->flags & NETBSD_MAP_FIXED) != 0,
	};
	int error = sim_bsd_begin(map);

	if (error == 0) {
		error = sim_uvm_map(m, map, &args);
		if (error != 0)
			error = BSD_FAIL(m, error, "addr", r->addr,
			    error == EACCES ?
				"the protection is more than the file allows" :
				"no memory is left");
		else
			error = wire(m, p, r);
		sim_bsd_end(map);
		return error;
	}
	return BSD_FAIL(m, error, "len", r->size, "no memory is left");
}

int
sim_netbsd_mmap(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct request r = {
		.call = c,
		.addr = c->arg[0] & sim_bsd_vamask(m),
		.len = c->arg[1] & sim_bsd_vamask(m),
		.prot = c->arg[2] & VM_PROT_ALL,
		.flags = (uint32_t)c->arg[3],
		.offset = c->arg[5],
	};
	int error;

	if ((error = check_size(m, &r)) != 0 ||
	    (error = check_addr(m, p, &r)) != 0 ||
	    (error = find_object(m, p, &r)) != 0)
		return error;
	if (r.size != 0) {
		error = sim_netbsd_align(m, r.flags,
		    r.flags & NETBSD_MAP_FIXED ? r.addr : 0, &r.align);
		if (error == 0)
			error = check_limit(m, p, &r);
		if (error == 0 && (r.flags & NETBSD_MAP_FIXED) == 0)
			error = choose_addr(m, p, &r);
		if (error == 0)
			error = enter(m, p, &r);
		if (error != 0)
			return error;
	}
	*ret = r.addr + r.pageoff;
	return 0;
}
