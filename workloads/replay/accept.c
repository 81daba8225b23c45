/*
 * Which errors of a log the machine cannot decide (see accept.h).
 *
 * The machine knows the map, the arguments, the limits that the log has shown
 * and how files were opened if their opening is in the log.  It does not know
 * other limits, memory pressure, mount options, drivers, security modules, the
 * kernel's configuration.  One row a call and error; `when' narrows it.
 */
#include "accept.h"

#include <string.h>

#define MAP_NORESERVE_ 0x4000u
#define MAP_HUGETLB_ 0x40000u
#define MAP_ANON_ 0x20u
#define MANY_AREAS 60000 /* vm.max_map_count is near */

static bool
always(const struct wl_outcome *o)
{
	(void)o;
	return true;
}

/* No memory: it must be counted against something that is not shown. */
static bool
if_counted(const struct wl_outcome *o)
{
	uint64_t flags = o->num[3];
	bool shared = (flags & 0xf) != 2;

	if (!o->proc->as_known || flags & MAP_HUGETLB_ ||
	    o->proc->sim->vmspace->vm_map.nentries > MANY_AREAS)
		return true;
	return (flags & MAP_NORESERVE_) == 0 &&
	    (shared ? (flags & MAP_ANON_) != 0 :
		      (o->num[2] & VM_PROT_WRITE) != 0);
}

static bool
if_mode_unknown(const struct wl_outcome *o)
{
	return o->named && !o->mode_known;
}

static bool
if_file(const struct wl_outcome *o)
{
	return o->named;
}

/* A driver or a special file may refuse anything. */
static bool
if_special_file(const struct wl_outcome *o)
{
	char path[WL_PATH];

	if (!o->named)
		return false;
	return !wl_text_fdpath(o->fd, path, sizeof(path)) || path[0] != '/' ||
	    strncmp(path, "/dev/", 5) == 0 || strncmp(path, "/sys/", 5) == 0 ||
	    strncmp(path, "/proc/", 6) == 0;
}

static bool
if_many_areas(const struct wl_outcome *o)
{
	return o->proc->sim->vmspace->vm_map.nentries > MANY_AREAS;
}

static bool
if_made_writable(const struct wl_outcome *o)
{
	return (o->num[2] & VM_PROT_WRITE) != 0 || if_many_areas(o);
}

static bool
if_made_executable(const struct wl_outcome *o)
{
	return (o->num[2] & (VM_PROT_EXEC | VM_PROT_WRITE)) != 0;
}

static bool
if_sealed(const struct wl_outcome *o)
{
	return o->sealed;
}

/* Advice that depends on the kernel's configuration, age or huge pages. */
static bool
if_optional_advice(const struct wl_outcome *o)
{
	uint64_t advice = o->num[2];

	return advice == 9 || (advice >= 12 && advice <= 15) || advice >= 18;
}

static bool
if_remove(const struct wl_outcome *o)
{
	return o->num[2] == 9;
}

/* The kernel may have more borders between areas than the machine. */
static bool
if_several_entries(const struct wl_outcome *o)
{
	struct vm_map *map = &o->proc->sim->vmspace->vm_map;
	struct vm_map_entry *e;

	return vm_map_lookup_entry(map, o->num[0], &e) &&
	    e->end < o->num[0] + o->num[1];
}

static bool
if_dontunmap(const struct wl_outcome *o)
{
	return (o->num[3] & 4) != 0;
}

static const struct {
	enum sim_sysno no;
	int err;
	bool (*when)(const struct wl_outcome *);
} table[] = {
	{ SIM_SYS_MMAP, ENOMEM, if_counted },
	{ SIM_SYS_MMAP, EACCES, if_mode_unknown },
	{ SIM_SYS_MMAP, EPERM, always },
	{ SIM_SYS_MMAP, EAGAIN, always },
	{ SIM_SYS_MMAP, ENODEV, if_file },
	{ SIM_SYS_MMAP, ENXIO, if_file },
	{ SIM_SYS_MMAP, EIO, if_file },
	{ SIM_SYS_MMAP, ETXTBSY, if_file },
	{ SIM_SYS_MMAP, EOVERFLOW, if_file },
	{ SIM_SYS_MMAP, EOPNOTSUPP, if_file },
	{ SIM_SYS_MMAP, ENFILE, always },
	{ SIM_SYS_MMAP, EBUSY, if_special_file },
	{ SIM_SYS_MMAP, EFAULT, if_special_file },
	{ SIM_SYS_MMAP, EINVAL, if_special_file },
	{ SIM_SYS_MMAP, EBADF, if_file },
	{ SIM_SYS_MUNMAP, ENOMEM, if_many_areas },
	{ SIM_SYS_MUNMAP, EPERM, if_sealed },
	{ SIM_SYS_MPROTECT, ENOMEM, if_made_writable },
	{ SIM_SYS_MPROTECT, EACCES, if_made_executable },
	{ SIM_SYS_MPROTECT, EPERM, if_sealed },
	{ SIM_SYS_MADVISE, EINVAL, if_optional_advice },
	{ SIM_SYS_MADVISE, EOPNOTSUPP, if_remove },
	{ SIM_SYS_MADVISE, EACCES, if_remove },
	{ SIM_SYS_MADVISE, EFAULT, if_optional_advice },
	{ SIM_SYS_MADVISE, ENOMEM, if_optional_advice },
	{ SIM_SYS_MADVISE, EBUSY, if_optional_advice },
	{ SIM_SYS_MADVISE, EAGAIN, always },
	{ SIM_SYS_MADVISE, EIO, always },
	{ SIM_SYS_MADVISE, EBADF, always },
	{ SIM_SYS_MADVISE, EPERM, always },
	{ SIM_SYS_MLOCK, ENOMEM, always },
	{ SIM_SYS_MLOCK, EAGAIN, always },
	{ SIM_SYS_MLOCK, EPERM, always },
	{ SIM_SYS_MLOCK2, ENOMEM, always },
	{ SIM_SYS_MLOCK2, EAGAIN, always },
	{ SIM_SYS_MLOCK2, EPERM, always },
	{ SIM_SYS_MLOCK2, ENOSYS, always },
	{ SIM_SYS_MLOCKALL, ENOMEM, always },
	{ SIM_SYS_MLOCKALL, EAGAIN, always },
	{ SIM_SYS_MLOCKALL, EPERM, always },
	{ SIM_SYS_MSYNC, EIO, always },
	{ SIM_SYS_MINCORE, EFAULT, always },
	{ SIM_SYS_MINCORE, EAGAIN, always },
	{ SIM_SYS_MREMAP, ENOMEM, always },
	{ SIM_SYS_MREMAP, EAGAIN, always },
	{ SIM_SYS_MREMAP, EFAULT, if_several_entries },
	{ SIM_SYS_MREMAP, EINVAL, if_dontunmap },
	{ SIM_SYS_MREMAP, EPERM, if_sealed },
	{ SIM_SYS_SHMAT, EACCES, always },
	{ SIM_SYS_SHMAT, EPERM, always },
	{ SIM_SYS_SHMAT, EINVAL, always },
	{ SIM_SYS_SHMAT, EIDRM, always },
	{ SIM_SYS_SHMAT, ENOMEM, always },
};

/*
 * strace does not show the new address of MREMAP_DONTUNMAP alone; whatever it
 * was, it is checked first.  How much the kernel has counted as locked depends
 * on what it has locked before the log, and is checked early as well.
 */
bool
wl_accept_unseen(const struct wl_outcome *o)
{
	if (o->sys->bsd)
		return false;
	if (o->row->no == SIM_SYS_MREMAP)
		return o->err == EINVAL && (o->num[3] & 6) == 4;
	return o->err == EAGAIN &&
	    (o->row->no == SIM_SYS_MMAP || o->row->no == SIM_SYS_SHMAT);
}

bool
wl_accept(const struct wl_outcome *o)
{
	if (o->sys->bsd)
		return wl_accept_bsd(o);
	for (size_t i = 0; i < NELEM(table); i++)
		if (table[i].no == o->row->no && table[i].err == o->err)
			return table[i].when(o);
	return false;
}

void
wl_learn_readonly(struct wl_replay *r, struct wl_proc *proc,
    const struct wl_memop *op, int err)
{
	struct vm_map *map = &proc->sim->vmspace->vm_map;
	vaddr_t end = op->num[0] + pg_round(map, op->num[1]);
	struct vm_map_entry *e;

	if (op->row->no != SIM_SYS_MPROTECT || err != EACCES ||
	    (op->num[2] & VM_PROT_WRITE) == 0)
		return;
	if (!vm_map_lookup_entry(map, op->num[0], &e))
		return;
	for (; e != &map->header && e->start < end; e = e->next) {
		if ((e->etype & UVM_ET_OBJ) == 0 ||
		    (e->etype & UVM_ET_COPYONWRITE) != 0)
			continue;
		if ((e->max_protection & VM_PROT_WRITE) == 0)
			return; /* the machine knows */
		if (e->protection & VM_PROT_WRITE)
			continue;
		(void)uvm_map_protect(map, e->start, e->end,
		    VM_PROT_READ | VM_PROT_EXEC, true);
		r->stats->from_log++;
		return;
	}
}

void
wl_set_root(struct wl_replay *r, bool root)
{
	r->uid_root = root;
	for (struct wl_proc *p = r->procs; p != NULL; p = p->next)
		p->sim->uid = root ? 0 : 1000;
}

void
wl_brk_share(struct wl_replay *r, const struct wl_proc *proc)
{
	struct wl_proc *p;

	for (p = r->procs; p != NULL; p = p->next)
		if (p != proc && p->sim->vmspace == proc->sim->vmspace) {
			p->sim->brk_start = proc->sim->brk_start;
			p->sim->brk = proc->sim->brk;
		}
}

uint64_t
wl_shm_size(struct wl_replay *r, struct wl_task *t, int recorded)
{
	struct sim_shm *shm;
	bool known;
	int id = wl_shm_id(r, t, recorded, &known);

	HASH_FIND_INT(r->m->shms, &id, shm);
	return shm != NULL ? shm->size : 0;
}
