/*
 * Host memory: accounting and failure injection, common to both allocators.
 */
#include "mem_internal.h"

#include <assert.h>
#include <string.h>

static void
ask_host(struct mem_account *a)
{
	a->ask_at = SIZE_MAX;
	if (a->host == NULL)
		return;
	a->ask_at = a->in_use + MEM_STEP;
	a->enough = !a->host->grown(a->host->ctx);
}

void
mem_watched(struct mem *m, const struct mem_host *host)
{
	struct mem_account *a = mem_account(m);

	a->host = host;
	a->enough = false;
	a->ask_at = host != NULL ? a->in_use + MEM_STEP : SIZE_MAX;
}

void
mem_account_add(struct mem *m, size_t size)
{
	struct mem_account *a = mem_account(m);

	a->in_use += size;
	a->nblocks++;
	if (a->in_use > a->peak)
		a->peak = a->in_use;
	if (unlikely(a->in_use >= a->ask_at))
		ask_host(a);
}

void
mem_account_sub(struct mem *m, size_t size)
{
	struct mem_account *a = mem_account(m);

	assert(a->in_use >= size && a->nblocks > 0);
	a->in_use -= size;
	a->nblocks--;
}

void *
mem_account_refuse(struct mem *m)
{
	mem_account(m)->refused = true;
	return NULL;
}

bool
mem_account_room(struct mem *m, size_t more)
{
	const struct mem_account *a = mem_account(m);

	return !a->enough &&
	    (a->limit == 0 ||
		(a->in_use < a->limit && more <= a->limit - a->in_use));
}

void
mem_limit(struct mem *m, size_t bytes)
{
	mem_account(m)->limit = bytes;
}

void
mem_refuse(struct mem *m)
{
	(void)mem_account_refuse(m);
}

bool
mem_refused(const struct mem *m)
{
	return mem_account(m)->refused;
}

void
mem_forgiven(struct mem *m)
{
	mem_account(m)->refused = false;
}

size_t
mem_in_use(const struct mem *m)
{
	return mem_account(m)->in_use;
}

size_t
mem_peak(const struct mem *m)
{
	return mem_account(m)->peak;
}

uint64_t
mem_nalloc(const struct mem *m)
{
	return mem_account(m)->nblocks;
}

static void
update(struct mem_account *a)
{
	a->public.injecting = a->countdown != 0 && a->held == 0;
}

void
mem_fail_after(struct mem *m, uint64_t n)
{
	mem_fail_again(m, n, 0);
}

void
mem_fail_again(struct mem *m, uint64_t n, uint64_t k)
{
	struct mem_account *a = mem_account(m);

	a->countdown = n;
	a->again = k;
	a->fired = false;
	update(a);
}

bool
mem_fail_fired(const struct mem *m)
{
	return mem_account(m)->fired;
}

bool
mem_should_fail(struct mem *m)
{
	struct mem_account *a = mem_account(m);

	if (a->countdown == 0 || a->held > 0 || --a->countdown > 0)
		return false;
	a->fired = true;
	a->countdown = a->again;
	update(a);
	return true;
}

void
mem_injection_hold(struct mem *m, bool hold)
{
	struct mem_account *a = mem_account(m);

	assert(hold || a->held > 0);
	a->held += hold ? 1 : (uint32_t)-1;
	update(a);
}

char *
mem_strdup(struct mem *m, const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = mem_alloc(m, size);

	if (copy != NULL)
		memcpy(copy, s, size);
	return copy;
}

void
mem_strfree(struct mem *m, char *s)
{
	if (s != NULL)
		mem_free(m, s, strlen(s) + 1);
}
