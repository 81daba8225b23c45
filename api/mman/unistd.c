/*
 * <unistd.h> of the BSD client headers: who a program is, asked of the machine
 * if there is one, else of the host.
 */
#include <unistd.h>

#include "api/context.h"

#include "api/include/bsd_unistd.h"

/* The host's own, under their names. */
#undef getpid
#undef getppid
#undef getuid
#undef geteuid
#undef getgid
#undef getegid
#undef sysconf

/* A question is no failed call: errno stays. */
static bool
have_machine(void)
{
	const int saved = errno;
	const bool have = api_machine() != NULL;

	errno = saved;
	return have;
}

pid_t
uvmsim_getpid(void)
{
	return have_machine() ? api_pid() : getpid();
}

pid_t
uvmsim_getppid(void)
{
	return have_machine() ? api_ppid() : getppid();
}

uid_t
uvmsim_getuid(void)
{
	return have_machine() ? api_uid() : getuid();
}

uid_t
uvmsim_geteuid(void)
{
	return have_machine() ? api_uid() : geteuid();
}

gid_t
uvmsim_getgid(void)
{
	return have_machine() ? api_gid() : getgid();
}

gid_t
uvmsim_getegid(void)
{
	return have_machine() ? api_gid() : getegid();
}

/* The base page of the machine at hand, else the host's. */
int
uvmsim_getpagesize(void)
{
	return have_machine() ? (int)pg_size(api_machine()) :
				(int)sysconf(_SC_PAGESIZE);
}

long
uvmsim_sysconf(int name)
{
	return name == _SC_PAGESIZE ? uvmsim_getpagesize() : sysconf(name);
}
