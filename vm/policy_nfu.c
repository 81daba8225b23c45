/*
 * NFU with aging (Tanenbaum): a counter of 8 bits and a referenced bit for each
 * page.  A reference sets the bit.  After each `period' references (0: as many
 * as there are frames) all counters are shifted right by one, the referenced
 * bit comes in from the left, and is cleared.  The page with the least value
 * goes; the referenced bit counts as a ninth bit above the counter, so a page
 * that has just come is not the next to go.
 *
 * Of equal pages, the one in front of a queue that holds all pages, sorted by
 * value, goes; a page whose value rises goes behind all that have the value,
 * and shifting keeps the order.
 *
 * There is a queue for each of the 512 values.  Shifting makes queue k of the
 * queues 2k and 2k + 1, whatever the number of pages, so pages do not hold
 * their value but what it was when it last rose, and how many shifts there had
 * been.
 *
 *  N1  each queue is sound, and its pages have its value; all pages are in one
 *  N2  a queue that is not empty has its bit in the map
 */
#include "policy.h"
#include "policy_list.h"

#define REFERENCED 256u
#define VALUES 512u

enum { PARAM_PERIOD };

static const struct vm_policy_param params[] = {
	[PARAM_PERIOD] = { "period",
	    "references between two shifts; 0: one for each frame", 0,
	    UINT32_MAX, 0 },
	{ .name = NULL },
};

struct nfu_page {
	uint32_t value; /* after it last rose */
	uint32_t shift; /* shifts before that */
};

struct nfu {
	uint32_t frames, n;
	uint32_t period, refs; /* since the last shift */
	uint32_t shifts;
	uint64_t map[VALUES / 64]; /* queues that may not be empty */
	struct pl_node node[]; /* slots, heads; nfu_page by slot behind them */
};

static struct nfu_page *
pages(struct nfu *s)
{
	return (struct nfu_page *)&s->node[s->frames + 1 + VALUES];
}

static uint32_t
head_of(const struct nfu *s, uint32_t value)
{
	return s->frames + 1 + value;
}

static size_t
nfu_bytes(const struct vm_policy_args *args)
{
	const size_t n = args->frames + (size_t)1;

	return sizeof(struct nfu) + (n + VALUES) * sizeof(struct pl_node) +
	    n * sizeof(struct nfu_page);
}

static void
nfu_init(void *state, const struct vm_policy_args *args)
{
	struct nfu *s = state;

	s->frames = args->frames;
	s->period = (uint32_t)args->param[PARAM_PERIOD];
	if (s->period == 0)
		s->period = s->frames;
	for (uint32_t v = 0; v < VALUES; v++)
		pl_init(s->node, head_of(s, v));
}

/* What is in queue `from' goes behind what is in queue `to'. */
static void
append(struct nfu *s, uint32_t to, uint32_t from)
{
	struct pl_node *node = s->node;
	uint32_t t = head_of(s, to), f = head_of(s, from);

	if (t == f || pl_empty(node, f))
		return;
	node[node[f].next].prev = node[t].prev;
	node[node[t].prev].next = node[f].next;
	node[node[f].prev].next = t;
	node[t].prev = node[f].prev;
	pl_init(node, f);
}

static void
shift(struct nfu *s)
{
	for (uint32_t v = 0; v < VALUES / 64; v++)
		s->map[v] = 0;
	for (uint32_t v = 0; v < VALUES / 2; v++) {
		append(s, v, 2 * v);
		append(s, v, 2 * v + 1);
		if (!pl_empty(s->node, head_of(s, v)))
			s->map[v / 64] |= (uint64_t)1 << v % 64;
	}
	s->shifts++;
	s->refs = 0;
}

/* The page, which is in no queue, goes to the back of that of its value. */
static void
put(struct nfu *s, uint32_t slot, uint32_t value)
{
	pages(s)[slot] = (struct nfu_page){ value, s->shifts };
	pl_insert(s->node, pl_back(s->node, head_of(s, value)), slot);
	s->map[value / 64] |= (uint64_t)1 << value % 64;
	if (++s->refs == s->period)
		shift(s);
}

static uint32_t
value_of(const struct nfu *s, const struct nfu_page *pg)
{
	uint32_t age = s->shifts - pg->shift;

	return age < 16 ? pg->value >> age : 0;
}

static void
nfu_hit(void *state, uint32_t slot)
{
	struct nfu *s = state;
	uint32_t value = value_of(s, &pages(s)[slot]);

	if (value >= REFERENCED) {
		if (++s->refs == s->period)
			shift(s);
		return;
	}
	pl_remove(s->node, slot);
	put(s, slot, value | REFERENCED);
}

static void
nfu_insert(void *state, uint32_t slot, uint32_t key)
{
	struct nfu *s = state;

	(void)key;
	s->n++;
	put(s, slot, REFERENCED);
}

static void
nfu_remove(void *state, uint32_t slot)
{
	struct nfu *s = state;

	pl_remove(s->node, slot);
	s->n--;
}

static uint32_t
nfu_victim(void *state, uint32_t key)
{
	struct nfu *s = state;
	uint32_t word = 0, value, slot;

	(void)key;
	for (;;) {
		while (s->map[word] == 0)
			word++;
		value = 64 * word + (uint32_t)__builtin_ctzll(s->map[word]);
		slot = s->node[head_of(s, value)].next;
		if (slot != head_of(s, value))
			break;
		s->map[word] &= s->map[word] - 1;
	}
	nfu_remove(state, slot);
	return slot;
}

static const char *
nfu_check(const void *state)
{
	struct nfu *s = (void *)(uintptr_t)state;
	uint32_t n = 0;

	for (uint32_t v = 0; v < VALUES; v++) {
		uint32_t head = head_of(s, v), members;

		members = pl_count(s->node, head, s->frames + 1 + VALUES);
		if (members > s->frames)
			return "N1: a queue is broken";
		if (members > 0 && !(s->map[v / 64] >> v % 64 & 1))
			return "N2: a queue has no bit in the map";
		for (uint32_t i = s->node[head].next; i != head;
		     i = s->node[i].next)
			if (i > s->frames || value_of(s, &pages(s)[i]) != v)
				return "N1: a page is in another value's queue";
		n += members;
	}
	return n == s->n ? NULL : "N1: the number of pages is wrong";
}

/* A page of queue v; one that comes in has had that value all along. */
static void
keep_page(struct nfu *s, struct vm_keep *k, uint32_t *slot, uint32_t *v)
{
	uint32_t value = *v;

	VM_KEEP(k, value, *v, VALUES - 1);
	VM_KEEP(k, *slot, 1, s->frames);
	*v = value;
	if (!k->load || !k->ok)
		return;
	pages(s)[*slot] = (struct nfu_page){ *v, s->shifts };
	pl_insert(s->node, pl_back(s->node, head_of(s, *v)), *slot);
	s->map[*v / 64] |= (uint64_t)1 << *v % 64;
}

/* From the least value on, each queue from its front. */
static void
nfu_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct nfu *s = state;
	uint32_t v = 0, slot = head_of(s, 0);

	s->n = n;
	VM_KEEP(k, s->refs, 0, s->period - 1);
	for (uint32_t i = 0; i < n && k->ok; i++) {
		if (!k->load) {
			slot = s->node[slot].next;
			while (slot == head_of(s, v))
				slot = s->node[head_of(s, ++v)].next;
		}
		keep_page(s, k, &slot, &v);
	}
}

const struct vm_policy vm_policy_nfu = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "nfu",
	.summary = "not frequently used, with aging: counters of 8 bits",
	.params = params,
	.bytes = nfu_bytes,
	.init = nfu_init,
	.hit = nfu_hit,
	.victim = nfu_victim,
	.insert = nfu_insert,
	.remove = nfu_remove,
	.check = nfu_check,
	.keep = nfu_keep,
};
