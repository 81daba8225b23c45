/*
 * A grid of configurations: keys and the values that each takes; a point of the
 * grid is one value of every key.
 *
 *	# three policies at four sizes, on two machines: 24 points
 *	policy = lru, clock, ws:tau=1000
 *	frames = 64..512*2
 *	arch   = amd64, arm64-16k
 *
 * A line is KEY = VALUE, VALUE...; blanks around keys and values do not count,
 * "#" begins a comment, empty lines are skipped.  KEY is a key of the machine,
 * or "engine".  A value LO..HI*N stands for LO, LO times N and so on, LO..HI+N
 * for LO, LO plus N and so on, none above HI; N is 1 if it is left out and is
 * added then.  A range may have one suffix of sizes, behind HI: 1..16M*2.
 *
 * Points are numbered from 0; the first key changes slowest, the last one
 * fastest.
 */
#ifndef WL_SWEEP_GRID_H
#define WL_SWEEP_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WL_GRID_MAXKEYS		32
#define WL_GRID_MAXKEY		31	/* characters of a key */
#define WL_GRID_MAXVALUE	255	/* of a value */
#define WL_GRID_MAXPOINTS	((size_t)1000000)
#define WL_GRID_MAXTEXT		2048	/* wl_grid_text() */

struct wl_grid_key {
	char		name[WL_GRID_MAXKEY + 1];
	char	      **value;
	size_t		nvalues;	/* at least 1 */
};

/* All zero bytes are a grid of one point with no keys. */
struct wl_grid {
	struct wl_grid_key key[WL_GRID_MAXKEYS];
	size_t		nkeys;
};

void	wl_grid_free(struct wl_grid *);
/*
 * One line.  again: a key that is there already gets these values, in its
 * place; else it is an error.
 * => 0; EINVAL, ENOMEM: a sentence in err, the grid is as it was
 */
int	wl_grid_set(struct wl_grid *, const char *line, bool again, char *err,
	    size_t errlen);
/* All lines of a file. => 0; or an errno, err has "FILE:LINE: sentence" */
int	wl_grid_read(struct wl_grid *, const char *path, char *err,
	    size_t errlen);
/* => how many; WL_GRID_MAXPOINTS + 1: more than there may be */
size_t	wl_grid_points(const struct wl_grid *);
/* The value of key number k at a point. => both are below their numbers */
const char *wl_grid_value(const struct wl_grid *, size_t point, size_t k);
/*
 * "KEY=VALUE KEY=VALUE ...", in the order of the names: what the point is,
 * whatever the grid. => false: longer than len - 1
 */
bool	wl_grid_text(const struct wl_grid *, size_t point, char *buf,
	    size_t len);

#endif /* WL_SWEEP_GRID_H */
