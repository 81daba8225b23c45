/*
 * Drawing operations, and what they are where the agents' windows lie.
 *
 * An operation must not touch what an agent itself needs.  So every range lies
 * in the windows, or is one that a call refuses; a huge length is drawn only
 * where it makes the range wrap or leave the address space.
 */
#include "host.h"

#include "sim/personality_linux.h"
#include "tests/random.h"

#include <string.h>
#include <sys/syscall.h>

#define NELEMS(a) (sizeof(a) / sizeof((a)[0]))

/* ------------------------------------------------------------- drawing ---- */

/*	 mmap unm prot rem adv sync lk lk2 unl all una core brk trunc lim fork
 *	 exit read write fetch */
const struct host_variant host_variants[] = {
	{ "plain", "one process of root's", false,
	    { 150, 60, 60, 60, 60, 10, 8, 4, 8, 0, 1, 40, 20, 12, 2, 0, 0, 150,
		180, 30 } },
	{ "user", "one process of another user, with limits", true,
	    { 150, 60, 60, 60, 50, 10, 20, 10, 20, 4, 4, 30, 30, 8, 30, 0, 0,
		120, 150, 20 } },
	{ "fork", "four processes that fork and exit", false,
	    { 110, 40, 50, 40, 60, 5, 8, 4, 8, 1, 3, 40, 15, 10, 2, 25, 15, 200,
		260, 20 } },
	{ "files", "mostly mappings of files, cut and lengthened", false,
	    { 150, 40, 50, 50, 60, 30, 8, 4, 8, 0, 1, 40, 5, 60, 0, 10, 6, 200,
		220, 20 } },
	{ "locks", "mostly locks", true,
	    { 100, 50, 60, 60, 60, 20, 60, 40, 60, 12, 10, 40, 30, 12, 20, 8, 6,
		100, 120, 20 } },
	{ "place", "mostly where the kernel chooses the address", false,
	    { 300, 150, 40, 120, 20, 0, 4, 2, 4, 0, 1, 10, 20, 2, 2, 5, 3, 50,
		60, 5 } },
	{ NULL, NULL, false, { 0 } },
};

void
host_draw(uint64_t *rng, const struct host_variant *v, struct host_op *op)
{
	uint64_t total = 0, at;

	for (unsigned i = 0; i < HOST_NOPS; i++)
		total += v->weight[i];
	at = rnd_draw(rng, total);
	memset(op, 0, sizeof(*op));
	while (at >= v->weight[op->kind])
		at -= v->weight[op->kind++];
	op->who = (uint8_t)rnd_draw(rng, HOST_AGENTS);
	op->small = (uint16_t)rnd_draw(rng, 1 << 16);
	op->n = (uint16_t)(1 + rnd_draw(rng, rnd_draw(rng, 8) == 0 ? 40 : 9));
	switch (rnd_draw(rng, 20)) {
	case 0: op->page = (uint16_t)rnd_draw(rng, HOST_LOW); break;
	case 1:
	case 2:
	case 3:
		op->page = (uint16_t)(HOST_TOP + rnd_draw(rng, HOST_BRK));
		break;
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
		/* They meet in a few pages. */
		op->page = (uint16_t)(HOST_LOW + 8 + rnd_draw(rng, 6));
		op->n = (uint16_t)(1 + op->n % 6);
		break;
	default:
		op->page = (uint16_t)(HOST_LOW + rnd_draw(rng, HOST_ARENA));
		break;
	}
	op->page2 = (uint16_t)(rnd_draw(rng, 8) == 0 ?
		rnd_draw(rng, HOST_PAGES) :
		HOST_LOW + rnd_draw(rng, HOST_ARENA));
	op->bits = rnd_bits(rng);
	op->more = rnd_bits(rng);
}

/* ------------------------------------------------------------ decoding ---- */

struct decode {
	const struct host_op *op;
	const struct host_shared *s;
	const struct host_sim *sim;
	const struct host_limits *limits;
	struct process *p;
	struct host_deed *d;
};

/* Up to n pages from page on that are nobody else's, in bytes. */
static uint64_t
span(const struct decode *c, unsigned page, uint64_t n)
{
	const uint64_t left = page < HOST_TOP ? HOST_TOP - page :
						2 * HOST_PAGES - page;

	(void)c;
	return (n < left ? n : left) * HOST_PAGE;
}

/* Mostly a page; sometimes an address within it. */
static uint64_t
pick_addr(const struct decode *c)
{
	const uint64_t page = host_page_addr(c->s, c->op->page);

	return (c->op->small & 31) != 0 ? page :
					  page + 1 + c->op->more % HOST_MASK;
}

/* Mostly pages; sometimes some bytes fewer; sometimes one of odd. */
static uint64_t
pick_len(const struct decode *c, const uint64_t *odd, size_t nodd)
{
	const unsigned how = c->op->small >> 5 & 63;
	const uint64_t len = span(c, c->op->page, c->op->n);

	if (how == 0 && nodd > 0)
		return odd[c->op->more % nodd];
	return how < 12 ? len - (c->op->more >> 16) % HOST_MASK : len;
}

static uint64_t
pick_prot(uint64_t bits)
{
	static const uint8_t prot[16] = { 3, 3, 3, 3, 3, 3, 1, 1, 1, 7, 5, 0, 0,
		2, 4, 6 };

	return prot[bits & 15];
}

/* Not one of these lets a call reach memory outside of the windows. */
static const uint64_t refused[] = { 0, 0, UINT64_MAX, -HOST_PAGE };
static const uint64_t refused_too[] = { 0, UINT64_MAX, -HOST_PAGE,
	(uint64_t)1 << 47, (uint64_t)1 << 63, ((uint64_t)1 << 47) - HOST_PAGE };

#define SHARED 0x1u
#define PRIVATE 0x2u
#define VALIDATE 0x3u
#define FIXED 0x10u
#define ANON 0x20u
#define LOCKED 0x2000u
#define NORESERVE 0x4000u
#define POPULATE 0x8000u
#define NOREPLACE 0x100000u

static const uint32_t usual[] = { PRIVATE | ANON | FIXED,
	PRIVATE | ANON | FIXED, PRIVATE | ANON, PRIVATE | ANON, SHARED | ANON,
	SHARED | ANON | FIXED, PRIVATE | FIXED, PRIVATE | FIXED, SHARED | FIXED,
	SHARED | FIXED, PRIVATE, SHARED, PRIVATE | ANON | NOREPLACE,
	PRIVATE | ANON | POPULATE, SHARED | ANON | POPULATE,
	PRIVATE | FIXED | POPULATE };
static const uint32_t unusual[] = { PRIVATE | ANON | NORESERVE,
	PRIVATE | ANON | FIXED | NORESERVE, PRIVATE | ANON | LOCKED,
	SHARED | ANON | LOCKED, PRIVATE | ANON | FIXED | LOCKED,
	PRIVATE | FIXED | LOCKED, PRIVATE | ANON | 0x20000 /* STACK */,
	PRIVATE | ANON | 0x40 /* 32BIT */, VALIDATE, VALIDATE | FIXED,
	VALIDATE | ANON, ANON, 0, PRIVATE | SHARED | ANON | FIXED,
	VALIDATE | 0x80000000, SHARED | ANON | 0x100 /* GROWSDOWN */,
	SHARED | 0x100, PRIVATE | 0x100, PRIVATE | ANON | FIXED | NOREPLACE,
	SHARED | NOREPLACE, PRIVATE | ANON | POPULATE | 0x10000 /* NONBLOCK */,
	PRIVATE | ANON | 0x800 /* DENYWRITE */, 4, 5, 7 | ANON,
	PRIVATE | ANON | 0x4000000, 8 | ANON /* DROPPABLE */, 8 | ANON | FIXED,
	8 };

static void
decode_mmap(struct decode *c)
{
	const uint64_t bits = c->op->bits;
	static const uint64_t large[] = { 0, (uint64_t)2 << 20,
		(uint64_t)4 << 20, ((uint64_t)2 << 20) + HOST_PAGE,
		((uint64_t)6 << 20) - HOST_PAGE, (uint64_t)1 << 46,
		(uint64_t)1 << 47, UINT64_MAX, -HOST_PAGE, (uint64_t)1 << 63 };
	const bool odd = (bits & 7) == 0;
	uint64_t *a = c->d->arg;

	a[3] = odd ? unusual[(bits >> 3) % NELEMS(unusual)] :
		     usual[(bits >> 3) % NELEMS(usual)];
	a[0] = (a[3] & (FIXED | NOREPLACE)) == 0 && (bits >> 16 & 3) != 0 ?
	    0 :
	    pick_addr(c);
	a[1] = a[3] & FIXED ? pick_len(c, refused_too, NELEMS(refused_too)) :
			      pick_len(c, large, NELEMS(large));
	/* Nobody waits for 64T to be brought in. */
	if (a[1] == (uint64_t)1 << 46 &&
	    (a[3] & (POPULATE | LOCKED) ||
		c->p->vmspace->vm_map.flags & LINUX_MAP_FUTURE))
		a[1] = HOST_PAGE;
	a[2] = pick_prot(bits >> 20) | ((bits >> 24 & 127) == 0 ? 8 : 0);
	a[4] = a[3] & ANON && (bits >> 40 & 31) != 0 ? UINT64_MAX :
						       HOST_FD_FILES +
		(bits >> 45) % HOST_FDS + ((bits >> 50 & 31) == 0 ? 20 : 0);
	a[5] = a[3] & ANON ? 0 : (bits >> 55 & 15) * HOST_PAGE;
	if ((bits >> 59 & 31) == 0)
		a[5] += c->op->more & 1 ? 100 : (uint64_t)-HOST_PAGE;
	if (a[3] == (8 | ANON) || a[3] == (8 | ANON | FIXED))
		c->d->skip = c->limits->version < 611;
}

/*
 * The kernel forgets to take what MREMAP_DONTUNMAP leaves behind unlocked off
 * its count of locked pages, which then no limit allows for.
 */
static bool
miscounts(const struct decode *c)
{
	const uint64_t *a = c->d->arg;

	return a[3] & 4 && c->p->uid != 0 &&
	    linux_locked(&c->p->vmspace->vm_map, a[0] & ~HOST_MASK,
		a[0] + a[1]) != 0;
}

static void
decode_mremap(struct decode *c)
{
	static const uint8_t flags[] = { 1, 1, 1, 0, 0, 3, 3, 3, 5, 7, 2, 4, 8,
		9 };
	static const uint64_t odd[] = { 0, UINT64_MAX, -HOST_PAGE,
		(uint64_t)1 << 47, (uint64_t)1 << 63 };
	const uint64_t bits = c->op->bits;
	uint64_t *a = c->d->arg;

	a[0] = pick_addr(c);
	a[1] = pick_len(c, odd, 1);
	a[3] = flags[(bits >> 8) % NELEMS(flags)];
	a[4] = host_page_addr(c->s, c->op->page2) +
	    ((bits >> 16 & 31) == 0 ? 5 : 0);
	a[2] = bits & 1 ? a[1] : (bits >> 1 & 15) * HOST_PAGE;
	if ((bits >> 20 & 63) == 0)
		a[2] = odd[(bits >> 26) % NELEMS(odd)];
	else if ((bits >> 20 & 3) == 1)
		a[2] -= a[2] > HOST_PAGE ? (bits >> 30) % HOST_MASK : 0;
	/* What is replaced must be in the windows. */
	if (a[3] & 2 && a[2] > span(c, c->op->page2, HOST_PAGES) &&
	    a[2] < (uint64_t)1 << 46)
		a[2] = span(c, c->op->page2, HOST_PAGES);
	c->d->skip = miscounts(c);
}

static void
decode_madvise(struct decode *c)
{
	static const struct {
		uint8_t advice;
		uint16_t since;
	} all[] = { { 0, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 }, { 4, 0 },
		{ 4, 0 }, { 8, 405 }, { 8, 405 }, { 9, 0 }, { 9, 0 }, { 10, 0 },
		{ 10, 0 }, { 11, 0 }, { 11, 0 }, { 16, 0 }, { 17, 0 },
		{ 18, 414 }, { 18, 414 }, { 19, 414 }, { 20, 504 }, { 21, 504 },
		{ 22, 514 }, { 23, 514 }, { 24, 518 }, { 102, 615 },
		{ 102, 615 }, { 103, 615 } };
	static const uint16_t bad[] = { 5, 6, 7, 26, 50, 99, 104, 1000, 65535 };
	const uint64_t bits = c->op->bits;
	const size_t i = bits % NELEMS(all);
	uint64_t *a = c->d->arg;

	a[0] = pick_addr(c);
	a[1] = pick_len(c, refused, NELEMS(refused));
	a[2] = all[i].advice;
	if ((bits >> 16 & 31) == 0)
		a[2] = bad[(bits >> 32) % NELEMS(bad)];
	else
		c->d->skip = c->limits->version < all[i].since ||
		    (a[2] == 9 && !c->limits->punch);
	/* What MADV_PAGEOUT can reclaim is the kernel's own business. */
	if (a[2] == 21)
		a[1] = 0;
}

static void
decode_limit(struct decode *c)
{
	static const struct {
		uint8_t number, sim;
	} limits[] = { { 9, SIM_RLIMIT_AS }, { 2, SIM_RLIMIT_DATA },
		{ 8, SIM_RLIMIT_MEMLOCK } };
	const unsigned which = (unsigned)(c->op->bits % NELEMS(limits));
	const struct vm_map *map = &c->p->vmspace->vm_map;
	const uint64_t some = (c->op->more >> 8) % 24 * HOST_PAGE +
	    ((c->op->more & 7) == 0 ? 100 : 0);
	const unsigned how = c->op->bits >> 8 & 7;
	uint64_t *a = c->d->arg;
	const struct vm_map_entry *e;
	uint64_t data = 0;

	for (e = map->header.next; e != &map->header; e = e->next)
		if (e->protection & VM_PROT_WRITE &&
		    (e->flags & UVM_MAP_GROWSDOWN) == 0 &&
		    ((e->etype & UVM_ET_OBJ) == 0 ||
			e->etype & UVM_ET_COPYONWRITE))
			data += e->end - e->start;
	a[0] = limits[which].number;
	a[1] = limits[which].sim;
	if (which == 2)
		a[2] = how == 0 ? 0 : how < 4 ? (uint64_t)8 << 20 : some;
	else
		a[2] = how == 0 ? 0 :
		    how < 5     ? SIM_RLIM_INFINITY :
		    which == 0  ? map->size + some :
				  data + some;
	a[3] = c->p->rlimit[limits[which].sim].max;
}

static void
decode_access(struct decode *c)
{
	static const uint16_t bytes[HOST_NWAYS] = { 0, 0, 2, 4, 8, 16 };
	const uint64_t bits = c->op->bits;
	struct host_deed *d = c->d;
	const uint64_t page = host_page_addr(c->s, c->op->page);
	uint64_t most;

	d->type = (uint8_t)(d->kind - HOST_OP_READ);
	d->way = d->type == HOST_FETCH ? HOST_EACH :
					 (uint8_t)(bits % HOST_NWAYS);
	most = span(c, c->op->page, c->op->n > 6 ? 6 : c->op->n);
	d->va = page + (bits >> 8) % HOST_PAGE;
	if (bytes[d->way] != 0) {
		/* Half of them cross a border. */
		if (bits >> 24 & 1)
			d->va = page + HOST_PAGE - 1 -
			    (bits >> 32) % (bytes[d->way] - 1u);
		d->len = bytes[d->way];
	} else {
		d->len = 1 + (bits >> 32) % most;
	}
	if (d->va + d->len > page + span(c, c->op->page, HOST_PAGES))
		d->va = page;
}

void
host_decode(const struct host_op *op, const struct host_shared *s,
    const struct host_sim *sim, unsigned who, const struct host_limits *limits,
    struct host_deed *d)
{
	static const uint64_t mincore_odd[] = { 0, UINT64_MAX, -HOST_PAGE,
		(uint64_t)1 << 47 };
	struct decode c = { op, s, sim, limits, sim->p[who], d };
	const uint64_t bits = op->bits;

	memset(d, 0, sizeof(*d));
	d->kind = op->kind;
	d->arg[0] = pick_addr(&c);
	switch (d->kind) {
	case HOST_OP_MMAP: decode_mmap(&c); break;
	case HOST_OP_MREMAP: decode_mremap(&c); break;
	case HOST_OP_MADVISE: decode_madvise(&c); break;
	case HOST_OP_SETRLIMIT: decode_limit(&c); break;
	case HOST_OP_MUNMAP: d->arg[1] = pick_len(&c, refused_too, 5); break;
	case HOST_OP_MPROTECT:
		d->arg[1] = pick_len(&c, refused, NELEMS(refused));
		d->arg[2] = pick_prot(bits) | ((bits >> 8 & 63) == 0 ? 8 : 0) |
		    ((bits >> 14 & 63) == 0 ? 0x10 : 0) |
		    ((bits >> 20 & 63) == 0 ? (bits >> 26 & 3) << 24 : 0);
		break;
	case HOST_OP_MSYNC:
		d->arg[1] = pick_len(&c, refused, NELEMS(refused));
		d->arg[2] = bits & 7;
		if ((bits >> 8 & 15) == 0)
			d->arg[2] |= 8;
		break;
	case HOST_OP_MLOCK2:
		d->arg[2] = (bits & 15) == 0 ? 2 : bits >> 4 & 1;
		/* FALLTHROUGH */
	case HOST_OP_MLOCK:
	case HOST_OP_MUNLOCK: d->arg[1] = pick_len(&c, refused, 1); break;
	case HOST_OP_MLOCKALL:
		d->arg[0] = (bits & 7) == 0 ? bits >> 8 & 15 : 2 | (bits & 4);
		if (limits->sanitized && d->arg[0] & 1)
			d->arg[0] |= 4;
		break;
	case HOST_OP_MINCORE:
		d->arg[1] = pick_len(&c, mincore_odd, NELEMS(mincore_odd));
		break;
	case HOST_OP_BRK:
		d->arg[0] = (bits & 31) == 0 ?
		    (bits & 32 ? 0 : s->brk_start - 1) :
		    s->brk + (bits >> 8) % (HOST_BRK * HOST_PAGE);
		break;
	case HOST_OP_FTRUNCATE:
		d->arg[0] = HOST_FD_FILES + bits % HOST_FDS;
		d->arg[1] = (bits >> 8) % 22 * HOST_PAGE;
		/* A page keeps its stamp whole or not at all. */
		if (bits >> 16 & 1)
			d->arg[1] += 8 + (bits >> 32) % (HOST_PAGE - 8);
		break;
	case HOST_OP_READ:
	case HOST_OP_WRITE:
	case HOST_OP_FETCH: decode_access(&c); break;
	default: break;
	}
}
