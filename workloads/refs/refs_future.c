/*
 * The future of a trace: touches as keys of pages, in order; then, backwards,
 * each key becomes the number of the touch at which it was met last.
 */
#include "refs_future.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/policy/keys.h"
#include "spaces.h"
#include "vm/policy.h"

#define FIRST_ROOM 65536

static int
grow(struct wl_future *f)
{
	const size_t room = f->room > 0 ? 2 * f->room : FIRST_ROOM;
	uint32_t *when;

	if (f->n >= VM_POLICY_NEVER)
		return EOVERFLOW;
	when = realloc(f->when, room * sizeof(*when));
	if (when == NULL)
		return ENOMEM;
	f->when = when;
	f->room = room;
	return 0;
}

/* The reading of a trace. */
struct pass {
	struct wl_future *f;
	struct wl_refsource source;
	struct wl_keys keys;
	struct wl_spaces spaces;
	unsigned shift;
};

/* The touches of a reference, by key. */
static int
add(struct pass *p, const struct wl_ref *ref)
{
	const uint64_t first = ref->va >> p->shift;
	uint64_t more = wl_ref_more_pages(ref, p->shift);
	struct wl_future *f = p->f;

	for (uint64_t i = 0; i <= more; i++) {
		const uint64_t page = wl_spaces_key(&p->spaces, first + i);
		int error = wl_keys_reserve(&p->keys, 1);

		if (error == 0 && f->n == f->room)
			error = grow(f);
		if (error != 0)
			return error;
		f->when[f->n++] = wl_keys_touch(&p->keys, page << 1) >> 1;
	}
	return p->spaces.failed ? ENOMEM : 0;
}

static int
read_all(struct pass *p, bool data_only, uint64_t until)
{
	const struct wl_ref *ref;
	uint64_t done = 0;
	int error = 0;
	size_t n;

	while (error == 0 && (n = wl_refsource_next(&p->source, &ref)) > 0) {
		wl_spaces_process(&p->spaces, p->source.process);
		for (size_t i = 0; i < n && error == 0; i++) {
			if (data_only && ref[i].kind == WL_REF_FETCH)
				continue;
			error = add(p, &ref[i]);
			if (++done == until)
				return error;
		}
	}
	return error == 0 && p->source.in->failed ? EIO : error;
}

/* Keys to next touches. => false: no memory */
static bool
look_ahead(struct wl_future *f, const struct wl_keys *keys)
{
	const size_t nkeys = (size_t)keys->ngroups << WL_KEYS_SHIFT;
	uint32_t *met = malloc((nkeys + 1) * sizeof(*met));

	if (met == NULL)
		return false;
	memset(met, 0xff, nkeys * sizeof(*met));
	for (size_t i = f->n; i-- > 0;) {
		uint32_t *last = &met[f->when[i]];

		f->when[i] = *last;
		*last = (uint32_t)i;
	}
	free(met);
	return true;
}

int
wl_future_make(struct wl_future *f, struct wl_input *in, unsigned page_shift,
    bool data_only, uint64_t until)
{
	struct pass p = { .f = f, .shift = page_shift };
	struct mem *mem;
	int error;

	memset(f, 0, sizeof(*f));
	if ((error = wl_refsource_open(&p.source, in)) != 0)
		return error;
	wl_spaces_init(&p.spaces, page_shift);
	mem = mem_create();
	error = mem != NULL && wl_keys_init(&p.keys, mem) ?
	    read_all(&p, data_only, until) :
	    ENOMEM;
	if (error == 0 && !look_ahead(f, &p.keys))
		error = ENOMEM;
	wl_spaces_fini(&p.spaces);
	mem_destroy(mem);
	wl_refsource_close(&p.source);
	return error;
}

void
wl_future_free(struct wl_future *f)
{
	free(f->when);
	memset(f, 0, sizeof(*f));
}
