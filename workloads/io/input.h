/*
 * Input files: plain, gzip, xz, zstd or zip, told apart by their first bytes,
 * read as lines or as bytes.
 *
 *	file or pipe --> raw bytes --> codec (by magic) --> buffer -> line, read
 *
 * What has come from a pipe is held in memory, so that every input can be read
 * twice, unless the reader says that it does not want that.  Several compressed
 * members one behind the other are one input, and so are those of an archive.
 */
#ifndef WL_INPUT_H
#define WL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer line is cut; wl_input_line says so once in `cut'. */
#define WL_INPUT_MAXLINE	((size_t)4 << 20)

struct wl_ahead;
struct wl_codec;
struct wl_refformat;
struct wl_watch;

struct wl_input {
	const char     *path;		/* as given; "-" is standard input */
	const struct wl_codec *codec;
	const struct wl_refformat *as;	/* what the caller says that it holds,
					   for refsource.h; NULL: nothing */
	uint64_t	skip;		/* the same: references to pass over, */
	uint64_t	until;		/* and to take then; 0: all */
	bool		until_data;	/* fetches do not count for until */
	bool		one_space;	/* the processes of a trace of
					   references count as one:
					   refs/refsource.h */
	struct wl_watch *watch;		/* who may end the reading (watch.h),
					   set by the caller; NULL: nobody */
	bool		generated;	/* path is gen:NAME: a generator's
					   (gen.h), not a file's; no bytes */
	uint64_t	line;		/* number of the line last returned */
	bool		cut;		/* the last line was too long */
	bool		unended;	/* it had no newline: the last one */
	char		error[128];	/* one sentence; empty: none so far */
	bool		failed;		/* that is the host's failure (it cannot
					   be read, no memory): what came before
					   is no trace that breaks off */
	/* private */
	int		fd;
	bool		seekable;
	bool		keeps;		/* what it reads, in mem */
	struct wl_ahead *ahead;		/* a thread decodes; NULL: none does */
	int		wake, halt;	/* of that thread: to end, and the
					   watch's; else -1 */
	uint64_t	decoded;	/* bytes, by the codec */
	uint8_t	       *mem;		/* what has come from a pipe */
	size_t		memlen, mempos, memcap;
	void	       *state;		/* the codec's */
	uint8_t	       *raw;		/* compressed bytes not yet decoded */
	size_t		rawpos, rawlen;
	bool		raweof, eof;
	bool		tried;		/* whether a thread can decode */
	bool		halted;		/* a pipe was left, for watch woke up */
	uint8_t	       *buf;		/* decoded bytes not yet returned */
	size_t		bufpos, buflen;
	char	       *text;		/* the line last returned */
	size_t		textcap;
};

/*
 * Open; "-" is standard input, gen:NAME is a generator of references and has
 * no bytes.  path must live as long as the input.
 * => NULL, with one sentence in err: cannot open, no memory
 */
struct wl_input *wl_input_open(const char *path, char *err, size_t errlen);
/* Bytes of memory, which are copied; compressed or not.  => as above */
struct wl_input *wl_input_memory(const char *name, const void *bytes,
	    size_t len, char *err, size_t errlen);
void	wl_input_close(struct wl_input *);		/* NULL is allowed */
/* Begin again at the first byte. => false: in->error says why */
bool	wl_input_rewind(struct wl_input *);
/* It will be read once only, from here on: a pipe needs no memory then. */
void	wl_input_once(struct wl_input *);
/*
 * The next line, without its newline (and without a carriage return before it),
 * NUL-terminated, valid until the next call; it may hold NULs.
 * => 1; 0 at the end; -1: damaged or cut input, in->error says how (what came
 *    before has been returned)
 */
int	wl_input_line(struct wl_input *, char **line, size_t *len);
/* => number of bytes, less than n only at the end or on an error */
size_t	wl_input_read(struct wl_input *, void *, size_t n);
/* What comes next, at least `want' bytes (up to 32K) if there are so many */
const char *wl_input_peek(struct wl_input *, size_t want, size_t *len);
/*
 * Plain files alone have places: bytes from their beginning.  size: how long
 * the file is now; 0: this one has none.
 */
uint64_t wl_input_size(const struct wl_input *);
/* Go on at a place. => false: not there, or no place is (in->error is empty) */
bool	wl_input_seek(struct wl_input *, uint64_t at);
/* Bytes of a place, leaving the input where it is. => false: errno, which is 0
   if there are not so many */
bool	wl_input_at(const struct wl_input *, uint64_t at, void *, size_t n);
/* Pass over n bytes, of any input. => false: it ends before */
bool	wl_input_pass(struct wl_input *, uint64_t n);
/*
 * How far a file has been read, in bytes of it as it lies there.
 * => false: it has no length (a pipe, a generator)
 */
bool	wl_input_place(const struct wl_input *, uint64_t *at, uint64_t *size);
/* Name of the compression: "plain", "gzip", "xz", "zstd", "zip". */
const char *wl_input_codec(const struct wl_input *);

#endif /* WL_INPUT_H */
