/*
 * Showing of maps: a table for reading, and the format of procmap -d.
 *
 *	range, size, protection and its maximum, then three letters:
 *	  p or s	private (writes go to the amap) or shared
 *	  C		copy-on-write over an object
 *	  N		needs-copy: gets an amap of its own before a write
 *	then I inheritance (s c n z), W wired, A advice (n r s), pages there,
 *	and what is mapped.
 *
 * The ddb lines are those of OpenBSD 3.6 procmap -d ("<unknown>" included),
 * with simulated kernel addresses.
 */
#include <inttypes.h>
#include <string.h>

#include "show.h"

#define NAMEWIDTH 21 /* what is left of 80 columns */

static void
special_name(const struct wl_view *v, const struct vm_map_entry *e, char *buf,
    size_t len)
{
	const struct process *p = v->p;
	const struct vmspace *vs = p->vmspace;
	const char *name = "[anon]";

	if (e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP))
		name = "[guard]";
	else if (e->flags & UVM_MAP_STACK ||
	    (vs->vm_maxsaddr != 0 && e->start >= vs->vm_maxsaddr &&
		e->end <= vs->vm_minsaddr))
		name = "[stack]";
	else if (e->flags & UVM_MAP_HEAP ||
	    (p->brk_start != 0 && e->start >= p->brk_start &&
		e->start < p->brk))
		name = "[heap]";
	snprintf(buf, len, "%s", name);
}

void
wl_entry_name(const struct wl_view *v, const struct vm_map_entry *e, char *buf,
    size_t len)
{
	char offset[32];
	const char *name;
	size_t n;

	if (e->etype & UVM_ET_SUBMAP) {
		snprintf(buf, len, "[submap]");
		return;
	}
	if ((e->etype & UVM_ET_OBJ) == 0) {
		special_name(v, e, buf, len);
		return;
	}
	name = sim_object_name(v->m, e->object, buf, len);
	if (name == NULL)
		snprintf(buf, len, "[%s]", e->object->pager->name);
	else if (name != buf)
		snprintf(buf, len, "%s", name);
	n = strlen(buf);
	if (e->offset == 0 || n >= len)
		return;
	wl_size_text(e->offset, offset, sizeof(offset));
	snprintf(buf + n, len - n, "+%s", offset);
}

/* A name that is too long keeps its end, where names differ. */
static const char *
fit(char *name)
{
	size_t n = strlen(name);

	if (n <= NAMEWIDTH)
		return name;
	name += n - NAMEWIDTH;
	name[0] = name[1] = name[2] = '.';
	return name;
}

static void
show_entry(const struct wl_view *v, const struct vm_map_entry *e)
{
	char size[32], prot[4], max[4], name[512];
	bool cow = (e->etype & UVM_ET_COPYONWRITE) != 0;

	wl_size_text(e->end - e->start, size, sizeof(size));
	wl_entry_name(v, e, name, sizeof(name));
	fprintf(v->fp,
	    "%012" PRIx64 "-%012" PRIx64 " %7s %s/%s %c%c%c "
	    "%c%" PRIu32 "%c %7" PRIu64 " %s\n",
	    e->start, e->end, size, wl_prot_text(e->protection, prot),
	    wl_prot_text(e->max_protection, max), cow ? 'p' : 's',
	    cow && (e->etype & UVM_ET_OBJ) != 0 ? 'C' : '-',
	    e->etype & UVM_ET_NEEDSCOPY ? 'N' : '-', "scnz"[e->inheritance & 3],
	    e -> wired_count, "nrs?"[e->advice & 3],
	    wl_pages_resident(v->p, e->start, e->end), fit(name));
}

bool
wl_show_map(const struct wl_view *v)
{
	struct vm_map *map = &v->p->vmspace->vm_map;
	const struct vm_map_entry *e;
	char size[32];

	wl_size_text(map->size, size, sizeof(size));
	fprintf(v->fp,
	    "%s (pid %d): %" PRIu32 " entries, %s mapped, "
	    "%" PRIu64 " page%s in its page table\n",
	    v->p->name, v->p->pid, map->nentries, size, map->pmap->resident,
	    map->pmap->resident == 1 ? "" : "s");
	fprintf(v->fp,
	    "%-12s %-12s    SIZE PROT/MAX COW IWA "
	    "    RES NAME\n",
	    "START", "END");
	for (e = map->header.next; e != &map->header; e = e->next)
		show_entry(v, e);
	return true;
}

/* -------------------------------------------------------------- ddb ---- */

static char
truth(const struct vm_map_entry *e, unsigned bit)
{
	return e->etype & bit ? 'T' : 'F';
}

static void
ddb_entry(const struct wl_view *v, const struct vm_map_entry *e)
{
	bool sub = (e->etype & UVM_ET_SUBMAP) != 0;
	uint64_t obj = 0;

	if (sub)
		obj = sim_kva_map(v->m, e->submap);
	else if (e->etype & UVM_ET_OBJ)
		obj = sim_kva_object(v->m, e->object);
	fprintf(v->fp,
	    " - 0x%" PRIx64 ": 0x%" PRIx64 "->0x%" PRIx64 ": "
	    "obj=0x%" PRIx64 "/0x%" PRIx64 ", amap=0x%" PRIx64 "/%" PRIu64 "\n",
	    sim_kva_entry(v->m, e), e->start, e->end, obj, e->offset,
	    sub ? 0 : sim_kva_amap(v->m, e->amap), e->ar_pageoff);
	fprintf(v->fp,
	    "\tsubmap=%c, cow=%c, nc=%c, prot(max)=%d/%d, inh=%d, "
	    "wc=%" PRIu32 ", adv=%d\n",
	    truth(e, UVM_ET_SUBMAP), truth(e, UVM_ET_COPYONWRITE),
	    truth(e, UVM_ET_NEEDSCOPY), e->protection, e->max_protection,
	    e->inheritance, e->wired_count, e->advice);
}

bool
wl_show_ddb(const struct wl_view *v)
{
	const struct vm_map *map = &v->p->vmspace->vm_map;
	const struct vm_map_entry *e;

	fprintf(v->fp, "MAP 0x%" PRIx64 ": [0x%" PRIx64 "->0x%" PRIx64 "]\n",
	    sim_kva_map(v->m, map), vm_map_min(map), vm_map_max(map));
	fprintf(v->fp,
	    "\t#ent=%" PRIu32 ", sz=%" PRId64 ", ref=%" PRIu32
	    ", version=%" PRIu32 ", flags=0x%" PRIx32 "\n",
	    map->nentries, (int64_t)map->size, map->ref_count, map->timestamp,
	    map->flags & 0xff); /* what is above is no kernel's */
	fprintf(v->fp, "\tpmap=0x%" PRIx64 "(resident=<unknown>)\n",
	    sim_kva_pmap(v->m, map->pmap));
	for (e = map->header.next; e != &map->header; e = e->next)
		ddb_entry(v, e);
	return true;
}
