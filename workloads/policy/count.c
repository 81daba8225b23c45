/*
 * The counting engine: keys are made for some thousand touches at a time, in a
 * buffer, and each run goes over the buffer while it is in the host's cache.
 *
 * Buffers are kept when a run must know the future.  When the stream has ended
 * they are read backwards, with the touch at which each key was met last: that
 * is the next touch of the one before.  Then such runs go over them forwards.
 */
#include "count.h"

#include <errno.h>
#include <string.h>

#include "keys.h"
#include "loop.h"

#define BUFFER 4096 /* touches */
#define KEPT 65536  /* touches of a block that is kept */
#define FETCH 16    /* groups fetched ahead */

struct block {
	uint32_t touch[KEPT + WL_LOOP_AHEAD];
	uint32_t when[KEPT];
	uint32_t n;
};

struct wl_count {
	struct mem *mem;
	struct wl_keys keys;
	struct wl_run *run;
	size_t nruns;
	bool plain;
	bool keeps;    /* some run must know the future */
	uint64_t kept; /* touches in blocks */
	struct block **block;
	size_t nblocks, maxblocks;
	uint32_t buffer[BUFFER + WL_LOOP_AHEAD];
};

struct wl_count *
wl_count_create(struct mem *mem)
{
	struct wl_count *c = mem_zalloc(mem, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->mem = mem;
	if (!wl_keys_init(&c->keys, mem)) {
		mem_free(mem, c, sizeof(*c));
		return NULL;
	}
	return c;
}

static size_t
slots_bytes(const struct wl_run *run)
{
	return (run->r.args.frames + (size_t)1) * sizeof(uint32_t);
}

/* Zeroed memory that is touched only as it is used has no alignment. */
static size_t
block_bytes(const struct wl_run *run)
{
	return run->r.state_bytes + VM_POLICY_ALIGN;
}

static void
free_run(struct wl_count *c, struct wl_run *run)
{
	mem_free(c->mem, run->block, block_bytes(run));
	mem_free(c->mem, run->page, run->keys * sizeof(*run->page));
	mem_free(c->mem, run->key, slots_bytes(run));
	mem_free(c->mem, run->free, slots_bytes(run));
}

void
wl_count_destroy(struct wl_count *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nruns; i++)
		free_run(c, &c->run[i]);
	mem_free(c->mem, c->run, c->nruns * sizeof(*c->run));
	for (size_t i = 0; i < c->nblocks; i++)
		mem_free(c->mem, c->block[i], sizeof(struct block));
	mem_free(c->mem, c->block, c->maxblocks * sizeof(struct block *));
	wl_keys_fini(&c->keys);
	mem_free(c->mem, c, sizeof(*c));
}

static bool
make_run(struct wl_count *c, struct wl_run *run)
{
	const struct vm_policy *p = run->r.policy;

	run->r.state_bytes = p->bytes(&run->r.args);
	run->block = mem_zalloc(c->mem, block_bytes(run));
	run->key = mem_zalloc(c->mem, slots_bytes(run));
	if (p->expired != NULL)
		run->free = mem_zalloc(c->mem, slots_bytes(run));
	if (run->block == NULL || run->key == NULL ||
	    (p->expired != NULL && run->free == NULL))
		return false;
	run->state = (char *)run->block + VM_POLICY_ALIGN -
	    (uintptr_t)run->block % VM_POLICY_ALIGN;
	p->init(run->state, &run->r.args);
	return true;
}

bool
wl_count_add(struct wl_count *c, const struct vm_policy *policy,
    const struct vm_policy_args *args)
{
	struct wl_run run = { .r = { .policy = policy, .args = *args } };
	struct wl_run *more;

	more = mem_realloc(c->mem, c->run, c->nruns * sizeof(run),
	    (c->nruns + 1) * sizeof(run));
	if (more == NULL)
		return false;
	c->run = more;
	if (!make_run(c, &run)) {
		free_run(c, &run);
		run = (struct wl_run){ .r = { .policy = policy } };
		c->run[c->nruns++] = run;
		return false;
	}
	c->run[c->nruns++] = run;
	c->keeps |= policy->next != NULL;
	return true;
}

void
wl_count_plain(struct wl_count *c)
{
	c->plain = true;
}

/* Room for the words of all keys. */
static bool
grow_run(struct wl_count *c, struct wl_run *run, size_t keys)
{
	size_t want = run->keys > 0 ? run->keys : 1024;
	uint32_t *page;

	if (keys <= run->keys)
		return true;
	while (want < keys)
		want *= 2;
	page = mem_zalloc(c->mem, want * sizeof(*page));
	if (page == NULL)
		return false;
	if (run->page != NULL)
		memcpy(page, run->page, run->keys * sizeof(*page));
	mem_free(c->mem, run->page, run->keys * sizeof(*page));
	run->page = page;
	run->keys = want;
	return true;
}

static bool
later(const struct wl_run *run)
{
	return run->r.policy->next != NULL;
}

static int
count_buffer(struct wl_count *c, const uint32_t *touch, const uint32_t *when,
    size_t n)
{
	const size_t keys = (size_t)c->keys.ngroups << WL_KEYS_SHIFT;

	for (size_t i = 0; i < c->nruns; i++) {
		struct wl_run *run = &c->run[i];

		if (later(run) != (when != NULL))
			continue;
		if (!grow_run(c, run, keys))
			return ENOMEM;
		(c->plain ? wl_loop_any : wl_loop_of(run->r.policy))(run, touch,
		    when, n);
	}
	return 0;
}

/* ---------------------------------------------------- touches, kept ---- */

static struct block *
new_block(struct wl_count *c)
{
	struct block **more;
	size_t max = c->maxblocks > 0 ? 2 * c->maxblocks : 16;

	if (c->nblocks == c->maxblocks) {
		more = mem_realloc(c->mem, c->block,
		    c->maxblocks * sizeof(*more), max * sizeof(*more));
		if (more == NULL)
			return NULL;
		c->block = more;
		c->maxblocks = max;
	}
	c->block[c->nblocks] = mem_alloc(c->mem, sizeof(struct block));
	if (c->block[c->nblocks] == NULL)
		return NULL;
	c->block[c->nblocks]->n = 0;
	memset(&c->block[c->nblocks]->touch[KEPT], 0,
	    WL_LOOP_AHEAD * sizeof(uint32_t));
	return c->block[c->nblocks++];
}

/* KEPT is a multiple of BUFFER, but a caller's last buffer may be short. */
static int
keep(struct wl_count *c, const uint32_t *touch, size_t n)
{
	struct block *b = c->nblocks > 0 ? c->block[c->nblocks - 1] : NULL;

	if (c->kept + n >= VM_POLICY_NEVER)
		return EOVERFLOW;
	while (n > 0) {
		size_t part;

		if ((b == NULL || b->n == KEPT) && (b = new_block(c)) == NULL)
			return ENOMEM;
		part = n < KEPT - b->n ? n : KEPT - b->n;
		memcpy(&b->touch[b->n], touch, part * sizeof(*touch));
		b->n += (uint32_t)part;
		c->kept += part;
		touch += part;
		n -= part;
	}
	return 0;
}

/* ------------------------------------------------------------ touches ---- */

/* Touches of pages become touches of keys, at most BUFFER of them. */
static void
make_keys(struct wl_count *c, const uint64_t *touch, size_t n)
{
	struct wl_keys k = c->keys; /* in registers */

	for (size_t i = 0; i < n; i++)
		c->buffer[i] = wl_keys_touch(&k, touch[i]);
	c->keys = k;
	memset(&c->buffer[n], 0, WL_LOOP_AHEAD * sizeof(*c->buffer));
}

int
wl_count_touch(struct wl_count *c, const uint64_t *touch, size_t n)
{
	int error = 0;

	while (n > 0 && error == 0) {
		size_t part = n < BUFFER ? n : BUFFER;

		error = wl_keys_reserve(&c->keys, BUFFER);
		if (error != 0)
			break;
		make_keys(c, touch, part);
		error = count_buffer(c, c->buffer, NULL, part);
		if (error == 0 && c->keeps)
			error = keep(c, c->buffer, part);
		touch += part;
		n -= part;
	}
	return error;
}

/* Each touch's next one, from the last to the first. => false: no memory */
static bool
look_ahead(struct wl_count *c)
{
	const size_t keys = (size_t)c->keys.ngroups << WL_KEYS_SHIFT;
	uint32_t *met = mem_alloc(c->mem, (keys + 1) * sizeof(*met));
	uint32_t now = (uint32_t)c->kept;

	if (met == NULL)
		return false;
	memset(met, 0xff, keys * sizeof(*met));
	for (size_t i = c->nblocks; i-- > 0;) {
		struct block *b = c->block[i];

		for (uint32_t j = b->n; j-- > 0;) {
			uint32_t *last = &met[b->touch[j] >> 1];

			__builtin_prefetch(&met[b->touch[j >= FETCH ?
							j - FETCH :
							0] >>
					       1],
			    1);
			b->when[j] = *last;
			*last = --now;
		}
	}
	mem_free(c->mem, met, (keys + 1) * sizeof(*met));
	return true;
}

int
wl_count_finish(struct wl_count *c)
{
	int error = 0;

	if (c->nblocks > 0) {
		struct block *b = c->block[c->nblocks - 1];

		memset(&b->touch[b->n], 0, WL_LOOP_AHEAD * sizeof(*b->touch));
	}
	if (c->keeps && !look_ahead(c))
		return ENOMEM;
	for (size_t i = 0; i < c->nblocks && error == 0; i++)
		error = count_buffer(c, c->block[i]->touch, c->block[i]->when,
		    c->block[i]->n);
	for (size_t i = 0; i < c->nruns; i++) {
		struct wl_run *run = &c->run[i];

		run->r.bytes = block_bytes(run) + slots_bytes(run) +
		    run->keys * sizeof(*run->page);
		if (run->free != NULL)
			run->r.bytes += slots_bytes(run);
	}
	return error;
}

const struct wl_count_result *
wl_count_result(const struct wl_count *c, size_t run)
{
	return run < c->nruns ? &c->run[run].r : NULL;
}

uint64_t
wl_count_distinct(const struct wl_count *c)
{
	const struct wl_run *run = c->run;
	uint64_t n = 0;

	for (size_t key = 0; c->nruns > 0 && key < run->keys; key++)
		n += run->page[key] != 0;
	return n;
}

/* -------------------------------------------------------------- check ---- */

static const char *
check_run(const struct wl_run *run)
{
	uint64_t n = 0;

	for (size_t key = 0; key < run->keys; key++) {
		uint32_t slot = run->page[key] >> 1;

		if (slot > run->used || (slot != 0 && run->key[slot] != key))
			return "E1: a page and its slot do not agree";
		n += slot != 0;
	}
	if (n != run->r.resident || n != run->r.misses - run->r.evictions)
		return "E2: the number of resident pages is wrong";
	return run->r.policy->check(run->state);
}

const char *
wl_count_check(const struct wl_count *c, size_t *run)
{
	const char *why = NULL;

	for (size_t i = 0; i < c->nruns && why == NULL; i++) {
		why = check_run(&c->run[i]);
		*run = i;
	}
	return why;
}
