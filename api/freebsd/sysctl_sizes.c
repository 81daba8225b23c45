/*
 * What FreeBSD tells of larger pages, memory domains and the machine's kind.
 *
 * FreeBSD's machines are a table here: by the beginning of a geometry's name,
 * what FreeBSD calls the machine, and how its pmap names the counters of larger
 * pages.
 *
 *	amd64, i386	vm.pmap.pde, vm.pmap.pdpe
 *	arm64, riscv	vm.pmap.l2, and vm.pmap.l3c for groups
 *	powerpc		vm.pmap.64k, vm.pmap.16m: names of our own, since
 *			FreeBSD counts none there
 */
#include <stdio.h>
#include <string.h>

#include "api/include/freebsd/sys/user.h"
#include "api/mman/calls.h"
#include "sums.h"
#include "sysctl.h"

enum names { NAMES_PDE, NAMES_LEVEL, NAMES_SIZE };

static const struct fbsd_machine {
	const char *geometry; /* its name begins so */
	const char *machine, *arch;
	uint16_t byteorder;
	uint8_t names; /* enum names */
} machines[] = {
	{ "amd64", "amd64", "amd64", 1234, NAMES_PDE },
	{ "i386", "i386", "i386", 1234, NAMES_PDE },
	{ "arm64", "arm64", "aarch64", 1234, NAMES_LEVEL },
	{ "riscv64", "riscv", "riscv64", 1234, NAMES_LEVEL },
	{ "power", "powerpc", "powerpc64", 4321, NAMES_SIZE },
};

static const struct fbsd_machine *
machine_of(const struct machine *m)
{
	const char *name = m->config.arch->name;
	size_t i = 0;

	while (i + 1 < NELEM(machines) &&
	    strncmp(machines[i].geometry, name, strlen(machines[i].geometry)) !=
		0)
		i++;
	return &machines[i];
}

/* ------------------------------------------------------------ hardware --- */

static int
out_text(struct sysctl_req *r, const char *text)
{
	return sysctl_out(r, text, strlen(text) + 1);
}

int
sysctl_machine(struct sysctl_req *r)
{
	return out_text(r, machine_of(r->m)->machine);
}

int
sysctl_machine_arch(struct sysctl_req *r)
{
	return out_text(r, machine_of(r->m)->arch);
}

uint64_t
sysctl_byteorder(struct machine *m)
{
	return machine_of(m)->byteorder;
}

uint64_t
sysctl_ncpu(struct machine *m)
{
	return m->config.cpus;
}

uint64_t
sysctl_has_superpages(struct machine *m)
{
	uint64_t sizes[API_MAXPAGESIZES];

	return api_pagesizes(m, sizes) > 1;
}

/* A shorter buffer gets what fits, and no error. */
int
sysctl_pagesizes(struct sysctl_req *r)
{
	uint64_t sizes[API_MAXPAGESIZES];
	size_t len = (size_t)api_maxpagesizes(r->m) * sizeof(sizes[0]);

	api_pagesizes(r->m, sizes);
	if (r->old != NULL && r->oldlen < len)
		len = r->oldlen;
	return sysctl_out(r, sizes, len);
}

/* --------------------------------------------------------- larger pages -- */

/* => psind; 0: the machine has no such page */
static unsigned
psind_of(const struct pmap_geometry *geo, unsigned which)
{
	for (unsigned i = 1; i < geo->nsizes; i++) {
		const struct pmap_pagesize *s = &geo->sizes[i];

		if (which == SYSCTL_GROUP ? s->kind == PMAP_SIZE_GROUP :
					    s->kind == PMAP_SIZE_LEAF &&
			    s->level + which + 1u == geo->nlevels)
			return i;
	}
	return 0;
}

#define COUNTED(member) \
	uint64_t sysctl_##member(struct machine *m, unsigned which) \
	{ \
		const unsigned psind = psind_of(m->config.arch, which); \
\
		return psind != 0 ? m->vm.pmaps.count.member[psind] : 0; \
	}
COUNTED(promotions)
COUNTED(demotions)
COUNTED(mappings)
COUNTED(p_failures)
#undef COUNTED

bool
sysctl_calls_pde(const struct machine *m, unsigned i)
{
	(void)i;
	return machine_of(m)->names == NAMES_PDE;
}

bool
sysctl_calls_l2(const struct machine *m, unsigned i)
{
	(void)i;
	return machine_of(m)->names == NAMES_LEVEL;
}

bool
sysctl_calls_l3c(const struct machine *m, unsigned i)
{
	return sysctl_calls_l2(m, i) &&
	    psind_of(m->config.arch, SYSCTL_GROUP) != 0;
}

bool
sysctl_calls_sizes(const struct machine *m, unsigned i)
{
	(void)i;
	return machine_of(m)->names == NAMES_SIZE;
}

/* -------------------------------------------------------- reservations --- */

static const struct vm_reserv *
reserv(const struct vm_reservs *rs, uint32_t i)
{
	return (const void *)(rs->reserv + (size_t)i * rs->stride);
}

/* Pages that the domain's partial reservations do not use. */
static uint64_t
unused_pages(const struct vm_reservs *rs, unsigned domain)
{
	uint64_t n = 0;

	for (uint32_t i = rs->partpop[domain].head; i != 0;
	     i = reserv(rs, i)->qnext)
		n += ((uint64_t)1 << rs->order) - reserv(rs, i)->popcnt;
	return n;
}

/* All sizes are parts of one population map: its level is -1. */
int
sysctl_partpopq(struct sysctl_req *r)
{
	const struct vm_reservs *rs = &r->m->vm.reservs;
	char text[64 + 40 * VM_MAXDOMAINS];
	int n = snprintf(text, sizeof(text),
	    "\nDOMAIN    LEVEL     SIZE  NUMBER\n\n");

	for (unsigned d = 0; d < sysctl_ndomains(r->m); d++)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
		    "%6u, %7d, %6lluK, %6u\n", d, -1,
		    (unsigned long long)pg_ptoa(r->m, unused_pages(rs, d)) >>
			10,
		    rs->partpop[d].n);
	return sysctl_out(r, text, (size_t)n + 1);
}

/* ------------------------------------------------------------- domains --- */

uint64_t
sysctl_ndomains(struct machine *m)
{
	return m->vm.phys.ndomains;
}

bool
sysctl_has_domain(const struct machine *m, unsigned d)
{
	return d < m->vm.phys.ndomains;
}

uint64_t
sysctl_domain_free(struct machine *m, unsigned d)
{
	return vm_phys_nfree(&m->vm, d);
}
