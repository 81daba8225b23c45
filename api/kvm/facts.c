/*
 * What the machine's objects say, as the facts of kernel structures.
 *
 * Each kind of address has a function that finds the object by its number and
 * lays it out; an object that does not live has no memory.
 */
#include "kernel.h"

#include <string.h>

typedef const struct kvm_view *view;

static uint64_t
page_addr(view v, pfn_t pfn)
{
	return sim_kva(v->m, SIM_KVA_PAGE, pfn);
}

/* ------------------------------------------------------ maps, entries ---- */

/*
 * The header has no number: it lies within its map.  The tree over the entries
 * is not shown, for its shape is no part of a machine's state: a core that is
 * loaded has another.
 */
static uint64_t
entry_addr(view v, const struct vm_map *map, const struct vm_map_entry *e)
{
	if (e == &map->header)
		return sim_kva_map(v->m, map) + v->layout->header;
	return e != NULL ? sim_kva_entry(v->m, e) : 0;
}

static size_t
render_entry(view v, uint32_t id, void *buf)
{
	const struct vm_map_entry *e = id < v->nentries ? v->entry[id] : NULL;
	const struct vm_map *map;
	struct kvm_entry_facts f;

	if (e == NULL)
		return 0;
	map = v->entry_map[id];
	f = (struct kvm_entry_facts){
		.prev = entry_addr(v, map, e->prev),
		.next = entry_addr(v, map, e->next),
		.start = e->start,
		.end = e->end,
		.gap = e->gap,
		.offset = e->offset,
		.amap = sim_kva_amap(v->m, e->amap),
		.pageoff = e->ar_pageoff,
		.etype = e->etype,
		.protection = e->protection,
		.max_protection = e->max_protection,
		.inheritance = e->inheritance,
		.wired_count = (int)e->wired_count,
		.advice = e->advice,
		.flags = e->flags,
	};
	if (e->etype & UVM_ET_SUBMAP)
		f.object = sim_kva_map(v->m, e->submap);
	else if (e->etype & UVM_ET_OBJ)
		f.object = sim_kva_object(v->m, e->object);
	return v->layout->entry(&f, buf);
}

static void
map_facts(view v, const struct kvm_space *s, struct kvm_map_facts *f)
{
	const struct vm_map *map = s->map;
	const struct vmspace *vs = s->space;

	*f = (struct kvm_map_facts){
		.addr = sim_kva_map(v->m, map),
		.pmap = sim_kva_pmap(v->m, map->pmap),
		.size = map->size,
		.hint = entry_addr(v, map, map->hint),
		.first_free = entry_addr(v, map, map->first_free),
		.first = entry_addr(v, map, map->header.next),
		.last = entry_addr(v, map, map->header.prev),
		.min = vm_map_min(map),
		.max = vm_map_max(map),
		.nentries = (int)map->nentries,
		.ref_count = (int)map->ref_count,
		.flags = (int)(map->flags & 0xff),
		.timestamp = map->timestamp,
	};
	if (vs == NULL)
		return;
	f->refcnt = (int)vs->vm_refcnt;
	f->rssize = (int)map->pmap->resident;
	f->tsize = (int)vs->vm_tsize;
	f->dsize = (int)vs->vm_dsize;
	f->ssize = (int)vs->vm_ssize;
	f->taddr = vs->vm_taddr;
	f->daddr = vs->vm_daddr;
	f->maxsaddr = vs->vm_maxsaddr;
	f->minsaddr = vs->vm_minsaddr;
}

static size_t
render_map(view v, uint32_t id, void *buf)
{
	const struct kvm_space *s = kvm_view_space(v, id);
	struct kvm_map_facts f;

	if (s == NULL)
		return 0;
	map_facts(v, s, &f);
	return v->layout->map(&f, buf);
}

static size_t
render_pmap(view v, uint32_t id, void *buf)
{
	const struct pmap *pmap = id <= PMAP_MAXID ? v->m->vm.pmaps.byid[id] :
						     NULL;
	struct pmap_walk w;
	struct kvm_pmap_facts f;

	if (pmap == NULL)
		return 0;
	pmap_walk(v->m->vm.pmaps.byid[id], 0, &w);
	f = (struct kvm_pmap_facts){ pg_ptoa(pmap, (uint64_t)w.table[0]),
		pmap->resident, pmap->wired };
	return v->layout->pmap(&f, buf);
}

/* ------------------------------------------------------------ objects ---- */

static uint64_t
mount_addr(view v, const struct sim_mount *mount)
{
	return sim_kva(v->m, SIM_KVA_MOUNT,
	    kvm_mount_id(v, mount) * v->layout->mount_slots);
}

uint32_t
kvm_device_number(const struct sim_file *f)
{
	return f->own_dev ? f->dev : 253u << 8 | (f->ino & 0xff);
}

static void
vnode_facts(view v, const struct vm_object *obj, struct kvm_object_facts *f)
{
	const struct sim_file *file = obj->handle;
	const struct sim_mount *mount;

	f->kind = KVM_O_VNODE;
	f->size = obj->size;
	f->id = (uint64_t)obj->id + 2;
	f->text = obj->text;
	f->usecount = (int)obj->refs;
	if (file == NULL)
		return;
	mount = sim_mount_of(v->m, file->path);
	f->usecount += (int)file->opens;
	f->tag = mount->type->tag;
	f->mount = mount_addr(v, mount);
	f->data = sim_kva(v->m, SIM_KVA_INODE, KVM_INO_FILE(obj->id));
}

static size_t
render_object(view v, uint32_t id, void *buf)
{
	static const struct {
		const struct vm_pager *pager;
		uint32_t text;
	} ops[] = { { &uvm_vnodeops, KVM_T_VNODEOPS },
		{ &uvm_deviceops, KVM_T_DEVICEOPS },
		{ &aobj_pager, KVM_T_AOBJ }, { &phys_pager, KVM_T_PHYS } };
	struct vm_object *obj = id < v->nobjects ? v->object[id] : NULL;
	struct kvm_object_facts f = { .kind = KVM_O_OTHER };
	uint32_t pfn;

	if (obj == NULL)
		return 0;
	for (size_t i = 0; i < NELEM(ops); i++)
		if (ops[i].pager == obj->pager)
			f.pgops = kvm_text(v->m, ops[i].text);
	if (sparse_next(&obj->pages, 0, &pfn) != SPARSE_END)
		f.first_page = page_addr(v, pfn);
	f.npages = (int)obj->pages.nused;
	f.refs = (int)obj->refs;
	if (obj->pager == &uvm_vnodeops) {
		vnode_facts(v, obj, &f);
	} else if (obj->pager == &uvm_deviceops) {
		const struct sim_file *file = obj->handle;

		f.kind = KVM_O_DEVICE;
		f.dev = file != NULL ? kvm_device_number(file) : 0;
	}
	return v->layout->object(&f, buf);
}

static size_t
render_dir(view v, uint32_t id, void *buf)
{
	const struct kvm_dir *d;
	struct kvm_object_facts f;

	if (id == 0 || id > v->ndirs)
		return 0;
	d = &v->dir[id];
	f = (struct kvm_object_facts){
		.kind = KVM_O_VNODE,
		.pgops = kvm_text(v->m, KVM_T_VNODEOPS),
		.directory = 1,
		.root = d->parent == 0,
		.tag = d->mount->type->tag,
		.usecount = 1,
		.mount = mount_addr(v, d->mount),
		.data = sim_kva(v->m, SIM_KVA_INODE, KVM_INO_DIR(id)),
		.id = id,
	};
	return v->layout->object(&f, buf);
}

static size_t
render_mount(view v, uint32_t id, void *buf)
{
	const struct sim_mount *mount = kvm_mount_byid(v, id);
	struct kvm_mount_facts f;

	if (mount == NULL)
		return 0;
	f = (struct kvm_mount_facts){ mount->type->name, mount->dir };
	return v->layout->mount(&f, buf);
}

/* Only these keep an inode at v_data that kernel readers know. */
static bool
has_inode(const struct sim_mount *mount, int *iso)
{
	*iso = strcmp(mount->type->name, "cd9660") == 0;
	return *iso || strcmp(mount->type->name, "ufs") == 0 ||
	    strcmp(mount->type->name, "lfs") == 0 ||
	    strcmp(mount->type->name, "ext2fs") == 0;
}

static size_t
render_inode(view v, uint32_t id, void *buf)
{
	const struct vm_object *obj;
	struct kvm_inode_facts f = { .vnode = 0 };
	const struct sim_mount *mount;
	const struct sim_file *file;

	if (id & 1) {
		if (id / 2 == 0 || id / 2 > v->ndirs)
			return 0;
		mount = v->dir[id / 2].mount;
		f.vnode = sim_kva(v->m, SIM_KVA_DIR, id / 2);
		f.dev = mount->dev;
		f.ino = v->dir[id / 2].parent == 0 ? 2 : id / 2 + 2;
	} else {
		obj = id / 2 < v->nobjects ? v->object[id / 2] : NULL;
		if (obj == NULL || obj->pager != &uvm_vnodeops ||
		    (file = obj->handle) == NULL)
			return 0;
		mount = sim_mount_of(v->m, file->path);
		f.vnode = sim_kva_object(v->m, obj);
		f.dev = file->dev;
		f.ino = file->ino;
	}
	return has_inode(mount, &f.iso) ? v->layout->inode(&f, buf) : 0;
}

static size_t
render_name(view v, uint32_t id, void *buf)
{
	const struct kvm_name *n;
	struct kvm_name_facts f;

	if (id == 0 || id > v->nnames)
		return 0;
	n = &v->name[id];
	f = (struct kvm_name_facts){
		.next = sim_kva(v->m, SIM_KVA_NAMECACHE, n->next),
		.dvp = sim_kva(v->m, SIM_KVA_DIR, n->dir),
		.dvpid = n->dir,
		.vp = n->sub != 0 ? sim_kva(v->m, SIM_KVA_DIR, n->sub) :
				    sim_kva_object(v->m, n->object),
		.vpid = n->sub != 0 ? n->sub : (uint64_t)n->object->id + 2,
		.text = n->text,
		.len = n->len,
	};
	return v->layout->name(&f, buf);
}

/* ------------------------------------------------------ amaps, frames ---- */

static int
clamp(uint64_t n)
{
	return n < INT32_MAX ? (int)n : INT32_MAX;
}

static size_t
render_amap(view v, uint32_t id, void *buf)
{
	const struct vm_amap *a = id < v->namaps ? v->amap[id] : NULL;
	const struct kvm_arrays *arrays;
	struct kvm_amap_facts f;

	if (a == NULL)
		return 0;
	f = (struct kvm_amap_facts){
		.ref = (int)a->ref,
		.flags = (int)a->flags,
		.maxslot = clamp(a->maxslot),
		.nslot = clamp(a->nslot),
		.nused = clamp(a->slots.nused),
	};
	arrays = kvm_slots_of(v, a);
	if (arrays != NULL) {
		f.anon = arrays->addr[KVM_A_ANON];
		f.slots = arrays->addr[KVM_A_SLOTS];
		f.bckptr = arrays->addr[KVM_A_BCKPTR];
		f.ppref = arrays->addr[KVM_A_PPREF];
	}
	return v->layout->amap(&f, buf);
}

static size_t
render_anon(view v, uint32_t id, void *buf)
{
	const struct vm_anons *anons = &v->m->vm.anons;
	struct kvm_anon_facts f;

	if (id == 0 || id >= anons->fresh || anons->anon[id].ref == 0)
		return 0;
	f = (struct kvm_anon_facts){ (int)anons->anon[id].ref,
		page_addr(v, anons->anon[id].where),
		(int)vm_anon_slot(anons, id) };
	return v->layout->anon(&f, buf);
}

/*
 * The first mapping of a frame lies in the frame's own structure, the others in
 * the list behind it: even numbers and odd ones.  Behind the last of them are
 * those that larger.c has made.
 */
static uint64_t
pv_addr(view v, uint32_t id)
{
	return id != 0 ? sim_kva(v->m, SIM_KVA_PV, id) : 0;
}

static size_t
put_pv(view v, uint32_t pmap, vaddr_t va, uint32_t next, void *buf)
{
	struct kvm_pv_facts f = {
		.next = pv_addr(v, next),
		.pmap = sim_kva(v->m, SIM_KVA_PMAP, pmap),
		.va = va,
	};

	return v->layout->pv(&f, buf);
}

/* A pv of the machine's; frame 0: not known, and looked up. */
static size_t
put_own_pv(view v, uint64_t pv, uint32_t more, pfn_t frame, void *buf)
{
	const struct pmap_system *sys = &v->m->vm.pmaps;
	uint32_t id = (uint32_t)((pv & PMAP_PV_ID_MASK) >> PMAP_PV_VPN_BITS);
	vaddr_t va = pmap_va_whole(sys->geo, sys->byid[id]->kernel,
	    pg_ptoa(sys, pv & PMAP_PV_VPN_MASK));
	uint32_t next = more * 2 + 1;

	if (more == 0) {
		if (frame == 0)
			(void)pmap_extract(sys->byid[id], va, &frame);
		next = kvm_larger_first(v, frame);
	}
	return put_pv(v, id, va, next, buf);
}

static size_t
render_pv(view v, uint32_t id, void *buf)
{
	const struct pmap_system *sys = &v->m->vm.pmaps;
	const struct kvm_larger_pv *larger;
	const struct pmap_page *page;
	const struct pv_entry *pv;
	uint32_t next;

	if ((larger = kvm_larger_byid(v, id, &next)) != NULL)
		return put_pv(v, larger->pmap, larger->va, next, buf);
	if (id & 1) {
		if (id / 2 == 0 || id / 2 > sys->pvs.nitems || !v->pv[id / 2])
			return 0;
		pv = slab_item(&sys->pvs, id / 2);
		return put_own_pv(v, pv->pv, pv->next, 0, buf);
	}
	if (id == 0 || id / 2 >= v->m->vm.pages.fresh)
		return 0;
	page = pmap_page(sys, id / 2);
	if ((page->pv & PMAP_PV_ID_MASK) == 0)
		return 0;
	return put_own_pv(v, page->pv, page->pv_more, id / 2, buf);
}

/* The first mapping of a frame. */
static uint64_t
first_pv(view v, pfn_t frame)
{
	const struct pmap_page *page = pmap_page(&v->m->vm.pmaps, frame);

	return pv_addr(v,
	    (page->pv & PMAP_PV_ID_MASK) != 0 ? frame * 2 :
						kvm_larger_first(v, frame));
}

static size_t
render_page(view v, uint32_t id, void *buf)
{
	struct vm *vm = &v->m->vm;
	struct kvm_page_facts f = { .phys_addr = pg_ptoa(vm, (uint64_t)id) };
	const struct vm_page *pg;
	struct vm_object *obj;
	uint32_t next;

	if (id == 0 || id >= vm->pages.fresh)
		return 0;
	pg = &vm->pages.page[id];
	f.flags = pg->pg_flags & ~(unsigned)(PQ_LAUNDRY | PQ_UNSWAPPABLE);
	f.wire_count = pg->pg_wire;
	if (pg->pg_flags & PG_ANON)
		f.anon = sim_kva(v->m, SIM_KVA_ANON, pg->owner);
	if (pg->pg_flags & PG_TABLED) {
		obj = vm_object_byid(vm, pg->owner);
		f.object = sim_kva_object(v->m, obj);
		f.offset = pg_ptoa(vm, (uint64_t)pg->pindex);
		if (sparse_next(&obj->pages, (uint64_t)pg->pindex + 1, &next) !=
		    SPARSE_END)
			f.next = page_addr(v, next);
	}
	f.pv = first_pv(v, id);
	if (f.pv != 0)
		f.npv = (int)pmap_page_mappings(&vm->pmaps, id);
	return v->layout->page(&f, buf);
}

/* ---------------------------------------------------------- processes ---- */

static void
proc_facts(view v, struct process *p, struct kvm_proc_facts *f)
{
	*f = (struct kvm_proc_facts){
		.addr = sim_kva(v->m, SIM_KVA_PROC, (uint32_t)p->pid + 1),
		.pid = p->pid,
		.ppid = p->ppid,
		.zombie = p->state == SIM_EXITED,
		.status = (p->exit_status & 0xff) << 8 | p->exit_signal,
		.uid = p->uid,
		.gid = p->gid,
		.comm = p->name,
	};
	if (p->pid != 0)
		f->parent = sim_kva(v->m, SIM_KVA_PROC, (uint32_t)p->ppid + 1);
	if (p->vmspace == NULL)
		return;
	map_facts(v, kvm_view_space(v, p->vmspace->vm_map.id), &f->map);
	f->vmspace = f->map.addr;
}

static size_t
render_proc(view v, uint32_t id, void *buf)
{
	struct process *p;
	struct kvm_proc_facts f;

	if (id == 0 || id - 1 > INT32_MAX ||
	    (p = sim_process_bypid(v->m, (int)(id - 1))) == NULL)
		return 0;
	proc_facts(v, p, &f);
	return v->layout->proc(&f, buf);
}

size_t
kvm_render_kinfo(view v, struct process *p, void *buf)
{
	struct kvm_proc_facts f;

	proc_facts(v, p, &f);
	return v->layout->kinfo(&f, buf);
}

size_t
kvm_render(view v, enum sim_kva_kind kind, uint32_t id, void *buf)
{
	static size_t (*const rows[SIM_NKVA])(view, uint32_t, void *) = {
		[SIM_KVA_MAP] = render_map,
		[SIM_KVA_ENTRY] = render_entry,
		[SIM_KVA_OBJECT] = render_object,
		[SIM_KVA_AMAP] = render_amap,
		[SIM_KVA_PMAP] = render_pmap,
		[SIM_KVA_ANON] = render_anon,
		[SIM_KVA_PAGE] = render_page,
		[SIM_KVA_PV] = render_pv,
		[SIM_KVA_DIR] = render_dir,
		[SIM_KVA_INODE] = render_inode,
		[SIM_KVA_MOUNT] = render_mount,
		[SIM_KVA_NAMECACHE] = render_name,
		[SIM_KVA_PROC] = render_proc,
	};

	return rows[kind] != NULL ? rows[kind](v, id, buf) : 0;
}
