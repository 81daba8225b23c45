/*
 * FreeBSD's mmap(2).
 *
 * The checks stand in the order of sys_mmap, kern_mmap and vm_mmap_object
 * (reference "FreeBSD syscalls" 3.1), then placement (3.3), then the entry.
 *
 *	prot, PROT_MAX -> flags -> size -> address -> descriptor -> limits
 *
 * Entries on the UVM core: private anonymous memory is copy-on-write with its
 * amap to come, shared anonymous memory has its amap at once, MAP_GUARD is an
 * entry that has nothing and may have nothing.
 */
#include "personality_freebsd.h"

#define MAP_SHARED_ 0x0001u
#define MAP_PRIVATE_ 0x0002u
#define MAP_FIXED_ 0x0010u
#define MAP_RESERVED_ 0x0060u /* dropped silently */
#define MAP_HASSEMAPHORE_ 0x0200u
#define MAP_STACK_ 0x0400u
#define MAP_NOSYNC_ 0x0800u
#define MAP_ANON_ 0x1000u
#define MAP_GUARD_ 0x2000u
#define MAP_EXCL_ 0x4000u
#define MAP_NOCORE_ 0x20000u
#define MAP_PREFAULT_READ_ 0x40000u
#define MAP_32BIT_ 0x80000u
#define MAP_ALIGN_MASK 0xff000000u
#define MAP_ALIGN_SHIFT 24
#define MAP_KNOWN \
	(MAP_SHARED_ | MAP_PRIVATE_ | MAP_FIXED_ | MAP_HASSEMAPHORE_ | \
	    MAP_STACK_ | MAP_NOSYNC_ | MAP_ANON_ | MAP_GUARD_ | MAP_EXCL_ | \
	    MAP_NOCORE_ | MAP_PREFAULT_READ_ | MAP_32BIT_ | MAP_ALIGN_MASK)
#define MAP_WITH_GUARD \
	(MAP_FIXED_ | MAP_GUARD_ | MAP_EXCL_ | MAP_32BIT_ | MAP_ALIGN_MASK)

struct request { /* a decoded call */
	const struct sim_call *call;
	vaddr_t addr;
	uint64_t len, size; /* asked, rounded */
	uint64_t offset, pageoff;
	uint64_t fd;
	uint32_t flags;
	vm_prot_t prot, maxprot;
	struct vm_object *object; /* NULL: anonymous */
	bool coloured;            /* object prefers superpage alignment */
};

vaddr_t
sim_freebsd_default_addr(const struct process *p)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t data = p->vmspace->vm_daddr;
	uint64_t limit = p->rlimit[SIM_RLIMIT_DATA].max;
	vaddr_t max = vm_map_max(map);

	return data > max || limit > max - data ? max :
						  pg_round(map, data + limit);
}

/* ------------------------------------------------------------- checks ---- */

static int
check_prot(struct machine *m, struct request *r)
{
	uint64_t prot = r->call->arg[2] & UINT32_MAX;

	r->prot = prot & VM_PROT_ALL;
	r->maxprot = FREEBSD_PROT_MAX(prot);
	if (prot & ~(uint64_t)FREEBSD_PROT_BITS)
		return BSD_FAIL(m, EINVAL, "prot", prot,
		    "bits other than PROT_READ, PROT_WRITE, PROT_EXEC and "
		    "PROT_MAX() of them");
	if (r->maxprot != 0 && (r->prot & ~r->maxprot) != 0)
		return BSD_FAIL(m, ENOTSUP, "prot", prot,
		    "the protection is not within PROT_MAX()");
	if (r->maxprot == 0)
		r->maxprot = VM_PROT_ALL;
	return 0;
}

static int
check_guard(struct machine *m, const struct request *r)
{
	if (r->prot != VM_PROT_NONE)
		return BSD_FAIL(m, EINVAL, "prot", r->prot,
		    "MAP_GUARD wants PROT_NONE");
	if ((int32_t)r->fd != -1)
		return BSD_FAIL(m, EINVAL, "fd", r->fd,
		    "MAP_GUARD wants the descriptor -1");
	if (r->offset != 0)
		return BSD_FAIL(m, EINVAL, "offset", r->offset,
		    "MAP_GUARD wants the offset 0");
	if (r->flags & ~MAP_WITH_GUARD)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_GUARD goes only with MAP_FIXED, MAP_EXCL, MAP_32BIT "
		    "and alignment");
	return 0;
}

static int
check_anon(struct machine *m, struct request *r)
{
	if (r->len == 0)
		return BSD_FAIL(m, EINVAL, "len", 0, "the length is 0");
	if (r->flags & MAP_ANON_ && (int32_t)r->fd != -1)
		return BSD_FAIL(m, EINVAL, "fd", r->fd,
		    "MAP_ANON wants the descriptor -1");
	if (r->flags & MAP_ANON_ && r->offset != 0)
		return BSD_FAIL(m, EINVAL, "offset", r->offset,
		    "MAP_ANON wants the offset 0");
	if ((r->flags & MAP_STACK_) == 0)
		return 0;
	if ((int32_t)r->fd != -1)
		return BSD_FAIL(m, EINVAL, "fd", r->fd,
		    "MAP_STACK wants the descriptor -1");
	if ((r->prot & (VM_PROT_READ | VM_PROT_WRITE)) !=
	    (VM_PROT_READ | VM_PROT_WRITE))
		return BSD_FAIL(m, EINVAL, "prot", r->prot,
		    "MAP_STACK wants PROT_READ and PROT_WRITE");
	r->flags |= MAP_ANON_;
	r->offset = 0;
	return 0;
}

static int
check_flags(struct machine *m, struct request *r)
{
	const uint32_t both = MAP_SHARED_ | MAP_PRIVATE_;
	int error;

	r->flags &= ~MAP_RESERVED_;
	if ((error = check_anon(m, r)) != 0)
		return error;
	if (r->flags & ~MAP_KNOWN)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "a flag bit that FreeBSD does not know");
	if ((r->flags & (MAP_EXCL_ | MAP_FIXED_)) == MAP_EXCL_)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_EXCL goes only with MAP_FIXED");
	if ((r->flags & both) == both)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_SHARED and MAP_PRIVATE exclude each other");
	return r->flags & MAP_GUARD_ ? check_guard(m, r) : 0;
}

static int
check_size(struct machine *m, struct request *r)
{
	uint32_t align = r->flags >> MAP_ALIGN_SHIFT;

	r->pageoff = r->offset & pg_mask(m);
	r->offset -= r->pageoff;
	r->size = pg_round(m, r->len + r->pageoff) & sim_bsd_vamask(m);
	if (r->len > r->size)
		return BSD_FAIL(m, ENOMEM, "len", r->len,
		    "the length wraps when it is rounded up to pages");
	if (align > 1 && (align < m->page_shift || align >= 64))
		return sim_fail(m, EINVAL, "alignment", align, m->page_shift,
		    63, "MAP_ALIGNED(n) wants n from a page's to 63");
	return 0;
}

static int
check_fixed(struct machine *m, struct process *p, struct request *r)
{
	const struct vm_map *map = &p->vmspace->vm_map;
	struct sim_range range;

	r->addr -= r->pageoff;
	if (r->addr & pg_mask(m))
		return BSD_FAIL(m, EINVAL, "addr", r->addr,
		    "MAP_FIXED wants an address aligned like the offset");
	range = (struct sim_range){ r->addr,
		(r->addr + r->size) & sim_bsd_vamask(m) };
	if (!sim_bsd_inside(map, &range))
		return sim_fail(m, EINVAL, "addr", r->addr, vm_map_min(map),
		    vm_map_max(map),
		    "the range lies outside the user's "
		    "address space");
	if (r->flags & MAP_32BIT_ && range.end > FREEBSD_LIMIT_32BIT)
		return sim_fail(m, EINVAL, "addr", r->addr, vm_map_min(map),
		    FREEBSD_LIMIT_32BIT, "MAP_32BIT ends at 2 GB");
	return 0;
}

static int
check_addr(struct machine *m, struct process *p, struct request *r)
{
	vaddr_t def = sim_freebsd_default_addr(p);

	if (r->flags & MAP_FIXED_)
		return check_fixed(m, p, r);
	if (r->flags & MAP_32BIT_) {
		if (r->addr + r->size > FREEBSD_LIMIT_32BIT ||
		    r->addr + r->size < r->addr)
			r->addr = 0;
	} else if (r->addr == 0 ?
		(r->flags & MAP_ANON_) == 0 :
		r->addr >= pg_round(m, p->vmspace->vm_taddr) && r->addr < def) {
		r->addr = def;
	}
	return 0;
}

/* ---------------------------------------------------------- descriptor --- */

static int
check_file(struct machine *m, struct request *r, const struct sim_file *file)
{
	if (file->kind == SIM_FILE_DIR)
		return BSD_FAIL(m, EINVAL, "fd", r->fd,
		    "a directory cannot be mapped");
	if (file->kind == SIM_FILE_DEV && r->flags & MAP_PRIVATE_)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "a device has no private mappings");
	if (r->size > INT64_MAX || r->offset > INT64_MAX - r->size)
		return BSD_FAIL(m, EINVAL, "offset", r->offset,
		    "offset and size go beyond the largest file offset");
	return 0;
}

static int
find_object(struct machine *m, struct process *p, struct request *r)
{
	const bool shared = (r->flags & MAP_SHARED_) != 0;
	struct sim_fd *fd;
	vm_prot_t filemax;
	int error;

	if (r->flags & MAP_GUARD_)
		r->maxprot = VM_PROT_NONE;
	if (r->flags & (MAP_GUARD_ | MAP_ANON_))
		return 0;
	if ((fd = sim_fd_get(p, r->fd)) == NULL)
		return BSD_FAIL(m, EBADF, "fd", r->fd,
		    "no such open descriptor");
	if ((r->flags & (MAP_SHARED_ | MAP_PRIVATE_)) == 0)
		return BSD_FAIL(m, EINVAL, "flags", r->flags,
		    "a file mapping wants MAP_SHARED or MAP_PRIVATE");
	error = sim_bsd_file_prot(m, fd, r->prot, shared, &filemax);
	if (error != 0)
		return error;
	if (sim_bsd_is_zero(fd->file)) {
		r->flags |= MAP_ANON_;
		r->offset = 0;
		return 0;
	}
	if ((error = check_file(m, r, fd->file)) != 0)
		return error;
	r->maxprot &= filemax;
	r->object = fd->file->object;
	r->coloured = fd->file->kind == SIM_FILE_SHM ||
	    m->config.superpages == VM_SUPER_RESERVE;
	if (fd->file->links == 0)
		r->flags |= MAP_NOSYNC_;
	return 0;
}

static int
check_limits(struct machine *m, struct process *p, const struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint64_t vmem = p->rlimit[SIM_RLIMIT_AS].cur;
	uint64_t memlock = p->rlimit[SIM_RLIMIT_MEMLOCK].cur;

	if (vmem < BSD_RLIM_INFINITY &&
	    sim_bsd_over(sim_bsd_size_noguard(map), r->size, vmem))
		return sim_fail(m, ENOMEM, "len", r->size, 0, vmem,
		    "the address space would exceed RLIMIT_VMEM");
	if (map->flags & VM_MAP_WIREFUTURE &&
	    sim_bsd_over(sim_bsd_wired(p), r->size, memlock))
		return sim_fail(m, ENOMEM, "len", r->size, 0, memlock,
		    "mlockall(MCL_FUTURE) is in force and locked memory "
		    "would exceed RLIMIT_MEMLOCK");
	return 0;
}

/* ----------------------------------------------------------- placement --- */

/*
 * pmap_align_superpage: the largest size to which pages are promoted of which a
 * whole page fits once address and offset agree modulo that size.
 */
vsize_t
sim_freebsd_superpage(const struct machine *m, uint64_t offset, vsize_t size)
{
	const struct pmap_geometry *geo = m->config.arch;

	for (unsigned psind = geo->nsizes - 1u; psind > 0; psind--) {
		vsize_t super = (vsize_t)1 << geo->sizes[psind].shift;

		if (geo->sizes[psind].promote && size >= super &&
		    size - (-offset & (super - 1)) >= super)
			return super;
	}
	return 0;
}

static bool
clusters(const struct request *r)
{
	return r->addr == 0 && (r->flags & MAP_ANON_) != 0 &&
	    (r->flags & (MAP_SHARED_ | MAP_STACK_ | MAP_32BIT_)) == 0 &&
	    r->prot != VM_PROT_NONE;
}

/* From the start, and from the default when that lies below. */
static int
search(struct process *p, const struct request *r, struct vm_space *space)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t def = sim_freebsd_default_addr(p), addr;
	int error;

	space->hint = r->addr != 0 || r->flags & MAP_32BIT_ ? r->addr : def;
	if (clusters(r)) {
		struct vm_space near = *space;

		near.hint = p->anon_loc != 0 ? p->anon_loc : def;
		if (vm_map_findspace(map, &near, &addr) == 0) {
			space->hint = addr;
			return 0;
		}
	}
	error = vm_map_findspace(map, space, &addr);
	if (error != 0 && space->hint > def) {
		space->hint = def;
		error = vm_map_findspace(map, space, &addr);
	}
	space->hint = addr;
	return error;
}

static int
choose_addr(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;
	uint32_t align = r->flags >> MAP_ALIGN_SHIFT;
	struct vm_space space = {
		.length = r->size,
		.min = vm_map_min(map),
		.max = r->flags & MAP_32BIT_ ? FREEBSD_LIMIT_32BIT :
					       vm_map_max(map),
	};
	int error;

	if (sim_bsd_place(map, r->call, r->size, &r->addr))
		return 0;
	r->addr = pg_round(m, r->addr) & sim_bsd_vamask(m);
	if (align > 1) {
		space.align = (vsize_t)1 << align;
	} else if (align == 1 || r->coloured) {
		space.align = sim_freebsd_superpage(m, r->offset, r->size);
		space.align_offset = space.align == 0 ?
		    0 :
		    r->offset & (space.align - 1);
	}
	error = search(p, r, &space);
	if (error != 0 && align == 0 && space.align != 0) {
		space.align = space.align_offset = 0;
		error = search(p, r, &space);
	}
	if (error != 0)
		return BSD_FAIL(m, ENOMEM, "len", r->size,
		    "no free range of that size");
	if (clusters(r))
		p->anon_loc = space.hint + r->size;
	r->addr = space.hint;
	return 0;
}

/* --------------------------------------------------------------- entry --- */

static uint16_t
entry_flags(const struct request *r)
{
	return (r->flags & MAP_GUARD_ ? UVM_MAP_GUARD : 0) |
	    (r->flags & MAP_NOCORE_ ? UVM_MAP_NOCORE : 0) |
	    (r->flags & MAP_NOSYNC_ ? UVM_MAP_NOSYNC : 0);
}

static int
enter(struct machine *m, struct process *p, const struct request *r)
{
	const bool shared = (r->flags & MAP_SHARED_) != 0;
	struct uvm_map_args args = {
		.start = r->addr,
		.size = r->size,
		.object = r->object,
		.offset = r->offset,
		.prot = r->prot,
		.maxprot = r->maxprot,
		.inherit = shared ? VM_INHERIT_SHARE : VM_INHERIT_COPY,
		.copyonw = !shared && (r->flags & MAP_GUARD_) == 0,
		.overlay = shared && r->object == NULL,
		.unmap = (r->flags & (MAP_FIXED_ | MAP_EXCL_)) == MAP_FIXED_,
		.flags = entry_flags(r),
	};
	int error;

	if (r->flags & MAP_STACK_)
		return sim_freebsd_stack(m, p, r->addr, r->size, r->prot,
		    r->maxprot, entry_flags(r), args.unmap);
	error = sim_uvm_map(m, &p->vmspace->vm_map, &args);
	return error == 0 ?
	    0 :
	    BSD_FAIL(m, error, "addr", r->addr,
		sim_bsd_unmapped(&p->vmspace->vm_map, &args, error));
}

static void
after(struct machine *m, struct process *p, const struct request *r)
{
	struct vm_map *map = &p->vmspace->vm_map;

	if (r->object != NULL && r->object->pager->fault == NULL)
		(void)sim_bsd_prefault_some(map, r->addr, r->addr + r->size,
		    r->flags & MAP_PREFAULT_READ_ ? UINT64_MAX :
						    FREEBSD_PREFAULT);
	if (map->flags & VM_MAP_WIREFUTURE) /* a failure is ignored */
		(void)sim_freebsd_wire(m, p, r->addr, r->addr + r->size,
		    (r->flags & MAP_STACK_) != 0);
}

int
sim_freebsd_mmap(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct request r = {
		.call = c,
		.addr = c->arg[0] & sim_bsd_vamask(m),
		.len = c->arg[1] & sim_bsd_vamask(m),
		.flags = (uint32_t)c->arg[3],
		.fd = c->arg[4],
		.offset = c->arg[5],
	};
	vaddr_t anon_loc = p->anon_loc;
	int error;

	if ((error = check_prot(m, &r)) != 0 ||
	    (error = check_flags(m, &r)) != 0 ||
	    (error = check_size(m, &r)) != 0 ||
	    (error = check_addr(m, p, &r)) != 0 ||
	    (error = find_object(m, p, &r)) != 0 ||
	    (error = check_limits(m, p, &r)) != 0)
		return error;
	if (r.flags & MAP_FIXED_)
		sim_freebsd_forget(p,
		    &(struct sim_range){ r.addr, r.addr + r.size });
	else if ((error = choose_addr(m, p, &r)) != 0)
		return error;
	if ((error = enter(m, p, &r)) != 0) {
		p->anon_loc = anon_loc;
		return error;
	}
	after(m, p, &r);
	*ret = r.addr + r.pageoff;
	return 0;
}
