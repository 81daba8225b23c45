/*
 * bip.c: the bimodal insertion policy (Qureshi and others, ISCA 2007), as a
 * policy for uvmsim.
 *
 * LRU, but for where a page comes in: at the end from which victims are taken,
 * so that a loop that is too long throws out its own last page and keeps the
 * rest; only every n-th page (one=32) comes in as the one used last, so that a
 * new working set can take over.
 *
 *	cc -shared -fPIC -o bip.so bip.c $(pkg-config --cflags uvmsim)
 *	uvmsim run --machine policy=./bip.so:one=64,frames=49 loop.uvm
 */
#include <uvmsim.h>

/* Slots are a ring; slot 0 is its head: next is the one used last, prev goes
 * first.  A slot whose next is itself holds no page. */
struct bip {
	uint64_t every, came;
	struct {
		uint32_t next, prev;
	} slot[];
};

static size_t
bip_bytes(const struct uvmsim_policy_args *args)
{
	return sizeof(struct bip) +
	    (args->frames + 1) * sizeof(((struct bip *)0)->slot[0]);
}

static void
bip_init(void *state, const struct uvmsim_policy_args *args)
{
	struct bip *b = state;

	b->every = args->param[0];
	for (uint32_t i = 0; i <= args->frames; i++)
		b->slot[i].next = b->slot[i].prev = i;
}

static void
take_out(struct bip *b, uint32_t i)
{
	b->slot[b->slot[i].prev].next = b->slot[i].next;
	b->slot[b->slot[i].next].prev = b->slot[i].prev;
	b->slot[i].next = b->slot[i].prev = i;
}

/* Behind slot `at'. */
static void
put_in(struct bip *b, uint32_t i, uint32_t at)
{
	b->slot[i].next = b->slot[at].next;
	b->slot[i].prev = at;
	b->slot[b->slot[at].next].prev = i;
	b->slot[at].next = i;
}

static void
bip_hit(void *state, uint32_t slot)
{
	take_out(state, slot);
	put_in(state, slot, 0);
}

static void
bip_insert(void *state, uint32_t slot, uint32_t key)
{
	struct bip *b = state;

	(void)key;
	put_in(b, slot, ++b->came % b->every == 0 ? 0 : b->slot[0].prev);
}

static uint32_t
bip_victim(void *state, uint32_t key)
{
	uint32_t slot = ((struct bip *)state)->slot[0].prev;

	(void)key;
	take_out(state, slot);
	return slot;
}

static void
bip_remove(void *state, uint32_t slot)
{
	take_out(state, slot);
}

static const char *
bip_check(const void *state)
{
	const struct bip *b = state;
	uint32_t i = 0;

	do {
		if (b->slot[b->slot[i].next].prev != i)
			return "B1: the ring is broken";
		i = b->slot[i].next;
	} while (i != 0);
	return NULL;
}

static const struct uvmsim_policy_param params[] = {
	{ .name = "one",
	    .summary = "of so many pages one comes in as used last",
	    .min = 1,
	    .max = 1000000,
	    .value = 32 },
	{ .name = NULL },
};

const struct uvmsim_policy uvmsim_policy = {
	.abi = UVMSIM_POLICY_ABI,
	.size = sizeof(struct uvmsim_policy),
	.name = "bip",
	.summary = "bimodal insertion: LRU that loops do not thrash",
	.params = params,
	.bytes = bip_bytes,
	.init = bip_init,
	.hit = bip_hit,
	.victim = bip_victim,
	.insert = bip_insert,
	.remove = bip_remove,
	.check = bip_check,
};
