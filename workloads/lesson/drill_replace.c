/*
 * Page replacement by hand: a reference string, some frames, a policy.
 *
 * The policy is the simulator's own (vm/policy.h), driven reference by
 * reference, as the counting engine drives it.  Which page OPT throws out of
 * several that never come again does not matter, so it is not asked.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "drill_kinds.h"
#include "vm/policy.h"

#define MAXFRAMES 4
#define NONE UINT32_MAX

struct style {
	const char *name, *title, *rule, *reason;
};

static const struct style styles[] = {
	{ "fifo", "first in, first out", "the page that came first goes",
	    "came first" },
	{ "lru", "least recently used",
	    "the page whose last reference is the longest ago goes",
	    "was not used for the longest time" },
	{ "clock", "clock, or second chance",
	    "the hand goes round the frames; a page whose bit is set loses it "
	    "and stays, the first one whose bit is clear goes; a page comes "
	    "in with its bit set, and each hit sets it",
	    "is the first one from the hand on whose bit is clear" },
	{ "opt", "OPT, which knows the future",
	    "the page whose next reference is the farthest goes",
	    "is wanted again last, or never" },
};

struct replace {
	const struct style *style;
	const struct vm_policy *policy;
	struct vm_policy_args args;
	void *state;
	struct wl_string_of s;
	uint32_t slot[WL_STRING_MAX];  /* by page; 0: not in memory */
	uint32_t page[MAXFRAMES + 1];  /* by slot; NONE: free */
	unsigned since[WL_STRING_MAX]; /* for the order in which pages are
					   told: when it came, or last use */
	unsigned misses;
};

/* The pages in memory, the one that came (was used) first in front. */
static const char *
memory_text(const struct replace *r, char *buf, size_t len)
{
	uint32_t order[MAXFRAMES], n = 0, j;
	size_t at = 0;

	for (uint32_t i = 1; i <= r->args.frames; i++) {
		if (r->page[i] == NONE)
			continue;
		for (j = n++;
		     j > 0 && r->since[order[j - 1]] > r->since[r->page[i]];
		     j--)
			order[j] = order[j - 1];
		order[j] = r->page[i];
	}
	snprintf(buf, len, "nothing");
	for (uint32_t i = 0; i < n && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%" PRIu32,
		    i > 0 ? " " : "", order[i]);
	return buf;
}

/* When is the page of reference i referenced again? */
static uint32_t
next_use(const struct wl_string_of *s, unsigned i)
{
	for (unsigned j = i + 1; j < s->n; j++)
		if (s->page[j] == s->page[i])
			return j;
	return VM_POLICY_NEVER;
}

/* A miss. => the page that goes, or NONE */
static uint32_t
bring_in(struct replace *r, uint32_t page, uint32_t *slotp)
{
	uint32_t out = NONE, slot = 1;

	while (slot <= r->args.frames && r->page[slot] != NONE)
		slot++;
	if (slot > r->args.frames) {
		slot = r->policy->victim(r->state, page);
		out = r->page[slot];
		r->slot[out] = 0;
	}
	r->page[slot] = page;
	r->slot[page] = slot;
	r->misses++;
	*slotp = slot;
	return out;
}

static void
refer(struct wl_drill *d, struct replace *r, unsigned i)
{
	const uint32_t page = r->s.page[i];
	const bool hit = r->slot[page] != 0;
	const bool opt = r->policy->next != NULL;
	char had[60];
	uint32_t out, slot;
	unsigned item = wl_ask(d, -1, "page %" PRIu32, page);

	memory_text(r, had, sizeof(had));
	if (hit) {
		if (opt)
			r->policy->next(r->state, next_use(&r->s, i));
		r->policy->hit(r->state, r->slot[page]);
		wl_right(d, item, "hit");
		wl_why(d, item, "memory has %s, page %" PRIu32 " is there.",
		    had, page);
	} else {
		out = bring_in(r, page, &slot);
		if (opt)
			r->policy->next(r->state, next_use(&r->s, i));
		r->policy->insert(r->state, slot, page);
		if (out == NONE || opt)
			wl_right(d, item, "miss");
		else
			wl_right(d, item, "miss %" PRIu32, out);
		if (out == NONE)
			wl_why(d, item, "memory has %s, and a free frame.",
			    had);
		else
			wl_why(d, item,
			    "memory has %s; page %" PRIu32 " goes, it %s.", had,
			    out, r->style->reason);
	}
	if (!hit || strcmp(r->style->name, "lru") == 0)
		r->since[page] = i + 1;
}

static void
describe(struct wl_drill *d, const struct replace *r)
{
	char text[4 * WL_STRING_MAX];

	wl_say(d,
	    "A process has %" PRIu32 " frames and refers to its pages in this "
	    "order:",
	    r->args.frames);
	wl_put(d, "%s", "");
	wl_put(d, "    %s", wl_string_text(&r->s, text, sizeof(text)));
	wl_put(d, "%s", "");
	wl_say(d, "Policy: %s; %s.  Say for each reference: %s",
	    r->style->title, r->style->rule,
	    r->policy->next != NULL ?
		"hit or miss." :
		"hit; miss, if a frame was free; or miss and the page "
		"that goes, as in miss 3.");
}

void
wl_drill_replace(struct wl_drill *d)
{
	struct replace r = { .style = &styles[wl_draw(d, 0, 3)] };
	unsigned n, total;
	size_t bytes;

	r.policy = vm_policy_byname(r.style->name);
	vm_policy_defaults(r.policy, &r.args);
	r.args.frames = (uint32_t)wl_draw(d, 3, MAXFRAMES);
	if (strcmp(r.style->name, "clock") == 0)
		r.args.param[0] = 1;
	n = (unsigned)wl_draw(d, 11, 14);
	wl_draw_string(d, &r.s, n, r.args.frames + (unsigned)wl_draw(d, 1, 2));
	bytes = r.policy->bytes(&r.args) + VM_POLICY_ALIGN;
	bytes -= bytes % VM_POLICY_ALIGN;
	r.state = aligned_alloc(VM_POLICY_ALIGN, bytes);
	if (r.state == NULL) {
		snprintf(d->error, sizeof(d->error), "no memory");
		return;
	}
	memset(r.state, 0, bytes);
	memset(r.page, 0xff, sizeof(r.page));
	r.policy->init(r.state, &r.args);
	describe(d, &r);
	for (unsigned i = 0; i < n; i++)
		refer(d, &r, i);
	total = wl_ask(d, -1, "How many misses are there?");
	wl_right(d, total, "%u", r.misses);
	wl_why(d, total,
	    "%u pages are referred to for the first time, %u had been thrown "
	    "out.",
	    r.s.npages, r.misses - r.s.npages);
	free(r.state);
}
