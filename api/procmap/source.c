/*
 * The kernel, through kvm(3): opening it, its symbols, what is read once.
 *
 * A kernel says by _uvmsim_ptrsize how wide its pointers are; its structures
 * are decoded by procmap_source32 or _source64 accordingly.  A symbol that is
 * missing is told on standard output and counts as address 0, where reading
 * fails, as it did in 2004.
 *
 * Who asks (UVMSIM_PID, UVMSIM_UID) is looked up in the kernel that is looked
 * at, so -M takes the place of UVMSIM_CORE.
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define UVMSIM_ANY_WIDTH
#include "api/include/openbsd/kvm.h"
#include "api/include/openbsd/nlist.h"
#include "api/include/openbsd/stdlib.h"
#include "api/include/openbsd/unistd.h"
#include "api/context.h"
#include "api/include/uvmsim.h"

#define ERRBUF 2048 /* _POSIX2_LINE_MAX */

static const char *const symbol_names[PROCMAP_NSYMBOLS] = {
	[PROCMAP_MAXSMAP] = "_maxsmap",
	[PROCMAP_VNODEOPS] = "_uvm_vnodeops",
	[PROCMAP_DEVICEOPS] = "_uvm_deviceops",
	[PROCMAP_AOBJ_PAGER] = "_aobj_pager",
	[PROCMAP_KERNEL_MAP] = "_kernel_map",
	[PROCMAP_NCHASHTBL] = "_nchashtbl",
	[PROCMAP_NCHASH] = "_nchash",
	[PROCMAP_KERNEL_TEXT] = "_kernel_text",
};

bool
procmap_read(struct procmap *pm, uint64_t addr, void *to, size_t len)
{
	ssize_t n = kvm_read(pm->kd, addr, to, len);

	if (n == (ssize_t)len)
		return true;
	procmap_warn(pm, "%s == %ld vs. %lu @ %" PRIx64, kvm_geterr(pm->kd),
	    (long)n, (unsigned long)len, addr);
	pm->status = 1;
	return false;
}

/* nlist(3) wants names that it may write to. */
static bool
look_up(struct procmap *pm, const char *const *name, size_t n, uint64_t *value)
{
	struct nlist list[PROCMAP_NSYMBOLS + 1];
	size_t i;
	int rc;

	memset(list, 0, sizeof(list));
	for (i = 0; i < n; i++)
		list[i].n_name = (char *)(uintptr_t)name[i];
	rc = kvm_nlist(pm->kd, list);
	if (rc == -1) {
		procmap_warn(pm, "%s == %d", kvm_geterr(pm->kd), rc);
		pm->status = 1;
		return false;
	}
	for (i = 0; i < n; i++)
		value[i] = list[i].n_type != 0 ? list[i].n_value : 0;
	return true;
}

/* A kernel that does not say is taken for one of this program's width. */
static bool
choose_width(struct procmap *pm)
{
	static const char *const name = "_uvmsim_ptrsize";
	int32_t size = sizeof(void *);
	uint64_t addr;

	if (!look_up(pm, &name, 1, &addr) ||
	    (addr != 0 && !procmap_read(pm, addr, &size, sizeof(size))))
		return false;
	pm->src = size == 4 ? &procmap_source32 : &procmap_source64;
	pm->w = 2 * (int)pm->src->ptrsize;
	pm->maxdsiz = pm->src->maxdsiz;
	return true;
}

static bool
load_symbols(struct procmap *pm)
{
	size_t i;

	if (!look_up(pm, symbol_names, PROCMAP_NSYMBOLS, pm->symbol))
		return false;
	for (i = 0; i < PROCMAP_NSYMBOLS; i++)
		if (pm->symbol[i] == 0)
			fprintf(pm->out, "%s not found\n", symbol_names[i]);
	/* rlim_t has 64 bits everywhere */
	if (!procmap_read(pm, pm->symbol[PROCMAP_MAXSMAP], &pm->maxsmap,
		sizeof(pm->maxsmap)) ||
	    !choose_width(pm))
		return false;
	return pm->src->pointers(pm, pm->symbol[PROCMAP_NCHASHTBL],
		   &pm->nchashtbl, 1) &&
	    pm->src->pointers(pm, pm->symbol[PROCMAP_KERNEL_MAP],
		&pm->kernel_map, 1);
}

/* Kernel memory is fine: so is the core, unless the environment is not. */
static bool
know_caller(struct procmap *pm)
{
	if (pm->opt.core == NULL ||
	    (getenv("UVMSIM_PID") == NULL && getenv("UVMSIM_UID") == NULL) ||
	    api_machine() != NULL)
		return true;
	procmap_warn(pm, "%s", uvmsim_errmsg());
	pm->status = 1;
	return false;
}

bool
procmap_open(struct procmap *pm)
{
	char why[ERRBUF] = "";

	if (pm->opt.core != NULL &&
	    setenv("UVMSIM_CORE", pm->opt.core, 1) != 0) {
		procmap_warn(pm, "%s", strerror(errno));
		pm->status = 1;
		return false;
	}
	pm->kd = kvm_openfiles(pm->opt.system, pm->opt.core, NULL, O_RDONLY,
	    why);
	if (pm->kd == NULL) {
		procmap_warn(pm, "%s", why);
		pm->status = 1;
		return false;
	}
	pm->page_size = (uint64_t)getpagesize();
	if (load_symbols(pm) && know_caller(pm))
		return true;
	kvm_close(pm->kd);
	return false;
}

bool
procmap_close(struct procmap *pm)
{
	if (kvm_close(pm->kd) == 0)
		return true;
	procmap_warn(pm, "kvm_close: %s", strerror(errno));
	return false;
}

const char *
procmap_devname(struct procmap *pm, uint32_t dev)
{
	(void)pm;
	return devname((int)dev, S_IFCHR);
}

int
procmap_getpid(struct procmap *pm)
{
	(void)pm;
	return (int)getpid();
}

int
procmap_getppid(struct procmap *pm)
{
	(void)pm;
	return (int)getppid();
}

uint32_t
procmap_getuid(struct procmap *pm)
{
	(void)pm;
	return (uint32_t)getuid();
}
