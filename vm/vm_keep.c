/*
 * State as numbers (vm_keep.h): members of each width as 64-bit values.
 */
#include "vm_keep.h"

#include <string.h>

static uint64_t
value_of(const void *p, unsigned bytes)
{
	union {
		uint8_t u8;
		uint16_t u16;
		uint32_t u32;
		uint64_t u64;
	} v = { .u64 = 0 };

	memcpy(&v, p, bytes);
	return bytes == 1 ? v.u8 :
	    bytes == 2    ? v.u16 :
	    bytes == 4    ? v.u32 :
			    v.u64;
}

static void
set_value(void *p, unsigned bytes, uint64_t value)
{
	const uint8_t u8 = (uint8_t)value;
	const uint16_t u16 = (uint16_t)value;
	const uint32_t u32 = (uint32_t)value;
	const void *from = bytes == 1 ? (const void *)&u8 :
	    bytes == 2                ? (const void *)&u16 :
	    bytes == 4                ? (const void *)&u32 :
					(const void *)&value;

	memcpy(p, from, bytes);
}

void
vm_keep_numbers(struct vm_keep *k, const char *name, void *p, unsigned bytes,
    uint64_t n, uint64_t lo, uint64_t hi)
{
	uint8_t *at = p;

	for (uint64_t i = 0; i < n; i++, at += bytes) {
		uint64_t v = value_of(at, bytes);

		k->number(k, name, &v, bytes, lo, hi);
		if (k->load)
			set_value(at, bytes, k->ok ? v : 0);
	}
}
