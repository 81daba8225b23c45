/*
 * Zip archives as input, made here member by member.
 */
#include "ref_fixture.h"

#include <unistd.h>
#include <zlib.h>

#include "workloads/io/input.h"

struct archive {
	uint8_t *bytes;
	size_t len;
	char *content; /* of all members */
	size_t contentlen;
	size_t nmembers;
};

enum how { STORED, DEFLATED, DESCRIBED, UNSIGNED, DESCRIBED64 };

static void
put(struct archive *a, const void *bytes, size_t n)
{
	a->bytes = realloc(a->bytes, a->len + n);
	memcpy(a->bytes + a->len, bytes, n);
	a->len += n;
}

static void
put_number(struct archive *a, uint64_t v, unsigned bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		put(a, &(uint8_t){ (uint8_t)v }, 1);
}

static void
put_data(struct archive *a, const char *content, size_t n, enum how how)
{
	uLong bound = compressBound(n) + 20;
	uint8_t *out = malloc(bound);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)content,
		.avail_in = (uInt)n,
		.next_out = out,
		.avail_out = (uInt)bound };
	uint32_t crc = (uint32_t)crc32(0, (const Bytef *)content, (uInt)n);
	const bool described = how >= DESCRIBED;

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, -15, 8, 0), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	put_number(a, 0x04034b50, 4);
	put_number(a, 20, 2);
	put_number(a, described ? 8 : 0, 2);
	put_number(a, how == STORED ? 0 : 8, 2);
	put_number(a, 0, 4);
	put_number(a, described ? 0 : crc, 4);
	put_number(a, described ? 0 : how == STORED ? n : z.total_out, 4);
	put_number(a, described ? 0 : n, 4);
	put_number(a, 5, 2);
	put_number(a, 3, 2);
	put(a, "chunkXYZ", 8);
	if (how == STORED)
		put(a, content, n);
	else
		put(a, out, z.total_out);
	if (how == DESCRIBED || how == DESCRIBED64)
		put_number(a, 0x08074b50, 4);
	if (described)
		put_number(a, crc, 4);
	if (described)
		put_number(a, z.total_out, how == DESCRIBED64 ? 8 : 4);
	if (described)
		put_number(a, n, how == DESCRIBED64 ? 8 : 4);
	deflateEnd(&z);
	free(out);
}

static void
member(struct archive *a, const char *content, size_t n, enum how how)
{
	put_data(a, content, n, how);
	a->content = realloc(a->content, a->contentlen + n + 1);
	memcpy(a->content + a->contentlen, content, n);
	a->contentlen += n;
	a->nmembers++;
}

/* Enough of a directory for who does not read it. */
static void
directory(struct archive *a)
{
	for (size_t i = 0; i < a->nmembers; i++) {
		put_number(a, 0x02014b50, 4);
		for (int k = 0; k < 42; k++)
			put_number(a, 0, 1);
	}
	put_number(a, 0x06054b50, 4);
	for (int k = 0; k < 18; k++)
		put_number(a, 0, 1);
}

/* => what is read of it; error: in->error, or empty */
static size_t
read_all(const struct archive *a, size_t len, char *out, size_t room,
    char error[200])
{
	char *path = log_file(a->bytes, len);
	struct wl_input *in = wl_input_open(path, error, 200);
	size_t n;

	assert_non_null(in);
	assert_string_equal(wl_input_codec(in), "zip");
	n = wl_input_read(in, out, room);
	snprintf(error, 200, "%s", in->error);
	wl_input_close(in);
	unlink(path);
	free(path);
	return n;
}

static void
drop(struct archive *a)
{
	free(a->bytes);
	free(a->content);
}

static char text[300000], got[1 << 20];

static size_t
fill(uint32_t most)
{
	const size_t n = ref_rnd(most);
	const uint32_t letters = 1 + ref_rnd(255);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)ref_rnd(letters);
	return n;
}

static void
test_archives(void **state)
{
	char error[200];

	(void)state;
	for (unsigned t = 0; t < 60; t++) {
		struct archive a = { .bytes = NULL };

		for (uint32_t k = 1 + ref_rnd(4); k > 0; k--)
			member(&a, text, fill(t % 5 == 0 ? 200000 : 3000),
			    (enum how)ref_rnd(5));
		directory(&a);
		assert_int_equal(read_all(&a, a.len, got, sizeof(got), error),
		    a.contentlen);
		assert_string_equal(error, "");
		assert_memory_equal(got, a.content, a.contentlen);
		drop(&a);
	}
}

/* Cut anywhere: what is there is returned, and it is said. */
static void
test_cut(void **state)
{
	struct archive a = { .bytes = NULL };
	char error[200];

	(void)state;
	for (int how = STORED; how <= DESCRIBED64; how++)
		member(&a, text, fill(200) + 10, (enum how)how);
	for (size_t len = 4; len < a.len; len++) {
		const size_t n = read_all(&a, len, got, sizeof(got), error);

		assert_true(n <= a.contentlen);
		assert_memory_equal(got, a.content, n);
		assert_string_equal(error, "the zip data end in the middle");
	}
	drop(&a);
}

/* Any byte changed: an error, or all that was there (dates, names). */
static void
test_damage(void **state)
{
	struct archive a = { .bytes = NULL };
	unsigned found = 0;
	char error[200];

	(void)state;
	for (int how = STORED; how <= DESCRIBED64; how++)
		member(&a, text, fill(100) + 50, (enum how)how);
	directory(&a);
	for (size_t at = 4; at < a.len - 22; at++) {
		const uint8_t was = a.bytes[at];
		size_t n;

		a.bytes[at] ^= (uint8_t)(1 + ref_rnd(255));
		n = read_all(&a, a.len, got, sizeof(got), error);
		if (error[0] == '\0') {
			assert_int_equal(n, a.contentlen);
			assert_memory_equal(got, a.content, n);
		}
		found += error[0] != '\0';
		a.bytes[at] = was;
	}
	assert_true(found > a.contentlen / 2);
	drop(&a);
}

static void
test_encrypted(void **state)
{
	struct archive a = { .bytes = NULL };
	char error[200];

	(void)state;
	member(&a, "hello", 5, DEFLATED);
	directory(&a);
	a.bytes[6] = 1;
	assert_int_equal(read_all(&a, a.len, got, sizeof(got), error), 0);
	assert_string_equal(error, "damaged zip data");
	drop(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_archives),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_encrypted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
