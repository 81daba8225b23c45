/*
 * kern.proc.*: who may look, and what is shown.
 *
 * Order of the tests (reference "FreeBSD API" 2.1):
 *
 *	the extra number -> the process -> may it be seen -> debugged ->
 *	in exec -> refuses tracing -> exiting
 *
 * A process looks at itself without being asked who it is.  Threads have no
 * ids here, so that a number beyond PID_MAX finds nobody.
 */
#include <stdlib.h>
#include <string.h>

#include "api/copy.h"
#include "api/include/freebsd/sys/proc.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/include/freebsd/sys/user.h"
#include "kinfo.h"
#include "layers.h"
#include "sysctl.h"

#define PID_MAX 99999
#define WINDOW ((size_t)1 << 20) /* bytes made writable at a time */
#define SPARE_PROCS 5            /* room for processes that start meanwhile */

_Static_assert(sizeof(struct kinfo_proc) == KINFO_PROC_SIZE, "kinfo_proc");
_Static_assert(offsetof(struct kinfo_proc, ki_pid) == 72, "ki_pid");
_Static_assert(offsetof(struct kinfo_proc, ki_size) == 256, "ki_size");
_Static_assert(offsetof(struct kinfo_proc, ki_comm) == 447, "ki_comm");
_Static_assert(offsetof(struct kinfo_proc, ki_tdev) == 560, "ki_tdev");
_Static_assert(sizeof(struct kinfo_vm_layout) == 184, "kinfo_vm_layout");

/* ---------------------------------------------------------- processes ---- */

/* The caller's own number, if it is a process of the machine; else 0. */
static int
own_pid(struct machine *m)
{
	const int pid = api_pid();

	return sim_process_bypid(m, pid) != NULL ? pid : 0;
}

/* A process by number; exited ones only for who wants them. */
static struct process *
lookup(struct machine *m, int pid, bool zombies)
{
	struct process *p = NULL;

	if (pid >= 0 && pid <= PID_MAX)
		p = sim_process_bypid(m, pid);
	return p != NULL && (zombies || p->state == SIM_RUNNING) ? p : NULL;
}

static bool
is_visible(const struct machine *m, const struct process *p)
{
	return sysctl_is_root() || m->tunables.see_other_uids != 0 ||
	    p->uid == api_uid();
}

/* => 0 or errno: may the caller look into the process? */
static int
may_debug(struct machine *m, const struct process *p)
{
	const int own = own_pid(m);

	if (own != 0 && p->pid == own)
		return 0;
	if (!sysctl_is_root()) {
		if (m->tunables.unprivileged_proc_debug == 0)
			return EPERM;
		if (!is_visible(m, p))
			return ESRCH;
		if (p->uid != api_uid() || (own != 0 && p->gid != api_gid()) ||
		    p->pflags & SIM_P_SUGID)
			return EPERM;
	}
	if (p->pflags & SIM_P_INEXEC)
		return EBUSY;
	if (p->pflags & SIM_P_NOTRACE && !sysctl_is_root())
		return EPERM;
	return 0;
}

/* The process of the one extra number, to be looked into.  => 0 or errno */
static int
debugged(const struct sysctl_req *r, struct process **p)
{
	int error;

	if (r->narg != 1)
		return EINVAL;
	*p = lookup(r->m, r->arg[0], false);
	if (*p == NULL)
		return ESRCH;
	if ((error = may_debug(r->m, *p)) != 0)
		return error;
	return (*p)->pflags & SIM_P_WEXIT ? ESRCH : 0;
}

/* -------------------------------------------------------------- vmmap ---- */

struct window {
	struct api_vmmap out;
	size_t left; /* bytes of the buffer behind what is writable */
};

/* The next part of the caller's buffer that can be written. */
static bool
open_window(struct api_vmmap *out)
{
	struct window *w = out->ctx;
	size_t n = w->left < WINDOW ? w->left : WINDOW;

	out->room = api_writable(out->at, n);
	w->left = out->room == n ? w->left - n : 0;
	return out->room > 0;
}

int
sysctl_proc_vmmap(struct sysctl_req *r)
{
	struct window w = {
		.out = { .at = r->old, .more = open_window, .ctx = &w },
		.left = r->old != NULL ? r->oldlen : 0,
	};
	struct process *p;
	size_t want;
	int error;

	if ((error = debugged(r, &p)) != 0)
		return error;
	if ((error = api_freebsd_vmmap(r->m, p, &w.out)) != 0)
		return error;
	r->oldidx = w.out.total;
	if (r->old == NULL)
		return 0;
	want = w.out.total < r->oldlen ? w.out.total : r->oldlen;
	if ((size_t)(w.out.at - r->old) < want)
		return EFAULT;
	return w.out.total > r->oldlen ? ENOMEM : 0;
}

/* ------------------------------------------------- pathname, vm_layout --- */

int
sysctl_proc_pathname(struct sysctl_req *r)
{
	struct process *p;

	if (r->narg != 1)
		return EINVAL;
	p = lookup(r->m, r->arg[0] == -1 ? own_pid(r->m) : r->arg[0], false);
	if (p == NULL || (r->arg[0] == -1 && p->pid == 0) ||
	    !is_visible(r->m, p))
		return ESRCH;
	return p->image == NULL ? 0 :
				  sysctl_out(r, p->image, strlen(p->image) + 1);
}

/* The last entry of the map, if it is the shared page. */
static const struct vm_map_entry *
shared_page(const struct vm_map *map)
{
	const struct vm_map_entry *e = map->header.prev;

	return e != &map->header && e->etype & UVM_ET_OBJ &&
		e->object->pager == &phys_pager ?
	    e :
	    NULL;
}

int
sysctl_proc_layout(struct sysctl_req *r)
{
	struct kinfo_vm_layout kvm = { 0 };
	const struct vm_map_entry *shp;
	const struct vmspace *vs;
	struct process *p;
	int error = debugged(r, &p);

	if (error != 0)
		return error;
	vs = p->vmspace;
	shp = shared_page(&vs->vm_map);
	kvm.kvm_min_user_addr = vm_map_min(&vs->vm_map);
	kvm.kvm_max_user_addr = vm_map_max(&vs->vm_map);
	kvm.kvm_text_addr = vs->vm_taddr;
	kvm.kvm_text_size = pg_ptoa(r->m, vs->vm_tsize);
	kvm.kvm_data_addr = vs->vm_daddr;
	kvm.kvm_data_size = pg_ptoa(r->m, vs->vm_dsize);
	kvm.kvm_stack_addr = vs->vm_maxsaddr;
	kvm.kvm_stack_size = pg_ptoa(r->m, vs->vm_ssize);
	if (vs->vm_map.flags & VM_MAP_WIREFUTURE)
		kvm.kvm_map_flags |= KMAP_FLAG_WIREFUTURE;
	if (shp != NULL) {
		kvm.kvm_shp_addr = shp->start;
		kvm.kvm_shp_size = shp->end - shp->start;
	}
	return sysctl_out(r, &kvm, sizeof(kvm));
}

/* --------------------------------------------------------- kinfo_proc ---- */

static int64_t
flags_of(const struct process *p)
{
	static const struct {
		uint32_t ours;
		int64_t theirs;
	} flags[] = {
		{ SIM_P_SUGID, P_SUGID },
		{ SIM_P_INEXEC, P_INEXEC },
		{ SIM_P_WEXIT, P_WEXIT },
		{ SIM_P_PROTECTED, P_PROTECTED },
	};
	int64_t flag = P_INMEM;

	for (size_t i = 0; i < NELEM(flags); i++)
		if (p->pflags & flags[i].ours)
			flag |= flags[i].theirs;
	if (p->pid == 0)
		flag |= P_SYSTEM;
	return flag;
}

/* As much of the text as fits; what follows is zero already. */
static void
put_text(char *to, size_t size, const char *text)
{
	const size_t len = strlen(text);

	memcpy(to, text, len < size ? len : size - 1);
}

static const char *
emulation(const struct sim_personality *os)
{
	if (os == &sim_freebsd)
		return "FreeBSD ELF64";
	return os == &sim_linux ? "Linux ELF64" : os->name;
}

static void
fill_space(struct machine *m, struct kinfo_proc *ki, struct vmspace *vs)
{
	ki->ki_vmspace = sim_kva_map(m, &vs->vm_map);
	ki->ki_size = vs->vm_map.size;
	ki->ki_rssize = (int64_t)vs->vm_map.pmap->resident;
	ki->ki_tsize = (int64_t)vs->vm_tsize;
	ki->ki_dsize = (int64_t)vs->vm_dsize;
	ki->ki_ssize = (int64_t)vs->vm_ssize;
}

static void
fill_proc(struct machine *m, struct kinfo_proc *ki, const struct process *p)
{
	*ki = (struct kinfo_proc){
		.ki_structsize = sizeof(*ki),
		.ki_pid = p->pid,
		.ki_ppid = p->ppid,
		.ki_pgid = p->pid,
		.ki_tpgid = -1,
		.ki_sid = p->pid,
		.ki_tdev_freebsd11 = UINT32_MAX,
		.ki_tdev = UINT64_MAX,
		.ki_uid = p->uid,
		.ki_ruid = p->uid,
		.ki_svuid = p->uid,
		.ki_rgid = p->gid,
		.ki_svgid = p->gid,
		.ki_ngroups = 1,
		.ki_groups = { p->gid },
		.ki_xstat = (uint16_t)(p->exit_signal != 0 ?
			p->exit_signal :
			(p->exit_status & 0xff) << 8),
		.ki_flag = flags_of(p),
		.ki_stat = p->state == SIM_RUNNING ? SRUN : SZOMB,
		.ki_numthreads = 1,
		.ki_rusage = {
			.ru_minflt = (int64_t)p->minflt,
			.ru_majflt = (int64_t)p->majflt,
			.ru_nswap = (int64_t)p->nswap,
		},
	};
	put_text(ki->ki_comm, sizeof(ki->ki_comm), p->name);
	put_text(ki->ki_tdname, sizeof(ki->ki_tdname), p->name);
	put_text(ki->ki_emul, sizeof(ki->ki_emul), emulation(p->personality));
	if (p->vmspace != NULL)
		fill_space(m, ki, p->vmspace);
}

static int
out_proc(struct sysctl_req *r, const struct process *p)
{
	struct kinfo_proc ki;

	fill_proc(r->m, &ki, p);
	return sysctl_out(r, &ki, sizeof(ki));
}

int
sysctl_proc_pid(struct sysctl_req *r)
{
	const struct process *p;

	if (r->narg != 1)
		return EINVAL;
	p = lookup(r->m, r->arg[0], true);
	return p != NULL && is_visible(r->m, p) ? out_proc(r, p) : ESRCH;
}

static int
by_pid(const void *a, const void *b)
{
	const struct process *const *p = a, *const *q = b;

	return ((*p)->pid > (*q)->pid) - ((*p)->pid < (*q)->pid);
}

/* All processes by number, to be freed.  => NULL: no host memory */
static struct process **
sorted(const struct machine *m, size_t *n)
{
	struct process **list = calloc(HASH_COUNT(m->procs) + 1, sizeof(*list));
	struct process *p;

	*n = 0;
	if (list == NULL)
		return NULL;
	for (p = m->procs; p != NULL; p = p->hh.next)
		list[(*n)++] = p;
	qsort(list, *n, sizeof(*list), by_pid);
	return list;
}

/* Who only asks for the size is told of more processes than there are. */
int
sysctl_proc_all(struct sysctl_req *r)
{
	struct process **list;
	int error = 0;
	size_t n;

	if (r->narg > 1)
		return EINVAL;
	if ((list = sorted(r->m, &n)) == NULL)
		return ENOMEM;
	if (r->old == NULL)
		r->oldidx = SPARE_PROCS * sizeof(struct kinfo_proc);
	for (size_t i = 0; i < n && error == 0; i++)
		if (is_visible(r->m, list[i]))
			error = out_proc(r, list[i]);
	free(list);
	return error;
}
