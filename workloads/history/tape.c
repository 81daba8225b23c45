/*
 * Blocks of a trace, written as they come and read again when asked for.
 *
 * Decoders give references some hundreds at a time; they are gathered until the
 * block is full or another process has its turn.
 */
#include "tape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NONE SIZE_MAX

/* => false, with the reason */
static bool
fail(struct wl_tape *t, const char *why)
{
	t->ended = true;
	snprintf(t->error, sizeof(t->error), "%s", why);
	return false;
}

/* The same of the host. */
static bool
broken(struct wl_tape *t, const char *why)
{
	t->host = true;
	return fail(t, why);
}

/* The same of the copy, with the host's reason. */
static bool
copy_broken(struct wl_tape *t, const char *why)
{
	char text[sizeof(t->error)];

	snprintf(text, sizeof(text), "%s: %s", why, strerror(errno));
	return broken(t, text);
}

/* => 1; 0: not so many bytes; -1 and errno */
static int
get(const struct wl_tape *t, void *to, size_t size, off_t at)
{
	char *p = to;
	ssize_t n = 1;

	while (size > 0 && n != 0) {
		n = pread(fileno(t->fp), p, size, at);
		if (n < 0 && errno != EINTR)
			return -1;
		p += n > 0 ? n : 0;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return size == 0;
}

int
wl_tape_open(struct wl_tape *t, struct wl_input *in, bool with_ops)
{
	int error = 0;

	memset(t, 0, sizeof(*t));
	t->in = in;
	t->with_ops = with_ops;
	t->open = NONE;
	t->coded = malloc(WL_UVT_HEADER + WL_UVT_MAXPAYLOAD + WL_UVT_SLACK);
	t->ref = malloc(WL_UVT_MAXREFS * sizeof(*t->ref));
	if (t->coded == NULL || t->ref == NULL)
		return ENOMEM;
	if ((t->fp = tmpfile()) == NULL) {
		(void)copy_broken(t, "no copy of the trace can be made");
		return EIO;
	}
	wl_input_once(in);
	if (!with_ops)
		error = wl_refsource_open(&t->u.refs, in);
	else if (!wl_uvt_open(&t->u.uvt, in))
		error = ENOMEM;
	t->reading = error == 0;
	return error;
}

void
wl_tape_close(struct wl_tape *t)
{
	if (t->reading && t->with_ops)
		wl_uvt_close(&t->u.uvt);
	else if (t->reading)
		wl_refsource_close(&t->u.refs);
	if (t->fp != NULL)
		fclose(t->fp);
	free(t->coded);
	free(t->ref);
	free(t->text);
	free(t->block);
}

/* ------------------------------------------------------------- writing ---- */

/* => NULL: no memory */
static struct wl_tape_block *
add_block(struct wl_tape *t, enum wl_tape_kind kind)
{
	size_t max = t->maxblocks > 0 ? 2 * t->maxblocks : 64;
	struct wl_tape_block *b;

	if (t->nblocks == t->maxblocks) {
		b = realloc(t->block, max * sizeof(*b));
		if (b == NULL) {
			(void)broken(t, "no memory");
			return NULL;
		}
		t->block = b;
		t->maxblocks = max;
	}
	b = &t->block[t->nblocks++];
	*b = (struct wl_tape_block){ .offset = t->end, .kind = (uint8_t)kind };
	return b;
}

static bool
put(struct wl_tape *t, struct wl_tape_block *b, const void *data, size_t size)
{
	const char *p = data;
	off_t at = (off_t)b->offset;

	b->size = (uint32_t)size;
	t->end += size;
	while (size > 0) {
		const ssize_t n = pwrite(fileno(t->fp), p, size, at);

		if (n < 0 && errno != EINTR)
			break;
		p += n > 0 ? n : 0;
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	if (size == 0)
		return true;
	t->nblocks--;
	return copy_broken(t, "no room for a copy of the trace beside it");
}

/* The references in t->ref. */
static bool
put_refs(struct wl_tape *t, uint32_t n, uint32_t process)
{
	struct wl_tape_block *b = add_block(t, WL_TAPE_REFS);
	size_t size;

	if (b == NULL)
		return false;
	size = wl_uvt_encode(t->coded, t->ref, n, 0, process);
	b->n = n;
	b->process = process;
	t->open = t->nblocks - 1;
	return put(t, b, t->coded, size);
}

/* => false: no memory */
static bool
room_for_text(struct wl_tape *t, size_t len)
{
	char *p;

	if (len < t->textcap)
		return true;
	p = realloc(t->text, len + 1);
	if (p == NULL)
		return broken(t, "no memory");
	t->text = p;
	t->textcap = len + 1;
	return true;
}

static bool
put_text(struct wl_tape *t, const char *text, uint32_t len)
{
	struct wl_tape_block *b;

	if (!room_for_text(t, len) || (b = add_block(t, WL_TAPE_OPS)) == NULL)
		return false;
	memcpy(t->text, text, len);
	t->text[len] = '\0';
	b->n = len;
	b->line = t->lines + 1;
	for (uint32_t i = 0; i < len; i++)
		t->lines += text[i] == '\n' || i + 1 == len;
	t->open = t->nblocks - 1;
	return put(t, b, text, len);
}

/* ------------------------------------------------------------- reading ---- */

/* More references of the source. => false: there are none */
static bool
refill(struct wl_tape *t)
{
	struct wl_refsource *s = &t->u.refs;

	if (t->nleft > 0)
		return true;
	t->nleft = wl_refsource_next(s, &t->left);
	t->left_process = s->process;
	if (t->nleft > 0)
		return true;
	t->ended = true;
	t->cut = s->cut;
	if (s->error[0] != '\0') {
		t->host = t->in->failed;
		(void)fail(t, s->error + (s->error[0] == ' '));
	}
	return false;
}

static bool
read_refs(struct wl_tape *t)
{
	uint32_t n = 0, process = 0;

	if (t->ended)
		return false;
	while (n < WL_UVT_MAXREFS && refill(t)) {
		size_t k = t->nleft;

		if (n > 0 && t->left_process != process)
			break;
		process = t->left_process;
		if (k > WL_UVT_MAXREFS - n)
			k = WL_UVT_MAXREFS - n;
		memcpy(t->ref + n, t->left, k * sizeof(*t->ref));
		n += (uint32_t)k;
		t->left += k;
		t->nleft -= k;
	}
	return n > 0 && put_refs(t, n, process);
}

static bool
take_block(struct wl_tape *t)
{
	const struct wl_uvt_block *b = &t->u.uvt.block;

	switch (b->type) {
	case WL_UVT_HEAD: return add_block(t, WL_TAPE_PART) != NULL;
	case WL_UVT_OPS: return put_text(t, t->u.uvt.text, b->length);
	case WL_UVT_REFS:
		memcpy(t->ref, t->u.uvt.ref, b->records * sizeof(*t->ref));
		return put_refs(t, b->records, b->process);
	default: return true;
	}
}

static bool
read_block(struct wl_tape *t)
{
	const size_t before = t->nblocks;

	while (!t->ended && t->nblocks == before) {
		if (wl_uvt_next(&t->u.uvt)) {
			if (!take_block(t))
				return false;
			continue;
		}
		t->ended = true;
		t->cut = t->u.uvt.cut;
		if (t->u.uvt.error[0] != '\0') {
			t->host = t->in->failed;
			(void)fail(t, t->u.uvt.error);
		}
	}
	return t->nblocks > before;
}

/* Block i, from the file. */
static bool
load(struct wl_tape *t, size_t i)
{
	const struct wl_tape_block *b = &t->block[i];
	const bool text = b->kind == WL_TAPE_OPS;
	struct wl_uvt_block head;
	void *to = t->coded;
	int got;

	t->open = NONE;
	if (text && !room_for_text(t, b->n))
		return false;
	if (text)
		to = t->text;
	got = get(t, to, b->size, (off_t)b->offset);
	if (got < 0)
		return copy_broken(t, "the copy of the trace cannot be read");
	if (got == 0)
		return broken(t, "the copy of the trace is cut");
	if (text) {
		t->text[b->n] = '\0';
	} else if (b->kind == WL_TAPE_REFS) {
		memset(t->coded + b->size, 0, WL_UVT_SLACK);
		if (wl_uvt_header(t->coded, &head) != NULL ||
		    wl_uvt_decode(t->coded, &head, t->ref) != NULL)
			return broken(t, "the copy of the trace is damaged");
	}
	t->open = i;
	return true;
}

const struct wl_tape_block *
wl_tape_get(struct wl_tape *t, size_t i)
{
	if (i == t->nblocks && !(t->with_ops ? read_block(t) : read_refs(t)))
		return NULL;
	if (t->open != i && !load(t, i))
		return NULL;
	return &t->block[i];
}
