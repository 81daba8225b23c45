/*
 * Traces of memory references as valgrind's lackey writes them: text, decoded
 * as a stream, in constant memory.
 *
 *	I  0401ab70,3		a fetch of 3 bytes at 0x401ab70
 *	 L 1fff000d08,8		a load
 *	 S 1fff000d08,8		a store
 *	 M 1fff000d08,8		a load and a store of one place
 *	==1234== words		the tool speaks; so do --1234--, **1234**
 *	SB 0401ab70		a superblock (--trace-superblocks=yes)
 *	SYSCALL[1234,1]( 12)	a call (--trace-syscalls=yes); its result may
 *	 --> [pre-fail]		stand in a line of its own
 *
 * A reference is its kind, in columns 1 to 3; the address, 1 to 16 hexadecimal
 * digits (lackey writes at least 8); a comma; the size, decimal, from 1 to
 * WL_LACKEY_MAXSIZE; nothing else.  Lines of the last three kinds are counted
 * and skipped, and so are empty ones.  A carriage return before a newline is
 * dropped.  Any other line is an error, which names line, column and what was
 * expected there: a trace with a hole in it gives wrong counts.
 *
 * The last line may lack its newline.  If it is no line then, the trace was cut
 * in its middle, and ends before it; the same holds for compressed data that
 * end in the middle.
 */
#ifndef WL_LACKEY_H
#define WL_LACKEY_H

#include "workloads/io/input.h"

/* Numbers as the decoder computes them from the letters. */
enum wl_ref_kind {
	WL_REF_FETCH = 1,
	WL_REF_STORE = 3,
	WL_REF_LOAD = 4,
	WL_REF_MODIFY = 5,
	WL_REF_NKINDS
};

struct wl_ref {
	uint64_t	va;
	uint32_t	size;		/* bytes */
	uint32_t	kind;		/* enum wl_ref_kind */
};

#define WL_LACKEY_MAXSIZE	65536	/* bytes of one reference */

/* ---- one line ---- */

enum wl_lackey_line { WL_LACKEY_REF, WL_LACKEY_SKIP, WL_LACKEY_BAD };

/*
 * Decode s[0 .. len), a line without its newline, with care.
 * => WL_LACKEY_REF and *ref; WL_LACKEY_SKIP; WL_LACKEY_BAD: at s[*column - 1]
 *    was expected what *expected says
 */
enum wl_lackey_line wl_lackey_line(const char *s, size_t len,
	    struct wl_ref *ref, size_t *column, const char **expected);
/* => the text may be lackey's: the first line of it that is not the tool's
 *    talk begins as a reference or a skipped line, or the tool says its name */
bool	wl_lackey_detect(const char *text, size_t len);

/* ---- many lines, fast ---- */

#define WL_LACKEY_BEFORE	8	/* readable bytes before the text */
#define WL_LACKEY_BEHIND	32	/* and behind it */

/*
 * A run of whole lines: [text, end), end being behind a newline or the same as
 * text.  References go to ref[0 .. n); there must be room for one for each 7
 * bytes of the text at the beginning, and one more.
 */
struct wl_lackey_run {
	const char     *text;		/* what is not decoded yet */
	const char     *end;
	struct wl_ref  *ref;
	size_t		n;
};
/*
 * Decode as far as lines are references in the usual form: 8 to 16 digits, no
 * capitals, a size of one or two digits.  Both runs at once, in turns: one
 * line's length is known late, and the other run fills the time.
 * => stops at a line that wl_lackey_line() must look at, in either, or at the
 *    end of either; false: and more such lines are to be expected
 */
bool	wl_lackey_fast(struct wl_lackey_run *a, struct wl_lackey_run *b);

/* ---- a file ---- */

struct wl_lackey {
	uint64_t	lines;		/* returned so far, skipped or not */
	uint64_t	skipped;	/* of these, no reference */
	bool		cut;		/* the trace breaks off behind them;
					   in->error may say more */
	uint64_t	column;		/* of the error: it is on line
					   lines + 1; 0: of no line */
	char		error[160];	/* one sentence; empty: none so far */
	/* private */
	struct wl_input *in;
	char	       *mem;
	const char     *buf;		/* buf[pos .. len): not decoded yet */
	size_t		pos, len;
	bool		eof;
	bool		talking;	/* in a long line that is skipped */
	struct wl_ref  *ref;
	struct wl_lackey_part {		/* decoded, to be returned */
		size_t		n;
		uint64_t	lines, skipped;
		size_t		column;	/* bad line behind it, or 0 */
		const char     *expected;
	}		part[2];
	unsigned	next;		/* part; 2: decode more */
};

/* in stays the caller's. => false: no memory */
bool	wl_lackey_open(struct wl_lackey *, struct wl_input *in);
/* The same for text in memory, which must lie as for wl_lackey_fast(). */
bool	wl_lackey_open_text(struct wl_lackey *, const char *text, size_t len);
void	wl_lackey_close(struct wl_lackey *);
/*
 * The next references, valid until the next call.
 * => how many; 0: the end, or an error if error says so
 */
size_t	wl_lackey_next(struct wl_lackey *, const struct wl_ref **);

#endif /* WL_LACKEY_H */
