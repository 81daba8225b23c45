/*
 * The stack of a recursive program: a call stores its return address into a new
 * frame, a return loads it.
 *
 * Each call calls `fan' others one after the other, down to `depth' calls, as a
 * search through a tree does; fan = 1 is one chain down and up again.  Calls:
 * 1 + fan + fan^2 + ... + fan^(depth - 1), two references each.  Frames are
 * `frame' bytes, rounded up to 16 as ABIs want it, and grow downwards.
 */
#include <stdlib.h>

#include "gen.h"
#include "pmap/narrow.h"

enum { STACK_FAN, STACK_DEPTH, STACK_FRAME };

struct stack {
	uint64_t deep; /* calls that have not returned; 0: not begun */
	bool over;
};

/* Offset of the return address of a call, from 1. */
static uint64_t
slot(const uint64_t *p, uint64_t deep)
{
	const uint64_t frame = (p[STACK_FRAME] + 15) & ~(uint64_t)15;
	const uint64_t size = (p[STACK_DEPTH] * frame + WL_GEN_PAGE - 1) &
	    ~(WL_GEN_PAGE - 1);

	return size - (deep - 1) * frame - 8;
}

static bool
stack_start(struct wl_gen *g)
{
	/* how many each call under way has called */
	g->table[0] = malloc(host_count(g->args.param[STACK_DEPTH] + 1));
	return g->table[0] != NULL;
}

static enum wl_gen_step
stack_step(struct wl_gen *g, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;
	struct stack *s = g->state;
	uint8_t *called = g->table[0];

	if (s->over)
		return WL_GEN_END;
	if (s->deep == 0 ||
	    (s->deep < p[STACK_DEPTH] && called[s->deep] < p[STACK_FAN])) {
		if (s->deep > 0)
			called[s->deep]++;
		called[++s->deep] = 0;
		wl_gen_ref(ref, slot(p, s->deep), 8, WL_REF_STORE);
	} else {
		wl_gen_ref(ref, slot(p, s->deep), 8, WL_REF_LOAD);
		s->over = --s->deep == 0;
	}
	return WL_GEN_REF;
}

static const struct wl_gen_param stack_params[] = {
	{ "fan", "calls that each call makes", 1, 16, 2 },
	{ "depth", "calls within each other, at most", 1, (uint64_t)1 << 20,
	    15 },
	{ "frame", "bytes of a stack frame", 16, 65536, 2048 }, { .name = NULL }
};

const struct wl_gen_kind wl_gen_stack = {
	.name = "stack",
	.summary = "calls and returns of a recursive program",
	.params = stack_params,
	.ends = true,
	.state = sizeof(struct stack),
	.start = stack_start,
	.step = stack_step,
};
