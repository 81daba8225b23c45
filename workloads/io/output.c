/*
 * Compressed output: a stream of stdio over zlib, liblzma or libzstd.
 *
 * An encoder is a row: what begins, what takes bytes and gives compressed ones
 * as long as there is room, and what ends.  One loop writes what comes.
 */
#include "output.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <zlib.h>
#include <zstd.h>

#define CHUNK ((size_t)64 << 10)
#define LEVEL_GZIP 6
#define LEVEL_XZ \
	2 /* traces gain little from more, and it takes thrice as long */
#define LEVEL_ZSTD 3

/* Bytes in, bytes out. */
struct flow {
	const uint8_t *in;
	size_t nin;
	uint8_t *out;
	size_t nout; /* room */
};

enum step { STEP_MORE, STEP_ENDED, STEP_FAILED };

struct wl_encoder {
	const char *name, *suffix;
	void *(*open)(void);
	/* Take from in, give to out; last: nothing more will come. */
	enum step (*step)(void *state, struct flow *, bool last);
	void (*close)(void *state);
};

struct output {
	const struct wl_encoder *encoder;
	void *state;
	FILE *fp;
	bool failed;
	uint8_t room[CHUNK];
};

/* --------------------------------------------------------------- gzip ---- */

static void *
gzip_open(void)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (z != NULL &&
	    deflateInit2(z, LEVEL_GZIP, Z_DEFLATED, 15 + 16, 8,
		Z_DEFAULT_STRATEGY) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static enum step
gzip_step(void *state, struct flow *f, bool last)
{
	z_stream *z = state;
	int r;

	z->next_in = (Bytef *)(uintptr_t)f->in;
	z->avail_in = (uInt)f->nin;
	z->next_out = f->out;
	z->avail_out = (uInt)f->nout;
	r = deflate(z, last ? Z_FINISH : Z_NO_FLUSH);
	f->in += f->nin - z->avail_in;
	f->nin = z->avail_in;
	f->nout = z->avail_out;
	return r == Z_STREAM_END          ? STEP_ENDED :
	    r == Z_OK || r == Z_BUF_ERROR ? STEP_MORE :
					    STEP_FAILED;
}

static void
gzip_close(void *state)
{
	deflateEnd(state);
	free(state);
}

/* ----------------------------------------------------------------- xz ---- */

static void *
xz_open(void)
{
	lzma_stream *z = calloc(1, sizeof(*z));

	if (z != NULL &&
	    lzma_easy_encoder(z, LEVEL_XZ, LZMA_CHECK_CRC64) != LZMA_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static enum step
xz_step(void *state, struct flow *f, bool last)
{
	lzma_stream *z = state;
	lzma_ret r;

	z->next_in = f->in;
	z->avail_in = f->nin;
	z->next_out = f->out;
	z->avail_out = f->nout;
	r = lzma_code(z, last ? LZMA_FINISH : LZMA_RUN);
	f->in = z->next_in;
	f->nin = z->avail_in;
	f->nout = z->avail_out;
	return r == LZMA_STREAM_END             ? STEP_ENDED :
	    r == LZMA_OK || r == LZMA_BUF_ERROR ? STEP_MORE :
						  STEP_FAILED;
}

static void
xz_close(void *state)
{
	lzma_end(state);
	free(state);
}

/* --------------------------------------------------------------- zstd ---- */

static void *
zstd_open(void)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();

	if (z != NULL &&
	    (ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel,
		 LEVEL_ZSTD)) ||
		ZSTD_isError(
		    ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)))) {
		ZSTD_freeCCtx(z);
		return NULL;
	}
	return z;
}

static enum step
zstd_step(void *state, struct flow *f, bool last)
{
	ZSTD_inBuffer from = { f->in, f->nin, 0 };
	ZSTD_outBuffer to = { f->out, f->nout, 0 };
	const size_t left = ZSTD_compressStream2(state, &to, &from,
	    last ? ZSTD_e_end : ZSTD_e_continue);

	f->in += from.pos;
	f->nin -= from.pos;
	f->nout -= to.pos;
	return ZSTD_isError(left) ? STEP_FAILED :
	    last && left == 0     ? STEP_ENDED :
				    STEP_MORE;
}

static void
zstd_close(void *state)
{
	ZSTD_freeCCtx(state);
}

/* -------------------------------------------------------------- common ---- */

static const struct wl_encoder encoders[] = {
	{ "gzip", ".gz", gzip_open, gzip_step, gzip_close },
	{ "xz", ".xz", xz_open, xz_step, xz_close },
	{ "zstd", ".zst", zstd_open, zstd_step, zstd_close },
};

#define NENCODERS (sizeof(encoders) / sizeof(encoders[0]))

const struct wl_encoder *
wl_encoder_byname(const char *name)
{
	for (size_t i = 0; i < NENCODERS; i++)
		if (strcmp(encoders[i].name, name) == 0)
			return &encoders[i];
	return NULL;
}

const struct wl_encoder *
wl_encoder_bysuffix(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; i < NENCODERS && dot != NULL; i++)
		if (strcmp(encoders[i].suffix, dot) == 0)
			return &encoders[i];
	return NULL;
}

const char *
wl_encoder_suffix(const struct wl_encoder *e)
{
	return e->suffix;
}

/* => false: the encoder or the file fails, errno says what */
static bool
encode(struct output *o, const char *text, size_t n, bool last)
{
	struct flow f = { .in = (const uint8_t *)text, .nin = n };
	enum step step;

	do {
		size_t len;

		f.out = o->room;
		f.nout = sizeof(o->room);
		step = o->encoder->step(o->state, &f, last);
		if (step == STEP_FAILED)
			errno = ENOMEM;
		len = sizeof(o->room) - f.nout;
		if (step == STEP_FAILED ||
		    fwrite(o->room, 1, len, o->fp) != len) {
			o->failed = true;
			return false;
		}
	} while (last ? step != STEP_ENDED : f.nin > 0 || f.nout == 0);
	return true;
}

static ssize_t
write_some(void *cookie, const char *text, size_t n)
{
	struct output *o = cookie;

	return !o->failed && encode(o, text, n, false) ? (ssize_t)n : 0;
}

static int
close_output(void *cookie)
{
	struct output *o = cookie;
	bool ok = !o->failed && encode(o, "", 0, true);

	o->encoder->close(o->state);
	free(o);
	return ok ? 0 : EOF;
}

FILE *
wl_output_open(FILE *fp, const struct wl_encoder *encoder)
{
	struct output *o = calloc(1, sizeof(*o));
	const cookie_io_functions_t io = { .write = write_some,
		.close = close_output };
	FILE *out;

	if (o == NULL)
		return NULL;
	o->encoder = encoder;
	o->fp = fp;
	o->state = encoder->open();
	out = o->state != NULL ? fopencookie(o, "w", io) : NULL;
	if (out != NULL) {
		setvbuf(out, NULL, _IOFBF, CHUNK);
		return out;
	}
	if (o->state != NULL)
		encoder->close(o->state);
	free(o);
	return NULL;
}
