/*
 * Numbers in the order of appearance: processes of a trace, threads, files.
 * The table is as large as there are different keys, WL_NUMBERS_MAX at most.
 */
#ifndef WL_REF_NUMBERS_H
#define WL_REF_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_NUMBERS_MAX	((uint32_t)1 << 20)
#define WL_NUMBERS_NONE	UINT32_MAX

struct wl_numbers {			/* zero: empty */
	uint32_t	n;		/* different keys */
	/* private */
	uint32_t	room;		/* slots, a power of two, or 0 */
	struct wl_numbers_slot {
		uint64_t	key;
		uint32_t	number;	/* + 1; 0: free */
		uint32_t	value;
	}	       *slot;
};

/*
 * The number of a key, a new one if it is new.
 * => WL_NUMBERS_NONE: no memory, or too many
 */
uint32_t wl_numbers_get(struct wl_numbers *, uint64_t key);
/* A value that is kept with the key, 0 at first. => NULL: as above */
uint32_t *wl_numbers_value(struct wl_numbers *, uint64_t key);
/* => a key of 64 bits for text */
uint64_t wl_numbers_text(const char *, size_t len);
void	wl_numbers_fini(struct wl_numbers *);

#endif /* WL_REF_NUMBERS_H */
