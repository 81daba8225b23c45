/*
 * The targets for libFuzzer: FUZZ in the environment names one of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
size_t LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t, unsigned);
/* libFuzzer's; there is none in a plain program. */
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t) __attribute__((weak));

static const struct fuzz_kind *kind;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ");

	(void)argc;
	(void)argv;
	fuzz_bytes = LLVMFuzzerMutate;
	kind = name != NULL ? fuzz_byname(name) : NULL;
	if (kind != NULL)
		return 0;
	fprintf(stderr, "FUZZ=%s: expected one of", name != NULL ? name : "");
	for (const struct fuzz_kind *k = fuzz_kinds; k->name != NULL; k++)
		fprintf(stderr, " %s", k->name);
	fputc('\n', stderr);
	exit(2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	fuzz_once(kind, data, len);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	return fuzz_mutate(kind, data, len, max, seed);
}
