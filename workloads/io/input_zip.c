/*
 * Zip archives as a stream: the contents of all members, one behind the other,
 * in the order in which they stand in the archive.
 *
 *	member = local header, name, extra, data [, descriptor]
 *	archive = member ..., directory
 *
 *	local header, 30 bytes, little-endian
 *	 0 u32 signature "PK\3\4"	18 u32 size of the data
 *	 6 u16 flags			26 u16 length of the name
 *	 8 u16 method: 0, 8 (deflate)	28 u16 length of the extra
 *	14 u32 CRC of the content
 *
 *	descriptor, if flag 3: [u32 "PK\7\10"], u32 CRC, sizes of 4 or 8 bytes
 *
 * The directory, which begins with another signature, ends the stream.  How
 * long a descriptor is shows where the next signature is.  Stored members must
 * say their size in the header; encrypted ones are damage.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "input_codec.h"

#define SIG_MEMBER 0x04034b50u
#define SIG_DESCRIPTOR 0x08074b50u
#define HEADER 30
#define LONGEST 28 /* of a descriptor, and the signature behind it */

#define FLAG_ENCRYPTED 0x1
#define FLAG_DESCRIPTOR 0x8

enum place {
	AT_HEADER,
	AT_NAME,
	IN_STORED,
	IN_DEFLATED,
	AT_DESCRIPTOR,
	AT_END
};

struct zip {
	enum place place;
	z_stream z;
	uint8_t head[32]; /* gathered bytes of a header or descriptor */
	size_t n;
	unsigned flags, method;
	uint64_t left;     /* bytes of name and extra, or of stored data */
	uint64_t size;     /* of stored data */
	uint32_t crc, sum; /* expected, found */
};

static void *
zip_open(void)
{
	struct zip *zip = calloc(1, sizeof(*zip));

	if (zip != NULL && inflateInit2(&zip->z, -15) != Z_OK) {
		free(zip);
		return NULL;
	}
	return zip;
}

static void
zip_close(void *state)
{
	struct zip *zip = state;

	inflateEnd(&zip->z);
	free(zip);
}

static uint32_t
get(const uint8_t *p, unsigned bytes)
{
	uint32_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | p[bytes];
	return v;
}

/* => that many bytes have been gathered */
static bool
gather(struct wl_input *in, struct zip *zip, size_t want)
{
	while (zip->n < want && in->rawpos < in->rawlen)
		zip->head[zip->n++] = in->raw[in->rawpos++];
	return zip->n >= want;
}

static void
drop_head(struct zip *zip, size_t n)
{
	memmove(zip->head, zip->head + n, zip->n - n);
	zip->n -= n;
}

static bool
is_signature(const uint8_t *p)
{
	return p[0] == 'P' && p[1] == 'K' && p[2] < 16 && p[3] < 16;
}

/* What may stand behind the last member: the directory, of nothing too, or what
 * comes before one. */
static bool
is_directory(uint32_t signature)
{
	static const uint32_t known[] = { 0x02014b50u, 0x06054b50u, 0x06064b50u,
		0x08064b50u };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (signature == known[i])
			return true;
	return false;
}

/* A local header, or the directory. => false: neither */
static bool
header(struct wl_input *in, struct zip *zip)
{
	if (!gather(in, zip, 4))
		return true;
	if (get(zip->head, 4) != SIG_MEMBER) {
		zip->place = AT_END;
		return is_directory(get(zip->head, 4));
	}
	if (!gather(in, zip, HEADER))
		return true;
	zip->flags = get(zip->head + 6, 2);
	zip->method = get(zip->head + 8, 2);
	zip->crc = get(zip->head + 14, 4);
	zip->size = get(zip->head + 18, 4);
	zip->left = get(zip->head + 26, 2) + (uint64_t)get(zip->head + 28, 2);
	zip->sum = (uint32_t)crc32(0, NULL, 0);
	zip->place = AT_NAME;
	drop_head(zip, HEADER);
	if (zip->flags & FLAG_ENCRYPTED)
		return false;
	if (zip->method == 0)
		return !(zip->flags & FLAG_DESCRIPTOR) &&
		    zip->size != UINT32_MAX;
	return zip->method == 8 && inflateReset(&zip->z) == Z_OK;
}

/* Name and extra field are of no use. */
static void
name(struct wl_input *in, struct zip *zip)
{
	size_t n = in->rawlen - in->rawpos;

	if (n > zip->left)
		n = (size_t)zip->left;
	in->rawpos += n;
	zip->left -= n;
	if (zip->left > 0)
		return;
	zip->left = zip->size;
	zip->place = zip->method == 0 ? IN_STORED : IN_DEFLATED;
}

/* The content of a member has ended. => false: it is not what it was */
static bool
ended(struct zip *zip)
{
	if (zip->flags & FLAG_DESCRIPTOR) {
		zip->place = AT_DESCRIPTOR;
		return true;
	}
	zip->place = AT_HEADER;
	return zip->crc == zip->sum;
}

static bool
stored(struct wl_input *in, struct zip *zip)
{
	size_t n = in->rawlen - in->rawpos;

	if (n > WL_INPUT_CHUNK - in->buflen)
		n = WL_INPUT_CHUNK - in->buflen;
	if (n > zip->left)
		n = (size_t)zip->left;
	memcpy(in->buf + in->buflen, in->raw + in->rawpos, n);
	zip->sum = (uint32_t)crc32(zip->sum, in->buf + in->buflen, (uInt)n);
	in->buflen += n;
	in->rawpos += n;
	zip->left -= n;
	return zip->left > 0 || ended(zip);
}

static bool
deflated(struct wl_input *in, struct zip *zip)
{
	const size_t before = in->buflen;
	int r;

	zip->z.next_in = in->raw + in->rawpos;
	zip->z.avail_in = (uInt)(in->rawlen - in->rawpos);
	zip->z.next_out = in->buf + in->buflen;
	zip->z.avail_out = (uInt)(WL_INPUT_CHUNK - in->buflen);
	r = inflate(&zip->z, Z_NO_FLUSH);
	in->failed |= r == Z_MEM_ERROR;
	in->rawpos = in->rawlen - zip->z.avail_in;
	in->buflen = WL_INPUT_CHUNK - zip->z.avail_out;
	zip->sum = (uint32_t)crc32(zip->sum, in->buf + before,
	    (uInt)(in->buflen - before));
	if (r == Z_STREAM_END)
		return ended(zip);
	return r == Z_OK || r == Z_BUF_ERROR;
}

/* Sizes of 4 bytes or 8, whichever has a signature behind it. */
static bool
descriptor(struct wl_input *in, struct zip *zip)
{
	size_t at;

	if (!gather(in, zip, LONGEST))
		return true;
	at = get(zip->head, 4) == SIG_DESCRIPTOR ? 4 : 0;
	if (get(zip->head + at, 4) != zip->sum)
		return false;
	at += is_signature(zip->head + at + 12) ? 12 : 20;
	if (at + 4 <= LONGEST && !is_signature(zip->head + at))
		return false;
	drop_head(zip, at);
	zip->place = AT_HEADER;
	return true;
}

/* => false: damaged; otherwise raw or room has been used up, or some of both */
static bool
zip_step(struct wl_input *in)
{
	struct zip *zip = in->state;
	bool good = true;

	while (good && in->buflen < WL_INPUT_CHUNK) {
		const size_t raw = in->rawpos, buf = in->buflen;
		const enum place place = zip->place;

		switch (place) {
		case AT_HEADER: good = header(in, zip); break;
		case AT_NAME: name(in, zip); break;
		case IN_STORED: good = stored(in, zip); break;
		case IN_DEFLATED: good = deflated(in, zip); break;
		case AT_DESCRIPTOR: good = descriptor(in, zip); break;
		case AT_END: in->rawpos = in->rawlen; return true;
		}
		if (raw == in->rawpos && buf == in->buflen &&
		    place == zip->place)
			break;
	}
	return good;
}

static bool
zip_rest(const struct wl_input *in)
{
	return ((const struct zip *)in->state)->place == AT_END;
}

const struct wl_codec wl_codec_zip = {
	.name = "zip",
	.magic = "PK\3\4",
	.magic_len = 4,
	.open = zip_open,
	.step = zip_step,
	.rest = zip_rest,
	.close = zip_close,
};
