/*
 * What the page has as JSON beside the columns: names, the machine, its
 * statistics, its page-table geometry, curves, the source.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "sim/json.h"
#include "sim/stats.h"

/* It stands in a <script>, which no string may end. */
void
report_json_string(FILE *fp, const char *s)
{
	char piece[SIM_JSON_PIECE];

	putc('"', fp);
	while (*s != '\0') {
		(void)sim_json_piece(&s, "<>&", piece);
		fputs(piece, fp);
	}
	putc('"', fp);
}

static void
put_strings(FILE *fp, const char *key, const struct report_strings *s)
{
	fprintf(fp, ",\n\"%s\":[", key);
	for (uint32_t i = 0; i < s->n; i++) {
		if (i > 0)
			putc(',', fp);
		report_json_string(fp, s->row[i]->text);
	}
	putc(']', fp);
}

/* Rows that are members of JSON arrays already. */
static void
put_arrays(FILE *fp, const char *key, const struct report_strings *s)
{
	fprintf(fp, ",\n\"%s\":[", key);
	for (uint32_t i = 0; i < s->n; i++)
		fprintf(fp, "%s[%s]", i > 0 ? "," : "", s->row[i]->text);
	putc(']', fp);
}

static void
put_chains(FILE *fp, const struct report_strings *s)
{
	fputs(",\n\"chains\":[", fp);
	for (uint32_t i = 0; i < s->n; i++) {
		const size_t n = s->row[i]->len / sizeof(uint32_t);
		uint32_t number;

		fputs(i > 0 ? ",[" : "[", fp);
		for (size_t k = 0; k < n; k++) {
			memcpy(&number, s->row[i]->text + k * sizeof(number),
			    sizeof(number));
			fprintf(fp, "%s%" PRIu32, k > 0 ? "," : "", number);
		}
		putc(']', fp);
	}
	putc(']', fp);
}

static void
put_processes(const struct report *r, FILE *fp)
{
	fputs(",\n\"procs\":[", fp);
	for (size_t i = 0; i < r->nprocs; i++) {
		const struct report_proc *q = &r->proc[i];

		fprintf(fp,
		    "%s{\"pid\":%d,\"ppid\":%d,\"name\":", i > 0 ? "," : "",
		    q->pid, q->ppid);
		report_json_string(fp, r->strings.row[q->name]->text);
		fputs(",\"personality\":", fp);
		report_json_string(fp, r->strings.row[q->personality]->text);
		putc('}', fp);
	}
	putc(']', fp);
}

/* ------------------------------------------------------------- machine ---- */

static void
put_pair(FILE *fp, const char *key, const char *value, bool *first)
{
	fputs(*first ? "[" : ",[", fp);
	*first = false;
	report_json_string(fp, key);
	putc(',', fp);
	report_json_string(fp, value);
	putc(']', fp);
}

static void __attribute__((format(printf, 4, 5)))
put_value(FILE *fp, const char *key, bool *first, const char *fmt, ...)
{
	char value[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	put_pair(fp, key, value, first);
}

static void
put_size(FILE *fp, const char *key, bool *first, uint64_t v)
{
	static const char unit[] = "KMGT";
	int i = -1;

	for (; v > 0 && v % 1024 == 0 && i < 3; i++)
		v /= 1024;
	if (i < 0)
		put_value(fp, key, first, "%" PRIu64, v);
	else
		put_value(fp, key, first, "%" PRIu64 "%c", v, unit[i]);
}

static void
put_config(const struct machine *m, FILE *fp)
{
	const struct sim_config *c = &m->config;
	bool first = true;

	fputs(",\n\"machine\":[", fp);
	put_value(fp, "arch", &first, "%s", c->arch->name);
	put_size(fp, "page", &first, (uint64_t)1 << m->page_shift);
	put_size(fp, "ram", &first, c->ram);
	put_value(fp, "frames of RAM", &first, "%" PRIu32, m->vm.pages.npages);
	if (c->swap_value[0] != '\0')
		put_value(fp, "swap", &first, "%s", c->swap_value);
	else
		put_size(fp, "swap", &first, c->swap);
	put_value(fp, "policy", &first, "%s", c->policy_value);
	if (c->policy != NULL)
		put_value(fp, "frames of a process", &first, "%" PRIu32,
		    c->frames);
	put_value(fp, "personality", &first, "%s", c->personality->name);
	put_value(fp, "superpages", &first, "%s",
	    sim_superpages_name(c->superpages));
	put_value(fp, "cpus", &first, "%" PRIu32, c->cpus);
	put_value(fp, "domains", &first, "%" PRIu32, c->domains);
	put_value(fp, "tlb", &first, "%s",
	    c->tlb.name != NULL ? c->tlb_value : "off");
	put_value(fp, "seed", &first, "%" PRIu64, c->seed);
	putc(']', fp);
}

static void
put_geometry(const struct machine *m, FILE *fp)
{
	const struct pmap_geometry *g = m->config.arch;

	fprintf(fp, ",\n\"geometry\":{\"shift\":%u,\"hashed\":%s,\"levels\":[",
	    m->page_shift, g->hashed ? "true" : "false");
	for (unsigned i = 0; i < g->nlevels; i++)
		fprintf(fp, "%s{\"name\":\"%s\",\"shift\":%u,\"bits\":%u}",
		    i > 0 ? "," : "", g->level_name[i], g->shift[i],
		    g->bits[i]);
	fputs("],\"sizes\":[", fp);
	for (unsigned i = 0; i < g->nsizes; i++)
		fprintf(fp, "%s%u", i > 0 ? "," : "", g->sizes[i].shift);
	fprintf(fp, "]},\n\"frames\":%u", m->vm.pages.npages);
}

static void
put_statistics(const struct machine *m, FILE *fp)
{
	struct sim_stat st;
	bool any = false;

	fputs(",\n\"statistics\":[", fp);
	for (size_t i = 0; sim_stat_at(m, i, &st); i++) {
		if (st.value == 0)
			continue;
		fprintf(fp, "%s[\"%s\",%" PRIu64 "]", any ? "," : "", st.name,
		    st.value);
		any = true;
	}
	putc(']', fp);
}

static void
put_source(const struct report *r, FILE *fp)
{
	fputs(",\n\"lines\":[", fp);
	for (uint32_t i = 1; i <= r->nlines; i++) {
		if (i > 1)
			putc(',', fp);
		report_json_string(fp, r->line(r->line_ctx, i));
	}
	putc(']', fp);
}

void
report_meta(struct report *r, FILE *fp)
{
	static const char *const stats[] = {
#define X(id, name, value) name,
		REPORT_STATS(X)
#undef X
	};

	fputs("{\"title\":", fp);
	report_json_string(fp, r->title);
	fputs(",\"source\":", fp);
	report_json_string(fp, r->source);
	fputs(",\"about\":", fp);
	report_json_string(fp, r->about);
	fprintf(fp,
	    ",\"version\":\"%s\",\"ops\":%" PRIu64 ",\"shift\":%u,"
	    "\"moments\":%" PRIu64 ",\"at\":%" PRIu64 ",\"spaces\":%zu",
	    UVMSIM_VERSION, r->ops, r->shift, r->moment, r->at, r->nspaces);
	put_config(r->m, fp);
	put_geometry(r->m, fp);
	put_statistics(r->m, fp);
	put_processes(r, fp);
	put_arrays(fp, "attrs", &r->attrs);
	put_strings(fp, "objects", &r->objects);
	put_strings(fp, "templates", &r->templates);
	put_chains(fp, &r->chains);
	fputs(",\n\"stats\":[", fp);
	for (size_t i = 0; i < NELEM(stats); i++)
		fprintf(fp, "%s\"%s\"", i > 0 ? "," : "", stats[i]);
	fputs("],\n\"curves\":", fp);
	report_curves_json(r, fp);
	put_source(r, fp);
}
