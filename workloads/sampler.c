/*
 * Samples: two walks over the processes, one that tells and one that notes
 * where their counters stand; then the reference bits go.
 *
 * A process that cannot be noted for want of memory would count from its
 * beginning at the next sample: whoever takes the samples has to look.
 */
#include "sampler.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/stats.h"

struct wl_sampled {
	int pid; /* key */
	uint64_t refs, faults, majors;
	UT_hash_handle hh;
};

static void
due(void *ctx, struct machine *m)
{
	struct wl_sampler *s = ctx;

	m->sample_at = m->nops + s->every;
	wl_sampler_take(s);
}

void
wl_sampler_init(struct wl_sampler *s, struct machine *m, FILE *out,
    enum wl_sample_form form)
{
	*s = (struct wl_sampler){ .m = m, .out = out, .form = (uint8_t)form };
	s->pff = (struct wl_pff_bounds){ WL_PFF_LOW, WL_PFF_HIGH };
}

static struct wl_sampled *note_new(struct wl_sampler *, int pid);

bool
wl_sampler_copy(struct wl_sampler *to, const struct wl_sampler *from,
    struct machine *m)
{
	struct wl_sampled *k, *copy;

	*to = *from;
	to->m = m;
	to->known = NULL;
	if (from->m != NULL)
		to->due = from->m->sample_at;
	for (k = from->known; k != NULL; k = k->hh.next) {
		if ((copy = note_new(to, k->pid)) == NULL) {
			wl_sampler_fini(to);
			return false;
		}
		copy->refs = k->refs;
		copy->faults = k->faults;
		copy->majors = k->majors;
	}
	if (m != NULL && to->every != 0) {
		m->sample_fn = due;
		m->sample_ctx = to;
		m->sample_at = to->due;
	}
	return true;
}

void
wl_sampler_fini(struct wl_sampler *s)
{
	struct wl_sampled *k, *next;

	if (s->m != NULL && s->m->sample_ctx == s)
		s->m->sample_fn = NULL;
	HASH_ITER(hh, s->known, k, next) {
		HASH_DEL(s->known, k);
		free(k);
	}
	s->m = NULL;
}

void
wl_sampler_every(struct wl_sampler *s, uint64_t n)
{
	s->every = n;
	s->m->sample_fn = n != 0 ? due : NULL;
	s->m->sample_ctx = s;
	s->m->sample_at = s->m->nops + n;
}

/* ---------------------------------------------------------------- use ---- */

uint64_t
wl_per_million(uint64_t faults, uint64_t refs)
{
	return refs > 0 ? (uint64_t)((double)faults * 1e6 / (double)refs) : 0;
}

/* A counter's growth; one that went back is another process's. */
static uint64_t
since(uint64_t now, uint64_t then)
{
	return now >= then ? now - then : now;
}

static uint64_t
evicted(const struct machine *m)
{
	return m->vm.exp.pdfreed + m->vm.stat.evictions;
}

void
wl_usage(const struct wl_sampler *s, struct process *p, struct wl_usage *u)
{
	static const struct wl_sampled nothing;
	const struct wl_sampled *k;

	*u = (struct wl_usage){ .size = 0 };
	sim_residence(s->m, p, 0, UINT64_MAX, &u->has);
	if (p->vmspace != NULL)
		u->size = p->vmspace->vm_map.size;
	HASH_FIND_INT(s->known, &p->pid, k);
	if (k == NULL)
		k = &nothing;
	u->refs = since(p->nrefs, k->refs);
	u->faults = since(p->minflt + p->majflt, k->faults);
	u->majors = since(p->majflt, k->majors);
}

static bool
counts(const struct machine *m, const struct process *p)
{
	return p != m->kernel && p->vmspace != NULL && p->vfork_parent == NULL;
}

static void
add(struct wl_usage *sum, const struct wl_usage *u)
{
	sum->size += u->size;
	sum->has.rss += u->has.rss;
	sum->has.pss += u->has.pss;
	sum->has.shared += u->has.shared;
	sum->has.referenced += u->has.referenced;
	sum->has.used += u->has.used;
	sum->has.dirty += u->has.dirty;
	sum->refs += u->refs;
	sum->faults += u->faults;
	sum->majors += u->majors;
}

/* What processes can have: frames that are free or can be, or their share. */
static uint64_t
frames(const struct machine *m, uint64_t processes)
{
	const struct uvmexp *e = &m->vm.exp;
	const uint64_t all = e->free + e->active + e->inactive +
	    m->vm.pages.nlaundry + m->vm.pages.nunswappable;
	const uint64_t own = processes * m->config.frames;

	return m->config.policy != NULL && own != 0 && own < all ? own : all;
}

void
wl_total(const struct wl_sampler *s, struct wl_total *t)
{
	const struct uvmexp *e = &s->m->vm.exp;
	struct process *p, *next;
	struct wl_usage u;
	uint64_t n = 0;

	*t = (struct wl_total){ .free = e->free };
	HASH_ITER(hh, s->m->procs, p, next) {
		if (!counts(s->m, p))
			continue;
		n++;
		wl_usage(s, p, &u);
		add(&t->use, &u);
	}
	t->use.swapped = e->swpginuse;
	t->evicted = evicted(s->m) - s->evicted;
	t->frames = frames(s->m, n);
	t->thrashing = wl_thrashing(&s->pff, t->use.refs, t->use.majors,
	    pg_atop(s->m, t->use.has.used >> SIM_PSS_SHIFT) + t->evicted,
	    t->frames);
}

/* ---------------------------------------------------------------- rows ---- */

static uint64_t
pss_bytes(const struct wl_usage *u)
{
	return u->has.pss >> SIM_PSS_SHIFT;
}

/* A name, which may have come from a trace, with nothing that would end it. */
static void
put_name(FILE *fp, const char *s)
{
	for (; *s != '\0'; s++)
		fputc(strchr("\"\\,", *s) != NULL || (unsigned char)*s < ' ' ?
			'_' :
			*s,
		    fp);
}

static void
csv_begin(const struct wl_sampler *s)
{
	if (s->number != 1)
		return;
	fputs("sample,ops,pid,process,size,rss,pss,wset,dirty,refs,"
	      "faults,major,free,evicted,swapped,thrashing",
	    s->out);
	for (size_t i = 0; i < s->nstats; i++)
		fprintf(s->out, ",machine_%s", s->stat[i]);
	fputc('\n', s->out);
}

static uint64_t
counter(const struct wl_sampler *s, size_t i)
{
	uint64_t value = 0;

	(void)sim_stat_byname(s->m, s->stat[i], &value);
	return value;
}

static void
csv_use(const struct wl_sampler *s, const struct process *p,
    const struct wl_usage *u)
{
	fprintf(s->out, "%" PRIu64 ",%" PRIu64 ",", s->number, s->m->nops);
	if (p != NULL) {
		fprintf(s->out, "%d,", p->pid);
		put_name(s->out, p->name);
	} else {
		fputs(",all", s->out);
	}
	fprintf(s->out,
	    ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
	    ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
	    u->size, u->has.rss, pss_bytes(u), u->has.referenced, u->has.dirty,
	    u->refs, u->faults, u->majors);
}

static void
csv_process(const struct wl_sampler *s, const struct process *p,
    const struct wl_usage *u, bool first)
{
	(void)first;
	csv_use(s, p, u);
	fputs(",,,,", s->out);
	for (size_t i = 0; i < s->nstats; i++)
		fputc(',', s->out);
	fputc('\n', s->out);
}

static void
csv_end(const struct wl_sampler *s, const struct wl_total *t)
{
	csv_use(s, NULL, &t->use);
	fprintf(s->out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%d", t->free,
	    t->evicted, t->use.swapped, t->thrashing);
	for (size_t i = 0; i < s->nstats; i++)
		fprintf(s->out, ",%" PRIu64, counter(s, i));
	fputc('\n', s->out);
}

static void
json_begin(const struct wl_sampler *s)
{
	fprintf(s->out,
	    "{\"sample\":%" PRIu64 ",\"ops\":%" PRIu64 ",\"processes\":[",
	    s->number, s->m->nops);
}

static void
json_use(const struct wl_sampler *s, const struct wl_usage *u)
{
	fprintf(s->out,
	    "\"size\":%" PRIu64 ",\"rss\":%" PRIu64 ",\"pss\":%" PRIu64
	    ",\"wset\":%" PRIu64 ",\"dirty\":%" PRIu64 ",\"refs\":%" PRIu64
	    ",\"faults\":%" PRIu64 ",\"major\":%" PRIu64,
	    u->size, u->has.rss, pss_bytes(u), u->has.referenced, u->has.dirty,
	    u->refs, u->faults, u->majors);
}

static void
json_process(const struct wl_sampler *s, const struct process *p,
    const struct wl_usage *u, bool first)
{
	fprintf(s->out, "%s{\"pid\":%d,\"process\":\"", first ? "" : ",",
	    p->pid);
	put_name(s->out, p->name);
	fputs("\",", s->out);
	json_use(s, u);
	fputc('}', s->out);
}

static void
json_end(const struct wl_sampler *s, const struct wl_total *t)
{
	fputs("],\"all\":{", s->out);
	json_use(s, &t->use);
	fprintf(s->out,
	    ",\"frames\":%" PRIu64 ",\"free\":%" PRIu64 ",\"evicted\":%" PRIu64
	    ",\"swapped\":%" PRIu64 ",\"thrashing\":%s}",
	    t->frames, t->free, t->evicted, t->use.swapped,
	    t->thrashing ? "true" : "false");
	if (s->nstats > 0)
		fputs(",\"statistics\":{", s->out);
	for (size_t i = 0; i < s->nstats; i++)
		fprintf(s->out, "%s\"%s\":%" PRIu64, i > 0 ? "," : "",
		    s->stat[i], counter(s, i));
	fputs(s->nstats > 0 ? "}}\n" : "}\n", s->out);
}

static const struct {
	void (*begin)(const struct wl_sampler *);
	void (*process)(const struct wl_sampler *, const struct process *,
	    const struct wl_usage *, bool first);
	void (*end)(const struct wl_sampler *, const struct wl_total *);
} forms[] = {
	[WL_SAMPLE_JSON] = { json_begin, json_process, json_end },
	[WL_SAMPLE_CSV] = { csv_begin, csv_process, csv_end },
};

static void
print(const struct wl_sampler *s, const struct wl_total *t)
{
	struct process *p, *next;
	struct wl_usage u;
	bool first = true;

	if (s->out == NULL)
		return;
	forms[s->form].begin(s);
	HASH_ITER(hh, s->m->procs, p, next) {
		if (!counts(s->m, p))
			continue;
		wl_usage(s, p, &u);
		forms[s->form].process(s, p, &u, first);
		first = false;
	}
	forms[s->form].end(s, t);
}

/* -------------------------------------------------------------- sample ---- */

/* => NULL: no memory */
static struct wl_sampled *
note_new(struct wl_sampler *s, int pid)
{
	struct wl_sampled *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	k->pid = pid;
	HASH_ADD_INT(s->known, pid, k);
	if (k->hh.tbl != NULL)
		return k;
	free(k);
	return NULL;
}

static void
note(struct wl_sampler *s, const struct process *p)
{
	struct wl_sampled *k;

	HASH_FIND_INT(s->known, &p->pid, k);
	if (k == NULL && (k = note_new(s, p->pid)) == NULL) {
		s->nomem = true;
		return;
	}
	k->refs = p->nrefs;
	k->faults = p->minflt + p->majflt;
	k->majors = p->majflt;
}

void
wl_sampler_take(struct wl_sampler *s)
{
	struct process *p, *next;
	struct wl_total t;

	wl_total(s, &t);
	s->number++;
	s->thrashing += t.thrashing;
	print(s, &t);
	HASH_ITER(hh, s->m->procs, p, next) {
		note(s, p);
	}
	s->evicted = evicted(s->m);
	s->ops = s->m->nops;
	sim_clear_references(s->m);
}

void
wl_sampler_last(struct wl_sampler *s)
{
	if (s->number == 0 || s->ops != s->m->nops)
		wl_sampler_take(s);
}
