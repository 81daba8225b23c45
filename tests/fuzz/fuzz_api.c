/*
 * Bytes as a sequence of calls of the C interfaces (those of tests/apifuzz) on
 * the machine of a script:
 *
 *	which machine, how it is looked at, then for each call: which, arguments
 *
 * A call gives a result or an errno; one that fails has changed nothing that a
 * dump shows; no call writes outside of the memory that it was given, and the
 * machine's invariants hold at the end.
 */
#include "tests/apifuzz/fuzz.h"
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/context.h"
#include "api/include/uvmsim.h"
#include "tests/fault/dump.h"

#define MOST 200 /* calls of an input */

static const char *const worlds[] = { "freebsd", "netbsd", "openbsd", "linux",
	"superpages", "power" };

static char *
host_pages(void)
{
	static char *p;

	if (p == NULL)
		p = fuzz_pages();
	return p;
}

static void
bad(const struct fuzz_target *t, const char *why)
{
	fprintf(stderr, "%s: ", t->name);
	insist(false, why);
}

static void
one_call(struct fuzz *f, bool look)
{
	char *before = look ? dump_machine(f->m) : NULL, *after;
	const struct fuzz_target *t;
	enum fuzz_end end;

	if (fuzz_below(f, 16) == 0)
		fuzz_change_caller(f);
	t = fuzz_pick(f);
	if (fuzz_tells())
		fprintf(stderr, "%s\n", t->name);
	errno = 0;
	end = t->call(f);
	if (!fuzz_settle(f))
		bad(t, "memory beside a buffer was written to");
	if (end == FUZZ_BAD)
		bad(t, f->why);
	if (look && end == FUZZ_FAILED) {
		after = dump_machine(f->m);
		if (strcmp(before, after) != 0)
			bad(t, "the failed call has changed the state");
		free(after);
	}
	free(before);
	fuzz_operations++;
}

void
fuzz_api(const struct fuzz_input *in)
{
	struct fuzz f = { .pages = host_pages() };
	char path[64], why[300];
	bool look;

	if (in->len < 3)
		return;
	snprintf(path, sizeof(path), "tests/apifuzz/%s.uvm",
	    worlds[in->data[0] % NELEM(worlds)]);
	look = in->data[1] % 4 == 0;
	f.bytes = in->data + 2;
	f.left = in->len - 2;
	if (uvmsim_open(path, 0) != 0)
		insist(false, uvmsim_errmsg());
	f.m = api_machine();
	fuzz_change_caller(&f);
	for (unsigned i = 0; i < MOST && f.left > 0; i++)
		one_call(&f, look);
	if (machine_check(f.m, why, sizeof(why)) != NULL)
		insist(false, why);
	uvmsim_close();
}
