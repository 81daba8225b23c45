/*
 * Linux's madvise(2): one row of a table for each advice.
 *
 * The range is walked area by area.  A hole is passed over and makes the whole
 * call say ENOMEM in the end; the first area that an advice does not fit stops
 * the call (EINVAL, EACCES, EBADF), and what it did before stays.
 *
 *	[area] hole [area]	both done, ENOMEM
 *	[area][unfit][area]	the first done, EINVAL
 *
 * MADV_POPULATE_* and MADV_COLLAPSE stop at the first hole.
 */
#include "personality_linux.h"
#include "vm/vm_map_reclaim.h"

struct part { /* of the range, within one entry */
	struct machine *m;
	struct vm_map *map;
	struct vm_map_entry *entry;
	vaddr_t start, end;
	const struct advice *advice;
};

struct advice {
	uint64_t value;
	int (*act)(const struct part *);
	uint16_t set, clear; /* entry flags */
	uint8_t number;      /* UVM_ADV_*, VM_INHERIT_* */
	bool stops;          /* at a hole */
	bool admin;          /* for user 0 only */
};

static int
unfit(const struct part *a, int err, const char *why)
{
	return LINUX_FAIL(a->m, err, "addr", a->start, why);
}

/* ------------------------------------------------------ marks on areas ---- */

static int
act_nothing(const struct part *a)
{
	(void)a;
	return 0;
}

static int
act_advice(const struct part *a)
{
	return uvm_map_advice(a->map, a->start, a->end, a->advice->number);
}

static int
act_flags(const struct part *a)
{
	return uvm_map_setflags(a->map, a->start, a->end, a->advice->set,
	    a->advice->clear);
}

static int
act_dodump(const struct part *a)
{
	if (linux_special(a->entry) || a->entry->flags & LINUX_DROPPABLE)
		return unfit(a, EINVAL, "this area is never dumped");
	return act_flags(a);
}

/* What fork does without MADV_DONTFORK. */
static uint8_t
plain_inherit(const struct vm_map_entry *e)
{
	return linux_shared(e)    ? VM_INHERIT_SHARE :
	    e->flags & LINUX_WIPE ? VM_INHERIT_ZERO :
				    VM_INHERIT_COPY;
}

/* The mark is remembered under MADV_DONTFORK. */
static int
set_wipe(const struct part *a)
{
	const uint16_t set = a->advice->set, clear = a->advice->clear;
	const uint8_t inherit = set != 0 ? VM_INHERIT_ZERO : VM_INHERIT_COPY;
	const bool forked = a->entry->inheritance != VM_INHERIT_NONE;
	int error = uvm_map_setflags(a->map, a->start, a->end, set, clear);

	return error != 0 || !forked ?
	    error :
	    uvm_map_inherit(a->map, a->start, a->end, inherit);
}

static int
act_dontfork(const struct part *a)
{
	return uvm_map_inherit(a->map, a->start, a->end, VM_INHERIT_NONE);
}

static int
act_dofork(const struct part *a)
{
	if (linux_special(a->entry))
		return unfit(a, EINVAL, "a device's area is never copied");
	if (a->entry->inheritance != VM_INHERIT_NONE)
		return 0;
	return uvm_map_inherit(a->map, a->start, a->end,
	    plain_inherit(a->entry));
}

static int
act_wipeonfork(const struct part *a)
{
	if (!linux_private_anon(a->entry))
		return unfit(a, EINVAL,
		    "only private anonymous memory can be wiped");
	return set_wipe(a);
}

static int
act_keeponfork(const struct part *a)
{
	if (a->entry->flags & LINUX_DROPPABLE)
		return unfit(a, EINVAL, "droppable memory is always wiped");
	return linux_private_anon(a->entry) ? set_wipe(a) : 0;
}

static int
act_mergeable(const struct part *a)
{
	return linux_private_anon(a->entry) ? act_flags(a) : 0;
}

/* ---------------------------------------------------------- contents ---- */

static bool
is_locked(const struct part *a)
{
	return (a->entry->flags & LINUX_LOCKED) != 0;
}

static int
act_willneed(const struct part *a)
{
	if (!linux_private_anon(a->entry) &&
	    a->entry->object->pager == &uvm_vnodeops)
		uvm_map_willneed(a->map, a->start, a->end);
	(void)uvm_map_bringin(a->map, a->start, a->end);
	return 0;
}

static int
act_dontneed(const struct part *a)
{
	if (is_locked(a))
		return unfit(a, EINVAL, "locked");
	if (linux_special(a->entry))
		return unfit(a, EINVAL, "a device's area");
	return uvm_map_discard(a->map, a->start, a->end);
}

/* What is given up comes back when it is touched. */
static int
act_dontneed_locked(const struct part *a)
{
	if (linux_special(a->entry))
		return unfit(a, EINVAL, "a device's area");
	linux_unwire(a->map, a->start, a->end);
	return uvm_map_discard(a->map, a->start, a->end);
}

static int
act_free(const struct part *a)
{
	if (!linux_private_anon(a->entry))
		return unfit(a, EINVAL, "only private anonymous memory");
	if (is_locked(a))
		return unfit(a, EINVAL, "locked");
	uvm_map_free(a->map, a->entry, a->start, a->end);
	return 0;
}

/* MADV_COLD; MADV_PAGEOUT: and away with it. */
static int
put_aside(const struct part *a, bool away)
{
	if (is_locked(a))
		return unfit(a, EINVAL, "locked");
	if (linux_special(a->entry))
		return unfit(a, EINVAL, "a device's area");
	uvm_map_cold(a->map, a->start, a->end, away);
	return 0;
}

static int
act_cold(const struct part *a)
{
	return put_aside(a, false);
}

static int
act_pageout(const struct part *a)
{
	return put_aside(a, true);
}

static int
act_remove(const struct part *a)
{
	if (is_locked(a))
		return unfit(a, EINVAL, "locked");
	if (linux_private_anon(a->entry))
		return unfit(a, EINVAL, "no file to punch a hole in");
	if (!linux_shared(a->entry) ||
	    (a->entry->max_protection & VM_PROT_WRITE) == 0)
		return unfit(a, EACCES, "not a writable shared mapping");
	return uvm_map_punch(a->map, a->entry, a->start, a->end);
}

static int
populate(const struct part *a, vm_prot_t access)
{
	int error;

	if ((linux_prot(a->entry) & access) == 0 || linux_special(a->entry))
		return unfit(a, EINVAL, "the protection forbids it");
	if (a->entry->flags & UVM_MAP_GUARD)
		return unfit(a, EFAULT, "a guard");
	error = linux_populate(a->map, a->start, a->end, access);
	if (error == EINVAL)
		return unfit(a, EFAULT, "past the end of the file");
	return error;
}

static int
act_populate_read(const struct part *a)
{
	return populate(a, VM_PROT_READ);
}

static int
act_populate_write(const struct part *a)
{
	return populate(a, VM_PROT_WRITE);
}

/*
 * MADV_COLLAPSE: whatever the daemon's limits.  With superpages=never there is
 * nothing larger to be had, and the call is a hint like others.
 */
static int
act_collapse(const struct part *a)
{
	uint64_t whole, noblock = a->map->vm->stat.collnoblock;

	if (a->m->config.superpages == VM_SUPER_NEVER)
		return 0;
	if (!linux_private_anon(a->entry) || a->entry->flags & UVM_MAP_NOHUGE)
		return unfit(a, EINVAL, "no huge pages here");
	if (vm_super_collapse(a->map, a->start, a->end, &whole) == whole)
		return 0;
	return a->map->vm->stat.collnoblock != noblock ?
	    unfit(a, ENOMEM, "no free block of a huge page's size") :
	    unfit(a, EINVAL, "a range without pages, or shared by fork");
}

/* ------------------------------------------------------------- guards ---- */

static int
act_guard_install(const struct part *a)
{
	vm_prot_t prot = linux_prot(a->entry);
	struct vm_map_entry *e;
	int error;

	if (is_locked(a))
		return unfit(a, EINVAL, "locked");
	if (linux_special(a->entry))
		return unfit(a, EINVAL, "a device's area");
	if (a->entry->flags & UVM_MAP_GUARD)
		return 0;
	error = uvm_map_discard(a->map, a->start, a->end);
	if (error == 0)
		error = uvm_map_protect(a->map, a->start, a->end, VM_PROT_NONE,
		    false);
	if (error == 0)
		error = uvm_map_setflags(a->map, a->start, a->end,
		    UVM_MAP_GUARD, 0);
	if (error == 0 && vm_map_lookup_entry(a->map, a->start, &e))
		e->aux = LINUX_GUARD_AUX | prot;
	return error;
}

/* A part of one entry. */
static int
unguard(struct vm_map *map, const struct vm_map_entry *guard, vaddr_t start,
    vaddr_t end)
{
	const vm_prot_t prot = linux_prot(guard);
	struct vm_map_entry *e;
	int error = uvm_map_setflags(map, start, end, 0, UVM_MAP_GUARD);

	if (error != 0 || !vm_map_lookup_entry(map, start, &e))
		return error;
	e->aux = 0;
	return uvm_map_protect(map, start, end, prot, false);
}

int
linux_unguard(struct vm_map *map, vaddr_t start, vaddr_t end, bool wiped)
{
	const struct vm_map_entry *e;
	vaddr_t to;
	int error = 0;

	for (; start < end && error == 0; start = to) {
		e = linux_first(map, start);
		if (e == &map->header || e->start >= end)
			break;
		to = e->end < end ? e->end : end;
		if (e->flags & UVM_MAP_GUARD &&
		    (!wiped || e->inheritance == VM_INHERIT_ZERO))
			error = unguard(map, e,
			    e->start > start ? e->start : start, to);
	}
	return error;
}

static int
act_guard_remove(const struct part *a)
{
	if (linux_special(a->entry))
		return unfit(a, EINVAL, "a device's area");
	if ((a->entry->flags & UVM_MAP_GUARD) == 0)
		return 0;
	return unguard(a->map, a->entry, a->start, a->end);
}

/* -------------------------------------------------------------- table ---- */

static const struct advice advices[] = {
	{ .value = 0, .act = act_advice, .number = UVM_ADV_NORMAL },
	{ .value = 1, .act = act_advice, .number = UVM_ADV_RANDOM },
	{ .value = 2, .act = act_advice, .number = UVM_ADV_SEQUENTIAL },
	{ .value = 3, .act = act_willneed },
	{ .value = 4, .act = act_dontneed },
	{ .value = 8, .act = act_free },
	{ .value = 9, .act = act_remove },
	{ .value = 10, .act = act_dontfork },
	{ .value = 11, .act = act_dofork },
	{ .value = 12, .act = act_mergeable, .set = UVM_MAP_MERGEABLE },
	{ .value = 13, .act = act_mergeable, .clear = UVM_MAP_MERGEABLE },
	{ .value = 14,
	    .act = act_flags,
	    .set = UVM_MAP_HUGE,
	    .clear = UVM_MAP_NOHUGE },
	{ .value = 15,
	    .act = act_flags,
	    .set = UVM_MAP_NOHUGE,
	    .clear = UVM_MAP_HUGE },
	{ .value = 16, .act = act_flags, .set = UVM_MAP_NOCORE },
	{ .value = 17, .act = act_dodump, .clear = UVM_MAP_NOCORE },
	{ .value = 18, .act = act_wipeonfork, .set = LINUX_WIPE },
	{ .value = 19, .act = act_keeponfork, .clear = LINUX_WIPE },
	{ .value = 20, .act = act_cold },
	{ .value = 21, .act = act_pageout },
	{ .value = 22, .act = act_populate_read, .stops = true },
	{ .value = 23, .act = act_populate_write, .stops = true },
	{ .value = 24, .act = act_dontneed_locked },
	{ .value = 25, .act = act_collapse, .stops = true },
	{ .value = 100, .act = act_nothing, .admin = true },
	{ .value = 101, .act = act_nothing, .admin = true },
	{ .value = 102, .act = act_guard_install },
	{ .value = 103, .act = act_guard_remove },
};

static const struct advice *
find_advice(uint64_t value)
{
	for (size_t i = 0; i < NELEM(advices); i++)
		if (advices[i].value == value)
			return &advices[i];
	return NULL;
}

static int
walk(struct machine *m, struct vm_map *map, const struct advice *advice,
    vaddr_t start, vaddr_t end)
{
	struct part a = { .m = m, .map = map, .advice = advice };
	vaddr_t hole = end;
	int error;

	for (; start < end; start = a.end) {
		a.entry = linux_first(map, start);
		if (a.entry == &map->header || a.entry->start > start) {
			if (hole == end)
				hole = start;
			if (a.entry == &map->header || advice->stops ||
			    a.entry->start >= end)
				break;
			start = a.entry->start;
		}
		a.start = start;
		a.end = a.entry->end < end ? a.entry->end : end;
		if ((error = advice->act(&a)) != 0)
			return error;
	}
	if (hole < end)
		return LINUX_FAIL(m, ENOMEM, "addr", hole,
		    advice->stops ? "not mapped; what lies before is done" :
				    "not mapped; the mapped parts are done");
	return 0;
}

int
sim_linux_madvise(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	const struct advice *advice = find_advice(c->arg[2] & UINT32_MAX);
	struct vm_map *map = linux_map(p);
	vaddr_t start = c->arg[0], end;
	int error;

	*ret = 0;
	if (advice == NULL)
		return LINUX_FAIL(m, EINVAL, "advice", c->arg[2],
		    "unknown advice");
	if ((start & pg_mask(m)) != 0)
		return LINUX_FAIL(m, EINVAL, "addr", start,
		    "not a multiple of the page size");
	if (!linux_range(m, start, c->arg[1], &end))
		return LINUX_FAIL(m, EINVAL, "length", c->arg[1],
		    "the range wraps around");
	if (end == start)
		return 0;
	if (advice->admin && p->uid != 0)
		return LINUX_FAIL(m, EPERM, "advice", c->arg[2],
		    "for the administrator only");
	if ((error = linux_begin(map, start, end)) != 0)
		return error;
	error = walk(m, map, advice, start, end);
	linux_end(map);
	return error == 0 && c->refuse != 0 ? linux_refuse(m, c) : error;
}
