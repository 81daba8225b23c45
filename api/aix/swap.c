/*
 * Paging spaces, for AIX programs: swapqry(), swapon(), swapoff(), psdanger().
 *
 * A paging space is a swap device or swap file of the machine.  swapqry() of
 * anything else:
 *
 *	no such file			ENOENT
 *	a device, not a paging space	ENODEV
 *	any other file			ENOTBLK
 *	a path of 1024 bytes or more	ENAMETOOLONG
 *	a bad pointer			EFAULT
 *
 * swapon() and swapoff() are the calls of the process's own system, with its
 * checks and errors.
 *
 * psdanger(signal) says how many blocks are free above the level at which the
 * signal goes out (negative: below it); 0 asks for all blocks, -1 for the free.
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "api/context.h"
#include "api/copy.h"
#include "api/include/aix/signal.h"
#include "api/include/aix/sys/vminfo.h"
#include "sim/aix.h"
#include "sim/swap.h"

#define AIX_PATH_MAX 1024 /* bytes, with the NUL */
#define BLOCK 64          /* bytes of one page: the first one tells for all */

/* Not a byte behind the NUL is read.  => 0, EFAULT or ENAMETOOLONG */
static int
copy_path(char *to, const char *from)
{
	for (size_t n = 0; n < AIX_PATH_MAX; n++) {
		if (n == 0 || (uintptr_t)(from + n) % BLOCK == 0) {
			if (api_copyin(to + n, from + n, 1) != 0)
				return EFAULT;
		} else {
			to[n] = from[n];
		}
		if (to[n] == '\0')
			return 0;
	}
	return ENAMETOOLONG;
}

static int
blocks(const struct machine *m, uint64_t pages)
{
	pages *= (uint64_t)sim_aix_per_frame(&m->vm);
	return pages < INT_MAX ? (int)pages : INT_MAX;
}

/* I/O is complete when a call returns: none is under way. */
static int
reply(const struct machine *m, int number, const struct sim_file *f,
    struct pginfo *out)
{
	const struct vm_swapdev *d = &m->vm.swap.dev[number];
	const uint32_t label = (d->flags & SWF_FILE) == 0;
	const uint32_t size = d->npages - label;
	const struct pginfo info = {
		.devno = f->dev,
		.size = (unsigned)blocks(m, size),
		.free = (unsigned)blocks(m, size - d->npginuse),
	};

	return api_copyout(out, &info, sizeof(info));
}

static int
query(const char *path, struct pginfo *info)
{
	struct machine *m = api_machine();
	char name[AIX_PATH_MAX];
	struct sim_file *f;
	int error, number;

	if (m == NULL)
		return ENXIO;
	if ((error = copy_path(name, path)) != 0)
		return error;
	HASH_FIND_STR(m->files, name, f);
	if (f == NULL)
		return ENOENT;
	if ((number = sim_swap_byname(m, name)) >= 0)
		return reply(m, number, f, info);
	return f->kind == SIM_FILE_REG || f->kind == SIM_FILE_DIR ? ENOTBLK :
								    ENODEV;
}

/* => as calls of AIX return */
static int
result(int error)
{
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

int
swapqry(const char *path, struct pginfo *info)
{
	return result(query(path, info));
}

/* The call of the process's system: by its own name, or as a command. */
static int
change(const char *path, enum sim_sysno no, uint64_t cmd)
{
	struct machine *m = api_machine();
	struct process *p = m != NULL ? api_process() : NULL;
	char name[AIX_PATH_MAX];
	struct sim_call call = { .no = no, .str = name };
	int error;

	if (m == NULL)
		return ENXIO;
	if (p == NULL)
		return ESRCH;
	if ((error = copy_path(name, path)) != 0)
		return error;
	if (p->personality->sys[no] == NULL) {
		call.no = SIM_SYS_SWAPCTL;
		call.arg[0] = cmd;
	}
	return sim_syscall(m, p, &call, NULL);
}

int
swapon(const char *path)
{
	return result(change(path, SIM_SYS_SWAPON, SIM_SWAP_ON));
}

int
swapoff(const char *path)
{
	return result(change(path, SIM_SYS_SWAPOFF, SIM_SWAP_OFF));
}

int
psdanger(int signal)
{
	struct machine *m = api_machine();
	struct sim_aix a;

	if (m == NULL)
		return -1;
	sim_aix_read(m, false, &a);
	switch (signal) {
	case 0: return blocks(m, m->vm.exp.swpages);
	case -1: return (int)a.psfreeblks;
	case SIGDANGER: return (int)(a.psfreeblks - a.npswarn);
	case SIGKILL: return (int)(a.psfreeblks - a.npskill);
	}
	errno = EINVAL;
	return -1;
}
