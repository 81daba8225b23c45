/*
 * sysctl(3) of FreeBSD: finding the node, moving bytes, errors in FreeBSD's
 * order.
 *
 *	count of numbers -> the numbers' memory -> *oldlenp -> node -> may it be
 *	called, may it be set, by whom -> handler -> *oldlenp
 *
 * *oldlenp is written back when the call succeeds or ends in ENOMEM, with the
 * bytes that were put out, at most those that there was room for.
 */
#include "sysctl.h"

#include <string.h>

#include "api/copy.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "api/mman/calls.h"

/* -------------------------------------------------------------- bytes ---- */

int
sysctl_out(struct sysctl_req *r, const void *from, size_t len)
{
	const size_t at = r->oldidx;
	size_t room = 0;

	r->oldidx += len;
	if (r->old == NULL)
		return 0;
	if (at < r->oldlen)
		room = len < r->oldlen - at ? len : r->oldlen - at;
	if (room > 0 && api_copyout(r->old + at, from, room) != 0)
		return EFAULT;
	return room < len ? ENOMEM : 0;
}

int
sysctl_in(struct sysctl_req *r, void *value, size_t len)
{
	if (r->new == NULL)
		return 0;
	if (r->newlen < len)
		return EINVAL;
	return api_copyin(value, r->new, len);
}

bool
sysctl_is_root(void)
{
	return api_uid() == 0;
}

/* ------------------------------------------------------------- values ---- */

static uint64_t *
member_of(struct machine *m, const struct sysctl_node *node)
{
	return (uint64_t *)(void *)((char *)m + node->offset);
}

static uint64_t
value_of(struct machine *m, const struct sysctl_node *node)
{
	switch (node->source) {
	case SYSCTL_MEMBER: return *member_of(m, node);
	case SYSCTL_SUM: return node->sum(m);
	case SYSCTL_EACH: return node->each(m, node->index);
	default: return node->constant;
	}
}

static size_t
width_of(uint32_t kind)
{
	switch (kind & CTLTYPE) {
	case CTLTYPE_INT:
	case CTLTYPE_UINT:
	case CTLTYPE_S32:
	case CTLTYPE_U32: return 4;
	default: return 8;
	}
}

/*
 * Counters of 64 bits give their low half to who asks for 4 bytes, for programs
 * of FreeBSD 11.
 */
int
sysctl_value(struct sysctl_req *r)
{
	const struct sysctl_node *node = r->node;
	size_t width = width_of(node->kind);
	uint64_t value = 0;
	uint32_t half;
	int error;

	if (node->source == SYSCTL_TEXT)
		return sysctl_out(r, node->text, strlen(node->text) + 1);
	value = value_of(r->m, node);
	if ((node->kind & CTLTYPE) == CTLTYPE_U64 && r->old != NULL &&
	    r->oldlen == 4)
		width = 4;
	half = (uint32_t)value;
	error = sysctl_out(r, width == 4 ? (void *)&half : (void *)&value,
	    width);
	if (error != 0 || r->new == NULL)
		return error;
	if (width == 4) {
		error = sysctl_in(r, &half, width);
		value = half;
	} else {
		error = sysctl_in(r, &value, width);
	}
	if (error == 0)
		*member_of(r->m, node) = value;
	return error;
}

/* ------------------------------------------------------------ calling ---- */

static int
fail(int error, const char *why)
{
	return api_fail(error, "sysctl: %s", why);
}

static int
fail_in(const struct sysctl_req *r, int error)
{
	static const struct {
		int error;
		const char *why;
	} reasons[] = {
		{ ENOMEM, "the value is larger than *oldlenp" },
		{ EFAULT, "a pointer leads to no memory" },
		{ ESRCH, "no such process" },
		{ EPERM, "not permitted for this user" },
		{ EBUSY, "the process is in the middle of execve" },
		{ EINVAL, "the wrong number of numbers, or too short a value" },
	};

	for (size_t i = 0; i < NELEM(reasons); i++)
		if (reasons[i].error == error)
			return api_fail(error, "sysctl %s: %s", r->node->name,
			    reasons[i].why);
	return api_fail(error, "sysctl %s: %s", r->node->name,
	    sim_errname(error));
}

/* => 0, or errno: the node cannot be called in this way */
static int
check(const struct sysctl_req *r)
{
	if (r->node->handler == NULL)
		return EISDIR;
	if (r->new == NULL)
		return 0;
	if ((r->node->kind & CTLFLAG_WR) == 0)
		return EPERM;
	return (r->node->kind & CTLFLAG_ANYBODY) != 0 || sysctl_is_root() ?
	    0 :
	    EPERM;
}

static int
call(struct sysctl_req *r, const int *mib, unsigned n, size_t *oldlenp)
{
	unsigned used;
	int error = sysctl_find(r->m, mib, n, &r->node, &used);

	if (error != 0)
		return fail(error,
		    error == ENOENT ? "no value has these numbers" :
				      "the value has no others below it");
	r->arg = mib + used;
	r->narg = n - used;
	if ((error = check(r)) == EISDIR)
		return fail(EISDIR, "the numbers are those of a group");
	if (error == EPERM)
		return fail(EPERM, "the value cannot be set by this user");
	error = r->node->handler(r);
	if (error != 0 && error != ENOMEM)
		return fail_in(r, error);
	if (r->old != NULL && r->oldidx > r->oldlen)
		r->oldidx = r->oldlen;
	if (oldlenp != NULL &&
	    api_copyout(oldlenp, &r->oldidx, sizeof(*oldlenp)) != 0)
		return fail(EFAULT, "oldlenp points to no memory");
	return error == 0 ? 0 : fail_in(r, error);
}

/* The same with numbers that are ours. */
static int
call_with(const int *mib, unsigned n, void *old, size_t *oldlenp,
    const void *new, size_t newlen)
{
	struct sysctl_req r = { .m = api_machine(),
		.old = old,
		.new = new,
		.newlen = newlen };

	if (r.m == NULL)
		return -1;
	if (oldlenp != NULL &&
	    api_copyin(&r.oldlen, oldlenp, sizeof(r.oldlen)) != 0)
		return fail(EFAULT, "oldlenp points to no memory");
	return call(&r, mib, n, oldlenp);
}

int
sysctl(const int *mib, unsigned n, void *old, size_t *oldlenp, const void *new,
    size_t newlen)
{
	int own[CTL_MAXNAME];

	if (n < 2 || n > CTL_MAXNAME)
		return api_fail(EINVAL,
		    "sysctl: %u numbers, and a name has 2 to %d", n,
		    CTL_MAXNAME);
	if (api_copyin(own, mib, n * sizeof(own[0])) != 0)
		return fail(EFAULT, "the numbers are in no memory");
	return call_with(own, n, old, oldlenp, new, newlen);
}

/* -------------------------------------------------------------- names ---- */

/* => numbers of a name; -1 and errno */
static int
look_up(const char *from, int mib[CTL_MAXNAME])
{
	char name[API_PATH_MAX];
	unsigned n;

	if (api_machine() == NULL || api_copypath(name, from, "sysctl") != 0)
		return -1;
	if (sysctl_byname(api_machine(), name, mib, &n) != 0)
		return api_fail(ENOENT, "sysctl: no value is named %.60s",
		    name);
	return (int)n;
}

int
sysctlbyname(const char *name, void *old, size_t *oldlenp, const void *new,
    size_t newlen)
{
	int mib[CTL_MAXNAME], n = look_up(name, mib);

	return n < 0 ? -1 :
		       call_with(mib, (unsigned)n, old, oldlenp, new, newlen);
}

/* *sizep counts numbers: those there is room for, then those there are. */
int
sysctlnametomib(const char *name, int *to, size_t *sizep)
{
	int mib[CTL_MAXNAME], n = look_up(name, mib);
	size_t room, fits;

	if (n < 0)
		return -1;
	if (api_copyin(&room, sizep, sizeof(room)) != 0)
		return fail(EFAULT, "sizep points to no memory");
	fits = to == NULL || room > (size_t)n ? (size_t)n : room;
	if (api_copyout(sizep, &fits, sizeof(fits)) != 0 ||
	    (to != NULL && api_copyout(to, mib, fits * sizeof(mib[0])) != 0))
		return fail(EFAULT, "mibp or sizep points to no memory");
	return fits < (size_t)n ? fail(ENOMEM, "the name has more numbers") : 0;
}
