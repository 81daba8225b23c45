/*
 * Any argument to any interface: a result or an errno, never a crash; a call
 * that failed has changed nothing; nothing is leaked (sanitizer build).
 *
 *	test_api_fuzz [-n CALLS] [-s SEED] [-w WORLD]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "fuzz.h"
#include "tests/fault/dump.h"

#define BATCH 20000 /* calls on one machine */
#define LOOK 400    /* one failed call in so many is held to the dump */

static const char *const worlds[] = {
	"tests/apifuzz/freebsd.uvm",
	"tests/apifuzz/netbsd.uvm",
	"tests/apifuzz/openbsd.uvm",
	"tests/apifuzz/linux.uvm",
	"tests/apifuzz/superpages.uvm",
	"tests/apifuzz/power.uvm",
};

/* By target: calls, and those that failed with an errno. */

struct tally {
	const struct fuzz_target *target;
	uint64_t calls, failed;
};

struct count {
	uint64_t calls, failed;
	uint64_t compared; /* states, before and after a failure */
	struct tally by[FUZZ_MAXTARGETS];
};

static void
note(struct count *count, const struct fuzz_target *t, enum fuzz_end end)
{
	struct tally *by = count->by;

	while (by->target != NULL && by->target != t)
		by++;
	by->target = t;
	by->calls++;
	by->failed += end == FUZZ_FAILED;
	count->calls++;
	count->failed += end == FUZZ_FAILED;
}

/* The first lines in which two dumps differ. */
static void
print_difference(const char *before, const char *after)
{
	const char *line = before;

	for (; *before != '\0' && *before == *after; before++, after++)
		if (*before == '\n')
			line = before + 1;
	after -= before - line;
	printf("before: %.*s\nafter:  %.*s\n", (int)strcspn(line, "\n"), line,
	    (int)strcspn(after, "\n"), after);
}

/* => false: told what is wrong */
static bool
one_call(struct fuzz *f, struct count *count)
{
	const struct fuzz_target *t;
	bool look = fuzz_below(f, LOOK) == 0;
	char *before = look ? dump_machine(f->m) : NULL, *after = NULL;
	enum fuzz_end end;
	bool ok = true;

	if (fuzz_below(f, 16) == 0)
		fuzz_change_caller(f);
	t = fuzz_pick(f);
	errno = 0;
	end = t->call(f);
	note(count, t, end);
	if (end == FUZZ_BAD) {
		ok = false;
	} else if (look && end == FUZZ_FAILED) {
		after = dump_machine(f->m);
		count->compared++;
		ok = strcmp(before, after) == 0;
		f->why = "the failed call has changed the state";
	}
	if (!ok)
		printf("%s: %s\n", t->name, f->why);
	if (!ok && after != NULL) {
		printf("%s fails with %s: %s\n", f->m->error.op,
		    sim_errname(f->m->error.err),
		    f->m->error.why != NULL ? f->m->error.why : "");
		print_difference(before, after);
	}
	free(before);
	free(after);
	return ok;
}

/* => false: told what is wrong */
static bool
one_batch(struct fuzz *f, unsigned world, uint64_t n, struct count *count)
{
	const char *script = worlds[world % NELEM(worlds)];
	const uint64_t seed = f->rng;
	char text[300];
	bool ok = true;

	if (uvmsim_open(script, 0) != 0) {
		printf("%s\n", uvmsim_errmsg());
		return false;
	}
	f->m = api_machine();
	fuzz_change_caller(f);
	while (ok && n-- > 0)
		ok = one_call(f, count);
	if (ok && machine_check(f->m, text, sizeof(text)) != NULL) {
		printf("%s: %s\n", script, text);
		ok = false;
	}
	uvmsim_close();
	if (!ok)
		printf("reproduce: test_api_fuzz -s 0x%llx -w %u -n %u\n",
		    (unsigned long long)seed, (unsigned)(world % NELEM(worlds)),
		    (unsigned)BATCH);
	return ok;
}

int
main(int argc, char **argv)
{
	struct fuzz f = { .rng = 1 };
	struct count count = { .calls = 0 };
	uint64_t n = 160000;
	unsigned world = 0;
	bool ok = true;
	int c;

	while ((c = getopt(argc, argv, "n:s:w:")) != -1) {
		if (c == 'n')
			n = strtoull(optarg, NULL, 0);
		else if (c == 's')
			f.rng = strtoull(optarg, NULL, 0);
		else if (c == 'w')
			world = (unsigned)strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	f.pages = fuzz_pages();
	for (; ok && count.calls < n; world++)
		ok = one_batch(&f, world,
		    n - count.calls < BATCH ? n - count.calls : BATCH, &count);
	for (const struct tally *by = count.by; by->target != NULL; by++)
		printf("%-20s %9llu calls %9llu failed\n", by->target->name,
		    (unsigned long long)by->calls,
		    (unsigned long long)by->failed);
	printf("%llu calls, %llu failed with an errno\n",
	    (unsigned long long)count.calls, (unsigned long long)count.failed);
	printf("TRUST inputs %llu api-call\nTRUST states %llu\n",
	    (unsigned long long)count.calls,
	    (unsigned long long)count.compared);
	printf("%d passed, %d failed\n", ok ? 1 : 0, ok ? 0 : 1);
	return ok ? 0 : 1;
}
