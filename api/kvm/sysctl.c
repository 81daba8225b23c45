/*
 * sysctl(3) of NetBSD and OpenBSD, as far as memory goes: CTL_VM with VM_METER
 * (struct vmtotal) and NetBSD's VM_UVMEXP2 (struct uvmexp_sysctl).
 *
 * The layouts stand here again, for the headers of those systems cannot be
 * included beside the simulator's; tests hold them against each other.
 */
#include <string.h>

#include "api/context.h"
#include "api/copy.h"

enum { CTL_VM = 2, VM_METER = 1, VM_UVMEXP2 = 5 };

struct meter { /* both systems' struct vmtotal */
	uint16_t tasks[5];
	uint32_t vm, avm, rm, arm, vmshr, avmshr, rmshr, armshr, free;
};
_Static_assert(sizeof(struct meter) == 48, "struct vmtotal");

/* What is asked, and where its answer goes. */
struct question {
	const int *name;
	unsigned namelen;
	void *old;
	size_t *oldlen;
	bool sets; /* a new value is given */
	bool netbsd;
};

static const char call[] = "sysctl";

/* reference 8.1: slots in use count as virtual memory, and as active. */
static void
fill_meter(const struct uvmexp *e, struct meter *t)
{
	memset(t, 0, sizeof(*t));
	t->rm = (uint32_t)(e->npages - e->free);
	t->arm = (uint32_t)e->active;
	t->vm = (uint32_t)(t->rm + e->swpginuse);
	t->avm = (uint32_t)(t->arm + e->swpginuse);
	t->free = (uint32_t)e->free;
}

/* As much as there is room for.  => 0; -1 and errno */
static int
answer(const struct question *q, const void *from, size_t size)
{
	size_t room, given;

	if (q->oldlen == NULL)
		return 0;
	if (api_copyin(&room, q->oldlen, sizeof(room)) != 0)
		return api_fail(EFAULT, "%s: oldlenp is no address", call);
	given = q->old == NULL || size <= room ? size : room;
	if ((q->old != NULL && api_copyout(q->old, from, given) != 0) ||
	    api_copyout(q->oldlen, &given, sizeof(given)) != 0)
		return api_fail(EFAULT, "%s: oldp is no address", call);
	return given == size ?
	    0 :
	    api_fail(ENOMEM, "%s: %zu bytes do not fit into %zu", call, size,
		room);
}

static int
ask(const struct question *q)
{
	const struct machine *m = api_machine();
	struct uvmexp exp;
	struct meter t;
	int name[2];

	if (m == NULL)
		return -1;
	if (q->namelen != 2)
		return api_fail(EINVAL, "%s: a name of 2 numbers is expected",
		    call);
	if (api_copyin(name, q->name, sizeof(name)) != 0)
		return api_fail(EFAULT, "%s: name is no address", call);
	if (name[0] != CTL_VM ||
	    (name[1] != VM_METER && (name[1] != VM_UVMEXP2 || !q->netbsd)))
		return api_fail(EOPNOTSUPP, "%s: there is no %d.%d here", call,
		    name[0], name[1]);
	if (q->sets)
		return api_fail(EPERM, "%s: it can only be read", call);
	exp = m->vm.exp;
	if (q->netbsd)
		exp.inactarg = 0; /* its page daemon keeps it to itself */
	fill_meter(&exp, &t);
	return name[1] == VM_METER ? answer(q, &t, sizeof(t)) :
				     answer(q, &exp, sizeof(exp));
}

int uvmsim_netbsd_sysctl(const int *, unsigned, void *, size_t *, const void *,
    size_t);
int
uvmsim_openbsd_sysctl(const int *, unsigned, void *, size_t *, void *, size_t);

int
uvmsim_netbsd_sysctl(const int *name, unsigned namelen, void *oldp,
    size_t *oldlenp, const void *newp, size_t newlen)
{
	const struct question q = { name, namelen, oldp, oldlenp,
		newp != NULL || newlen != 0, true };

	return ask(&q);
}

int
uvmsim_openbsd_sysctl(const int *name, unsigned namelen, void *oldp,
    size_t *oldlenp, void *newp, size_t newlen)
{
	const struct question q = { name, namelen, oldp, oldlenp,
		newp != NULL || newlen != 0, false };

	return ask(&q);
}
