/*
 * What the encoder and the decoder of uvt blocks both know.
 */
#ifndef WL_UVT_INT_H
#define WL_UVT_INT_H

#include "uvt.h"

#define UVT_BASES	3		/* fetches, data, other data */
#define UVT_HALF_HEAD	(UVT_BASES * 8)	/* bytes of a half's bases */
#define UVT_STREAMS	7

extern const uint8_t wl_uvt_kind[UVT_STREAMS];	/* of a stream */
extern const uint8_t wl_uvt_base[UVT_STREAMS];
extern const uint8_t wl_uvt_bytes[2][4];	/* of a delta, by form */
extern const uint8_t wl_uvt_size[2][8];		/* of fetches, of data */

/* A number, little-endian. */
static inline void
uvt_put(uint8_t *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

#endif /* WL_UVT_INT_H */
