/*
 * Traces from memory, and random ones of text against an oracle.
 */
#include "ref_fixture.h"
#include "tests/random.h"

#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <unistd.h>

static uint64_t seed = 1;

uint32_t
ref_rnd(uint32_t n)
{
	return (uint32_t)rnd_draw(&seed, n);
}

/* --------------------------------------------------------------- read ---- */

static void
keep(struct ref_got *got, const struct wl_ref *ref, size_t n, uint32_t process)
{
	got->ref = realloc(got->ref, (got->n + n) * sizeof(*got->ref));
	got->process = realloc(got->process,
	    (got->n + n) * sizeof(*got->process));
	assert_non_null(got->ref);
	assert_non_null(got->process);
	for (size_t i = 0; i < n; i++, got->n++) {
		assert_true(ref[i].size >= 1 && ref[i].size <= 65536);
		assert_true(ref[i].kind == WL_REF_FETCH ||
		    ref[i].kind == WL_REF_LOAD || ref[i].kind == WL_REF_STORE ||
		    ref[i].kind == WL_REF_MODIFY);
		got->ref[got->n] = ref[i];
		got->process[got->n] = process;
	}
}

void
ref_read(struct ref_got *got, const char *as, const void *data, size_t len)
{
	char *path = log_file(data, len), err[200];
	struct wl_input *in = wl_input_open(path, err, sizeof(err));
	struct wl_refsource s;
	const struct wl_ref *ref;
	size_t n;
	int error;

	memset(got, 0, sizeof(*got));
	assert_non_null(in);
	if (as != NULL)
		assert_non_null(in->as = wl_refformat_byname(as));
	error = wl_refsource_open(&s, in);
	assert_true(error == 0 || (error == EINVAL && as == NULL));
	if (error == 0) {
		got->format = s.format->name;
		while ((n = wl_refsource_next(&s, &ref)) > 0)
			keep(got, ref, n, s.process);
		assert_int_equal(wl_refsource_next(&s, &ref), 0);
		got->records = s.records;
		got->skipped = s.skipped;
		got->cut = s.cut;
		memcpy(got->error, s.error, sizeof(got->error));
		wl_refsource_close(&s);
	}
	wl_input_close(in);
	unlink(path);
	free(path);
}

void
ref_found(struct ref_got *got, const char *format, size_t n, const void *data,
    size_t len)
{
	ref_read(got, NULL, data, len);
	assert_non_null(got->format);
	assert_string_equal(got->format, format);
	assert_string_equal(got->error, "");
	assert_int_equal(got->n, n);
}

void
ref_drop(struct ref_got *got)
{
	free(got->ref);
	free(got->process);
}

void
ref_is(const struct ref_got *got, size_t i, char kind, uint64_t va)
{
	static const uint32_t kinds[128] = { ['I'] = WL_REF_FETCH,
		['L'] = WL_REF_LOAD,
		['S'] = WL_REF_STORE,
		['M'] = WL_REF_MODIFY };

	assert_true(i < got->n);
	assert_int_equal(got->ref[i].va, va);
	assert_int_equal(got->ref[i].kind, kinds[(unsigned char)kind]);
}

void
ref_bad(const char *as, const char *line, const char *error)
{
	char text[300];
	struct ref_got got;

	/* a newline: the last line would be the place of a cut otherwise */
	snprintf(text, sizeof(text), "%s\n", line);
	ref_read(&got, as, text, strlen(text));
	assert_string_equal(got.error, error);
	assert_int_equal(got.n, 0);
	ref_drop(&got);
}

/* ------------------------------------------------------------- oracle ---- */

bool
ref_matches(const char *regex, const char *line, char group[10][80])
{
	static struct {
		const char *text;
		regex_t re;
	} known[8]; /* compiled once */
	regmatch_t match[10];
	bool yes;
	int k = 0;

	while (known[k].text != NULL && known[k].text != regex)
		k++;
	assert_true(k + 1 < 8);
	if (known[k].text == NULL) {
		known[k].text = regex;
		assert_int_equal(regcomp(&known[k].re, regex, REG_EXTENDED), 0);
	}
	yes = regexec(&known[k].re, line, 10, match, 0) == 0;
	for (int i = 0; yes && i < 10; i++) {
		size_t len = match[i].rm_so < 0 ?
		    0 :
		    (size_t)(match[i].rm_eo - match[i].rm_so);

		if (len > 79)
			len = 79;
		memcpy(group[i],
		    line + (match[i].rm_so < 0 ? 0 : match[i].rm_so), len);
		group[i][len] = '\0';
	}
	return yes;
}

/* One line, with NULs and a carriage return, for the oracle. */
static int
ask(ref_naive_fn *naive, const char *line, size_t len, struct wl_ref *ref)
{
	char *s = malloc(len + 1);
	int what;

	assert_non_null(s);
	memcpy(s, line, len);
	s[len] = '\0';

	if (len > 0 && line[len - 1] == '\r')
		s[--len] = '\0';
	*ref = (struct wl_ref){ .size = 1, .kind = WL_REF_LOAD };
	what = naive(s, ref);
	if (strlen(s) != len && (what == 1 || s[strspn(s, " \t")] != '#'))
		what = -1; /* a NUL, not in a comment */
	free(s);
	return what;
}

void
ref_against(const char *as, const char *text, size_t len, ref_naive_fn *naive)
{
	const char *end = text + len, *nl = end;
	uint64_t lines = 0, skipped = 0;
	struct ref_got got;
	struct wl_ref ref;
	bool bad = false, cut = false;
	size_t n = 0;

	ref_read(&got, as, text, len);
	for (; text < end && !bad; text = nl + 1) {
		nl = memchr(text, '\n', (size_t)(end - text));
		nl = nl != NULL ? nl : end;
		switch (ask(naive, text, (size_t)(nl - text), &ref)) {
		case 1:
			cut = nl == end; /* half of a number is one, too */
			if (cut)
				continue;
			assert_true(n < got.n);
			assert_int_equal(got.ref[n].va, ref.va);
			assert_int_equal(got.ref[n].size, ref.size);
			assert_int_equal(got.ref[n].kind, ref.kind);
			n++;
			break;
		case 0:
			skipped++;
			cut = nl == end && *text != '#';
			break;
		default: bad = true; continue;
		}
		lines++;
	}
	assert_int_equal(got.n, n);
	assert_int_equal(got.records, lines);
	assert_int_equal(got.skipped, skipped);
	assert_int_equal(got.error[0] != '\0', bad && nl < end);
	if (got.error[0] != '\0')
		assert_int_equal(strtoull(got.error, NULL, 10), lines + 1);
	if ((bad && nl == end) || cut)
		assert_true(got.cut);
	ref_drop(&got);
}

/* Damage: a byte changed, left out, doubled. */
static size_t
damage(char *text, size_t len)
{
	static const char bytes[] = "\n\r\t #0123456789abcdefxXRWrw:,.@/()\xff";
	const size_t at = ref_rnd((uint32_t)len);

	switch (ref_rnd(4)) {
	case 0: text[at] = bytes[ref_rnd(sizeof(bytes))]; return len;
	case 1: memmove(text + at, text + at + 1, len - at - 1); return len - 1;
	case 2: memmove(text + at + 1, text + at, len - at); return len + 1;
	default: return at + 1;
	}
}

void
ref_junk(const char *as, const char *const *lines, unsigned times,
    ref_naive_fn *naive)
{
	static char text[200000];
	size_t nlines = 0;

	while (lines[nlines] != NULL)
		nlines++;
	for (unsigned t = 0; t < times; t++) {
		const size_t want = ref_rnd(t % 50 == 0 ? 150000 : 1000) + 1;
		size_t len = 0;

		while (len < want)
			len += (size_t)sprintf(text + len, "%s%s",
			    lines[ref_rnd((uint32_t)nlines)],
			    ref_rnd(8) == 0 ? "\r\n" : "\n");
		for (unsigned k = ref_rnd(4); k > 0 && len > 1; k--)
			len = damage(text, len);
		ref_against(as, text, len, naive);
	}
}
