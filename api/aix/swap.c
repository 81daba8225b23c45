/*
 * Paging spaces, for AIX programs: swapqry() and psdanger().
 *
 * The machine has no paging space, so no path names one:
 *
 *	no such file			ENOENT
 *	a device, not a paging space	ENODEV
 *	any other file			ENOTBLK
 *	a path of 1024 bytes or more	ENAMETOOLONG
 *	a bad pointer			EFAULT
 *
 * psdanger(signal) says how many blocks are free above the level at which the
 * signal goes out (negative: below it); 0 asks for all blocks, -1 for the free.
 */
#include <stdint.h>
#include <string.h>

#include "api/context.h"
#include "api/copy.h"
#include "api/include/aix/signal.h"
#include "api/include/aix/sys/vminfo.h"
#include "sim/aix.h"

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
query(const char *path)
{
	struct machine *m = api_machine();
	char name[AIX_PATH_MAX];
	struct sim_file *f;
	int error;

	if (m == NULL)
		return ENXIO;
	if ((error = copy_path(name, path)) != 0)
		return error;
	HASH_FIND_STR(m->files, name, f);
	if (f == NULL)
		return ENOENT;
	return f->kind == SIM_FILE_DEV ? ENODEV : ENOTBLK;
}

int
swapqry(const char *path, struct pginfo *info)
{
	(void)info;
	errno = query(path);
	return -1;
}

/* The machine has no paging space, and none can be added. */
int
swapon(const char *path)
{
	(void)path;
	errno = ENOSYS;
	return -1;
}

int
swapoff(const char *path)
{
	return swapon(path);
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
	case 0: return (int)m->vm.exp.swpages;
	case -1: return (int)a.psfreeblks;
	case SIGDANGER: return (int)(a.psfreeblks - a.npswarn);
	case SIGKILL: return (int)(a.psfreeblks - a.npskill);
	}
	errno = EINVAL;
	return -1;
}
