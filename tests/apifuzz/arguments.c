/*
 * Random arguments: few that are good, many at the edges of what is good.
 */
#include "fuzz.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "api/include/uvmsim.h"

/* The next n bytes as a number; those that there are. */
static uint64_t
take(struct fuzz *f, unsigned n)
{
	uint64_t v = 0;

	for (; n > 0 && f->left > 0; n--, f->left--)
		v = v << 8 | *f->bytes++;
	return v;
}

uint64_t
fuzz_bits(struct fuzz *f)
{
	uint64_t z;

	if (f->bytes != NULL)
		return take(f, 8);
	z = f->rng += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t
fuzz_below(struct fuzz *f, uint64_t n)
{
	if (f->bytes != NULL)
		return take(f, n <= 256 ? 1 : n <= 65536 ? 2 : 8) % n;
	return fuzz_bits(f) % n;
}

/* ---- blocks of just the size that was asked for, between two fences ---- */

#define FENCE 64
#define FENCE_BYTE 0xa7

struct fuzz_block {
	struct fuzz_block *next;
	size_t len;
	uint8_t bytes[]; /* FENCE, len, FENCE */
};

void *
fuzz_block(struct fuzz *f, size_t len)
{
	struct fuzz_block *b = malloc(sizeof(*b) + len + 2 * (size_t)FENCE);

	if (b == NULL)
		return NULL;
	b->next = f->blocks;
	b->len = len;
	memset(b->bytes, FENCE_BYTE, len + 2 * (size_t)FENCE);
	f->blocks = b;
	return b->bytes + FENCE;
}

static bool
is_fence(const uint8_t *p)
{
	for (size_t i = 0; i < FENCE; i++)
		if (p[i] != FENCE_BYTE)
			return false;
	return true;
}

bool
fuzz_settle(struct fuzz *f)
{
	struct fuzz_block *b;
	bool ok = true;

	while ((b = f->blocks) != NULL) {
		f->blocks = b->next;
		ok &= is_fence(b->bytes) && is_fence(b->bytes + FENCE + b->len);
		free(b);
	}
	return ok;
}

int
fuzz_pid(struct fuzz *f)
{
	static const int odd[] = { 0, 1, -1, INT_MIN, INT_MAX, 99999, 100000,
		100001, 65536 };
	uint64_t pick = fuzz_below(f, 16);

	if (pick < 10)
		return 2 + (int)fuzz_below(f, 8);
	if (pick < 15)
		return odd[fuzz_below(f, NELEM(odd))];
	return (int)fuzz_bits(f);
}

int
fuzz_int(struct fuzz *f)
{
	static const int odd[] = { -1, INT_MIN, INT_MAX, 4096, 4097, 65536,
		1 << 30, 255, 256, 544, 592, 400, 368, 120, 16, 15, 7, 8 };

	switch (fuzz_below(f, 4)) {
	case 0: return (int)fuzz_bits(f);
	case 1: return odd[fuzz_below(f, NELEM(odd))];
	default: return (int)fuzz_below(f, 128);
	}
}

uint64_t
fuzz_size(struct fuzz *f)
{
	static const uint64_t odd[] = { 0, 1, 4095, 4096, 4097, 1160, 144, 136,
		UINT64_MAX, UINT64_MAX - 4095, INT64_MAX,
		(uint64_t)INT64_MAX + 1, UINT32_MAX, (uint64_t)1 << 32,
		(uint64_t)1 << 47, (uint64_t)1 << 48 };

	switch (fuzz_below(f, 8)) {
	case 0: return fuzz_bits(f) >> fuzz_below(f, 64);
	case 1:
	case 2: return odd[fuzz_below(f, NELEM(odd))];
	case 3:
	case 4: return 4096 * (1 + fuzz_below(f, 64));
	default: return fuzz_below(f, 9000);
	}
}

/* An entry of a living process. => NULL: the process picked has none */
static const struct vm_map_entry *
some_entry(struct fuzz *f, const struct process **who)
{
	const struct process *p = sim_process_bypid(f->m, fuzz_pid(f));
	const struct vm_map_entry *e;

	*who = p;
	if (p == NULL || p->vmspace == NULL || p->vmspace->vm_map.nentries == 0)
		return NULL;
	e = p->vmspace->vm_map.header.next;
	for (uint64_t n = fuzz_below(f, p->vmspace->vm_map.nentries); n > 0;
	     n--)
		e = e->next;
	return e;
}

uint64_t
fuzz_address(struct fuzz *f)
{
	static const uint64_t odd[] = { 0, 1, 4096, 0x7fffffffe000,
		0x7ffffffff000, 0x800000000000, 0x800000001000, UINT64_MAX,
		UINT64_MAX - 4095, (uint64_t)1 << 63, 0xffff800000000000 };
	const struct vm_map_entry *e;
	const struct process *p;

	switch (fuzz_below(f, 8)) {
	case 0: return fuzz_bits(f) >> fuzz_below(f, 64);
	case 1: return odd[fuzz_below(f, NELEM(odd))];
	default:
		e = some_entry(f, &p);
		if (e == NULL)
			return 4096 * fuzz_below(f, 1000000);
		return (fuzz_below(f, 2) ? e->start : e->end) +
		    4096 * (fuzz_below(f, 5) - 2) +
		    (fuzz_below(f, 4) == 0 ? fuzz_below(f, 4096) : 0);
	}
}

uint64_t
fuzz_kernel_address(struct fuzz *f)
{
	const struct process *p;
	const struct vm_map_entry *e;
	uint64_t at = 0;

	switch (fuzz_below(f, 8)) {
	case 0: return fuzz_bits(f);
	case 1: return fuzz_address(f);
	case 2:
		at = sim_kva(f->m, (enum sim_kva_kind)fuzz_below(f, SIM_NKVA),
		    (uint32_t)fuzz_below(f, 100));
		break;
	default:
		e = some_entry(f, &p);
		if (e == NULL)
			break;
		if (fuzz_below(f, 2))
			at = sim_kva_entry(f->m, e);
		else if (e->etype & UVM_ET_OBJ && fuzz_below(f, 2))
			at = sim_kva_object(f->m, e->object);
		else if (e->amap != NULL)
			at = sim_kva_amap(f->m, e->amap);
		else
			at = sim_kva_map(f->m, &p->vmspace->vm_map);
	}
	return fuzz_below(f, 3) ? at : at + fuzz_below(f, 600) - 300;
}

char *
fuzz_pages(void)
{
	char *p = mmap(NULL, FUZZ_RW + 4 * 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + FUZZ_RW, 4096, PROT_READ) != 0 ||
	    mprotect(p + FUZZ_RW + 4096, 3 * 4096, PROT_NONE) != 0 ||
	    munmap(p + FUZZ_RW + 2 * 4096, 4096) != 0) {
		perror("host memory");
		exit(1);
	}
	return p;
}

/* Not what is the program's own; valgrind has much at low addresses. */
static void *
unmapped(uint64_t va)
{
	unsigned char there;
	void *page = (void *)(uintptr_t)(va & ~(uint64_t)4095);

	return mincore(page, 1, &there) == 0 ? NULL : (void *)(uintptr_t)va;
}

void *
fuzz_pointer(struct fuzz *f, uint64_t want)
{
	uint64_t room = FUZZ_RW;

	switch (fuzz_below(f, 12)) {
	case 0: return NULL;
	case 1: return unmapped(fuzz_bits(f));
	case 2: return (void *)(uintptr_t)(UINT64_MAX - fuzz_below(f, 5000));
	case 3: return f->pages + FUZZ_RW + fuzz_below(f, 3 * 4096);
	case 4: /* runs out of the pages that can be written */
		return f->pages + FUZZ_RW - fuzz_below(f, 5000);
	default:
		if (f->bytes != NULL && want < room)
			return fuzz_block(f, want);
		return f->pages +
		    (want < room ? fuzz_below(f, room - want) : 0);
	}
}

enum fuzz_end
fuzz_bad(struct fuzz *f, const char *why)
{
	f->why = why;
	return FUZZ_BAD;
}

enum fuzz_end
fuzz_judge(struct fuzz *f, long result)
{
	if (result != -1)
		return FUZZ_OK;
	if (errno > 0 && sim_errname(errno)[1] != '?')
		return FUZZ_FAILED;
	return fuzz_bad(f, "-1 without an errno of the system's");
}

enum fuzz_end
fuzz_judge_partial(struct fuzz *f, long result)
{
	enum fuzz_end end = fuzz_judge(f, result);

	return end == FUZZ_FAILED ? FUZZ_OK : end;
}

/* --------------------------------------------------------------- calls ---- */

const struct fuzz_target *
fuzz_pick(struct fuzz *f)
{
	static const struct fuzz_target *const tables[] = { fuzz_freebsd,
		fuzz_bsd, fuzz_aix, fuzz_kvm };
	const struct fuzz_target *all[FUZZ_MAXTARGETS];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct fuzz_target *t = tables[i]; t->name != NULL;
		     t++)
			all[n++] = t;
	return all[fuzz_below(f, n)];
}

void
fuzz_change_caller(struct fuzz *f)
{
	(void)uvmsim_setpid(
	    fuzz_below(f, 8) ? 2 + (int)fuzz_below(f, 3) : fuzz_pid(f));
	(void)uvmsim_setuid((unsigned)fuzz_below(f, 6) / 4);
}
