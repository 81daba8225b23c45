/*
 * Traces that are known, but cannot be read: said in a sentence instead of
 * "expected a trace of references".
 *
 * Raw traces of drmemtrace have entries of 64 bits whose upper three bits are a
 * type, and begin with the extended one, 6, of a small version number: program
 * counters in them are offsets in modules, which only raw2trace with the
 * programs themselves can resolve.
 */
#include <stdio.h>

#include "workloads/calls/bsdlog.h"
#include "ref_formats.h"
#include "ref_record.h"

static const struct {
	const char *magic;
	size_t len;
	const char *why;
} known[] = {
	{ "\xff\x06\x00\x00sNaPpY", 10,
	    "compressed with snappy; expected plain, gzip, xz, zstd or zip" },
	{ "\xf0\xde\xbc\x9a\x78\x56\x34\x12", 8,
	    "a trace of libCacheSim's own format lcs; expected one that its "
	    "tools wrote as oracleGeneral or csv" },
	{ "BZh", 3,
	    "compressed with bzip2; expected plain, gzip, xz, zstd or zip" },
	{ "7z\xbc\xaf\x27\x1c", 6,
	    "a 7z archive; expected plain, gzip, xz, zstd or zip" },
	{ "PERFILE2", 8,
	    "perf.data; expected what perf script -F comm,pid,tid,time,event,"
	    "addr,ip prints of it" },
};

static bool
is_raw_drmemtrace(const char *text, size_t len)
{
	const uint64_t first = len >= 16 ? wl_le64((const uint8_t *)text) : 0;
	const uint64_t version = first & 0xffffffffffffu;

	return first >> 61 == 6 && version > 0 && version < 64;
}

/* => the sentence, or NULL */
static const char *
reason(const char *text, size_t len)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (len >= known[i].len &&
		    memcmp(text, known[i].magic, known[i].len) == 0)
			return known[i].why;
	if (wl_bsdlog_binary(text, len))
		return "ktrace's binary file; expected the text that kdump(1) "
		       "makes of it: kdump -f FILE";
	if (is_raw_drmemtrace(text, len))
		return "a raw thread's trace of drmemtrace; expected the final "
		       "form, which raw2trace makes with the program and its "
		       "libraries";
	return NULL;
}

static bool
detect(const char *text, size_t len)
{
	return reason(text, len) != NULL;
}

static bool
refuse_open(struct wl_refsource *s)
{
	size_t len;
	const char *text = wl_input_peek(s->in, 32, &len);
	const char *why = reason(text, len);

	snprintf(s->error, sizeof(s->error), " %s", why != NULL ? why : "");
	return true;
}

static void
refuse_close(struct wl_refsource *s)
{
	(void)s;
}

static size_t
refuse_next(struct wl_refsource *s, const struct wl_ref **ref)
{
	(void)s;
	*ref = NULL;
	return 0;
}

const struct wl_refformat wl_ref_refused = {
	.name = "",
	.summary = "known, but not read",
	.detect = detect,
	.open = refuse_open,
	.close = refuse_close,
	.next = refuse_next,
};
