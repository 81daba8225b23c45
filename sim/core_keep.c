/*
 * State that keeps itself (vm/vm_keep.h), in a core: its numbers one behind the
 * other, each as wide as its member.
 */
#include <errno.h>

#include "core_section.h"

static void
put_number(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	(void)name, (void)lo, (void)hi;
	sim_core_put(k->ctx, *v, bytes);
}

static void
get_number(struct vm_keep *k, const char *name, uint64_t *v, unsigned bytes,
    uint64_t lo, uint64_t hi)
{
	*v = sim_core_get_within(k->ctx, bytes, lo, hi, name);
	k->ok = sim_core_in_ok(k->ctx);
}

static void
refuse(struct vm_keep *k, const char *why)
{
	k->ok = why != NULL ? sim_core_refuse(k->ctx, "%s", why) :
			      sim_core_refuse_errno(k->ctx, ENOMEM);
}

/* What goes out is as lawful as check() has found it. */
static void
accept(struct vm_keep *k, const char *why)
{
	(void)k, (void)why;
}

struct vm_keep
sim_core_keeper_out(struct core_out *out)
{
	return (struct vm_keep){ .ok = true,
		.number = put_number,
		.refuse = accept,
		.ctx = out };
}

struct vm_keep
sim_core_keeper_in(struct core_in *in)
{
	return (struct vm_keep){ .load = true,
		.ok = sim_core_in_ok(in),
		.number = get_number,
		.refuse = refuse,
		.ctx = in };
}
