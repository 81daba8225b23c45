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
	 * buflen, one of them at least. => false: damaged
	 */
	bool	      (*step)(struct wl_input *);
	bool	      (*rest)(const struct wl_input *);	/* may end here */
	void	      (*close)(void *);
};

extern const struct wl_codec wl_codec_zip;	/* input_zip.c */

#endif /* WL_INPUT_CODEC_H */
