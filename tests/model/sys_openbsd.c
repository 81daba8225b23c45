/*
 * The model of OpenBSD's memory calls, from the reference "UVM semantics",
 * section 10 (columns O) and the map layer's 2.5 and 3.  Addresses without a
 * hint are random there, so the tests always give one.
 */
#include "sys_world.h"

#define SHARED 0x1u
#define PRIVATE 0x2u
#define FIXED 0x10u
#define NOREPLACE 0x800u
#define ANON 0x1000u
#define STACK 0x4000u
#define CONCEAL 0x8000u
#define KNOWN 0xfff7u

struct request {
	uint64_t addr, off, size, pageoff;
	uint32_t flags;
	struct model_map map;
};

/* Length or address wrap are EINVAL in every call. => false: they do */
static bool
align(const struct sys_args *c, vaddr_t *start, vaddr_t *end)
{
	uint64_t len = c->a[1], off = c->a[0] & (MODEL_PAGE - 1);

	if (len != 0 && model_round(len + off) < len)
		return false;
	return sys_range_size(c->a[0], len, start, end);
}

static bool
bad_prot(uint64_t prot, int *error)
{
	*error = (uint32_t)prot & ~7u ? EINVAL : (prot & 6) == 6 ? ENOTSUP : 0;
	return *error != 0;
}

static int
check_args(const struct sys_proc *p, const struct sys_args *c,
    struct request *r)
{
	int error;

	r->flags = (uint32_t)c->a[3];
	if (bad_prot(c->a[2], &error))
		return error;
	r->map.prot = c->a[2] & 7;
	if (r->flags & ~KNOWN ||
	    (r->flags & (SHARED | PRIVATE)) == (SHARED | PRIVATE) ||
	    (r->flags & (FIXED | NOREPLACE)) == NOREPLACE)
		return EINVAL;
	if (r->flags & STACK)
		return (r->flags & ~FIXED) != (ANON | PRIVATE | STACK) ||
			c->a[5] != 0 || (r->map.prot & 3) != 3 ?
		    EINVAL :
		    MODEL_SKIP;
	r->pageoff = c->a[5] & (MODEL_PAGE - 1);
	r->off = c->a[5] - r->pageoff;
	r->size = model_round(c->a[1] + r->pageoff);
	if (c->a[1] == 0 || r->size < c->a[1])
		return EINVAL;
	r->addr = c->a[0];
	if ((r->flags & FIXED) == 0)
		return 0;
	r->addr -= r->pageoff;
	return r->addr & (MODEL_PAGE - 1) || r->addr + r->size < r->addr ||
		!sys_inside(p, r->addr, r->addr + r->size) ?
	    EINVAL :
	    0;
}

static int
find_object(struct sys_proc *p, const struct sys_args *c, struct request *r)
{
	bool shared = (r->flags & SHARED) != 0;
	struct sys_fd fd;

	r->map.inherit = shared ? M_SHARE : M_COPY;
	r->map.cow = !shared;
	r->map.maxprot = 7;
	if (r->flags & ANON)
		return (int32_t)c->a[4] != -1 || r->flags & 0x2000u ? EINVAL :
								      0;
	if (!sys_fd(p, c->a[4], &fd))
		return EBADF;
	if (r->off + r->size < r->off)
		return EINVAL;
	if ((r->map.prot & VM_PROT_READ && (fd.mode & VM_PROT_READ) == 0) ||
	    (shared && r->map.prot & VM_PROT_WRITE &&
		(fd.mode & VM_PROT_WRITE) == 0))
		return EACCES;
	r->map.maxprot = VM_PROT_EXEC | (fd.mode & VM_PROT_READ) |
	    (shared ? fd.mode & VM_PROT_WRITE : VM_PROT_WRITE);
	r->map.object = fd.object;
	r->map.pindex = (uint32_t)model_atop(r->off);
	return (r->map.prot & ~r->map.maxprot) != 0 ? EACCES : 0;
}

static int
place(struct sys_proc *p, struct request *r)
{
	vaddr_t hint = model_round(r->addr);

	if (hint == 0 || model_at(p->space->pages, hint) == NULL)
		return MODEL_SKIP;
	r->addr = sys_first_fit(p, hint, r->size, 0, false);
	return r->addr == 0 ? MODEL_SKIP : 0;
}

static int
openbsd_mmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct request r = { 0 };
	int error;

	if ((error = check_args(p, c, &r)) != 0 ||
	    (error = find_object(p, c, &r)) != 0)
		return error;
	if (r.flags & FIXED) {
		if (!sys_modelled(p, r.addr, r.addr + r.size))
			return MODEL_SKIP;
		if (r.flags & NOREPLACE &&
		    !model_is_free(p->space->pages, r.addr, r.addr + r.size))
			return ENOMEM;
	} else if (place(p, &r) != 0) {
		return MODEL_SKIP;
	}
	if (c->dry)
		return 0;
	(void)model_map(p->space->pages, r.addr, r.addr + r.size, &r.map, true);
	if (p->space->future && r.map.prot != 0 &&
	    (error = sys_wire(p, r.addr, r.addr + r.size)) != 0) {
		model_unmap(p->space->pages, r.addr, r.addr + r.size);
		return error;
	}
	*ret = r.addr + r.pageoff;
	return 0;
}

/* The whole range must be mapped. */
static int
openbsd_munmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!align(c, &start, &end) || !sys_inside(p, start, end))
		return EINVAL;
	if (start == end)
		return 0;
	if (model_hole(p->space->pages, start, end) != end)
		return EINVAL;
	model_unmap(p->space->pages, start, end);
	return 0;
}

/* Ranges outside the map are the map layer's to judge: left open here. */
static bool
is_inside(const struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	return start != end && sys_inside(p, start, end);
}

static int
openbsd_mprotect(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;
	int error;

	(void)ret;
	if (bad_prot(c->a[2], &error))
		return error;
	if (!align(c, &start, &end))
		return EINVAL;
	if (!is_inside(p, start, end) || p->space->future)
		return MODEL_SKIP;
	return model_protect(p->space->pages, start, end, c->a[2] & 7, false);
}

/* ZERO wants memory that may be written. */
static int
openbsd_minherit(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct model_space *s = p->space->pages;
	vaddr_t start, end;

	(void)ret;
	if (!align(c, &start, &end) || c->a[2] > 3)
		return EINVAL;
	for (vaddr_t va = start;
	     c->a[2] == 3 && va < end && va - start < model_ptoa(1000);
	     va += MODEL_PAGE) {
		const struct model_page *q = model_at(s, va);

		if (q != NULL && q->cell != NULL &&
		    (q->prot & VM_PROT_WRITE) == 0)
			return EPERM;
	}
	model_inherit(s, start, end, (uint8_t)c->a[2]);
	return 0;
}

static int
openbsd_madvise(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!align(c, &start, &end))
		return EINVAL;
	if (c->a[2] > 6 || c->a[2] == 5)
		return EINVAL;
	if (!is_inside(p, start, end))
		return MODEL_SKIP;
	switch (c->a[2]) {
	case 0:
	case 1:
	case 2:
		model_advice(p->space->pages, start, end, (uint8_t)c->a[2]);
		return 0;
	case 3: return 0;
	default:
		if (model_hole(p->space->pages, start, end) == end)
			for (vaddr_t va = start; va < end; va += MODEL_PAGE)
				if (c->a[2] == 6 &&
				    model_at(p->space->pages, va)->wired > 0)
					return MODEL_SKIP;
		return model_clean(p->space->pages, start, end,
		    c->a[2] == 4 ? M_DEACTIVATE : M_FREE);
	}
}

static int
openbsd_msync(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t flags = c->a[2];
	vaddr_t start, end;

	(void)ret;
	if (flags == 0 || flags & ~(uint64_t)7 || (flags & 3) == 3)
		return EINVAL;
	if (!align(c, &start, &end))
		return EINVAL;
	if (!is_inside(p, start, end))
		return MODEL_SKIP;
	for (vaddr_t va = start; flags & 4 && va < end; va += MODEL_PAGE) {
		const struct model_page *q = model_at(p->space->pages, va);

		if (q != NULL && q->wired > 0)
			return MODEL_SKIP;
	}
	return model_clean(p->space->pages, start, end,
	    M_CLEANIT | (flags & 4 ? M_FREE : 0));
}

/* PROT_NONE is passed over; every failure is ENOMEM. */
static int
openbsd_mlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!align(c, &start, &end))
		return EINVAL;
	if (!is_inside(p, start, end))
		return MODEL_SKIP;
	if (model_hole(p->space->pages, start, end) != end)
		return ENOMEM;
	return model_pageable(p->space->pages, start, end, true, true) != 0 ?
	    ENOMEM :
	    0;
}

static int
openbsd_munlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!align(c, &start, &end))
		return EINVAL;
	if (!is_inside(p, start, end))
		return MODEL_SKIP;
	if (model_hole(p->space->pages, start, end) != end)
		return ENOMEM;
	return model_pageable(p->space->pages, start, end, false, true);
}

static int
openbsd_mlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t how = c->a[0];

	(void)ret;
	if (how == 0 || how & ~(uint64_t)3)
		return EINVAL;
	if (how & 2)
		p->space->future = true;
	if ((how & 1) == 0)
		return 0;
	return model_pageable(p->space->pages, 0, p->world->max, true, true) !=
		0 ?
	    EAGAIN :
	    0;
}

static int
openbsd_munlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	(void)c, (void)ret;
	p->space->future = false;
	return model_pageable(p->space->pages, 0, p->world->max, false, true);
}

static int
openbsd_brk(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	static const struct model_map heap = { .prot = 3,
		.maxprot = 7,
		.inherit = M_COPY,
		.cow = true };
	vaddr_t old = p->space->brk, new = model_round(c->a[0]);

	if (new < p->world->brk_base || p->space->future)
		return MODEL_SKIP;
	if (new > old &&
	    model_map(p->space->pages, old, new, &heap, false) != 0)
		return ENOMEM;
	if (new < old)
		model_unmap(p->space->pages, new, old);
	p->space->brk = new;
	*ret = 0;
	return 0;
}

static int
openbsd_shmat(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct sys_world *w = p->world;
	struct model_map m = { .inherit = M_SHARE, .advice = M_RANDOM };
	uint64_t addr = c->a[1], flags = c->a[2];
	unsigned seg = 0;
	vsize_t size;

	while (seg < SYS_SHMS && (uint64_t)w->shmid[seg] != c->a[0])
		seg++;
	if (seg == SYS_SHMS)
		return EINVAL;
	size = model_round(w->shm[seg].size);
	if (p->nattach == NELEM(p->attach) || addr == 0)
		return MODEL_SKIP;
	if (flags & 020000)
		addr = model_trunc(addr);
	else if (addr & (MODEL_PAGE - 1))
		return EINVAL;
	if (!sys_modelled(p, addr, addr + size) ||
	    !model_is_free(p->space->pages, addr, addr + size) ||
	    p->space->future)
		return MODEL_SKIP;
	if (c->dry)
		return 0;
	m.object = &w->shm[seg];
	m.prot = m.maxprot = flags & 010000 ? 1 : 3;
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
	ANON,
	FIXED,
	ANON | FIXED,
	ANON | PRIVATE | FIXED | NOREPLACE,
	CONCEAL | ANON | PRIVATE,
	SHARED | PRIVATE,
	0,
	NOREPLACE | ANON,
	0x10000 | ANON,
	0x2000 | ANON,
	STACK | ANON | SHARED,
	~(uint64_t)0,
};

const struct sys_system sys_openbsd = {
	.real = &sim_openbsd,
	.call = {
		[S_MMAP] = openbsd_mmap, [S_MUNMAP] = openbsd_munmap,
		[S_MPROTECT] = openbsd_mprotect,
		[S_MINHERIT] = openbsd_minherit,
		[S_MADVISE] = openbsd_madvise, [S_MLOCK] = openbsd_mlock,
		[S_MUNLOCK] = openbsd_munlock,
		[S_MLOCKALL] = openbsd_mlockall,
		[S_MUNLOCKALL] = openbsd_munlockall,
		[S_MSYNC] = openbsd_msync, [S_BRK] = openbsd_brk,
		[S_SHMAT] = openbsd_shmat, [S_SHMDT] = sys_shmdt,
	},
	.mapflags = mapflags, .advice_free = 6, .needs_place = true,
};
