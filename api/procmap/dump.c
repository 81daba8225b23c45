/*
 * procmap -D: kernel structures member by member.
 *
 * Each block begins in column 0 and goes on four blanks in.  Flag words stand
 * between `<' and ` >', each after a blank; without any, that is `< >'.
 * Pointers are printed as a BSD libc's %p does: 0x0 is NULL.
 */
#include <inttypes.h>

#include "procmap.h"

#define P "0x%" PRIx64
#define X "%" PRIx64

struct flag {
	unsigned bit;
	const char *word;
};

static const struct flag map_flags[] = { { 0x1, "PAGEABLE" },
	{ 0x2, "INTRSAFE" }, { 0x4, "WIREFUTURE" }, { 0x8, "BUSY" },
	{ 0x10, "WANTLOCK" }, { 0, NULL } };

static const struct flag entry_types[] = { { PROCMAP_ET_OBJ, "OBJ" },
	{ PROCMAP_ET_SUBMAP, "SUBMAP" }, { PROCMAP_ET_COW, "COW" },
	{ PROCMAP_ET_NEEDSCOPY, "NEEDSCOPY" }, { 0, NULL } };

static const struct flag entry_flags[] = { { 0x1, "STATIC" }, { 0x2, "KMEM" },
	{ 0, NULL } };

static void
print_flags(FILE *fp, unsigned value, const struct flag *f)
{
	fprintf(fp, "%x <", value);
	for (; f->word != NULL; f++)
		if (value & f->bit)
			fprintf(fp, " %s", f->word);
	fprintf(fp, " >");
}

void
procmap_dump_vmspace(struct procmap *pm, const struct procmap_vmspace *v)
{
	fprintf(pm->out,
	    "proc->p_vmspace " P " = { vm_refcnt = %d, vm_shm = " P ",\n",
	    v->map.addr, v->refcnt, v->shm);
	fprintf(pm->out,
	    "    vm_rssize = %d, vm_swrss = %d, vm_tsize = %d,"
	    " vm_dsize = %d,\n",
	    v->rssize, v->swrss, v->tsize, v->dsize);
	fprintf(pm->out,
	    "    vm_ssize = %d, vm_taddr = " P ", vm_daddr = " P ",\n",
	    v->ssize, v->taddr, v->daddr);
	fprintf(pm->out, "    vm_maxsaddr = " P ", vm_minsaddr = " P " }\n",
	    v->maxsaddr, v->minsaddr);
}

void
procmap_dump_map(struct procmap *pm, const char *title,
    const struct procmap_map *m)
{
	fprintf(pm->out, "%s " P " = { pmap = " P ",\n", title, m->addr,
	    m->pmap);
	fprintf(pm->out,
	    "    lock = <struct lock>, header = <struct vm_map_entry>,"
	    " nentries = %d,\n",
	    m->nentries);
	fprintf(pm->out,
	    "    size = " X ", ref_count = %d,"
	    " ref_lock = <struct simplelock>,\n",
	    m->size, m->ref_count);
	fprintf(pm->out,
	    "    hint = " P ", hint_lock = <struct simplelock>,\n"
	    "    first_free = " P ", flags = ",
	    m->hint, m->first_free);
	print_flags(pm->out, m->flags, map_flags);
	fprintf(pm->out,
	    ",\n    flags_lock = <struct simplelock>, timestamp = %u }\n",
	    m->timestamp);
}

void
procmap_dump_entry(struct procmap *pm, const char *title,
    const struct procmap_entry *e)
{
	fprintf(pm->out, "%s " P " = { prev = " P ", next = " P ",\n", title,
	    e->addr, e->prev, e->next);
	fprintf(pm->out,
	    "    start = " X ", end = " X ", object.uvm_obj/sub_map = " P ",\n"
	    "    offset = " X ", etype = ",
	    e->start, e->end, e->object, e->offset);
	print_flags(pm->out, (unsigned)e->etype, entry_types);
	fprintf(pm->out,
	    ", protection = %x,\n    max_protection = %x,"
	    " inheritance = %d, wired_count = %d,\n",
	    (unsigned)e->protection, (unsigned)e->max_protection,
	    e->inheritance, e->wired_count);
	fprintf(pm->out,
	    "    aref = <struct vm_aref>, advice = %d, flags = ", e->advice);
	print_flags(pm->out, e->flags, entry_flags);
	fprintf(pm->out, " }\n");
}

void
procmap_dump_ncp(struct procmap *pm, const struct procmap_ncp *ncp)
{
	char vp[24], dvp[24];

	snprintf(vp, sizeof(vp), P, ncp->vp);
	snprintf(dvp, sizeof(dvp), P, ncp->dvp);
	fprintf(pm->out,
	    "ncp->nc_vp %10s, ncp->nc_dvp %10s, ncp->nc_nlen %3d [%.*s]"
	    " (nc_dvpid=%" PRIu64 ", nc_vpid=%" PRIu64 ")\n",
	    vp, dvp, ncp->nlen, ncp->nlen, ncp->name, ncp->dvpid, ncp->vpid);
}
