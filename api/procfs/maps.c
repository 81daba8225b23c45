/*
 * maps, smaps and smaps_rollup, as Linux 6.18 writes them (proc(5)).
 *
 *	START-END PERM OFFSET MAJOR:MINOR INODE <blanks>NAME
 *	Key:           <number> kB		one a line, in a fixed order
 *	VmFlags: xx xx ...
 *
 * The keys and the letters of VmFlags are tables; numbers are cut to whole kB
 * only here.
 */
#include <inttypes.h>
#include <string.h>

#include "procfs.h"
#include "sim/personality_linux.h"

/* --------------------------------------------------------------- maps ---- */

void
procfs_put_path(FILE *fp, const char *path)
{
	for (; *path != '\0'; path++)
		if (*path == '\n')
			fputs("\\012", fp);
		else
			fputc(*path, fp);
}

/* Numbers take this much before the blank and the name. */
static int
name_column(const struct machine *m)
{
	return 25 + 6 * m->config.arch->ptr_size - 1;
}

static void
put_area(FILE *fp, const struct machine *m, const struct procfs_area *a)
{
	int n = fprintf(fp,
	    "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64 " %02x:%02x "
	    "%" PRIu64 " ",
	    a->start, a->end, a->prot & VM_PROT_READ ? 'r' : '-',
	    a->prot & VM_PROT_WRITE ? 'w' : '-',
	    a->prot & VM_PROT_EXEC ? 'x' : '-', a->shared ? 's' : 'p',
	    a->offset, a->dev >> 8, a->dev & 0xff, a->ino);

	if (a->name[0] != '\0') {
		if (n < name_column(m))
			fprintf(fp, "%*s", name_column(m) - n, "");
		fputc(' ', fp);
		procfs_put_path(fp, a->name);
		if (a->deleted)
			fputs(" (deleted)", fp);
	}
	fputc('\n', fp);
}

int
procfs_maps(FILE *fp, const struct procfs_process *t)
{
	struct vm_map_entry *header = &t->p->vmspace->vm_map.header, *e;
	struct procfs_area a;

	for (e = header->next; e != header;) {
		e = procfs_area(t->m, t->p, e, &a);
		put_area(fp, t->m, &a);
	}
	return 0;
}

/* --------------------------------------------------------------- keys ---- */

#define KEY_SMAPS 1
#define KEY_ROLLUP 2
#define KEY_BOTH (KEY_SMAPS | KEY_ROLLUP)

static const struct {
	const char *key;
	uint8_t count; /* enum procfs_count */
	uint8_t where; /* KEY_* */
	uint8_t shift; /* to bytes */
} keys[] = {
	{ "Rss:", PROCFS_RSS, KEY_BOTH, 0 },
	{ "Pss:", PROCFS_PSS, KEY_BOTH, PROCFS_PSS_SHIFT },
	{ "Pss_Dirty:", PROCFS_PSS_DIRTY, KEY_BOTH, PROCFS_PSS_SHIFT },
	{ "Pss_Anon:", PROCFS_PSS_ANON, KEY_ROLLUP, PROCFS_PSS_SHIFT },
	{ "Pss_File:", PROCFS_PSS_FILE, KEY_ROLLUP, PROCFS_PSS_SHIFT },
	{ "Pss_Shmem:", PROCFS_PSS_SHMEM, KEY_ROLLUP, PROCFS_PSS_SHIFT },
	{ "Shared_Clean:", PROCFS_SHARED_CLEAN, KEY_BOTH, 0 },
	{ "Shared_Dirty:", PROCFS_SHARED_DIRTY, KEY_BOTH, 0 },
	{ "Private_Clean:", PROCFS_PRIVATE_CLEAN, KEY_BOTH, 0 },
	{ "Private_Dirty:", PROCFS_PRIVATE_DIRTY, KEY_BOTH, 0 },
	{ "Referenced:", PROCFS_REFERENCED, KEY_BOTH, 0 },
	{ "Anonymous:", PROCFS_ANON, KEY_BOTH, 0 },
	{ "KSM:", PROCFS_ZERO, KEY_BOTH, 0 },
	{ "LazyFree:", PROCFS_LAZYFREE, KEY_BOTH, 0 },
	{ "AnonHugePages:", PROCFS_HUGE_ANON, KEY_BOTH, 0 },
	{ "ShmemPmdMapped:", PROCFS_HUGE_SHMEM, KEY_BOTH, 0 },
	{ "FilePmdMapped:", PROCFS_HUGE_FILE, KEY_BOTH, 0 },
	{ "Shared_Hugetlb:", PROCFS_ZERO, KEY_BOTH, 0 },
	{ "Private_Hugetlb:", PROCFS_ZERO, KEY_BOTH, 0 },
	{ "Swap:", PROCFS_SWAP, KEY_BOTH, 0 },
	{ "SwapPss:", PROCFS_SWAP_PSS, KEY_BOTH, PROCFS_PSS_SHIFT },
	{ "Locked:", PROCFS_LOCKED, KEY_BOTH, PROCFS_PSS_SHIFT },
};

static void
put_kb(FILE *fp, const char *key, uint64_t bytes)
{
	fprintf(fp, "%-16s%8" PRIu64 " kB\n", key, bytes >> 10);
}

static void
put_counts(FILE *fp, const struct procfs_pages *pages, unsigned where)
{
	for (size_t i = 0; i < NELEM(keys); i++)
		if (keys[i].where & where)
			put_kb(fp, keys[i].key,
			    pages->count[keys[i].count] >> keys[i].shift);
}

/* ------------------------------------------------------------ VmFlags ---- */

/* Where a flag is looked for. */
enum flag_source {
	OF_PROT,
	OF_MAX,
	OF_ENTRY,
	OF_LINUX,
	OF_INHERIT,
	OF_ADVICE,
	OF_AREA,
	NSOURCES
};

/* OF_AREA */
#define AREA_SHARED 0x01  /* MAP_SHARED */
#define AREA_SHAREDW 0x02 /* and may be opened for writing */
#define AREA_LOCKED 0x04
#define AREA_KERNEL 0x08  /* mapped by the kernel or a device: never grows */
#define AREA_DEVICE 0x10  /* memory of a device, or the kernel's own data */
#define AREA_CHARGED 0x20 /* memory must be there for it */
#define AREA_BARE 0x40    /* nothing will ever be: guards, no rights at all */

/*
 * In the order of the bits in Linux's vm_flags.  Two rows may give one code.
 * No area is without any: pmap refuses an empty line.
 */
static const struct {
	char code[3];
	uint8_t source; /* enum flag_source */
	uint32_t mask;
} vmflags[] = {
	{ "rd", OF_PROT, VM_PROT_READ },
	{ "wr", OF_PROT, VM_PROT_WRITE },
	{ "ex", OF_PROT, VM_PROT_EXEC },
	{ "sh", OF_AREA, AREA_SHAREDW },
	{ "mr", OF_MAX, VM_PROT_READ },
	{ "mw", OF_MAX, VM_PROT_WRITE },
	{ "me", OF_MAX, VM_PROT_EXEC },
	{ "ms", OF_AREA, AREA_SHARED },
	{ "gd", OF_ENTRY, UVM_MAP_GROWSDOWN | UVM_MAP_STACK },
	{ "pf", OF_AREA, AREA_DEVICE },
	{ "lo", OF_AREA, AREA_LOCKED },
	{ "io", OF_AREA, AREA_DEVICE },
	{ "sr", OF_ADVICE, 1u << UVM_ADV_SEQUENTIAL },
	{ "rr", OF_ADVICE, 1u << UVM_ADV_RANDOM },
	{ "dc", OF_INHERIT, 1u << VM_INHERIT_NONE },
	{ "de", OF_AREA, AREA_KERNEL },
	{ "lf", OF_LINUX, LINUX_ONFAULT },
	{ "ac", OF_AREA, AREA_CHARGED },
	{ "nr", OF_ENTRY, UVM_MAP_NORESERVE },
	{ "nr", OF_AREA, AREA_BARE },
	{ "wf", OF_INHERIT, 1u << VM_INHERIT_ZERO },
	{ "wf", OF_LINUX, LINUX_WIPE },
	{ "dd", OF_ENTRY, UVM_MAP_NOCORE },
	{ "dd", OF_AREA, AREA_DEVICE },
	{ "hg", OF_ENTRY, UVM_MAP_HUGE },
	{ "nh", OF_ENTRY, UVM_MAP_NOHUGE },
	{ "mg", OF_ENTRY, UVM_MAP_MERGEABLE },
	{ "dp", OF_LINUX, LINUX_DROPPABLE },
};

static uint32_t
area_bits(const struct procfs_area *a)
{
	const struct vm_map_entry *e = a->entry;
	uint32_t bits = 0;

	if (a->shared)
		bits |= AREA_SHARED |
		    (e->max_protection & VM_PROT_WRITE ? AREA_SHAREDW : 0);
	if (a->locked)
		bits |= AREA_LOCKED;
	if (linux_special(e) || strncmp(a->name, "[vvar", 5) == 0)
		bits |= AREA_KERNEL | AREA_DEVICE;
	else if (e->etype & UVM_ET_OBJ && a->name[0] == '[')
		bits |= AREA_KERNEL;
	if (a->charged)
		bits |= AREA_CHARGED;
	if (e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP) ||
	    e->max_protection == VM_PROT_NONE)
		bits |= AREA_BARE;
	return bits;
}

static void
put_vmflags(FILE *fp, const struct process *p, const struct procfs_area *a)
{
	const struct vm_map_entry *e = a->entry;
	const uint32_t source[NSOURCES] = {
		[OF_PROT] = a->prot,
		[OF_MAX] = e->max_protection,
		[OF_ENTRY] = e->flags,
		[OF_LINUX] = p->personality == &sim_linux ? e->flags : 0,
		[OF_INHERIT] = 1u << e->inheritance,
		[OF_ADVICE] = 1u << e->advice,
		[OF_AREA] = area_bits(a),
	};
	const char *last = "";

	fputs("VmFlags: ", fp);
	for (size_t i = 0; i < NELEM(vmflags); i++)
		if (source[vmflags[i].source] & vmflags[i].mask &&
		    strcmp(vmflags[i].code, last) != 0) {
			last = vmflags[i].code;
			fprintf(fp, "%s ", last);
		}
	fputc('\n', fp);
}

/* -------------------------------------------------------------- smaps ---- */

/*
 * Private, anonymous, and an aligned huge page fits.  Where nobody makes larger
 * pages it must have been asked for (Linux's "madvise"); else it may not have
 * been refused ("always").
 */
static int
huge_eligible(const struct machine *m, const struct procfs_area *a)
{
	const struct vm_map_entry *e = a->entry;
	const uint64_t huge = procfs_hugepage(m);
	const vaddr_t first = (a->start + huge - 1) & ~(huge - 1);
	const bool wanted = m->config.superpages == VM_SUPER_NEVER ?
	    (e->flags & UVM_MAP_HUGE) != 0 :
	    (e->flags & UVM_MAP_NOHUGE) == 0;

	return wanted && !a->shared && (e->etype & UVM_ET_OBJ) == 0 &&
	    first >= a->start && first < a->end && a->end - first >= huge;
}

int
procfs_smaps(FILE *fp, const struct procfs_process *t)
{
	struct vm_map_entry *header = &t->p->vmspace->vm_map.header, *e;

	for (e = header->next; e != header;) {
		struct procfs_pages pages = { .count = { 0 } };
		struct procfs_area a;

		e = procfs_area(t->m, t->p, e, &a);
		procfs_account(t, &a, &pages);
		put_area(fp, t->m, &a);
		put_kb(fp, "Size:", a.end - a.start);
		put_kb(fp, "KernelPageSize:", pg_size(t->m));
		put_kb(fp, "MMUPageSize:", pg_size(t->m));
		put_counts(fp, &pages, KEY_SMAPS);
		fprintf(fp, "%-16s%8d\n",
		    "THPeligible:", huge_eligible(t->m, &a));
		put_vmflags(fp, t->p, &a);
	}
	return 0;
}

int
procfs_smaps_rollup(FILE *fp, const struct procfs_process *t)
{
	const struct procfs_area all = { .start = t->low,
		.end = t->high,
		.name = "[rollup]" };

	put_area(fp, t->m, &all);
	put_counts(fp, &t->pages, KEY_ROLLUP);
	return 0;
}
