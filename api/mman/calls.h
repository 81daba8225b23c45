/*
 * The memory calls of the client headers: from C arguments to sim_syscall().
 *
 *	client  ->  uvmsim_freebsd_mmap()  ->  api_call()  ->  sim_syscall()
 *	            (template.h, once a       who, which system,
 *	             system)                  errno, the sentence
 *
 * A call acts on the thread's current process, which must run the system that
 * the header is of.
 */
#ifndef API_MMAN_CALLS_H
#define API_MMAN_CALLS_H

#include "api/context.h"

/*
 * One system call of the current process.  => 0 and *ret (may be NULL); -1 and
 * errno: the call's own; ENXIO, ESRCH: no machine, no process; ENOSYS: the
 * process runs another system.  uvmsim_errmsg() has the sentence.
 */
int	api_call(const struct sim_personality *, const struct sim_call *,
	    uint64_t *ret);
/* The current process if it runs this system.  => NULL and errno as above */
struct process *api_process_of(const struct sim_personality *,
	    const char *call);
/* A call of p ended with err (m->error has why): set errno.  => 0, or -1 */
int	api_result(const struct machine *, const char *call, int err);

/* A call that gives an address, or MAP_FAILED. */
void   *api_call_address(const struct sim_personality *,
	    const struct sim_call *);
/* A call that gives a number, or -1. */
int	api_call_number(const struct sim_personality *,
	    const struct sim_call *);

/* Open flags of the host, as the system numbers them; unknown ones drop. */
uint64_t api_open_flags(const struct sim_personality *, int hostflags);

#define API_PATH_MAX	1024
/*
 * A path of the caller.  => 0; -1 and errno EFAULT, ENAMETOOLONG (call is
 * named in the sentence)
 */
int	api_copypath(char path[API_PATH_MAX], const char *from,
	    const char *call);

struct api_mincore {
	const struct sim_personality *os;	/* whose rules */
	const void     *addr;
	size_t		len;		/* bytes */
	char	       *vec;		/* the caller's, may be bad */
	bool		as_it_goes;	/* stores before it knows of holes */
};
/* mincore of any process.  => 0; -1 and errno */
int	api_mincore(const struct api_mincore *, struct process *);

/* brk as the C libraries have it: the initial break is the least. */
int	api_brk(const struct sim_personality *, uintptr_t addr);

/* What a system's struct shmid_ds is filled from. */
struct api_shm {
	int64_t		key;
	uint64_t	size;
	uint32_t	nattch;
};
/* => 0; -1 and errno EINVAL: no such segment */
int	api_shm_stat(const struct sim_personality *, int id, struct api_shm *);

#define API_MAXPAGESIZES 4		/* arm64's MAXPAGESIZES */
/*
 * hw.pagesizes: bytes of the pages that a page table of the machine can map,
 * ascending; the index is psind.  Whether any is mapped large is another
 * matter (superpages=).  => how many; the rest of sizes is 0
 */
int	api_pagesizes(const struct machine *,
	    uint64_t sizes[API_MAXPAGESIZES]);
/* MAXPAGESIZES of the machine: places of hw.pagesizes, used or not */
int	api_maxpagesizes(const struct machine *);

#endif /* API_MMAN_CALLS_H */
