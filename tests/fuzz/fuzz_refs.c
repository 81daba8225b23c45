/*
 * Any bytes as a trace of references: read as what they are taken for, and as a
 * format that they are said to be; uvt also in part.  Whatever they are, every
 * reference is one that the replay can take, an error has a sentence, and the
 * end is the end.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "workloads/refs/refsource.h"

#define ENOUGH 1000000 /* references */

static void
look_at(const struct wl_ref *ref, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		insist(ref[i].size >= 1 && ref[i].size <= WL_LACKEY_MAXSIZE,
		    "a size that is none");
		insist(ref[i].kind == WL_REF_FETCH ||
			ref[i].kind == WL_REF_LOAD ||
			ref[i].kind == WL_REF_STORE ||
			ref[i].kind == WL_REF_MODIFY,
		    "a kind that is none");
	}
}

static void
read_all(struct wl_refsource *s)
{
	const struct wl_ref *ref;
	uint64_t records = 0;
	size_t n, all = 0;

	while (all < ENOUGH && (n = wl_refsource_next(s, &ref)) > 0) {
		look_at(ref, n);
		all += n;
		insist(s->records >= records, "records that go back");
		records = s->records;
	}
	if (all >= ENOUGH)
		return;
	insist(s->skipped <= s->records, "more skipped than there are");
	insist(strlen(s->error) < sizeof(s->error), "a sentence without end");
	insist(wl_refsource_next(s, &ref) == 0, "more behind the end");
}

/* part: the first of them are passed over, and not all are taken. */
static void
run(const char *path, const struct wl_refformat *as, unsigned part)
{
	struct wl_refsource s;
	struct wl_input *in;
	char err[256];

	in = wl_input_open(path, err, sizeof(err));
	if (in == NULL)
		return;
	in->as = as;
	in->skip = part & 15;
	in->until = part >> 4;
	in->until_data = part >> 7;
	wl_input_once(in);
	if (wl_refsource_open(&s, in) == 0) {
		read_all(&s);
		wl_refsource_close(&s);
	}
	wl_input_close(in);
}

void
fuzz_refs(const struct fuzz_input *in)
{
	size_t formats = 0;
	uint8_t *sealed;

	run(in->path, NULL, 0);
	while (wl_refformats[formats] != NULL)
		formats++;
	run(in->path, wl_refformats[in->pick % formats], 0);
	if (!wl_uvt_detect((const char *)in->data, in->len))
		return;
	sealed = malloc(in->len);
	insist(sealed != NULL, "no memory");
	memcpy(sealed, in->data, in->len);
	fuzz_seal_uvt(sealed, in->len);
	fuzz_rewrite(in, sealed, in->len);
	free(sealed);
	run(in->path, NULL, 0);
	run(in->path, NULL, in->pick); /* by the index, if it has one */
}
