/*
 * The thread that looks at memory and at the clock (guard.h).
 *
 * Resident memory and mapped private memory are words 2 and 6 of
 * /proc/self/statm.  What is woken up is under a lock; what is asked often is
 * an atomic word.
 */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "pmap/mem.h"

#define SECOND ((uint64_t)1000000000)
#define LOOK (SECOND / 1000) /* between two looks at memory */
#define HEED (1 * SECOND)    /* from the deadline on, to end in order */
#define FINISH (10 * SECOND) /* the same, once it was heeded */
#define RESERVE ((uint64_t)4 << 20)
#define LATE 32 /* share of the memory that may be touched before a look */
#define STACK ((size_t)256 << 10)

struct api_guard {
	struct api_guard_wants wants;
	uint64_t reserve; /* of the memory */
	uint64_t page;
	int statm;
	uint64_t deadline; /* ns of the clock; UINT64_MAX: none */
	atomic_int over;   /* enum api_over */
	atomic_bool heeded;
	atomic_bool saving;
	struct mem_host host;
	struct rlimit before;
	bool terminal; /* its state, for a screen that is left behind */
	struct termios tty;
	pthread_t thread;
	pthread_mutex_t lock; /* what follows */
	pthread_cond_t change;
	bool ended;
	bool refuse; /* memory is short within an operation, too */
	bool making; /* large tables: no limit to what may be mapped */
	uint64_t seen, seen_at; /* resident memory, at a time */
	uint64_t ahead;         /* so much more may be there at the next look */
	int wake;               /* descriptor, or -1 */
};

static __thread struct api_guard *mine;

static uint64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* ------------------------------------------------------------- the end ---- */

static void
say(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return; /* nobody is there to hear it */
}

/* A screen that stands in the alternate one goes. */
static void
leave_screen(const struct api_guard *g)
{
	if (!g->terminal)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &g->tty);
	if (isatty(STDOUT_FILENO))
		say("\033[?1049l\033[?25h");
}

/* Under the lock. */
static void
end_process(struct api_guard *g, const char *why)
{
	char line[256];

	leave_screen(g);
	snprintf(line, sizeof(line), "%s: %s; nothing could be kept\n",
	    g->wants.name, why);
	say(line);
	_exit(1);
}

static void
end_for_memory(struct api_guard *g)
{
	char why[128];

	snprintf(why, sizeof(why),
	    "out of the %s of host memory that --max-host-memory allows",
	    g->wants.memory_text);
	end_process(g, why);
}

static void
end_for_time(struct api_guard *g)
{
	char why[128];

	snprintf(why, sizeof(why), "--timeout %s is over",
	    g->wants.timeout_text);
	end_process(g, why);
}

/* ----------------------------------------------------------- the looks ---- */

/* What waits at the descriptor is woken up from now on, again and again. */
static void
wake_up(struct api_guard *g)
{
	const int always = g->wake != -1 ? eventfd(1, EFD_CLOEXEC) : -1;

	if (always == -1)
		return;
	(void)dup3(always, g->wake, O_CLOEXEC);
	close(always);
}

static void
set_over(struct api_guard *g, enum api_over why)
{
	int none = API_OVER_NOT;

	if (atomic_compare_exchange_strong(&g->over, &none, (int)why))
		wake_up(g);
}

/* => false: the host does not tell */
static bool
measure(const struct api_guard *g, uint64_t *resident, uint64_t *mapped)
{
	uint64_t word[7] = { 0 };
	char text[256], *at = text, *end;
	ssize_t n = pread(g->statm, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	for (size_t i = 0; i < NELEM(word); i++, at = end)
		word[i] = strtoull(at, &end, 10);
	*resident = word[1] * g->page;
	*mapped = word[5] * g->page;
	return *resident > 0 && *mapped > 0;
}

/* So much may be mapped from now on. */
static void
allow(const struct api_guard *g, uint64_t mapped, uint64_t room)
{
	struct rlimit limit = g->before;

	if (!g->making && mapped + room < limit.rlim_max)
		limit.rlim_cur = (rlim_t)(mapped + room);
	(void)setrlimit(RLIMIT_DATA, &limit);
}

/* Memory goes on growing as it did since the last look, half of the reserve at
 * most. */
static void
look_ahead(struct api_guard *g, uint64_t resident)
{
	const uint64_t time = now(), since = time - g->seen_at,
		       grown = resident > g->seen ? resident - g->seen : 0;

	if (since < LOOK / 4)
		return;
	if (g->seen_at != 0) {
		g->ahead = since < LOOK ? grown * LOOK / since : grown;
		if (g->ahead > g->reserve / 2)
			g->ahead = g->reserve / 2;
	}
	g->seen = resident;
	g->seen_at = time;
}

static void
look_at_memory(struct api_guard *g)
{
	const bool over = atomic_load(&g->heeded);
	const uint64_t limit = g->wants.memory - g->wants.memory / LATE,
		       most = limit - (over ? 0 : g->reserve),
		       last = most + (over ? 0 : g->reserve / 2);
	uint64_t resident, mapped;

	if (!measure(g, &resident, &mapped))
		return;
	look_ahead(g, resident);
	g->refuse = resident >= last;
	allow(g, mapped, resident < last ? last - resident : 0);
	/* who has heeded, and saves, may use the reserve to its end */
	if (resident + (over ? 0 : g->ahead) > limit)
		end_for_memory(g);
	if (resident + g->ahead >= most)
		set_over(g, API_OVER_MEMORY);
}

static void
look_at_clock(struct api_guard *g, uint64_t time)
{
	if (time < g->deadline)
		return;
	set_over(g, API_OVER_TIME);
	if (atomic_load(&g->saving))
		return;
	if (time - g->deadline > (atomic_load(&g->heeded) ? FINISH : HEED))
		end_for_time(g);
}

static uint64_t
next_look(const struct api_guard *g, uint64_t time)
{
	if (g->wants.memory > 0)
		return time + LOOK;
	return time < g->deadline ? g->deadline : time + SECOND / 20;
}

static void *
keep(void *arg)
{
	struct api_guard *g = arg;
	struct timespec until;
	uint64_t time, next;

	pthread_mutex_lock(&g->lock);
	while (!g->ended) {
		time = now();
		if (g->wants.memory > 0)
			look_at_memory(g);
		look_at_clock(g, time);
		next = next_look(g, time);
		until.tv_sec = (time_t)(next / SECOND);
		until.tv_nsec = (long)(next % SECOND);
		(void)pthread_cond_timedwait(&g->change, &g->lock, &until);
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

/* -------------------------------------------------- beginning and end ---- */

static bool
begin_memory(struct api_guard *g, char *err, size_t errlen)
{
	uint64_t resident, mapped;

	g->reserve = g->wants.memory / 8;
	if (g->reserve < RESERVE)
		g->reserve = RESERVE;
	g->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (g->statm == -1 || getrlimit(RLIMIT_DATA, &g->before) != 0 ||
	    !measure(g, &resident, &mapped)) {
		snprintf(err, errlen,
		    "this host does not tell how much "
		    "memory a process has");
		return false;
	}
	if (g->wants.memory < API_GUARD_LEAST ||
	    g->wants.memory - g->reserve <= resident) {
		snprintf(err, errlen, "expected 16M or more");
		return false;
	}
	look_at_memory(g);
	return true;
}

/* The thread, which hears no signals. => false: the host has none */
static bool
start(struct api_guard *g)
{
	pthread_condattr_t attr;
	pthread_attr_t small;
	sigset_t all, before;
	int error;

	pthread_mutex_init(&g->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&g->change, &attr);
	pthread_condattr_destroy(&attr);
	pthread_attr_init(&small);
	(void)pthread_attr_setstacksize(&small, STACK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&g->thread, &small, keep, g);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&small);
	if (error == 0)
		return true;
	pthread_cond_destroy(&g->change);
	pthread_mutex_destroy(&g->lock);
	return false;
}

static void
dispose(struct api_guard *g)
{
	if (g->statm != -1) {
		(void)setrlimit(RLIMIT_DATA, &g->before);
		close(g->statm);
	}
	free(g);
}

struct api_guard *
api_guard_begin(const struct api_guard_wants *wants, char *err, size_t errlen)
{
	struct api_guard *g;

	api_guard_end();
	if ((g = calloc(1, sizeof(*g))) == NULL) {
		snprintf(err, errlen, "no memory left");
		return NULL;
	}
	g->wants = *wants;
	g->page = (uint64_t)sysconf(_SC_PAGESIZE);
	g->statm = g->wake = -1;
	g->deadline = wants->timeout > 0 ? now() + wants->timeout : UINT64_MAX;
	g->terminal = tcgetattr(STDIN_FILENO, &g->tty) == 0;
	if (wants->memory > 0 && !begin_memory(g, err, errlen)) {
		dispose(g);
		return NULL;
	}
	if (!start(g)) {
		snprintf(err, errlen, "no thread can be made");
		dispose(g);
		return NULL;
	}
	return mine = g;
}

void
api_guard_end(void)
{
	struct api_guard *g = mine;

	if (g == NULL)
		return;
	mine = NULL;
	pthread_mutex_lock(&g->lock);
	g->ended = true;
	pthread_cond_signal(&g->change);
	pthread_mutex_unlock(&g->lock);
	pthread_join(g->thread, NULL);
	pthread_cond_destroy(&g->change);
	pthread_mutex_destroy(&g->lock);
	dispose(g);
}

/* -------------------------------------------------------------- asking ---- */

/* From now on the reserve may be used. */
static void
heed(struct api_guard *g)
{
	if (atomic_exchange(&g->heeded, true) || g->wants.memory == 0)
		return;
	pthread_mutex_lock(&g->lock);
	look_at_memory(g);
	pthread_mutex_unlock(&g->lock);
}

enum api_over
api_guard_over(struct api_guard *g)
{
	enum api_over over;

	if (g == NULL)
		return API_OVER_NOT;
	over = (enum api_over)atomic_load_explicit(&g->over,
	    memory_order_relaxed);
	if (over != API_OVER_NOT)
		heed(g);
	return over;
}

enum api_over
api_guard_refused(struct api_guard *g)
{
	if (g == NULL || g->wants.memory == 0)
		return API_OVER_NOT;
	pthread_mutex_lock(&g->lock);
	set_over(g, API_OVER_MEMORY);
	pthread_mutex_unlock(&g->lock);
	heed(g);
	return API_OVER_MEMORY;
}

enum api_over
api_guard_said(const struct api_guard *g)
{
	return g != NULL && atomic_load(&g->heeded) ?
	    (enum api_over)atomic_load(&g->over) :
	    API_OVER_NOT;
}

static void
making(void *ctx, bool begin)
{
	struct api_guard *g = ctx;

	pthread_mutex_lock(&g->lock);
	g->making = begin;
	look_at_memory(g);
	pthread_mutex_unlock(&g->lock);
}

static bool
grown(void *ctx)
{
	struct api_guard *g = ctx;
	bool refuse;

	pthread_mutex_lock(&g->lock);
	look_at_memory(g);
	refuse = g->refuse;
	pthread_mutex_unlock(&g->lock);
	return !refuse;
}

const struct mem_host *
api_guard_host(struct api_guard *g)
{
	if (g == NULL || g->wants.memory == 0)
		return NULL;
	g->host = (struct mem_host){ .making = making,
		.grown = grown,
		.ctx = g };
	return &g->host;
}

void
api_guard_wake(struct api_guard *g, int fd)
{
	if (g == NULL)
		return;
	pthread_mutex_lock(&g->lock);
	g->wake = fd;
	if (fd != -1 && atomic_load(&g->over) != API_OVER_NOT)
		wake_up(g);
	pthread_mutex_unlock(&g->lock);
}

void
api_guard_saving(bool saving)
{
	if (mine != NULL)
		atomic_store(&mine->saving, saving);
}
