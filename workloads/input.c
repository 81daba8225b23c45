/*
 * Reading of plain and compressed input.
 *
 * One loop for all formats: raw bytes are read into `raw', the codec turns them
 * into decoded bytes in `buf', lines are cut from there.  A codec is a row of
 * codecs[]: its magic bytes and four functions over zlib, liblzma or libzstd
 * (input_codec.h; zip archives are in input_zip.c).
 *
 * Magic numbers: RFC 1952 (1f 8b), the .xz file format (fd 37 7a 58 5a 00), RFC
 * 8878 (28 b5 2f fd).
 */
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "gen.h"
#include "input_codec.h"

#define CHUNK WL_INPUT_CHUNK
#define MAXMAGIC 6

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
	if (ZSTD_isError(s->want))
		return false;
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

static const struct wl_codec *const codecs[] = { &gzip_codec, &xz_codec,
	&zstd_codec, &wl_codec_zip, &plain_codec };

/* ---------------------------------------------------------- raw bytes ---- */

/* Remember what came from a pipe. => false: no memory */
static bool
keep(struct wl_input *in, const void *bytes, size_t n)
{
	uint8_t *mem;
	size_t cap;

	if (in->memlen + n > in->memcap) {
		cap = in->memcap != 0 ? in->memcap * 2 : CHUNK;
		while (cap < in->memlen + n)
			cap *= 2;
		mem = realloc(in->mem, cap);
		if (mem == NULL)
			return false;
		in->mem = mem;
		in->memcap = cap;
	}
	memcpy(in->mem + in->memlen, bytes, n);
	in->memlen += n;
	in->mempos = in->memlen;
	return true;
}

/* At most room raw bytes. => how many; 0: the end, or an error */
static size_t
read_raw(struct wl_input *in, void *to, size_t room)
{
	size_t kept = in->memlen - in->mempos;
	ssize_t n;

	if (kept > 0) {
		if (kept > room)
			kept = room;
		memcpy(to, in->mem + in->mempos, kept);
		in->mempos += kept;
		return kept;
	}
	do
		n = read(in->fd, to, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		snprintf(in->error, sizeof(in->error), "cannot read: %s",
		    strerror(errno));
	if (n > 0 && in->keeps && !keep(in, to, (size_t)n)) {
		snprintf(in->error, sizeof(in->error), "no memory");
		n = 0;
	}
	in->raweof = n <= 0;
	return n > 0 ? (size_t)n : 0;
}

static void
fill_raw(struct wl_input *in)
{
	if (in->rawpos > 0) {
		memmove(in->raw, in->raw + in->rawpos, in->rawlen - in->rawpos);
		in->rawlen -= in->rawpos;
		in->rawpos = 0;
	}
	if (!in->raweof && in->rawlen < CHUNK)
		in->rawlen += read_raw(in, in->raw + in->rawlen,
		    CHUNK - in->rawlen);
}

/* ------------------------------------------------------------ decoded ---- */

static void
decoder_stop(struct wl_input *in)
{
	if (in->state != NULL)
		in->codec->close(in->state);
	in->state = NULL;
}

/* Begin to decode at the present place of the raw bytes. */
static bool
decoder_start(struct wl_input *in)
{
	const struct wl_codec *c;
	size_t i = 0;

	do
		fill_raw(in); /* a pipe may give little at a time */
	while (in->rawlen < MAXMAGIC && !in->raweof);
	while (codecs[i]->magic_len > in->rawlen ||
	    memcmp(codecs[i]->magic, in->raw, codecs[i]->magic_len) != 0)
		i++;
	c = codecs[i];
	in->codec = c;
	if (c->open != NULL && (in->state = c->open()) == NULL) {
		snprintf(in->error, sizeof(in->error), "no memory");
		return false;
	}
	return true;
}

/* More decoded bytes behind those in buf. => false: end or error */
static bool
fill(struct wl_input *in)
{
	size_t before;

	if (in->bufpos > 0) {
		memmove(in->buf, in->buf + in->bufpos, in->buflen - in->bufpos);
		in->buflen -= in->bufpos;
		in->bufpos = 0;
	}
	before = in->buflen;
	while (!in->eof && in->error[0] == '\0' && in->buflen == before) {
		if (in->rawpos == in->rawlen)
			fill_raw(in);
		if (!in->codec->step(in)) {
			snprintf(in->error, sizeof(in->error),
			    "damaged %s data", in->codec->name);
		} else if (in->buflen == before && in->raweof &&
		    in->rawpos == in->rawlen) {
			in->eof = true;
			if (!in->codec->rest(in))
				snprintf(in->error, sizeof(in->error),
				    "the %s data end in the middle",
				    in->codec->name);
		}
	}
	return in->buflen > before;
}

/* A generator has no bytes, and can be read again. */
static int
open_path(struct wl_input *in)
{
	if (in->generated)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	return strcmp(in->path, "-") == 0 ?
	    dup(STDIN_FILENO) :
	    open(in->path, O_RDONLY | O_CLOEXEC);
}

/* => path is gen:NAME, with nothing wrong; else err may say what is */
static bool
is_generator(const char *path, char *err, size_t errlen)
{
	const size_t len = sizeof(WL_GEN_PREFIX) - 1;
	struct wl_gen_args args;

	err[0] = '\0';
	return strncmp(path, WL_GEN_PREFIX, len) == 0 &&
	    wl_gen_parse(&args, path + len, err, errlen);
}

struct wl_input *
wl_input_open(const char *path, char *err, size_t errlen)
{
	const bool generated = is_generator(path, err, errlen);
	struct wl_input *in;
	struct stat st;

	if (err[0] != '\0')
		return NULL;
	if ((in = calloc(1, sizeof(*in))) != NULL) {
		in->path = path;
		in->generated = generated;
		in->raw = malloc(CHUNK);
		in->buf = malloc(CHUNK);
		in->fd = open_path(in);
	}
	if (in == NULL || in->raw == NULL || in->buf == NULL) {
		snprintf(err, errlen, "no memory");
	} else if (in->fd < 0 || fstat(in->fd, &st) != 0) {
		snprintf(err, errlen, "%s", strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		snprintf(err, errlen, "%s", strerror(EISDIR));
	} else {
		in->seekable = S_ISREG(st.st_mode) || generated;
		in->keeps = !in->seekable;
		if (!decoder_start(in))
			snprintf(err, errlen, "%s", in->error);
		else
			return in;
	}
	wl_input_close(in);
	return NULL;
}

void
wl_input_close(struct wl_input *in)
{
	if (in == NULL)
		return;
	decoder_stop(in);
	if (in->fd >= 0 && in->path != NULL)
		close(in->fd);
	free(in->mem);
	free(in->raw);
	free(in->buf);
	free(in->text);
	free(in);
}

bool
wl_input_rewind(struct wl_input *in)
{
	decoder_stop(in);
	in->error[0] = '\0';
	if (in->seekable ? lseek(in->fd, 0, SEEK_SET) != 0 : !in->keeps) {
		snprintf(in->error, sizeof(in->error), "cannot read it twice");
		return false;
	}
	in->mempos = in->rawpos = in->rawlen = in->bufpos = in->buflen = 0;
	in->raweof = in->eof = in->unended = in->cut = false;
	in->line = 0;
	return decoder_start(in);
}

/* Append n bytes to the line, up to the longest line. => false: no memory */
static bool
text_add(struct wl_input *in, size_t *len, const uint8_t *p, size_t n)
{
	size_t cap;
	char *text;

	if (*len + n > WL_INPUT_MAXLINE) {
		in->cut = true;
		n = WL_INPUT_MAXLINE - *len;
	}
	if (*len + n + 1 > in->textcap) {
		cap = in->textcap != 0 ? in->textcap : 256;
		while (cap < *len + n + 1)
			cap *= 2;
		text = realloc(in->text, cap);
		if (text == NULL) {
			snprintf(in->error, sizeof(in->error), "no memory");
			return false;
		}
		in->text = text;
		in->textcap = cap;
	}
	memcpy(in->text + *len, p, n);
	*len += n;
	return true;
}

int
wl_input_line(struct wl_input *in, char **line, size_t *lenp)
{
	const uint8_t *from, *nl;
	size_t len = 0, n;
	bool any = false;

	in->cut = in->unended = false;
	for (;;) {
		if (in->bufpos == in->buflen && !fill(in)) {
			if (!any)
				return in->error[0] != '\0' ? -1 : 0;
			in->unended = true;
			break;
		}
		any = true;
		from = in->buf + in->bufpos;
		nl = memchr(from, '\n', in->buflen - in->bufpos);
		n = nl != NULL ? (size_t)(nl - from) : in->buflen - in->bufpos;
		if (!text_add(in, &len, from, n))
			return -1;
		in->bufpos += n + (nl != NULL);
		if (nl != NULL)
			break;
	}
	if (len > 0 && in->text[len - 1] == '\r')
		len--;
	in->text[len] = '\0';
	in->line++;
	*line = in->text;
	*lenp = len;
	return 1;
}

size_t
wl_input_read(struct wl_input *in, void *out, size_t want)
{
	size_t done = 0, n;

	while (done < want) {
		if (in->bufpos == in->buflen && in->rawpos == in->rawlen &&
		    in->codec->open == NULL && !in->eof) {
			n = read_raw(in, (uint8_t *)out + done, want - done);
			in->eof = n == 0;
			done += n;
			continue;
		}
		if (in->bufpos == in->buflen && !fill(in))
			break;
		n = in->buflen - in->bufpos;
		if (n > want - done)
			n = want - done;
		memcpy((uint8_t *)out + done, in->buf + in->bufpos, n);
		in->bufpos += n;
		done += n;
	}
	return done;
}

const char *
wl_input_peek(struct wl_input *in, size_t want, size_t *len)
{
	while (in->buflen - in->bufpos < want && fill(in))
		continue;
	*len = in->buflen - in->bufpos;
	return (const char *)in->buf + in->bufpos;
}

void
wl_input_once(struct wl_input *in)
{
	in->keeps = false;
}

const char *
wl_input_codec(const struct wl_input *in)
{
	return in->codec->name;
}
