/*
 * One map from its first entry to its totals.
 *
 *	-D1 -D2, heads of the styles, then for each entry [*] -D8 (-D16) and its
 *	line in each style, then the totals, then the table of -r or -x
 *
 * The walk follows `next' from the header until the entry just printed points
 * back to the header.  So a map without entries shows its header as if it were
 * one, as the program of 2004 did.
 *
 * With -v -v a line of `*' stands between entries that are not adjacent; the
 * manual page promises it, the program of 2004 forgot it.
 */
#include <string.h>

#include "procmap.h"

struct walk {
	const struct procmap_vmspace *vmspace;
	const struct procmap_map *map;
	struct procmap_table table;
	uint64_t kbytes; /* of entries with any right */
};

static bool
any_style(const struct procmap_options *o)
{
	return o->all || o->ddb || o->linux_maps || o->map || o->solaris;
}

static bool
show_entry(struct procmap *pm, struct walk *w, const struct procmap_entry *e)
{
	const int rwx = PROCMAP_READ | PROCMAP_WRITE | PROCMAP_EXEC;
	struct procmap_line l = { .e = e };

	if (pm->opt.debug & PROCMAP_D_ENTRY)
		procmap_dump_entry(pm, "vm_map_entry", e);
	l.kbytes = (e->end - e->start) / 1024;
	if (!procmap_name(pm, w->vmspace, &l))
		return false;
	procmap_print_line(pm, &l);
	if (e->protection & rwx)
		w->kbytes += l.kbytes;
	if (pm->opt.reserved || pm->opt.shared)
		return procmap_table_add(pm, &w->table, w->map, &l);
	return true;
}

static bool
show_entries(struct procmap *pm, struct walk *w)
{
	uint64_t header = w->map->header.addr, next = w->map->header.next;
	struct procmap_entry e = { .end = 0 };
	bool first = true;

	while (next != 0 && (first || next != header)) {
		uint64_t end = e.end;

		if (!pm->src->entry(pm, next, &e))
			return false;
		if (!first && pm->opt.verbose > 1 && e.start != end &&
		    any_style(&pm->opt))
			fputs("*\n", pm->out);
		if (!show_entry(pm, w, &e))
			return false;
		next = e.next;
		first = false;
	}
	return true;
}

static bool
show_map(struct procmap *pm, struct walk *w, int pid,
    const struct procmap_proc *proc)
{
	procmap_print_head(pm, w->map);
	if (!show_entries(pm, w))
		return false;
	procmap_print_totals(pm, w->kbytes);
	if (pm->opt.reserved || pm->opt.shared)
		return procmap_table_print(pm, &w->table, pid, proc,
		    w->vmspace);
	return true;
}

bool
procmap_process(struct procmap *pm, int pid, const struct procmap_proc *proc)
{
	struct procmap_vmspace v;
	struct walk w = { .vmspace = &v, .map = &v.map };
	bool ok;

	/* The kernel has no vmspace here: all zero. */
	memset(&v, 0, sizeof(v));
	if (pid == 0)
		ok = pm->src->map(pm, pm->kernel_map, &v.map);
	else
		ok = pm->src->vmspace(pm, proc->vmspace, &v);
	if (!ok)
		return false;
	if (pid != 0 && (pm->opt.debug & PROCMAP_D_VMSPACE))
		procmap_dump_vmspace(pm, &v);
	if (pm->opt.debug & PROCMAP_D_MAP)
		procmap_dump_map(pm,
		    pid != 0 ? "proc->p_vmspace.vm_map" : "kernel_map", &v.map);
	ok = show_map(pm, &w, pid, proc);
	procmap_table_free(&w.table);
	return ok;
}
