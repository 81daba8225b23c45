/*
 * The naive model's contents: what accesses, cleaning, wiring and truncation do
 * to what a page holds.
 */
#include "model.h"

#include <errno.h>

#define FOREACH_PAGE(s, start, end, p) \
	for (unsigned n_ = (start) < (end) ? model_index((s)->layout, end) : \
					     0, \
		      i_ = model_index((s)->layout, start); \
	     i_ < n_; i_++) \
		if (((p) = &(s)->page[i_])->cell != NULL)

bool
model_past_end(const struct model_page *p)
{
	return p->object != NULL &&
	    model_ptoa(p->pindex) >= model_round(p->object->size);
}

uint64_t
model_content(const struct model_page *p)
{
	if (p->cell->set)
		return p->cell->tag;
	if (p->object == NULL || model_past_end(p))
		return 0;
	return p->object->tag[p->pindex];
}

/* Private memory of its own, with what lies below as its content. */
static void
promote(struct model_page *p)
{
	uint64_t tag = model_content(p);

	p->cell->set = true;
	p->cell->tag = tag;
}

/*
 * A wired page that may be written is copied at once, so that no fault comes
 * later: reading it is as good as writing it.
 */
static void
touch(struct model_page *p, uint8_t prot)
{
	if (p->wired > 0 && p->cow && !p->cell->set && prot & VM_PROT_WRITE)
		promote(p);
}

int
model_access(struct model_space *s, vaddr_t va, uint8_t type, uint64_t stamp)
{
	struct model_page *p = model_at(s, va);

	if (p == NULL || p->cell == NULL)
		return EFAULT;
	if ((p->prot & type) == 0) {
		/* Page tables have no read bit: a mapped page can be read. */
		return type == VM_PROT_READ && p->prot != 0 ? MODEL_ANY :
							      EACCES;
	}
	if (p->blank)
		return EFAULT;
	if (!p->cell->set && model_past_end(p))
		return EINVAL;
	if (type != VM_PROT_WRITE) {
		touch(p, p->prot);
	} else if (p->object == NULL || p->cow) {
		p->cell->set = true;
		p->cell->lazy = false;
		p->cell->tag = stamp;
	} else {
		p->object->tag[p->pindex] = stamp;
	}
	return 0;
}

/* ------------------------------------------------------------ cleaning ---- */

bool
model_may_free(const struct model_page *p, unsigned flags)
{
	return (flags & (M_FREE | M_CLEANIT | M_DEACTIVATE)) == M_FREE &&
	    p->cell->set && p->cell->refs == 1 && p->wired == 0;
}

int
model_clean(struct model_space *s, vaddr_t start, vaddr_t end, unsigned flags)
{
	const struct model_page *first = model_at(s, start);
	struct model_page *p;

	if (first == NULL || first->cell == NULL)
		return EFAULT;
	for (vaddr_t va = start; va < end; va += MODEL_PAGE) {
		p = model_at(s, va);
		if (p == NULL || p->cell == NULL)
			return EFAULT;
		if (flags & M_FREE && p->wired > 0)
			return EBUSY;
	}
	FOREACH_PAGE(s, start, end, p)
	if (p->object != NULL && p->object->file && !model_past_end(p))
		p->object->disk[p->pindex] = p->object->tag[p->pindex];
	return 0;
}

int
model_discard(struct model_space *s, vaddr_t start, vaddr_t end)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	if (p->wired > 0)
		return EINVAL;
	FOREACH_PAGE(s, start, end, p)
	if (p->cow)
		p->cell->set = p->cell->lazy = false;
	return 0;
}

void
model_setsize(struct model_object *o, uint64_t size)
{
	for (uint64_t i = model_atop(model_round(size)); i < MODEL_OBJPAGES;
	     i++)
		o->tag[i] = o->disk[i] = 0;
	o->size = size;
}

/* -------------------------------------------------------------- wiring ---- */

static int
pageable_check(struct model_space *s, vaddr_t start, vaddr_t end, bool wire)
{
	const struct model_page *p = model_at(s, start);

	if (p == NULL || p->cell == NULL)
		return EFAULT;
	for (; start < end; start += MODEL_PAGE) {
		p = model_at(s, start);
		if (p == NULL || p->cell == NULL)
			return EINVAL;
		if (wire ? p->prot == VM_PROT_NONE : p->wired == 0)
			return EINVAL;
	}
	return 0;
}

/* Bring in the pages that have become wired, in order. => 0 or an errno */
static int
wire_in(struct model_space *s, vaddr_t start, vaddr_t end)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	{
		if (p->wired != 1 || p->prot == VM_PROT_NONE)
			continue;
		if (p->blank)
			return EFAULT;
		if (!p->cell->set && model_past_end(p))
			return EINVAL;
		touch(p, p->maxprot);
	}
	return 0;
}

int
model_pageable(struct model_space *s, vaddr_t start, vaddr_t end, bool wire,
    bool skip)
{
	struct model_page *p;
	int error;

	if (!skip && (error = pageable_check(s, start, end, wire)) != 0)
		return error;
	FOREACH_PAGE(s, start, end, p)
	{
		if (!wire)
			p->wired = 0;
		else if (p->prot != VM_PROT_NONE)
			p->wired++;
	}
	if (!wire || (error = wire_in(s, start, end)) == 0)
		return 0;
	FOREACH_PAGE(s, start, end, p)
	if (p->prot != VM_PROT_NONE && p->wired > 0)
		p->wired--;
	return error;
}
