/*
 * map and status as the process file systems of the BSDs have them, and maps of
 * NetBSD, which is its look at Linux's file.
 *
 *	FreeBSD map	start end resident private object rwx refs shadows
 *			flags COW|NCOW NC|NNC type path CH|NCH uid
 *	NetBSD map	start end rwx rwx COW|NCOW NC|NNC inheritance wired
 *			advice
 *	NetBSD maps	start-end rwxp offset major:minor inode     path
 *
 * Private pages of FreeBSD are those of the topmost of amap and object, if it
 * has nothing behind it; objects are named by their simulated kernel address,
 * an amap counts as the swap object that FreeBSD would have.
 */
#include <inttypes.h>

#include "procfs.h"
#include "workloads/script/page.h"

#define PROT_ARGS(p) \
	(p) & VM_PROT_READ ? 'r' : '-', (p)&VM_PROT_WRITE ? 'w' : '-', \
	    (p)&VM_PROT_EXEC ? 'x' : '-'

typedef void
put_fn(FILE *, const struct procfs_process *, const struct procfs_area *);

static int
each_area(FILE *fp, const struct procfs_process *t, put_fn *put)
{
	struct vm_map_entry *header = &t->p->vmspace->vm_map.header, *e;
	struct procfs_area a;

	for (e = header->next; e != header;) {
		e = procfs_area(t->m, t->p, e, &a);
		put(fp, t, &a);
	}
	return 0;
}

static const char *
cow_words(const struct vm_map_entry *e)
{
	static const char *const words[] = { "NCOW NNC", "NCOW NC", "COW NNC",
		"COW NC" };

	return words[(e->etype & UVM_ET_COPYONWRITE ? 2 : 0) +
	    (e->etype & UVM_ET_NEEDSCOPY ? 1 : 0)];
}

/* ------------------------------------------------------------ FreeBSD ---- */

/* What FreeBSD would have as the entry's object. */
struct fbsd_object {
	uint64_t addr;
	uint64_t private; /* pages */
	uint32_t refs;
	const char *type;
};

static const char *
type_of(const struct vm_object *obj)
{
	return obj->pager == &uvm_vnodeops ? "vnode" :
	    obj->pager == &aobj_pager      ? "swap" :
	    obj->pager == &phys_pager      ? "phys" :
					     "device";
}

/* Pages of an amap that are in memory. */
static uint64_t
amap_resident(const struct machine *m, struct vm_amap *amap)
{
	uint64_t n = 0;
	uint32_t name;

	for (uint64_t i = 0;
	     (i = sparse_next(&amap->slots, i, &name)) != SPARSE_END; i++)
		n += vm_anon_get(&m->vm.anons, name)->where != 0;
	return n;
}

static void
fbsd_object_of(const struct machine *m, const struct vm_map_entry *e,
    struct fbsd_object *o)
{
	const struct vm_object *obj = e->etype & UVM_ET_OBJ ? e->object : NULL;

	*o = (struct fbsd_object){ .type = "none" };
	if (e->amap != NULL) {
		o->addr = sim_kva_amap(m, e->amap);
		o->private = obj == NULL ? amap_resident(m, e->amap) : 0;
		o->refs = e->amap->ref;
		o->type = "swap";
	} else if (obj != NULL) {
		o->addr = sim_kva_object(m, obj);
		o->private = obj->pages.nused;
		o->refs = obj->refs;
	}
	if (obj != NULL)
		o->type = type_of(obj);
}

static void
put_freebsd(FILE *fp, const struct procfs_process *t,
    const struct procfs_area *a)
{
	const struct vm_map_entry *e = a->entry;
	bool charged = e->amap != NULL;
	struct fbsd_object o;

	fbsd_object_of(t->m, e, &o);
	fprintf(fp,
	    "0x%" PRIx64 " 0x%" PRIx64 " %" PRIu64 " %" PRIu64 " 0x%" PRIx64
	    " %c%c%c %" PRIu32 " 0 0x0 %s %s ",
	    a->start, a->end, wl_pages_resident(t->p, a->start, a->end),
	    o.private, o.addr, PROT_ARGS(a->prot), o.refs, cow_words(e),
	    o.type);
	if (o.type[0] == 'v')
		procfs_put_path(fp, a->name);
	else
		fputc('-', fp);
	fprintf(fp, " %s %d\n", charged ? "CH" : "NCH",
	    charged ? (int)t->p->uid : -1);
}

int
procfs_freebsd_map(FILE *fp, const struct procfs_process *t)
{
	return each_area(fp, t, put_freebsd);
}

/* No terminal, a leader (sldr); start, user and system time. */
#define STATUS_TIMES "sldr 0,0 0,0 0,0 nochan"

int
procfs_freebsd_status(FILE *fp, const struct procfs_process *t)
{
	const struct process *p = t->p;

	procfs_put_path(fp, p->name);
	fprintf(fp, " %d %d %d %d - %s %u %u %u,%u -\n", p->pid, p->ppid,
	    p->pid, p->pid, STATUS_TIMES, p->uid, p->uid, p->gid, p->gid);
	return 0;
}

/* ------------------------------------------------------------- NetBSD ---- */

static void
put_netbsd(FILE *fp, const struct procfs_process *t,
    const struct procfs_area *a)
{
	const struct vm_map_entry *e = a->entry;

	(void)t;
	fprintf(fp,
	    "0x%" PRIx64 " 0x%" PRIx64 " %c%c%c %c%c%c %s %u %" PRIu32 " %u\n",
	    a->start, a->end, PROT_ARGS(a->prot), PROT_ARGS(e->max_protection),
	    cow_words(e), e->inheritance, e->wired_count, e->advice);
}

int
procfs_netbsd_map(FILE *fp, const struct procfs_process *t)
{
	return each_area(fp, t, put_netbsd);
}

static void
put_netbsd_linux(FILE *fp, const struct procfs_process *t,
    const struct procfs_area *a)
{
	int width = 2 * t->m->config.arch->ptr_size;
	bool file = a->name[0] == '/';

	fprintf(fp,
	    "%0*" PRIx64 "-%0*" PRIx64 " %c%c%c%c %0*" PRIx64 " %02x:%02x "
	    "%" PRIu64 "     ",
	    width, a->start, width, a->end, PROT_ARGS(a->prot),
	    a->entry->etype & UVM_ET_COPYONWRITE ? 'p' : 's', width, a->offset,
	    a->dev >> 8, a->dev & 0xff, a->ino);
	if (file)
		procfs_put_path(fp, a->name);
	fputc('\n', fp);
}

int
procfs_netbsd_maps(FILE *fp, const struct procfs_process *t)
{
	return each_area(fp, t, put_netbsd_linux);
}

int
procfs_netbsd_status(FILE *fp, const struct procfs_process *t)
{
	const struct process *p = t->p;

	procfs_put_path(fp, p->name);
	fprintf(fp, " %d %d %d %d -1,-1 %s %u,%u\n", p->pid, p->ppid, p->pid,
	    p->pid, STATUS_TIMES, p->uid, p->gid);
	return 0;
}
