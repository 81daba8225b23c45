/*
 * What the encoder and the decoder of uvt blocks both know.
 */
#ifndef WL_UVT_INT_H
#define WL_UVT_INT_H

#include "uvt.h"

#define UVT_BASES	3		/* fetches, data, other data */
#define UVT_HALF_HEAD	((size_t)UVT_BASES * 8)	/* bytes of bases */
#define UVT_STREAMS	7

#define UVT_FORMS	4
#define UVT_ZIGZAG	2		/* forms below have zigzag deltas */

/* What a control byte says, by form; half a cache line. */
struct wl_uvt_row {
	uint64_t	mask;		/* of the delta in eight bytes */
	uint64_t	bias;		/* what is added to the delta */
	uint32_t	size, kind;	/* of the reference */
	uint32_t	step;		/* of the base behind it */
	uint16_t	bytes;		/* of the delta */
	uint16_t	base;
};

extern const struct wl_uvt_row wl_uvt_rows[UVT_FORMS][256];

/* A number, little-endian. */
static inline void
uvt_put(uint8_t *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

#endif /* WL_UVT_INT_H */
