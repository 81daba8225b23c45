/*
 * Figures by name.
 */
#include <string.h>

#include "figure.h"

static const struct figure {
	const char *name;
	bool (*draw)(struct report *, FILE *);
	bool run;  /* of a run: a core has none */
	bool refs; /* and of one with references */
} figures[] = {
	{ "map", report_figure_map, false, false },
	{ "pagetable", report_figure_pagetable, false, false },
	{ "frames", report_figure_frames, false, false },
	{ "heat", report_figure_heat, true, true },
	{ "faults", report_figure_faults, true, false },
	{ "rss", report_figure_rss, true, false },
	{ "wset", report_figure_wset, true, true },
	{ "mrc", report_figure_mrc, true, true },
};

static const struct figure *
find(const char *name)
{
	for (size_t i = 0; i < NELEM(figures); i++)
		if (strcmp(figures[i].name, name) == 0)
			return &figures[i];
	return NULL;
}

bool
report_figure_known(const char *name)
{
	return find(name) != NULL;
}

const char *
report_figure_names(void)
{
	return "map, pagetable, frames, heat, faults, rss, wset or mrc";
}

const char *
report_figure_why(const struct report *r, const char *name)
{
	const struct figure *f = find(name);

	if (f != NULL && f->run && r->ops == 0)
		return "a figure over time needs a run with operations";
	if (f != NULL && f->refs && r->touches == 0)
		return "the run has no references to draw";
	return "the figure cannot be drawn";
}

bool
report_figure(struct report *r, const char *name, FILE *fp)
{
	const struct figure *f = find(name);

	if (f == NULL || r->nomem || (f->run && r->ops == 0) ||
	    (f->refs && r->touches == 0))
		return false;
	return f->draw(r, fp) && !ferror(fp);
}
