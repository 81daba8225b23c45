/*
 * pagemap: a word for each page of the address space, as Linux has it.
 *
 *	offset va / page * 8, 8 bytes, little endian
 *	63	the page table maps the page
 *	61	its frame is a file's or shared memory's
 *	56	no other mapping has the frame
 *	54-0	number of the frame
 *
 * Bits 62 (swapped out), 57 and 55 (write protected by userfaultfd, soft dirty)
 * are never set.  The file is sparse; it ends behind the last area, or at the
 * address 2^48: a host's file need not hold 2^56 bytes of address space.
 */
#include <string.h>
#include <unistd.h>

#include "procfs.h"

#define WORD 8
#define END ((vaddr_t)1 << 48)
#define PRESENT ((uint64_t)1 << 63)
#define NOT_ANON ((uint64_t)1 << 61)
#define EXCLUSIVE ((uint64_t)1 << 56)

static uint64_t
word_of(const struct procfs_page *page)
{
	return PRESENT | (page->kind != PROCFS_ANON ? NOT_ANON : 0) |
	    (page->mappings == 1 ? EXCLUSIVE : 0) | page->frame;
}

static void
put_word(FILE *fp, uint64_t word)
{
	for (int i = 0; i < WORD; i++, word >>= 8)
		fputc((int)(word & 0xff), fp);
}

int
procfs_pagemap(FILE *fp, const struct procfs_process *t)
{
	struct pmap *pmap = t->p->vmspace->vm_map.pmap;
	const vaddr_t high = t->high < END ? t->high : END;
	vaddr_t va = t->low, at = 0;
	struct procfs_page page;

	while ((va = pmap_next_mapped(pmap, va, high)) < high) {
		if (va != at &&
		    fseeko(fp, (off_t)(pg_atop(t->m, va) * WORD), SEEK_SET) !=
			0)
			return errno;
		if (procfs_page(t->m, t->p, va, &page))
			put_word(fp, word_of(&page));
		at = va += pg_size(t->m);
	}
	if (fflush(fp) != 0 ||
	    ftruncate(fileno(fp), (off_t)(pg_atop(t->m, high) * WORD)) != 0)
		return errno;
	return 0;
}
