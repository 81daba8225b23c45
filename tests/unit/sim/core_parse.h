/*
 * The cursor with which core_fields.c and core_sections.c go through a core.
 */
#ifndef TESTS_CORE_PARSE_H
#define TESTS_CORE_PARSE_H

#include "core_fields.h"
#include "sim/core_format.h"

struct parse {
	const uint8_t  *data;
	size_t		at, end;	/* of the section */
	unsigned	section;
	struct machine *m;
	struct core_fields *out;
	const char     *wrong;		/* what was not there; sticky */
	/* found on the way */
	uint32_t	nspaces;
};

struct parse_field {
	const char     *name;		/* NULL ends a row */
	uint8_t		bytes;
	uint8_t		kind;
};

struct counted {			/* records that follow a count */
	uint64_t	n;
	size_t		at;
	uint32_t	spot;
	bool		begun;
};

typedef void parse_fn(struct parse *);

uint64_t parse_get(struct parse *, unsigned bytes, enum core_kind,
	    const char *name);
void	parse_string(struct parse *, const char *name);
void	parse_numbers(struct parse *, uint64_t n, unsigned bytes,
	    const char *name);
void	parse_row(struct parse *, const struct parse_field *);
void	parse_sparse(struct parse *, enum core_kind of_values,
	    const char *name);
struct counted parse_count(struct parse *, unsigned bytes, const char *name);
/* => another record begins here; the one before has ended */
bool	parse_next(struct parse *, struct counted *);

parse_fn parse_pageout, parse_disks;
extern parse_fn *const parse_section[CORE_NSECTIONS];

#endif /* TESTS_CORE_PARSE_H */
