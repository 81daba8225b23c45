/*
 * A program's map from its ELF file, when no snapshot is at hand.
 *
 * The kernel maps the PT_LOAD segments of the program and of its interpreter;
 * where, depends on chance.  A log tells: the dynamic loader makes the
 * relocated data of both read-only (PT_GNU_RELRO) by an mprotect whose length
 * is that segment's, and whose address minus the segment's own is the bias.
 */
#ifndef WL_ELF_IMAGE_H
#define WL_ELF_IMAGE_H

#include "sim/sim.h"

#define WL_ELF_SEGMENTS	40

struct wl_elf_relro { vaddr_t addr; uint64_t len; };

struct wl_elf_hints {			/* what the log shows */
	const struct wl_elf_relro *relro; /* mprotect(..., PROT_READ) */
	size_t		n;
	vaddr_t		brk;		/* first break, 0: unknown */
	uint8_t		page_shift;	/* the machine's */
	/* A position-independent program, its interpreter, the stack's end:
	   where they are; NULL: as the log shows, or a kernel's usual ones */
	const vaddr_t  *place;
};

enum { WL_ELF_PROGRAM, WL_ELF_INTERPRETER, WL_ELF_STACK_END };

struct wl_elf {
	struct sim_segment segment[WL_ELF_SEGMENTS];
	size_t		n;
	char	       *path[2];	/* program, interpreter: as mapped */
	bool		nomem;		/* false was said for want of memory */
};

/*
 * => true and the image, with a stack;
 *    false: no such ELF file here, or it is not understood
 */
bool	wl_elf_image(const char *path, const struct wl_elf_hints *,
	    struct wl_elf *);
void	wl_elf_free(struct wl_elf *);

#endif /* WL_ELF_IMAGE_H */
