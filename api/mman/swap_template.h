/*
 * swapctl of NetBSD and OpenBSD, once for each, as template.h: the file that
 * includes this has the system's sys/swap.h.
 *
 * SWAP_STATS fills structures of the caller, which sim_syscall() does not know:
 * that it may be called and how many are wanted is asked there.
 */
#ifndef API_MMAN_SWAP_TEMPLATE_H
#define API_MMAN_SWAP_TEMPLATE_H

#include <stdio.h>
#include <string.h>

#include "api/copy.h"
#include "calls.h"
#include "sim/swap.h"

#define BLOCK_SHIFT	9	/* of DEV_BSIZE */

static void
fill_swapent(const struct machine *m, uint32_t number, struct swapent *se)
{
	const struct vm_swapdev *d = &m->vm.swap.dev[number];
	const struct sim_swapdev *row = m->swapdev[number];
	const struct sim_file *f;

	HASH_FIND_STR(m->files, row->path, f);
	memset(se, 0, sizeof(*se));
	se->se_dev = (__typeof__(se->se_dev))-1;
	if (f != NULL && f->ino == row->ino && (d->flags & SWF_FILE) == 0)
		se->se_dev = (__typeof__(se->se_dev))f->dev;
	se->se_flags = (int)(d->flags & (SWF_INUSE | SWF_ENABLE));
	se->se_nblks = (int)(pg_ptoa(m, (uint64_t)d->npages) >> BLOCK_SHIFT);
	se->se_inuse = (int)(pg_ptoa(m, (uint64_t)d->npginuse) >> BLOCK_SHIFT);
	se->se_priority = d->priority;
	snprintf(se->se_path, sizeof(se->se_path), "%s", row->path);
}

static int
swap_stats(struct swapent *to, int n)
{
	const struct machine *m = api_machine();
	struct swapent se;

	for (int i = 0; i < n; i++) {
		fill_swapent(m, m->vm.swap.order[i], &se);
		if (api_copyout(api_at(to, (size_t)i * sizeof(se)), &se,
			sizeof(se)) != 0)
			return api_fail(EFAULT,
			    "swapctl: arg has no room for %d devices", n);
	}
	return n;
}

int
swapctl(int cmd, void *arg, int misc)
{
	char path[API_PATH_MAX];
	struct sim_call call = { .no = SIM_SYS_SWAPCTL,
		.arg = { INT(cmd), INT(misc) }, .str = "" };
	int n;

	if (cmd == SWAP_ON || cmd == SWAP_OFF || cmd == SWAP_CTL) {
		if (api_copypath(path, arg, "swapctl") != 0)
			return -1;
		call.str = path;
	} else if (cmd == SWAP_STATS && misc < 0) {
		call.arg[1] = 0;
	}
	n = api_call_number(&OS, &call);
	return cmd == SWAP_STATS && n > 0 ? swap_stats(arg, n) : n;
}

#endif /* API_MMAN_SWAP_TEMPLATE_H */
