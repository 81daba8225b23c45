/*
 * Any bytes as a core whose checksums are right: it is refused with a sentence,
 * or it is a machine, which can go on and be saved again.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core_format.h"
#include "sim/core_sum.h"
#include "tests/unit/sim/core_mutate.h"

#define SMALL ((uint64_t)64 << 20) /* of memory */
#define FEW ((uint64_t)1 << 20)    /* slots of swap */

static void
put64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* The first word of a section that says how much memory a machine takes. */
static void
clamp_first(uint8_t *p, uint64_t size)
{
	if (size >= 4 && sim_core_word(p, 4) > FEW)
		p[2] = p[3] = 0;
}

/* Where section config has the size of memory, behind two strings; or NULL. */
static uint8_t *
memory_size(uint8_t *p, uint64_t size)
{
	uint64_t at = 0, n;

	for (int i = 0; i < 2; i++) {
		if (size - at < 4)
			return NULL;
		n = sim_core_word(p + at, 4);
		if (n > size - at - 4)
			return NULL;
		at += 4 + n;
	}
	return size - at >= 8 ? p + at : NULL;
}

/*
 * No more memory than a fuzzer has, and checksums that are right.  Sections may
 * lie over each other and over their own table: what is written for one may
 * undo what was written for another, so the memory is looked at again.
 */
static bool
seal(uint8_t *data, size_t len)
{
	uint8_t *table = data + CORE_HEADER, *entry = table, *ram = NULL;

	if (len < CORE_HEADER + CORE_NSECTIONS * CORE_SECTION)
		return true;
	put64(data + 16, len);
	for (unsigned i = 0; i < CORE_NSECTIONS; i++, entry += CORE_SECTION) {
		uint64_t at = sim_core_word(entry + 8, 8);
		uint64_t size = sim_core_word(entry + 16, 8);

		if (at > len || size > len - at)
			break;
		if (i == CORE_CONFIG)
			ram = memory_size(data + at, size);
		if (ram != NULL && sim_core_word(ram, 8) > SMALL)
			put64(ram, SMALL);
		if (i == CORE_SWAP)
			clamp_first(data + at, size);
		put64(entry + 24, sim_core_sum(data + at, size));
	}
	put64(data + 24, sim_core_sum(table, CORE_NSECTIONS * CORE_SECTION));
	put64(data + 32, sim_core_sum(data, 32));
	return ram == NULL || sim_core_word(ram, 8) <= SMALL;
}

/* What another run has put into the corpus may ask for any memory as well. */
size_t
fuzz_mutate_core(uint8_t *data, size_t len, size_t max, unsigned seed)
{
	return seal(data, len) ? core_mutate(data, len, max, seed) :
				 fuzz_bytes(data, len, max);
}

/* What it has can be used. */
static void
use(struct machine *m)
{
	struct sim_call call = { .no = SIM_SYS_FORK };
	struct process *p, *next;
	unsigned n = 0;

	HASH_ITER(hh, m->procs, p, next) {
		if (p->state != SIM_RUNNING || p == m->kernel || n++ == 4)
			continue;
		(void)sim_access(m, p, p->vmspace->vm_map.header.next->start, 1,
		    VM_PROT_READ, NULL);
		if (p->state == SIM_RUNNING)
			(void)sim_syscall(m, p, &call, NULL);
	}
}

void
fuzz_core(const struct fuzz_input *in)
{
	uint8_t *data = malloc(in->len + 1);
	struct machine *m = NULL;
	char why[512];

	insist(data != NULL, "no memory");
	memcpy(data, in->data, in->len);
	if (memmem(data, in->len, ".so", 3) != NULL) {
		free(data); /* a policy that is a program */
		return;
	}
	if (!seal(data, in->len)) {
		free(data);
		return;
	}
	fuzz_rewrite(in, data, in->len);
	free(data);
	why[0] = '\0';
	if (sim_core_load(in->path, &m, why, sizeof(why)) != 0) {
		insist(why[0] != '\0', "a refusal without a sentence");
		return;
	}
	if (machine_check(m, why, sizeof(why)) != NULL)
		insist(false, why);
	use(m);
	fuzz_end(m);
}
