/*
 * LFU: the page with the fewest references goes; of equal ones, the one whose
 * last reference is the longest ago.  References are counted while a page is
 * resident, the one that brings it in included; what went begins again at 1.
 *
 * Constant time (Shah, Mitra, Matani, 2010): pages of one count are a queue,
 * the latest referenced at its back; queues of rising counts are a chain.
 *
 *	chain:  1 ------> 2 ------> 7
 *	        |         |         |
 *	        C D       A         B     the next to go: C
 *
 *  L1  the chain is sound, its counts rise, none of its queues is empty
 *  L2  each page is in the queue that it names; all pages are in queues
 */
#include "policy.h"
#include "policy_list.h"

/*
 * Groups 1 .. frames; group 0 is the head of the chain.  Nodes 1 .. frames are
 * pages; node frames + g is the head of group g.
 */
struct lfu {
	uint32_t frames, n;
	uint32_t free;  /* groups not in use */
	uint32_t fresh; /* groups never used begin here */
	uint64_t count[];
};

/* The arrays behind the struct. */
struct parts {
	struct lfu *l;
	uint64_t *count;       /* by group */
	struct pl_node *chain; /* by group */
	struct pl_node *node;
	uint32_t *group; /* by slot */
};

static struct parts
parts_of(void *state)
{
	struct lfu *l = state;
	struct parts p = { .l = l, .count = l->count };

	p.chain = (struct pl_node *)&p.count[l->frames + 1];
	p.node = &p.chain[l->frames + 1];
	p.group = (uint32_t *)&p.node[2 * (size_t)l->frames + 1];
	return p;
}

static size_t
lfu_bytes(const struct vm_policy_args *args)
{
	const size_t n = args->frames;

	return sizeof(struct lfu) + (n + 1) * sizeof(uint64_t) +
	    (n + 1) * sizeof(struct pl_node) +
	    (2 * n + 1) * sizeof(struct pl_node) + (n + 1) * sizeof(uint32_t);
}

static void
lfu_init(void *state, const struct vm_policy_args *args)
{
	struct lfu *l = state;

	l->frames = args->frames;
	l->fresh = 1;
	pl_init(parts_of(state).chain, 0);
}

/* => a group of that count, in the chain behind group `at' */
static uint32_t
new_group(struct parts *p, uint32_t at, uint64_t count)
{
	struct lfu *l = p->l;
	uint32_t g = l->free;

	if (g != 0)
		l->free = p->chain[g].next;
	else
		g = l->fresh++;
	p->count[g] = count;
	pl_insert(p->chain, at, g);
	pl_init(p->node, l->frames + g);
	return g;
}

/* Group g has lost a page. */
static void
shrink_group(struct parts *p, uint32_t g)
{
	if (!pl_empty(p->node, p->l->frames + g))
		return;
	pl_remove(p->chain, g);
	p->chain[g].next = p->l->free;
	p->l->free = g;
}

/* The page joins the group of `count', which is the one behind group `at'. */
static void
join(struct parts *p, uint32_t slot, uint32_t at, uint64_t count)
{
	uint32_t g = p->chain[at].next;

	if (g == 0 || p->count[g] != count)
		g = new_group(p, at, count);
	pl_insert(p->node, pl_back(p->node, p->l->frames + g), slot);
	p->group[slot] = g;
}

static void
lfu_hit(void *state, uint32_t slot)
{
	struct parts p = parts_of(state);
	uint32_t g = p.group[slot], head = p.l->frames + g;
	uint32_t after = p.chain[g].next;
	bool alone = p.node[head].next == slot && p.node[head].prev == slot;

	if (alone && (after == 0 || p.count[after] != p.count[g] + 1)) {
		p.count[g]++;
		return;
	}
	pl_remove(p.node, slot);
	join(&p, slot, g, p.count[g] + 1);
	shrink_group(&p, g);
}

static void
lfu_insert(void *state, uint32_t slot, uint32_t key)
{
	struct parts p = parts_of(state);

	(void)key;
	join(&p, slot, 0, 1);
	p.l->n++;
}

static void
lfu_remove(void *state, uint32_t slot)
{
	struct parts p = parts_of(state);

	pl_remove(p.node, slot);
	shrink_group(&p, p.group[slot]);
	p.l->n--;
}

static uint32_t
lfu_victim(void *state, uint32_t key)
{
	struct parts p = parts_of(state);
	uint32_t slot = p.node[p.l->frames + p.chain[0].next].next;

	(void)key;
	lfu_remove(state, slot);
	return slot;
}

static const char *
lfu_check(const void *state)
{
	const struct parts p = parts_of((void *)(uintptr_t)state);
	const uint32_t frames = p.l->frames;
	uint64_t count = 0;
	uint32_t n = 0;

	if (pl_count(p.chain, 0, frames + 1) == UINT32_MAX)
		return "L1: the chain is broken";
	for (uint32_t g = p.chain[0].next; g != 0; g = p.chain[g].next) {
		uint32_t head = frames + g, members;

		if (p.count[g] <= count)
			return "L1: counts do not rise";
		count = p.count[g];
		members = pl_count(p.node, head, 2 * frames + 1);
		if (members == 0 || members > frames)
			return "L1: a queue is broken or empty";
		for (uint32_t i = p.node[head].next; i != head;
		     i = p.node[i].next)
			if (i > frames || p.group[i] != g)
				return "L2: a page is in another's queue";
		n += members;
	}
	return n == p.l->n ? NULL : "L2: the number of pages is wrong";
}

/* From the lowest count on, each queue from its front. */
static void
lfu_keep(void *state, struct vm_keep *k, uint32_t n)
{
	struct parts p = parts_of(state);
	uint32_t g = 0, slot = p.l->frames;
	uint64_t count = 1;

	for (uint32_t i = 0; i < n && k->ok; i++) {
		if (!k->load) {
			slot = g != 0 ? p.node[slot].next : p.l->frames;
			if (slot == p.l->frames + g) {
				g = p.chain[g].next;
				slot = p.node[p.l->frames + g].next;
			}
			count = p.count[g];
		}
		VM_KEEP(k, count, count, VM_KEEP_MAX);
		VM_KEEP(k, slot, 1, p.l->frames);
		if (!k->load || !k->ok)
			continue;
		if (g == 0 || p.count[g] != count)
			g = new_group(&p, g, count);
		pl_insert(p.node, pl_back(p.node, p.l->frames + g), slot);
		p.group[slot] = g;
		p.l->n++;
	}
}

const struct vm_policy vm_policy_lfu = {
	.abi = VM_POLICY_ABI,
	.size = sizeof(struct vm_policy),
	.name = "lfu",
	.summary = "least frequently used since it came in",
	.bytes = lfu_bytes,
	.init = lfu_init,
	.hit = lfu_hit,
	.victim = lfu_victim,
	.insert = lfu_insert,
	.remove = lfu_remove,
	.check = lfu_check,
	.keep = lfu_keep,
};
