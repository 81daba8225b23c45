/*
 * A guard over the process: how much of the host's memory it may have, and for
 * how long it may run.  It is a thread that looks at the clock and at what the
 * kernel says of the process.
 *
 *	memory		0 --------------- ask ----- refuse ------ limit
 *			  as the work wants  |  half of |  the rest  |
 *			                     |  a       |  to print  |
 *			                     v  reserve v  and save  v
 *			           over() says so   no more     the end
 *
 *	time		0 ------------- deadline --- 1 s --- 10 s
 *			                   |           |        |
 *			          over() says so       |   the end, if it was
 *			                               |   heeded
 *			                  the end, if nobody heeded
 *
 * Whoever works asks over() now and then, ends in good order when it says so,
 * and has the reserve for that.  The end is for what cannot be ended in order:
 * one line on standard error, exit status 1; files that are not whole have no
 * name by then (sim/outfile.h).
 *
 * Memory is bounded twice.  What the process may map besides what it has is
 * limited by the kernel (RLIMIT_DATA), to what is missing to `refuse': so
 * a request that is larger fails, and says so as any failed request for memory
 * does.  What is touched of memory that was mapped before, as the tables of a
 * machine are, is looked at each millisecond, and each time that the machine
 * has got some more (mem_host of pmap/mem.h).
 *
 * Each look expects of the time until the next one what it has seen of the time
 * since the last, so that a guard that is late, on a busy host, is careful.
 *
 * G1  between two looks of the guard, resident memory grows by what was mapped
 *     and not touched before, and by what RLIMIT_DATA left: never over `refuse'
 *     by the latter.
 *
 * There is one guard for a thread that runs a command; other threads of the
 * command may ask it.
 */
#ifndef API_GUARD_H
#define API_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum api_over {
	API_OVER_NOT,			/* go on */
	API_OVER_MEMORY,		/* only the reserve is left */
	API_OVER_TIME,			/* the deadline has passed */
	API_OVER_OPS			/* said by others: enough was done */
};

#define API_GUARD_LEAST	((uint64_t)16 << 20)	/* bytes of memory */

struct api_guard_wants {
	const char     *name;		/* "uvmsim run", for the last words */
	uint64_t	memory;		/* bytes; 0: any number */
	const char     *memory_text;	/* as given */
	uint64_t	timeout;	/* ns; 0: for ever */
	const char     *timeout_text;
};

struct api_guard;
struct mem_host;

/*
 * Begin, for this thread; the one that it had is ended.  The texts must live
 * until the end.
 * => NULL and one sentence in err: the process has more memory already, or the
 *    host cannot tell
 */
struct api_guard *api_guard_begin(const struct api_guard_wants *, char *err,
	    size_t errlen);
/* The guard of this thread, if there is one; limits are as they were before. */
void	api_guard_end(void);

/* All may be asked with NULL, which is never over. */
/* => why to end; the reserve may be used from then on */
enum api_over api_guard_over(struct api_guard *);
/* A request for memory has failed.  => API_OVER_MEMORY if that is bounded */
enum api_over api_guard_refused(struct api_guard *);
/* => it was said by one of these two, or API_OVER_NOT */
enum api_over api_guard_said(const struct api_guard *);
/* The host of a machine's configuration; NULL: memory is not bounded */
const struct mem_host *api_guard_host(struct api_guard *);
/* A descriptor that is to wake up whoever waits for it (-1: none any more) */
void	api_guard_wake(struct api_guard *, int fd);

/* A core is being written: the clock waits for it. */
void	api_guard_saving(bool);

#endif /* API_GUARD_H */
