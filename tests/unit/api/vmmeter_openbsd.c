/*
 * A client's look at sysctl(3) of its system, by that system's headers.
 */
#include "api/include/openbsd/sys/sysctl.h"

#include "vmmeter_client.h"

int
meter_openbsd(struct meter_look *l, size_t *len)
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
