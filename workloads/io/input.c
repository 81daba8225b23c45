/*
 * Reading of plain and compressed input.
 *
 * One loop for all formats: raw bytes are read into `raw', the codec turns them
 * into decoded bytes in `buf', lines are cut from there.  A codec is a row of
 * wl_codecs[] (input_codecs.c, input_zip.c): its magic bytes and four
 * functions. When a compressed input turns out to be long, the codec's part of
 * the loop goes on in a thread of its own (input_ahead.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/gen/gen.h"
#include "input_codec.h"
#include "workloads/watch.h"

#define CHUNK WL_INPUT_CHUNK
#define MAXMAGIC 6
#define AHEAD_FROM (4 * CHUNK) /* decoded bytes: a thread pays from there on */

/* The host fails, not what is read. => false */
static bool
fail(struct wl_input *in, const char *what, int error)
{
	snprintf(in->error, sizeof(in->error), "%s%s%s", what,
	    error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
	in->failed = true;
	return false;
}

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

/*
 * Who reads a pipe waits for bytes, until it is to stop: for the watch, or, in
 * a thread, for its end.  Descriptors of -1 are passed over by poll().
 */
static bool
stopped(struct wl_input *in)
{
	struct pollfd fds[] = { { .fd = in->fd, .events = POLLIN },
		{ .fd = in->wake, .events = POLLIN },
		{ .fd = in->watch != NULL ? in->watch->wake : in->halt,
		    .events = POLLIN } };

	if (in->seekable || (fds[1].fd == -1 && fds[2].fd == -1))
		return false;
	while (poll(fds, 3, -1) < 0 && errno == EINTR)
		continue;
	in->halted = fds[2].revents != 0;
	return in->halted || fds[1].revents != 0;
}

/*
 * The end of what is read here: who has halted it is asked.  What is there of
 * the last line or record is no whole one then.
 */
static void
ended(struct wl_input *in)
{
	struct wl_watch *w = in->watch;

	in->eof = true;
	if (in->halted && w != NULL && !w->stopped)
		w->stopped = w->look(w->ctx);
	if (in->halted && in->error[0] == '\0')
		snprintf(in->error, sizeof(in->error), "interrupted");
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
		n = stopped(in) ? 0 : read(in->fd, to, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		(void)fail(in, "cannot read", errno);
	if (n > 0 && __atomic_load_n(&in->keeps, __ATOMIC_RELAXED) &&
	    !keep(in, to, (size_t)n)) {
		(void)fail(in, "no memory", 0);
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
	while (wl_codecs[i]->magic_len > in->rawlen ||
	    memcmp(wl_codecs[i]->magic, in->raw, wl_codecs[i]->magic_len) != 0)
		i++;
	c = wl_codecs[i];
	in->codec = c;
	if (c->open != NULL && (in->state = c->open()) == NULL)
		return fail(in, "no memory", 0);
	return !in->failed;
}

/* The codec's turn: bytes behind those in buf, which has room. */
static void
decode(struct wl_input *in)
{
	const size_t before = in->buflen;

	while (!in->eof && in->error[0] == '\0' && in->buflen == before) {
		if (in->rawpos == in->rawlen)
			fill_raw(in);
		if (!in->codec->step(in)) {
			if (in->failed)
				(void)fail(in, "no memory", 0);
			else
				snprintf(in->error, sizeof(in->error),
				    "damaged %s data", in->codec->name);
		} else if (in->buflen == before && in->raweof &&
		    in->rawpos == in->rawlen) {
			ended(in);
			if (!in->codec->rest(in))
				snprintf(in->error, sizeof(in->error),
				    "the %s data end in the middle",
				    in->codec->name);
		}
	}
	in->decoded += in->buflen - before;
}

/* A long compressed input has a thread, if there are two processors. */
static bool
begins_ahead(struct wl_input *in)
{
	if (in->decoded < AHEAD_FROM || in->tried || in->codec->open == NULL)
		return false;
	in->tried = true;
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		wl_ahead_start(in);
	return in->ahead != NULL;
}

bool
wl_input_fill(struct wl_input *in)
{
	size_t before;

	if (in->bufpos > 0) {
		memmove(in->buf, in->buf + in->bufpos, in->buflen - in->bufpos);
		in->buflen -= in->bufpos;
		in->bufpos = 0;
	}
	before = in->buflen;
	if (in->ahead == NULL && !begins_ahead(in)) {
		decode(in);
	} else if (!in->eof) {
		in->buflen += wl_ahead_read(in, in->buf + before,
		    CHUNK - before);
		if (in->buflen == before)
			ended(in);
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
		in->wake = in->halt = -1;
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

struct wl_input *
wl_input_memory(const char *name, const void *bytes, size_t len, char *err,
    size_t errlen)
{
	struct wl_input *in = wl_input_open("/dev/null", err, errlen);

	if (in == NULL)
		return NULL;
	decoder_stop(in);
	in->path = name;
	in->seekable = false;
	in->keeps = true;
	if (len > 0 && !keep(in, bytes, len))
		snprintf(err, errlen, "no memory");
	else if (wl_input_rewind(in))
		return in;
	else
		snprintf(err, errlen, "%s", in->error);
	wl_input_close(in);
	return NULL;
}

void
wl_input_close(struct wl_input *in)
{
	if (in == NULL)
		return;
	wl_ahead_stop(in);
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
	wl_ahead_stop(in);
	decoder_stop(in);
	in->error[0] = '\0';
	in->failed = false;
	if (in->seekable ? lseek(in->fd, 0, SEEK_SET) != 0 : !in->keeps)
		return fail(in, "cannot read it twice",
		    in->seekable ? errno : 0);
	in->mempos = in->rawpos = in->rawlen = in->bufpos = in->buflen = 0;
	in->raweof = in->eof = in->unended = in->cut = in->tried = false;
	in->halted = false;
	in->line = in->decoded = 0;
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
		if (text == NULL)
			return fail(in, "no memory", 0);
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
		if (in->bufpos == in->buflen && !wl_input_fill(in)) {
			if (!any || in->error[0] != '\0')
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

/* Bytes that need not pass through buf. */
static bool
is_direct(const struct wl_input *in)
{
	return in->ahead != NULL ||
	    (in->codec->open == NULL && in->rawpos == in->rawlen);
}

static size_t
direct(struct wl_input *in, void *to, size_t room)
{
	return in->ahead != NULL ? wl_ahead_read(in, to, room) :
				   read_raw(in, to, room);
}

size_t
wl_input_read(struct wl_input *in, void *out, size_t want)
{
	size_t done = 0, n;

	while (done < want) {
		if (in->bufpos == in->buflen && !in->eof && is_direct(in)) {
			n = direct(in, (uint8_t *)out + done, want - done);
			if (n == 0)
				ended(in);
			done += n;
			continue;
		}
		if (in->bufpos == in->buflen && !wl_input_fill(in))
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
	while (in->buflen - in->bufpos < want && wl_input_fill(in))
		continue;
	*len = in->buflen - in->bufpos;
	return (const char *)in->buf + in->bufpos;
}

void
wl_input_once(struct wl_input *in)
{
	if (in->ahead != NULL)
		wl_ahead_once(in);
	in->keeps = false;
}

/* ------------------------------------------------------------- places ---- */

uint64_t
wl_input_size(const struct wl_input *in)
{
	struct stat st;

	if (in->codec->open != NULL || !in->seekable || in->generated ||
	    fstat(in->fd, &st) != 0)
		return 0;
	return (uint64_t)st.st_size;
}

bool
wl_input_at(const struct wl_input *in, uint64_t at, void *to, size_t n)
{
	ssize_t got = 1;

	for (size_t done = 0; done < n && got > 0; done += (size_t)got)
		do
			got = pread(in->fd, (uint8_t *)to + done, n - done,
			    (off_t)(at + done));
		while (got < 0 && errno == EINTR);
	if (got == 0)
		errno = 0;
	return got > 0;
}

bool
wl_input_seek(struct wl_input *in, uint64_t at)
{
	if (at > wl_input_size(in) ||
	    lseek(in->fd, (off_t)at, SEEK_SET) != (off_t)at)
		return false;
	in->rawpos = in->rawlen = in->bufpos = in->buflen = 0;
	in->raweof = in->eof = false;
	return true;
}

/* => false: bytes have to be read to be passed over */
static bool
leap(struct wl_input *in, uint64_t n)
{
	const uint64_t size = wl_input_size(in);
	const off_t at = size > 0 ? lseek(in->fd, 0, SEEK_CUR) : -1;
	uint64_t to;

	if (at < 0)
		return false;
	to = (uint64_t)at - (in->rawlen - in->rawpos) -
	    (in->buflen - in->bufpos) + n;
	return to >= n && wl_input_seek(in, to);
}

bool
wl_input_pass(struct wl_input *in, uint64_t n)
{
	uint8_t bytes[4096];

	if (n > CHUNK && leap(in, n))
		return true;
	while (n > 0) {
		size_t part = n < sizeof(bytes) ? (size_t)n : sizeof(bytes);

		if (wl_input_read(in, bytes, part) < part)
			return false;
		n -= part;
	}
	return true;
}

bool
wl_input_place(const struct wl_input *in, uint64_t *at, uint64_t *size)
{
	struct stat st;
	off_t place;

	if (!in->seekable || in->generated || fstat(in->fd, &st) != 0 ||
	    (place = lseek(in->fd, 0, SEEK_CUR)) < 0)
		return false;
	*at = (uint64_t)place;
	*size = (uint64_t)st.st_size;
	return true;
}

const char *
wl_input_codec(const struct wl_input *in)
{
	return in->codec->name;
}
