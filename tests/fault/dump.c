/*
 * The canonical dump: one line for each thing, in the order of the machine's
 * own lists.
 */
#include "dump.h"
#include "tests/page4k.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct text {
	char *s;
	size_t len, max;
};

__attribute__((format(printf, 2, 3))) static void
add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	if (t->max - t->len < 400) {
		t->max = t->max * 2 + 4000;
		t->s = realloc(t->s, t->max);
		if (t->s == NULL)
			abort();
	}
	va_start(ap, fmt);
	t->len += (size_t)vsnprintf(t->s + t->len, t->max - t->len, fmt, ap);
	va_end(ap);
}

/* What is in the page, whoever holds it. */
static uint64_t
content(struct vm *vm, struct vm_map_entry *e, vaddr_t va, char *layer)
{
	uint64_t i = T_ATOP(e->offset + (va - e->start));
	uint32_t anon = 0;
	pfn_t pfn;

	*layer = '0';
	if (e->amap != NULL)
		anon = sparse_get(&e->amap->slots,
		    e->ar_pageoff + T_ATOP(va - e->start));
	if (anon != 0) {
		*layer = 'a';
		return vm->pages.tag[vm->anons.anon[anon].where];
	}
	if ((e->etype & UVM_ET_OBJ) == 0)
		return 0;
	*layer = 'o';
	pfn = sparse_get(&e->object->pages, i);
	if (pfn != PFN_NONE)
		return vm->pages.tag[pfn];
	return e->object->pager == &uvm_vnodeops ?
	    vm_object_disk_tag(e->object, i) :
	    0;
}

static void
dump_entry(struct text *t, struct vm *vm, struct vm_map_entry *e)
{
	vaddr_t va = e->start;
	char layer;

	add(t,
	    "  %#" PRIx64 "-%#" PRIx64 " prot %u/%u inherit %u advice %u "
	    "wired %u flags %#x aux %#" PRIx64 " object %u+%#" PRIx64 "\n",
	    e->start, e->end, e->protection, e->max_protection, e->inheritance,
	    e->advice, e->wired_count, e->flags, e->aux,
	    e->etype & UVM_ET_OBJ ? e->object->id : 0, e->offset);
	if ((e->etype & UVM_ET_SUBMAP) != 0 || e->protection == 0)
		return;
	for (; va < e->end && va < e->start + T_PTOA(64); va += T_PAGE) {
		uint64_t tag = content(vm, e, va, &layer);

		if (tag != 0)
			add(t, "    %#" PRIx64 " %c %#" PRIx64 "\n", va, layer,
			    tag);
	}
}

static void
dump_space(struct text *t, struct vm *vm, struct vmspace *s)
{
	struct vm_map *map = &s->vm_map;
	struct vm_map_entry *e = map->header.next;

	add(t,
	    " map size %#" PRIx64 " flags %#x refs %u entries %u t %" PRIu64
	    " d %" PRIu64 " s %" PRIu64 "\n",
	    map->size, map->flags, s->vm_refcnt, map->nentries, s->vm_tsize,
	    s->vm_dsize, s->vm_ssize);
	for (; e != &map->header; e = e->next)
		dump_entry(t, vm, e);
}

static void
dump_process(struct text *t, struct machine *m, struct process *p)
{
	add(t,
	    "process %d parent %d %s state %d image %s brk %#" PRIx64
	    " %#" PRIx64 " base %#" PRIx64 " anon %#" PRIx64 " flags %#" PRIx64
	    " stack %#" PRIx64 "\n",
	    p->pid, p->ppid, p->name, (int)p->state,
	    p->image != NULL ? p->image : "-", p->brk_start, p->brk,
	    p->mmap_base, p->anon_loc, p->personality_flags, p->stack_top);
	for (int i = 0; i < SIM_NLIMITS; i++)
		add(t, " limit %d %#" PRIx64 " %#" PRIx64 "\n", i,
		    p->rlimit[i].cur, p->rlimit[i].max);
	for (int i = 0; i < p->nfd; i++)
		if (p->fd[i].file != NULL)
			add(t, " fd %d %s mode %u\n", i, p->fd[i].file->path,
			    p->fd[i].mode);
	for (const struct sim_attach *a = p->attaches; a != NULL; a = a->next)
		add(t, " attach %#" PRIx64 " of %d\n", a->addr, a->shm->id);
	if (p->vmspace != NULL && p != m->kernel)
		dump_space(t, &m->vm, p->vmspace);
}

static void
dump_objects(struct text *t, struct machine *m)
{
	struct vm_object *o = m->vm.first_object;

	for (; o != NULL; o = o->next) {
		uint64_t i = 0;
		uint32_t pfn;

		add(t, "object %u %s refs %u size %#" PRIx64 "\n", o->id,
		    o->pager->name, o->refs, o->size);
		for (; (i = sparse_next(&o->pages, i, &pfn)) != SPARSE_END; i++)
			if ((m->vm.pages.page[pfn].pg_flags & PG_CLEAN) == 0 &&
			    m->vm.pages.tag[pfn] != 0)
				add(t, " page %" PRIu64 " %#" PRIx64 "\n", i,
				    m->vm.pages.tag[pfn]);
	}
}

char *
dump_machine(struct machine *m)
{
	struct text t = { 0 };
	struct process *p, *pn;
	struct sim_file *f, *fn;
	struct sim_shm *s, *sn;

	add(&t, "next pid %d shm %d ino %u\n", m->next_pid, m->next_shmid,
	    m->next_ino);
	HASH_ITER(hh, m->procs, p, pn)
		dump_process(&t, m, p);
	HASH_ITER(hh, m->files, f, fn)
		add(&t, "file %s kind %d ino %u links %u opens %u object %u\n",
		    f->path, (int)f->kind, f->ino, f->links, f->opens,
		    f->object->id);
	for (f = m->unlinked; f != NULL; f = f->hh.next)
		add(&t, "unlinked %s opens %u\n", f->path, f->opens);
	HASH_ITER(hh, m->shms, s, sn)
		add(&t,
		    "shm %d key %" PRId64 " size %#" PRIx64 " nattch %u "
		    "removed %d\n",
		    s->id, s->key, s->size, s->nattch, s->removed);
	dump_objects(&t, m);
	add(&t, "wired %" PRIu64 "\n", m->vm.exp.wired);
	return t.s;
}
