/*
 * What the two implementations of mem.h share: accounting and injection.
 */
#ifndef PMAP_MEM_INTERNAL_H
#define PMAP_MEM_INTERNAL_H

#include "mem.h"

struct mem_account {
	struct mem_public public;	/* first */
	size_t		in_use;		/* bytes */
	size_t		peak;
	uint64_t	nblocks;	/* live blocks */
	uint64_t	countdown;	/* allocations until one fails; 0 off */
	uint64_t	again;		/* that, once one has failed */
	uint32_t	held;		/* > 0: injection is on hold */
	bool		fired;
	bool		refused;	/* by limit or host */
	bool		enough;		/* the host said so */
	size_t		limit;		/* bytes; 0: none */
	size_t		ask_at;		/* bytes: host->grown() */
	const struct mem_host *host;	/* NULL: nobody is asked */
};

struct mem_account *mem_account(const struct mem *);
void	mem_account_add(struct mem *, size_t);
void	mem_account_sub(struct mem *, size_t);
/* => the limit has room for as much more */
bool	mem_account_room(struct mem *, size_t more);
/* Nothing was given. => NULL */
void   *mem_account_refuse(struct mem *);

#endif /* PMAP_MEM_INTERNAL_H */
