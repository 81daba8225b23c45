/*
 * The model of NetBSD's memory calls, from the reference "UVM semantics",
 * section 10 (columns N), and the map layer's 2.3 and 3.
 */
#include "sys_world.h"

#define SHARED 0x1u
#define PRIVATE 0x2u
#define FIXED 0x10u
#define TRYFIXED 0x400u
#define WIRED 0x800u
#define ANON 0x1000u

struct request {
	uint64_t addr, off, size, pageoff;
	uint32_t flags;
	vsize_t align;
	struct model_map map;
};

/* Ranges of calls, checked first. => 0 or mmap's errno */
static int
range_test(const struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	if (start < p->world->min)
		return EINVAL;
	if (end > p->world->max)
		return EFBIG;
	return end < start ? EOVERFLOW : 0;
}

/* => the range is good for a call other than mmap */
static bool
range_ok(const struct sys_proc *p, const struct sys_args *c, vaddr_t *start,
    vaddr_t *end)
{
	(void)sys_range_size(c->a[0], c->a[1], start, end);
	return range_test(p, *start, *end) == 0;
}

static int
check_args(const struct sys_proc *p, const struct sys_args *c,
    struct request *r)
{
	int error;

	r->flags = (uint32_t)c->a[3];
	r->map.prot = c->a[2] & 7;
	if ((r->flags & (SHARED | PRIVATE)) == (SHARED | PRIVATE))
		return EINVAL;
	r->pageoff = c->a[5] & (MODEL_PAGE - 1);
	r->off = c->a[5] - r->pageoff;
	r->size = model_round(c->a[1] + r->pageoff);
	if (r->size < c->a[1])
		return ENOMEM;
	r->addr = c->a[0];
	if ((r->flags & FIXED) == 0)
		return 0;
	r->addr -= r->pageoff;
	if (r->addr & (MODEL_PAGE - 1))
		return EINVAL;
	error = range_test(p, r->addr, r->addr + r->size);
	return error;
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
		return (int32_t)c->a[4] != -1 ? EINVAL : 0;
	if (!sys_fd(p, c->a[4], &fd))
		return EBADF;
	if (c->a[1] == 0 || (int64_t)r->off < 0)
		return EINVAL;
	if (r->size > INT64_MAX) /* signed or not: left open */
		return MODEL_SKIP;
	if (r->off + r->size > INT64_MAX)
		return EOVERFLOW;
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

/* Top-down from the hint or the default: the nearest fit below. */
static int
place(struct sys_proc *p, const struct sys_args *c, struct request *r)
{
	/* The default lies `size` below the stack's guard. */
	vaddr_t def = p->world->base + MODEL_PAGE - r->size;
	vaddr_t hint = r->addr;

	if (c->place != 0)
		return MODEL_SKIP;
	if (hint == 0 || ((r->flags & TRYFIXED) == 0 && hint > def))
		hint = def;
	hint = model_round(hint);
	if (model_at(p->space->pages, hint) == NULL)
		return MODEL_SKIP;
	r->addr = sys_first_fit(p, hint, r->size, r->align, true);
	return r->addr == 0 ? MODEL_SKIP : 0;
}

static int
check_align(struct request *r)
{
	uint32_t n = r->flags >> 24;

	if (n == 0)
		return 0;
	if (n < model_shift || n >= 64)
		return EINVAL;
	r->align = (vsize_t)1 << n;
	return r->flags & FIXED && r->addr & (r->align - 1) ? EINVAL : 0;
}

static int
netbsd_mmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct request r = { 0 };
	int error;

	if ((error = check_args(p, c, &r)) != 0 ||
	    (error = find_object(p, c, &r)) != 0)
		return error;
	if (r.size == 0) /* maps nothing: what it returns is open */
		return MODEL_SKIP;
	if ((error = check_align(&r)) != 0)
		return error;
	if (r.flags & FIXED ? !sys_modelled(p, r.addr, r.addr + r.size) :
			      place(p, c, &r) != 0)
		return MODEL_SKIP;
	if (c->dry)
		return 0;
	(void)model_map(p->space->pages, r.addr, r.addr + r.size, &r.map, true);
	if ((p->space->future || r.flags & WIRED) && r.map.prot != 0 &&
	    (error = sys_wire(p, r.addr, r.addr + r.size)) != 0) {
		model_unmap(p->space->pages, r.addr, r.addr + r.size);
		return error;
	}
	*ret = r.addr + r.pageoff;
	return 0;
}

static int
netbsd_munmap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!range_ok(p, c, &start, &end))
		return EINVAL;
	model_unmap(p->space->pages, start, end);
	return 0;
}

/* Under MCL_FUTURE memory that becomes accessible is wired; a failure of that
 * is told, but the protection stays. */
static int
netbsd_mprotect(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!range_ok(p, c, &start, &end))
		return EINVAL;
	if (p->space->future)
		return MODEL_SKIP;
	return model_protect(p->space->pages, start, end, c->a[2] & 7, false);
}

static int
netbsd_minherit(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t how = c->a[2];
	vaddr_t start, end;

	(void)ret;
	if (!range_ok(p, c, &start, &end))
		return EINVAL;
	if (how > 4 || how == 3) /* 3 is DONATE: refused */
		return EINVAL;
	model_inherit(p->space->pages, start, end,
	    how == 4 ? M_ZERO : (uint8_t)how);
	return 0;
}

static int
clean(struct sys_proc *p, vaddr_t start, vaddr_t end, unsigned flags)
{
	return model_clean(p->space->pages, start, end, flags);
}

static int
netbsd_madvise(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!range_ok(p, c, &start, &end))
		return EINVAL;
	switch (c->a[2]) {
	case 0:
	case 1:
	case 2:
		model_advice(p->space->pages, start, end, (uint8_t)c->a[2]);
		return 0;
	case 3: return 0;
	case 4:
		return start == end ? MODEL_SKIP :
				      clean(p, start, end, M_DEACTIVATE);
	case 6: return start == end ? MODEL_SKIP : clean(p, start, end, M_FREE);
	default: return EINVAL;
	}
}

static int
netbsd_msync(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t flags = c->a[2];
	vaddr_t start, end;

	(void)ret;
	if (flags == 0 || flags & ~(uint64_t)7 || (flags & 5) == 5)
		return EINVAL;
	if (!range_ok(p, c, &start, &end))
		return ENOMEM;
	if (start == end)
		return MODEL_SKIP; /* the containing entry */
	return clean(p, start, end, M_CLEANIT | (flags & 2 ? M_FREE : 0));
}

static int
netbsd_mlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;
	int error;

	(void)ret;
	if (!range_ok(p, c, &start, &end))
		return ENOMEM;
	error = model_pageable(p->space->pages, start, end, true, false);
	return error == EFAULT ? ENOMEM : error;
}

static int
netbsd_munlock(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	vaddr_t start, end;

	(void)ret;
	if (!range_ok(p, c, &start, &end))
		return ENOMEM;
	return model_pageable(p->space->pages, start, end, false, false) != 0 ?
	    ENOMEM :
	    0;
}

static int
netbsd_mlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	uint64_t how = c->a[0];

	(void)ret;
	if (how == 0 || how & ~(uint64_t)3)
		return EINVAL;
	if (how & 2)
		p->space->future = true;
	return how & 1 ?
	    model_pageable(p->space->pages, 0, p->world->max, true, true) :
	    0;
}

static int
netbsd_munlockall(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	(void)c, (void)ret;
	p->space->future = false;
	return model_pageable(p->space->pages, 0, p->world->max, false, true);
}

/* No lower bound when it shrinks is a quirk of the kernel's; not used here. */
static int
netbsd_brk(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
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
netbsd_shmat(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
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
	/* An address is taken as fixed; what is there is replaced or refused
	 * (the reference leaves it open): only free ranges are compared. */
	if (!sys_modelled(p, addr, addr + size) ||
	    !model_is_free(p->space->pages, addr, addr + size) ||
	    p->space->future)
		return MODEL_SKIP;
	if (c->dry)
		return 0;
	m.object = &w->shm[seg];
	m.prot = flags & 010000 ? 1 : 3;
	m.maxprot = m.prot;
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
	ANON | PRIVATE | TRYFIXED,
	ANON | PRIVATE | 14u << 24,
	ANON | PRIVATE | WIRED | FIXED,
	ANON | PRIVATE | FIXED | 13u << 24,
	SHARED | PRIVATE,
	0,
	ANON | PRIVATE | 5u << 24,
	0x4000 | ANON | FIXED,
	~(uint64_t)0,
};

const struct sys_system sys_netbsd = {
	.real = &sim_netbsd,
	.call = {
		[S_MMAP] = netbsd_mmap, [S_MUNMAP] = netbsd_munmap,
		[S_MPROTECT] = netbsd_mprotect,
		[S_MINHERIT] = netbsd_minherit, [S_MADVISE] = netbsd_madvise,
		[S_MLOCK] = netbsd_mlock, [S_MUNLOCK] = netbsd_munlock,
		[S_MLOCKALL] = netbsd_mlockall,
		[S_MUNLOCKALL] = netbsd_munlockall,
		[S_MSYNC] = netbsd_msync, [S_BRK] = netbsd_brk,
		[S_SHMAT] = netbsd_shmat, [S_SHMDT] = sys_shmdt,
	},
	.mapflags = mapflags, .advice_free = 6, .topdown = true,
};
