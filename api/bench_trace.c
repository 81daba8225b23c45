/*
 * Traces of references: decoding alone, and the whole way through a machine.
 *
 * The text is made up in the proportions of real traces: of 100 lines 73 are
 * fetches, mostly one after the other, 17 loads and 10 stores; one address in
 * six, that of a stack, has 10 digits, the others 8; two sizes in 100 have two
 * digits.  The yardstick is what anybody would write first: getline, strtoull.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "pmap/narrow.h"
#include "workloads/refs/lackey.h"
#include "workloads/refs/refs.h"

#define LONGEST 24 /* bytes of a line */

static size_t
put_line(char *to, uint64_t *seed, uint64_t *pc)
{
	uint64_t r = api_bench_random(seed);
	unsigned what = (unsigned)(r >> 56) % 100;
	unsigned size = 1 + (unsigned)(r >> 40 & 7);

	if (r % 64 == 0)
		size = 16;
	if (what < 73) {
		*pc = r % 16 == 1 ? 0x4000000 + (r >> 8) % 0x200000 :
				    *pc + size;
		return (size_t)sprintf(to, "I  %08" PRIx64 ",%u\n", *pc, size);
	}
	return (size_t)sprintf(to, " %c %08" PRIx64 ",%u\n",
	    what < 90 ? 'L' : 'S',
	    what % 3 != 0 ? 0x1fff000000 + (r >> 8) % 0x4000 :
			    0x4a00000 + (r >> 8) % 0x100000,
	    size);
}

bool
api_bench_text(struct bench_text *t, uint64_t lines)
{
	uint64_t seed = 1, pc = 0x4000000;

	t->mem = calloc(host_count(lines + 4), LONGEST);
	if (t->mem == NULL)
		return false;
	t->text = t->mem + WL_LACKEY_BEFORE;
	t->len = 0;
	for (uint64_t i = 0; i < lines; i++)
		t->len += put_line(t->text + t->len, &seed, &pc);
	return true;
}

/* => references found in the text */
static uint64_t
decode(const struct bench_text *t)
{
	const struct wl_ref *ref;
	struct wl_lackey l;
	uint64_t all = 0, n;

	if (!wl_lackey_open_text(&l, t->text, t->len))
		return 0;
	while ((n = wl_lackey_next(&l, &ref)) > 0)
		all += n;
	wl_lackey_close(&l);
	return all;
}

/* The same by the means of libc. => references a second, in millions */
static double
by_getline(const struct bench_text *t)
{
	FILE *fp = fmemopen(t->text, t->len, "r");
	uint64_t n = 0, sum = 0;
	char *line = NULL, *end;
	size_t cap = 0;
	double before;

	if (fp == NULL)
		return NAN;
	before = api_bench_now();
	while (getline(&line, &cap, fp) > 0) {
		sum += strtoull(line + 3, &end, 16);
		sum += strtoul(end + 1, NULL, 10) + (unsigned char)line[1];
		n++;
	}
	before = api_bench_now() - before;
	free(line);
	fclose(fp);
	return sum != 0 ? (double)n * 1e3 / before : NAN;
}

bool
api_bench_lackey_decode(const struct bench *b, struct bench_result *r)
{
	enum { ROUNDS = 8 };
	struct bench_text t;
	double before;
	bool ok;

	if (!api_bench_text(&t, b->arg))
		return false;
	ok = decode(&t) == b->arg;
	before = api_bench_now();
	for (unsigned i = 0; i < ROUNDS && ok; i++)
		ok = decode(&t) == b->arg;
	r->v[BENCH_OURS] = (double)b->arg * ROUNDS * 1e3 /
	    (api_bench_now() - before);
	r->v[BENCH_HOST] = by_getline(&t);
	free(t.mem);
	return ok;
}

struct wl_input *
api_bench_file(const void *bytes, size_t len)
{
	char path[] = "/tmp/uvmsim-bench.XXXXXX", err[128];
	struct wl_input *in = NULL;
	int fd = mkstemp(path);

	if (fd == -1)
		return NULL;
	if (write(fd, bytes, len) == (ssize_t)len)
		in = wl_input_open(path, err, sizeof(err));
	if (in != NULL)
		in->path = "trace";
	close(fd);
	unlink(path);
	return in;
}

bool
api_bench_replay(struct wl_input *in, uint64_t n, struct bench_result *r)
{
	struct wl_refs_config config = { .trace = "trace", .input = in };
	struct wl_refs_stats stats = { .references = 0 };
	struct machine *m = NULL;
	char err[256];
	double before;

	sim_config_default(&config.machine);
	config.machine.tags = false;
	before = api_bench_now();
	if (in != NULL)
		(void)wl_refs_run(&config, &stats, &m, err, sizeof(err));
	r->v[BENCH_OURS] = (double)n * 1e3 / (api_bench_now() - before);
	if (m != NULL)
		sim_machine_destroy(m);
	wl_input_close(in);
	return stats.references == n;
}

bool
api_bench_lackey_replay(const struct bench *b, struct bench_result *r)
{
	struct wl_input *in;
	struct bench_text t;

	if (!api_bench_text(&t, b->arg))
		return false;
	in = api_bench_file(t.text, t.len);
	free(t.mem);
	return api_bench_replay(in, b->arg, r);
}

bool
api_bench_loop_lackey(uint64_t n)
{
	struct bench_text t;
	bool ok = api_bench_text(&t, 100000);

	for (uint64_t i = 0; i < n && ok; i++)
		ok = decode(&t) == 100000;
	free(t.mem);
	return ok;
}
