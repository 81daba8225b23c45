/*
 * The ring: one lock over all of it.  A turn is some thousand references, so
 * the lock is taken rarely, and looking at all readers for the one furthest
 * behind costs little beside it.
 *
 * Batches are numbered from 0; number b lies in slot b % nslots.
 */
#include "ring.h"

#include <pthread.h>
#include <stdlib.h>

struct reader {
	uint64_t next; /* batch */
	bool busy;     /* a thread has it */
	bool gone;
};

struct slot {
	struct wl_ring_batch batch;
	size_t left; /* readers that have not had it */
};

struct wl_ring {
	pthread_mutex_t lock;
	pthread_cond_t turn; /* somebody may have one */
	pthread_cond_t room; /* the oldest batch may be free */
	struct slot *slot;
	size_t nslots;
	struct reader *reader;
	size_t nreaders, ngone;
	uint64_t made; /* batches */
	bool ended, cancelled;
};

static bool
make_batch(struct wl_ring_batch *b, size_t refs)
{
	b->ref = calloc(refs, sizeof(*b->ref));
	b->run = calloc(WL_RING_RUNS, sizeof(*b->run));
	if (b->ref != NULL && b->run != NULL)
		return true;
	free(b->ref);
	free(b->run);
	return false;
}

struct wl_ring *
wl_ring_create(size_t batches, size_t refs, size_t readers)
{
	struct wl_ring *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->turn, NULL);
	pthread_cond_init(&r->room, NULL);
	r->slot = calloc(batches, sizeof(*r->slot));
	r->reader = calloc(readers, sizeof(*r->reader));
	r->nreaders = readers;
	while (r->slot != NULL && r->nslots < batches &&
	    make_batch(&r->slot[r->nslots].batch, refs))
		r->nslots++;
	if (r->reader != NULL && r->nslots == batches)
		return r;
	wl_ring_destroy(r);
	return NULL;
}

void
wl_ring_destroy(struct wl_ring *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->nslots; i++) {
		free(r->slot[i].batch.ref);
		free(r->slot[i].batch.run);
	}
	free(r->slot);
	free(r->reader);
	pthread_cond_destroy(&r->room);
	pthread_cond_destroy(&r->turn);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* ------------------------------------------------------------- decoder ---- */

struct wl_ring_batch *
wl_ring_room(struct wl_ring *r)
{
	struct slot *s;

	pthread_mutex_lock(&r->lock);
	s = &r->slot[r->made % r->nslots];
	while (s->left > 0 && r->ngone < r->nreaders)
		pthread_cond_wait(&r->room, &r->lock);
	if (r->ngone == r->nreaders)
		s = NULL;
	pthread_mutex_unlock(&r->lock);
	if (s == NULL)
		return NULL;
	s->batch.n = s->batch.nruns = 0;
	return &s->batch;
}

void
wl_ring_add(struct wl_ring_batch *b, uint32_t process, size_t n)
{
	if (b->nruns == 0 || b->run[b->nruns - 1].process != process)
		b->run[b->nruns++] = (struct wl_ring_run){ process, 0 };
	b->run[b->nruns - 1].n += (uint32_t)n;
	b->n += n;
}

void
wl_ring_put(struct wl_ring *r)
{
	struct slot *s;

	pthread_mutex_lock(&r->lock);
	s = &r->slot[r->made % r->nslots];
	s->left = r->nreaders - r->ngone;
	r->made++;
	pthread_cond_broadcast(&r->turn);
	pthread_mutex_unlock(&r->lock);
}

void
wl_ring_end(struct wl_ring *r, bool cancelled)
{
	pthread_mutex_lock(&r->lock);
	r->ended = true;
	r->cancelled = cancelled;
	pthread_cond_broadcast(&r->turn);
	pthread_mutex_unlock(&r->lock);
}

/* ------------------------------------------------------------- readers ---- */

/* => the reader to go on with: of those free, the one furthest behind */
static struct reader *
choose(struct wl_ring *r)
{
	struct reader *best = NULL;

	for (size_t i = 0; i < r->nreaders; i++) {
		struct reader *x = &r->reader[i];

		if (!x->gone && !x->busy && (x->next < r->made || r->ended) &&
		    (best == NULL || x->next < best->next))
			best = x;
	}
	return best;
}

enum wl_ring_turn
wl_ring_take(struct wl_ring *r, size_t *reader,
    const struct wl_ring_batch **batch)
{
	enum wl_ring_turn turn = WL_RING_NOTHING;
	struct reader *x = NULL;

	pthread_mutex_lock(&r->lock);
	while (
	    !r->cancelled && r->ngone < r->nreaders && (x = choose(r)) == NULL)
		pthread_cond_wait(&r->turn, &r->lock);
	if (x != NULL && !r->cancelled) {
		x->busy = true;
		*reader = (size_t)(x - r->reader);
		turn = x->next < r->made ? WL_RING_BATCH : WL_RING_END;
		*batch = &r->slot[x->next % r->nslots].batch;
	}
	pthread_mutex_unlock(&r->lock);
	return turn;
}

/* The reader has had batch number b. */
static void
had(struct wl_ring *r, uint64_t b)
{
	if (--r->slot[b % r->nslots].left == 0)
		pthread_cond_signal(&r->room);
}

void
wl_ring_done(struct wl_ring *r, size_t reader, bool more)
{
	struct reader *x = &r->reader[reader];

	pthread_mutex_lock(&r->lock);
	x->busy = false;
	if (x->next < r->made && more)
		had(r, x->next++);
	if (!more) {
		while (x->next < r->made)
			had(r, x->next++);
		x->gone = true;
		r->ngone++;
		pthread_cond_signal(&r->room);
	}
	/* Its next batch may be there; or all are gone. */
	pthread_cond_broadcast(&r->turn);
	pthread_mutex_unlock(&r->lock);
}

/* --------------------------------------------------------------- check ---- */

const char *
wl_ring_check(const struct wl_ring *r)
{
	const uint64_t first = r->made > r->nslots ? r->made - r->nslots : 0;
	size_t gone = 0;

	for (uint64_t b = first; b < r->made; b++) {
		size_t left = 0;

		for (size_t i = 0; i < r->nreaders; i++)
			left += !r->reader[i].gone && r->reader[i].next <= b;
		if (r->slot[b % r->nslots].left != left)
			return "R1: a batch counts its readers wrong";
	}
	for (size_t i = 0; i < r->nreaders; i++) {
		gone += r->reader[i].gone;
		if (r->reader[i].next > r->made ||
		    (r->reader[i].next < first && !r->reader[i].gone))
			return "R2: a reader is where there is no batch";
	}
	return gone == r->ngone ? NULL : "R1: readers are counted wrong";
}
