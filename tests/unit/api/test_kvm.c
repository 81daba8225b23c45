/*
 * kvm(3): what a client digs out of kernel memory, in the structures of each
 * system and width, is what the machine has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm_fixture.h"
#include "sim/namecache.h"

#define EACH(k) \
	for (size_t k##_n = 0; k##_n < 4; k##_n++) \
		for (const struct kvm_walk *k = kvm_walks[k##_n]; k != NULL; \
		     k = NULL)

/* --------------------------------------------------------------- maps ---- */

static uint64_t
list_addr(const struct machine *m, const struct vm_map *map,
    const struct walk_map *w, const struct vm_map_entry *e)
{
	return e == &map->header ? w->header : sim_kva_entry(m, e);
}

static void
check_entry(const struct machine *m, const struct vm_map *map,
    const struct walk_map *wm, const struct vm_map_entry *e,
    const struct walk_entry *w)
{
	assert_int_equal(w->addr, sim_kva_entry(m, e));
	assert_int_equal(w->prev, list_addr(m, map, wm, e->prev));
	assert_int_equal(w->next, list_addr(m, map, wm, e->next));
	assert_int_equal(w->start, e->start);
	assert_int_equal(w->end, e->end);
	assert_int_equal(w->object,
	    e->etype & UVM_ET_SUBMAP  ? sim_kva_map(m, e->submap) :
		e->etype & UVM_ET_OBJ ? sim_kva_object(m, e->object) :
					0);
	assert_int_equal(w->offset, e->offset);
	assert_int_equal(w->amap, sim_kva_amap(m, e->amap));
	assert_int_equal(w->pageoff, e->ar_pageoff);
	assert_int_equal(w->etype, e->etype);
	assert_int_equal(w->protection, e->protection);
	assert_int_equal(w->max_protection, e->max_protection);
	assert_int_equal(w->inheritance, e->inheritance);
	assert_int_equal(w->wired_count, e->wired_count);
	assert_int_equal(w->advice, e->advice);
}

static void
check_map(const struct kvm_walk *k, void *kd, const struct machine *m,
    const struct vm_map *map, uint64_t addr)
{
	const struct vm_map_entry *e = map->header.next;
	uint64_t next, size = 0;
	struct walk_entry w;
	struct walk_map wm;
	uint32_t n = 0;

	assert_int_equal(addr, sim_kva_map(m, map));
	assert_true(k->map(kd, addr, &wm));
	assert_int_equal(wm.min, vm_map_min(map));
	assert_int_equal(wm.max, vm_map_max(map));
	assert_int_equal(wm.pmap, sim_kva_pmap(m, map->pmap));
	assert_int_equal(wm.size, map->size);
	assert_int_equal(wm.nentries, map->nentries);
	assert_int_equal(wm.ref_count, map->ref_count);
	assert_int_equal(wm.flags, map->flags & 0xff);
	assert_int_equal(wm.timestamp, map->timestamp);
	assert_int_equal(wm.hint, list_addr(m, map, &wm, map->hint));
	assert_int_equal(wm.first_free,
	    list_addr(m, map, &wm, map->first_free));
	assert_int_equal(wm.last, list_addr(m, map, &wm, map->header.prev));
	for (next = wm.first; next != wm.header; next = w.next, e = e->next) {
		assert_true(e != &map->header);
		assert_true(k->entry(kd, next, &w));
		check_entry(m, map, &wm, e, &w);
		size += w.end - w.start;
		n++;
	}
	assert_int_equal(n, map->nentries);
	assert_int_equal(size, map->size);
	/* the header reads as an entry of its own */
	assert_true(k->entry(kd, wm.header, &w));
	assert_int_equal(w.next, wm.first);
	assert_int_equal(w.prev, wm.last);
}

static void
test_maps(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, kvm_script, &kd);
		struct walk_proc p[4];
		struct walk_map wm;

		assert_int_equal(k->procs(kd, 1, 100, p, 4), 1);
		check_map(k, kd, m, &kvm_process(m, "sh")->vmspace->vm_map,
		    p[0].vmspace);
		assert_int_equal(k->procs(kd, 1, 101, p, 4), 1);
		check_map(k, kd, m, &kvm_process(m, "child")->vmspace->vm_map,
		    p[0].vmspace);
		check_map(k, kd, m, &m->vm.kernel->vm_map,
		    kvm_pointer(k, kd, kvm_value(k, kd, "_kernel_map")));
		check_map(k, kd, m, &m->submaps[0],
		    kvm_pointer(k, kd, kvm_value(k, kd, "_kmem_map")));
		check_map(k, kd, m, &m->submaps[3],
		    kvm_pointer(k, kd, kvm_value(k, kd, "_phys_map")));
		assert_true(k->map(kd, p[0].vmspace, &wm));
		assert_int_equal(wm.refcnt, 1);
		assert_int_equal(wm.maxsaddr,
		    kvm_process(m, "child")->vmspace->vm_maxsaddr);
		kvm_teardown(k, kd);
	}
}

static void
test_vmspace_members(void **state)
{
	static const char
	    script[] = "spawn sh image=none pid=7\nset sh vm_tsize 105\n"
		       "set sh vm_dsize 4\nset sh vm_ssize 1024\n"
		       "set sh vm_taddr 0x8048000\nset sh vm_daddr 0x80ba000\n"
		       "set sh map.flags 0x21\nset sh map.timestamp 20\n"
		       "sh: b = mmap 64K rw private anon fixed at 0x10000000\n"
		       "sh: write b 12K\nset sh map.timestamp 20\n"
		       "set maxsmap 12345678\n";

	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, script, &kd);
		uint64_t resident, wired, maxsmap;
		struct walk_proc p;
		struct walk_map wm;
		uint32_t width;

		(void)m;
		assert_int_equal(k->procs(kd, 1, 7, &p, 1), 1);
		assert_true(k->map(kd, p.vmspace, &wm));
		assert_int_equal(wm.tsize, 105);
		assert_int_equal(wm.dsize, 4);
		assert_int_equal(wm.ssize, 1024);
		assert_int_equal(wm.taddr, 0x8048000);
		assert_int_equal(wm.daddr, 0x80ba000);
		assert_int_equal(wm.flags, 0x21);
		assert_int_equal(wm.timestamp, 20);
		assert_int_equal(wm.rssize, 3);
		assert_true(k->pmap(kd, wm.pmap, &resident, &wired));
		assert_int_equal(resident, 3);
		assert_int_equal(wired, 0);
		assert_int_equal(k->read(kd, kvm_value(k, kd, "_maxsmap"),
				     &maxsmap, 8),
		    8);
		assert_int_equal(maxsmap, 12345678);
		assert_int_equal(k->read(kd,
				     kvm_value(k, kd, "_uvmsim_ptrsize"),
				     &width, 4),
		    4);
		assert_int_equal(width, k->ptrsize);
		kvm_teardown(k, kd);
	}
}

/* ------------------------------------------------------------ objects ---- */

static void
check_file(const struct kvm_walk *k, void *kd, const struct machine *m,
    const struct sim_file *f)
{
	const struct sim_mount *mount = sim_mount_of(m, f->path);
	const bool nfs = strcmp(mount->type->name, "nfs") == 0;
	struct walk_vnode vn;
	char dir[1024];
	uint64_t ino;
	uint32_t dev;

	assert_true(k->vnode(kd, sim_kva_object(m, f->object), &vn));
	assert_int_equal(vn.npages, f->object->pages.nused);
	assert_int_equal(vn.refs, f->object->refs);
	if (f->kind == SIM_FILE_DEV) {
		assert_int_equal(vn.pgops, kvm_value(k, kd, "uvm_deviceops"));
		assert_true(k->device(kd, sim_kva_object(m, f->object), &dev));
		if (f->own_dev)
			assert_int_equal(dev, f->dev);
		return;
	}
	assert_int_equal(vn.pgops, kvm_value(k, kd, "uvm_vnodeops"));
	assert_int_equal(vn.type, 1);
	assert_int_equal(vn.tag, mount->type->tag);
	assert_false(vn.root);
	assert_true(k->mount(kd, vn.mount, dir, sizeof(dir)));
	assert_string_equal(dir, mount->dir);
	/* what has no inode says so by its tag, whatever v_data is */
	if (nfs)
		return;
	assert_true(k->inode(kd, vn.data,
	    strcmp(mount->type->name, "cd9660") == 0, &dev, &ino));
	assert_int_equal(dev, f->dev);
	assert_int_equal(ino, f->ino);
}

static void
test_objects(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, kvm_script, &kd);
		struct walk_vnode o;
		struct sim_file *f;
		uint32_t dev;

		for (f = m->files; f != NULL; f = f->hh.next)
			check_file(k, kd, m, f);
		assert_true(
		    k->vnode(kd, sim_kva_object(m, m->shms->object), &o));
		assert_int_equal(o.pgops, kvm_value(k, kd, "_aobj_pager"));
		assert_int_equal(o.npages, 3);
		assert_string_equal(k->devname(0x1700), "bpf0");
		if (k->netbsd)
			assert_null(k->devname(0x1701));
		else
			assert_string_equal(k->devname(0x1701), "??");
		/* without a number of their own, they are told apart */
		HASH_FIND_STR(m->files, "/dev/one", f);
		assert_non_null(f);
		assert_true(k->device(kd, sim_kva_object(m, f->object), &dev));
		assert_string_equal(k->devname(dev), "one");
		HASH_FIND_STR(m->files, "/dev/two", f);
		assert_non_null(f);
		assert_true(k->device(kd, sim_kva_object(m, f->object), &dev));
		assert_string_equal(k->devname(dev), "two");
		kvm_teardown(k, kd);
	}
}

/* ----------------------------------------------------------- the cache ---- */

#define MAXNAMES 64

struct names {
	struct walk_name name[MAXNAMES];
	size_t n;
};

static void
load_names(const struct kvm_walk *k, void *kd, struct names *all)
{
	uint64_t mask = kvm_pointer(k, kd, kvm_value(k, kd, "_nchash"));
	uint64_t table = kvm_pointer(k, kd, kvm_value(k, kd, "_nchashtbl"));
	uint64_t text = kvm_value(k, kd, "_kernel_text"), next;

	all->n = 0;
	assert_int_equal(mask & (mask + 1), 0);
	for (uint64_t i = 0; i <= mask; i++) {
		next = kvm_pointer(k, kd, table + i * k->ptrsize);
		/* what a reader that goes by the mask would not see */
		assert_true(i < mask || next == 0);
		for (; next != 0; next = all->name[all->n++].next) {
			assert_true(all->n < MAXNAMES);
			assert_true(k->ncp(kd, next, &all->name[all->n]));
			assert_true(all->name[all->n].vp > text);
			assert_true(next > text);
		}
	}
}

/* The path of a vnode below its mount point, as far as it is known. */
static bool
path_of(const struct kvm_walk *k, void *kd, const struct names *all,
    uint64_t vp, char *path, size_t len)
{
	char longer[600];
	struct walk_vnode vn;
	size_t i;

	path[0] = '\0';
	for (;;) {
		assert_true(k->vnode(kd, vp, &vn));
		for (i = 0; i < all->n && all->name[i].vp != vp; i++)
			;
		if (i == all->n)
			return vn.root;
		if (!k->netbsd)
			assert_int_equal(all->name[i].vpid, vn.id);
		assert_true(strlen(path) < 500);
		snprintf(longer, sizeof(longer), "/%s%.500s", all->name[i].name,
		    path);
		assert_true(strlen(longer) < len);
		strcpy(path, longer);
		vp = all->name[i].dvp;
	}
}

static void
expect_path(const struct kvm_walk *k, void *kd, const struct machine *m,
    const char *file, const char *path, bool whole)
{
	struct names all;
	struct sim_file *f;
	char got[512];

	HASH_FIND_STR(m->files, file, f);
	assert_non_null(f);
	load_names(k, kd, &all);
	assert_true(path_of(k, kd, &all, sim_kva_object(m, f->object), got,
			sizeof(got)) == whole);
	assert_string_equal(got, path);
}

static void
test_names(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, kvm_script, &kd);

		expect_path(k, kd, m, "/bin/sh", "/bin/sh", true);
		expect_path(k, kd, m, "/rootfile", "/rootfile", true);
		expect_path(k, kd, m, "/usr/lib/libc.so.34.1",
		    "/lib/libc.so.34.1", true);
		expect_path(k, kd, m, "/usr/share/deep/down/here",
		    "/share/deep/down/here", true);
		expect_path(k, kd, m, "/net/notes", "/notes", true);
		expect_path(k, kd, m, "/bin/a-name-of-exactly-31-characters",
		    "/bin/a-name-of-exactly-31-characters", true);
		expect_path(k, kd, m, "/bin/a-name-of-more-than-31-characters",
		    "", false);
		assert_int_equal(sim_name_drop(m, "/bin"), 0);
		assert_int_equal(sim_name_drop(m, "/net/notes"), 0);
		assert_int_equal(sim_name_drop(m, "/usr/share/deep"), 0);
		assert_int_equal(sim_name_drop(m, "/usr"), 0); /* has none */
		expect_path(k, kd, m, "/bin/sh", "/sh", false);
		expect_path(k, kd, m, "/net/notes", "", false);
		expect_path(k, kd, m, "/usr/share/deep/down/here", "/down/here",
		    false);
		expect_path(k, kd, m, "/usr/lib/libc.so.34.1",
		    "/lib/libc.so.34.1", true);
		assert_int_equal(sim_name_add(m, "/bin"), 0);
		expect_path(k, kd, m, "/bin/sh", "/bin/sh", true);
		kvm_teardown(k, kd);
	}
}

/* Paths that no kernel would give out. */
static void
test_odd_paths(void **state)
{
	static const char script
	    [] = "file //a//b 4K\nfile /c/ 4K\nfile relative 4K\n"
		 "file /x 4K\nfile /x/y 4K\nfile / 4K\nspawn sh pid=100\n";

	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, script, &kd);

		expect_path(k, kd, m, "//a//b", "/a/b", true);
		expect_path(k, kd, m, "/c/", "", false);
		expect_path(k, kd, m, "relative", "", false);
		expect_path(k, kd, m, "/x", "/x", true);
		expect_path(k, kd, m, "/x/y", "/x/y", true);
		expect_path(k, kd, m, "/", "", false);
		kvm_teardown(k, kd);
	}
}

/* --------------------------------------------------- anonymous memory ---- */

static uint32_t *
dig_ints(const struct kvm_walk *k, void *kd, uint64_t addr, int n)
{
	uint32_t *p = malloc((size_t)n * 4 + 1);

	assert_non_null(p);
	assert_int_equal(k->read(kd, addr, p, (size_t)n * 4), n * 4);
	return p;
}

/* am_ppref by its rule, slot by slot. */
static void
check_ppref(const uint32_t *cell, const struct vm_amap *amap)
{
	int32_t left = 0, ref = 0;

	for (uint64_t i = 0; i < amap->nslot; i++, left--) {
		if (left == 0) {
			ref = (int32_t)cell[i];
			left = ref > 0 ? 1 : (int32_t)cell[i + 1];
			ref = (ref > 0 ? ref : -ref) - 1;
			assert_true(left > 0);
		}
		assert_int_equal(ref, amap_ppref(amap, i));
	}
	assert_int_equal(left, 0);
}

static void
check_slot(const struct kvm_walk *k, void *kd, const struct machine *m,
    uint64_t anon_addr, uint32_t anon)
{
	struct walk_page page;
	uint64_t at;
	int ref;

	assert_int_equal(anon_addr, sim_kva(m, SIM_KVA_ANON, anon));
	assert_true(k->anon(kd, anon_addr, &ref, &at));
	assert_int_equal(ref, m->vm.anons.anon[anon].ref);
	assert_true(k->page(kd, at, &page));
	assert_int_equal(page.anon, anon_addr);
	assert_int_equal(page.object, 0);
	assert_int_equal(page.phys_addr,
	    (uint64_t)m->vm.anons.anon[anon].where << 12);
}

static void
check_amap(const struct kvm_walk *k, void *kd, const struct machine *m,
    struct vm_amap *amap)
{
	uint32_t *slots, *bckptr, *ppref, anon;
	struct walk_amap w;
	uint64_t i;
	int n = 0;

	assert_true(k->amap(kd, sim_kva_amap(m, amap), &w));
	assert_int_equal(w.ref, amap->ref);
	assert_int_equal(w.flags, amap->flags);
	assert_int_equal(w.nslot, amap->nslot);
	assert_int_equal(w.maxslot, amap->maxslot);
	assert_int_equal(w.nused, amap->slots.nused);
	slots = dig_ints(k, kd, w.slots, w.maxslot);
	bckptr = dig_ints(k, kd, w.bckptr, w.maxslot);
	for (i = 0; (i = sparse_next(&amap->slots, i, &anon)) != SPARSE_END;
	     i++, n++) {
		assert_int_equal(slots[n], i);
		assert_int_equal(bckptr[i], n);
		check_slot(k, kd, m,
		    kvm_pointer(k, kd, w.anon + i * k->ptrsize), anon);
	}
	assert_int_equal(n, w.nused);
	if (k->netbsd)
		assert_true((w.ppref != 0) == (amap->runs != NULL));
	if (w.ppref != 0) {
		ppref = dig_ints(k, kd, w.ppref, w.maxslot);
		check_ppref(ppref, amap);
		free(ppref);
	}
	free(slots);
	free(bckptr);
}

static int
check_amaps_of(const struct kvm_walk *k, void *kd, const struct machine *m,
    const char *name)
{
	const struct vm_map
	    *map = &sim_process_byname((struct machine *)(uintptr_t)m, name)
			->vmspace->vm_map;
	const struct vm_map_entry *e;
	int n = 0;

	for (e = map->header.next; e != &map->header; e = e->next)
		if (e->amap != NULL) {
			check_amap(k, kd, m, e->amap);
			n++;
		}
	return n;
}

static void
test_amaps(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, kvm_script, &kd);

		assert_true(check_amaps_of(k, kd, m, "sh") > 2);
		assert_true(check_amaps_of(k, kd, m, "child") > 2);
		kvm_teardown(k, kd);
	}
}

/* Pages of a file in its object's list, each with its mappings. */
static void
test_pages(void **state)
{
	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, kvm_script, &kd);
		struct walk_page page;
		struct sim_file *f;
		uint32_t pfn;
		uint64_t i = 0, at, n = 0;

		HASH_FIND_STR(m->files, "/bin/sh", f);
		assert_non_null(f);
		assert_int_not_equal(sparse_next(&f->object->pages, 0, &pfn),
		    SPARSE_END);
		at = sim_kva(m, SIM_KVA_PAGE, pfn);
		for (; at != 0; at = page.next, i++, n++) {
			i = sparse_next(&f->object->pages, i, &pfn);
			assert_int_equal(at, sim_kva(m, SIM_KVA_PAGE, pfn));
			assert_true(k->page(kd, at, &page));
			assert_int_equal(page.object,
			    sim_kva_object(m, f->object));
			assert_int_equal(page.offset, i << 12);
			assert_int_equal(page.npv,
			    pmap_page_mappings(&m->vm.pmaps, pfn));
		}
		assert_int_equal(n, f->object->pages.nused);
		assert_true(n >= 10);
		kvm_teardown(k, kd);
	}
}

/*
 * A kernel of these systems knows no larger page: each page within one has its
 * own mappings, of parent and child.
 */
static void
test_larger_pages(void **state)
{
	static const char
	    script[] = " ram=64M superpages=reserve\n"
		       "spawn sh image=none pid=100\n"
		       "sh: a = mmap 8M rw private anon fixed at 0x10000000\n"
		       "sh: write a 8M\n"
		       "sh: b = mmap 4M rw shared anon fixed at 0x20000000\n"
		       "sh: write b 4M\n"
		       "sh: fork child pid=101\n"
		       "child: read b 4M\nchild: write a 4K\n";
	static const char *const names[] = { "sh", "child" };

	(void)state;
	EACH(k)
	{
		void *kd;
		struct machine *m = kvm_setup(k, script, &kd);
		const pfn_t n = m->vm.pages.npages + 1;
		uint64_t *sum = calloc(n, sizeof(*sum));
		int *count = calloc(n, sizeof(*count));
		struct walk_page page;
		unsigned larger = 0;
		pfn_t pfn;

		assert_true(sum != NULL && count != NULL);
		for (int i = 0; i < 2; i++) {
			struct pmap *pmap = kvm_process(m, names[i])
						->vmspace->vm_map.pmap;

			for (vaddr_t va = 0; va < (vaddr_t)3 << 28; va += 4096)
				if (pmap_extract(pmap, va, &pfn)) {
					count[pfn]++;
					sum[pfn] += va;
					larger += pmap_psind(pmap, va) != 0;
				}
		}
		assert_true(larger > 2048);
		for (pfn = 1; pfn < m->vm.pages.fresh; pfn++) {
			if (count[pfn] == 0)
				continue;
			assert_true(
			    k->page(kd, sim_kva(m, SIM_KVA_PAGE, pfn), &page));
			assert_int_equal(page.npv, count[pfn]);
			assert_int_equal(page.pv_sum, sum[pfn]);
		}
		free(sum);
		free(count);
		kvm_teardown(k, kd);
	}
}

/* A terabyte of reserved memory: what a client reads of it comes at once. */
static void
test_large_amap(void **state)
{
	static const char script
	    [] = "spawn sh image=none pid=100 data=2T\n"
		 "sh: b = mmap 1T rw shared anon fixed at 0x100000000000\n"
		 "sh: write b 8K\nsh: write b+512G\nsh: write b+1T-4K\n";
	const struct kvm_walk *k = &kvm_walk_openbsd64;
	const uint64_t last = ((uint64_t)1 << 28) - 1, middle = last / 2 + 1;
	struct vm_map_entry *e;
	struct walk_amap w;
	struct machine *m;
	uint64_t anon[3];
	uint32_t pair[2];
	void *kd;

	(void)state;
	m = kvm_setup(k, script, &kd);
	assert_true(vm_map_lookup_entry(&kvm_process(m, "sh")->vmspace->vm_map,
	    0x100000000000, &e));
	assert_true(k->amap(kd, sim_kva_amap(m, e->amap), &w));
	assert_int_equal(w.nslot, last + 1);
	assert_int_equal(w.nused, 4);
	assert_int_equal(k->read(kd, w.anon + (middle - 1) * 8, anon, 24), 24);
	assert_int_equal(anon[0], 0);
	assert_int_equal(anon[1],
	    sim_kva(m, SIM_KVA_ANON, sparse_get(&e->amap->slots, middle)));
	assert_int_equal(anon[2], 0);
	assert_int_equal(k->read(kd, w.bckptr + (last - 1) * 4, pair, 8), 8);
	assert_int_equal(pair[0], 0);
	assert_int_equal(pair[1], 3);
	assert_int_equal(k->read(kd, w.slots + 8, pair, 8), 8);
	assert_int_equal(pair[0], middle);
	assert_int_equal(pair[1], last);
	/* the array ends where it is allocated */
	assert_true(k->read(kd, w.bckptr + last * 4, pair, 8) >= 4);
	kvm_teardown(k, kd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_vmspace_members),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_odd_paths),
		cmocka_unit_test(test_amaps),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_larger_pages),
		cmocka_unit_test(test_large_amap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
