/*
 * uvt: what is written comes back, block by block; bytes of a small trace, as
 * the format's description has them; damage is found.
 */
#include "strace_fixture.h"

#include <unistd.h>

#include "workloads/uvt/uvt.h"
#include "tests/random.h"

static uint64_t seed = 1;

/* References as programs make them, or, wild, as they do not. */
static void
make(struct wl_ref *ref, uint32_t n, bool wild)
{
	static const uint32_t kinds[] = { WL_REF_FETCH, WL_REF_FETCH,
		WL_REF_LOAD, WL_REF_STORE, WL_REF_MODIFY };
	uint64_t pc = 0x401000, stack = 0x1fff000000, heap = 0x4a00000;

	for (uint32_t i = 0; i < n; i++) {
		const uint64_t r = rnd_bits(&seed);
		uint64_t *data = r & 8 ? &stack : &heap;

		ref[i].kind = kinds[(r >> 8) % NELEM(kinds)];
		ref[i].size = wild && r % 5 == 0 ?
		    1 + (uint32_t)(r >> 40) % WL_LACKEY_MAXSIZE :
		    1 + (uint32_t)(r >> 40) % 16;
		if (ref[i].kind == WL_REF_FETCH) {
			ref[i].va = pc;
			pc += r % 9 == 0 ? rnd_bits(&seed) % 100000 :
					   ref[i].size;
		} else {
			*data += r % 64 - 31;
			ref[i].va = *data;
		}
		if (wild && r % 3 == 0)
			ref[i].va = rnd_bits(&seed);
	}
}

static void
same(const struct wl_ref *a, const struct wl_ref *b, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(a[i].va, b[i].va);
		assert_int_equal(a[i].size, b[i].size);
		assert_int_equal(a[i].kind, b[i].kind);
	}
}

struct store {
	struct wl_ref in[WL_UVT_MAXREFS], out[WL_UVT_MAXREFS];
	uint8_t bytes[WL_UVT_HEADER + WL_UVT_MAXPAYLOAD + WL_UVT_SLACK];
};

static struct store *
store_new(void)
{
	struct store *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	return s;
}

/* ---------------------------------------------------------------- blocks */

static void
round_trip(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 3, 7, 8, 100, 4097,
		WL_UVT_MAXREFS - 1, WL_UVT_MAXREFS };
	struct store *s = store_new();

	(void)state;
	for (unsigned i = 0; i < 2 * NELEM(sizes); i++) {
		uint32_t n = sizes[i / 2];
		struct wl_uvt_block b;
		size_t len;

		make(s->in, n, i % 2 != 0);
		len = wl_uvt_encode(s->bytes, s->in, n, 1000, 7);
		assert_true(len <= WL_UVT_HEADER + WL_UVT_MAXPAYLOAD);
		assert_null(wl_uvt_header(s->bytes, &b));
		assert_int_equal(b.length + WL_UVT_HEADER, len);
		assert_int_equal(b.records, n);
		assert_int_equal(b.first, 1000);
		assert_int_equal(b.process, 7);
		assert_true(wl_uvt_sound(s->bytes, &b));
		memset(s->out, 0xa5, sizeof(s->out));
		assert_null(wl_uvt_decode(s->bytes, &b, s->out));
		same(s->in, s->out, n);
	}
	free(s);
}

/* Worked out by hand from the description of the format. */
static void
bytes_by_hand(void **state)
{
	static const struct wl_ref ref[] = {
		{ 0x401000, 3, WL_REF_FETCH },
		{ 0x401003, 9, WL_REF_FETCH }, /* size 9: an exception */
		{ 0x1000, 8, WL_REF_LOAD },
		{ 0x0ff8, 4, WL_REF_STORE },
		{ 0x401010, 1, WL_REF_FETCH },
	};
	static const uint8_t payload[] = { /* first half: references 0 to 2 */
		0x00, 0x10, 0x40, 0, 0, 0, 0, 0, 0x00, 0x10, 0, 0, 0, 0, 0, 0,
		0x00, 0x10, 0, 0, 0, 0, 0, 0,
		/* second half: 3 and 4 */
		0x10, 0x10, 0x40, 0, 0, 0, 0, 0, 0xf8, 0x0f, 0, 0, 0, 0, 0, 0,
		0xf8, 0x0f, 0, 0, 0, 0, 0, 0,
		/* control: stream, length << 3, size << 5 */
		0x40, 0x00, 0x61, 0x43, 0x00,
		/* no deltas; the exception */
		1, 0, 0, 0, 9, 0, 0, 0
	};
	static const uint8_t header[32] = { 'U', 'V', 'T', 'B', 'R', 2, 0, 0,
		sizeof(payload), 0, 0, 0, 5, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 3,
		0, 0, 0, 1, 0, 0, 0 };
	struct store *s = store_new();

	(void)state;
	assert_int_equal(wl_uvt_encode(s->bytes, ref, 5, 0x102, 3),
	    WL_UVT_HEADER + sizeof(payload));
	assert_memory_equal(s->bytes, header, sizeof(header));
	assert_memory_equal(s->bytes + WL_UVT_HEADER, payload, sizeof(payload));
	free(s);
}

/* Any change of a byte is found, and none makes the decoder go astray. */
static void
damage(void **state)
{
	struct store *s = store_new();
	size_t len;

	(void)state;
	make(s->in, 50, true);
	len = wl_uvt_encode(s->bytes, s->in, 50, 0, 0);
	for (size_t at = 0; at < len; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct wl_uvt_block b;
			const char *why;

			s->bytes[at] ^= (uint8_t)(1u << bit);
			why = wl_uvt_header(s->bytes, &b);
			if (why == NULL && at != 5 && (at < 8 || at >= 12) &&
			    (at < 32 || at >= 40))
				assert_false(wl_uvt_sound(s->bytes, &b));
			if (why == NULL && b.type == WL_UVT_REFS)
				(void)wl_uvt_decode(s->bytes, &b, s->out);
			s->bytes[at] ^= (uint8_t)(1u << bit);
		}
	free(s);
}

/* ---------------------------------------------------------------- traces */

static char path[] = "/tmp/test_uvt.XXXXXX";

static FILE *
new_file(void)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/test_uvt.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	return fdopen(fd, "w+");
}

#define LOTS 100000u

/* References of two processes with operations between. */
static void
write_trace(FILE *fp, const struct wl_ref *ref)
{
	struct wl_uvt_writer w;

	assert_true(wl_uvt_begin(&w, fp, "program: test\n"));
	assert_true(wl_uvt_put(&w, 1, ref, 70000));
	assert_true(wl_uvt_op(&w, "a: fork b", 9));
	assert_true(wl_uvt_op(&w, "b: munmap 0x1000 4096", 21));
	assert_true(wl_uvt_put(&w, 2, ref + 70000, 10));
	assert_true(wl_uvt_put(&w, 1, ref + 70010, LOTS - 70010));
	assert_int_equal(w.references, LOTS);
	assert_true(wl_uvt_end(&w));
	wl_uvt_drop(&w);
	assert_int_equal(fflush(fp), 0);
}

static void
read_whole(const char *file, const struct wl_ref *ref, unsigned times)
{
	char err[200];
	struct wl_input *in = wl_input_open(file, err, sizeof(err));
	struct wl_uvt_reader r;
	char order[64] = "";
	size_t n = 0, blocks = 0;

	assert_non_null(in);
	assert_true(wl_uvt_open(&r, in));
	while (wl_uvt_next(&r)) {
		if (r.block.type == WL_UVT_REFS) {
			same(r.ref, ref + n % LOTS, r.block.records);
			n += r.block.records;
			assert_int_equal(r.block.process,
			    n % LOTS == 70010 ? 2 : 1);
		} else if (r.block.type == WL_UVT_OPS) {
			assert_int_equal(r.block.length, 32);
			assert_memory_equal(r.text,
			    "a: fork b\nb: munmap 0x1000 4096\n", 32);
		}
		assert_true(blocks < sizeof(order) - 1);
		order[blocks++] = (char)r.block.type;
	}
	assert_string_equal(r.error, "");
	assert_false(r.cut);
	assert_int_equal(n, times * LOTS);
	assert_string_equal(order,
	    times == 1 ? "HRRRORRI" : "HRRRORRIHRRRORRI");
	wl_uvt_close(&r);
	wl_input_close(in);
}

static void
traces(void **state)
{
	struct wl_ref *ref = calloc(LOTS, sizeof(*ref));
	FILE *fp = new_file();

	(void)state;
	make(ref, LOTS, false);
	write_trace(fp, ref);
	read_whole(path, ref, 1);
	/* Two traces one behind the other are one. */
	write_trace(fp, ref);
	read_whole(path, ref, 2);
	fclose(fp);
	unlink(path);
	free(ref);
}

/* Cut anywhere, the trace ends before; nothing is made up. */
static void
cut_short(void **state)
{
	struct wl_ref *ref = calloc(LOTS, sizeof(*ref));
	FILE *fp = new_file();
	char err[200];
	long len;

	(void)state;
	make(ref, LOTS, false);
	write_trace(fp, ref);
	assert_int_equal(fseek(fp, 0, SEEK_END), 0);
	len = ftell(fp);
	for (long at = len - 1; at > 0; at -= 1 + at / 40) {
		struct wl_uvt_reader r;
		struct wl_input *in;
		size_t n = 0;

		assert_int_equal(ftruncate(fileno(fp), at), 0);
		in = wl_input_open(path, err, sizeof(err));
		assert_non_null(in);
		assert_true(wl_uvt_open(&r, in));
		for (; wl_uvt_next(&r);
		     n += r.block.type == WL_UVT_REFS ? r.block.records : 0)
			if (r.block.type == WL_UVT_REFS)
				same(r.ref, ref + n, r.block.records);
		assert_string_equal(r.error, "");
		if (!r.cut) /* between two blocks */
			assert_int_equal(r.offset, at);
		wl_uvt_close(&r);
		wl_input_close(in);
	}
	fclose(fp);
	unlink(path);
	free(ref);
}

/* The references of a trace behind the first `skip', by seeking. */
static void
read_behind(const char *path, uint64_t skip, uint64_t total)
{
	struct wl_uvt_reader r;
	uint64_t n = skip;
	char err[200];
	struct wl_input *in = wl_input_open(path, err, sizeof(err));

	assert_non_null(in);
	assert_true(wl_uvt_open(&r, in));
	r.skip = skip;
	wl_uvt_seek(&r);
	while (wl_uvt_next(&r)) {
		if (r.block.type != WL_UVT_REFS)
			continue;
		for (uint32_t i = 0; i < r.block.records; i++, n++) {
			assert_int_equal(r.block.process, n % 2);
			assert_int_equal(r.ref[i].va, 0x1000 + n);
		}
	}
	assert_string_equal(r.error, "");
	assert_int_equal(n, total);
	wl_uvt_close(&r);
	wl_input_close(in);
}

/* More blocks than an index has room for: each place is found all the same. */
static void
many_blocks(void **state)
{
	const uint64_t total = WL_UVT_MAXOPS / 16 + 4321;
	char path[] = "/tmp/test_uvt.XXXXXX", err[200];
	FILE *fp = fdopen(mkstemp(path), "w");
	struct wl_uvt_writer w;
	uint64_t references;
	struct wl_input *in;

	(void)state;
	assert_non_null(fp);
	assert_true(wl_uvt_begin(&w, fp, "source: many\n"));
	for (uint64_t i = 0; i < total; i++) {
		const struct wl_ref ref = { .va = 0x1000 + i,
			.kind = WL_REF_LOAD,
			.size = 1 };

		assert_true(wl_uvt_put(&w, (uint32_t)(i % 2), &ref, 1));
	}
	assert_true(wl_uvt_end(&w));
	wl_uvt_drop(&w);
	fclose(fp);
	in = wl_input_open(path, err, sizeof(err));
	assert_non_null(in);
	assert_true(wl_uvt_indexed(in, &references));
	assert_int_equal(references, total);
	wl_input_close(in);
	read_behind(path, 0, total);
	read_behind(path, total / 2 + 1, total);
	read_behind(path, total - 3, total);
	unlink(path);
}

/* => a trace was written whole to a file that takes so many bytes */
static bool
written(char *buf, size_t room)
{
	static const struct wl_ref ref[2] = {
		{ .va = 0x1000, .kind = WL_REF_LOAD, .size = 4 },
		{ .va = 0x2000, .kind = WL_REF_STORE, .size = 4 },
	};
	struct wl_uvt_writer w;
	FILE *fp = fmemopen(buf, room, "w");
	bool ok;

	assert_non_null(fp);
	(void)setvbuf(fp, NULL, _IONBF, 0);
	ok = wl_uvt_begin(&w, fp, "source: x\n") &&
	    wl_uvt_op(&w, "spawn a", 7) && wl_uvt_put(&w, 0, ref, 2) &&
	    wl_uvt_put(&w, 1, ref, 1) && wl_uvt_op(&w, "spawn b", 7) &&
	    wl_uvt_part(&w, "source: y\n") && wl_uvt_put(&w, 0, ref, 2) &&
	    wl_uvt_end(&w);
	wl_uvt_drop(&w);
	fclose(fp);
	return ok;
}

/* A file that takes n bytes and no more, for each n: it is told. */
static void
no_room(void **state)
{
	char whole[4096], part[4096];
	size_t least = 1;

	(void)state;
	assert_true(written(whole, sizeof(whole)));
	while (least < sizeof(part) && !written(part, least))
		least++;
	assert_in_range(least, 200, sizeof(part) - 1);
	/* but for the NUL that such a file ends with */
	assert_memory_equal(whole, part, least - 1);
	for (size_t more = 1; more < 20; more++)
		assert_true(written(part, least + more));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(bytes_by_hand),
		cmocka_unit_test(damage),
		cmocka_unit_test(traces),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(many_blocks),
		cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
