/*
 * vmgetinfo() and kvmgetinfo() of AIX.
 */
#include "fuzz.h"

int uvmsim_aix_vmgetinfo(void *, int, int);
int uvmsim_aix_kvmgetinfo(void *, int, int);

static const int commands[] = { 0, 2, 7, 9, 100, 101, 102, 103, 104, 105, 1, 3,
	4, 5, 6, 8, 10, 11, 99, 106, -1 };

/* More than the largest of their structures. */
#define LONGEST 1024

static int
some_command(struct fuzz *f)
{
	return fuzz_below(f, 20) ? commands[fuzz_below(f, NELEM(commands))] :
				   fuzz_int(f);
}

/* Both read what is asked about from the caller's structure. */
static void *
some_question(struct fuzz *f)
{
	static const uint64_t sizes[] = { 4096, 65536, 16777216, 0, 8192 };
	uint64_t *p = (uint64_t *)(void *)f->pages;

	p[0] = fuzz_below(f, 2) ? fuzz_address(f) :
				  sizes[fuzz_below(f, NELEM(sizes))];
	return fuzz_below(f, 3) ? (void *)p : fuzz_pointer(f, LONGEST);
}

static enum fuzz_end
call_vmgetinfo(struct fuzz *f)
{
	int command = some_command(f), arg = fuzz_int(f);

	return fuzz_judge(f,
	    uvmsim_aix_vmgetinfo(some_question(f), command, arg));
}

/* The kernel's returns the errno itself, but a count for GETPSIZES. */
static enum fuzz_end
call_kvmgetinfo(struct fuzz *f)
{
	int command = some_command(f), arg = fuzz_int(f);
	int error = uvmsim_aix_kvmgetinfo(some_question(f), command, arg);

	if (command == 102)
		return error == -1 ? FUZZ_FAILED : FUZZ_OK;
	if (error == 0)
		return FUZZ_OK;
	errno = error;
	return fuzz_judge(f, -1);
}

const struct fuzz_target fuzz_aix[] = { { "vmgetinfo", call_vmgetinfo },
	{ "kvmgetinfo", call_kvmgetinfo }, { NULL, NULL } };
