/*
 * Operations of the size of larger pages (see core_machines.h): ranges that
 * begin and end on their borders or just beside them.
 */
#include <stdio.h>

#include "core_machines.h"
#include "vm/vm_super.h"

#define WINDOW ((vaddr_t)0x30000000)
#define SPAN 5u /* larger pages of the window */

static uint64_t
below(uint64_t *seed, uint64_t n)
{
	return (core_random(seed) >> 11) % n;
}

static uint64_t
constant(const struct process *p, const char *name, const char *other)
{
	uint64_t v = 0;

	if (sim_const_value(p->personality, name, &v) != 0 && other != NULL)
		(void)sim_const_value(p->personality, other, &v);
	return v;
}

/* The largest size that promotion makes; without one, 16 pages. */
static vsize_t
large(const struct machine *m)
{
	const struct pmap_geometry *geo = m->config.arch;

	for (unsigned i = geo->nsizes; i-- > 1;)
		if (geo->sizes[i].promote)
			return (vsize_t)1 << geo->sizes[i].shift;
	return pg_ptoa(m, 16);
}

static vaddr_t
border(const struct machine *m, uint64_t *seed)
{
	return WINDOW + below(seed, SPAN) * large(m);
}

/* A border, mostly; else a page beside it. */
static vaddr_t
place(const struct machine *m, uint64_t *seed)
{
	vaddr_t va = border(m, seed);

	return below(seed, 4) != 0 ? va : va + pg_ptoa(m, below(seed, 20));
}

static vsize_t
length(const struct machine *m, uint64_t *seed)
{
	vsize_t len = large(m) * (1 + below(seed, 2));

	return below(seed, 3) != 0 ? len : len / 2 + pg_ptoa(m, 3);
}

static void
fill_mmap(const struct machine *m, const struct process *p, struct sim_call *c,
    uint64_t *seed)
{
	bool shared = below(seed, 4) == 0;
	bool file = p->nfd > 0 && below(seed, 3) == 0;

	c->no = SIM_SYS_MMAP;
	c->arg[0] = border(m, seed);
	c->arg[1] = length(m, seed);
	c->arg[2] = below(seed, 3) != 0 ? 3 : below(seed, 8);
	c->arg[3] = constant(p, shared ? "MAP_SHARED" : "MAP_PRIVATE", NULL) |
	    constant(p, "MAP_FIXED", NULL) |
	    (file ? 0 : constant(p, "MAP_ANON", "MAP_ANONYMOUS"));
	c->arg[4] = file ? below(seed, (uint64_t)p->nfd) : UINT64_MAX;
}

static void
fill_range(const struct machine *m, struct sim_call *c, uint64_t *seed)
{
	static const struct {
		enum sim_sysno no;
		uint64_t third; /* numbers below it */
	} calls[] = { { SIM_SYS_MUNMAP, 1 }, { SIM_SYS_MPROTECT, 8 },
		{ SIM_SYS_MPROTECT, 4 }, { SIM_SYS_MADVISE, 26 },
		{ SIM_SYS_MLOCK, 1 }, { SIM_SYS_MUNLOCK, 1 },
		{ SIM_SYS_MSYNC, 8 } };
	unsigned i = (unsigned)below(seed, NELEM(calls));

	c->no = calls[i].no;
	c->arg[0] = place(m, seed);
	c->arg[1] = length(m, seed);
	c->arg[2] = below(seed, calls[i].third);
}

static void
fill_file(const struct machine *m, const struct process *p, struct sim_call *c,
    uint64_t *seed)
{
	c->no = p->nfd == 0 ? SIM_SYS_OPEN : SIM_SYS_FTRUNCATE;
	c->arg[0] = c->no == SIM_SYS_FTRUNCATE ?
	    below(seed, (uint64_t)p->nfd + 1) :
	    constant(p, "O_RDWR", NULL) | constant(p, "O_CREAT", NULL);
	c->arg[1] = (1 + below(seed, 4)) * large(m) / 2;
	c->str = "/tmp/large";
}

static int
call(struct machine *m, struct process *p, uint64_t *seed, uint64_t *ret)
{
	struct sim_call c = { .no = SIM_SYS_CPU };
	char name[16];

	switch (below(seed, 12)) {
	case 0:
	case 1:
	case 2: fill_mmap(m, p, &c, seed); break;
	case 3:
	case 4:
	case 5:
	case 6: fill_range(m, &c, seed); break;
	case 7: fill_file(m, p, &c, seed); break;
	case 8:
		if (HASH_COUNT(m->procs) < 6) {
			c.no = SIM_SYS_FORK;
			snprintf(name, sizeof(name), "p%d", m->next_pid);
			c.str = name;
			break;
		}
		/* FALLTHROUGH */
	default: c.arg[0] = below(seed, (uint64_t)m->config.cpus + 1); break;
	}
	return sim_syscall(m, p, &c, ret);
}

/* References here and there, until one fails. */
static int
references(struct machine *m, struct process *p, uint64_t *seed, uint64_t *done)
{
	static const vm_prot_t types[] = { VM_PROT_READ, VM_PROT_WRITE,
		VM_PROT_READ, VM_PROT_EXEC };
	struct sim_signal sig;
	struct vm_ref refs[128];
	vaddr_t va = place(m, seed);
	uint64_t span = below(seed, 2) != 0 ? 12 : pg_atop(m, large(m));
	size_t n = 0;
	int error;

	for (unsigned i = 0; i < NELEM(refs); i++) {
		vm_prot_t type = types[below(seed, NELEM(types))];
		vaddr_t at = va + pg_ptoa(m, below(seed, span));

		refs[i] = vm_ref_make(at + 8 * below(seed, 8), type);
	}
	error = sim_access_batch(m, p, refs, NELEM(refs), &n, &sig);
	*done = n;
	return error;
}

int
core_larger_step(struct machine *m, struct process *p, uint64_t *seed,
    uint64_t *ret)
{
	static const vm_prot_t types[] = { VM_PROT_READ, VM_PROT_WRITE,
		VM_PROT_WRITE, VM_PROT_EXEC };
	vm_prot_t type;
	vaddr_t va;

	*ret = 0;
	switch (below(seed, 6)) {
	case 5: return references(m, p, seed, ret);
	case 0:
	case 1:
		va = place(m, seed);
		type = types[below(seed, NELEM(types))];
		return sim_access(m, p, va, length(m, seed), type, NULL);
	case 2:
		*ret = vm_super_scan(&m->vm,
		    1 + below(seed, pg_atop(m, large(m)) * 3));
		return 0;
	default: return call(m, p, seed, ret);
	}
}
