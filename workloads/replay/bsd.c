/*
 * What the logs of the BSDs have of their own: an image that the log does not
 * show, a break of which nobody says where it began, page faults, and errors
 * whose reasons a log has not.
 *
 * The image is a stand-in: a program of a few pages and the stack, no linker
 * and no library; what the linker maps, the log shows.  A page fault that the
 * kernel resolved where the machine has nothing is in a part of the image that
 * is not known (the linker, the program's data): that page is mapped then.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"
#include "int.h"

#define K 1024

/* --------------------------------------------------------------- image --- */

static const struct {
	vm_prot_t prot;
	enum sim_seg_kind kind;
	uint32_t size;
} parts[] = {
	{ VM_PROT_READ, SIM_SEG_FILE, 32 * K },
	{ VM_PROT_READ | VM_PROT_EXEC, SIM_SEG_FILE, 96 * K },
	{ VM_PROT_READ | VM_PROT_WRITE, SIM_SEG_FILE, 8 * K },
	{ VM_PROT_READ | VM_PROT_WRITE, SIM_SEG_ANON, 16 * K },
};

struct sim_segment *
wl_bsd_image(const struct wl_replay *r, const char *path, size_t *n)
{
	const struct pmap_geometry *arch = r->m->config.arch;
	struct sim_segment *seg = calloc(NELEM(parts), sizeof(*seg));
	vaddr_t at = arch->ptr_size == 4 ? r->sys->text32 : r->sys->text;
	uint64_t offset = 0;

	*n = NELEM(parts);
	if (at < arch->user_min)
		at += arch->user_min;
	at = pg_round(r->m, at);
	for (size_t i = 0; i < NELEM(parts) && seg != NULL; i++) {
		seg[i] = (struct sim_segment){ .start = at,
			.end = at + pg_round(r->m, parts[i].size),
			.prot = parts[i].prot,
			.kind = parts[i].kind };
		if (parts[i].kind == SIM_SEG_FILE) {
			seg[i].path = path;
			seg[i].offset = offset;
			offset += seg[i].end - at;
		}
		at = seg[i].end;
	}
	return seg;
}

/* --------------------------------------------------------------- break --- */

static void
set_break(struct wl_proc *proc, vaddr_t at)
{
	struct vmspace *vs = proc->sim->vmspace;

	vs->vm_daddr = pg_round(&vs->vm_map, at);
	vs->vm_dsize = 0;
	proc->sim->brk_start = proc->sim->brk = at;
	proc->brk_known = true;
}

/*
 * FreeBSD's break(2) answers with the break, so that break(0) tells it.  Else
 * the heap is taken to begin with the page that the first call asks for.
 */
bool
wl_break_learn(struct wl_replay *r, struct wl_proc *proc, uint64_t want,
    uint64_t at)
{
	const struct vm_map *map = &proc->sim->vmspace->vm_map;

	if (proc->brk_known)
		return want == 0;
	if (want == 0 || want > vm_map_max(map)) {
		if (at != 0 && at < vm_map_max(map))
			set_break(proc, at);
	} else {
		set_break(proc, pg_trunc(map, want - 1));
	}
	wl_brk_share(r, proc);
	return want == 0;
}

/* --------------------------------------------------------------- fault --- */

static vm_prot_t
type_of(int prot)
{
	if (prot & VM_PROT_WRITE)
		return VM_PROT_WRITE;
	return prot & VM_PROT_EXEC ? VM_PROT_EXEC : VM_PROT_READ;
}

/* A page of the image that nobody has shown before. */
static void
map_unseen(struct wl_replay *r, struct process *p, vaddr_t va)
{
	struct sim_call call = { .no = SIM_SYS_MMAP,
		.arg = { va, pg_size(r->m), VM_PROT_ALL,
		    r->sys->map_anon | 0x12, UINT64_MAX, 0 } };

	if (r->sys->personality == &sim_openbsd) /* W^X */
		call.arg[2] = VM_PROT_READ | VM_PROT_WRITE;
	(void)sim_syscall(r->m, p, &call, NULL);
}

void
wl_replay_fault(struct wl_replay *r, struct wl_task *t,
    const struct wl_callrec *rec)
{
	struct process *p = t->proc->sim;
	const struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t va = pg_trunc(r->m, rec->ret);
	struct sim_signal sig = { .err = 0 };
	vm_prot_t type = type_of(rec->value);
	int err;

	if (va < vm_map_min(map) || va >= vm_map_max(map))
		return; /* the kernel's */
	r->stats->faults++;
	err = sim_access(r->m, p, va, 1, type, &sig);
	if (p->state != SIM_RUNNING)
		return; /* no memory: the machine has killed it */
	if (err == EFAULT && rec->err == 0 && t->proc->guessed) {
		r->stats->from_log++;
		map_unseen(r, p, va);
		(void)sim_access(r->m, p, va, 1, type, &sig);
		return;
	}
	if ((err == 0) == (rec->err == 0) || t->proc->guessed)
		return;
	wl_replay_say(r, WL_REPLAY_DIVERGENCE, rec->line,
	    "pid %d: a page fault at 0x%" PRIx64
	    ": the kernel said %s, the machine %s",
	    t->proc->pid, rec->ret, rec->err == 0 ? "good" : "no",
	    err == 0 ? "good" : sim_errname(err));
}

/* -------------------------------------------------------------- errors --- */

static const struct {
	enum sim_sysno no;
	int err;
} unseen[] = {
	{ SIM_SYS_MMAP, ENOMEM },
	{ SIM_SYS_MMAP, EACCES },
	{ SIM_SYS_MMAP, EPERM },
	{ SIM_SYS_MMAP, EAGAIN },
	{ SIM_SYS_MMAP, ENODEV },
	{ SIM_SYS_MMAP, ENXIO },
	{ SIM_SYS_MMAP, EIO },
	{ SIM_SYS_MMAP, ETXTBSY },
	{ SIM_SYS_MMAP, EOPNOTSUPP },
	{ SIM_SYS_MMAP, ENFILE },
	{ SIM_SYS_MMAP, EBADF },
	{ SIM_SYS_MUNMAP, ENOMEM },
	{ SIM_SYS_MUNMAP, EPERM },
	{ SIM_SYS_MPROTECT, ENOMEM },
	{ SIM_SYS_MPROTECT, EACCES },
	{ SIM_SYS_MPROTECT, EPERM },
	{ SIM_SYS_MINHERIT, EPERM },
	{ SIM_SYS_MADVISE, EPERM },
	{ SIM_SYS_MADVISE, EIO },
	{ SIM_SYS_MLOCK, ENOMEM },
	{ SIM_SYS_MLOCK, EAGAIN },
	{ SIM_SYS_MLOCK, EPERM },
	{ SIM_SYS_MLOCKALL, ENOMEM },
	{ SIM_SYS_MLOCKALL, EAGAIN },
	{ SIM_SYS_MLOCKALL, EPERM },
	{ SIM_SYS_MSYNC, EIO },
	{ SIM_SYS_MINCORE, EFAULT },
	{ SIM_SYS_MREMAP, ENOMEM },
	{ SIM_SYS_BRK, ENOMEM },
	{ SIM_SYS_SHMAT, EACCES },
	{ SIM_SYS_SHMAT, EPERM },
	{ SIM_SYS_SHMAT, EINVAL },
	{ SIM_SYS_SHMAT, EIDRM },
	{ SIM_SYS_SHMAT, ENOMEM },
	{ SIM_SYS_SHMAT, EMFILE },
};

bool
wl_accept_bsd(const struct wl_outcome *o)
{
	if (o->err == 0 || o->row->result == WL_RES_ID ||
	    o->row->no == SIM_SYS_SHMCTL || o->proc->guessed)
		return true;
	for (size_t i = 0; i < NELEM(unseen); i++)
		if (unseen[i].no == o->row->no && unseen[i].err == o->err)
			return true;
	return false;
}
