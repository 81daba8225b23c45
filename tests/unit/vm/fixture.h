/*
 * What the unit tests of vm/ share: a virtual memory with one address space,
 * a file and a segment, and short words for what they do.
 *
 * Addresses are given as page numbers P from the base of a test area.
 */
#ifndef TESTS_UNIT_VM_FIXTURE_H
#define TESTS_UNIT_VM_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/vm.h"
#include "tests/page4k.h"

#define BASE	((vaddr_t)0x20000000)
#define P(n)	(BASE + T_PTOA(n))
#define RW	(VM_PROT_READ | VM_PROT_WRITE)
#define RX	(VM_PROT_READ | VM_PROT_EXEC)
#define R	VM_PROT_READ
#define FILE_SEED 77

struct fixture {
	struct mem     *mem;
	struct vm	vm;
	struct vmspace *space;		/* with child, all there are */
	struct vmspace *child;		/* or NULL */
	struct vm_map  *map;		/* space's */
	struct vm_object *file;		/* 32 pages */
	struct vm_object *shm;		/* 16 pages */
	char		text[2048];
};

/* flags: VM_MAP_*; ram: frames */
struct fixture *fix_new(uint32_t flags, unsigned ram);
struct fixture *fix_new_config(uint32_t flags, const struct vm_config *);
void	fix_free(struct fixture *);	/* => nothing may be left allocated */
void	fix_check(struct fixture *);	/* vm_check() finds nothing */

/* Map pages [from, to). => errno */
int	fix_anon(struct fixture *, unsigned from, unsigned to, vm_prot_t);
int	fix_shared(struct fixture *, unsigned from, unsigned to, vm_prot_t);
int	fix_file(struct fixture *, unsigned from, unsigned to, vm_prot_t,
	    bool private, unsigned pindex);
int	fix_object(struct fixture *, struct vm_object *, unsigned from,
	    unsigned to, vm_prot_t, bool private, unsigned pindex);
/* uvm_map with the caller's arguments; takes and gives back references. */
int	fix_map(struct fixture *, struct uvm_map_args);
int	fix_unmap(struct fixture *, unsigned from, unsigned to);
void	fix_fork(struct fixture *);

/* One access. => errno; writes stamp the page with the given stamp */
int	fix_read(struct vmspace *, unsigned page);
int	fix_write(struct vmspace *, unsigned page, uint64_t stamp);
uint64_t fix_tag(struct vmspace *, unsigned page);
/* Rights in the page table, or -1 when not mapped there. */
int	fix_pte(struct vmspace *, unsigned page);
struct vm_map_entry *fix_entry(struct vmspace *, unsigned page);

/*
 * The entries of a space as text: "0-4:rw:cn 8-9:r:oa".  After the rights:
 * c COW, n needs copy, o object, a amap, s amap SHARED, w wired.
 */
const char *fix_layout(struct fixture *, struct vmspace *);
#define assert_layout(f, s, text)					\
	assert_string_equal(fix_layout((f), (s)), (text))

#endif /* TESTS_UNIT_VM_FIXTURE_H */
