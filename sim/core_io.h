/*
 * Reading and writing the bytes of core files, below the meaning of any of it.
 *
 * A writer collects bytes of one section after another in an output file
 * (outfile.h), and commits the whole or leaves nothing.  Its first error
 * sticks; only the commit reports it.
 *
 * A reader holds one section at a time, checked against its checksum, and never
 * reads past it.  Its first refusal sticks: from then on every getter gives 0,
 * counts are 0, and loops end.  No allocation is larger than the file allows.
 *
 * Records are lists of fields; a field table says for each where it is in the
 * structure, how wide it is there and in the file, and what values are lawful.
 * The one table writes and reads, so the two cannot differ.
 */
#ifndef SIM_CORE_IO_H
#define SIM_CORE_IO_H

#include <stdbool.h>
#include <stddef.h>

#include "core_format.h"
#include "core_sum.h"
#include "vm/vm_keep.h"
#include "outfile.h"

/* The highest that any counter or time can be (vm/vm_keep.h). */
#define CORE_MAXCOUNT	VM_KEEP_MAX

struct mem;

/* Names, padded to 8 bytes with NUL. */
extern const char sim_core_section_name[CORE_NSECTIONS][9];

/* ------------------------------------------------------------ fields ---- */

struct core_field {
	const char     *name;		/* in refusals; NULL ends a table */
	size_t		offset;		/* in the structure */
	uint8_t		host_size;	/* bytes there */
	uint8_t		size;		/* bytes in the file */
	uint64_t	lo, hi;		/* lawful values */
};

#define CORE_FIELD(type, member, size_, lo_, hi_)			\
	{ .name = #member, .offset = offsetof(type, member),		\
	    .host_size = sizeof(((type *)0)->member), .size = (size_),	\
	    .lo = (lo_), .hi = (hi_) }

size_t	sim_core_record_size(const struct core_field *);
void	sim_core_copy_record(const struct core_field *, void *to,
	    const void *from);

/* ------------------------------------------------------------ writer ---- */

struct core_span {			/* of a section */
	uint64_t	offset, size, sum;
};

struct core_out {
	struct sim_outfile file;	/* not open: in memory */
	bool		in_memory;
	uint8_t	       *mem;		/* of that: what was written */
	size_t		memlen, memcap;
	int		error;		/* first errno, sticky */
	uint8_t	       *buf;		/* CORE_BUFFER bytes */
	size_t		fill;
	uint64_t	offset;		/* of the next byte in the file */
	struct sim_core_sum sum;	/* of the current section */
	struct core_span span[CORE_NSECTIONS];
};

/* => 0 or an errno with nothing left behind */
int	sim_core_out_open(struct core_out *, const char *path);
/* The same in memory. */
int	sim_core_out_memory(struct core_out *);
void	sim_core_out_section(struct core_out *, enum core_section);
void	sim_core_out_end(struct core_out *, enum core_section);
/* Header, and the file gets its name.
   => 0, or the first errno and nothing left behind */
int	sim_core_out_commit(struct core_out *);
/* Header. => 0 and the bytes, malloc'ed; or the first errno */
int	sim_core_out_take(struct core_out *, uint8_t **data, size_t *len);

void	sim_core_put(struct core_out *, uint64_t value, unsigned bytes);
void	sim_core_put_string(struct core_out *, const char *);	/* NULL ok */
void	sim_core_put_record(struct core_out *, const struct core_field *,
	    const void *);

/* ------------------------------------------------------------ reader ---- */

struct core_in {
	int		fd;
	const char     *path;
	uint64_t	size;		/* of the file */
	struct core_span span[CORE_NSECTIONS];
	enum core_section section;	/* current one */
	const uint8_t  *mem;		/* the whole file; NULL: on a disk */
	const uint8_t  *data;		/* its bytes */
	uint8_t	       *own;		/* these, unless they are in mem */
	size_t		len, at;
	int		error;		/* errno of the refusal, sticky */
	char	       *err;		/* text of the refusal */
	size_t		errlen;
};

/* => 0, or an errno and err: not a core, damaged header */
int	sim_core_in_open(struct core_in *, const char *path, char *err,
	    size_t errlen);
/* The same of bytes in memory, which must stay until the close. */
int	sim_core_in_memory(struct core_in *, const void *data, size_t len,
	    char *err, size_t errlen);
/* Read a section and check its sum. => false: refused */
bool	sim_core_in_section(struct core_in *, enum core_section);
/* => false and a refusal if bytes of the section are left */
bool	sim_core_in_end(struct core_in *);
void	sim_core_in_close(struct core_in *);

static inline bool
sim_core_in_ok(const struct core_in *in)
{
	return in->error == 0;
}

/* Offset in the file of the next byte. */
uint64_t sim_core_in_offset(const struct core_in *);
/* Refuse, naming an offset in the file.  => false */
bool	sim_core_refuse_at(struct core_in *, uint64_t offset, const char *fmt,
	    ...) __attribute__((format(printf, 3, 4)));
/* Refuse because of the value that ended at the current byte.  => false */
bool	sim_core_refuse(struct core_in *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
bool	sim_core_refuse_errno(struct core_in *, int err);	/* or EIO */

uint64_t sim_core_get(struct core_in *, unsigned bytes);
/* A value in [lo, hi], named in the refusal. */
uint64_t sim_core_get_within(struct core_in *, unsigned bytes, uint64_t lo,
	    uint64_t hi, const char *name);
/*
 * A u32 (u64) count of records of at least `size` bytes each.  => 0 if refused;
 * the section still holds so many
 */
uint32_t sim_core_get_count(struct core_in *, size_t size, const char *name);
uint64_t sim_core_get_count64(struct core_in *, size_t size, const char *name);
/* => a string in mem, or NULL: none, or refused */
char   *sim_core_get_string(struct core_in *, struct mem *, const char *name);
/* The same in a caller's buffer; refuses none and too long ones. */
bool	sim_core_get_name(struct core_in *, char *buf, size_t len,
	    const char *name);
bool	sim_core_get_record(struct core_in *, const struct core_field *,
	    void *);

#endif /* SIM_CORE_IO_H */
