/*
 * Little-endian words in memory, of any alignment, on any host.
 */
#ifndef WL_BYTES_H
#define WL_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
wl_le64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static inline uint32_t
wl_le32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static inline uint16_t
wl_le16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

#endif /* WL_BYTES_H */
