/*
 * Records of an address space, see kinfo.h.
 *
 *	for each entry:
 *	  top, bottom	the amap and the object (layers.h)
 *	  type, path, file, offset		from the bottom
 *	  references, shadows, handle, PRES	from the top
 *	  RES					pages of either, each place once
 *
 * A resident page is one that an anon or the object has, whether or not the
 * process maps it.  SUPER is about the process's page table: a larger page is
 * mapped that begins in the entry and lies in it.
 *
 * What follows from an amap or an object alone is computed once for a run of
 * entries that share it, so that a million entries are a walk along the list.
 * A record is put together where it belongs, or in one place and copied when
 * there is too little room or the place is not aligned.
 */
#include "kinfo.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "api/include/freebsd/sys/user.h"
#include "layers.h"
#include "sim/bsd_common.h"

#define HEAD offsetof(struct kinfo_vmentry, kve_path)
#define PATH_ROOM (sizeof(((struct kinfo_vmentry *)0)->kve_path) - 1)

_Static_assert(sizeof(struct kinfo_vmentry) == KINFO_VMENTRY_SIZE, "kve");
#define AT(member, offset) \
	_Static_assert(offsetof(struct kinfo_vmentry, member) == (offset), \
	    #member)
AT(kve_type, 4);
AT(kve_start, 8);
AT(kve_end, 16);
AT(kve_offset, 24);
AT(kve_vn_fileid, 32);
AT(kve_vn_fsid_freebsd11, 40);
AT(kve_flags, 44);
AT(kve_resident, 48);
AT(kve_private_resident, 52);
AT(kve_protection, 56);
AT(kve_ref_count, 60);
AT(kve_shadow_count, 64);
AT(kve_vn_type, 68);
AT(kve_vn_size, 72);
AT(kve_vn_rdev_freebsd11, 80);
AT(kve_vn_mode, 84);
AT(kve_status, 86);
AT(kve_vn_fsid, 88);
AT(kve_obj, 88);
AT(kve_vn_rdev, 96);
AT(_kve_ispare, 104);
AT(kve_path, 136);
#undef AT

struct walk {
	struct machine *m;
	struct vm_map *map;
	struct api_vmmap *out;
	struct api_census census;
	bool scan;     /* count resident pages */
	vsize_t super; /* least size of a larger page; 0: none is mapped */

	/* the amap looked at last */
	const struct vm_amap *amap;
	struct api_sharing sharing;
	uint64_t handle;
	/* the object looked at last: as a bottom, and (if known) as a top */
	const struct vm_object *obj;
	struct kinfo_vmentry file; /* type, kve_vn_*, status */
	const char *path;
	size_t pathlen;
	bool counted;
	struct api_counts counts;

	size_t reclen;
};

static const struct kinfo_vmentry nothing; /* no file, no type */

/* --------------------------------------------------- what is kept of one - */

static void
know_amap(struct walk *w, const struct vm_amap *amap)
{
	if (w->amap == amap)
		return;
	w->amap = amap;
	w->sharing = api_amap_sharing(w->map->vm, amap);
	w->handle = sim_kva_amap(w->m, amap);
}

static void
know_vnode(struct walk *w, const struct sim_file *f)
{
	struct kinfo_vmentry *k = &w->file;

	k->kve_vn_type = api_vnode_type(f);
	k->kve_vn_fileid = f->ino;
	k->kve_vn_fsid = f->dev;
	k->kve_vn_fsid_freebsd11 = f->dev;
	k->kve_vn_mode = api_vnode_mode(f);
	k->kve_vn_size = f->object->size;
	k->kve_status = KF_ATTR_VALID;
	w->path = api_vnode_path(f);
	w->pathlen = strlen(w->path);
	if (w->pathlen > PATH_ROOM)
		w->pathlen = PATH_ROOM;
}

static void
know_object(struct walk *w, const struct vm_object *obj)
{
	const struct sim_file *f = api_object_vnode(obj);

	if (w->obj == obj)
		return;
	w->obj = obj;
	w->counted = false;
	memset(&w->file, 0, HEAD);
	w->file.kve_type = api_object_type(obj);
	w->path = "";
	w->pathlen = 0;
	if (f != NULL)
		know_vnode(w, f);
}

/* -------------------------------------------------------- resident pages - */

/* Indexes in [at, at + n) of either array, paired: a's is at, b's is at + d. */
struct pair {
	struct sparse *a, *b; /* b may be NULL */
	uint64_t d;
};

static uint64_t
next_of(const struct pair *p, uint64_t at)
{
	uint64_t a = sparse_next(p->a, at, NULL), b;

	if (p->b == NULL)
		return a;
	b = sparse_next(p->b, at + p->d, NULL);
	b = b == SPARSE_END ? b : b - p->d;
	return a < b ? a : b;
}

static uint64_t
count_pair(const struct pair *p, uint64_t at, uint64_t end)
{
	uint64_t n = 0, bits;

	while ((at = next_of(p, at)) < end) {
		bits = sparse_bits(p->a, at);
		if (p->b != NULL)
			bits |= sparse_bits(p->b, at + p->d);
		if (end - at < SPARSE_FANOUT)
			bits &= ((uint64_t)1 << (end - at)) - 1;
		n += (uint64_t)__builtin_popcountll(bits);
		if (end - at <= SPARSE_FANOUT)
			break;
		at += SPARSE_FANOUT;
	}
	return n;
}

static uint64_t
count_one(struct sparse *s, uint64_t at, uint64_t n)
{
	if (s->nused == 0)
		return 0;
	if (at == 0 && n >= s->end)
		return s->nused;
	return count_pair(&(struct pair){ s, NULL, 0 }, at, at + n);
}

/*
 * Places of the pair that hold nothing: their anon is in swap, and what is
 * below has no page in memory either.
 */
static uint64_t
count_out(const struct vm *vm, const struct pair *p, uint64_t at, uint64_t end)
{
	uint64_t n = 0;
	uint32_t name;

	for (; (at = sparse_next(p->a, at, &name)) < end; at++)
		n += vm_anon_get(&vm->anons, name)->where == 0 &&
		    (p->b == NULL || sparse_get(p->b, at + p->d) == 0);
	return n;
}

/* Places of the chain in the entry's range that have a page or an anon. */
static uint64_t
count_places(const struct vm_map *map, struct vm_amap *amap,
    struct vm_object *obj, const struct vm_map_entry *e)
{
	const uint64_t n = pg_atop(map, e->end - e->start);
	struct pair p;

	if (obj == NULL)
		return count_one(&amap->slots, e->ar_pageoff, n);
	if (amap == NULL || amap->slots.nused == 0)
		return count_one(&obj->pages, pg_atop(map, e->offset), n);
	p = (struct pair){ &amap->slots, &obj->pages,
		pg_atop(map, e->offset) - e->ar_pageoff };
	return count_pair(&p, e->ar_pageoff, e->ar_pageoff + n);
}

/* Pages of the chain in the entry's range that are in memory, each once. */
static uint64_t
resident(const struct vm_map *map, struct vm_amap *amap, struct vm_object *obj,
    const struct vm_map_entry *e)
{
	const uint64_t at = e->ar_pageoff;
	uint64_t n = count_places(map, amap, obj, e);
	struct pair p;

	if (amap == NULL || api_all_resident(map->vm))
		return n;
	p = (struct pair){ &amap->slots, obj != NULL ? &obj->pages : NULL,
		obj != NULL ? pg_atop(map, e->offset) - at : 0 };
	return n -
	    count_out(map->vm, &p, at, at + pg_atop(map, e->end - e->start));
}

/*
 * As FreeBSD's loop over the pages finds it: at a multiple of the least larger
 * size, with room for one before the end.
 */
static bool
has_super(const struct walk *w, const struct vm_map_entry *e)
{
	const vsize_t size = w->super;
	struct pmap *pmap = w->map->pmap;
	vaddr_t va = e->start, mapped;

	if (size == 0 || e->end - e->start < size)
		return false;
	for (;;) {
		va = (va + size - 1) & ~(size - 1);
		if (va < e->start || va >= e->end || e->end - va < size)
			return false;
		mapped = pmap_next_mapped(pmap, va, e->end);
		if (mapped == va && pmap_psind(pmap, va) != 0)
			return true;
		va = mapped == va ? va + size : mapped;
	}
}

/* ------------------------------------------------------------ a record ---- */

static int
flags_of(const struct vm_map_entry *e)
{
	int flags = 0;

	if (e->flags & UVM_MAP_NOCORE)
		flags |= KVME_FLAG_NOCOREDUMP;
	if (e->flags & UVM_MAP_GROWSDOWN)
		flags |= KVME_FLAG_GROWS_DOWN;
	if (e->wired_count > 0)
		flags |= KVME_FLAG_USER_WIRED;
	return flags;
}

/*
 * Nothing behind it: a guard, or memory that was never touched.  The gap of a
 * stack keeps its protection where others have their offset.
 */
static void
without_object(struct kinfo_vmentry *k, const struct vm_map_entry *e)
{
	if ((e->flags & (UVM_MAP_GUARD | UVM_MAP_STACKGAP)) != 0)
		k->kve_type = KVME_TYPE_GUARD;
	if (e->flags & UVM_MAP_STACKGAP)
		k->kve_offset = (uint64_t)sim_gap_prot(e->aux) |
		    (uint64_t)sim_gap_maxprot(e->aux) << 16;
}

/* The amap is the top; below it may be an object. */
static void
with_amap(struct walk *w, struct kinfo_vmentry *k, const struct vm_map_entry *e,
    const struct vm_amap *amap, const struct vm_object *obj)
{
	struct api_counts counts;
	bool shadow;

	know_amap(w, amap);
	counts = api_amap_counts(e, amap, w->sharing);
	shadow = api_is_shadow(e, amap, w->sharing);
	if (obj == NULL) {
		k->kve_type = KVME_TYPE_SWAP;
		k->kve_offset = pg_ptoa(w->map, e->ar_pageoff);
	}
	if ((k->kve_status & KF_ATTR_VALID) == 0)
		k->kve_obj = w->handle;
	k->kve_ref_count = (int)counts.refs;
	k->kve_shadow_count = (int)counts.shadows;
	if (obj == NULL && !shadow)
		k->kve_private_resident = (int)api_amap_resident(w->map->vm,
		    amap);
	if (api_needs_copy(e, w->sharing))
		k->kve_flags |= KVME_FLAG_COW | KVME_FLAG_NEEDS_COPY;
	if (shadow || (obj != NULL && e->etype & UVM_ET_COPYONWRITE))
		k->kve_flags |= KVME_FLAG_COW;
}

/* The object is top and bottom. */
static int
with_object(struct walk *w, struct kinfo_vmentry *k,
    const struct vm_map_entry *e, const struct vm_object *obj)
{
	int error = 0;

	if (!w->counted)
		error = api_object_counts(&w->census, obj, &w->counts);
	w->counted = error == 0;
	k->kve_ref_count = (int)w->counts.refs;
	k->kve_shadow_count = (int)w->counts.shadows;
	k->kve_private_resident = (int)obj->pages.nused;
	if (e->etype & UVM_ET_COPYONWRITE)
		k->kve_flags |= KVME_FLAG_COW;
	if (e->etype & UVM_ET_NEEDSCOPY)
		k->kve_flags |= KVME_FLAG_NEEDS_COPY;
	return error;
}

/* The chain's half of a record.  => 0 or ENOMEM */
static int
fill_chain(struct walk *w, struct kinfo_vmentry *k,
    const struct vm_map_entry *e, struct vm_object *obj)
{
	struct vm_amap *amap = api_top_amap(e);
	int error = 0;

	memcpy(k, obj != NULL ? &w->file : &nothing, HEAD);
	if (obj != NULL)
		k->kve_offset = e->offset;
	if (amap != NULL)
		with_amap(w, k, e, amap, obj);
	else if (obj != NULL)
		error = with_object(w, k, e, obj);
	else
		without_object(k, e);
	if (w->scan && (amap != NULL || obj != NULL)) {
		k->kve_resident = (int)resident(w->map, amap, obj, e);
		if (has_super(w, e))
			k->kve_flags |= KVME_FLAG_SUPER;
	}
	return error;
}

/* What the record's length depends on. */
static void
measure(struct walk *w, struct vm_object *obj)
{
	size_t len = HEAD + 1;

	if (obj != NULL) {
		know_object(w, obj);
		len += w->pathlen;
	}
	w->reclen = w->out->expanded ? KINFO_VMENTRY_SIZE :
				       (len + 7) & ~(size_t)7;
}

/* => 0 or ENOMEM */
static int
fill(struct walk *w, struct kinfo_vmentry *k, const struct vm_map_entry *e,
    struct vm_object *obj)
{
	int error;

	if ((error = fill_chain(w, k, e, obj)) != 0)
		return error;
	k->kve_structsize = (int)w->reclen;
	k->kve_start = e->start;
	k->kve_end = e->end;
	k->kve_protection = e->protection;
	k->kve_flags |= flags_of(e);
	return 0;
}

/* ------------------------------------------------------------- putting ---- */

/* What follows the head at `to': the path and zeros. */
static void
put_path(const struct walk *w, char *to, bool named)
{
	const size_t room = w->reclen - HEAD, len = named ? w->pathlen : 0;

	if (len == 0 && room == sizeof(uint64_t)) {
		memset(to, 0, sizeof(uint64_t));
		return;
	}
	memcpy(to, w->path, len);
	memset(to + len, 0, room - len);
}

static bool
has_room(struct api_vmmap *out)
{
	return out->room > 0 || (out->more != NULL && out->more(out));
}

/* The record's bytes in pieces, as room is found. */
static void
put_slowly(const struct walk *w, const char *bytes)
{
	struct api_vmmap *out = w->out;
	size_t done = 0, n;

	while (done < w->reclen && has_room(out)) {
		n = w->reclen - done < out->room ? w->reclen - done : out->room;
		memcpy(out->at, bytes + done, n);
		out->at += n;
		out->room -= n;
		done += n;
	}
}

/* => 0 or ENOMEM */
static int
put_elsewhere(struct walk *w, const struct vm_map_entry *e,
    struct vm_object *obj)
{
	struct kinfo_vmentry rec;
	int error = fill(w, &rec, e, obj);

	if (error != 0)
		return error;
	put_path(w, rec.kve_path, obj != NULL);
	put_slowly(w, (const char *)&rec);
	return 0;
}

/* => 0 or ENOMEM */
static int
put_record(struct walk *w, const struct vm_map_entry *e, struct vm_object *obj)
{
	struct api_vmmap *out = w->out;
	int error;

	if (out->room < w->reclen ||
	    (uintptr_t)out->at % _Alignof(struct kinfo_vmentry) != 0)
		return put_elsewhere(w, e, obj);
	if ((error = fill(w, (void *)out->at, e, obj)) != 0)
		return error;
	put_path(w, out->at + HEAD, obj != NULL);
	out->at += w->reclen;
	out->room -= w->reclen;
	return 0;
}

/* => bytes of the least larger page; 0: this machine maps none */
static vsize_t
least_super(const struct pmap_system *sys)
{
	return sys->ps_enabled && sys->geo->nsizes > 1 ?
	    (vsize_t)1 << sys->geo->sizes[1].shift :
	    0;
}

int
api_freebsd_vmmap(struct machine *m, struct process *p, struct api_vmmap *out)
{
	struct walk w = { .m = m,
		.map = &p->vmspace->vm_map,
		.out = out,
		.census = { .m = m },
		.scan = m->tunables.vmmap_skip_resident == 0,
		.super = least_super(&m->vm.pmaps),
		.path = "" };
	struct vm_map_entry *e;
	int error = 0;

	out->total = 0;
	if (p->pid == 0)
		return 0;
	for (e = w.map->header.next; e != &w.map->header; e = e->next) {
		struct vm_object *obj = api_bottom_object(e);

		__builtin_prefetch(e->next);
		__builtin_prefetch(&e->next->etype);
		measure(&w, obj);
		out->total += w.reclen;
		if ((out->room >= w.reclen || has_room(out)) &&
		    (error = put_record(&w, e, obj)) != 0)
			break;
	}
	api_census_fini(&w.census);
	return error;
}
