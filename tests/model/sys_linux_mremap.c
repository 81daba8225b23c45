/*
 * The model of Linux's mremap(2).
 *
 * A call must stay within one mapping; where mappings end is not known here, so
 * EFAULT is also right for more than a page, and growth is modelled only at the
 * end of a run of pages that are alike.
 */
#include "sys_linux.h"

#define MAYMOVE 1u
#define FIXED 2u
#define DONTUNMAP 4u

struct move {
	vaddr_t addr, to;
	vsize_t old, new;
	uint32_t flags;
};

static int
check_args(const struct sys_args *c, struct move *m)
{
	m->flags = (uint32_t)c->a[3];
	if (c->a[3] & ~(uint64_t)7 || (m->flags & (FIXED | MAYMOVE)) == FIXED)
		return EINVAL;
	if (m->flags & DONTUNMAP &&
	    ((m->flags & MAYMOVE) == 0 ||
		model_round(c->a[1]) != model_round(c->a[2])))
		return EINVAL;
	if (m->flags & DONTUNMAP && c->a[1] != c->a[2])
		return MODEL_SKIP; /* rounded before or after? */
	m->addr = c->a[0];
	m->to = c->a[4];
	m->old = model_round(c->a[1]);
	m->new = model_round(c->a[2]);
	return m->addr & (MODEL_PAGE - 1) || m->new == 0 ? EINVAL : 0;
}

/* Could b be the page behind a in one mapping? */
static bool
alike(const struct model_page *a, const struct model_page *b)
{
	return b != NULL && b->cell != NULL && a->object == b->object &&
	    a->prot == b->prot && a->maxprot == b->maxprot &&
	    a->advice == b->advice && a->cow == b->cow &&
	    a->inherit == b->inherit && a->flags == b->flags &&
	    (a->object == NULL || a->pindex + 1 == b->pindex);
}

/* => the range is one run of pages; *ends: which ends with it */
static bool
one_run(struct model_space *s, vaddr_t start, vaddr_t end, bool *ends)
{
	for (; start + MODEL_PAGE < end; start += MODEL_PAGE) {
		const struct model_page *q = model_at(s, start);

		if (q == NULL || q->cell == NULL ||
		    !alike(q, model_at(s, start + MODEL_PAGE)))
			return false;
	}
	*ends = !alike(model_at(s, start), model_at(s, start + MODEL_PAGE));
	return true;
}

/* More pages behind [.., start), like the last of them. */
static void
extend(struct sys_proc *p, vaddr_t start, vaddr_t end)
{
	const struct model_page *q = model_at(p->space->pages,
	    start - MODEL_PAGE);
	struct model_map m = { .object = q->object,
		.pindex = q->pindex + 1,
		.prot = q->prot,
		.maxprot = q->maxprot,
		.inherit = q->inherit,
		.advice = q->advice,
		.cow = q->cow,
		.flags = q->flags };

	(void)model_map(p->space->pages, start, end, &m, true);
}

static int
move_to(struct sys_proc *p, const struct move *m, uint64_t *ret)
{
	vsize_t keep = m->old < m->new ? m->old : m->new;
	struct model_space *s = p->space->pages;

	if (m->old > m->new)
		model_unmap(s, m->addr + m->new, m->addr + m->old);
	model_unmap(s, m->to, m->to + m->new);
	model_move(s, m->addr, keep, m->to, (m->flags & DONTUNMAP) != 0);
	model_flags(s, m->addr, m->addr + keep, 0, LINUX_LOCKED);
	if (m->new > m->old)
		extend(p, m->to + m->old, m->to + m->new);
	*ret = m->to;
	return 0;
}

/* Fixed target, or DONTUNMAP. */
static int
elsewhere(struct sys_proc *p, const struct sys_args *c, struct move *m,
    uint64_t *ret)
{
	bool ends;

	if (m->to & (MODEL_PAGE - 1) || m->new > p->world->max ||
	    m->to > p->world->max - m->new)
		return EINVAL;
	if (m->addr + m->old > m->to && m->to + m->new > m->addr)
		return EINVAL;
	if (!sys_modelled(p, m->to, m->to + m->new) || m->old == 0 ||
	    !one_run(p->space->pages, m->addr, m->addr + m->old, &ends))
		return MODEL_SKIP;
	if ((m->flags & FIXED) == 0)
		return MODEL_SKIP; /* a hint: see mmap */
	return c->dry ? 0 : move_to(p, m, ret);
}

static int
grow(struct sys_proc *p, const struct sys_args *c, struct move *m,
    uint64_t *ret)
{
	struct model_space *s = p->space->pages;
	bool ends;

	if (m->old == 0)
		return model_at(s, m->addr)->inherit == M_SHARE ? MODEL_SKIP :
								  EINVAL;
	if (!one_run(s, m->addr, m->addr + m->old, &ends) || !ends ||
	    !sys_modelled(p, m->addr, m->addr + m->new))
		return MODEL_SKIP;
	if (model_is_free(s, m->addr + m->old, m->addr + m->new)) {
		if (!c->dry)
			extend(p, m->addr + m->old, m->addr + m->new);
		*ret = m->addr;
		return 0;
	}
	if ((m->flags & MAYMOVE) == 0)
		return ENOMEM;
	m->to = sys_linux_place(p, m->new);
	if (m->to == 0)
		return MODEL_SKIP;
	return c->dry ? 0 : move_to(p, m, ret);
}

int
sys_linux_mremap(struct sys_proc *p, const struct sys_args *c, uint64_t *ret)
{
	struct model_space *s = p->space->pages;
	struct model_page *q;
	struct move m;
	int error;

	if ((error = check_args(c, &m)) != 0)
		return error;
	q = model_at(s, m.addr);
	if (q == NULL || m.new > model_ptoa(SYS_ARENA) ||
	    m.old > model_ptoa(SYS_ARENA))
		return MODEL_SKIP;
	if (q->cell == NULL)
		return m.flags & (FIXED | DONTUNMAP) ? MODEL_SKIP : EFAULT;
	/* The kernel unlocks the whole old mapping, wherever that begins. */
	if (m.flags & DONTUNMAP && q->flags & LINUX_LOCKED)
		return MODEL_SKIP;
	/* Shared anonymous memory does not grow: past its end is SIGBUS. */
	if (m.new > m.old && q->object == NULL && !q->cow)
		return MODEL_SKIP;
	if (q->object != NULL &&
	    q->pindex + model_atop(m.new) >= MODEL_OBJPAGES)
		return MODEL_SKIP;
	if (!c->dry && c->real_error == EFAULT && m.old > MODEL_PAGE)
		return EFAULT;
	if (m.flags & (FIXED | DONTUNMAP))
		return elsewhere(p, c, &m, ret);
	if (m.old < m.new)
		return grow(p, c, &m, ret);
	if (c->dry)
		return 0;
	model_unmap(s, m.addr + m.new, m.addr + m.old);
	*ret = m.addr;
	return 0;
}
