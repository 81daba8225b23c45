/*
 * Reader of core files: header and section table first, then one section at a
 * time in memory.  Nothing is believed: sizes are compared with the file's
 * before anything is allocated, each section with its checksum before any of it
 * is used, and each count with the bytes that are left.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core_io.h"
#include "pmap/mem.h"

/* ---------------------------------------------------------- refusals ---- */

/* One line of plain ASCII, whatever names the file has in it. */
static void
make_plain(char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
}

__attribute__((format(printf, 3, 0))) static bool
refuse(struct core_in *in, uint64_t offset, const char *fmt, va_list ap)
{
	char why[256];

	if (in->error != 0)
		return false;
	in->error = EINVAL;
	vsnprintf(why, sizeof(why), fmt, ap);
	make_plain(why);
	snprintf(in->err, in->errlen, "%s: offset %llu: %s", in->path,
	    (unsigned long long)offset, why);
	return false;
}

bool
sim_core_refuse_at(struct core_in *in, uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	refuse(in, offset, fmt, ap);
	va_end(ap);
	return false;
}

bool
sim_core_refuse(struct core_in *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	refuse(in, sim_core_in_offset(in), fmt, ap);
	va_end(ap);
	return false;
}

bool
sim_core_refuse_errno(struct core_in *in, int err)
{
	if (in->error != 0)
		return false;
	in->error = err;
	snprintf(in->err, in->errlen, "%s: %s", in->path, strerror(err));
	return false;
}

/* -------------------------------------------------------------- file ---- */

static bool
read_at(struct core_in *in, void *buf, size_t len, uint64_t offset)
{
	uint8_t *p = buf;

	if (in->mem != NULL && len <= in->size - offset) {
		memcpy(p, in->mem + offset, len);
		return true;
	}
	while (len > 0) {
		ssize_t n = pread(in->fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return sim_core_refuse_errno(in, errno);
		if (n == 0)
			return sim_core_refuse_at(in, offset,
			    "the file ends here");
		p += n;
		offset += (uint64_t)n;
		len -= (size_t)n;
	}
	return true;
}

/* Sections follow each other and fill the file: no byte is without a sum. */
static bool
check_table(struct core_in *in, const uint8_t *table)
{
	uint64_t next = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;

	for (unsigned i = 0; i < CORE_NSECTIONS; i++) {
		const uint8_t *e = table + (size_t)i * CORE_SECTION;
		uint64_t at = CORE_HEADER + (uint64_t)i * CORE_SECTION;
		struct core_span *s = &in->span[i];

		s->offset = sim_core_word(e + 8, 8);
		s->size = sim_core_word(e + 16, 8);
		s->sum = sim_core_word(e + 24, 8);
		if (memcmp(e, sim_core_section_name[i], 8) != 0)
			return sim_core_refuse_at(in, at,
			    "section %u is not \"%s\"", i,
			    sim_core_section_name[i]);
		if (s->offset != next || s->size > in->size - next)
			return sim_core_refuse_at(in, at + 8,
			    "section \"%s\" is not inside the file",
			    sim_core_section_name[i]);
		next += s->size;
	}
	return next == in->size ||
	    sim_core_refuse_at(in, next, "%llu bytes behind the last section",
		(unsigned long long)(in->size - next));
}

static bool
check_header(struct core_in *in)
{
	uint8_t head[CORE_HEADER], table[CORE_NSECTIONS * CORE_SECTION];

	if (in->size < sizeof(head))
		return sim_core_refuse_at(in, in->size,
		    "not a core: "
		    "%u bytes of header expected",
		    CORE_HEADER);
	if (!read_at(in, head, sizeof(head), 0))
		return false;
	if (memcmp(head, CORE_MAGIC, 8) != 0)
		return sim_core_refuse_at(in, 0, "not a core: wrong magic");
	if (sim_core_word(head + 8, 4) != CORE_VERSION)
		return sim_core_refuse_at(in, 8,
		    "version %u; "
		    "this program reads version %u",
		    (unsigned)sim_core_word(head + 8, 4), CORE_VERSION);
	if (sim_core_sum(head, 32) != sim_core_word(head + 32, 8))
		return sim_core_refuse_at(in, 32,
		    "header damaged: "
		    "its checksum differs");
	if (sim_core_word(head + 12, 4) != CORE_NSECTIONS)
		return sim_core_refuse_at(in, 12, "%u sections; expected %u",
		    (unsigned)sim_core_word(head + 12, 4), CORE_NSECTIONS);
	if (sim_core_word(head + 16, 8) != in->size)
		return sim_core_refuse_at(in, 16,
		    "the file has %llu bytes; "
		    "expected %llu",
		    (unsigned long long)in->size,
		    (unsigned long long)sim_core_word(head + 16, 8));
	if (in->size < sizeof(head) + sizeof(table))
		return sim_core_refuse_at(in, in->size,
		    "section table cut off");
	if (!read_at(in, table, sizeof(table), sizeof(head)))
		return false;
	if (sim_core_sum(table, sizeof(table)) != sim_core_word(head + 24, 8))
		return sim_core_refuse_at(in, 24,
		    "section table damaged: "
		    "its checksum differs");
	return check_table(in, table);
}

int
sim_core_in_open(struct core_in *in, const char *path, char *err, size_t errlen)
{
	struct stat st;

	memset(in, 0, sizeof(*in));
	in->path = path;
	in->err = err;
	in->errlen = errlen;
	in->fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in->fd == -1 || fstat(in->fd, &st) != 0)
		sim_core_refuse_errno(in, errno);
	else if (!S_ISREG(st.st_mode))
		sim_core_refuse_at(in, 0, "not a core: not a regular file");
	else {
		in->size = (uint64_t)st.st_size;
		check_header(in);
	}
	if (in->error != 0)
		sim_core_in_close(in);
	return in->error;
}

int
sim_core_in_memory(struct core_in *in, const void *data, size_t len, char *err,
    size_t errlen)
{
	memset(in, 0, sizeof(*in));
	in->path = "core";
	in->err = err;
	in->errlen = errlen;
	in->fd = -1;
	in->mem = data;
	in->size = len;
	check_header(in);
	return in->error;
}

void
sim_core_in_close(struct core_in *in)
{
	if (in->fd != -1)
		close(in->fd);
	free(in->own);
	in->fd = -1;
	in->own = NULL;
	in->data = NULL;
}

/* => the bytes of a section; NULL: refused */
static const uint8_t *
section_bytes(struct core_in *in, const struct core_span *s)
{
	free(in->own);
	in->own = NULL;
	if (in->mem != NULL)
		return in->mem + s->offset;
	in->own = s->size < SIZE_MAX ? malloc((size_t)s->size + 1) : NULL;
	if (in->own == NULL)
		(void)sim_core_refuse_errno(in, ENOMEM);
	else if (read_at(in, in->own, (size_t)s->size, s->offset))
		return in->own;
	return NULL;
}

bool
sim_core_in_section(struct core_in *in, enum core_section id)
{
	const struct core_span *s = &in->span[id];

	if (in->error != 0)
		return false;
	in->section = id;
	in->len = in->at = 0;
	in->data = section_bytes(in, s);
	if (in->data == NULL)
		return false;
	if (in->mem == NULL &&
	    sim_core_sum(in->data, (size_t)s->size) != s->sum)
		return sim_core_refuse_at(in, s->offset,
		    "section \"%s\" "
		    "damaged: its checksum differs",
		    sim_core_section_name[id]);
	in->len = (size_t)s->size;
	return true;
}

bool
sim_core_in_end(struct core_in *in)
{
	if (in->error == 0 && in->at != in->len)
		sim_core_refuse(in, "%zu bytes too many in section \"%s\"",
		    in->len - in->at, sim_core_section_name[in->section]);
	return in->error == 0;
}

uint64_t
sim_core_in_offset(const struct core_in *in)
{
	return in->span[in->section].offset + in->at;
}

/* ------------------------------------------------------------ values ---- */

/* => the next n bytes, or NULL: refused */
static const uint8_t *
take(struct core_in *in, size_t n)
{
	if (in->error != 0)
		return NULL;
	if (n > in->len - in->at) {
		sim_core_refuse(in, "section \"%s\" ends early",
		    sim_core_section_name[in->section]);
		return NULL;
	}
	in->at += n;
	return in->data + in->at - n;
}

uint64_t
sim_core_get(struct core_in *in, unsigned bytes)
{
	const uint8_t *p = take(in, bytes);

	return p != NULL ? sim_core_word(p, bytes) : 0;
}

uint64_t
sim_core_get_within(struct core_in *in, unsigned bytes, uint64_t lo,
    uint64_t hi, const char *name)
{
	uint64_t v = sim_core_get(in, bytes);

	if (in->error != 0)
		return 0;
	if (v >= lo && v <= hi)
		return v;
	sim_core_refuse_at(in, sim_core_in_offset(in) - bytes,
	    "%s is %llu; expected %llu to %llu", name, (unsigned long long)v,
	    (unsigned long long)lo, (unsigned long long)hi);
	return 0;
}

static uint64_t
get_count(struct core_in *in, unsigned bytes, size_t size, const char *name)
{
	uint64_t n = sim_core_get(in, bytes);

	if (in->error != 0 || n <= (in->len - in->at) / size)
		return n;
	sim_core_refuse_at(in, sim_core_in_offset(in) - bytes,
	    "%llu %s do "
	    "not fit into section \"%s\"",
	    (unsigned long long)n, name, sim_core_section_name[in->section]);
	return 0;
}

uint32_t
sim_core_get_count(struct core_in *in, size_t size, const char *name)
{
	return (uint32_t)get_count(in, 4, size, name);
}

uint64_t
sim_core_get_count64(struct core_in *in, size_t size, const char *name)
{
	return get_count(in, 8, size, name);
}

/* => its bytes and *len; NULL: none (*len CORE_NOSTRING), or refused */
static const uint8_t *
get_text(struct core_in *in, uint32_t *len, const char *name)
{
	uint64_t at = sim_core_in_offset(in);
	const uint8_t *p;

	*len = (uint32_t)sim_core_get(in, 4);
	if (in->error != 0 || *len == CORE_NOSTRING)
		return NULL;
	if (*len > CORE_MAXSTRING) {
		sim_core_refuse_at(in, at, "%s of %u bytes; at most %u", name,
		    *len, CORE_MAXSTRING);
		return NULL;
	}
	p = take(in, *len);
	if (p != NULL && memchr(p, 0, *len) != NULL) {
		sim_core_refuse_at(in, at, "%s has a NUL inside", name);
		return NULL;
	}
	return p;
}

char *
sim_core_get_string(struct core_in *in, struct mem *mem, const char *name)
{
	uint32_t len;
	const uint8_t *p = get_text(in, &len, name);
	char *s;

	if (p == NULL)
		return NULL;
	s = mem_alloc(mem, (size_t)len + 1);
	if (s == NULL) {
		sim_core_refuse_errno(in, ENOMEM);
		return NULL;
	}
	memcpy(s, p, len);
	s[len] = '\0';
	return s;
}

bool
sim_core_get_name(struct core_in *in, char *buf, size_t size, const char *name)
{
	uint64_t at = sim_core_in_offset(in);
	uint32_t len;
	const uint8_t *p = get_text(in, &len, name);

	if (in->error != 0)
		return false;
	if (p == NULL || len >= size)
		return sim_core_refuse_at(in, at,
		    "%s: a name of 0 to %zu "
		    "bytes expected",
		    name, size - 1);
	memcpy(buf, p, len);
	buf[len] = '\0';
	return true;
}

/* ----------------------------------------------------------- records ---- */

static void
set_field(const struct core_field *f, void *record, uint64_t v)
{
	char *p = (char *)record + f->offset;
	uint32_t u32 = (uint32_t)v;
	uint16_t u16 = (uint16_t)v;

	switch (f->host_size) {
	case 1: *(uint8_t *)p = (uint8_t)v; break;
	case 2: memcpy(p, &u16, sizeof(u16)); break;
	case 4: memcpy(p, &u32, sizeof(u32)); break;
	default: memcpy(p, &v, sizeof(v)); break;
	}
}

bool
sim_core_get_record(struct core_in *in, const struct core_field *f,
    void *record)
{
	for (; f->name != NULL && in->error == 0; f++)
		set_field(f, record,
		    sim_core_get_within(in, f->size, f->lo, f->hi, f->name));
	return in->error == 0;
}

size_t
sim_core_record_size(const struct core_field *f)
{
	size_t size = 0;

	for (; f->name != NULL; f++)
		size += f->size;
	return size;
}

void
sim_core_copy_record(const struct core_field *f, void *to, const void *from)
{
	for (; f->name != NULL; f++)
		memcpy((char *)to + f->offset, (const char *)from + f->offset,
		    f->host_size);
}
