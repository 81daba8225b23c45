/*
 * Why things happened: stories (workloads/explain/explain.h) of single
 * operations.
 *
 * A story listens before everybody else and passes events on, so it is made
 * anew when the listener changes.
 */
#include <stdlib.h>
#include <string.h>

#include "lib.h"
#include "workloads/explain/explain.h"
#include "workloads/io/memstream.h"

int
uvmsim_explain(struct uvmsim *u, int on)
{
	if (!lib_changes(u))
		return -1;
	u->told = false;
	if (!on) {
		wl_story_free(u->story);
		u->story = NULL;
		return 0;
	}
	if (u->story == NULL && (u->story = wl_story_new(u->m)) == NULL)
		return api_fail(ENOMEM, "no memory for explanations");
	return 0;
}

void
lib_story_begin(struct uvmsim *u, const struct wl_deed *deed)
{
	if (u->story != NULL)
		wl_story_begin(u->story, deed);
}

void
lib_story_end(struct uvmsim *u, int err, uint64_t ret,
    const struct sim_signal *sig)
{
	if (u->story == NULL)
		return;
	wl_story_end(u->story, err, ret, sig);
	u->told = true;
}

int
uvmsim_explanation(const struct uvmsim *u, bool full, char *buf, size_t len)
{
	char *text = NULL;
	size_t n = 0;
	FILE *fp;

	if (!lib_changes(u) || (len > 0 && !lib_needs(buf, "the buffer")))
		return -1;
	if (u->story == NULL || !u->told)
		return api_fail(ENOENT,
		    "there is no story: expected uvmsim_explain(), and a "
		    "single operation");
	fp = wl_memstream(&text, &n);
	if (fp == NULL)
		return api_fail(ENOMEM, "no memory for an explanation");
	wl_story_print(u->story, fp, full);
	if (fclose(fp) != 0) {
		free(text);
		return api_fail(ENOMEM, "no memory for an explanation");
	}
	if (len > 0)
		snprintf(buf, len, "%s", text);
	free(text);
	return (int)n;
}
