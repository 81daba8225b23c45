/*
 * pagemap: a word for each page of the address space, as Linux has it.
 *
 *	offset va / page * 8, 8 bytes, little endian
 *	63	the page table maps the page
 *	61	its frame is a file's or shared memory's
 *	56	no other mapping has the frame
 *	54-0	number of the frame
 *
 *	62	a private page that is in swap only
 *	54-5	page of the swap device
 *	4-0	number of the device
 *
 * Bits 57 and 55 (write protected by userfaultfd, soft dirty) are never set.
 * Linux has no entry for a page of shared memory that is in swap: 0.  The file
 * is sparse; it ends behind the last area, or at the address 2^48: a host's
 * file need not hold 2^56 bytes of address space.
 */
#include <string.h>
#include <unistd.h>

#include "procfs.h"

#define WORD 8
#define END ((vaddr_t)1 << 48)
#define PRESENT ((uint64_t)1 << 63)
#define SWAPPED ((uint64_t)1 << 62)
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

/* => 0 or an errno */
static int
seek_to(FILE *fp, const struct machine *m, vaddr_t va)
{
	const off_t at = (off_t)(pg_atop(m, va) * WORD);

	return fseeko(fp, at, SEEK_SET) == 0 ? 0 : errno;
}

static uint64_t
out_word(const struct machine *m, uint32_t slot)
{
	const struct vm_swapdev *dev = vm_swap_find(&m->vm, slot);

	return SWAPPED | (uint64_t)(slot - dev->first) << 5 |
	    (uint64_t)(dev - m->vm.swap.dev);
}
_Static_assert(VM_SWAP_MAXDEVS <= 32, "a device has 5 bits");

/* Pages that are in swap only, entry by entry. */
static int
put_out(FILE *fp, const struct procfs_process *t, vaddr_t high)
{
	struct vm_map_entry *header = &t->p->vmspace->vm_map.header, *e;
	struct procfs_out out;
	int err = 0;

	for (e = header->next; e != header && e->start < high; e = e->next) {
		vaddr_t va = e->start, end = e->end < high ? e->end : high;

		while (err == 0 && va < end &&
		    procfs_next_out(t->m, e, &va, end, &out)) {
			err = seek_to(fp, t->m, out.va);
			if (err == 0)
				put_word(fp, out_word(t->m, out.slot));
		}
	}
	return err;
}

/* Pages that the page table maps. */
static int
put_mapped(FILE *fp, const struct procfs_process *t, vaddr_t high)
{
	struct pmap *pmap = t->p->vmspace->vm_map.pmap;
	vaddr_t va = t->low, at = 0;
	struct procfs_page page;

	while ((va = pmap_next_mapped(pmap, va, high)) < high) {
		int err = va != at ? seek_to(fp, t->m, va) : 0;

		if (err != 0)
			return err;
		if (procfs_page(t->m, t->p, va, &page))
			put_word(fp, word_of(&page));
		at = va += pg_size(t->m);
	}
	return 0;
}

int
procfs_pagemap(FILE *fp, const struct procfs_process *t)
{
	const vaddr_t high = t->high < END ? t->high : END;
	int err = put_mapped(fp, t, high);

	if (err == 0)
		err = put_out(fp, t, high);
	if (err != 0)
		return err;
	if (fflush(fp) != 0 ||
	    ftruncate(fileno(fp), (off_t)(pg_atop(t->m, high) * WORD)) != 0)
		return errno;
	return 0;
}
