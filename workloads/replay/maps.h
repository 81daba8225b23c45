/*
 * Address-space maps as lists of areas, for comparing the machine's with
 * /proc/PID/maps.
 *
 * An area is a run of pages with one protection, one sharing and one path with
 * a running offset.  [heap], [stack] and no name are one thing: anonymous, with
 * offset 0 and no path.  A trailing " (deleted)" and [vsyscall] are left out.
 *
 * I1  areas are sorted and disjoint.
 * I2  neighbours that could be joined are joined.
 */
#ifndef WL_MAPS_H
#define WL_MAPS_H

#include <stdio.h>

#include "sim/sim.h"

struct wl_area {
	vaddr_t		start, end;
	vm_prot_t	prot;
	bool		shared;
	enum sim_seg_kind kind;		/* what the name says */
	uint64_t	offset;		/* 0 for anonymous memory */
	char	       *path;		/* NULL: anonymous */
};

struct wl_maps {
	struct wl_area *area;
	size_t		n, cap;
	vaddr_t		stack_low;	/* start of [stack], 0: none */
	vaddr_t		heap_low;	/* start of [heap], 0: none */
};

void	wl_maps_clear(struct wl_maps *);
/*
 * Add one line of /proc/PID/maps or of procstat -v, of a machine of this kind.
 * => 0; EINVAL: not such a line; ENOMEM
 */
int	wl_maps_add_line(const struct pmap_geometry *, struct wl_maps *,
	    const char *line);
/* The machine's view of a process.  => 0 or ENOMEM */
int	wl_maps_of(struct machine *, const struct process *,
	    struct wl_maps *);
/* Join neighbours of a list that was filled line by line. */
void	wl_maps_join(struct wl_maps *);
/*
 * Compare page by page; both are joined.  => true: equal; else the first range
 * that differs, and what each has there in words
 */
struct wl_maps_diff {
	vaddr_t		start, end;
	char		a[400], b[400];
};
bool	wl_maps_equal(const struct wl_maps *a, const struct wl_maps *b,
	    struct wl_maps_diff *);
/* "START-END PERMS OFFSET [PATH]" */
void	wl_area_print(FILE *, const struct wl_area *);

#endif /* WL_MAPS_H */
