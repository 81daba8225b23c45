/*
 * Replacement policies by plain arrays (policy_naive.h).
 */
#include "policy_naive.h"

#include <string.h>

/* ----------------------------------------------- pages in one array ---- */

static struct naive_page *
find(struct naive *s, uint32_t key)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->page[i].key == key)
			return &s->page[i];
	return NULL;
}

/* Take page i out; those behind it move up. => its key */
static uint32_t
take(struct naive *s, uint32_t i)
{
	uint32_t key = s->page[i].key;

	memmove(&s->page[i], &s->page[i + 1],
	    (s->n - i - 1) * sizeof(s->page[0]));
	s->n--;
	return key;
}

static void
drop_page(struct naive *s, uint32_t key)
{
	(void)take(s, (uint32_t)(find(s, key) - s->page));
}

/* At the end of the array. */
static struct naive_page *
add(struct naive *s, uint32_t key, uint64_t next)
{
	struct naive_page *pg = &s->page[s->n++];

	*pg = (struct naive_page){ .key = key,
		.arrival = s->now,
		.last = s->now,
		.count = 1,
		.next = next };
	return pg;
}

typedef bool worse_fn(const struct naive_page *, const struct naive_page *);

/* => the key of the worst page, which goes; of equal ones the first */
static uint32_t
evict_worst(struct naive *s, worse_fn *worse)
{
	uint32_t worst = 0;

	for (uint32_t i = 1; i < s->n; i++)
		if (worse(&s->page[i], &s->page[worst]))
			worst = i;
	return take(s, worst);
}

static uint32_t
request_worst(struct naive *s, uint32_t key, uint64_t next, worse_fn *worse)
{
	struct naive_page *pg = find(s, key);
	uint32_t gone = 0;

	s->now++;
	if (pg != NULL) {
		pg->last = s->now;
		pg->count++;
		pg->next = next;
		return NAIVE_HIT;
	}
	if (s->n == s->frames)
		gone = evict_worst(s, worse);
	add(s, key, next);
	return gone;
}

static bool
came_before(const struct naive_page *a, const struct naive_page *b)
{
	return a->arrival < b->arrival;
}

static bool
used_before(const struct naive_page *a, const struct naive_page *b)
{
	return a->last < b->last;
}

static bool
used_less(const struct naive_page *a, const struct naive_page *b)
{
	return a->count != b->count ? a->count < b->count : a->last < b->last;
}

static uint32_t
fifo(struct naive *s, uint32_t key, uint64_t next)
{
	return request_worst(s, key, next, came_before);
}

static uint32_t
lru(struct naive *s, uint32_t key, uint64_t next)
{
	return request_worst(s, key, next, used_before);
}

static uint32_t
lfu(struct naive *s, uint32_t key, uint64_t next)
{
	return request_worst(s, key, next, used_less);
}

static uint32_t
ws_expired(struct naive *s)
{
	for (uint32_t i = 0; i < s->n; i++)
		if (s->page[i].last + s->param[0] <= s->now)
			return take(s, i);
	return 0;
}

/* ---------------------------------------- circles: the hand at [0] ---- */

static uint32_t
clock_request(struct naive *s, uint32_t key, uint64_t next)
{
	struct naive_page *pg = find(s, key), front;
	uint32_t gone = 0;

	s->now++;
	if (pg != NULL) {
		pg->bit = true;
		return NAIVE_HIT;
	}
	while (s->n == s->frames) {
		front = s->page[0];
		gone = take(s, 0);
		if (!front.bit)
			break;
		front.bit = false;
		s->page[s->n++] = front;
	}
	add(s, key, next)->bit = s->param[0] != 0;
	return gone;
}

static void
rotate(struct naive *s)
{
	struct naive_page front = s->page[0];

	(void)take(s, 0);
	s->page[s->n++] = front;
}

static uint32_t
wsclock_evict(struct naive *s)
{
	uint32_t oldest = 0;

	for (uint32_t i = 0; i < s->n; i++, rotate(s)) {
		struct naive_page *pg = &s->page[0];

		if (pg->bit)
			pg->last = s->now;
		else if (pg->last + s->param[0] <= s->now)
			return take(s, 0);
		pg->bit = false;
	}
	for (uint32_t i = 1; i < s->n; i++)
		if (s->page[i].last < s->page[oldest].last)
			oldest = i;
	while (oldest-- > 0)
		rotate(s);
	return take(s, 0);
}

static uint32_t
wsclock(struct naive *s, uint32_t key, uint64_t next)
{
	struct naive_page *pg = find(s, key);
	uint32_t gone = 0;

	if (pg == NULL && s->n == s->frames)
		gone = wsclock_evict(s);
	s->now++;
	if (pg == NULL)
		pg = add(s, key, next);
	else
		gone = NAIVE_HIT;
	pg->bit = true;
	return gone;
}

/* ------------------------------------------------------------- others ---- */

/* Kept sorted by value: [0] goes. */
static uint32_t
nfu(struct naive *s, uint32_t key, uint64_t next)
{
	struct naive_page *pg = find(s, key), page;
	uint64_t period = s->param[0] != 0 ? s->param[0] : s->frames;
	uint32_t gone = 0, at;

	if (pg == NULL && s->n == s->frames)
		gone = take(s, 0);
	if (pg == NULL)
		pg = add(s, key, next);
	else
		gone = NAIVE_HIT;
	if (pg->value < 256) {
		page = *pg;
		page.value += 256;
		(void)take(s, (uint32_t)(pg - s->page));
		for (at = s->n; at > 0 && s->page[at - 1].value > page.value;)
			at--;
		memmove(&s->page[at + 1], &s->page[at],
		    (s->n - at) * sizeof(page));
		s->page[at] = page;
		s->n++;
	}
	if (++s->now % period == 0)
		for (at = 0; at < s->n; at++)
			s->page[at].value /= 2;
	return gone;
}

/* What is never used again is worst, then by slot; slots as the driver's. */
static uint32_t
opt(struct naive *s, uint32_t key, uint64_t next)
{
	struct naive_page *pg = find(s, key);
	uint32_t gone = 0, worst = 0, slot = s->n + 1;

	if (pg != NULL) {
		pg->next = next;
		return NAIVE_HIT;
	}
	if (s->n == s->frames) {
		for (uint32_t i = 1; i < s->n; i++) {
			const struct naive_page *a = &s->page[i],
						*b = &s->page[worst];

			if (a->next > b->next ||
			    (a->next == b->next && a->slot > b->slot))
				worst = i;
		}
		slot = s->page[worst].slot;
		gone = take(s, worst);
	}
	add(s, key, next)->slot = slot;
	return gone;
}

/* Not even the order matters for hits; the lots are drawn as documented. */
static uint32_t
random_request(struct naive *s, uint32_t key, uint64_t next)
{
	uint32_t gone = 0, i;

	if (find(s, key) != NULL)
		return NAIVE_HIT;
	if (s->rng == 0)
		s->rng = (s->param[3] + 1) * 0x9e3779b97f4a7c15u | 1;
	if (s->n == s->frames) {
		s->rng ^= s->rng >> 12;
		s->rng ^= s->rng << 25;
		s->rng ^= s->rng >> 27;
		i = (uint32_t)((s->rng * 0x2545f4914f6cdd1du >> 32) * s->n >>
		    32);
		gone = s->page[i].key;
		s->page[i] = s->page[--s->n];
	}
	add(s, key, next);
	return gone;
}

/* The oldest page is [0]; the hand is an index, or n: begin at [0]. */
static uint32_t
sieve(struct naive *s, uint32_t key, uint64_t next)
{
	struct naive_page *pg = find(s, key);
	uint32_t gone = 0;

	if (pg != NULL) {
		pg->bit = true;
		return NAIVE_HIT;
	}
	if (s->n == s->frames) {
		while (s->page[s->hand % s->n].bit) {
			s->page[s->hand % s->n].bit = false;
			s->hand = s->hand % s->n + 1;
		}
		s->hand %= s->n;
		gone = take(s, s->hand);
		if (s->hand == s->n)
			s->hand = 0;
	}
	add(s, key, next);
	return gone;
}

/* -------------------------------------------------- lists with ghosts ---- */

static int
at(const struct naive_list *l, uint32_t key)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->key[i] == key)
			return (int)i;
	return -1;
}

static bool
erase(struct naive_list *l, uint32_t key)
{
	int i = at(l, key);

	if (i < 0)
		return false;
	memmove(&l->key[i], &l->key[i + 1],
	    (l->n - (uint32_t)i - 1) * sizeof(l->key[0]));
	l->n--;
	return true;
}

static void
push(struct naive_list *l, uint32_t key)
{
	l->key[l->n++] = key;
}

static uint32_t
pop(struct naive_list *l)
{
	uint32_t key = l->key[0];

	erase(l, key);
	return key;
}

/* REPLACE of the paper; a T1, b T2. */
static uint32_t
arc_replace(struct naive *s, bool in_b2)
{
	uint32_t gone;

	if (s->b.n == 0 ||
	    (s->a.n >= 1 &&
		((in_b2 && s->a.n == s->target) || s->a.n > s->target)))
		push(&s->ghost_a, gone = pop(&s->a));
	else
		push(&s->ghost_b, gone = pop(&s->b));
	return gone;
}

/* ARC(c), cases I to IV of the paper, figure 4. */
static uint32_t
arc(struct naive *s, uint32_t key, uint64_t next)
{
	const uint32_t c = s->frames, b1 = s->ghost_a.n, b2 = s->ghost_b.n;
	const uint32_t all = s->a.n + s->b.n + b1 + b2;
	uint32_t gone = 0, d;

	(void)next;
	if (erase(&s->a, key) || erase(&s->b, key)) {
		push(&s->b, key);
		return NAIVE_HIT;
	}
	if (at(&s->ghost_a, key) >= 0) {
		d = b1 >= b2 ? 1 : b2 / b1;
		s->target = s->target + d > c ? c : s->target + d;
		gone = arc_replace(s, false);
		erase(&s->ghost_a, key);
		push(&s->b, key);
		return gone;
	}
	if (at(&s->ghost_b, key) >= 0) {
		d = b2 >= b1 ? 1 : b1 / b2;
		s->target = s->target > d ? s->target - d : 0;
		gone = arc_replace(s, true);
		erase(&s->ghost_b, key);
		push(&s->b, key);
		return gone;
	}
	if (s->a.n + b1 == c) {
		if (s->a.n < c) {
			(void)pop(&s->ghost_a);
			if (s->a.n + s->b.n == c)
				gone = arc_replace(s, false);
		} else {
			gone = pop(&s->a);
		}
	} else if (all >= c) {
		if (all == 2 * c)
			(void)pop(&s->ghost_b);
		if (s->a.n + s->b.n == c)
			gone = arc_replace(s, false);
	}
	push(&s->a, key);
	return gone;
}

static uint32_t
at_least_1(uint64_t n)
{
	return n > 1 ? (uint32_t)n : 1;
}

/* a A1in, b Am, ghost_a A1out */
static uint32_t
twoq(struct naive *s, uint32_t key, uint64_t next)
{
	const uint32_t kin = at_least_1(s->frames * s->param[0] / 100);
	const uint32_t kout = at_least_1(s->frames * s->param[1] / 100);
	uint32_t gone = 0;
	bool back;

	(void)next;
	if (erase(&s->b, key)) {
		push(&s->b, key);
		return NAIVE_HIT;
	}
	if (at(&s->a, key) >= 0)
		return NAIVE_HIT;
	back = erase(&s->ghost_a, key);
	if (s->a.n + s->b.n == s->frames) {
		if (s->a.n > kin || s->b.n == 0) {
			push(&s->ghost_a, gone = pop(&s->a));
			if (s->ghost_a.n > kout)
				(void)pop(&s->ghost_a);
		} else {
			gone = pop(&s->b);
		}
	}
	push(back ? &s->b : &s->a, key);
	return gone;
}

/* Counts of S3-FIFO are in page[], which is not in order. */
static uint32_t
s3_main(struct naive *s)
{
	for (;;) {
		uint32_t key = pop(&s->b);

		if (find(s, key)->count == 0)
			return key;
		find(s, key)->count--;
		push(&s->b, key);
	}
}

static uint32_t
s3_evict(struct naive *s, uint32_t small, uint32_t ghosts)
{
	uint32_t key;

	if (s->a.n >= small || s->b.n == 0)
		while (s->a.n > 0) {
			key = pop(&s->a);
			if (find(s, key)->count <= 1) {
				push(&s->ghost_a, key);
				if (s->ghost_a.n > ghosts)
					(void)pop(&s->ghost_a);
				return key;
			}
			find(s, key)->count = 0;
			push(&s->b, key);
			if (s->b.n > s->frames - small)
				break;
		}
	return s3_main(s);
}

/* a S, b M, ghost_a G */
static uint32_t
s3fifo(struct naive *s, uint32_t key, uint64_t next)
{
	const uint32_t small = at_least_1(s->frames * s->param[0] / 100);
	struct naive_page *pg = find(s, key);
	uint32_t gone = 0;
	bool back;

	if (pg != NULL) {
		pg->count += pg->count < 3;
		return NAIVE_HIT;
	}
	back = erase(&s->ghost_a, key);
	if (s->n == s->frames) {
		gone = s3_evict(s, small, at_least_1(s->frames - small));
		drop_page(s, gone);
	}
	add(s, key, next)->count = 0;
	push(back ? &s->b : &s->a, key);
	return gone;
}

const struct naive_policy naive_policies[] = {
	{ "fifo", fifo, drop_page, NULL },
	{ "lru", lru, drop_page, NULL },
	{ "lfu", lfu, drop_page, NULL },
	{ "ws", lru, drop_page, ws_expired },
	{ "clock", clock_request, NULL, NULL },
	{ "wsclock", wsclock, NULL, NULL },
	{ "nfu", nfu, drop_page, NULL },
	{ "opt", opt, NULL, NULL },
	{ "random", random_request, NULL, NULL },
	{ "sieve", sieve, NULL, NULL },
	{ "arc", arc, NULL, NULL },
	{ "2q", twoq, NULL, NULL },
	{ "s3fifo", s3fifo, NULL, NULL },
	{ .name = NULL },
};
