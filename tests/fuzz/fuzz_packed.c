/*
 * Compressed files.  An input is one as it stands, or the content of one that
 * is made here, perhaps damaged:
 *
 *	0	u8   how: 0 as it stands (behind this byte), 1 gzip, 2 xz,
 *		     3 zstd, 4 zip, modulo 5
 *	1	u8   members, less one (2 bits); bytes of a read (2 bits)
 *	2	u16  where it is damaged, modulo its length
 *	4	u8   how: bits that change there; 0: none
 *	5	u8   what is left of it, in 256ths; 0: all
 *	6	     content
 *
 * A whole file gives its content.  From any file, lines and reads of any size,
 * from memory and from a descriptor, once and again after a rewind, give the
 * same bytes and the same error; of lines not the one that breaks off there.
 * What is damaged gives its content (what is cut, that of its first members),
 * an error, or is not taken for compressed: never other bytes without a word.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "workloads/io/input.h"
#include "workloads/io/memstream.h"
#include "workloads/io/output.h"

#define HEAD 6
#define ENOUGH ((size_t)1 << 18) /* bytes that are read: no line is cut */

struct content {
	uint8_t *bytes;
	size_t len;
	bool all; /* no more than ENOUGH */
	char error[128];
	char codec[8];
};

static void
drop(struct content *c)
{
	free(c->bytes);
}

static void
put(FILE *fp, const void *bytes, size_t n)
{
	insist(fwrite(bytes, 1, n, fp) == n, "no memory");
}

static void
put_number(FILE *fp, uint64_t number, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		putc((int)(number >> 8 * i & 0xff), fp);
}

/* A member of a zip; every other one has its sizes behind it. */
static void
zip_member(FILE *fp, const uint8_t *bytes, size_t n, bool behind)
{
	uLong room = compressBound(n) + 64, crc = crc32(0, bytes, (uInt)n);
	uint8_t *packed = malloc(room);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)bytes,
		.avail_in = (uInt)n };

	insist(packed != NULL &&
		deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) ==
		    Z_OK,
	    "no memory");
	z.next_out = packed;
	z.avail_out = (uInt)room;
	insist(deflate(&z, Z_FINISH) == Z_STREAM_END, "no room");
	put(fp, "PK\3\4\24\0", 6);
	put_number(fp, behind ? 8 : 0, 2);
	put_number(fp, 8, 2);
	put_number(fp, 0, 4);
	put_number(fp, behind ? 0 : crc, 4);
	put_number(fp, behind ? 0 : z.total_out, 4);
	put_number(fp, behind ? 0 : n, 4);
	put_number(fp, 1, 2);
	put_number(fp, 0, 2);
	putc('a', fp);
	put(fp, packed, z.total_out);
	if (behind) {
		put(fp, "PK\7\10", 4);
		put_number(fp, crc, 4);
		put_number(fp, z.total_out, 4);
		put_number(fp, n, 4);
	}
	(void)deflateEnd(&z);
	free(packed);
}

/* => a file with this content */
static uint8_t *
pack(const char *codec, const uint8_t *bytes, size_t n, unsigned members,
    size_t *len)
{
	FILE *fp, *out;
	char *file;

	fp = wl_memstream(&file, len);
	insist(fp != NULL, "no memory");
	for (unsigned i = 0; i < members; i++) {
		size_t from = n * i / members, to = n * (i + 1) / members;

		if (strcmp(codec, "zip") == 0) {
			zip_member(fp, bytes + from, to - from, i % 2 == 1);
			continue;
		}
		out = wl_output_open(fp, wl_encoder_byname(codec));
		insist(out != NULL, "no memory");
		put(out, bytes + from, to - from);
		insist(fclose(out) == 0, "not written");
	}
	if (strcmp(codec, "zip") == 0) { /* as long as a directory is */
		put(fp, "PK\1\2", 4);
		for (int i = 0; i < 64; i++)
			putc(0, fp);
	}
	insist(fclose(fp) == 0, "no memory");
	return (uint8_t *)file;
}

static void
add(struct content *c, const void *bytes, size_t n)
{
	if (c->len + n > ENOUGH) {
		n = ENOUGH - c->len;
		c->all = false;
	}
	memcpy(c->bytes + c->len, bytes, n);
	c->len += n;
}

/* chunk: bytes of a read; 0: read as lines */
static void
read_all(struct wl_input *in, size_t chunk, struct content *c)
{
	static char buf[4096];
	size_t n, len;
	char *line;
	int got;

	*c = (struct content){ .bytes = malloc(ENOUGH), .all = true };
	insist(c->bytes != NULL, "no memory");
	if (chunk == 0) {
		while (c->all && (got = wl_input_line(in, &line, &len)) == 1) {
			add(c, line, len);
			if (!in->unended)
				add(c, "\n", 1);
		}
	} else {
		while (c->all && (n = wl_input_read(in, buf, chunk)) > 0)
			add(c, buf, n);
	}
	snprintf(c->error, sizeof(c->error), "%s", c->all ? in->error : "");
	snprintf(c->codec, sizeof(c->codec), "%s", wl_input_codec(in));
}

static void
same(const struct content *a, const struct content *b)
{
	insist(strcmp(a->codec, b->codec) == 0, "another compression");
	insist(a->all == b->all && a->len == b->len &&
		memcmp(a->bytes, b->bytes, a->len) == 0,
	    "other bytes");
	if (strcmp(a->error, b->error) != 0)
		fprintf(stderr, "'%s', '%s': ", a->error, b->error);
	insist(strcmp(a->error, b->error) == 0, "another error");
}

/* Lines that are given as they are: without carriage returns. */
static bool
has_plain_lines(const struct content *c)
{
	return c->all && memchr(c->bytes, '\r', c->len) == NULL;
}

/* Read a file in every way. => what came */
static struct content
read_file(const struct fuzz_input *in, const uint8_t *file, size_t len,
    size_t chunk)
{
	struct content first, other;
	struct wl_input *input;
	char err[256];

	input = wl_input_memory("memory", file, len, err, sizeof(err));
	insist(input != NULL, "no memory");
	read_all(input, 4096, &first);
	insist(wl_input_rewind(input), "no way back");
	read_all(input, chunk, &other);
	same(&first, &other);
	drop(&other);
	wl_input_close(input);

	fuzz_rewrite(in, file, len);
	input = wl_input_open(in->path, err, sizeof(err));
	insist(input != NULL, "not opened");
	read_all(input, chunk, &other);
	same(&first, &other);
	drop(&other);
	if (has_plain_lines(&first)) {
		insist(wl_input_rewind(input), "no way back");
		read_all(input, 0, &other);
		while (first.error[0] != '\0' && first.len > 0 &&
		    first.bytes[first.len - 1] != '\n')
			first.len--;
		same(&first, &other);
		drop(&other);
	}
	wl_input_close(input);
	return first;
}

void
fuzz_packed(const struct fuzz_input *in)
{
	static const char *const codecs[] = { NULL, "gzip", "xz", "zstd",
		"zip" };
	static const size_t chunks[] = { 1, 7, 512, 4096 };
	struct content got;
	const char *codec;
	unsigned members;
	uint8_t *file;
	size_t len;
	bool whole;

	if (in->len < 1)
		return;
	codec = codecs[in->data[0] % 5];
	if (codec == NULL) {
		got = read_file(in, in->data + 1, in->len - 1, 7);
		drop(&got);
		return;
	}
	if (in->len < HEAD)
		return;
	members = 1 + (in->data[1] & 3);
	file = pack(codec, in->data + HEAD, in->len - HEAD, members, &len);
	whole = in->data[4] == 0 && in->data[5] == 0;
	file[(size_t)(in->data[2] | in->data[3] << 8) % len] ^= in->data[4];
	if (in->data[5] != 0)
		len = len * in->data[5] / 256;
	got = read_file(in, file, len, chunks[in->data[1] >> 2 & 3]);
	if (whole) {
		insist(got.error[0] == '\0', got.error);
		insist(strcmp(got.codec, codec) == 0, "not recognised");
	}
	if (got.all && got.error[0] == '\0' && strcmp(got.codec, codec) == 0)
		insist((got.len == in->len - HEAD ||
			   (in->data[5] != 0 && members > 1 &&
			       got.len < in->len - HEAD)) &&
			memcmp(got.bytes, in->data + HEAD, got.len) == 0,
		    "other bytes without a word");
	drop(&got);
	free(file);
}
