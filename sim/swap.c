/*
 * Swap devices of a machine: their names, files and disks, and the system calls
 * that add and remove them.
 *
 * The calls of the four systems differ in their names, in who is used first and
 * in some errors; all end in add() and drop().
 *
 *	         first used	      default		equals
 *	netbsd	 lowest number	      0			take turns
 *	freebsd	 no priorities	      -			take turns
 *	linux	 highest number	      below all others,	take turns
 *				      each by itself
 *
 * Linux's priority p is 32767 - p here, its defaults are 32768, 32769, ...
 */
#include "swap.h"
#include "common.h"

#include <stdio.h>
#include <string.h>

#define LINUX_PREFER 0x8000
#define LINUX_PRIO 0x7fff
#define LINUX_FLAGS 0x7ffff

/* ---------------------------------------------------------------- rows ---- */

int
sim_swap_byname(const struct machine *m, const char *path)
{
	for (int i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (m->swapdev[i] != NULL &&
		    strcmp(m->swapdev[i]->path, path) == 0)
			return i;
	return -1;
}

int
sim_swap_name(struct machine *m, uint32_t number, const char *path,
    uint32_t ino, uint8_t disk, bool file)
{
	struct sim_swapdev *row = mem_zalloc(m->mem, sizeof(*row));

	if (row == NULL)
		return ENOMEM;
	row->path = mem_strdup(m->mem, path);
	row->ino = ino;
	if (row->path == NULL ||
	    (!file && sim_disk_open(m, SIM_DISK_SWAP(number), disk) != 0)) {
		mem_strfree(m->mem, row->path);
		mem_free(m->mem, row, sizeof(*row));
		return ENOMEM;
	}
	m->swapdev[number] = row;
	return 0;
}

static void
unname(struct machine *m, uint32_t number)
{
	struct sim_swapdev *row = m->swapdev[number];

	if (m->disk[SIM_DISK_SWAP(number)] != NULL)
		sim_disk_close(m, SIM_DISK_SWAP(number));
	memset(m->io_fail[SIM_DISK_SWAP(number)], 0, sizeof(m->io_fail[0]));
	mem_strfree(m->mem, row->path);
	mem_free(m->mem, row, sizeof(*row));
	m->swapdev[number] = NULL;
}

int
sim_swap_add(struct machine *m, const struct sim_file *f, int priority,
    unsigned flags, uint32_t *number)
{
	const uint64_t npages = pg_atop(m, f->object->size);
	const bool file = f->kind == SIM_FILE_REG;
	int error;

	if (npages > UINT32_MAX)
		return ENOSPC;
	error = vm_swap_on(&m->vm, (uint32_t)npages, priority,
	    flags | (file ? SWF_FILE : 0), number);
	if (error != 0)
		return error;
	if (sim_swap_name(m, *number, f->path, f->ino, f->disk, file) != 0) {
		(void)vm_swap_off(&m->vm, *number);
		return ENOMEM;
	}
	return 0;
}

/* ------------------------------------------------------ what all share ---- */

static int
super_user(struct machine *m, const struct process *p)
{
	return p->uid == 0 ? 0 :
			     sim_fail(m, EPERM, NULL, 0, 0, 0,
				 "only the super-user may change swap");
}

static struct sim_file *
find_file(struct machine *m, const char *path)
{
	struct sim_file *f = NULL;

	if (path != NULL)
		HASH_FIND_STR(m->files, path, f);
	if (f == NULL)
		(void)sim_fail(m, ENOENT, "path", 0, 0, 0,
		    "no such file; a script declares one with: file PATH "
		    "SIZE");
	return f;
}

/* => the number of the device that a file is, or -1 */
static int
in_use(const struct machine *m, const struct sim_file *f)
{
	for (int i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (m->swapdev[i] != NULL && m->swapdev[i]->ino == f->ino &&
		    strcmp(m->swapdev[i]->path, f->path) == 0)
			return i;
	return -1;
}

/* files: may it be a file?  wrong: errno for what may not be swapped to */
static int
add(struct machine *m, const char *path, int priority, bool files, int wrong)
{
	const struct sim_file *f = find_file(m, path);
	uint32_t number;
	int error;

	if (f == NULL)
		return ENOENT;
	if (f->kind != SIM_FILE_BLK && (f->kind != SIM_FILE_REG || !files))
		return sim_fail(m, wrong, "path", 0, 0, 0,
		    files ? "neither a block device nor a file" :
			    "not a block device");
	if (in_use(m, f) >= 0)
		return sim_fail(m, EBUSY, "path", 0, 0, 0,
		    "the machine swaps to it already");
	error = sim_swap_add(m, f, priority, 0, &number);
	if (error == EINVAL)
		return sim_fail(m, EINVAL, "path", 0, 0, 0,
		    f->kind == SIM_FILE_BLK ?
			"it has no room for a page behind its label" :
			"it is smaller than a page");
	if (error == ENOSPC)
		return sim_fail(m, ENOSPC, "path", 0, 0, 0,
		    "the machine has as many swap devices as it can");
	return error;
}

/* unused: errno for what is not swapped to */
static int
drop(struct machine *m, const char *path, int unused)
{
	const struct sim_file *f = find_file(m, path);
	int number, error;

	if (f == NULL)
		return ENOENT;
	if ((number = in_use(m, f)) < 0)
		return sim_fail(m, unused, "path", 0, 0, 0,
		    "the machine does not swap to it");
	error = vm_swap_off(&m->vm, (uint32_t)number);
	if (error == ENOMEM)
		return sim_fail(m, ENOMEM, "path", 0, 0, 0,
		    "its pages do not fit into memory and the other devices");
	if (error == EBUSY)
		return sim_fail(m, EBUSY, "path", 0, 0, 0,
		    "some of its slots are in use");
	if (error == 0)
		unname(m, (uint32_t)number);
	return error;
}

/* ----------------------------------------------------------- the calls ---- */

int
sim_freebsd_swapon(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	int error = super_user(m, p);

	(void)ret;
	return error != 0 ? error : add(m, c->str, 0, false, ENOTBLK);
}

int
sim_sys_swapoff(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	int error = super_user(m, p);

	(void)ret;
	return error != 0 ? error : drop(m, c->str, EINVAL);
}

/* One more than the last default that is in use. */
static int
linux_default(const struct machine *m)
{
	const struct vm_swap *s = &m->vm.swap;
	int last = s->norder > 0 ? s->dev[s->order[s->norder - 1]].priority : 0;

	return last > LINUX_PRIO ? last + 1 : LINUX_PRIO + 1;
}

int
sim_linux_swapon(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	const uint64_t flags = c->arg[0];
	int error = super_user(m, p);

	(void)ret;
	if (error != 0)
		return error;
	if ((flags & ~(uint64_t)LINUX_FLAGS) != 0)
		return sim_fail(m, EINVAL, "flags", flags, 0, LINUX_FLAGS,
		    "unknown flags");
	return add(m, c->str,
	    flags & LINUX_PREFER ? LINUX_PRIO - (int)(flags & LINUX_PRIO) :
				   linux_default(m),
	    true, EINVAL);
}

static int
swapctl_priority(struct machine *m, const char *path, int priority)
{
	const struct sim_file *f = find_file(m, path);
	const int number = f != NULL ? in_use(m, f) : -1;

	if (f == NULL)
		return ENOENT;
	if (number < 0)
		return sim_fail(m, ENOENT, "path", 0, 0, 0,
		    "the machine does not swap to it");
	return vm_swap_ctl(&m->vm, (uint32_t)number, priority);
}

int
sim_bsd_swapctl(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	const uint64_t misc = c->arg[1];
	int error;

	if (c->arg[0] == SIM_SWAP_NSWAP) {
		*ret = m->vm.exp.nswapdev;
		return 0;
	}
	if (c->arg[0] == SIM_SWAP_STATS) {
		*ret = misc < m->vm.exp.nswapdev ? misc : m->vm.exp.nswapdev;
		return 0;
	}
	if ((error = super_user(m, p)) != 0)
		return error;
	if (c->arg[0] == SIM_SWAP_OFF)
		return drop(m, c->str, ENXIO);
	if (c->arg[0] != SIM_SWAP_ON && c->arg[0] != SIM_SWAP_CTL)
		return sim_fail(m, EINVAL, "cmd", c->arg[0], 0, 0,
		    "no such command");
	if (misc > SIM_SWAP_MAXPRI)
		return sim_fail(m, EINVAL, "misc", misc, 0, SIM_SWAP_MAXPRI,
		    "no such priority");
	return c->arg[0] == SIM_SWAP_ON ?
	    add(m, c->str, (int)misc, true, ENXIO) :
	    swapctl_priority(m, c->str, (int)misc);
}

/* ------------------------------------------------------------- checker ---- */

const char *
sim_swap_check(const struct machine *m, char *buf, size_t len)
{
	for (uint32_t i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const unsigned flags = m->vm.swap.dev[i].flags;
		const bool block = flags != 0 && (flags & SWF_FILE) == 0;

		if ((flags != 0) == (m->swapdev[i] != NULL) &&
		    block == (m->disk[SIM_DISK_SWAP(i)] != NULL))
			continue;
		snprintf(buf, len, "K3: swap device %u has no name or disk", i);
		return buf;
	}
	return sim_disk_check(m, buf, len);
}
