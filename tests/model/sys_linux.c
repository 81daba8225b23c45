/*
 * The model of Linux's memory calls, from the manual pages mmap(2), munmap(2),
 * mprotect(2), madvise(2), mlock(2), msync(2), brk(2), shmop(2).  Partial
 * effects that they document (up to a hole) are modelled.  mremap(2) is in
 * sys_linux_mremap.c.
 */
#include "sys_linux.h"

#define SHARED 0x1u
#define PRIVATE 0x2u
#define FIXED 0x10u
#define ANON 0x20u
#define GROWSDOWN 0x100u
#define LOCKED 0x2000u
#define NOREPLACE 0x100000u
#define TYPE 0xfu

struct request {
	uint64_t addr, size;
	uint32_t flags;
	struct model_map map;
};

static int
find_object(struct sys_proc *p, const struct sys_args *c, struct request *r)
{
	uint32_t type = r->flags & TYPE;
	struct sys_fd fd;

	r->map.inherit = type == PRIVATE ? M_COPY : M_SHARE;
	r->map.cow = type == PRIVATE;
	r->map.maxprot = 7;
	if (r->flags & ANON)
		return (type != SHARED && type != PRIVATE) ||
			(type == SHARED && r->flags & GROWSDOWN) ?
		    EINVAL :
		    0;
	(void)sys_fd(p, c->a[4], &fd);
	if (type == 3 && r->flags & ~0x17fu)
		return MODEL_SKIP;
	if (type == SHARED || type == 3) {
		if (c->a[2] & VM_PROT_WRITE && (fd.mode & VM_PROT_WRITE) == 0)
			return EACCES;
		if ((fd.mode & VM_PROT_WRITE) == 0)
			r->map.maxprot = 5;
	} else if (type != PRIVATE) {
		return EINVAL;
	}
	if ((fd.mode & VM_PROT_READ) == 0)
		return EACCES;
	r->map.object = fd.object;
	r->map.pindex = (uint32_t)model_atop(c->a[5]);
	return r->flags & GROWSDOWN ? EINVAL : 0;
}

static int
place(struct sys_proc *p, const struct sys_args *c, struct request *r)
{
	vaddr_t hint = model_trunc(r->addr), size = r->size;
	struct model_space *s = p->space->pages;

	if (r->flags & (FIXED | NOREPLACE)) {
		if (size > p->world->max || r->addr > p->world->max - size)
			return ENOMEM;
		if (r->addr & (MODEL_PAGE - 1))
			return EINVAL;
		if (!sys_modelled(p, r->addr, r->addr + size))
			return MODEL_SKIP;
		return r->flags & NOREPLACE &&
			!model_is_free(s, r->addr, r->addr + size) ?
		    EEXIST :
		    0;
	}
	if (size > p->world->max)
		return ENOMEM;
	if (c->place != 0)
		return MODEL_SKIP;
	if (hint != 0) {
		if (!sys_modelled(p, hint, hint + size))
			return MODEL_SKIP;
		if (model_is_free(s, hint, hint + size)) {
			r->addr = hint;
			return 0;
		}
	}
	r->addr = sys_linux_place(p, size);
	return r->addr == 0 ? MODEL_SKIP : 0;
}

vaddr_t
sys_linux_place(struct sys_proc *p, vsize_t size)
{
	if (size > model_ptoa(SYS_ARENA))
		return 0;
	return sys_first_fit(p, p->world->base + MODEL_PAGE - size, size, 0,
	    true);
}

static int
linux_mmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct request r = { .addr = c->a[0], .flags = (uint32_t)c->a[3] };
	struct sys_fd fd;
	int error;

	if (c->a[5] & (MODEL_PAGE - 1))
		return EINVAL;
	if ((r.flags & ANON) == 0 && !sys_fd(p, c->a[4], &fd))
		return EBADF;
	if (c->a[1] == 0)
		return EINVAL;
	r.size = model_round(c->a[1]);
	if (r.size == 0)
		return ENOMEM;
	if ((error = place(p, c, &r)) != 0 ||
	    (error = find_object(p, c, &r)) != 0)
		return error;
	if (c->dry)
		return 0;
	r.map.prot = c->a[2] & 7;
	(void)model_map(p->space->pages, r.addr, r.addr + r.size, &r.map, true);
	if (p->space->future || r.flags & LOCKED)
		sys_linux_lock(p, r.addr, r.addr + r.size);
	*ret = r.addr;
	return 0;
}

void
sys_linux_lock(struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	model_flags(p->space->pages, start, end, LINUX_LOCKED, 0);
}

void
sys_linux_cut(struct sys_world *w, const struct model_object *o)
{
	for (unsigned i = 0; i < SYS_PROCS; i++) {
		struct sys_proc *p = &w->proc[i];

		if (p->real == NULL)
			continue;
		for (unsigned k = 0; k < w->layout.npages; k++) {
			struct model_page *q = &p->space->pages->page[k];

			if (q->cell != NULL && q->cow && q->object == o &&
			    model_past_end(q))
				q->cell->set = false;
		}
		/* Nor are they wired any more. */
		compare_adopt_wired(&p->real->vmspace->vm_map, p->space->pages);
	}
}

static bool
is_locked(const struct model_page *q)
{
	return (q->flags & LINUX_LOCKED) != 0;
}

static int
linux_munmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t start = c->a[0], len = model_round(c->a[1]);

	(void)ret;
	if (start & (MODEL_PAGE - 1) || start > p->world->max ||
	    c->a[1] > p->world->max - start || len == 0)
		return EINVAL;
	model_unmap(p->space->pages, start, start + len);
	return 0;
}

static int
linux_mprotect(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t va = c->a[0], end = va + model_round(c->a[1]);
	uint64_t prot = c->a[2];

	(void)ret;
	if (va & (MODEL_PAGE - 1))
		return EINVAL;
	if (c->a[1] == 0)
		return 0;
	if (end <= va)
		return ENOMEM;
	if (prot & ~(uint64_t)15)
		return EINVAL;
	for (; va < end; va += MODEL_PAGE) {
		struct model_page *q = model_at(p->space->pages, va);

		if (q == NULL || q->cell == NULL)
			return ENOMEM;
		if (prot & 7 & ~q->maxprot)
			return EACCES;
		q->prot = prot & 7;
	}
	return 0;
}

/* One page of madvise. => errno */
static int
advise_page(struct model_page *q, uint64_t advice)
{
	switch (advice) {
	case 0:
	case 1:
	case 2: q->advice = (uint8_t)advice; return 0;
	case 4:
		if (is_locked(q))
			return EINVAL;
		if (q->cow)
			q->cell->set = false;
		return 0;
	case 8:
		return is_locked(q) || q->object != NULL || !q->cow ? EINVAL :
								      0;
	default: return 0;
	}
}

static int
linux_madvise(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t va = c->a[0], end = va + model_round(c->a[1]);
	uint64_t advice = c->a[2];
	int error = 0;

	(void)ret;
	if ((advice > 4 && advice < 8) || advice > 25)
		return EINVAL;
	if (advice > 8)
		return MODEL_SKIP;
	if (va & (MODEL_PAGE - 1) || end < va ||
	    (c->a[1] != 0 && model_round(c->a[1]) == 0))
		return EINVAL;
	for (; va < end; va += MODEL_PAGE) {
		struct model_page *q = model_at(p->space->pages, va);

		if (q == NULL && va > p->world->base + model_ptoa(2))
			return ENOMEM;
		if (q == NULL || q->cell == NULL) {
			error = ENOMEM;
			continue;
		}
		if (advise_page(q, advice) != 0)
			return EINVAL;
	}
	return error;
}

/* Can all pages before the first hole be brought in? => 0, ENOMEM, MODEL_ANY:
 * a page that was locked has lost its file since */
static int
populate(struct sys_proc *p, vaddr_t va, vaddr_t end)
{
	int error = 0;

	for (; va < end; va += MODEL_PAGE) {
		const struct model_page *q = model_at(p->space->pages, va);

		if (q->prot != 0 && (q->cell->set || !model_past_end(q)))
			continue;
		if (q->wired > 0)
			return MODEL_ANY;
		error = ENOMEM;
	}
	return error;
}

static int
linux_mlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end, hole;

	(void)ret;
	/* The manual says EINVAL when it wraps, the kernel goes on. */
	if (!sys_range(c->a[0], c->a[1], &start, &end))
		return MODEL_SKIP;
	if (c->dry)
		return 0;
	if (start == end)
		return 0;
	if (model_atop(end - start) > 1000)
		return MODEL_SKIP;
	hole = model_hole(p->space->pages, start, end);
	sys_linux_lock(p, start, hole);
	return hole != end ? ENOMEM : populate(p, start, end);
}

static int
linux_munlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end, hole;

	(void)ret;
	/* The manual says EINVAL when it wraps, the kernel goes on. */
	if (!sys_range(c->a[0], c->a[1], &start, &end))
		return MODEL_SKIP;
	if (c->dry)
		return 0;
	if (start == end)
		return 0;
	hole = model_hole(p->space->pages, start, end);
	model_flags(p->space->pages, start, hole, 0, LINUX_LOCKED);
	return hole != end ? ENOMEM : 0;
}

static int
linux_mlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t how = c->a[0];

	(void)ret;
	if (how == 0 || how & ~(uint64_t)7 || how == 4)
		return EINVAL;
	p->space->future = (how & 2) != 0;
	if (how & 1)
		sys_linux_lock(p, 0, p->world->max);
	return 0;
}

static int
linux_munlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	(void)c, (void)ret;
	p->space->future = false;
	model_flags(p->space->pages, 0, p->world->max, 0, LINUX_LOCKED);
	return 0;
}

static int
linux_msync(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t va = c->a[0], end = va + model_round(c->a[1]);
	uint64_t flags = c->a[2];
	bool hole = false;

	(void)ret;
	if (va & (MODEL_PAGE - 1) || (flags & 5) == 5)
		return EINVAL;
	if (c->a[1] != 0 && model_round(c->a[1]) == 0)
		return MODEL_ANY;
	if (end < va)
		return ENOMEM;
	for (; va < end; va += MODEL_PAGE) {
		const struct model_page *q = model_at(p->space->pages, va);

		if (q == NULL && va > p->world->base + model_ptoa(2))
			return ENOMEM;
		if (q == NULL || q->cell == NULL)
			hole = true;
		else if (flags & 2 && is_locked(q))
			return EBUSY;
	}
	return hole ? ENOMEM : 0;
}

/* The break never fails: it stays where it was, and is told. */
static int
linux_brk(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	static const struct model_map heap = { .prot = 3,
		.maxprot = 7,
		.inherit = M_COPY,
		.cow = true };
	struct model_space *s = p->space->pages;
	vaddr_t old = model_round(p->space->brk), new = model_round(c->a[0]);

	*ret = p->space->brk;
	if (c->a[0] < p->world->brk_base)
		return 0;
	if (new > old) {
		if (!model_is_free(s, old, new + MODEL_PAGE))
			return 0;
		(void)model_map(s, old, new, &heap, false);
		if (p->space->future)
			sys_linux_lock(p, old, new);
	} else if (new < old) {
		if (model_is_free(s, new, old))
			return MODEL_SKIP; /* versions differ */
		model_unmap(s, new, old);
	}
	*ret = p->space->brk = c->a[0];
	return 0;
}

static int
linux_shmat(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct sys_world *w = p->world;
	struct model_map m = { .inherit = M_SHARE };
	uint64_t addr = c->a[1], flags = c->a[2];
	unsigned seg = 0;
	vsize_t size;

	while (seg < SYS_SHMS && (uint64_t)w->shmid[seg] != c->a[0])
		seg++;
	if (seg == SYS_SHMS)
		return EINVAL;
	size = model_round(w->shm[seg].size);
	if (addr & (MODEL_PAGE - 1) && (flags & 020000) == 0)
		return EINVAL;
	addr = model_trunc(addr);
	if (p->space->future || p->nattach == NELEM(p->attach))
		return MODEL_SKIP;
	if (addr == 0) {
		if (c->a[1] != 0 || (addr = sys_linux_place(p, size)) == 0)
			return MODEL_SKIP;
	} else {
		if (!sys_modelled(p, addr, addr + size))
			return MODEL_SKIP;
		if (!model_is_free(p->space->pages, addr, addr + size))
			return EINVAL;
	}
	if (c->dry)
		return 0;
	m.object = &w->shm[seg];
	m.prot = flags & 010000 ? 1 : 3;
	m.maxprot = flags & 010000 ? 5 : 7;
	(void)model_map(p->space->pages, addr, addr + size, &m, false);
	sys_attached(p, seg, addr);
	*ret = addr;
	return 0;
}

static const uint64_t mapflags[] = {
	ANON | PRIVATE,
	ANON | PRIVATE | FIXED,
	ANON | SHARED,
	ANON | SHARED | FIXED,
	PRIVATE,
	PRIVATE | FIXED,
	SHARED,
	SHARED | FIXED,
	ANON | PRIVATE | NOREPLACE,
	ANON | PRIVATE | 0x4000u,
	ANON | PRIVATE | LOCKED,
	ANON,
	FIXED,
	SHARED | GROWSDOWN,
	0,
	3,
	NOREPLACE | FIXED | SHARED | ANON,
	~(uint64_t)0,
};

const struct sys_system sys_linux = {
	.real = &sim_linux,
	.call = {
		[S_MMAP] = linux_mmap, [S_MUNMAP] = linux_munmap,
		[S_MPROTECT] = linux_mprotect, [S_MADVISE] = linux_madvise,
		[S_MLOCK] = linux_mlock, [S_MUNLOCK] = linux_munlock,
		[S_MLOCKALL] = linux_mlockall,
		[S_MUNLOCKALL] = linux_munlockall, [S_MSYNC] = linux_msync,
		[S_BRK] = linux_brk, [S_SHMAT] = linux_shmat,
		[S_MREMAP] = sys_linux_mremap,
	},
	.mapflags = mapflags,
	.advice_free = 8,
	.topdown = true,
	.wired_once = true,
	.flags = LINUX_LOCKED,
};
