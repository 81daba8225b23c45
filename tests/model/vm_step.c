/*
 * The operations of test_vm_ops: each done to the map and to the model.
 */
#include "vm_world.h"

#include <errno.h>
#include <inttypes.h>

struct step { /* one operation at work */
	struct world *w;
	struct vm_map *map;
	struct model_space *space;
	vaddr_t start, end;
	uint64_t bits;
	const struct op *op;
	char *buf;
	size_t len;
};

static const char *
differ(const struct step *s, const char *what, uint64_t expected, uint64_t got)
{
	(void)snprintf(s->buf, s->len,
	    "%s: expected %#" PRIx64 ", got %#" PRIx64, what, expected, got);
	return s->buf;
}

/* Want of frames is a right answer where they are few. */
static bool
is_shortage(const struct step *s, int error)
{
	return error == ENOMEM && s->w->v->ram < 1000;
}

static const char *
same_error(const struct step *s, int expected, int got)
{
	return expected == got ?
	    NULL :
	    differ(s, "errno", (uint64_t)expected, (uint64_t)got);
}

static uint8_t
pick_prot(uint64_t bits)
{
	static const uint8_t prot[16] = { 3, 3, 3, 3, 3, 3, 1, 1, 1, 7, 5, 5, 0,
		0, 2, 4 };

	return prot[bits & 15];
}

/* What kind of mapping: the standard compositions of UVM. */
static void
pick_map(const struct step *s, struct uvm_map_args *a, struct model_map *m)
{
	uint64_t b = s->bits;
	unsigned kind = b >> 4 & 15;

	a->prot = pick_prot(b >> 8);
	a->maxprot = (b >> 12 & 7) != 0 ? VM_PROT_ALL :
					  (vm_prot_t)(a->prot | (b >> 16 & 7));
	a->inherit = VM_INHERIT_COPY;
	a->copyonw = kind < 6 || (kind >= 8 && kind < 11) || kind == 15;
	if (kind == 5) {
		a->overlay = a->amappad = true; /* brk */
	} else if (kind == 6) {
		a->overlay = true; /* shared anonymous */
		a->inherit = VM_INHERIT_SHARE;
	} else if (kind == 7) {
		a->prot = a->maxprot = 0; /* guard */
		a->flags = UVM_MAP_GUARD;
	} else if (kind >= 8) {
		m->object = &s->w->object[b >> 20 & 3];
		m->pindex = b >> 22 & 15;
		if (!a->copyonw)
			a->inherit = VM_INHERIT_SHARE;
	}
	if ((b >> 30 & 31) == 0 && a->flags == 0)
		a->flags = UVM_MAP_NOCORE;
	m->prot = a->prot;
	m->maxprot = a->maxprot;
	m->inherit = a->inherit;
	m->advice = a->advice = (b >> 35 & 15) < 3 ? b >> 35 & 15 : 0;
	m->flags = a->flags;
	m->cow = a->copyonw;
	m->blank = kind == 7;
	if ((b >> 40 & 15) == 0)
		a->flags |= UVM_MAP_NOMERGE;
}

static const char *
do_map(struct step *s)
{
	struct uvm_map_args a = { .start = s->start,
		.size = s->end - s->start,
		.unmap = (s->bits >> 50 & 1) != 0 };
	struct model_map m = { 0 };
	int error;

	pick_map(s, &a, &m);
	if (m.object != NULL) {
		a.object = m.object->real;
		a.offset = model_ptoa(m.pindex);
		vm_object_ref(a.object);
	}
	error = uvm_map(s->map, &a);
	if (error != 0 && a.object != NULL)
		vm_object_unref(&s->w->vm, a.object);
	return same_error(s, model_map(s->space, s->start, s->end, &m, a.unmap),
	    error);
}

static const char *
do_unmap(struct step *s)
{
	model_unmap(s->space, s->start, s->end);
	return same_error(s, 0, uvm_unmap(s->map, s->start, s->end));
}

static const char *
do_protect(struct step *s)
{
	uint8_t prot = pick_prot(s->bits);
	bool max = s->op->kind == OP_SETMAX;
	int error = uvm_map_protect(s->map, s->start, s->end, prot, max);

	return same_error(s,
	    model_protect(s->space, s->start, s->end, prot, max), error);
}

static const char *
do_inherit(struct step *s)
{
	uint8_t how = s->bits & 3;

	model_inherit(s->space, s->start, s->end, how);
	return same_error(s, 0, uvm_map_inherit(s->map, s->start, s->end, how));
}

static const char *
do_advice(struct step *s)
{
	uint8_t advice = s->bits % 3;

	model_advice(s->space, s->start, s->end, advice);
	return same_error(s, 0,
	    uvm_map_advice(s->map, s->start, s->end, advice));
}

static const char *
do_flags(struct step *s)
{
	uint16_t set = s->bits & 1 ? UVM_MAP_NOCORE : 0;
	uint16_t clear = set ^ UVM_MAP_NOCORE;

	model_flags(s->space, s->start, s->end, set, clear);
	return same_error(s, 0,
	    uvm_map_setflags(s->map, s->start, s->end, set, clear));
}

static const char *
do_willneed(struct step *s)
{
	uvm_map_willneed(s->map, s->start, s->end);
	return NULL;
}

static const char *
do_clean(struct step *s)
{
	static const unsigned modes[5] = { PGO_CLEANIT | PGO_SYNCIO,
		PGO_CLEANIT, PGO_CLEANIT | PGO_SYNCIO | PGO_FREE,
		PGO_DEACTIVATE, PGO_FREE };
	unsigned flags = modes[s->bits % 5];
	int error = uvm_map_clean(s->map, s->start, s->end, flags);
	int expected = model_clean(s->space, s->start, s->end, flags);

	if (expected != error)
		return same_error(s, expected, error);
	if (error == 0)
		compare_settle(s->map, s->space, s->start, s->end, flags);
	return NULL;
}

static const char *
do_discard(struct step *s)
{
	int error = uvm_map_discard(s->map, s->start, s->end);

	return same_error(s, model_discard(s->space, s->start, s->end), error);
}

/* Pages that a failed wiring brought in may have been copied. */
static const char *
wire_result(struct step *s, vaddr_t start, vaddr_t end, bool skip, int error)
{
	if (is_shortage(s, error)) {
		compare_adopt(s->map, s->space, start, end);
		return NULL;
	}
	return same_error(s, model_pageable(s->space, start, end, true, skip),
	    error);
}

static const char *
do_wire(struct step *s)
{
	bool skip = (s->bits & 3) == 0;

	return wire_result(s, s->start, s->end, skip,
	    uvm_map_pageable(s->map, s->start, s->end, true, skip));
}

static const char *
do_unwire(struct step *s)
{
	bool skip = (s->bits & 1) == 0;
	int error = uvm_map_pageable(s->map, s->start, s->end, false, skip);

	return same_error(s,
	    model_pageable(s->space, s->start, s->end, false, skip), error);
}

static const char *
do_wire_all(struct step *s)
{
	vaddr_t start = vm_map_min(s->map), end = vm_map_max(s->map);
	vsize_t limit = s->bits & 1 ? model_ptoa(s->bits >> 8 & 63) : 0,
		size = 0;
	int error = uvm_map_pageable_all(s->map, true, limit);

	for (unsigned i = 0; i < s->space->layout->npages; i++) {
		const struct model_page *p = &s->space->page[i];

		if (p->cell != NULL && (p->wired > 0 || p->prot != 0))
			size += MODEL_PAGE;
	}
	if (limit != 0 && size > limit)
		return same_error(s, ENOMEM, error);
	return wire_result(s, start, end, true, error);
}

static const char *
do_unwire_all(struct step *s)
{
	(void)model_pageable(s->space, vm_map_min(s->map), vm_map_max(s->map),
	    false, true);
	return same_error(s, 0, uvm_map_pageable_all(s->map, false, 0));
}

static const char *
do_move(struct step *s)
{
	vaddr_t to = WORLD_BASE + model_ptoa(s->op->arg[3]);
	vsize_t len = s->end - s->start;
	bool keep = s->w->v->linux_like && (s->bits & 3) == 0;

	if (s->op->arg[3] + model_atop(len) > s->w->v->npages ||
	    !model_is_free(s->space, to, to + len) ||
	    (to < s->end && s->start < to + len))
		return NULL;
	model_move(s->space, s->start, len, to, keep);
	return same_error(s, 0, uvm_map_move(s->map, s->start, len, to, keep));
}

static void
end_space(struct world *w, unsigned who)
{
	uvmspace_free(w->real[who]);
	model_space_free(w->model[who]);
	w->real[who] = NULL;
	w->model[who] = NULL;
}

static const char *
do_fork(struct step *s)
{
	struct world *w = s->w;
	unsigned child = s->op->arg[3] % WORLD_SPACES;
	int error;

	if (child == s->op->who)
		return NULL;
	if (w->real[child] != NULL)
		end_space(w, child);
	error = uvmspace_fork(w->real[s->op->who], &w->real[child]);
	if (error != 0) {
		w->real[child] = NULL;
		return is_shortage(s, error) ? NULL : same_error(s, 0, error);
	}
	w->model[child] = model_fork(s->space);
	return NULL;
}

static const char *
do_exit(struct step *s)
{
	end_space(s->w, s->op->who);
	return NULL;
}

static const char *
do_exec(struct step *s)
{
	const struct pmap_geometry *g = s->w->vm.config.geometry;
	struct world *w = s->w;

	uvmspace_exec(w->real[s->op->who], g->user_min, g->user_max,
	    w->v->mapflags);
	model_space_free(w->model[s->op->who]);
	w->model[s->op->who] = model_space_new(&w->layout);
	return NULL;
}

static const char *
do_setsize(struct step *s)
{
	struct model_object *o = &s->w->object[s->bits % WORLD_OBJECTS];
	uint64_t size = (s->bits >> 8) % (30 * MODEL_PAGE);

	vm_object_setsize(&s->w->vm, o->real, size);
	model_setsize(o, size);
	return NULL;
}

static const char *
check_tag(struct step *s, vaddr_t va, int error, uint64_t got)
{
	const struct model_page *p = model_at(s->space, va);
	uint64_t expected;

	if (error != 0)
		return NULL;
	expected = model_content(p);
	return expected == got ? NULL : differ(s, "content", expected, got);
}

static const char *
check_access(struct step *s, vaddr_t va, vm_prot_t type, uint64_t stamp,
    int error)
{
	int expected;

	if (is_shortage(s, error))
		return NULL;
	type = compare_right(&s->w->vm, type);
	expected = model_access(s->space, va, type, stamp);
	if (expected == MODEL_ANY && (error == 0 || error == EACCES))
		return NULL;
	return same_error(s, expected, error);
}

static const char *
do_access(struct step *s)
{
	static const vm_prot_t types[] = { [OP_READ] = VM_PROT_READ,
		[OP_WRITE] = VM_PROT_WRITE,
		[OP_FETCH] = VM_PROT_EXEC };
	const bool fill = s->op->kind == OP_FILL;
	vm_prot_t type = fill ?
	    (s->bits & 3) == 0 ? VM_PROT_READ : VM_PROT_WRITE :
	    types[s->op->kind];
	const char *why = NULL;
	uint64_t tag;

	if (s->end - s->start > model_ptoa(8) && !fill)
		s->end = s->start + model_ptoa(8);
	for (vaddr_t va = s->start; va < s->end && why == NULL;
	     va += MODEL_PAGE) {
		uint64_t stamp = ++s->w->stamp, faults = s->w->vm.exp.faults;
		int error = vm_access(s->map, va + stamp % MODEL_PAGE, type,
		    stamp);

		why = check_access(s, va, type, stamp, error);
		if (why == NULL && error == 0)
			why = world_larger(s->w, s->map, va,
			    s->w->vm.exp.faults != faults);
		if (why == NULL && type == VM_PROT_READ && error == 0 &&
		    vm_access_tag(s->map, va, &tag) == 0)
			why = check_tag(s, va, 0, tag);
	}
	return why;
}

/* FreeBSD's advice about pages: what is there stays. */
static const char *
do_advise(struct step *s)
{
	struct vm_map_entry *e = s->map->header.next;

	for (; e != &s->map->header; e = e->next) {
		vaddr_t from = e->start > s->start ? e->start : s->start;
		vaddr_t to = e->end < s->end ? e->end : s->end;

		if (from >= to)
			continue;
		if (s->op->kind == OP_LETGO)
			uvm_map_free(s->map, e, from, to);
		else if (uvm_map_dontneed(s->map, from, to) != 0)
			return "uvm_map_dontneed fails";
	}
	if (s->op->kind == OP_DONTNEED) /* files are written back */
		(void)model_clean(s->space, s->start, s->end,
		    M_CLEANIT | M_DEACTIVATE);
	return NULL;
}

static const char *
do_scan(struct step *s)
{
	uint64_t whole;

	if (s->bits & 1)
		(void)vm_super_scan(&s->w->vm, s->bits >> 1 & 0x3ff);
	else if (s->w->v->superpages == VM_SUPER_COLLAPSE)
		(void)vm_super_collapse(s->map, s->start, s->end, &whole);
	s->w->vm.tick += s->bits >> 20 & 1;
	return NULL;
}

static const char *
do_peek(struct step *s)
{
	struct model_page *p = model_at(s->space, s->start);
	uint64_t tag = 0;
	int error = vm_peek_tag(s->map, s->start, &tag), expected = 0;

	if (p == NULL || p->cell == NULL)
		expected = EFAULT;
	else if (p->prot == 0 ||
	    ((p->prot & VM_PROT_READ) == 0 && error == EACCES))
		expected = EACCES;
	else if (p->blank)
		expected = EFAULT;
	else if (!p->cell->set && model_past_end(p))
		expected = EINVAL;
	if (expected != error)
		return same_error(s, expected, error);
	return check_tag(s, s->start, error, tag);
}

/* A batch of references, all writes with one stamp. */
static const char *
do_batch(struct step *s)
{
	struct model_rng r = { s->bits };
	uint64_t stamp = ++s->w->stamp;
	struct vm_ref ref[16];
	const char *why = NULL;
	size_t n = NELEM(ref), done;
	int error = 0;

	for (size_t i = 0; i < n; i++) {
		vaddr_t va = s->start +
		    (model_ptoa(model_below(&r, 8)) |
			model_below(&r, (uint32_t)MODEL_PAGE));

		ref[i] = vm_ref_make(va,
		    (vm_prot_t)(1u << model_below(&r, 17) / 8));
	}
	done = vm_access_batch(s->map, ref, n, stamp, &error);
	for (size_t i = 0; i < n && i <= done && why == NULL; i++)
		why = check_access(s, model_trunc(vm_ref_va(ref[i])),
		    vm_ref_type(ref[i]), stamp, i < done ? 0 : error);
	return why;
}

static const char *
do_swap(struct step *s)
{
	return world_swap_step(s->w, s->map, s->start, s->end, s->op);
}

static const char *(*const steps[OP_NKINDS])(struct step *) = {
	[OP_MAP] = do_map,
	[OP_UNMAP] = do_unmap,
	[OP_PROTECT] = do_protect,
	[OP_SETMAX] = do_protect,
	[OP_INHERIT] = do_inherit,
	[OP_ADVICE] = do_advice,
	[OP_FLAGS] = do_flags,
	[OP_WILLNEED] = do_willneed,
	[OP_CLEAN] = do_clean,
	[OP_DISCARD] = do_discard,
	[OP_WIRE] = do_wire,
	[OP_UNWIRE] = do_unwire,
	[OP_WIRE_ALL] = do_wire_all,
	[OP_UNWIRE_ALL] = do_unwire_all,
	[OP_MOVE] = do_move,
	[OP_FORK] = do_fork,
	[OP_EXIT] = do_exit,
	[OP_EXEC] = do_exec,
	[OP_SETSIZE] = do_setsize,
	[OP_READ] = do_access,
	[OP_WRITE] = do_access,
	[OP_FETCH] = do_access,
	[OP_PEEK] = do_peek,
	[OP_BATCH] = do_batch,
	[OP_FILL] = do_access,
	[OP_LETGO] = do_advise,
	[OP_DONTNEED] = do_advise,
	[OP_SCAN] = do_scan,
	[OP_EVICT] = do_swap,
	[OP_DAEMON] = do_swap,
	[OP_SWAPCTL] = do_swap,
};

/* An operation of a space that does not exist begins one. */
static bool
begin_space(struct world *w, unsigned who)
{
	const struct pmap_geometry *g = w->vm.config.geometry;

	if (uvmspace_alloc(&w->vm, g->user_min, g->user_max, w->v->mapflags,
		&w->real[who]) != 0) {
		w->real[who] = NULL;
		return false;
	}
	w->model[who] = model_space_new(&w->layout);
	return true;
}

const char *
world_step(void *arg, const struct op *op, char *buf, size_t len)
{
	struct world *w = arg;
	struct step s = { .w = w,
		.op = op,
		.bits = op->arg[2],
		.buf = buf,
		.len = len };

	if (w->real[op->who] == NULL && !begin_space(w, op->who))
		return NULL;
	s.map = &w->real[op->who]->vm_map;
	s.space = w->model[op->who];
	s.start = WORLD_BASE + model_ptoa(op->arg[0]);
	s.end = s.start + model_ptoa(op->arg[1]);
	return steps[op->kind](&s);
}
