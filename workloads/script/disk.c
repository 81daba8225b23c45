/*
 * Disks and swap devices in scripts: errors to come, and what expectations can
 * measure.
 *
 *	ioerror files|swap|NAME read|write N
 *	expect machine swap NAME ITEM ...	used, slots, bad, priority
 *	expect machine disk NAME ITEM ...	a counter of disk.h
 */
#include <inttypes.h>
#include <string.h>

#include "exec.h"
#include "parse.h"
#include "sim/suggest.h"
#include "sim/swap.h"

/* ------------------------------------------------------------- ioerror ---- */

struct wl_ioerror *
wl_get_ioerror(struct wl_parser *ps)
{
	struct wl_ioerror *e = wl_new(ps, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->device = wl_get_path(ps, "files, swap or the name of a swap device");
	if (wl_try_word(ps, "read"))
		e->kind = VM_IO_READ;
	else if (wl_try_word(ps, "write"))
		e->kind = VM_IO_WRITE;
	else
		wl_expected(ps, "read or write");
	e->n = wl_get_number(ps, "which one is to fail: 1 is the next, 0 none");
	return e;
}

/* The nearest of all names. */
static bool
unknown_device(struct wl_exec *ex, const char *name)
{
	const char *names[2 + VM_SWAP_MAXDEVS] = { "files", "swap" }, *near;
	size_t n = 2;

	for (int i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (ex->m->swapdev[i] != NULL)
			names[n++] = ex->m->swapdev[i]->path;
	near = sim_suggest(name, names, n);
	if (near != NULL)
		return wl_stop(ex, 0, "no swap device %.80s; did you mean %s?",
		    name, near);
	return wl_stop(ex, 0, "no swap device %.80s", name);
}

bool
wl_do_ioerror(struct wl_exec *ex, const struct wl_ioerror *e)
{
	FILE *fp = ex->run->record;
	int target = sim_io_target(ex->m, e->device);

	if (target < 0 ||
	    sim_io_fail(ex->m, (uint32_t)target, e->kind, e->n) != 0)
		return unknown_device(ex, e->device);
	if (fp != NULL)
		fprintf(fp, "ioerror \"%s\" %s %" PRIu64 "\n", e->device,
		    e->kind == VM_IO_READ ? "read" : "write", e->n);
	return true;
}

/* ------------------------------------------------------------ measures ---- */

static const struct {
	const char *name;
	size_t offset;
} disk_items[] = {
#define X(member) { #member, offsetof(struct sim_disk_counters, member) },
	SIM_DISK_COUNTERS(X)
#undef X
};

static const char *const swap_items[] = { "used", "slots", "bad", "priority" };

void
wl_get_device(struct wl_parser *ps, bool disk, struct wl_side *side)
{
	const char *names[NELEM(disk_items)], *start;
	size_t n = disk ? NELEM(disk_items) : NELEM(swap_items);

	for (size_t i = 0; i < n; i++)
		names[i] = disk ? disk_items[i].name : swap_items[i];
	side->disk = disk;
	side->device = wl_get_path(ps,
	    disk ? "files or the name of a swap device" :
		   "the name of a swap device");
	wl_skip(ps);
	start = ps->at;
	side->name = wl_get_name(ps,
	    disk ? "a counter such as reads" : "used, slots, bad or priority");
	for (size_t i = 0; i < n && !wl_bad(ps); i++)
		if (strcmp(names[i], side->name) == 0)
			return;
	if (!wl_bad(ps))
		wl_unknown(ps, start, "item", side->name, names, n);
}

static const char *
disk_value(const struct machine *m, const struct wl_side *side, uint64_t *v)
{
	const struct sim_disk *d = NULL;

	for (uint32_t i = 0; i < SIM_MAXDISKS && d == NULL; i++)
		if (m->disk[i] != NULL &&
		    strcmp(sim_disk_name(m, i), side->device) == 0)
			d = m->disk[i];
	for (size_t i = 0; i < NELEM(disk_items) && d != NULL; i++)
		if (strcmp(disk_items[i].name, side->name) == 0)
			memcpy(v,
			    (const char *)&d->count + disk_items[i].offset,
			    sizeof(*v));
	return d == NULL ? "there is no such disk" : NULL;
}

const char *
wl_device_value(const struct machine *m, const struct wl_side *side,
    uint64_t *v)
{
	int number = sim_swap_byname(m, side->device);
	const struct vm_swapdev *d;

	if (side->disk)
		return disk_value(m, side, v);
	if (number < 0)
		return "there is no such swap device";
	d = &m->vm.swap.dev[number];
	*v = strcmp(side->name, "used") == 0 ? d->npginuse :
	    strcmp(side->name, "bad") == 0   ? d->npgbad :
	    strcmp(side->name, "slots") == 0 ? vm_swap_nslots(d) :
					       (uint64_t)d->priority;
	return NULL;
}
