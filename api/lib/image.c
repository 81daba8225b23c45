/*
 * Images of the public interface, in the machine's own words.
 */
#include <stdlib.h>
#include <string.h>

#include "lib.h"

_Static_assert((int)UVMSIM_SEGMENT_FILE == SIM_SEG_FILE &&
	(int)UVMSIM_SEGMENT_ANON == SIM_SEG_ANON &&
	(int)UVMSIM_SEGMENT_HEAP == SIM_SEG_HEAP &&
	(int)UVMSIM_SEGMENT_STACK == SIM_SEG_STACK &&
	(int)UVMSIM_SEGMENT_SPECIAL == SIM_SEG_SPECIAL,
    "kinds of segments");

/* => NULL, or what is wrong with it */
static const char *
wrong(const struct uvmsim_segment *s)
{
	if (s->kind > UVMSIM_SEGMENT_SPECIAL)
		return "of no known kind";
	if ((s->rights & ~(uint32_t)VM_PROT_ALL) != 0)
		return "with rights that are none";
	if (s->start >= s->end)
		return "that ends before it starts";
	if (s->kind == UVMSIM_SEGMENT_FILE && s->path == NULL)
		return "of a file, but of none";
	return NULL;
}

static struct sim_segment
segment_of(const struct uvmsim_segment *s)
{
	return (struct sim_segment){
		.start = s->start,
		.end = s->end,
		.prot = (vm_prot_t)s->rights,
		.shared = s->shared != 0,
		.kind = (enum sim_seg_kind)s->kind,
		.offset = s->offset,
		.path = s->path,
	};
}

static bool
copy_segments(struct lib_image *li, const struct uvmsim_image *from)
{
	const char *at = (const void *)from->segment;

	/* None at all is one that is not looked at. */
	li->segment = calloc(from->nsegments + 1, sizeof(*li->segment));
	if (li->segment == NULL) {
		(void)api_fail(ENOMEM, "no memory for the segments");
		return false;
	}
	for (size_t i = 0; i < from->nsegments; i++) {
		struct uvmsim_segment s;
		const char *why;

		memcpy(&s, at + i * from->segment_size, sizeof(s));
		if ((why = wrong(&s)) != NULL) {
			(void)api_fail(EINVAL, "segment %zu is one %s", i, why);
			return false;
		}
		if (s.path != NULL && !lib_path(s.path, "a segment's path"))
			return false;
		li->segment[i] = segment_of(&s);
	}
	li->image.segments = li->segment;
	li->image.nsegments = from->nsegments;
	return true;
}

bool
lib_image(struct lib_image *li, const struct uvmsim_image *from)
{
	memset(li, 0, sizeof(*li));
	if (!lib_sized(from->size, sizeof(*from), "uvmsim_image"))
		return false;
	if (from->path != NULL && !lib_path(from->path, "the image's path"))
		return false;
	li->image.path = from->path;
	li->image.brk_start = from->brk_start;
	if (from->segment == NULL)
		return true;
	return (from->nsegments == 0 ||
		   lib_sized(from->segment_size, sizeof(*from->segment),
		       "uvmsim_segment")) &&
	    copy_segments(li, from);
}

void
lib_image_free(struct lib_image *li)
{
	free(li->segment);
}
