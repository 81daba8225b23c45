/*
 * See shortage.h.
 *
 * The program has the functions of malloc(3) itself: those of the library that
 * is put before commands (tests/inject/shim), which is taken in here.  But not
 * where a sanitizer has its own, which it wants to be the first: tests are
 * skipped then, after the call has been made undisturbed.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#include "tests/inject/shared.h"
static struct inj_shared *shared;
#else
#define SANITIZED 0
#include "tests/inject/shim/shim.c"
#endif

#include "shortage.h"

#include <string.h>

#define MOST ((size_t)4 << 20) /* bytes that a call writes */
#define POINTS 300             /* allocations that are tried */

static struct inj_shared state;
static char undisturbed[MOST], text[MOST], buffer[BUFSIZ];
static size_t undisturbed_len, text_len;

void
shortage_counts(bool on)
{
	state.started = on;
}

/* ------------------------------------------------------------- output ---- */

static ssize_t
take(void *cookie, const char *from, size_t len)
{
	(void)cookie;
	if (len > MOST - text_len)
		return 0;
	memcpy(text + text_len, from, len);
	text_len += len;
	return (ssize_t)len;
}

/* ---------------------------------------------------------- one call ---- */

/* => what the call said; its text is in text, how often it was refused in
 * state */
static int
call(const struct shortage *s, void *world, enum inj_memory memory, uint64_t n)
{
	FILE *out = fopencookie(NULL, "w",
	    (cookie_io_functions_t){ .write = take });
	int err;

	assert_non_null(out);
	setvbuf(out, buffer, _IOFBF, sizeof(buffer));
	text_len = 0;
	state = (struct inj_shared){ .memory = memory, .nth = n };
	shared = &state;
	shortage_counts(true);
	err = s->call(s, world, out);
	shortage_counts(false);
	assert_int_equal(ferror(out), 0);
	assert_int_equal(fclose(out), 0);
	return err;
}

static void
compare(const struct shortage *s, uint64_t n, int err, const char *when)
{
	const bool same = text_len <= undisturbed_len &&
	    memcmp(text, undisturbed, text_len) == 0;

	if (err != 0 && err != ENOMEM)
		fail_msg("%s: %s %llu: %s", s->name, when,
		    (unsigned long long)n, strerror(err));
	if (err == 0 && (!same || text_len != undisturbed_len))
		fail_msg("%s: %s %llu: it does not do what it does undisturbed",
		    s->name, when, (unsigned long long)n);
	if (err != 0 && !same && !s->parts)
		fail_msg("%s: %s %llu: what it wrote is no beginning of all",
		    s->name, when, (unsigned long long)n);
}

static void *
world_of(const struct shortage *s)
{
	void *world;

	if (s->make == NULL)
		return NULL;
	world = s->make(s);
	assert_non_null(world);
	return world;
}

/* => it told of a failure */
static bool
try(const struct shortage *s, enum inj_memory memory, uint64_t n)
{
	void *world = world_of(s);
	const int err = call(s, world, memory, n);

	if (state.refused == 0)
		fail_msg("%s: allocation %llu is not there", s->name,
		    (unsigned long long)n);
	compare(s, n, err,
	    memory == INJ_MEM_ONCE ? "allocation" : "from allocation");
	if (!s->once)
		compare(s, n, call(s, world, INJ_MEM_NONE, 0) != 0 ? EIO : 0,
		    "with memory, after allocation");
	if (s->drop != NULL)
		s->drop(world);
	return err != 0;
}

unsigned
shortage_try(const struct shortage *s)
{
	void *world = world_of(s);
	unsigned told = 0;
	const unsigned most = s->most != 0 ? s->most : POINTS;
	uint64_t all, step;

	assert_int_equal(call(s, world, INJ_MEM_NONE, 0), 0);
	all = state.allocations;
	if (s->drop != NULL)
		s->drop(world);
	if (SANITIZED)
		skip();
	assert_true(all > 0);
	memcpy(undisturbed, text, text_len);
	undisturbed_len = text_len;
	/* half of them in a row */
	step = all > most ? (all - most / 2) / (most / 2) : 1;
	for (uint64_t n = 1; n <= all; n += n < most / 2 ? 1 : step) {
		told += try(s, INJ_MEM_ONCE, n);
		told += try(s, INJ_MEM_FROM, n);
	}
	return told;
}

void
shortage_calls(const struct shortage *kind, const struct shortage_call *row,
    size_t n)
{
	for (; n > 0; n--, row++) {
		struct shortage s = *kind;

		s.name = row->name;
		s.call = row->call;
		assert_true(shortage_try(&s) > 0);
	}
}
