/*
 * A generator run to its end, its references and operations collected.
 */
#include "gen_fixture.h"

#include <stdlib.h>
#include <string.h>

void
gen_parse(struct wl_gen_args *args, const char *text)
{
	char err[400];

	if (!wl_gen_parse(args, text, err, sizeof(err)))
		fail_msg("%s: %s", text, err);
}

static void
note_ops(struct gen_trace *t, const struct wl_gen *g)
{
	char *out = NULL;
	size_t len = 0;
	FILE *fp = open_memstream(&out, &len);

	fwrite(t->ops, 1, t->opslen, fp);
	for (size_t at = 0, n; at < g->opslen; at += n + 1) {
		n = strcspn(g->ops + at, "\n");
		fprintf(fp, "%zu %.*s\n", t->n, (int)n, g->ops + at);
	}
	fclose(fp);
	free(t->ops);
	t->ops = out;
	t->opslen = len;
}

void
gen_collect_args(struct gen_trace *t, const struct wl_gen_args *args)
{
	struct wl_gen *g = malloc(sizeof(*g));
	const struct wl_ref *ref;
	size_t n, cap = 0;

	memset(t, 0, sizeof(*t));
	t->ops = calloc(1, 1);
	assert_true(wl_gen_open(g, args));
	do {
		n = wl_gen_next(g, &ref);
		if (g->opslen > 0)
			note_ops(t, g);
		if (t->n + n > cap) {
			cap = 2 * cap + n;
			t->ref = realloc(t->ref, cap * sizeof(*ref));
			t->process = realloc(t->process, cap * 4);
		}
		for (size_t i = 0; i < n; i++)
			t->process[t->n + i] = g->process;
		if (n > 0)
			memcpy(t->ref + t->n, ref, n * sizeof(*ref));
		t->n += n;
	} while (n > 0);
	wl_gen_close(g);
	free(g);
}

void
gen_collect(struct gen_trace *t, const char *text)
{
	struct wl_gen_args args;

	gen_parse(&args, text);
	gen_collect_args(t, &args);
}

void
gen_drop(struct gen_trace *t)
{
	free(t->ref);
	free(t->process);
	free(t->ops);
}

uint64_t
gen_offset(const struct gen_trace *t, size_t i)
{
	assert_in_range(i, 0, t->n - 1);
	return t->ref[i].va - WL_GEN_BASE;
}
