/*
 * Changes of a uvt that stays one: whole blocks are put in, left out, doubled
 * or exchanged; lines of operations are changed and counted anew; references
 * are others; numbers of a header are odd ones.  The target puts the checksums
 * right (fuzz_seal_uvt).
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "workloads/uvt/uvt.h"

#define MAXBLOCKS 64
#define MAXREFS 40

struct piece {
	size_t at, len; /* header and payload */
	struct wl_uvt_block b;
};

struct cutter {
	uint8_t *data;
	size_t len, max;
	struct piece piece[MAXBLOCKS];
	size_t n;
	uint64_t rng;
};

static uint64_t
rnd(struct cutter *c, uint64_t n)
{
	c->rng = c->rng * 6364136223846793005u + 1442695040888963407u;
	return (c->rng >> 33) % n;
}

static void
put(uint8_t *p, unsigned bytes, uint64_t v)
{
	for (; bytes > 0; bytes--, v >>= 8)
		*p++ = (uint8_t)v;
}

static void
cut(struct cutter *c)
{
	size_t at = 0;

	for (c->n = 0; c->n < MAXBLOCKS; c->n++) {
		struct piece *p = &c->piece[c->n];

		if (c->len - at < WL_UVT_HEADER ||
		    wl_uvt_header(c->data + at, &p->b) != NULL ||
		    p->b.length > c->len - at - WL_UVT_HEADER)
			return;
		p->at = at;
		p->len = WL_UVT_HEADER + p->b.length;
		at += p->len;
	}
}

/* These bytes take the place of n at a place. => false: no room */
static bool
replace(struct cutter *c, size_t at, size_t n, const uint8_t *with, size_t len)
{
	if (c->len - n + len > c->max)
		return false;
	memmove(c->data + at + len, c->data + at + n, c->len - at - n);
	memcpy(c->data + at, with, len);
	c->len += len - n;
	return true;
}

static const struct piece *
some(struct cutter *c)
{
	return &c->piece[rnd(c, c->n)];
}

static bool
double_block(struct cutter *c)
{
	const struct piece *from = some(c), *to = some(c);
	uint8_t *copy = malloc(from->len);
	bool done;

	insist(copy != NULL, "no memory");
	memcpy(copy, c->data + from->at, from->len);
	done = replace(c, to->at, 0, copy, from->len);
	free(copy);
	return done;
}

static bool
drop_block(struct cutter *c)
{
	const struct piece *p = some(c);

	return c->n > 1 && replace(c, p->at, p->len, c->data, 0);
}

static bool
exchange(struct cutter *c)
{
	const struct piece *p, *next;
	uint8_t *copy;

	if (c->n < 2)
		return false;
	p = &c->piece[rnd(c, c->n - 1)];
	next = p + 1;
	copy = malloc(p->len);
	insist(copy != NULL, "no memory");
	memcpy(copy, c->data + p->at, p->len);
	memmove(c->data + p->at, c->data + next->at, next->len);
	memcpy(c->data + p->at + next->len, copy, p->len);
	free(copy);
	return true;
}

/* Lines of operations, or of a head, changed as bytes are. */
static bool
change_text(struct cutter *c)
{
	const struct piece *p = some(c);
	uint8_t block[WL_UVT_HEADER + 4096];
	size_t room = sizeof(block) - WL_UVT_HEADER, len;
	uint32_t lines = 0;

	if ((p->b.type != WL_UVT_OPS && p->b.type != WL_UVT_HEAD) ||
	    p->b.length > room)
		return false;
	memcpy(block, c->data + p->at, p->len);
	len = fuzz_bytes(block + WL_UVT_HEADER, p->b.length, room);
	for (size_t i = 0; i < len; i++)
		lines += block[WL_UVT_HEADER + i] == '\n';
	put(block + 8, 4, len);
	if (p->b.type == WL_UVT_OPS)
		put(block + 12, 4, lines);
	return replace(c, p->at, p->len, block, WL_UVT_HEADER + len);
}

/* References where the operations have made memory, and elsewhere. */
static bool
put_references(struct cutter *c)
{
	static const uint64_t bases[] = { 0, 0x400000, 0x10000000, 0x20000000,
		0x7f0000000000, 0x7ffffffff000, 0x800000000,
		0xfffffffffffff000 };
	static uint8_t block[WL_UVT_HEADER + WL_UVT_MAXPAYLOAD];
	static const enum wl_ref_kind kinds[] = { WL_REF_FETCH, WL_REF_LOAD,
		WL_REF_STORE, WL_REF_MODIFY };
	const struct piece *p = some(c);
	const uint64_t base = bases[rnd(c, sizeof(bases) / sizeof(bases[0]))];
	const uint32_t n = 1 + (uint32_t)rnd(c, MAXREFS);
	struct wl_ref ref[MAXREFS];
	uint32_t process;
	size_t len;

	for (uint32_t i = 0; i < n; i++) {
		ref[i].va = base + rnd(c, 1 << 20);
		ref[i].size = rnd(c, 4) == 0 ? 8192 : 16;
		ref[i].size = 1 + (uint32_t)rnd(c, ref[i].size);
		ref[i].kind = kinds[rnd(c, 4)];
	}
	process = (uint32_t)rnd(c, 20);
	if (process > 4)
		process = p->b.process;
	len = wl_uvt_encode(block, ref, n, p->b.first, process);
	return replace(c, p->at, p->b.type == WL_UVT_REFS ? p->len : 0, block,
	    len);
}

static bool
change_header(struct cutter *c)
{
	static const struct {
		uint8_t at, bytes;
	} fields[] = { { 5, 1 }, { 8, 4 }, { 12, 4 }, { 16, 8 }, { 24, 4 },
		{ 28, 4 } };
	static const uint64_t odd[] = { 0, 1, 2, 3, 255, 65535, 65536, 65537,
		UINT32_MAX, UINT64_MAX };
	const size_t f = rnd(c, sizeof(fields) / sizeof(fields[0]));
	const uint64_t v = odd[rnd(c, sizeof(odd) / sizeof(odd[0]))];

	put(c->data + some(c)->at + fields[f].at, fields[f].bytes, v);
	return true;
}

size_t
fuzz_mutate_stream(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	static bool (*const changes[])(struct cutter *) = { change_text,
		change_text, change_text, put_references, put_references,
		double_block, drop_block, exchange, change_header };
	struct cutter c = { .data = data, .len = len, .max = max, .rng = seed };

	cut(&c);
	if (c.n > 0 && rnd(&c, 8) > 0 &&
	    changes[rnd(&c, sizeof(changes) / sizeof(changes[0]))](&c))
		return c.len;
	return fuzz_bytes(data, len, max);
}
