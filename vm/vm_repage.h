/*
 * The repage table of AIX: which pages were stolen lately.
 *
 * A ring of keys (vm_page_key) in the order of their stealing; a key that is
 * stolen while the ring is full pushes the oldest out.  A page that comes back
 * and is found here was stolen too soon: a repage.  Being found takes it out.
 *
 *	key[]	| d | e | - | a | b | c |	- was taken out
 *			  ^
 *			next: the place of the next key, the oldest one's
 *
 * R1  a key is in the ring at most once; n is their number, at most size.
 * R2  a place holds a key iff the index leads there from the key.
 */
#ifndef VM_REPAGE_H
#define VM_REPAGE_H

#include "vm_keep.h"

struct mem;

struct vm_repages {
	uint64_t       *key;		/* [size] */
	uint32_t       *index;		/* [mask + 1]: place + 1, by hash; 0 is
					   empty */
	uint32_t	size;		/* a power of two */
	uint32_t	mask;
	uint32_t	next;
	uint32_t	n;		/* keys in it */
};

#define VM_REPAGES_MAX	((uint32_t)1 << 24)

/* => 0; ENOMEM; EINVAL: size is no power of two from 1 to VM_REPAGES_MAX */
int	vm_repages_init(struct vm_repages *, struct mem *, uint32_t size);
void	vm_repages_fini(struct vm_repages *, struct mem *);
/* A page is stolen.  One that is there moves to the new end. */
void	vm_repages_add(struct vm_repages *, uint64_t key);
/* A page comes back.  => was it stolen lately? */
bool	vm_repages_take(struct vm_repages *, uint64_t key);
/* The ring as numbers: which place holds which key. */
void	vm_repages_keep(struct vm_repages *, struct vm_keep *);
const char *vm_repages_check(const struct vm_repages *);

#endif /* VM_REPAGE_H */
