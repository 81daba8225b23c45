/*
 * A client's look at sysctl(3) of its system, by that system's headers.
 */
#include "api/include/netbsd/sys/sysctl.h"

#include "vmmeter_client.h"

int
meter_netbsd(struct meter_look *l, size_t *len)
{
	const int name[] = { CTL_VM, VM_METER };
	struct vmtotal t;
	int error = sysctl(name, 2, &t, len, NULL, 0);

	l->vm = t.t_vm;
	l->avm = t.t_avm;
	l->rm = t.t_rm;
	l->arm = t.t_arm;
	l->free = t.t_free;
	l->size = sizeof(t);
	return error;
}

/* A few members, from the first to the last. */
int
uvmexp_netbsd(struct uvmexp_look *l, size_t *len)
{
	const int name[] = { CTL_VM, VM_UVMEXP2 };
	struct uvmexp_sysctl e;
	int error = sysctl(name, 2, &e, len, NULL, 0);

	l->pagesize = e.pagesize;
	l->inactarg = e.inactarg;
	l->nswapdev = e.nswapdev;
	l->swpginuse = e.swpginuse;
	l->swpgonly = e.swpgonly;
	l->faults = e.faults;
	l->pgswapout = e.pgswapout;
	l->pdfreed = e.pdfreed;
	l->anondirty = e.anondirty;
	l->fltnoup = e.fltnoup;
	l->size = sizeof(e);
	return error;
}
