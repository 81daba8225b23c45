/*
 * Linux's mmap(2) and munmap(2).
 *
 * Checks in Linux's order:
 *
 *	offset -> fd -> length -> number of areas -> address (range, alignment,
 *	mmap_min_addr, MAP_FIXED_NOREPLACE) -> locks -> file or anonymous type
 *	-> limits
 *
 * Private anonymous memory is copy-on-write without an object; shared anonymous
 * memory is a memory object of its own, from offset 0; a file is mapped with
 * its object, privately with copy-on-write.
 */
#include "personality_linux.h"

#include <string.h>

struct request { /* a decoded call */
	const struct sim_call *call;
	vaddr_t addr;
	vsize_t len; /* rounded */
	uint64_t offset;
	uint32_t flags;
	uint32_t type; /* MAP_SHARED, MAP_PRIVATE, ... */
	vm_prot_t prot, maxprot;
	bool shared, fixed, populate;
	const struct sim_fd *fd; /* NULL: anonymous */
	uint16_t entry_flags;
};

/* ------------------------------------------------------------- checks ---- */

static int
check_fd(struct machine *m, const struct process *p, struct request *r)
{
	int32_t fd = (int32_t)r->call->arg[4];

	if ((r->offset & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "offset", r->offset,
		    "not a multiple of the page size");
	if (r->flags & LINUX_MAP_ANON) {
		r->fd = NULL;
		return 0;
	}
	if (fd < 0 || fd >= p->nfd || p->fd[fd].file == NULL)
		return LINUX_FAIL(m, EBADF, "fd", r->call->arg[4],
		    "not an open descriptor");
	if (r->flags & LINUX_MAP_HUGETLB)
		return LINUX_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_HUGETLB wants MAP_ANONYMOUS");
	r->fd = &p->fd[fd];
	return 0;
}

static int
check_length(struct machine *m, const struct process *p, struct request *r)
{
	uint64_t len = r->call->arg[1];
	vaddr_t max = vm_map_max(linux_map(p));

	if (len == 0)
		return LINUX_FAIL(m, EINVAL, "length", 0, "the length is 0");
	r->len = r->flags & LINUX_MAP_HUGETLB ?
	    (len + LINUX_HUGE(m) - 1) & ~(LINUX_HUGE(m) - 1) :
	    pg_round(m, len);
	if (r->len == 0 || r->len > max)
		return sim_fail(m, ENOMEM, "length", len, 1, max,
		    "longer than the address space");
	return 0;
}

/* What a fixed address must be; a free one is chosen later. */
static int
check_addr(struct machine *m, const struct process *p, struct request *r)
{
	struct vm_map *map = linux_map(p);
	vaddr_t max = vm_map_max(map);

	if (!r->fixed)
		return 0;
	if (r->addr > max - r->len)
		return sim_fail(m, ENOMEM, "addr", r->addr, 0, max - r->len,
		    "beyond the address space");
	if ((r->addr & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "addr", r->addr,
		    "not a multiple of the page size");
	if (r->addr < LINUX_MIN_ADDR && p->uid != 0)
		return LINUX_FAIL(m, EPERM, "addr", r->addr,
		    "below vm.mmap_min_addr");
	if (r->flags & LINUX_MAP_NOREPLACE &&
	    !vm_map_is_free(map, r->addr, r->addr + r->len))
		return LINUX_FAIL(m, EEXIST, "addr", r->addr,
		    "the range is in use (MAP_FIXED_NOREPLACE)");
	return 0;
}

static int
check_lock(struct machine *m, const struct process *p, struct request *r)
{
	uint16_t lock = linux_lock_future(linux_map(p));

	if (r->flags & LINUX_MAP_LOCKED) {
		if (linux_may_lock(m, p) != 0)
			return EPERM;
		lock |= LINUX_LOCKED;
	}
	r->entry_flags |= lock;
	return lock != 0 ? linux_lock_ok(m, p, r->len) : 0;
}

static int
check_file(struct machine *m, struct request *r)
{
	const struct sim_file *file = r->fd->file;
	const uint32_t grows = LINUX_MAP_GROWSDOWN;

	if (r->offset > (uint64_t)INT64_MAX - r->len)
		return LINUX_FAIL(m, EOVERFLOW, "offset", r->offset,
		    "offset and length overflow");
	if (r->type != LINUX_MAP_SHARED && r->type != LINUX_MAP_PRIVATE &&
	    r->type != LINUX_MAP_VALIDATE)
		return LINUX_FAIL(m, EINVAL, "flags", r->flags,
		    "neither MAP_SHARED nor MAP_PRIVATE");
	if (r->type == LINUX_MAP_VALIDATE &&
	    (r->flags & ~LINUX_MAP_LEGACY) != 0)
		return LINUX_FAIL(m, EOPNOTSUPP, "flags", r->flags,
		    "MAP_SHARED_VALIDATE knows the old flags only");
	r->shared = r->type != LINUX_MAP_PRIVATE;
	r->maxprot = VM_PROT_ALL;
	if (r->shared && (r->fd->mode & VM_PROT_WRITE) == 0) {
		if (r->prot & VM_PROT_WRITE)
			return LINUX_FAIL(m, EACCES, "prot", r->prot,
			    "the file is not open for writing");
		r->maxprot = VM_PROT_READ | VM_PROT_EXEC;
	}
	if ((r->fd->mode & VM_PROT_READ) == 0)
		return LINUX_FAIL(m, EACCES, "fd", r->call->arg[4],
		    "the file is not open for reading");
	if (file->kind == SIM_FILE_DIR)
		return LINUX_FAIL(m, ENODEV, "fd", r->call->arg[4],
		    "a directory cannot be mapped");
	if (r->flags & grows)
		return LINUX_FAIL(m, EINVAL, "flags", r->flags,
		    "MAP_GROWSDOWN wants private anonymous memory");
	return 0;
}

static int
check_anon(struct machine *m, struct request *r)
{
	r->maxprot = VM_PROT_ALL;
	r->shared = r->type == LINUX_MAP_SHARED;
	switch (r->type) {
	case LINUX_MAP_SHARED:
		if (r->flags & LINUX_MAP_GROWSDOWN)
			return LINUX_FAIL(m, EINVAL, "flags", r->flags,
			    "MAP_GROWSDOWN wants private memory");
		return 0;
	case LINUX_MAP_DROPPABLE:
		if (r->flags &
		    (LINUX_MAP_GROWSDOWN | LINUX_MAP_LOCKED |
			LINUX_MAP_HUGETLB))
			return LINUX_FAIL(m, EINVAL, "flags", r->flags,
			    "droppable memory neither grows nor is locked nor "
			    "huge");
		/* MCL_FUTURE brings it in and does not lock it. */
		r->populate = (r->entry_flags & LINUX_LOCKED) != 0;
		r->entry_flags &= (uint16_t) ~(LINUX_LOCKED | LINUX_ONFAULT);
		r->entry_flags |= LINUX_DROPPABLE | LINUX_WIPE |
		    UVM_MAP_NOCORE | UVM_MAP_NORESERVE;
		return 0;
	case LINUX_MAP_PRIVATE: return 0;
	default:
		return LINUX_FAIL(m, EINVAL, "flags", r->flags,
		    "neither MAP_SHARED nor MAP_PRIVATE");
	}
}

/* "Obvious overcommits of address space are refused" (mode 0). */
static int
check_commit(struct machine *m, const struct request *r)
{
	uint64_t all = m->config.ram + pg_ptoa(m, m->vm.exp.swpages);
	bool counts = r->shared ? r->fd == NULL :
				  (r->prot & VM_PROT_WRITE) != 0;

	if (!counts || r->flags & LINUX_MAP_NORESERVE ||
	    r->entry_flags & LINUX_DROPPABLE || r->len <= all)
		return 0;
	return sim_fail(m, ENOMEM, "length", r->len, 1, all,
	    "more than memory and swap together");
}

static int
choose_addr(struct machine *m, struct process *p, struct request *r)
{
	const struct linux_want want = { .call = r->call,
		.hint = r->addr,
		.len = r->len,
		.offset = r->fd != NULL ? r->offset : 0,
		.low = (r->flags & LINUX_MAP_32BIT) != 0,
		.anon = r->fd == NULL,
		.huge = m->config.arch->ptr_size == 8 &&
		    (r->fd != NULL ? r->fd->file->kind == SIM_FILE_REG :
				     (r->flags & LINUX_MAP_SHARED) == 0) };

	if (r->fixed)
		return 0;
	if (linux_place(p, &want, &r->addr) != 0)
		return LINUX_FAIL(m, ENOMEM, "length", r->len,
		    "no gap is long enough");
	return 0;
}

/* Bytes that the new mapping will replace. */
static vsize_t
mapped_in(struct vm_map *map, vaddr_t start, vaddr_t end)
{
	struct vm_map_entry *e = linux_first(map, start);
	vsize_t size = 0;

	for (; e != &map->header && e->start < end; e = e->next)
		size += (e->end < end ? e->end : end) -
		    (e->start > start ? e->start : start);
	return size;
}

static int
decode(struct machine *m, struct process *p, const struct sim_call *c,
    struct request *r)
{
	int error;

	memset(r, 0, sizeof(*r));
	r->call = c;
	r->addr = c->arg[0];
	r->prot = c->arg[2] & VM_PROT_ALL;
	r->flags = (uint32_t)c->arg[3];
	r->type = r->flags & LINUX_MAP_TYPE;
	r->offset = c->arg[5];
	r->fixed = (r->flags & (LINUX_MAP_FIXED | LINUX_MAP_NOREPLACE)) != 0;
	if (r->flags & LINUX_MAP_STACK)
		r->entry_flags |= UVM_MAP_NOHUGE;
	if (r->flags & LINUX_MAP_NORESERVE)
		r->entry_flags |= UVM_MAP_NORESERVE;
	if (r->flags & LINUX_MAP_GROWSDOWN)
		r->entry_flags |= UVM_MAP_GROWSDOWN;

	if ((error = check_fd(m, p, r)) != 0 ||
	    (error = check_length(m, p, r)) != 0 ||
	    (error = check_addr(m, p, r)) != 0 ||
	    (error = choose_addr(m, p, r)) != 0 ||
	    (error = check_lock(m, p, r)) != 0)
		return error;
	error = r->fd != NULL ? check_file(m, r) : check_anon(m, r);
	if (error != 0)
		return error;
	error = linux_room(m, p,
	    r->len - mapped_in(linux_map(p), r->addr, r->addr + r->len),
	    linux_is_data(r->prot, r->shared));
	return error != 0 ? error : check_commit(m, r);
}

/* ---------------------------------------------------------------- act ---- */

/* Anonymous huge pages are a file without a name, as Linux shows them. */
static int
huge_object(struct machine *m, vsize_t len, struct vm_object **obj)
{
	struct sim_file *file = sim_file_nameless(m, "/anon_hugepage", len,
	    SIM_FILE_SHM);

	if (file == NULL)
		return ENOMEM;
	*obj = file->object;
	vm_object_ref(*obj);
	return 0;
}

/* => 0 and a reference in *obj (NULL: private anonymous) */
static int
get_object(struct machine *m, const struct request *r, struct vm_object **obj)
{
	*obj = NULL;
	if (r->fd != NULL) {
		*obj = r->fd->file->object;
		vm_object_ref(*obj);
	} else if (r->flags & LINUX_MAP_HUGETLB) {
		return huge_object(m, r->len, obj);
	} else if (r->shared) {
		return vm_object_create(&m->vm, &aobj_pager, r->len, 0, obj);
	}
	return 0;
}

static int
enter(struct machine *m, struct process *p, struct request *r)
{
	struct vm_map *map = linux_map(p);
	struct vm_object *obj;
	int error = linux_begin(map, r->addr, r->addr + r->len);

	if (error != 0)
		return error;
	error = get_object(m, r, &obj);
	if (error == 0) {
		const struct uvm_map_args args = { .start = r->addr,
			.size = r->len,
			.object = obj,
			.offset = r->fd != NULL ? r->offset : 0,
			.prot = r->prot,
			.maxprot = r->maxprot,
			.inherit = r->shared ? VM_INHERIT_SHARE :
			    r->entry_flags & LINUX_DROPPABLE ? VM_INHERIT_ZERO :
							       VM_INHERIT_COPY,
			.copyonw = !r->shared,
			.unmap = r->fixed &&
			    (r->flags & LINUX_MAP_NOREPLACE) == 0,
			.flags = r->entry_flags };

		error = sim_uvm_map(m, map, &args);
		if (obj != NULL)
			vm_object_unref(&m->vm, obj);
	}
	linux_end(map);
	return error;
}

int
sim_linux_mmap(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	struct request r;
	int error = decode(m, p, c, &r);

	if (error == 0 && c->refuse != 0)
		error = linux_refuse(m, c);
	if (error == 0)
		error = enter(m, p, &r);
	if (error != 0)
		return error;
	if (r.entry_flags & LINUX_LOCKED)
		(void)linux_wire(map, r.addr, r.addr + r.len, true);
	else if (r.populate ||
	    (r.flags & (LINUX_MAP_POPULATE | LINUX_MAP_NONBLOCK)) ==
		LINUX_MAP_POPULATE)
		(void)linux_populate(map, r.addr, r.addr + r.len, 0);
	*ret = r.addr;
	return 0;
}

int
linux_unmap(struct process *p, vaddr_t start, vaddr_t end)
{
	return uvm_unmap(linux_map(p), start, end);
}

int
sim_linux_munmap(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct vm_map *map = linux_map(p);
	vaddr_t start = c->arg[0], end, max = vm_map_max(map);

	if ((start & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "addr", start,
		    "not a multiple of the page size");
	if (start > max || c->arg[1] > max - start)
		return LINUX_FAIL(m, EINVAL, "length", c->arg[1],
		    "beyond the address space");
	if (c->arg[1] == 0)
		return LINUX_FAIL(m, EINVAL, "length", 0, "the length is 0");
	if (!linux_range(m, start, c->arg[1], &end))
		return LINUX_FAIL(m, EINVAL, "length", c->arg[1],
		    "the range wraps around");
	if (c->refuse != 0)
		return linux_refuse(m, c);
	*ret = 0;
	return linux_unmap(p, start, end);
}
