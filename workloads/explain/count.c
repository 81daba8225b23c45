/*
 * Counters and time: what an operation has changed of them.
 *
 * All counters of the machine and all parts of its clock are noted before; the
 * differences are told after.  The short chain leaves out the counters that
 * say what every operation says (that there was one, that it referenced) or
 * that follow from others.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "int.h"
#include "sim/stats.h"

#define MOST 8 /* counters that the short chain has */

static const char *const obvious[] = { "operations", "reads", "writes",
	"fetches", "syscalls", "free", "active", "tlb_l1d_hits", "tlb_l1i_hits",
	"tlb_cycles", "tlb_walk_refs", "local_refs", "disk_busy", "disk_wait",
	"disk_inrow", "fltlget", "fltanget", "anonpages", "filepages",
	"ubackmerge", "uforwmerge", "ubimerge", "unomerge", "disk_waits",
	"disk_longest", "disk_pages_read", "disk_pages_written", "local_allocs",
	"reserv_holes", "reserv_partpopq", "swpginuse", "nswget", "fltrelck",
	"fltrelckok", "fltanretry", "pgswapout", "pdpageouts", "anondirty",
	"anonclean", "anonunknown", "fileclean", "filedirty", "fileunknown",
	"execpages", "tlb_l1d_misses", "tlb_l1i_misses", "tlb_l2_misses",
	"tlb_walks_base", "tlb_walks_large", "collscanned" };

static bool
is_obvious(const char *name)
{
	for (size_t i = 0; i < NELEM(obvious); i++)
		if (strcmp(obvious[i], name) == 0)
			return true;
	return false;
}

bool
story_before_init(struct wl_story *s)
{
	struct story_before *b = &s->before;
	struct sim_stat st;

	while (sim_stat_at(s->m, b->ncounters, &st))
		b->ncounters++;
	while (sim_clock_part(s->m, b->ncosts, &st))
		b->ncosts++;
	b->counter = calloc(b->ncounters, sizeof(*b->counter));
	b->cost = calloc(b->ncosts, sizeof(*b->cost));
	return b->counter != NULL && b->cost != NULL;
}

void
story_before_fini(struct wl_story *s)
{
	free(s->before.counter);
	free(s->before.cost);
}

void
story_before_note(struct wl_story *s)
{
	struct story_before *b = &s->before;
	struct sim_stat st;

	for (size_t i = 0; i < b->ncounters; i++) {
		(void)sim_stat_at(s->m, i, &st);
		b->counter[i] = st.value;
	}
	for (size_t i = 0; i < b->ncosts; i++) {
		(void)sim_clock_part(s->m, i, &st);
		b->cost[i] = st.value;
	}
	b->clock = sim_clock(s->m);
	b->wait = sim_clock_disk(s->m);
	b->fresh = s->m->vm.pages.fresh;
	memcpy(b->refused, s->m->vm.reservs.refused, sizeof(b->refused));
}

uint64_t
story_grown(const struct wl_story *s, const char *name)
{
	struct sim_stat st;

	for (size_t i = 0; sim_stat_at(s->m, i, &st); i++)
		if (strcmp(st.name, name) == 0)
			return st.value - s->before.counter[i];
	return 0;
}

/* The i-th counter if it has changed. */
static bool
changed(const struct wl_story *s, size_t i, struct sim_stat *st)
{
	return sim_stat_at(s->m, i, st) && st->value != s->before.counter[i];
}

/* One line; the full chain's has all, the short one's only what tells; as facts
 * both have all. */
static void
tell_counters(struct wl_story *s, bool brief)
{
	char text[8 * STORY_TEXT];
	struct sim_stat st;
	size_t at = 0;
	unsigned n = 0, more = 0;

	for (size_t i = 0; i < s->before.ncounters; i++) {
		if (!changed(s, i, &st) || (brief && is_obvious(st.name)))
			continue;
		if (brief && n == MOST) {
			more++;
			continue;
		}
		story_add(text, sizeof(text), &at,
		    "%s%s %" PRIu64 " -> %" PRIu64, n++ > 0 ? ", " : "",
		    st.name, s->before.counter[i], st.value);
	}
	if (more > 0)
		story_add(text, sizeof(text), &at, ", and %u more", more);
	if (n == 0)
		return;
	story_tell(s, brief, "counters", "counters: %s", text);
	for (size_t i = 0; i < s->before.ncounters; i++)
		if (changed(s, i, &st))
			story_fact_change(s, st.name, s->before.counter[i],
			    st.value);
	if (brief)
		story_only_brief(s);
}

void
story_counters(struct wl_story *s)
{
	tell_counters(s, true);
	tell_counters(s, false);
}

/* The name of a part as a key. */
static void
fact_part(struct wl_story *s, const char *name, uint64_t ns)
{
	char key[STORY_TEXT];

	snprintf(key, sizeof(key), "%s", name);
	for (char *c = key; *c != '\0'; c++)
		if (strchr(" '-", *c) != NULL)
			*c = '_';
	story_fact(s, key, ns);
}

void
story_cost(struct wl_story *s)
{
	const struct story_before *b = &s->before;
	const uint64_t ns = sim_clock(s->m) - b->clock;
	char text[2 * STORY_TEXT];
	struct sim_stat part;
	size_t at = 0;

	for (size_t i = 0; i < b->ncosts; i++)
		if (sim_clock_part(s->m, i, &part) && part.value != b->cost[i])
			story_add(text, sizeof(text), &at, "%s%s %" PRIu64,
			    at > 0 ? ", " : "", part.name,
			    part.value - b->cost[i]);
	if (at == 0)
		story_tell(s, true, "cost", "it takes no time");
	else
		story_tell(s, true, "cost", "it takes %" PRIu64 " ns: %s", ns,
		    text);
	story_fact(s, "ns", ns);
	for (size_t i = 0; i < b->ncosts; i++)
		if (sim_clock_part(s->m, i, &part) && part.value != b->cost[i])
			fact_part(s, part.name, part.value - b->cost[i]);
}

const char *
story_disk(struct wl_story *s, char buf[STORY_TEXT])
{
	const uint64_t wait = sim_clock_disk(s->m);

	buf[0] = '\0';
	if (wait != s->before.wait)
		snprintf(buf, STORY_TEXT, ", and the disk takes %" PRIu64 " ns",
		    wait - s->before.wait);
	s->before.wait = wait;
	return buf;
}
