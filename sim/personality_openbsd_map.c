/*
 * OpenBSD's mmap(2) and its placement (reference "UVM semantics" 2.5, 10.2).
 *
 *	prot, W^X -> flags -> MAP_STACK -> size -> address -> descriptor or
 *	RLIMIT_DATA -> map -> wire
 *
 * Placement without a hint is random, from the machine's seeded generator:
 * first fit upwards from data + BRKSIZ + a random distance.  When there is no
 * room above, the brk window is tried from its top, then the whole map.
 */
#include "personality_openbsd.h"

#define MAP_SHARED_ 0x0001u
#define MAP_PRIVATE_ 0x0002u
#define MAP_FIXED_ 0x0010u
#define MAP_NOREPLACE_ 0x0800u
#define MAP_ANON_ 0x1000u
#define MAP_NOFAULT_ 0x2000u
#define MAP_STACK_ 0x4000u
#define MAP_CONCEAL_ 0x8000u
#define MAP_KNOWN 0xfff7u

struct request { /* a decoded call */
	const struct sim_call *call;
	vaddr_t addr;
	uint64_t len, size;
	uint64_t offset, pageoff;
	uint32_t flags;
	vm_prot_t prot, maxprot;
	struct vm_object *object; /* NULL: anonymous */
};

/* ------------------------------------------------------------- checks ---- */

int
sim_openbsd_prot(struct machine *m, uint64_t prot)
{
	const uint64_t wx = VM_PROT_WRITE | VM_PROT_EXEC;

	prot &= UINT32_MAX;
	if (prot & ~(uint64_t)VM_PROT_ALL)
		return BSD_FAIL(m, EINVAL, "prot", prot,
		    "bits other than PROT_READ, PROT_WRITE and PROT_EXEC");
	if ((prot & wx) == wx && m->tunables.wxallowed == 0)
		return BSD_FAIL(m, ENOTSUP, "prot", prot,
		    "W^X: no memory both writable and executable");
	return 0;
}

int
sim_openbsd_data(struct machine *m, const struct process *p, vsize_t size)
{
	uint64_t limit = p->rlimit[SIM_RLIMIT_DATA].cur;

	if (limit < BSD_RLIM_INFINITY &&
	    sim_bsd_over(pg_ptoa(m, sim_bsd_dused(p)), size, limit))
		return sim_fail(m, ENOMEM, "len", size, 0, limit,
		    "data would exceed RLIMIT_DATA");
	return 0;
}

static int
check_stack(struct machine *m, const struct request *r)
{
	const uint32_t must = MAP_ANON_ | MAP_PRIVATE_;
	const vm_prot_t rw = VM_PROT_READ | VM_PROT_WRITE;

	if ((r->flags & ~MAP_FIXED_) != (must | MAP_STACK_))
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_STACK goes with MAP_ANON, MAP_PRIVATE and at most "
		    "MAP_FIXED");
	if (r->offset != 0)
		return BSD_FAIL(m, EINVAL, "offset", r->offset,
		    "MAP_STACK wants the offset 0");
	if ((r->prot & rw) != rw)
		return BSD_FAIL(m, EINVAL, "prot", r->prot,
		    "MAP_STACK wants PROT_READ and PROT_WRITE");
	return 0;
}

static int
check_flags(struct machine *m, struct request *r)
{
	const uint32_t both = MAP_SHARED_ | MAP_PRIVATE_;
	int error;

	if ((error = sim_openbsd_prot(m, r->call->arg[2])) != 0)
		return error;
	if (r->flags & ~MAP_KNOWN)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "a flag bit that OpenBSD does not know");
	if ((r->flags & both) == both)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_SHARED and MAP_PRIVATE exclude each other");
	if ((r->flags & (MAP_FIXED_ | MAP_NOREPLACE_)) == MAP_NOREPLACE_)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "__MAP_NOREPLACE goes only with MAP_FIXED");
	if (r->flags & MAP_STACK_ && (error = check_stack(m, r)) != 0)
		return error;
	if (r->len == 0)
		return BSD_FAIL(m, EINVAL, "len", 0, "the length is 0");
	return 0;
}

static int
check_addr(struct machine *m, struct process *p, struct request *r)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	const uint64_t mask = sim_bsd_vamask(m);
	struct sim_range range;

	r->pageoff = r->offset & pg_mask(m);
	r->offset -= r->pageoff;
	r->size = pg_round(m, r->len + r->pageoff) & mask;
	if (r->size < r->len)
		return BSD_FAIL(m, EINVAL, "len", r->len,
		    "the length wraps when it is rounded up to pages");
	if ((r->flags & MAP_FIXED_) == 0)
		return 0;
	r->addr -= r->pageoff;
	if (r->addr & pg_mask(m))
		return BSD_FAIL(m, EINVAL, "addr", r->addr,
		    "MAP_FIXED wants an address aligned like the offset");
	range = (struct sim_range){ r->addr, (r->addr + r->size) & mask };
	if (!sim_bsd_inside(map, &range))
		return sim_fail(m, EINVAL, "addr", r->addr, vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	return 0;
}

static int
find_file(struct machine *m, struct process *p, struct request *r)
{
	struct sim_fd *fd = sim_fd_get(p, r->call->arg[4]);
	int error;

	if (fd == NULL)
		return BSD_FAIL(m, EBADF, "fd", r->call->arg[4],
		    "no such open descriptor");
	if (fd->file->kind == SIM_FILE_DIR)
		return BSD_FAIL(m, ENODEV, "fd", r->call->arg[4],
		    "a directory cannot be mapped");
	if (fd->file->kind != SIM_FILE_DEV && r->offset + r->size < r->offset)
		return BSD_FAIL(m, EINVAL, "offset", r->offset,
		    "offset and size wrap");
	if (sim_bsd_is_zero(fd->file)) {
		r->flags |= MAP_ANON_;
		return 0;
	}
	if (fd->file->kind == SIM_FILE_DEV)
		r->flags = (r->flags & ~MAP_PRIVATE_) | MAP_SHARED_;
	else if ((r->flags & MAP_SHARED_) == 0)
		r->flags |= MAP_PRIVATE_;
	error = sim_bsd_file_prot(m, fd, r->prot, (r->flags & MAP_SHARED_) != 0,
	    &r->maxprot);
	if (error == 0 &&
	    (r->flags & MAP_NOFAULT_ ||
		(r->flags & MAP_PRIVATE_ && r->prot & VM_PROT_WRITE)))
		error = sim_openbsd_data(m, p, r->size);
	r->object = fd->file->object;
	return error;
}

static int
find_object(struct machine *m, struct process *p, struct request *r)
{
	int error;

	r->maxprot = VM_PROT_ALL;
	if (r->flags & MAP_ANON_) {
		if ((int32_t)r->call->arg[4] != -1)
			return BSD_FAIL(m, EINVAL, "fd", r->call->arg[4],
			    "MAP_ANON wants the descriptor -1");
	} else if ((error = find_file(m, p, r)) != 0 || r->object != NULL) {
		return error;
	}
	r->offset = 0;
	if (r->flags & MAP_NOFAULT_)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "__MAP_NOFAULT goes only with a file");
	if (r->prot != VM_PROT_NONE || r->flags & MAP_SHARED_)
		return sim_openbsd_data(m, p, r->size);
	return 0;
}

/* ----------------------------------------------------------- placement --- */

static vaddr_t
random_hint(struct machine *m, const struct process *p, vsize_t size)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	vsize_t maxd = m->config.arch->ptr_size == 4 ? OPENBSD_MAXDSIZ_32 :
						       OPENBSD_MAXDSIZ;
	vsize_t span = maxd < (vsize_t)1 << 32 ? maxd : (vsize_t)1 << 32;
	vaddr_t base = pg_round(m, p->vmspace->vm_daddr) + OPENBSD_BRKSIZ;
	uint64_t random = sim_random(m);

	if (base > vm_map_max(map) || size > vm_map_max(map) - base)
		return pg_size(m);
	while (span > pg_size(m) && span > vm_map_max(map) - base - size)
		span /= 2;
	return base + pg_trunc(m, random & (span - 1));
}

int
sim_openbsd_place(struct machine *m, struct process *p, vaddr_t hint,
    vsize_t size, vaddr_t *addr)
{
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_space space = {
		.hint = hint != 0 ? hint : random_hint(m, p, size),
		.length = size,
	};
	vaddr_t data = pg_round(m, p->vmspace->vm_daddr);

	if (vm_map_findspace(map, &space, addr) == 0)
		return 0;
	space = (struct vm_space){ .length = size,
		.topdown = true,
		.min = data,
		.max = data + OPENBSD_BRKSIZ,
		.hint = data + OPENBSD_BRKSIZ };
	if (space.max <= vm_map_max(map) &&
	    vm_map_findspace(map, &space, addr) == 0)
		return 0;
	space = (struct vm_space){ .length = size,
		.min = pg_size(m),
		.max = vm_map_max(map) };
	return vm_map_findspace(map, &space, addr);
}

static int
choose_addr(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t hint = pg_round(m, r->addr) & sim_bsd_vamask(m);

	r->addr = hint;
	if (sim_bsd_place(map, r->call, r->size, &r->addr))
		return 0;
	if (hint != 0 && hint + r->size > hint &&
	    vm_map_is_free(map, hint, hint + r->size))
		return 0;
	if (sim_openbsd_place(m, p, hint, r->size, &r->addr) == 0)
		return 0;
	return BSD_FAIL(m, ENOMEM, "len", r->size,
	    "no free range of that size");
}

/* --------------------------------------------------------------- entry --- */

/* mlockall(MCL_FUTURE): when wiring fails the mapping is removed. */
static int
wire(struct machine *m, struct process *p, const struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t limit = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;
	int error = ENOMEM;

	if (r->prot == VM_PROT_NONE || (map->flags & VM_MAP_WIREFUTURE) == 0)
		return 0;
	if (pg_atop(m, r->size) + m->vm.exp.wired <= m->vm.exp.wiredmax &&
	    !sim_bsd_over(sim_bsd_wired(p), r->size, limit))
		error = uvm_map_pageable(map, r->addr, r->addr + r->size, true,
		    false);
	if (error == 0)
		return 0;
	(void)uvm_unmap(map, r->addr, r->addr + r->size);
	return BSD_FAIL(m, error, "len", r->size,
	    "mlockall(MCL_FUTURE) is in force and the memory cannot be "
	    "locked");
}

static int
enter(struct machine *m, struct process *p, const struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const bool shared = (r->flags & MAP_SHARED_) != 0;
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
		.unmap = (r->flags & (MAP_FIXED_ | MAP_NOREPLACE_)) ==
		    MAP_FIXED_,
		.flags = OPENBSD_ENTRY |
		    (r->flags & MAP_CONCEAL_ ? UVM_MAP_NOCORE : 0),
	};
	int error = sim_bsd_begin(map);

	if (error != 0)
		return BSD_FAIL(m, error, "len", r->size, "no memory is left");
	error = sim_uvm_map(m, map, &args);
	if (error != 0)
		error = BSD_FAIL(m, error, "addr", r->addr,
		    sim_bsd_unmapped(map, &args, error));
	else
		error = wire(m, p, r);
	sim_bsd_end(map);
	return error;
}

int
sim_openbsd_mmap(struct machine *m, struct process *p, const struct sim_call *c,
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

	if ((error = check_flags(m, &r)) != 0 ||
	    (error = check_addr(m, p, &r)) != 0 ||
	    (error = find_object(m, p, &r)) != 0)
		return error;
	if ((r.flags & MAP_FIXED_) == 0 && (error = choose_addr(m, p, &r)) != 0)
		return error;
	if ((error = enter(m, p, &r)) != 0)
		return error;
	*ret = r.addr + r.pageoff;
	return 0;
}
