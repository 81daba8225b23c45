/*
 * The model of FreeBSD's memory calls, from the reference "FreeBSD mincore ...
 * system calls", sections 3 to 6 and 9.
 */
#include "sys_world.h"

#define SHARED 0x1u
#define PRIVATE 0x2u
#define FIXED 0x10u
#define STACK 0x400u
#define ANON 0x1000u
#define GUARD 0x2000u
#define EXCL 0x4000u
#define NOCORE 0x20000u
#define KNOWN \
	(SHARED | PRIVATE | FIXED | 0x200u | STACK | 0x800u | ANON | GUARD | \
	    EXCL | NOCORE | 0x40000u | 0x80000u | 0xff000000u)

#define TEXT 0x10000000u /* of the program */

struct request {
	uint64_t addr, off, size, pageoff;
	uint32_t flags;
	uint8_t prot, max;
	bool max_given;
	struct model_map map;
};

/* Checks 1 to 10 of section 3.1. */
static int
check_args(const struct sys_args *c, struct request *r)
{
	uint32_t prot = (uint32_t)c->a[2];
	int32_t fd = (int32_t)c->a[4];

	if (prot & ~0x70007u)
		return EINVAL;
	r->prot = prot & 7;
	r->max = prot >> 16 & 7;
	r->max_given = r->max != 0;
	if (r->max_given && (r->prot & ~r->max) != 0)
		return ENOTSUP;
	if (!r->max_given)
		r->max = 7;
	r->flags = (uint32_t)c->a[3] & ~0x60u;
	r->off = c->a[5];
	if (c->a[1] == 0 || (r->flags & ANON && (fd != -1 || r->off != 0)))
		return EINVAL;
	if (r->flags & STACK && (fd != -1 || (r->prot & 3) != 3))
		return EINVAL;
	if (r->flags & ~KNOWN)
		return EINVAL;
	if ((r->flags & (EXCL | FIXED)) == EXCL ||
	    (r->flags & (SHARED | PRIVATE)) == (SHARED | PRIVATE))
		return EINVAL;
	if (r->flags & GUARD &&
	    (r->prot != 0 || fd != -1 || r->off != 0 ||
		r->flags & ~(FIXED | GUARD | EXCL | 0x80000u | 0xff000000u)))
		return EINVAL;
	r->pageoff = r->off & (MODEL_PAGE - 1);
	r->off -= r->pageoff;
	r->size = model_round(c->a[1] + r->pageoff);
	return c->a[1] > r->size ? ENOMEM : 0;
}

static int
check_addr(const struct sys_proc *p, const struct sys_args *c,
    struct request *r)
{
	uint32_t align = r->flags >> 24;

	if (align > 1 && (align < model_shift || align >= 64))
		return EINVAL;
	r->addr = c->a[0];
	if (r->flags & FIXED) {
		r->addr -= r->pageoff;
		if (r->addr & (MODEL_PAGE - 1) || r->addr + r->size < r->addr ||
		    !sys_inside(p, r->addr, r->addr + r->size))
			return EINVAL;
	}
	return 0;
}

static int
find_object(struct sys_proc *p, const struct sys_args *c, struct request *r)
{
	struct sys_fd fd;

	r->map.inherit = r->flags & SHARED ? M_SHARE : M_COPY;
	r->map.cow = (r->flags & SHARED) == 0;
	if (r->flags & GUARD) {
		r->map.blank = true;
		r->map.cow = false;
		r->prot = r->max = 0;
		return 0;
	}
	if (r->flags & ANON)
		return 0;
	if (!sys_fd(p, c->a[4], &fd))
		return EBADF;
	if ((r->flags & (SHARED | PRIVATE)) == 0)
		return EINVAL;
	if (r->prot & VM_PROT_READ && (fd.mode & VM_PROT_READ) == 0)
		return EACCES;
	if (r->flags & SHARED && r->prot & VM_PROT_WRITE &&
	    (fd.mode & VM_PROT_WRITE) == 0)
		return EACCES;
	r->max &= VM_PROT_EXEC | (fd.mode & VM_PROT_READ) |
	    (r->map.cow ? VM_PROT_WRITE : fd.mode & VM_PROT_WRITE);
	r->map.object = fd.object;
	r->map.pindex = (uint32_t)model_atop(r->off);
	return r->off > INT64_MAX - r->size ? EINVAL : 0;
}

/* Section 3.3; addresses outside the arenas are not modelled. */
static int
place(struct sys_proc *p, const struct sys_args *c, struct request *r)
{
	bool cluster = r->flags & ANON && (r->flags & SHARED) == 0 &&
	    r->prot != 0 && model_round(c->a[0]) == 0;
	uint32_t n = r->flags >> 24;
	vsize_t align = n > 1 ? (vsize_t)1 << n : 0;
	vaddr_t hint = model_round(r->addr);

	if (c->place != 0 &&
	    model_is_free(p->space->pages, c->place, c->place + r->size)) {
		if (model_at(p->space->pages, c->place + r->size - 1) == NULL)
			return MODEL_SKIP;
		r->addr = c->place;
	} else {
		if (hint == 0)
			hint = cluster ? p->anon_loc : p->world->base;
		else if (r->addr >= TEXT && r->addr < p->world->base)
			hint = p->world->base;
		r->addr = sys_first_fit(p, hint, r->size, align, false);
		if (r->addr == 0)
			return MODEL_SKIP;
	}
	if (cluster && !c->dry)
		p->anon_loc = r->addr + r->size;
	return 0;
}

static int
freebsd_mmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct request r = { 0 };
	int error;

	if ((error = check_args(c, &r)) != 0 ||
	    (error = check_addr(p, c, &r)) != 0 ||
	    (error = find_object(p, c, &r)) != 0)
		return error;
	if (r.flags & FIXED) {
		if (!sys_modelled(p, r.addr, r.addr + r.size))
			return MODEL_SKIP;
		if (r.flags & EXCL &&
		    !model_is_free(p->space->pages, r.addr, r.addr + r.size))
			return ENOMEM;
	} else if ((error = place(p, c, &r)) != 0) {
		return error;
	}
	if (c->dry)
		return 0;
	r.map.flags = r.flags & NOCORE ? UVM_MAP_NOCORE : 0;
	r.map.prot = r.prot;
	r.map.maxprot = r.max;
	(void)model_map(p->space->pages, r.addr, r.addr + r.size, &r.map, true);
	if (p->space->future && !r.map.blank)
		(void)sys_wire(p, r.addr, r.addr + r.size);
	*ret = r.addr + r.pageoff;
	return 0;
}

static int
freebsd_munmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (c->a[1] == 0 || !sys_range_size(c->a[0], c->a[1], &start, &end) ||
	    !sys_inside(p, start, end))
		return EINVAL;
	model_unmap(p->space->pages, start, end);
	return 0;
}

/* A range cut to the map; it is empty when it lies outside. */
static void
clamp(const struct sys_proc *p, vaddr_t *start, vaddr_t *end)
{
	if (*start < p->world->min)
		*start = p->world->min;
	if (*end > p->world->max)
		*end = p->world->max;
	if (*start > *end)
		*start = *end;
}

/* Ranges of the calls that round the length. => false: it wraps */
static bool
clamped(const struct sys_proc *p, const struct sys_args *c, vaddr_t *start,
    vaddr_t *end)
{
	bool ok = sys_range_size(c->a[0], c->a[1], start, end);

	clamp(p, start, end);
	return ok;
}

static int
freebsd_mprotect(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint32_t prot = (uint32_t)c->a[2];
	uint8_t max = prot >> 16 & 7, need = (prot | prot >> 16) & 7;
	struct model_space *s = p->space->pages;
	vaddr_t start, end;

	(void)ret;
	if (prot & ~0x70007u || !sys_range_size(c->a[0], c->a[1], &start, &end))
		return EINVAL;
	if (start == end)
		return 0;
	clamp(p, &start, &end);
	if (max != 0 && (prot & 7 & ~max) != 0)
		return ENOTSUP;
	for (vaddr_t va = start; va < end; va += MODEL_PAGE) {
		const struct model_page *q = model_at(s, va);

		if (q != NULL && q->cell != NULL && !q->blank &&
		    (need & ~q->maxprot) != 0)
			return EACCES;
	}
	if (max != 0)
		(void)model_protect(s, start, end, max, true);
	return model_protect(s, start, end, prot & 7, false);
}

static int
freebsd_minherit(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct model_space *s = p->space->pages;
	uint32_t how = (uint32_t)c->a[2];
	vaddr_t start, end;

	(void)ret;
	if (!clamped(p, c, &start, &end) || how > 3)
		return EINVAL;
	for (vaddr_t va = start; va < end; va += MODEL_PAGE) {
		const struct model_page *q = model_at(s, va);

		if (q != NULL && (how != M_ZERO || !q->blank))
			model_inherit(s, va, va + MODEL_PAGE, (uint8_t)how);
	}
	return 0;
}

static int
freebsd_madvise(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t from = c->a[0], to = from + c->a[1];
	uint32_t advice = (uint32_t)c->a[2];

	(void)ret;
	if (advice == 10)
		return MODEL_SKIP;
	if (to < from || from < p->world->min || to > p->world->max)
		return EINVAL;
	if (advice > 9)
		return EINVAL;
	if (advice <= 2)
		model_advice(p->space->pages, model_trunc(from),
		    model_round(to), (uint8_t)advice);
	if (advice == 8 || advice == 9)
		model_flags(p->space->pages, model_trunc(from), model_round(to),
		    advice == 8 ? UVM_MAP_NOCORE : 0,
		    advice == 9 ? UVM_MAP_NOCORE : 0);
	return 0;
}

/* NOHOLES: every page mapped and readable or executable. */
static bool
wirable(struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	for (; start < end; start += MODEL_PAGE) {
		const struct model_page *q = model_at(p->space->pages, start);

		if (q == NULL || q->cell == NULL || (q->prot & 5) == 0)
			return false;
	}
	return true;
}

static int
freebsd_mlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!sys_range(c->a[0], c->a[1], &start, &end))
		return c->a[0] == 0 ? MODEL_ANY : EINVAL;
	if (start == end)
		return 0;
	clamp(p, &start, &end);
	if (start == end || !wirable(p, start, end) ||
	    model_pageable(p->space->pages, start, end, true, true) != 0)
		return ENOMEM;
	return 0;
}

static int
freebsd_munlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!sys_range(c->a[0], c->a[1], &start, &end))
		return c->a[0] == 0 ? MODEL_ANY : EINVAL;
	if (start == end)
		return 0;
	clamp(p, &start, &end);
	if (start == end || model_hole(p->space->pages, start, end) != end)
		return ENOMEM;
	return model_pageable(p->space->pages, start, end, false, true);
}

static int
freebsd_mlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct model_space *s = p->space->pages;
	uint32_t how = (uint32_t)c->a[0];

	(void)ret;
	if (how == 0 || how & ~3u)
		return EINVAL;
	for (unsigned i = 0; how & 1 && i < s->layout->npages; i++)
		if (s->page[i].cell != NULL && s->page[i].prot == 2)
			return MODEL_SKIP; /* unreadable: skipped there */
	if (how & 2)
		p->space->future = true;
	if (how & 1 && model_pageable(s, 0, p->world->max, true, true) != 0)
		return EAGAIN;
	return 0;
}

static int
freebsd_munlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	(void)c, (void)ret;
	p->space->future = false;
	return model_pageable(p->space->pages, 0, p->world->max, false, true);
}

static int
freebsd_msync(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct model_page *first;
	vaddr_t start, end;
	uint32_t flags = (uint32_t)c->a[2];
	int error;

	(void)ret;
	if (!clamped(p, c, &start, &end) || (flags & 3) == 3)
		return EINVAL;
	first = model_at(p->space->pages, start);
	if (first == NULL || first->cell == NULL)
		return ENOMEM;
	if (start == end)
		return MODEL_SKIP; /* the whole entry, unknown here */
	error = model_clean(p->space->pages, start, end,
	    M_CLEANIT | (flags & 2 ? M_FREE : 0));
	return error == EFAULT ? ENOMEM : error;
}

/* break(2): never below the start of the data; the heap is never executable
 * but may become so. */
static int
freebsd_brk(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	static const struct model_map heap = { .prot = 3,
		.maxprot = 7,
		.inherit = M_COPY,
		.cow = true };
	vaddr_t old = p->space->brk, new = model_round(c->a[0]);

	if (new < p->world->brk_base)
		return MODEL_SKIP;
	if (new > old) {
		int error = model_map(p->space->pages, old, new, &heap, false);

		if (error != 0)
			return error;
		if (p->space->future)
			(void)sys_wire(p, old, new);
	} else {
		model_unmap(p->space->pages, new, old);
	}
	*ret = p->space->brk = new;
	return 0;
}

static int
freebsd_shmat(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
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
	if (p->nattach == NELEM(p->attach))
		return MODEL_SKIP;
	if (addr != 0) {
		if (flags & 020000)
			addr = model_trunc(addr);
		else if (addr & (MODEL_PAGE - 1))
			return EINVAL;
		if (model_at(p->space->pages, addr) == NULL ||
		    model_at(p->space->pages, addr + size - 1) == NULL)
			return MODEL_SKIP;
		if ((flags & 040000) == 0 &&
		    !model_is_free(p->space->pages, addr, addr + size))
			return ENOMEM;
	} else if (c->place != 0 ||
	    (addr = sys_first_fit(p, w->base, size, 0, false)) == 0) {
		return MODEL_SKIP;
	}
	if (c->dry)
		return 0;
	m.object = &w->shm[seg];
	m.prot = m.maxprot = flags & 010000 ? 1 : 3;
	(void)model_map(p->space->pages, addr, addr + size, &m, true);
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
	GUARD | FIXED,
	ANON,
	FIXED | EXCL | ANON | PRIVATE,
	ANON | PRIVATE | 14u << 24,
	PRIVATE | NOCORE | FIXED,
	ANON | PRIVATE | 13u << 24,
	SHARED | PRIVATE,
	EXCL | ANON,
	FIXED,
	0,
	0x8000 | ANON,
	ANON | PRIVATE | 5u << 24,
	GUARD | ANON,
	GUARD | FIXED | EXCL,
	~(uint64_t)0,
};

const struct sys_system sys_freebsd = {
	.real = &sim_freebsd,
	.call = {
		[S_MMAP] = freebsd_mmap, [S_MUNMAP] = freebsd_munmap,
		[S_MPROTECT] = freebsd_mprotect,
		[S_MINHERIT] = freebsd_minherit,
		[S_MADVISE] = freebsd_madvise, [S_MLOCK] = freebsd_mlock,
		[S_MUNLOCK] = freebsd_munlock,
		[S_MLOCKALL] = freebsd_mlockall,
		[S_MUNLOCKALL] = freebsd_munlockall,
		[S_MSYNC] = freebsd_msync, [S_BRK] = freebsd_brk,
		[S_SHMAT] = freebsd_shmat, [S_SHMDT] = sys_shmdt,
	},
	.mapflags = mapflags,
	.advice_free = UINT64_MAX, /* it drops nothing at once */
	.wired_once = true,
	.flags = UVM_MAP_NOCORE,
};
