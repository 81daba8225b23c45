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

struct wl_codec;
struct wl_refformat;

struct wl_input {
	const char     *path;		/* as given; "-" is standard input */
	const struct wl_codec *codec;
	const struct wl_refformat *as;	/* what the caller says that it holds,
					   for refsource.h; NULL: nothing */
	bool		generated;	/* path is gen:NAME: a generator's
					   (gen.h), not a file's; no bytes */
	uint64_t	line;		/* number of the line last returned */
	bool		cut;		/* the last line was too long */
	bool		unended;	/* it had no newline: the last one */
	char		error[128];	/* one sentence; empty: none so far */
	/* private */
	int		fd;
	bool		seekable;
	bool		keeps;		/* what it reads, in mem */
	uint8_t	       *mem;		/* what has come from a pipe */
	size_t		memlen, mempos, memcap;
	void	       *state;		/* the codec's */
	uint8_t	       *raw;		/* compressed bytes not yet decoded */
	size_t		rawpos, rawlen;
	bool		raweof, eof;
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
/* Name of the compression: "plain", "gzip", "xz", "zstd", "zip". */
const char *wl_input_codec(const struct wl_input *);

#endif /* WL_INPUT_H */
