/*
 * What input.c takes from a decoder of compressed bytes.
 */
#ifndef WL_INPUT_CODEC_H
#define WL_INPUT_CODEC_H

#include "input.h"

#define WL_INPUT_CHUNK	((size_t)64 << 10)	/* of in->raw, of in->buf */

struct wl_codec {
	const char     *name;
	const char     *magic;
	size_t		magic_len;
	void	       *(*open)(void);
	/*
	 * Decode from raw to buf (both have room or bytes); advance rawpos and
	 * buflen, one of them at least. => false: damaged, or no memory, which
	 * it says in failed
	 */
	bool	      (*step)(struct wl_input *);
	bool	      (*rest)(const struct wl_input *);	/* may end here */
	void	      (*close)(void *);
};

extern const struct wl_codec wl_codec_zip;	/* input_zip.c */
extern const struct wl_codec *const wl_codecs[];	/* plain is the last */

/* More decoded bytes behind those in in->buf. => false: the end, or an error */
bool	wl_input_fill(struct wl_input *);

/* ---- decoding ahead, input_ahead.c ---- */

/* From here on in a thread; or not, if there can be none. */
void	wl_ahead_start(struct wl_input *);
/* Its thread ends; the decoder stands anywhere. */
void	wl_ahead_stop(struct wl_input *);
/* wl_input_once() */
void	wl_ahead_once(struct wl_input *);
/* => bytes, at least one; 0: the end, or an error */
size_t	wl_ahead_read(struct wl_input *, void *, size_t room);

#endif /* WL_INPUT_CODEC_H */
