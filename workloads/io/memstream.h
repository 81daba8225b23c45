/*
 * Text in memory, written as to a file.  As open_memstream(3), but that a host
 * without memory is noticed: the libc's own stream then ends too early, and
 * neither ferror() nor fclose() says so.
 */
#ifndef WL_MEMSTREAM_H
#define WL_MEMSTREAM_H

#include <stdio.h>

/*
 * fflush() and fclose() bring *text, which ends in a NUL, and *len up to date;
 * the text is the caller's to free.  Both fail if there was no memory for all
 * of it; after such an fclose() *text is NULL.
 * => NULL: no memory, *text is NULL
 */
FILE   *wl_memstream(char **text, size_t *len);

#endif /* WL_MEMSTREAM_H */
