/*
 * The state of a policy that has come out of a file is used by code that trusts
 * it, so more than check() is asked: a copy of it must give as its victims the
 * slots that are taken, each once, and no other, by the keys that they have.
 */
#include <string.h>

#include "pmap/mem.h"
#include "policy.h"

struct drain {
	const struct vm_policy *policy;
	void *state;   /* the copy */
	uint8_t *seen; /* a bit for each slot */
	vm_policy_page_fn *page;
	void *ctx;
};

/* Keys that are no ghosts' are not known: any will do, the copy is lost. */
static const char *
drain(struct drain *d, uint32_t frames, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const uint32_t slot = d->policy->victim(d->state, i);
		uint32_t key;

		if (slot == 0 || slot > frames)
			return "the policy takes a slot that is none";
		if (d->seen[slot / 8] & 1u << slot % 8)
			return "the policy has a page in two places";
		if (!d->page(d->ctx, slot, &key))
			return "the policy has a page where none is";
		if (d->policy->key != NULL &&
		    d->policy->key(d->state, slot) != key)
			return "the policy has another page";
		d->seen[slot / 8] |= (uint8_t)(1u << slot % 8);
	}
	return NULL;
}

void
vm_policy_keep(const struct vm_policy *policy,
    const struct vm_policy_args *args, void *state, struct vm_keep *k,
    struct mem *mem, uint32_t n, vm_policy_page_fn *page, void *ctx)
{
	const size_t bytes = policy->bytes(args), bits = args->frames / 8 + 1;
	struct drain d = { policy, NULL, NULL, page, ctx };
	const char *why;

	policy->keep(state, k, n);
	if (!k->load || !k->ok)
		return;
	if ((why = policy->check(state)) != NULL) {
		k->refuse(k, why);
		return;
	}
	d.state = mem_alloc_aligned(mem, bytes, VM_POLICY_ALIGN);
	d.seen = mem_zalloc(mem, bits);
	if (d.state == NULL || d.seen == NULL) {
		k->refuse(k, NULL);
	} else {
		memcpy(d.state, state, bytes);
		if ((why = drain(&d, args->frames, n)) != NULL)
			k->refuse(k, why);
	}
	mem_free(mem, d.state, bytes);
	mem_free(mem, d.seen, bits);
}
