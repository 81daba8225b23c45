/*
 * Error names, and the record of the last error.
 */
#include "common.h"

#include <string.h>

static const struct {
	int err;
	const char *name;
} errnames[] = {
	{ EPERM, "EPERM" },
	{ ENOENT, "ENOENT" },
	{ ESRCH, "ESRCH" },
	{ EINTR, "EINTR" },
	{ EIO, "EIO" },
	{ ENXIO, "ENXIO" },
	{ E2BIG, "E2BIG" },
	{ ENOEXEC, "ENOEXEC" },
	{ EBADF, "EBADF" },
	{ ECHILD, "ECHILD" },
	{ EAGAIN, "EAGAIN" },
	{ ENOMEM, "ENOMEM" },
	{ EACCES, "EACCES" },
	{ EFAULT, "EFAULT" },
	{ ENOTBLK, "ENOTBLK" },
	{ EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" },
	{ EXDEV, "EXDEV" },
	{ ENODEV, "ENODEV" },
	{ ENOTDIR, "ENOTDIR" },
	{ EISDIR, "EISDIR" },
	{ EINVAL, "EINVAL" },
	{ ENFILE, "ENFILE" },
	{ EMFILE, "EMFILE" },
	{ ENOTTY, "ENOTTY" },
	{ ETXTBSY, "ETXTBSY" },
	{ EFBIG, "EFBIG" },
	{ ENOSPC, "ENOSPC" },
	{ ESPIPE, "ESPIPE" },
	{ EROFS, "EROFS" },
	{ EMLINK, "EMLINK" },
	{ EPIPE, "EPIPE" },
	{ EDOM, "EDOM" },
	{ ERANGE, "ERANGE" },
	{ EDEADLK, "EDEADLK" },
	{ ENAMETOOLONG, "ENAMETOOLONG" },
	{ ENOLCK, "ENOLCK" },
	{ ENOSYS, "ENOSYS" },
	{ ENOTEMPTY, "ENOTEMPTY" },
	{ ELOOP, "ELOOP" },
	{ EIDRM, "EIDRM" },
	{ EOVERFLOW, "EOVERFLOW" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
	{ ENOTSUP, "ENOTSUP" },
	{ ECANCELED, "ECANCELED" },
	{ ENOTRECOVERABLE, "ENOTRECOVERABLE" },
	{ EHWPOISON, "EHWPOISON" },
};

const char *
sim_errname(int err)
{
	for (size_t i = 0; i < NELEM(errnames); i++)
		if (errnames[i].err == err)
			return errnames[i].name;
	return "E?";
}

int
sim_errbyname(const char *name)
{
	for (size_t i = 0; i < NELEM(errnames); i++)
		if (strcmp(errnames[i].name, name) == 0)
			return errnames[i].err;
	return -1;
}

int
sim_fail(struct machine *m, int err, const char *arg, uint64_t value,
    uint64_t lo, uint64_t hi, const char *why)
{
	m->error.err = err;
	m->error.arg = arg;
	m->error.value = value;
	m->error.lo = lo;
	m->error.hi = hi;
	m->error.why = why;
	return err;
}
