/*
 * DynamoRIO's drmemtrace in its final form: trace_entry_t of 64-bit programs,
 * 12 bytes, packed, little-endian.
 *
 *	0 u16 type	2 u16 size	4 u64 address
 *
 *	 0 read			 1 write	10 to 16, 48, 49 instruction
 *	17 up to 8 more instructions, their lengths in the bytes of address
 *	22 thread (address is its id)		24 process
 *	25 header (address is the version)	26 footer, the last one
 *	28 marker (size is its kind)
 *
 * Reads, writes and instructions are references of their size.  Everything else
 * is left: prefetches and flushes touch no page that could fault, instructions
 * of type 29 are repeated and not fetched again, markers tell times, processors
 * and calls.  A read or write of size 0 is taken as 1.
 *
 * A thread's process is the one that was named last while it ran; a thread that
 * begins belongs to the process that runs.  Processes are numbered as they are
 * named.
 *
 * A trace begins with the header; whole traces may follow one another.  One
 * that does not end with a footer breaks off.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ref_formats.h"
#include "ref_numbers.h"
#include "ref_record.h"

#define BYTES 12
#define MAXVERSION 64

enum what {
	WRONG,
	SKIP,
	LOAD,
	STORE,
	FETCH,
	BUNDLE,
	THREAD,
	PROCESS,
	HEADER,
	FOOTER
};

static const uint8_t types[] = {
	[0] = LOAD,
	[1] = STORE,
	[2 ... 9] = SKIP, /* prefetches */
	[10 ... 16] = FETCH,
	[17] = BUNDLE,
	[18 ... 21] = SKIP, /* flushes */
	[22] = THREAD,
	[23] = SKIP, /* the thread ends */
	[24] = PROCESS,
	[25] = HEADER,
	[26] = FOOTER,
	[27 ... 29] = SKIP, /* prefetch, marker, not fetched */
	[30] = WRONG,
	[31] = FETCH,       /* sysenter */
	[32 ... 47] = SKIP, /* prefetches, encodings */
	[48 ... 49] = FETCH,
};

#define NTYPES (sizeof(types) / sizeof(types[0]))

struct drmem {
	struct wl_numbers threads; /* value: number of the process, + 1 */
	struct wl_numbers processes;
	uint64_t thread;
	uint64_t pc;      /* behind the last instruction */
	uint32_t current; /* process */
	bool begun, footed;
};

static size_t
wrong(struct wl_refrecord *r, size_t i, const char *expected, uint64_t got)
{
	snprintf(r->why, sizeof(r->why), "expected %s, not %" PRIu64, expected,
	    got);
	return i;
}

/* A thread runs. => false: no memory */
static bool
set_thread(struct drmem *d, uint64_t tid)
{
	const uint32_t *process = wl_numbers_value(&d->threads, tid);

	if (process == NULL)
		return false;
	d->thread = tid;
	if (*process != 0)
		d->current = *process - 1;
	return true;
}

static bool
set_process(struct drmem *d, uint64_t pid)
{
	uint32_t *process = wl_numbers_value(&d->threads, d->thread);
	const uint32_t number = wl_numbers_get(&d->processes, pid);

	if (process == NULL || number == WL_NUMBERS_NONE)
		return false;
	*process = number + 1;
	d->current = number;
	return true;
}

static uint32_t
data_size(uint16_t size)
{
	return size > 0 ? size : 1;
}

/* Lengths of instructions that follow one another. */
static void
bundle(struct wl_refrecord *r, struct drmem *d, uint64_t lengths)
{
	for (; lengths != 0; lengths >>= 8) {
		const uint32_t size = lengths & 0xff;

		if (size == 0)
			break;
		wl_put_ref(r, d->pc, size, WL_REF_FETCH);
		d->pc += size;
	}
}

/* What is neither reference nor skipped. => NULL, or what was expected */
static const char *
control(struct wl_refrecord *r, struct drmem *d, enum what what, uint64_t addr)
{
	switch (what) {
	case THREAD:
	case PROCESS:
		if (!(what == THREAD ? set_thread(d, addr) :
				       set_process(d, addr)))
			return "fewer threads (1048576 at most)";
		break;
	case HEADER:
		if (addr == 0 || addr > MAXVERSION)
			return "a version from 1 to 64";
		d->begun = true;
		break;
	case FOOTER: d->footed = true; break;
	default: return "a type of drmemtrace, 0 to 49";
	}
	r->skipped++;
	return NULL;
}

static size_t
drmem_decode(struct wl_refrecord *r, const uint8_t *rec, size_t n)
{
	struct drmem *d = r->state;
	const char *expected;

	for (size_t i = 0; i < n; i++, rec += BYTES) {
		const uint16_t type = wl_le16(rec), size = wl_le16(rec + 2);
		const uint64_t addr = wl_le64(rec + 4);
		const enum what what = type < NTYPES ? types[type] : WRONG;

		if (!d->begun && what != HEADER)
			return wrong(r, i, "the header, type 25", type);
		if (what >= LOAD && what <= BUNDLE) {
			if (r->n > 0 && r->process != d->current)
				return i;
			r->process = d->current;
		}
		d->footed = false;
		switch (what) {
		case SKIP: r->skipped++; break;
		case LOAD:
			wl_put_ref(r, addr, data_size(size), WL_REF_LOAD);
			break;
		case STORE:
			wl_put_ref(r, addr, data_size(size), WL_REF_STORE);
			break;
		case FETCH:
			if (size == 0)
				return wrong(r, i, "an instruction's size", 0);
			wl_put_ref(r, addr, size, WL_REF_FETCH);
			d->pc = addr + size;
			break;
		case BUNDLE: bundle(r, d, addr); break;
		default:
			expected = control(r, d, what, addr);
			if (expected != NULL)
				return wrong(r, i, expected,
				    what == WRONG ? type : addr);
		}
	}
	return n;
}

static bool
drmem_whole(const struct wl_refrecord *r)
{
	const struct drmem *d = r->state;

	return d->footed || !d->begun;
}

static void
drmem_fini(void *state)
{
	struct drmem *d = state;

	wl_numbers_fini(&d->threads);
	wl_numbers_fini(&d->processes);
}

/* A header, and records of known types behind it. */
static bool
detect(const char *text, size_t len)
{
	const uint8_t *rec = (const uint8_t *)text;
	const size_t n = len / BYTES;
	const uint64_t version = n > 0 ? wl_le64(rec + 4) : 0;

	if (n < 2 || wl_le16(rec) != 25 || version == 0 || version > MAXVERSION)
		return false;
	for (size_t i = 0; i < n; i++) {
		const uint16_t type = wl_le16(rec + BYTES * i);

		if (type >= NTYPES || types[type] == WRONG)
			return false;
	}
	return true;
}

static const struct wl_recrule rule = {
	.bytes = BYTES,
	.most = 8,
	.state = sizeof(struct drmem),
	.decode = drmem_decode,
	.whole = drmem_whole,
	.fini = drmem_fini,
};

const struct wl_refformat wl_ref_drmemtrace = {
	.name = "drmemtrace",
	.summary = "DynamoRIO's drmemtrace, final form",
	.detect = detect,
	WL_REFRECORD(&rule),
};
