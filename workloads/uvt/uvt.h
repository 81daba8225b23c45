/*
 * uvt: our binary trace.  References and operations in one stream, in blocks
 * that can be found, checked and decoded each by itself (uvmsim-uvt(5)).
 *
 *	trace = block ...
 *	block = header (40 bytes) payload
 *
 *	 0 u32 magic "UVTB"		16 u64 number of the first reference
 *	 4 u8  type, 5 u8 form		24 u32 process (REFS)
 *	 6 u16 0			28 u32 exceptions (REFS)
 *	 8 u32 bytes of payload		32 u64 XXH64 of bytes 0 to 31 and
 *	12 u32 records			       payload
 *
 * All numbers are little-endian.  Types: HEAD begins a trace, and again
 * whatever is appended, its payload is lines of text: where it comes from;
 * REFS has references of one process; OPS has lines of uvmsim-script(5), done
 * between the references before and behind; INDEX is the last block of a trace,
 * or of a part to which more was appended.  A trace without INDEX, or that
 * breaks off, is read as far as its blocks are whole.
 *
 * INDEX is, for some of the blocks before it, in their order, u64 where the
 * block stands, u64 number of its first reference; then u64 where the INDEX
 * stands, and the eight bytes "UVTINDEX", which end the file.  Places and
 * numbers are counted from the HEAD with number 0 that the INDEX is about: that
 * of the file, or of the last part that stood alone before.
 *
 * REFS are two halves, the first one not the smaller, decoded at once:
 *
 *	base[2][3]	u64: where fetches and both runs of data begin
 *	control[n]	a byte a reference: stream, length, size
 *	delta[first half], delta[second half]
 *	exceptions	u32 number in the block, u32 size: sizes that a control
 *			byte cannot say
 *
 * control: bits 0-2 stream (0 fetch; 1, 2 load; 3, 4 store; 5, 6 modify: the
 * odd ones from data base 1, the even ones from base 2), bits 3-4 length of the
 * delta (0, 1, 2, 4 bytes; in forms 1 and 3 0, 2, 4, 8), bits 5-7 size (fetch:
 * 1 to 8; data: 1, 2, 4, 8, 16, 32, 64, 10).  A delta is the distance from the
 * base, with half of its range added, or, in forms 0 and 1, which are only
 * read, zigzag; the address is the base's next value, behind the size for
 * fetches.
 */
#ifndef WL_UVT_H
#define WL_UVT_H

#include <stdio.h>

#include "workloads/io/input.h"
#include "workloads/refs/lackey.h"

#define WL_UVT_MAGIC	0x42545655u	/* "UVTB" */
#define WL_UVT_HEADER	40		/* bytes */
#define WL_UVT_END	"UVTINDEX"	/* the last 8 of a trace */
#define WL_UVT_MAXREFS	65536		/* in a block */
#define WL_UVT_MAXOPS	((uint32_t)1 << 20)	/* bytes of text in a block */
/* The longest payload of REFS: bases, then 9 bytes and an exception each. */
#define WL_UVT_MAXPAYLOAD	(48 + WL_UVT_MAXREFS * 17)
#define WL_UVT_SLACK	16		/* readable bytes behind a payload */

enum wl_uvt_type {
	WL_UVT_HEAD = 'H',
	WL_UVT_REFS = 'R',
	WL_UVT_OPS = 'O',
	WL_UVT_INDEX = 'I',
};

struct wl_uvt_block {
	enum wl_uvt_type type;
	uint8_t		form;
	uint32_t	length;		/* of the payload */
	uint32_t	records;
	uint64_t	first;
	uint32_t	process;
	uint32_t	exceptions;
};

/* ---- blocks in memory ---- */

/*
 * Encode n references, 1 to WL_UVT_MAXREFS, of va and size at least 1.
 * => header and payload are at out[0 .. returned), of room for
 *    WL_UVT_HEADER + WL_UVT_MAXPAYLOAD
 */
size_t	wl_uvt_encode(uint8_t *out, const struct wl_ref *, uint32_t n,
	    uint64_t first, uint32_t process);
/* Header and checksum of another payload, which lies behind header[40]. */
void	wl_uvt_seal(uint8_t *header, const struct wl_uvt_block *);
/*
 * Look at a header. => NULL and *block; or what is wrong with it, a sentence
 */
const char *wl_uvt_header(const uint8_t *header, struct wl_uvt_block *);
/*
 * Decode the payload of REFS behind header[40]; WL_UVT_SLACK bytes behind it
 * are readable.  out has room for the records.  The checksum has been compared.
 * => NULL, or what is wrong
 */
const char *wl_uvt_decode(const uint8_t *header, const struct wl_uvt_block *,
	    struct wl_ref *out);
/* => the checksum in the header is that of the block */
bool	wl_uvt_sound(const uint8_t *header, const struct wl_uvt_block *);

/* ---- writing a trace ---- */

struct wl_uvt_writer {
	uint64_t	references;	/* so far */
	uint64_t	blocks;
	bool		operations;	/* some have been written */
	/* private */
	FILE	       *fp;
	uint64_t	offset;		/* bytes written */
	uint32_t	process;	/* of the references that wait */
	uint32_t	n;		/* of them */
	struct wl_ref  *ref;
	char	       *text;		/* lines that wait */
	size_t		textlen;
	uint32_t	lines;
	uint8_t	       *block;
	struct wl_uvt_mark {		/* where a block stands */
		uint64_t	offset, first;
	}	       *mark;		/* of each stride-th block */
	size_t		nmarks;
	uint64_t	stride;
};

/*
 * Begin a trace on a file that is at its beginning, or goes on behind a whole
 * one.  origin is text, lines of NAME: VALUE.
 * => false: no memory, or the file fails (errno)
 */
bool	wl_uvt_begin(struct wl_uvt_writer *, FILE *, const char *origin);
/*
 * Begin with what there is in a trace, old, that is at its beginning and is
 * read to its end: all of its blocks as they are, then a head.  The caller
 * replaces the one by the other when all is written, so that a failure leaves
 * the old one.
 * => false: a sentence in err: it is no such trace, it is damaged or breaks
 *    off, or as above
 */
bool	wl_uvt_append(struct wl_uvt_writer *, FILE *, struct wl_input *old,
	    const char *origin, char *err, size_t errlen);
/*
 * Another head: processes are numbered from 0 again, those before have ended.
 */
bool	wl_uvt_part(struct wl_uvt_writer *, const char *origin);
bool	wl_uvt_put(struct wl_uvt_writer *, uint32_t process,
	    const struct wl_ref *, size_t n);
/* An operation, a line without its newline, shorter than WL_UVT_MAXOPS. */
bool	wl_uvt_op(struct wl_uvt_writer *, const char *line, size_t len);
/* The rest and the index; the file is the caller's to close. */
bool	wl_uvt_end(struct wl_uvt_writer *);
/* What was allocated, written or not. */
void	wl_uvt_drop(struct wl_uvt_writer *);

/* ---- reading one ---- */

struct wl_uvt_reader {
	struct wl_uvt_block block;	/* the one returned last */
	uint64_t	blocks;		/* returned so far */
	uint64_t	offset;		/* of the next one, bytes */
	uint64_t	references;	/* returned so far, and passed over */
	const struct wl_ref *ref;	/* REFS: block.records of them */
	const char     *text;		/* HEAD, OPS: block.length bytes */
	const uint8_t  *raw;		/* header and payload, as they were */
	bool		cut;		/* the trace breaks off here */
	char		error[160];	/* one sentence; empty: none */
	/* to be set before the first block, or as it is */
	uint64_t	skip;		/* references of the trace to pass
					   over: in->skip.  The first block of
					   REFS may be what is left of one */
	bool		undecoded;	/* REFS are checked, but not decoded */
	/* private */
	struct wl_input *in;
	struct wl_ref  *room;
	bool		sought;		/* began in the middle; blocks before
					   have not been counted */
	uint64_t	before;		/* references before number 0 of the
					   part that is read */
	uint8_t	       *buf;
};

/* => the text is the beginning of such a trace */
bool	wl_uvt_detect(const char *text, size_t len);
/* in stays the caller's. => false: no memory */
bool	wl_uvt_open(struct wl_uvt_reader *, struct wl_input *in);
void	wl_uvt_close(struct wl_uvt_reader *);
/*
 * Go to the references that skip leaves, by the index, before the first block
 * is read: nothing else before them is seen then, operations neither.  A file
 * that has no place, or no sound index, stays where it is.
 */
void	wl_uvt_seek(struct wl_uvt_reader *);
/*
 * => the next block; false: the end, cut or not, or an error if error says so
 */
bool	wl_uvt_next(struct wl_uvt_reader *);
/*
 * Look for the indices of all the parts of a file, leaving it where it is.
 * => they are there and sound; *references: what they count.  Else errno says
 *    why the host cannot tell, or is 0: they are not there
 */
bool	wl_uvt_indexed(struct wl_input *, uint64_t *references);

#endif /* WL_UVT_H */
