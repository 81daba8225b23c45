/*
 * The naive model's spaces: arrays of pages, and the cells behind them.
 */
#include "model.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

__thread unsigned model_shift = 12;

void
model_layout_add(struct model_layout *l, vaddr_t base, unsigned npages)
{
	unsigned i = l->narenas++;

	assert(i < MODEL_ARENAS);
	assert(i == 0 ||
	    base >= l->arena[i - 1].base + model_ptoa(l->arena[i - 1].n));
	l->arena[i].base = base;
	l->arena[i].n = npages;
	l->arena[i].first = l->npages;
	l->npages += npages;
}

struct model_space *
model_space_new(const struct model_layout *l)
{
	struct model_space *s = calloc(1,
	    sizeof(*s) + l->npages * sizeof(struct model_page));

	s->layout = l;
	return s;
}

static struct model_cell *
cell_new(bool set, uint64_t tag)
{
	struct model_cell *c = malloc(sizeof(*c));

	*c = (struct model_cell){ .refs = 1, .set = set, .tag = tag };
	return c;
}

static void
page_clear(struct model_space *s, struct model_page *p)
{
	if (p->cell == NULL)
		return;
	if (--p->cell->refs == 0)
		free(p->cell);
	memset(p, 0, sizeof(*p));
	s->nmapped--;
}

void
model_space_free(struct model_space *s)
{
	for (unsigned i = 0; i < s->layout->npages; i++)
		page_clear(s, &s->page[i]);
	assert(s->nmapped == 0);
	free(s);
}

void
model_object_init(struct model_object *o, bool file, uint64_t size,
    uint64_t (*content)(uint64_t seed, uint64_t i), uint64_t seed)
{
	memset(o, 0, sizeof(*o));
	o->file = file;
	o->size = size;
	for (uint64_t i = 0; file && i < model_atop(model_round(size)); i++)
		o->tag[i] = o->disk[i] = content(seed, i);
}

/* --------------------------------------------------------------- slots ---- */

unsigned
model_index(const struct model_layout *l, vaddr_t va)
{
	for (unsigned i = 0; i < l->narenas; i++) {
		if (va < l->arena[i].base)
			return l->arena[i].first;
		if (model_atop(va - l->arena[i].base) < l->arena[i].n)
			return l->arena[i].first +
			    (unsigned)model_atop(va - l->arena[i].base);
	}
	return l->npages;
}

vaddr_t
model_addr(const struct model_layout *l, unsigned index)
{
	unsigned i = 0;

	while (index >= l->arena[i].first + l->arena[i].n)
		i++;
	return l->arena[i].base + model_ptoa(index - l->arena[i].first);
}

struct model_page *
model_at(struct model_space *s, vaddr_t va)
{
	const struct model_layout *l = s->layout;

	for (unsigned i = 0; i < l->narenas; i++)
		if (va >= l->arena[i].base &&
		    model_atop(va - l->arena[i].base) < l->arena[i].n)
			return &s->page[l->arena[i].first +
			    model_atop(va - l->arena[i].base)];
	return NULL;
}

vaddr_t
model_hole(struct model_space *s, vaddr_t start, vaddr_t end)
{
	for (; start < end; start += MODEL_PAGE) {
		const struct model_page *p = model_at(s, start);

		if (p == NULL || p->cell == NULL)
			return start;
	}
	return end;
}

/* Slots [*i, *n) are those of [start, end). */
static unsigned
range(const struct model_space *s, vaddr_t start, vaddr_t end, unsigned *n)
{
	unsigned i = model_index(s->layout, start);

	*n = start < end ? model_index(s->layout, end) : i;
	return i;
}

/* Each mapped page of a range, in rising order. */
#define FOREACH_PAGE(s, start, end, p) \
	for (unsigned n_, i_ = range(s, start, end, &n_); i_ < n_; i_++) \
		if (((p) = &(s)->page[i_])->cell != NULL)

bool
model_is_free(struct model_space *s, vaddr_t start, vaddr_t end)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	return false;
	return true;
}

/* ------------------------------------------------------------- mapping ---- */

int
model_map(struct model_space *s, vaddr_t start, vaddr_t end,
    const struct model_map *m, bool replace)
{
	uint32_t pindex = m->pindex;
	unsigned n, i = range(s, start, end, &n);

	if ((m->prot & ~m->maxprot) != 0)
		return EACCES;
	if (!replace && !model_is_free(s, start, end))
		return ENOMEM;
	for (; i < n; i++) {
		struct model_page *p = &s->page[i];

		page_clear(s, p);
		*p = (struct model_page){
			.cell = cell_new(false, 0),
			.object = m->object,
			.pindex = m->object != NULL ? pindex++ : 0,
			.prot = m->prot,
			.maxprot = m->maxprot,
			.inherit = m->inherit,
			.advice = m->advice,
			.flags = m->flags,
			.cow = m->cow,
			.blank = m->blank,
		};
		s->nmapped++;
	}
	return 0;
}

void
model_unmap(struct model_space *s, vaddr_t start, vaddr_t end)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	page_clear(s, p);
}

void
model_move(struct model_space *s, vaddr_t from, vsize_t len, vaddr_t to,
    bool keep)
{
	for (vsize_t off = 0; off < len; off += MODEL_PAGE) {
		struct model_page *p = model_at(s, from + off);
		struct model_page *q = model_at(s, to + off);

		if (p == NULL || p->cell == NULL)
			continue;
		*q = *p;
		if (!keep) {
			memset(p, 0, sizeof(*p));
			continue;
		}
		s->nmapped++;
		p->wired = 0;
		if (p->cow)
			p->cell = cell_new(false, 0);
		else
			p->cell->refs++;
	}
}

/* A child's page, by inheritance. */
static void
page_fork(struct model_page *child, const struct model_page *p)
{
	*child = *p;
	child->wired = 0;
	switch (p->inherit) {
	case M_SHARE: p->cell->refs++; break;
	case M_ZERO:
		child->object = NULL;
		child->pindex = 0;
		child->cow = true;
		child->cell = cell_new(false, 0);
		break;
	default:
		child->cow = !p->blank;
		child->cell = cell_new(p->cell->set, p->cell->tag);
		child->cell->lazy = p->cell->lazy;
	}
}

struct model_space *
model_fork(struct model_space *s)
{
	struct model_space *child = model_space_new(s->layout);

	for (unsigned i = 0; i < s->layout->npages; i++) {
		const struct model_page *p = &s->page[i];

		if (p->cell == NULL || p->inherit == M_NONE)
			continue;
		page_fork(&child->page[i], p);
		child->nmapped++;
	}
	return child;
}

/* ---------------------------------------------------------- attributes ---- */

int
model_protect(struct model_space *s, vaddr_t start, vaddr_t end, uint8_t prot,
    bool set_max)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	if ((prot & ~p->maxprot) != 0 && !p->blank)
		return EACCES;
	FOREACH_PAGE(s, start, end, p)
	{
		if (p->blank)
			continue;
		if (set_max) {
			p->maxprot = prot;
			p->prot &= prot;
		} else {
			p->prot = prot;
		}
	}
	return 0;
}

void
model_inherit(struct model_space *s, vaddr_t start, vaddr_t end,
    uint8_t inherit)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	p->inherit = inherit;
}

void
model_advice(struct model_space *s, vaddr_t start, vaddr_t end, uint8_t advice)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	p->advice = advice;
}

void
model_flags(struct model_space *s, vaddr_t start, vaddr_t end, uint16_t set,
    uint16_t clear)
{
	struct model_page *p;

	FOREACH_PAGE(s, start, end, p)
	p->flags = (uint16_t)((p->flags & ~clear) | set);
}

/* -------------------------------------------------------------- random ---- */

uint64_t
model_random(struct model_rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}
