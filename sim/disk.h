/*
 * Disks: what reading and writing costs, and who waits for it.
 *
 * Each disk serves one request after the other, in the order of their coming:
 *
 *	request -> [ queue of at most `queue' ] -> served -> done
 *
 *	service time = latency + (seek + turn/2, unless it goes on where the
 *	               last one ended) + transfer * pages
 *	done         = the later of (it comes, the one before it is done) +
 *	               service time
 *
 * Somebody waits for a read until it is done; that time is part of the clock.
 * A page that is cleaned in the background is only queued, and delays what
 * comes behind it.  With a full queue whoever wants to write waits until a
 * request is done.  A system call that writes (msync) waits like a reader.
 *
 * Disk 0 is that of all files, swap files among them; disk 1 + n is swap device
 * n of the drum.  The default kind, flat, takes 100 us for a request, whatever
 * its size and place.
 *
 * K1  a queue holds requests in the order of their completion, none later than
 *     `free'; at most the kind's limit
 * K2  io.wait is the sum of the disks' waits and of those of disks that have
 *     gone; likewise the other counters, except for longest, the largest
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include "vm/vm_swap.h"

struct machine;
struct vm_keep;

#define SIM_DISK_FILES	0
#define SIM_DISK_SWAP(n) (1 + (n))
#define SIM_MAXDISKS	(1 + VM_SWAP_MAXDEVS)
#define SIM_DISK_MAXQUEUE 128

struct sim_disk_kind {
	const char     *name;		/* as in disk=NAME */
	const char     *summary;
	uint32_t	latency;	/* ns of each request */
	uint32_t	seek;		/* ns to move the head */
	uint32_t	turn;		/* ns of a revolution */
	uint32_t	transfer;	/* ns of 4K; larger pages take as
					   much longer */
	uint32_t	queue;		/* requests, 1 .. SIM_DISK_MAXQUEUE */
};

extern const struct sim_disk_kind sim_disk_kinds[];	/* name NULL ends */
/* => its row, or -1 */
int	sim_disk_kind_byname(const char *);

/* All are sums since the start, ns where they are times. */
#define SIM_DISK_COUNTERS(X)						\
	X(reads)	/* requests */					\
	X(writes)							\
	X(pages_read)							\
	X(pages_written)						\
	X(inrow)	/* requests that went on where the last ended */ \
	X(errors)							\
	X(busy)		/* time of service */				\
	X(waits)	/* requests that somebody waited for */		\
	X(wait)		/* how long */					\
	X(full)		/* writes that found the queue full */		\
	X(longest)	/* most requests at once */

struct sim_disk_counters {
#define X(m) uint64_t m;
	SIM_DISK_COUNTERS(X)
#undef X
};

struct sim_disk {
	uint8_t		kind;		/* row of sim_disk_kinds */
	bool		used;		/* there has been a request */
	uint32_t	next_id;	/* where the last one ended */
	uint64_t	next_page;
	uint64_t	free;		/* when it has done all, ns */
	uint32_t	head, n;	/* of the queue, a ring */
	uint64_t	done[SIM_DISK_MAXQUEUE];
	struct sim_disk_counters count;
};

/*
 * A disk of a kind, idle, its counters 0.  => 0 or ENOMEM
 */
int	sim_disk_open(struct machine *, uint32_t disk, uint8_t kind);
void	sim_disk_close(struct machine *, uint32_t disk);
/* How long a request of so many pages takes.  inrow: it goes on where the
   last one ended */
uint64_t sim_disk_service(const struct machine *, const struct sim_disk *,
	    uint32_t npages, bool inrow);
/* vm->io_fn; ctx is the machine */
vm_io_fn sim_disk_io;
/*
 * Whose requests can be made to fail: those of files (0), of swap device n
 * (1 + n, also if it is a file), of all swap devices together.
 */
#define SIM_IO_SWAP	SIM_MAXDISKS
#define SIM_IO_NTARGETS	(SIM_MAXDISKS + 1)
/*
 * Let the n-th request from now fail with EIO (1: the next one), 0: none.
 * => 0; ENXIO: there is no such device
 */
int	sim_io_fail(struct machine *, uint32_t target, enum vm_io_kind,
	    uint64_t n);
/* "files", "swap" or the name of a swap device. => its target, or -1 */
int	sim_io_target(const struct machine *, const char *);
/* "files", or the name of the swap device that is a disk; NULL: no such disk */
const char *sim_disk_name(const struct machine *, uint32_t disk);
/* For cores: counters, queues, errors to come; the disks are open. */
void	sim_disk_keep(struct machine *, struct vm_keep *);
/* => NULL or the first of K1, K2 that does not hold, in buf */
const char *sim_disk_check(const struct machine *, char *buf, size_t len);

#endif /* SIM_DISK_H */
