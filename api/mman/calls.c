/*
 * System calls of the current process, see calls.h.
 */
#include "calls.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "api/copy.h"
#include "pmap/narrow.h"
#include "sim/bsd_common.h"

/* ------------------------------------------------------------- calling --- */

struct process *
api_process_of(const struct sim_personality *os, const char *call)
{
	struct process *p = api_process();

	if (p == NULL) {
		if (errno == ESRCH)
			api_fail(ESRCH,
			    "%s: the program is no process of the machine "
			    "(UVMSIM_PID, uvmsim_setpid)",
			    call);
		return NULL;
	}
	if (p->personality != os) {
		api_fail(ENOSYS,
		    "%s: process %d runs %s, and this is %s's call", call,
		    p->pid, p->personality->name, os->name);
		return NULL;
	}
	return p;
}

int
api_result(const struct machine *m, const char *call, int err)
{
	const struct sim_error *e = &m->error;

	if (err == 0)
		return 0;
	if (e->arg != NULL)
		return api_fail(err, "%s: %s %#llx: %s", call, e->arg,
		    (unsigned long long)e->value,
		    e->why != NULL ? e->why : "it fails");
	return api_fail(err, "%s: %s", call,
	    e->why != NULL ? e->why : sim_errname(err));
}

int
api_call(const struct sim_personality *os, const struct sim_call *c,
    uint64_t *ret)
{
	const char *call = sim_sysname(c->no);
	struct process *p = api_process_of(os, call);
	struct machine *m = api_machine();

	if (p == NULL)
		return -1;
	return api_result(m, call, sim_syscall(m, p, c, ret));
}

void *
api_call_address(const struct sim_personality *os, const struct sim_call *c)
{
	const char *call = sim_sysname(c->no);
	uint64_t addr;

	if (api_process_of(os, call) == NULL || api_addresses_fit(call) != 0 ||
	    api_call(os, c, &addr) != 0)
		return (void *)-1;
	return (void *)(uintptr_t)addr;
}

int
api_call_number(const struct sim_personality *os, const struct sim_call *c)
{
	uint64_t number;

	return api_call(os, c, &number) == 0 ? (int)number : -1;
}

/* ---------------------------------------------------------- arguments ---- */

uint64_t
api_open_flags(const struct sim_personality *os, int hostflags)
{
	static const struct {
		int host;
		const char *name;
	} flags[] = {
		{ O_CREAT, "O_CREAT" },
		{ O_EXCL, "O_EXCL" },
		{ O_TRUNC, "O_TRUNC" },
		{ O_APPEND, "O_APPEND" },
		{ O_NONBLOCK, "O_NONBLOCK" },
		{ O_NOFOLLOW, "O_NOFOLLOW" },
		{ O_DIRECTORY, "O_DIRECTORY" },
		{ O_CLOEXEC, "O_CLOEXEC" },
	};
	uint64_t out = (unsigned)hostflags & O_ACCMODE, bit;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if ((hostflags & flags[i].host) == flags[i].host &&
		    sim_const_value(os, flags[i].name, &bit) == 0)
			out |= bit;
	return out;
}

/*
 * A page at a time: what follows the NUL may not be there.  Where one byte of
 * a page can be read all can; nothing behind the NUL is looked at.
 */
int
api_copypath(char path[API_PATH_MAX], const char *from, const char *call)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t len = 0;
	char byte;

	while (len < API_PATH_MAX) {
		size_t n = page - ((uintptr_t)from + len) % page, k;

		if (n > API_PATH_MAX - len)
			n = API_PATH_MAX - len;
		if (api_copyin(&byte, from + len, 1) != 0)
			return api_fail(EFAULT,
			    "%s: the name points to no memory", call);
		k = strnlen(from + len, n);
		memcpy(path + len, from + len, k);
		len += k;
		if (k < n) {
			path[len] = '\0';
			return 0;
		}
	}
	return api_fail(ENAMETOOLONG, "%s: the name is longer than %d bytes",
	    call, API_PATH_MAX - 1);
}

/* ------------------------------------------------------------- mincore --- */

/*
 * vec is written in place.  A system that stores as it goes needs a byte for
 * each page before the first hole, one that looks at vec first for all.
 */
int
api_mincore(const struct api_mincore *a, struct process *p)
{
	struct machine *m = api_machine();
	struct vm_map *map = &p->vmspace->vm_map;
	struct sim_call c = {
		.no = SIM_SYS_MINCORE,
		.arg = { (uintptr_t)a->addr, a->len, (uintptr_t)a->vec },
		.vec = (uint8_t *)a->vec,
	};
	struct sim_range r;
	int err;

	if (sim_bsd_range(m, c.arg[0], c.arg[1], &r) &&
	    r.end <= vm_map_max(map)) {
		if (a->as_it_goes)
			r.end = vm_map_first_hole(map, r.start, r.end);
		c.vec_len = api_writable(a->vec,
		    host_count(pg_atop(m, r.end - r.start)));
	}
	err = p->personality == a->os ?
	    sim_syscall(m, p, &c, NULL) :
	    a->os->sys[SIM_SYS_MINCORE](m, p, &c, NULL);
	return api_result(m, "mincore", err);
}

/* Larger ones than FreeBSD has a psind for are left out. */
int
api_pagesizes(const struct machine *m, uint64_t sizes[API_MAXPAGESIZES])
{
	const struct pmap_geometry *geo = m->config.arch;
	const int n = geo->nsizes < API_MAXPAGESIZES ? geo->nsizes :
						       API_MAXPAGESIZES;

	for (int i = 0; i < API_MAXPAGESIZES; i++)
		sizes[i] = i < n ? (uint64_t)1 << geo->sizes[i].shift : 0;
	return n;
}

/* 3, and 4 where there are groups as well. */
int
api_maxpagesizes(const struct machine *m)
{
	uint64_t sizes[API_MAXPAGESIZES];

	return api_pagesizes(m, sizes) > 3 ? API_MAXPAGESIZES : 3;
}

/* ----------------------------------------------------------------- brk --- */

int
api_brk(const struct sim_personality *os, uintptr_t addr)
{
	struct process *p = api_process_of(os, "brk");

	if (p == NULL)
		return -1;
	return api_call(os,
	    &(struct sim_call){ .no = SIM_SYS_BRK,
		.arg = { addr < p->brk_start ? p->brk_start : addr } },
	    NULL);
}

/* --------------------------------------------------------- System V shm -- */

int
api_shm_stat(const struct sim_personality *os, int id, struct api_shm *out)
{
	struct sim_shm *shm;

	if (api_process_of(os, "shmctl") == NULL)
		return -1;
	HASH_FIND_INT(api_machine()->shms, &id, shm);
	if (shm == NULL)
		return api_fail(EINVAL, "shmctl: no segment has the id %d", id);
	*out = (struct api_shm){ .key = shm->key,
		.size = shm->size,
		.nattch = shm->nattch };
	return 0;
}
