/*
 * Compressed output: a stream that is written to another one as gzip, xz or
 * zstd, as the counterpart of input.h.  The bytes depend on what is written
 * alone, not on how it is cut into writes.
 */
#ifndef WL_OUTPUT_H
#define WL_OUTPUT_H

#include <stdio.h>

struct wl_encoder;

/* => by its name ("gzip"), or by the suffix of a file (".gz"); NULL: none */
const struct wl_encoder *wl_encoder_byname(const char *);
const struct wl_encoder *wl_encoder_bysuffix(const char *path);
const char *wl_encoder_suffix(const struct wl_encoder *);	/* ".gz" */
/*
 * A stream for writing.  fclose() writes the rest and says whether all went
 * well; fp stays the caller's, to be closed behind it.
 * => NULL: no memory
 */
FILE   *wl_output_open(FILE *fp, const struct wl_encoder *);

#endif /* WL_OUTPUT_H */
