/*
 * The disk model: one server, first come, first served.
 *
 *	now       = the clock when the request comes
 *	done      = max(now, free) + service
 *	somebody waits:  the clock gains done - now; by then the queue is empty
 *	in background:   done goes into the queue
 *
 * A queue holds the times at which its requests will be done, and is looked at
 * when the next request comes: what is done by then has left it.
 *
 * The figures: a disk of 7200 revolutions a minute of about 2015, 150 MB/s; a
 * SATA solid-state disk, 500 MB/s; an NVMe one, 3 GB/s, its parallel channels
 * taken together as one that is faster.
 */
#include "disk.h"
#include "common.h"
#include "swap.h"

#include <stdio.h>
#include <string.h>

#define US 1000u
#define MS 1000000u

const struct sim_disk_kind sim_disk_kinds[] = {
	{ "flat", "each request takes 100 us, whatever its size and place",
	    100 * US, 0, 0, 0, 32 },
	{ "ssd", "solid-state disk on SATA", 80 * US, 0, 0, 8 * US, 32 },
	{ "hdd", "disk of 7200 revolutions a minute", 100 * US, 8 * MS, 8333333,
	    27 * US, 32 },
	{ "nvme", "solid-state disk on NVMe", 20 * US, 0, 0, 1300, 128 },
	{ "none", "takes no time", 0, 0, 0, 0, 1 },
	{ NULL, NULL, 0, 0, 0, 0, 0 },
};

/* A disk's counter and that of all. */
#define COUNT(m, d, member, n) \
	do { \
		(d)->count.member += (n); \
		(m)->io.member += (n); \
	} while (0)

int
sim_disk_kind_byname(const char *name)
{
	for (int i = 0; sim_disk_kinds[i].name != NULL; i++)
		if (strcmp(sim_disk_kinds[i].name, name) == 0)
			return i;
	return -1;
}

int
sim_disk_open(struct machine *m, uint32_t disk, uint8_t kind)
{
	struct sim_disk *d = mem_zalloc(m->mem, sizeof(*d));

	if (d == NULL)
		return ENOMEM;
	d->kind = kind;
	m->disk[disk] = d;
	return 0;
}

void
sim_disk_close(struct machine *m, uint32_t disk)
{
	mem_free(m->mem, m->disk[disk], sizeof(*m->disk[disk]));
	m->disk[disk] = NULL;
}

/* --------------------------------------------------------- one request ---- */

uint64_t
sim_disk_service(const struct machine *m, const struct sim_disk *d,
    uint32_t npages, bool inrow)
{
	const struct sim_disk_kind *k = &sim_disk_kinds[d->kind];
	const uint64_t transfer = k->transfer * (pg_size(m) / SIM_MIN_PAGE);

	return k->latency + (inrow ? 0 : k->seek + k->turn / 2) +
	    transfer * npages;
}

/* What is done by now has left the queue. */
static void
drain(struct sim_disk *d, uint64_t now)
{
	while (d->n > 0 && d->done[d->head] <= now) {
		d->head = (d->head + 1) % SIM_DISK_MAXQUEUE;
		d->n--;
	}
}

static void
wait_until(struct machine *m, struct sim_disk *d, uint64_t now, uint64_t then)
{
	COUNT(m, d, waits, 1);
	COUNT(m, d, wait, then - now);
	drain(d, then);
}

static void
note_length(struct machine *m, struct sim_disk *d, uint64_t n)
{
	if (n > d->count.longest)
		d->count.longest = n;
	if (n > m->io.longest)
		m->io.longest = n;
}

static void
serve(struct machine *m, struct sim_disk *d, uint64_t service, bool waits)
{
	const uint32_t limit = sim_disk_kinds[d->kind].queue;
	uint64_t now = sim_clock_daemons(m);

	drain(d, now);
	if (!waits && d->n >= limit) {
		const uint64_t first = d->done[d->head];

		COUNT(m, d, full, 1);
		wait_until(m, d, now, first);
		now = first;
	}
	d->free = (d->free > now ? d->free : now) + service;
	COUNT(m, d, busy, service);
	note_length(m, d, d->n + 1);
	if (waits) {
		wait_until(m, d, now, d->free);
		return;
	}
	d->done[(d->head + d->n) % SIM_DISK_MAXQUEUE] = d->free;
	d->n++;
}

/* Is it this one that is to fail? */
static bool
strikes(struct machine *m, uint32_t target, enum vm_io_kind kind)
{
	uint64_t *left = &m->io_fail[target][kind];

	return *left != 0 && --*left == 0;
}

static bool
fails(struct machine *m, const struct vm_io *io)
{
	bool fail;

	if (!io->swap)
		return strikes(m, SIM_DISK_FILES, io->kind);
	fail = strikes(m, SIM_DISK_SWAP(io->id), io->kind);
	return strikes(m, SIM_IO_SWAP, io->kind) || fail;
}

static bool
is_block(const struct machine *m, uint32_t number)
{
	return (m->vm.swap.dev[number].flags & SWF_FILE) == 0;
}

int
sim_disk_io(void *ctx, const struct vm_io *io)
{
	struct machine *m = ctx;
	const bool own = io->swap && is_block(m, io->id);
	struct sim_disk
	    *d = m->disk[own ? SIM_DISK_SWAP(io->id) : SIM_DISK_FILES];
	const uint32_t id = io->id | (uint32_t)io->swap << 31;
	const bool inrow = d->used && d->next_id == id &&
	    d->next_page == io->page;

	d->used = true;
	d->next_id = id;
	d->next_page = io->page + io->npages;
	if (io->kind == VM_IO_READ) {
		COUNT(m, d, reads, 1);
		COUNT(m, d, pages_read, io->npages);
	} else {
		COUNT(m, d, writes, 1);
		COUNT(m, d, pages_written, io->npages);
	}
	COUNT(m, d, inrow, inrow);
	serve(m, d, sim_disk_service(m, d, io->npages, inrow), io->wait);
	if (!fails(m, io))
		return 0;
	COUNT(m, d, errors, 1);
	return EIO;
}

/* ------------------------------------------------------ errors to come ---- */

const char *
sim_disk_name(const struct machine *m, uint32_t disk)
{
	if (disk >= SIM_MAXDISKS || m->disk[disk] == NULL)
		return NULL;
	return disk == SIM_DISK_FILES ? "files" : m->swapdev[disk - 1]->path;
}

int
sim_io_target(const struct machine *m, const char *name)
{
	int number;

	if (strcmp(name, "files") == 0)
		return SIM_DISK_FILES;
	if (strcmp(name, "swap") == 0)
		return SIM_IO_SWAP;
	number = sim_swap_byname(m, name);
	return number >= 0 ? SIM_DISK_SWAP(number) : -1;
}

int
sim_io_fail(struct machine *m, uint32_t target, enum vm_io_kind kind,
    uint64_t n)
{
	if (target >= SIM_IO_NTARGETS ||
	    (target != SIM_DISK_FILES && target != SIM_IO_SWAP &&
		m->swapdev[target - 1] == NULL))
		return ENXIO;
	m->io_fail[target][kind] = n;
	return 0;
}

/* -------------------------------------------------------------- upkeep ---- */

/* The sum over all disks can be counted too. */
#define MAXCOUNT (VM_KEEP_MAX / SIM_MAXDISKS)

static void
keep_counters(struct vm_keep *k, struct sim_disk_counters *c, uint64_t most)
{
#define X(member) VM_KEEP(k, c->member, 0, most);
	SIM_DISK_COUNTERS(X)
#undef X
}

static void
keep_disk(struct vm_keep *k, struct sim_disk *d)
{
	VM_KEEP(k, d->used, 0, 1);
	VM_KEEP(k, d->next_id, 0, UINT32_MAX);
	VM_KEEP(k, d->next_page, 0, UINT64_MAX);
	VM_KEEP(k, d->free, 0, VM_KEEP_MAX);
	VM_KEEP(k, d->head, 0, SIM_DISK_MAXQUEUE - 1);
	VM_KEEP(k, d->n, 0, sim_disk_kinds[d->kind].queue);
	VM_KEEP_ARRAY(k, d->done, SIM_DISK_MAXQUEUE, 0, VM_KEEP_MAX);
	keep_counters(k, &d->count, MAXCOUNT);
}

void
sim_disk_keep(struct machine *m, struct vm_keep *k)
{
	keep_counters(k, &m->io, VM_KEEP_MAX);
	for (uint32_t i = 0; i < SIM_IO_NTARGETS; i++)
		VM_KEEP_ARRAY(k, m->io_fail[i], 2, 0, UINT64_MAX);
	for (uint32_t i = 0; i < SIM_MAXDISKS; i++)
		if (m->disk[i] != NULL)
			keep_disk(k, m->disk[i]);
}

static bool
queue_ok(const struct sim_disk *d)
{
	uint64_t last = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		const uint64_t
		    done = d->done[(d->head + i) % SIM_DISK_MAXQUEUE];

		if (done < last || done > d->free)
			return false;
		last = done;
	}
	return d->n <= sim_disk_kinds[d->kind].queue;
}

const char *
sim_disk_check(const struct machine *m, char *buf, size_t len)
{
	struct sim_disk_counters sum = { 0 };

	for (uint32_t i = 0; i < SIM_MAXDISKS; i++) {
		const struct sim_disk *d = m->disk[i];

		if (d == NULL)
			continue;
		if (!queue_ok(d)) {
			snprintf(buf, len, "K1: the queue of disk %u", i);
			return buf;
		}
#define X(member) sum.member += d->count.member;
		SIM_DISK_COUNTERS(X)
#undef X
	}
#define X(member) \
	if (sum.member > m->io.member && \
	    offsetof(struct sim_disk_counters, member) != \
		offsetof(struct sim_disk_counters, longest)) { \
		snprintf(buf, len, "K2: " #member " of the disks"); \
		return buf; \
	}
	SIM_DISK_COUNTERS(X)
#undef X
	return NULL;
}
