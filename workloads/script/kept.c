/*
 * What an executor knows besides its machine, as a copy: names and their
 * values, the generator of patterns, samples, the operation done last, where it
 * stands.  What the copy points to belongs to the script and stays.
 */
#include <stdlib.h>
#include <string.h>

#include "exec.h"

struct wl_kept {
	struct wl_exec ex; /* known, story: not used */
	struct wl_cursor cursor;
	uint64_t passed, failed;
};

/* => false: no memory */
static bool
copy_names(struct wl_exec *to, const struct wl_exec *from)
{
	const struct wl_known *k;
	struct wl_known *copy;

	for (k = from->known; k != NULL; k = k->hh.next) {
		copy = wl_known(to, k->pid);
		if (copy == NULL)
			return false;
		copy->err = k->err;
		copy->value = malloc((k->n + 1) * sizeof(*copy->value));
		if (copy->value == NULL)
			return false;
		for (size_t i = 0; i < k->n; i++)
			copy->value[i] = k->value[i];
		copy->n = k->n;
		copy->max = k->n + 1;
	}
	return true;
}

/* All that needs no memory. */
static void
copy_plain(struct wl_exec *to, const struct wl_exec *from)
{
	to->stmt = from->stmt;
	to->rng = from->rng;
	to->nops = from->nops;
	to->explaining = from->explaining;
	to->explain_full = from->explain_full;
	to->explain_full = from->explain_full;
	to->expecting = from->expecting;
	to->expected = from->expected;
	to->last = from->last;
	to->error = from->error;
}

static bool
copy_cursor(struct wl_cursor *to, const struct wl_cursor *from)
{
	if (to == NULL)
		return true;
	wl_cursor_forget(to);
	*to = *from;
	if (from->walk == NULL)
		return true;
	to->walk = wl_walk_copy(from->walk);
	return to->walk != NULL;
}

struct wl_kept *
wl_exec_keep(const struct wl_exec *ex, const struct wl_cursor *cursor)
{
	static const struct wl_cursor none;
	struct wl_kept *k = calloc(1, sizeof(*k));

	if (k == NULL)
		return NULL;
	copy_plain(&k->ex, ex);
	k->passed = ex->run->passed;
	k->failed = ex->run->failed;
	if (wl_sampler_copy(&k->ex.sampler, &ex->sampler, NULL) &&
	    copy_names(&k->ex, ex) &&
	    copy_cursor(&k->cursor, cursor != NULL ? cursor : &none))
		return k;
	wl_kept_free(k);
	return NULL;
}

void
wl_kept_free(struct wl_kept *k)
{
	if (k == NULL)
		return;
	wl_sampler_fini(&k->ex.sampler);
	wl_known_free(&k->ex);
	wl_cursor_forget(&k->cursor);
	free(k);
}

bool
wl_exec_restore(struct wl_exec *ex, struct wl_cursor *cursor,
    const struct wl_kept *k, struct machine *m)
{
	ex->sampler.m = NULL; /* its machine may be gone */
	wl_sampler_fini(&ex->sampler);
	wl_known_free(ex);
	ex->run->machine = ex->m = m;
	ex->run->passed = k->passed;
	ex->run->failed = k->failed;
	memset(&ex->run->error, 0, sizeof(ex->run->error));
	copy_plain(ex, &k->ex);
	return wl_sampler_copy(&ex->sampler, &k->ex.sampler, m) &&
	    copy_names(ex, &k->ex) && copy_cursor(cursor, &k->cursor);
}
