/*
 * Decoding ahead: the decoder of a long compressed input in a thread of its
 * own, while the references that are in it are decoded and used in another.
 *
 *	decoder thread               caller's thread
 *	raw -> codec -> slot ...8... slot -> wl_input_line, _read, _peek
 *
 * All that the decoder works on moves into a struct wl_input of the thread's
 * (`inner') when it begins, and back when it is stopped.  Slots are filled and
 * emptied in turns; a decoder that has filled them all sleeps until half are
 * empty, and a caller who has emptied them all until half are filled, so that
 * neither thread wakes the other at each slot.  What comes through a pipe,
 * maybe slowly, is handed over slot by slot.
 *
 * A thread that waits for a pipe could not be stopped, so that it waits for
 * `wake' as well, which is closed then.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input_codec.h"
#include "workloads/watch.h"

#define SLOTS 8u

struct wl_ahead {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, room;
	/* under the lock: counts of slots, and what ends the two */
	uint64_t filled, taken;
	bool ended;     /* nothing more will be filled */
	bool stop;      /* nothing more is wanted */
	uint64_t batch; /* slots that the caller waits for; constant */
	/* the decoder's */
	struct wl_input inner;
	/* the caller's */
	uint64_t seen; /* slots known to be filled */
	size_t pos;    /* in the slot that is being taken */
	int wake;      /* closed to stop; -1: not needed */
	size_t len[SLOTS];
	uint8_t slot[SLOTS][WL_INPUT_CHUNK];
};

/* ------------------------------------------------------------- decoder ---- */

/* => false: it is to stop */
static bool
wait_for_room(struct wl_ahead *a)
{
	bool go;

	pthread_mutex_lock(&a->lock);
	if (a->filled - a->taken == SLOTS)
		while (a->filled - a->taken > SLOTS / 2 && !a->stop)
			pthread_cond_wait(&a->room, &a->lock);
	go = !a->stop;
	pthread_mutex_unlock(&a->lock);
	return go;
}

static void
hand_over(struct wl_ahead *a, bool filled)
{
	pthread_mutex_lock(&a->lock);
	a->filled += filled;
	a->ended = !filled;
	if (a->ended || a->filled - a->taken == a->batch)
		pthread_cond_signal(&a->more);
	pthread_mutex_unlock(&a->lock);
}

static void *
decode(void *arg)
{
	struct wl_ahead *a = arg;
	struct wl_input *in = &a->inner;
	uint64_t n = 0; /* as a->filled, which only this thread changes */

	while (wait_for_room(a)) {
		in->buf = a->slot[n % SLOTS];
		in->bufpos = in->buflen = 0;
		if (!wl_input_fill(in))
			break;
		a->len[n % SLOTS] = in->buflen;
		n++;
		hand_over(a, true);
	}
	hand_over(a, false);
	return NULL;
}

/* -------------------------------------------------------------- caller ---- */

/* What the decoder works on. */
static void
move_decoder(struct wl_input *to, struct wl_input *from)
{
	to->codec = from->codec;
	to->state = from->state;
	to->mem = from->mem;
	to->memlen = from->memlen;
	to->mempos = from->mempos;
	to->memcap = from->memcap;
	to->raw = from->raw;
	to->rawpos = from->rawpos;
	to->rawlen = from->rawlen;
	to->raweof = from->raweof;
	from->state = NULL;
	from->raw = from->mem = NULL;
	from->memlen = from->mempos = from->memcap = 0;
	from->rawpos = from->rawlen = 0;
}

/* The caller's signals are not the decoder's. */
static int
start_thread(struct wl_ahead *a)
{
	sigset_t all, old;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&a->thread, NULL, decode, a);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return error;
}

static void
destroy(struct wl_ahead *a)
{
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->more);
	pthread_cond_destroy(&a->room);
	free(a);
}

void
wl_ahead_start(struct wl_input *in)
{
	struct wl_ahead *a = malloc(sizeof(*a));
	int pipes[2] = { -1, -1 };

	if (a == NULL)
		return;
	if (!in->seekable && pipe(pipes) != 0) {
		free(a);
		return;
	}
	memset(a, 0, offsetof(struct wl_ahead, slot));
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->more, NULL);
	pthread_cond_init(&a->room, NULL);
	a->batch = in->seekable ? SLOTS / 2 : 1;
	a->inner.fd = in->fd;
	a->inner.seekable = in->seekable;
	a->inner.keeps = in->keeps;
	a->inner.tried = true;
	a->inner.wake = pipes[0];
	a->inner.halt = in->watch != NULL ? in->watch->wake : -1;
	a->wake = pipes[1];
	move_decoder(&a->inner, in);
	if (start_thread(a) == 0) {
		in->ahead = a;
		return;
	}
	move_decoder(in, &a->inner);
	if (pipes[0] != -1) {
		close(pipes[0]);
		close(pipes[1]);
	}
	destroy(a);
}

void
wl_ahead_stop(struct wl_input *in)
{
	struct wl_ahead *a = in->ahead;

	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->room);
	pthread_mutex_unlock(&a->lock);
	if (a->wake != -1)
		close(a->wake);
	pthread_join(a->thread, NULL);
	if (a->inner.wake != -1)
		close(a->inner.wake);
	move_decoder(in, &a->inner);
	destroy(a);
	in->ahead = NULL;
}

void
wl_ahead_once(struct wl_input *in)
{
	__atomic_store_n(&in->ahead->inner.keeps, false, __ATOMIC_RELAXED);
}

/* The slot being taken, if there is one. => false: the end */
static bool
wait_for_slot(struct wl_ahead *a)
{
	if (a->taken < a->seen)
		return true;
	pthread_mutex_lock(&a->lock);
	while (a->filled - a->taken < a->batch && !a->ended)
		pthread_cond_wait(&a->more, &a->lock);
	a->seen = a->filled;
	pthread_mutex_unlock(&a->lock);
	return a->taken < a->seen;
}

static void
give_back(struct wl_ahead *a)
{
	a->pos = 0;
	pthread_mutex_lock(&a->lock);
	a->taken++;
	if (a->filled - a->taken == SLOTS / 2)
		pthread_cond_signal(&a->room);
	pthread_mutex_unlock(&a->lock);
}

size_t
wl_ahead_read(struct wl_input *in, void *to, size_t room)
{
	struct wl_ahead *a = in->ahead;
	const size_t i = a->taken % SLOTS;
	size_t n;

	if (!wait_for_slot(a)) {
		memcpy(in->error, a->inner.error, sizeof(in->error));
		in->failed = a->inner.failed;
		in->halted = a->inner.halted;
		return 0;
	}
	n = a->len[i] - a->pos;
	if (n > room)
		n = room;
	memcpy(to, a->slot[i] + a->pos, n);
	a->pos += n;
	if (a->pos == a->len[i])
		give_back(a);
	return n;
}
