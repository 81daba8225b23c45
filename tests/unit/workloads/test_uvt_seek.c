/*
 * uvt from the middle: whatever is passed over, by the index or without it,
 * what is left is the end of the whole; a damaged file gives that or an error,
 * never other references.  And appending.
 */
#include "strace_fixture.h"

#include <endian.h>
#include <unistd.h>

#include "workloads/io/bytes.h"
#include "workloads/refs/refsource.h"
#include "tests/random.h"

#define MANY 150000u

static char path[] = "/tmp/test_uvt_seek.XXXXXX";
static struct wl_ref *all; /* of the file, in order */
static uint64_t nall;
static uint8_t *bytes;
static size_t len;

static uint64_t seed = 7;

static struct wl_ref
make(void)
{
	const uint64_t r = rnd_bits(&seed);

	return (struct wl_ref){ 0x401000 + r % 0x1000000,
		1 + (uint32_t)(r >> 40) % 16, (uint32_t)(r >> 32) % 5 };
}

static const uint32_t kinds[] = { WL_REF_FETCH, WL_REF_LOAD, WL_REF_STORE,
	WL_REF_MODIFY, WL_REF_FETCH };

/* References of two processes, with an operation now and then. */
static void
fill(struct wl_uvt_writer *w, uint32_t n, bool ops)
{
	for (uint32_t i = 0; i < n; i++) {
		struct wl_ref ref = make();

		ref.kind = kinds[ref.kind];
		if (ops && i % 5000 == 0)
			assert_true(wl_uvt_op(w, "p: madvise 0 1 0", 16));
		assert_true(wl_uvt_put(w, i / 40000 % 2, &ref, 1));
		all[nall++] = ref;
	}
}

static void
save(void)
{
	FILE *fp = fopen(path, "w");

	assert_int_equal(fwrite(bytes, 1, len, fp), len);
	assert_int_equal(fclose(fp), 0);
}

/* A trace on its own, put behind what is there, as cat(1) does. */
static void
put_trace(uint32_t n, bool ops)
{
	struct wl_uvt_writer w;
	FILE *fp = fopen(path, "a");

	assert_true(wl_uvt_begin(&w, fp, "source: test\n"));
	fill(&w, n, ops);
	assert_true(wl_uvt_end(&w));
	wl_uvt_drop(&w);
	assert_int_equal(fclose(fp), 0);
}

/* => false: err says why, and the file is as it was */
static bool
append(uint32_t n, char *err, size_t errlen)
{
	struct wl_input *old = wl_input_open(path, err, errlen);
	char name[sizeof(path) + 4];
	struct wl_uvt_writer w;
	FILE *fp;
	bool ok;

	assert_non_null(old);
	snprintf(name, sizeof(name), "%s.new", path);
	fp = fopen(name, "w");
	ok = wl_uvt_append(&w, fp, old, "source: more\n", err, errlen);
	if (ok) {
		assert_int_equal(w.references, nall);
		fill(&w, n, false);
		assert_true(wl_uvt_end(&w));
	}
	wl_uvt_drop(&w);
	wl_input_close(old);
	assert_int_equal(fclose(fp), 0);
	assert_int_equal(ok ? rename(name, path) : unlink(name), 0);
	return ok;
}

static void
load(void)
{
	FILE *fp = fopen(path, "r");

	assert_int_equal(fseek(fp, 0, SEEK_END), 0);
	len = (size_t)ftell(fp);
	rewind(fp);
	free(bytes);
	bytes = malloc(len);
	assert_int_equal(fread(bytes, 1, len, fp), len);
	fclose(fp);
}

static void
begin(void)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/test_uvt_seek.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	all = calloc(4 * MANY, sizeof(*all));
	nall = 0;
}

static void
end(void)
{
	unlink(path);
	free(all);
	free(bytes);
	bytes = NULL;
}

/*
 * The references behind the first `skip', up to `until' of them; and whether
 * the index was used.  => false: an error; what came before it was right
 */
static bool
slice(uint64_t skip, uint64_t until, bool *sought)
{
	char err[200];
	struct wl_input *in = wl_input_open(path, err, sizeof(err));
	const struct wl_ref *ref;
	struct wl_refsource s;
	uint64_t at = skip;
	size_t n;
	bool ok;

	assert_non_null(in);
	in->skip = skip;
	in->until = until;
	if (wl_refsource_open(&s, in) != 0) {
		wl_input_close(in);
		return false;
	}
	*sought = s.u.uvt.sought;
	for (; (n = wl_refsource_next(&s, &ref)) > 0; at += n) {
		assert_true(at + n <= nall);
		assert_memory_equal(ref, &all[at], n * sizeof(*ref));
	}
	ok = s.error[0] == '\0' && !s.cut;
	if (ok && until == 0)
		assert_int_equal(at, nall);
	else if (ok)
		assert_int_equal(at, skip + until < nall ? skip + until : nall);
	wl_refsource_close(&s);
	wl_input_close(in);
	return ok;
}

static const uint64_t places[] = { 0, 1, 32767, 32768, 32769, 65536, 100000,
	MANY - 1, MANY, MANY + 1, 2 * MANY + 77777 };

/* Every place of the trace, and one behind its end. */
static void
everywhere(void)
{
	bool sought;

	for (unsigned i = 0; i < NELEM(places); i++) {
		if (places[i] > nall) {
			assert_false(slice(places[i], 0, &sought));
			continue;
		}
		assert_true(slice(places[i], 0, &sought));
		if (places[i] >= 32768)
			assert_true(sought);
		assert_true(slice(places[i], 1000, &sought));
	}
}

static void
one_trace(void **state)
{
	(void)state;
	begin();
	put_trace(MANY, true);
	everywhere();
	end();
}

static void
parts(void **state)
{
	char err[200];

	(void)state;
	begin();
	put_trace(MANY, false);
	put_trace(MANY, false);
	everywhere();
	assert_true(append(MANY, err, sizeof(err)));
	everywhere();
	put_trace(1000, false);
	everywhere();
	assert_true(append(10, err, sizeof(err)));
	everywhere();
	end();
}

/* Without the index of the last part, or of one before, all is read. */
static void
no_index(void **state)
{
	(void)state;
	begin();
	put_trace(MANY, false);
	load();
	len -= 8 + 40; /* not even whole: the trace breaks off there */
	save();
	for (unsigned i = 0; i < NELEM(places) && places[i] < nall; i++) {
		bool sought;

		assert_false(slice(places[i], 0, &sought));
		assert_false(sought);
	}
	put_trace(10, false);
	end();
}

/* Any byte of the index, and of a header: right, or an error. */
static void
damage(void **state)
{
	const uint64_t skip = 70000;
	unsigned used = 0, errors = 0;
	uint64_t index;
	bool sought;

	(void)state;
	begin();
	put_trace(MANY, true);
	load();
	index = wl_le64(bytes + len - 16);
	for (size_t at = (size_t)index; at < len; at++) {
		bytes[at] ^= 1u << at % 8;
		save();
		errors += !slice(skip, 10, &sought);
		used += sought;
		bytes[at] ^= 1u << at % 8;
	}
	assert_int_equal(used, 0);   /* no damage of it goes unseen, */
	assert_int_equal(errors, 0); /* and none of it harms the references */
	for (size_t at = 0; at < (size_t)index; at += 1 + at / 200) {
		bytes[at] ^= 1u << at % 8;
		save();
		errors += !slice(skip, 0, &sought);
		bytes[at] ^= 1u << at % 8;
	}
	assert_true(errors > 0);
	end();
}

/*
 * An index with a right checksum that counts the blocks of the part in the
 * middle wrong, which count from their own head: it is not believed.
 */
static void
forged(void **state)
{
	struct wl_uvt_block b;
	uint64_t index, first;
	char err[200];
	bool sought;

	(void)state;
	begin();
	put_trace(MANY, false);
	put_trace(MANY, false);
	assert_true(append(MANY, err, sizeof(err)));
	load();
	index = wl_le64(bytes + len - 16);
	assert_null(wl_uvt_header(bytes + index, &b));
	for (size_t at = index + WL_UVT_HEADER; at < len - 16; at += 16) {
		first = wl_le64(bytes + at + 8);
		first = htole64(first - (first > MANY && first < 2 * MANY));
		memcpy(bytes + at + 8, &first, 8);
	}
	wl_uvt_seal(bytes + index, &b);
	save();
	assert_true(slice(100000, 0, &sought));
	assert_true(sought);
	assert_true(slice(MANY + 100000, 0, &sought));
	assert_false(sought);
	assert_true(slice(2 * MANY + 100000, 0, &sought));
	assert_true(sought);
	end();
}

/* What can only be read on gives the same. */
static void
other_inputs(void **state)
{
	char err[200];
	bool sought;

	(void)state;
	begin();
	put_trace(MANY, false);
	load();
	for (unsigned i = 0; i < NELEM(places) && places[i] <= nall; i++) {
		struct wl_input *in = wl_input_memory("memory", bytes, len, err,
		    sizeof(err));
		struct wl_uvt_reader r;
		uint64_t at = places[i];

		assert_non_null(in);
		in->skip = places[i];
		assert_true(wl_uvt_open(&r, in));
		for (; wl_uvt_next(&r);
		     at += r.block.type == WL_UVT_REFS ? r.block.records : 0)
			if (r.block.type == WL_UVT_REFS) {
				assert_int_equal(r.block.first, at);
				assert_memory_equal(r.ref, &all[at],
				    r.block.records * sizeof(*r.ref));
			}
		assert_string_equal(r.error, "");
		assert_int_equal(at, nall);
		wl_uvt_close(&r);
		wl_input_close(in);
	}
	assert_true(slice(5, 5, &sought));
	end();
}

/* A file that cannot be appended to stays, and the reason is told. */
static void
refused(void **state)
{
	char err[200];
	FILE *fp;

	(void)state;
	begin();
	put_trace(MANY, false);
	load();
	len -= 10;
	save();
	assert_false(append(10, err, sizeof(err)));
	assert_non_null(strstr(err, "breaks off"));
	bytes[50000] ^= 1;
	save();
	assert_false(append(10, err, sizeof(err)));
	assert_non_null(strstr(err, "the checksum is another one"));
	fp = fopen(path, "w");
	fputs("I  0401ab70,3\n", fp);
	fclose(fp);
	assert_false(append(10, err, sizeof(err)));
	assert_non_null(strstr(err, "expected a uvt trace"));
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_trace),
		cmocka_unit_test(parts),
		cmocka_unit_test(no_index),
		cmocka_unit_test(damage),
		cmocka_unit_test(forged),
		cmocka_unit_test(other_inputs),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
