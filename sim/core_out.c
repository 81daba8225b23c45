/*
 * Writer of core files: an output file (outfile.h), one checksum a section, the
 * header last.  On any failure a file of the final name stays as it was.
 *
 * In memory the same bytes go to the end of a block that grows by doubling.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core_io.h"

#define CORE_BUFFER 65536u

const char sim_core_section_name[CORE_NSECTIONS][9] = {
#define X(id, name, summary) name,
	CORE_SECTIONS(X)
#undef X
};

/* ------------------------------------------------------------- bytes ---- */

/* => false: no memory */
static bool
grow(struct core_out *out, size_t len)
{
	size_t cap = out->memcap > 0 ? out->memcap : CORE_BUFFER;
	uint8_t *p;

	while (cap < out->memlen + len)
		cap *= 2;
	if (cap == out->memcap)
		return true;
	p = realloc(out->mem, cap);
	if (p == NULL)
		return false;
	out->mem = p;
	out->memcap = cap;
	return true;
}

static void
append(struct core_out *out, const uint8_t *p, size_t len)
{
	if (out->error != 0)
		return;
	if (!grow(out, len)) {
		out->error = ENOMEM;
		return;
	}
	memcpy(out->mem + out->memlen, p, len);
	out->memlen += len;
}

static void
write_all(struct core_out *out, const uint8_t *p, size_t len)
{
	if (out->in_memory) {
		append(out, p, len);
		return;
	}
	if (out->error == 0)
		out->error = sim_write_all(out->file.fd, p, len);
}

static void
flush(struct core_out *out)
{
	sim_core_sum_add(&out->sum, out->buf, out->fill);
	write_all(out, out->buf, out->fill);
	out->fill = 0;
}

static void
put_bytes(struct core_out *out, const void *data, size_t len)
{
	const uint8_t *p = data;

	out->offset += len;
	while (len > 0) {
		size_t n = CORE_BUFFER - out->fill;

		if (n > len)
			n = len;
		memcpy(out->buf + out->fill, p, n);
		out->fill += n;
		p += n;
		len -= n;
		if (out->fill == CORE_BUFFER)
			flush(out);
	}
}

/* There is room for 8 bytes, of which the first ones count. */
static inline void
put_word(uint8_t *to, uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	memcpy(to, &value, sizeof(value));
}

void
sim_core_put(struct core_out *out, uint64_t value, unsigned bytes)
{
	uint8_t b[8];

	if (out->fill + sizeof(b) < CORE_BUFFER) {
		put_word(out->buf + out->fill, value);
		out->fill += bytes;
		out->offset += bytes;
		return;
	}
	put_word(b, value);
	put_bytes(out, b, bytes);
}

void
sim_core_put_string(struct core_out *out, const char *s)
{
	if (s == NULL) {
		sim_core_put(out, CORE_NOSTRING, 4);
		return;
	}

	size_t len = strlen(s);

	if (len > CORE_MAXSTRING && out->error == 0)
		out->error = ENAMETOOLONG;
	sim_core_put(out, len, 4);
	put_bytes(out, s, len);
}

/* A field's value, whatever its width in the structure. */
static uint64_t
field_value(const struct core_field *f, const void *record)
{
	const char *p = (const char *)record + f->offset;
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (f->host_size) {
	case 1: return *(const uint8_t *)p;
	case 2: memcpy(&u16, p, sizeof(u16)); return u16;
	case 4: memcpy(&u32, p, sizeof(u32)); return u32;
	default: memcpy(&u64, p, sizeof(u64)); return u64;
	}
}

void
sim_core_put_record(struct core_out *out, const struct core_field *f,
    const void *record)
{
	for (; f->name != NULL; f++)
		sim_core_put(out, field_value(f, record), f->size);
}

/* -------------------------------------------------------------- file ---- */

static int
forget(struct core_out *out)
{
	if (!out->in_memory)
		sim_outfile_abandon(&out->file);
	free(out->buf);
	free(out->mem);
	out->buf = out->mem = NULL;
	return out->error;
}

/* Room for the header, which comes last. */
static int
begin(struct core_out *out)
{
	static const uint8_t zero[CORE_HEADER + CORE_NSECTIONS * CORE_SECTION];

	sim_core_sum_init(&out->sum);
	put_bytes(out, zero, sizeof(zero));
	flush(out);
	return out->error != 0 ? forget(out) : 0;
}

int
sim_core_out_memory(struct core_out *out)
{
	memset(out, 0, sizeof(*out));
	out->in_memory = true;
	out->buf = malloc(CORE_BUFFER);
	if (out->buf == NULL) {
		out->error = ENOMEM;
		return forget(out);
	}
	return begin(out);
}

int
sim_core_out_open(struct core_out *out, const char *path)
{
	memset(out, 0, sizeof(*out));
	out->buf = malloc(CORE_BUFFER);
	out->error = out->buf == NULL    ? ENOMEM :
	    sim_outfile_is_special(path) ? ESPIPE :
					   sim_outfile_open(&out->file, path);
	return out->error != 0 ? forget(out) : begin(out);
}

void
sim_core_out_section(struct core_out *out, enum core_section id)
{
	out->span[id].offset = out->offset;
	sim_core_sum_init(&out->sum);
}

void
sim_core_out_end(struct core_out *out, enum core_section id)
{
	flush(out);
	out->span[id].size = out->offset - out->span[id].offset;
	out->span[id].sum = sim_core_sum_end(&out->sum);
}

static void
put_table(struct core_out *out)
{
	for (unsigned i = 0; i < CORE_NSECTIONS; i++) {
		put_bytes(out, sim_core_section_name[i], 8);
		sim_core_put(out, out->span[i].offset, 8);
		sim_core_put(out, out->span[i].size, 8);
		sim_core_put(out, out->span[i].sum, 8);
	}
}

/* The table is built first, in the buffer, for the header has its sum. */
static void
put_header(struct core_out *out)
{
	uint8_t table[CORE_NSECTIONS * CORE_SECTION];
	uint64_t size = out->offset;

	if (out->error == 0 && !out->in_memory &&
	    lseek(out->file.fd, 0, SEEK_SET) != 0)
		out->error = errno;
	out->memlen = 0;
	put_table(out);
	memcpy(table, out->buf, sizeof(table));
	out->fill = 0;
	put_bytes(out, CORE_MAGIC, 8);
	sim_core_put(out, CORE_VERSION, 4);
	sim_core_put(out, CORE_NSECTIONS, 4);
	sim_core_put(out, size, 8);
	sim_core_put(out, sim_core_sum(table, sizeof(table)), 8);
	sim_core_put(out, sim_core_sum(out->buf, out->fill), 8);
	put_bytes(out, table, sizeof(table));
	flush(out);
}

int
sim_core_out_commit(struct core_out *out)
{
	put_header(out);
	if (out->error == 0)
		out->error = sim_outfile_commit(&out->file);
	return forget(out);
}

int
sim_core_out_take(struct core_out *out, uint8_t **data, size_t *len)
{
	*len = out->memlen;
	put_header(out);
	if (out->error == 0) {
		*data = out->mem;
		out->mem = NULL;
	}
	return forget(out);
}
