/*
 * The fields of a core, as uvmsim-core(5) lists them: an index into its bytes,
 * made without the loader, so that each field, record and name in it can be
 * changed for what it is.
 *
 * What a section has depends on the machine (its levels of page tables, its
 * domains, its policy); so whoever wants the fields of a core has its machine.
 */
#ifndef TESTS_CORE_FIELDS_H
#define TESTS_CORE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"

/* What a number is, or names: two of one kind can be exchanged. */
enum core_kind {
	CORE_IS_NUMBER,
	CORE_IS_COUNT,			/* of the records behind it */
	CORE_IS_LENGTH,			/* of a string */
	CORE_IS_TEXT,			/* its bytes */
	CORE_IS_INDEX,			/* of a sparse array, of a table */
	CORE_IS_ADDRESS,
	CORE_IS_PTE,
	CORE_IS_FRAME,
	CORE_IS_ANON,
	CORE_IS_SLOT,
	CORE_IS_OBJECT,
	CORE_IS_AMAP,
	CORE_IS_ENTRY,
	CORE_IS_MAP,
	CORE_IS_PMAP,
	CORE_IS_RESERV,
	CORE_IS_FILE,
	CORE_IS_SEGMENT,
	CORE_IS_PROCESS,
	CORE_NKINDS
};

struct core_spot {
	const char     *name;
	size_t		at;		/* in the file */
	uint32_t	size;		/* 1, 2, 4, 8; of text: its bytes */
	uint8_t		kind;		/* enum core_kind */
	uint8_t		section;
};

/* One of several that a count counts. */
struct core_record {
	size_t		at, len;
	uint32_t	count;		/* the spot that has their number */
	uint8_t		section;
};

struct core_fields {
	struct core_spot *spot;
	struct core_record *record;
	uint32_t	nspots, nrecords;
	uint32_t	roomspots, roomrecords;
};

/*
 * The fields of a core that is good, of this machine.
 * => NULL; or where the page and the file do not say the same
 */
const char *core_fields_find(struct core_fields *, const uint8_t *core,
	    size_t size, struct machine *);
void	core_fields_free(struct core_fields *);

#endif /* TESTS_CORE_FIELDS_H */
