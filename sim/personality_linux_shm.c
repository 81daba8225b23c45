/*
 * Linux's shmat(2) and shmdt(2).
 *
 * shmdt looks for what is still mapped of an attach: areas of the segment that
 * stand where the attach put them.  All of them go, holes between them or not:
 *
 *	attach	|0 1 2 3 4 5|
 *	now	|0 1|  |4 5|	 both parts are detached
 */
#include "personality_linux.h"

#define SHM_RDONLY_ 010000u
#define SHM_RND_ 020000u
#define SHM_REMAP_ 040000u
#define SHM_EXEC_ 0100000u

static int
check_addr(struct machine *m, struct vm_map *map, uint64_t flags, vsize_t size,
    vaddr_t *addr)
{
	if (flags & SHM_RND_)
		*addr = pg_trunc(m, *addr);
	if ((*addr & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "shmaddr", *addr,
		    "not a multiple of SHMLBA (no SHM_RND)");
	if (*addr == 0)
		return flags & SHM_REMAP_ ? LINUX_FAIL(m, EINVAL, "shmaddr", 0,
						"SHM_REMAP wants an address") :
					    0;
	if (size > vm_map_max(map) || *addr > vm_map_max(map) - size)
		return LINUX_FAIL(m, EINVAL, "shmaddr", *addr,
		    "beyond the address space");
	if ((flags & SHM_REMAP_) == 0 &&
	    !vm_map_is_free(map, *addr, *addr + size))
		return LINUX_FAIL(m, EINVAL, "shmaddr", *addr,
		    "the range is in use (no SHM_REMAP)");
	return 0;
}

static int
enter(struct machine *m, struct process *p, struct sim_shm *shm, vaddr_t addr,
    vm_prot_t prot, bool readonly)
{
	struct vm_map *map = linux_map(p);
	const struct uvm_map_args args = { .start = addr,
		.size = pg_round(m, shm->size),
		.object = shm->object,
		.prot = prot,
		.maxprot = readonly ? VM_PROT_READ | VM_PROT_EXEC : VM_PROT_ALL,
		.inherit = VM_INHERIT_SHARE,
		.unmap = true,
		.flags = linux_lock_future(map) };
	int error;

	if ((error = sim_shm_attach(m, p, shm, addr)) != 0)
		return error;
	vm_object_ref(shm->object);
	error = uvm_map(map, &args);
	if (error != 0) {
		vm_object_unref(&m->vm, shm->object);
		sim_shm_detach(m, p, sim_shm_attached(p, addr));
		return error;
	}
	(void)linux_wire(map, args.start, args.start + args.size, true);
	return 0;
}

int
sim_linux_shmat(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct sim_shm *shm = sim_shm_byid(m, (int)c->arg[0]);
	struct linux_want want = { .call = c };
	vm_prot_t prot = VM_PROT_READ;
	uint64_t flags = c->arg[2];
	vaddr_t addr = c->arg[1];
	int error;

	if (shm == NULL)
		return LINUX_FAIL(m, EINVAL, "shmid", c->arg[0],
		    "no such segment");
	want.len = pg_round(m, shm->size);
	if ((flags & SHM_RDONLY_) == 0)
		prot |= VM_PROT_WRITE;
	if (flags & SHM_EXEC_)
		prot |= VM_PROT_EXEC;
	error = check_addr(m, linux_map(p), flags, want.len, &addr);
	if (error == 0 && linux_lock_future(linux_map(p)) != 0)
		error = linux_lock_ok(m, p, want.len);
	if (error == 0)
		error = linux_room(m, p, want.len, false);
	if (error == 0 && addr == 0 && linux_place(p, &want, &addr) != 0)
		error = LINUX_FAIL(m, ENOMEM, "shmaddr", 0,
		    "no gap is long enough");
	if (error == 0 && c->refuse != 0)
		error = linux_refuse(m, c);
	if (error == 0)
		error = enter(m, p, shm, addr, prot,
		    (flags & SHM_RDONLY_) != 0);
	*ret = addr;
	return error;
}

static struct sim_shm *
shm_of(struct machine *m, const struct vm_object *obj)
{
	struct sim_shm *shm;

	for (shm = m->shms; shm != NULL; shm = shm->hh.next)
		if (shm->object == obj)
			return shm;
	return NULL;
}

static bool
is_part(const struct vm_map_entry *e, vaddr_t addr)
{
	return linux_shared(e) && e->start >= addr &&
	    e->offset == e->start - addr;
}

/* The segment whose attach at addr is still mapped in part, or NULL. */
static struct sim_shm *
find_attach(struct machine *m, struct vm_map *map, vaddr_t addr)
{
	struct vm_map_entry *e = linux_first(map, addr);
	struct sim_shm *shm;

	for (; e != &map->header; e = e->next)
		if (is_part(e, addr) && (shm = shm_of(m, e->object)) != NULL &&
		    e->start - addr < pg_round(m, shm->size))
			return shm;
	return NULL;
}

static struct sim_attach *
attach_record(const struct process *p, const struct sim_shm *shm, vaddr_t addr)
{
	struct sim_attach *a;

	for (a = p->attaches; a != NULL; a = a->next)
		if (a->addr == addr && a->shm == shm)
			return a;
	for (a = p->attaches; a != NULL; a = a->next)
		if (a->shm == shm)
			return a;
	return NULL;
}

int
sim_linux_shmdt(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	vaddr_t addr = c->arg[0], end, next;
	struct vm_map *map = linux_map(p);
	struct vm_map_entry *e;
	struct sim_attach *a;
	struct sim_shm *shm;
	int error;

	*ret = 0;
	if ((addr & pg_mask(m)) != 0 ||
	    (shm = find_attach(m, map, addr)) == NULL)
		return LINUX_FAIL(m, EINVAL, "shmaddr", addr,
		    "no segment is attached there");
	if (c->refuse != 0)
		return linux_refuse(m, c);
	end = addr + pg_round(m, shm->size);
	if ((error = linux_begin(map, addr, end)) != 0)
		return error;
	for (e = linux_first(map, addr);
	     e != &map->header && e->start < end && error == 0;
	     e = linux_first(map, next)) {
		next = e->end;
		if (is_part(e, addr) && e->object == shm->object)
			error = uvm_unmap(map, e->start, e->end);
	}
	linux_end(map);
	if ((a = attach_record(p, shm, addr)) != NULL)
		sim_shm_detach(m, p, a);
	return error;
}
