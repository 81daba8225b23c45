/*
 * Decoders of compressed bytes: rows over zlib, liblzma and libzstd.
 *
 * Magic numbers: RFC 1952 (1f 8b), the .xz file format (fd 37 7a 58 5a 00), RFC
 * 8878 (28 b5 2f fd).
 */
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "input_codec.h"

#define CHUNK WL_INPUT_CHUNK

/* -------------------------------------------------------------- plain ---- */

static bool
plain_step(struct wl_input *in)
{
	size_t n = in->rawlen - in->rawpos, room = CHUNK - in->buflen;

	if (n > room)
		n = room;
	memcpy(in->buf + in->buflen, in->raw + in->rawpos, n);
	in->rawpos += n;
	in->buflen += n;
	return true;
}

static bool
plain_rest(const struct wl_input *in)
{
	(void)in;
	return true;
}

/* --------------------------------------------------------------- gzip ---- */

struct gzip_state {
	z_stream z;
	bool between; /* a member has ended */
};

static void *
gzip_open(void)
{
	struct gzip_state *s = calloc(1, sizeof(*s));

	if (s != NULL && inflateInit2(&s->z, 15 + 16) != Z_OK) {
		free(s);
		return NULL;
	}
	return s;
}

static bool
gzip_step(struct wl_input *in)
{
	struct gzip_state *s = in->state;
	int r;

	if (in->rawpos == in->rawlen)
		return in->raweof;
	if (s->between && inflateReset(&s->z) != Z_OK)
		return false;
	s->between = false;
	s->z.next_in = in->raw + in->rawpos;
	s->z.avail_in = (uInt)(in->rawlen - in->rawpos);
	s->z.next_out = in->buf + in->buflen;
	s->z.avail_out = (uInt)(CHUNK - in->buflen);
	r = inflate(&s->z, Z_NO_FLUSH);
	in->rawpos = in->rawlen - s->z.avail_in;
	in->buflen = CHUNK - s->z.avail_out;
	if (r == Z_STREAM_END)
		s->between = true;
	in->failed |= r == Z_MEM_ERROR;
	return r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR;
}

static bool
gzip_rest(const struct wl_input *in)
{
	return ((const struct gzip_state *)in->state)->between;
}

static void
gzip_close(void *state)
{
	struct gzip_state *s = state;

	inflateEnd(&s->z);
	free(s);
}

/* ----------------------------------------------------------------- xz ---- */

struct xz_state {
	lzma_stream lzma;
	bool ended;
};

static void *
xz_open(void)
{
	struct xz_state *s = calloc(1, sizeof(*s));

	if (s != NULL &&
	    lzma_stream_decoder(&s->lzma, (uint64_t)1 << 30,
		LZMA_CONCATENATED) != LZMA_OK) {
		free(s);
		return NULL;
	}
	return s;
}

static bool
xz_step(struct wl_input *in)
{
	struct xz_state *s = in->state;
	lzma_ret r;

	if (s->ended) {
		in->rawpos = in->rawlen;
		return true;
	}
	s->lzma.next_in = in->raw + in->rawpos;
	s->lzma.avail_in = in->rawlen - in->rawpos;
	s->lzma.next_out = in->buf + in->buflen;
	s->lzma.avail_out = CHUNK - in->buflen;
	r = lzma_code(&s->lzma, in->raweof ? LZMA_FINISH : LZMA_RUN);
	in->rawpos = in->rawlen - s->lzma.avail_in;
	in->buflen = CHUNK - s->lzma.avail_out;
	s->ended = r == LZMA_STREAM_END;
	in->failed |= r == LZMA_MEM_ERROR;
	return r == LZMA_OK || r == LZMA_STREAM_END || r == LZMA_BUF_ERROR;
}

static bool
xz_rest(const struct wl_input *in)
{
	return ((const struct xz_state *)in->state)->ended;
}

static void
xz_close(void *state)
{
	struct xz_state *s = state;

	lzma_end(&s->lzma);
	free(s);
}

/* --------------------------------------------------------------- zstd ---- */

struct zstd_state {
	ZSTD_DStream *z;
	size_t want; /* 0: between frames */
};

static void *
zstd_open(void)
{
	struct zstd_state *s = calloc(1, sizeof(*s));

	if (s != NULL && (s->z = ZSTD_createDStream()) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

static bool
zstd_step(struct wl_input *in)
{
	struct zstd_state *s = in->state;
	ZSTD_inBuffer from = { in->raw, in->rawlen, in->rawpos };
	ZSTD_outBuffer to = { in->buf, CHUNK, in->buflen };

	if (in->rawpos == in->rawlen && s->want == 0)
		return true;
	s->want = ZSTD_decompressStream(s->z, &to, &from);
	if (ZSTD_isError(s->want)) {
		in->failed |= ZSTD_getErrorCode(s->want) ==
		    ZSTD_error_memory_allocation;
		return false;
	}
	in->rawpos = from.pos;
	in->buflen = to.pos;
	return true;
}

static bool
zstd_rest(const struct wl_input *in)
{
	return ((const struct zstd_state *)in->state)->want == 0;
}

static void
zstd_close(void *state)
{
	struct zstd_state *s = state;

	ZSTD_freeDStream(s->z);
	free(s);
}

static const struct wl_codec gzip_codec = { "gzip", "\x1f\x8b", 2, gzip_open,
	gzip_step, gzip_rest, gzip_close };
static const struct wl_codec xz_codec = { "xz",
	"\xfd"
	"7zXZ",
	6, xz_open, xz_step, xz_rest, xz_close };
static const struct wl_codec zstd_codec = { "zstd", "\x28\xb5\x2f\xfd", 4,
	zstd_open, zstd_step, zstd_rest, zstd_close };
static const struct wl_codec plain_codec = { "plain", "", 0, NULL, plain_step,
	plain_rest, NULL };

const struct wl_codec *const wl_codecs[] = { &gzip_codec, &xz_codec,
	&zstd_codec, &wl_codec_zip, &plain_codec };
