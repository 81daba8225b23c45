/*
 * OPT's stack in blocks.
 *
 * A value is a time of next touch; NEVER stands for all pages that are not
 * touched again.  The touch of time t is of the page whose value is t, which is
 * the least of all.
 *
 * A block is a heap with its greatest value on top.  When a value sinks through
 * it, the greater of it and the top sinks on.  Values that were taken out of a
 * block by their touch stay in its heap: they are less than all later ones, so
 * they never come to the top, and are thrown out when the heap is full.
 *
 * Ordered blocks (all sizes) also have their values in the order of the stack,
 * and a bag of those that sank in since.  The bag is emptied from the first
 * place on: of k values that sink by a place in any order, the least stays
 * there, if it is less than what is there, which takes its place in the bag.
 *
 *	bag {4, 9}  places 7 5 8   ->  4 5 8, bag {7, 9}  ->  4 5 7, bag {8, 9}
 *
 * What is in the bag at the end has left the block already, by its heap.
 */
#include "opt_curve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/narrow.h"
#include "pmap/types.h"

#define NEVER UINT32_MAX
#define OUTSIDE UINT16_MAX /* in no block */
#define SHORTEST 16u       /* ordered block */

struct block {
	uint32_t *heap;
	uint32_t nheap, heap_room;
	uint32_t *order; /* NULL: not kept */
	uint32_t *bag;
	uint32_t nbag;
	uint32_t n, room; /* values */
	uint32_t start;   /* values above this block */
	uint64_t hits;
};

/* Block 0 would be the top, a single value. */
struct stack {
	const uint32_t *next; /* by time */
	uint16_t *where;      /* by value: block */
	uint32_t *top;        /* of the heaps, by block */
	struct block *block;  /* 1 .. nblocks - 1 */
	uint32_t *mem;
	uint32_t nblocks, filling; /* those before filling are full */
	uint32_t first;
	uint64_t *hist;
};

/* --------------------------------------------------------------- trace ---- */

void
wl_opt_fini(struct wl_opt *o)
{
	free(o->page);
	memset(o, 0, sizeof(*o));
}

static int
more_room(struct wl_opt *o)
{
	const uint64_t limit = o->limit != 0 ? o->limit : WL_OPT_LIMIT;
	uint64_t room = o->room != 0 ? o->room * 2 : 4096;
	uint32_t *p;

	if (o->n >= limit)
		return EFBIG;
	if (room > limit)
		room = limit;
	p = realloc(o->page, host_bytes(room, sizeof(*p)));
	if (p == NULL)
		return ENOMEM;
	o->page = p;
	o->room = room;
	return 0;
}

int
wl_opt_add(struct wl_opt *o, uint32_t page)
{
	int error;

	if (o->n > 0 && o->page[o->n - 1] == page) {
		o->repeats++;
		return 0;
	}
	if (unlikely(o->n == o->room) && (error = more_room(o)) != 0)
		return error;
	o->page[o->n++] = page;
	if (page >= o->top_index)
		o->top_index = page + 1;
	return 0;
}

/* From pages to times of next touches, from the end to the beginning. */
static int
prepare(struct wl_opt *o)
{
	uint32_t *seen;

	if (o->prepared)
		return 0;
	seen = malloc(o->top_index * sizeof(*seen) + 1);
	if (seen == NULL)
		return ENOMEM;
	memset(seen, 0xff, o->top_index * sizeof(*seen));
	for (uint64_t t = o->n; t-- > 0;) {
		uint32_t page = o->page[t];

		o->distinct += seen[page] == NEVER;
		o->page[t] = seen[page];
		seen[page] = (uint32_t)t;
	}
	free(seen);
	o->prepared = true;
	return 0;
}

int
wl_opt_distinct(struct wl_opt *o, uint64_t *distinct)
{
	const int error = prepare(o);

	*distinct = o->distinct;
	return error;
}

/* --------------------------------------------------------------- heaps ---- */

/* The place of v, which sinks from i, below greater values. */
static inline void
sink(uint32_t *heap, uint32_t n, uint32_t i, uint32_t v)
{
	uint32_t child;

	while ((child = 2 * i + 1) < n) {
		child += child + 1 < n && heap[child + 1] > heap[child];
		if (heap[child] <= v)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = v;
}

/* Throw out what is not after now, which leaves room. */
static void
purge(struct block *b, uint32_t now)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->nheap; i++)
		if (b->heap[i] > now)
			b->heap[n++] = b->heap[i];
	b->nheap = n;
	for (uint32_t i = n / 2; i-- > 0;)
		sink(b->heap, n, i, b->heap[i]);
}

static void
push(struct block *b, uint32_t v, uint32_t now)
{
	uint32_t i, up;

	if (b->nheap == b->heap_room)
		purge(b, now);
	for (i = b->nheap++; i > 0 && b->heap[up = (i - 1) / 2] < v; i = up)
		b->heap[i] = b->heap[up];
	b->heap[i] = v;
}

/* --------------------------------------------------------------- order ---- */

/* The same as sink(), the least value on top. */
static inline void
sink_least(uint32_t *heap, uint32_t n, uint32_t i, uint32_t v)
{
	uint32_t child;

	while ((child = 2 * i + 1) < n) {
		child += child + 1 < n && heap[child + 1] < heap[child];
		if (heap[child] >= v)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = v;
}

static void
empty_bag(struct block *b)
{
	if (b->nbag == 0)
		return;
	for (uint32_t i = b->nbag / 2; i-- > 0;)
		sink_least(b->bag, b->nbag, i, b->bag[i]);
	for (uint32_t i = 0; i < b->n; i++)
		if (b->bag[0] < b->order[i]) {
			uint32_t v = b->order[i];

			b->order[i] = b->bag[0];
			sink_least(b->bag, b->nbag, 0, v);
		}
	b->nbag = 0;
}

static void
put_in_bag(struct block *b, uint32_t v)
{
	if (b->nbag == b->room)
		empty_bag(b);
	b->bag[b->nbag++] = v;
}

/* v sinks to place n of the order, and what arrives there stays. */
static void
sink_to(struct block *b, uint32_t n, uint32_t v)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t here = b->order[i];

		b->order[i] = here < v ? here : v;
		v = here < v ? v : here;
	}
	b->order[n] = v;
}

/* --------------------------------------------------------------- stack ---- */

static inline void
place(struct stack *s, uint32_t b, uint32_t v)
{
	if (v != NEVER)
		s->where[v] = (uint16_t)b;
}

/* v takes the place of the value now, which lies in block b. */
static void
hit(struct stack *s, uint32_t i, uint32_t v, uint32_t now)
{
	struct block *b = &s->block[i];
	uint32_t at = 0;

	b->hits++;
	if (b->order != NULL) {
		empty_bag(b);
		while (b->order[at] != now)
			at++;
		sink_to(b, at, v);
		s->hist[b->start + at + 1]++;
	}
	push(b, v, now);
	place(s, i, v);
	s->top[i] = b->heap[0];
}

/* v sinks to the end of the block that is being filled. */
static void
append(struct stack *s, uint32_t v, uint32_t now)
{
	struct block *b = &s->block[s->filling];

	if (b->order != NULL)
		sink_to(b, b->n, v);
	push(b, v, now);
	place(s, s->filling, v);
	s->top[s->filling] = b->heap[0];
	if (++b->n == b->room)
		s->filling++;
}

/* v sinks through block i, whose top is greater. => what sinks on */
static inline uint32_t
through(struct stack *s, uint32_t i, uint32_t v)
{
	struct block *b = &s->block[i];
	uint32_t out = s->top[i];

	sink(b->heap, b->nheap, 0, v);
	if (b->order != NULL)
		put_in_bag(b, v);
	place(s, i, v);
	s->top[i] = b->heap[0];
	return out;
}

static void
touch(struct stack *s, uint32_t now)
{
	const uint32_t block = s->where[now];
	const uint32_t end = block < s->filling ? block : s->filling;
	uint32_t v = s->first;

	s->first = s->next[now];
	for (uint32_t i = 1; i < end; i++)
		if (s->top[i] > v)
			v = through(s, i, v);
	if (end == block)
		hit(s, end, v, now);
	else if (end < s->nblocks)
		append(s, v, now);
	else
		place(s, OUTSIDE, v);
}

/* ---------------------------------------------------------------- make ---- */

static void
stack_fini(struct stack *s)
{
	free(s->where);
	free(s->top);
	free(s->block);
	free(s->mem);
}

/* Blocks that end behind end[1], end[2] ... values. => false: no memory */
static bool
stack_init(struct stack *s, const struct wl_opt *o, const uint32_t *end,
    uint32_t n, bool ordered)
{
	const size_t per = ordered ? 4 : 2;
	uint32_t *mem;

	*s = (struct stack){ .next = o->page, .nblocks = n, .filling = 1 };
	s->where = malloc(host_bytes(o->n + 1, sizeof(*s->where)));
	s->top = calloc(n, sizeof(*s->top));
	s->block = calloc(n, sizeof(*s->block));
	s->mem = malloc((per * end[n - 1] + (size_t)2 * n) * sizeof(*mem));
	if (s->where == NULL || s->top == NULL || s->block == NULL ||
	    s->mem == NULL)
		return false;
	memset(s->where, 0xff, host_bytes(o->n, sizeof(*s->where)));
	mem = s->mem;
	for (uint32_t i = 1; i < n; i++) {
		struct block *b = &s->block[i];

		b->start = end[i - 1];
		b->room = end[i] - end[i - 1];
		b->heap = mem;
		b->heap_room = 2 * b->room + 2;
		mem += b->heap_room;
		if (ordered) {
			b->order = mem;
			b->bag = mem + b->room;
			mem += (size_t)2 * b->room;
		}
	}
	return true;
}

static void
run(struct stack *s, uint64_t n)
{
	if (n > 0)
		s->first = s->next[0];
	for (uint64_t t = 1; t < n; t++)
		touch(s, (uint32_t)t);
}

int
wl_opt_misses(struct wl_opt *o, const uint64_t *frames, size_t n,
    uint64_t *misses)
{
	uint32_t end[WL_OPT_MAXPOINTS + 1] = { [0] = 1 }, nblocks = 1;
	uint64_t left;
	struct stack s;

	if (n > WL_OPT_MAXPOINTS || prepare(o) != 0)
		return ENOMEM;
	for (size_t i = 0; i < n && end[nblocks - 1] < o->distinct; i++) {
		end[nblocks] = frames[i] < o->distinct ? (uint32_t)frames[i] :
							 o->distinct;
		nblocks += end[nblocks] > end[nblocks - 1];
	}
	if (!stack_init(&s, o, end, nblocks, false)) {
		stack_fini(&s);
		return ENOMEM;
	}
	run(&s, o->n);
	left = o->n;
	for (size_t i = 0, b = 1; i < n; i++) {
		for (; b < nblocks && end[b] <= frames[i]; b++)
			left -= s.block[b].hits;
		misses[i] = left;
	}
	stack_fini(&s);
	return 0;
}

/* Ends of blocks whose lengths grow as the root of their depth. */
static uint32_t *
ends_of(uint32_t distinct, uint32_t *n)
{
	uint32_t *end = malloc(OUTSIDE * sizeof(*end)), length = SHORTEST;

	if (end == NULL)
		return NULL;
	end[0] = 1;
	for (*n = 1; end[*n - 1] < distinct; ++*n) {
		const uint32_t start = end[*n - 1];

		while ((uint64_t)length * length < start)
			length++;
		end[*n] = distinct - start > length ? start + length : distinct;
	}
	return end;
}

int
wl_opt_distances(struct wl_opt *o, uint64_t **hist)
{
	uint32_t nblocks, *end;
	struct stack s = { 0 };
	int error = prepare(o);

	if (error != 0)
		return error;
	*hist = calloc(o->distinct + (size_t)2, sizeof(**hist));
	end = ends_of(o->distinct, &nblocks);
	if (*hist == NULL || end == NULL ||
	    !stack_init(&s, o, end, nblocks, true)) {
		stack_fini(&s);
		free(*hist);
		*hist = NULL;
		free(end);
		return ENOMEM;
	}
	s.hist = *hist;
	run(&s, o->n);
	s.hist[0] = o->distinct;
	s.hist[1] += o->repeats;
	stack_fini(&s);
	free(end);
	return 0;
}
