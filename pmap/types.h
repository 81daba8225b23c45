/*
 * Basic types of the whole house: addresses, sizes, frame numbers, protections.
 *
 * Units: an address or size is in bytes of the *simulated* machine and always
 * 64 bits wide, whatever the host or the simulated machine; a page index (off a
 * map, object or amap) is in pages; a frame number is 32 bits (16 TB of 4K).
 */
#ifndef PMAP_TYPES_H
#define PMAP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t vaddr_t;	/* simulated virtual address */
typedef uint64_t vsize_t;	/* bytes of simulated address space */
typedef uint32_t pfn_t;		/* frame number; frame 0 is never handed out */
typedef uint8_t  vm_prot_t;	/* VM_PROT_* bits */

#define PFN_NONE	((pfn_t)0)

/* Protections, values as in every BSD's <sys/mman.h> (PROT_*). */
#define VM_PROT_NONE	0x0
#define VM_PROT_READ	0x1
#define VM_PROT_WRITE	0x2
#define VM_PROT_EXEC	0x4
#define VM_PROT_ALL	0x7

/*
 * The base page of a machine.  o: whatever has a page_shift: a geometry, a
 * pmap_system, a pmap, a vm, a vm_map, a vm_object, a machine.
 */
#define pg_size(o)	((vsize_t)1 << (o)->page_shift)
#define pg_mask(o)	(pg_size(o) - 1)
#define pg_trunc(o, a)	((a) & ~pg_mask(o))
#define pg_round(o, a)	(((a) + pg_mask(o)) & ~pg_mask(o))
#define pg_atop(o, a)	((uint64_t)(a) >> (o)->page_shift)
#define pg_ptoa(o, p)	((uint64_t)(p) << (o)->page_shift)

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define NELEM(a)	(sizeof(a) / sizeof((a)[0]))

#endif /* PMAP_TYPES_H */
