/*
 * Traces written: one row a format.
 */
#include "refsink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "pmap/types.h"
#include "refs_future.h"
#include "sink_formats.h"

#define PAGE_SHIFT 12
#define PART 1024 /* touches given to a format at once */

/* -------------------------------------------------------------- lackey ---- */

#define LINE 32 /* bytes of the longest: kind, 16 digits, a size */
#define LINES ((size_t)2048)

/* Talk of a tool, which readers skip: where the trace comes from. */
static bool
lackey_begin(struct wl_refsink *s, const char *origin)
{
	s->text = malloc(LINES * LINE);
	if (s->text == NULL)
		return false;
	for (size_t n; *origin != '\0'; origin += n) {
		n = strcspn(origin, "\n");
		fprintf(s->fp, "==0== uvmsim: %.*s\n", (int)n, origin);
		n += origin[n] == '\n';
	}
	return ferror(s->fp) == 0;
}

static char *
put_line(char *p, const struct wl_ref *ref)
{
	static const char *const lead[WL_REF_NKINDS] = {
		[WL_REF_FETCH] = "I  ",
		[WL_REF_LOAD] = " L ",
		[WL_REF_STORE] = " S ",
		[WL_REF_MODIFY] = " M ",
	};
	static const char digits[] = "0123456789abcdef";
	unsigned n = ref->va >> 32 == 0 ? 8 : 16;
	char size[10];
	unsigned k = 0;

	memcpy(p, lead[ref->kind], 3);
	p += 3;
	while (n > 8 && ref->va >> (4 * (n - 1)) == 0)
		n--;
	while (n-- > 0)
		*p++ = digits[ref->va >> (4 * n) & 15];
	*p++ = ',';
	for (uint32_t v = ref->size; v != 0; v /= 10)
		size[k++] = digits[v % 10];
	while (k > 0)
		*p++ = size[--k];
	*p++ = '\n';
	return p;
}

static bool
lackey_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	while (n > 0) {
		const size_t part = n < LINES ? n : LINES;
		char *p = s->text;

		for (size_t i = 0; i < part; i++)
			p = put_line(p, &ref[i]);
		if (fwrite(s->text, 1, (size_t)(p - s->text), s->fp) !=
		    (size_t)(p - s->text))
			return false;
		ref += part;
		n -= part;
	}
	return true;
}

static bool
lackey_end(struct wl_refsink *s)
{
	return ferror(s->fp) == 0;
}

static const struct wl_sinkformat lackey_format = {
	.name = "lackey",
	.summary = "text, as of valgrind --tool=lackey --trace-mem=yes",
	.begin = lackey_begin,
	.put = lackey_put,
	.end = lackey_end,
};

/* ----------------------------------------------------------------- uvt ---- */

static bool
uvt_begin(struct wl_refsink *s, const char *origin)
{
	return wl_uvt_begin(&s->uvt, s->fp, origin);
}

static bool
uvt_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	return wl_uvt_put(&s->uvt, s->process, ref, n);
}

static bool
uvt_op(struct wl_refsink *s, const char *line, size_t len)
{
	return wl_uvt_op(&s->uvt, line, len);
}

static bool
uvt_part(struct wl_refsink *s, const char *origin)
{
	return wl_uvt_part(&s->uvt, origin);
}

static bool
uvt_append(struct wl_refsink *s, struct wl_input *old, const char *origin,
    char *err, size_t errlen)
{
	return wl_uvt_append(&s->uvt, s->fp, old, origin, err, errlen);
}

static bool
uvt_end(struct wl_refsink *s)
{
	return wl_uvt_end(&s->uvt);
}

static const struct wl_sinkformat uvt_format = {
	.name = "uvt",
	.summary = "our own binary trace, uvmsim-uvt(5)",
	.begin = uvt_begin,
	.put = uvt_put,
	.end = uvt_end,
	.op = uvt_op,
	.part = uvt_part,
	.append = uvt_append,
};

/* -------------------------------------------------------------- common ---- */

const struct wl_sinkformat *const wl_sinkformats[] = {
	&uvt_format,
	&lackey_format,
	&wl_sink_pinatrace,
	&wl_sink_course,
	&wl_sink_hex,
	&wl_sink_champsim,
	NULL,
};

const struct wl_sinkformat *
wl_sinkformat_byname(const char *name)
{
	for (size_t i = 0; wl_sinkformats[i] != NULL; i++)
		if (strcmp(wl_sinkformats[i]->name, name) == 0)
			return wl_sinkformats[i];
	return NULL;
}

static bool
open_sink(struct wl_refsink *s, const struct wl_sinkformat *format, FILE *fp)
{
	memset(s, 0, sizeof(*s));
	s->format = format;
	s->fp = fp;
	return !format->touches ||
	    (s->part = malloc(PART * sizeof(*s->part))) != NULL;
}

bool
wl_refsink_begin(struct wl_refsink *s, const struct wl_sinkformat *format,
    FILE *fp, const char *origin)
{
	return open_sink(s, format, fp) && format->begin(s, origin);
}

bool
wl_refsink_append(struct wl_refsink *s, const struct wl_sinkformat *format,
    FILE *fp, struct wl_input *old, const char *origin, char *err,
    size_t errlen)
{
	if (open_sink(s, format, fp) && format->append != NULL)
		return format->append(s, old, origin, err, errlen);
	snprintf(err, errlen, "%s: %s", old->path,
	    format->append != NULL ? "no memory" :
				     "nothing is appended to its format");
	return false;
}

/* One byte in each page of references. */
static bool
put_touches(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	size_t k = 0;

	for (; n > 0; n--, ref++) {
		uint64_t more = wl_ref_more_pages(ref, PAGE_SHIFT);
		uint64_t va = ref->va;

		if (s->format->data_only && ref->kind == WL_REF_FETCH) {
			s->left_out++;
			more = 0;
		}
		for (;; more--) {
			s->part[k++] = (struct wl_ref){ va, 1, ref->kind };
			if (k == PART && !s->format->put(s, s->part, k))
				return false;
			k %= PART;
			if (more == 0)
				break;
			va = ((va >> PAGE_SHIFT) + 1) << PAGE_SHIFT;
		}
	}
	return s->format->put(s, s->part, k);
}

bool
wl_refsink_put(struct wl_refsink *s, const struct wl_ref *ref, size_t n)
{
	return s->format->touches ? put_touches(s, ref, n) :
				    s->format->put(s, ref, n);
}

bool
wl_refsink_op(struct wl_refsink *s, const char *line, size_t len)
{
	return s->format->op == NULL || s->format->op(s, line, len);
}

bool
wl_refsink_part(struct wl_refsink *s, const char *origin)
{
	return s->format->part == NULL || s->format->part(s, origin);
}

bool
wl_refsink_end(struct wl_refsink *s)
{
	return s->format->end(s);
}

void
wl_refsink_drop(struct wl_refsink *s)
{
	free(s->text);
	free(s->part);
	wl_uvt_drop(&s->uvt);
	memset(s, 0, sizeof(*s));
}
