/*
 * Colour, for people: on a terminal alone, never when NO_COLOR is set to
 * anything or TERM is dumb (or not set at all).
 *
 *	program --> FILE --line--> rules of its kind --> terminal
 *
 * What writes the lines knows nothing of it, and what is not a terminal gets
 * them byte by byte as they are.
 */
#ifndef API_PAINT_H
#define API_PAINT_H

#include <stdio.h>

/* Strings to put around words; all of them empty where there is no colour. */
struct api_style {
	const char     *bold, *good, *bad, *word, *off;
};

/* => never NULL */
const struct api_style *api_style(FILE *);

enum api_paint {
	API_PAINT_STORY,		/* explanations among other lines */
	API_PAINT_COMPLAINTS,		/* expectations that were not met */
};
/*
 * A stream that paints lines on their way to `to'.  => to itself where there is
 * no colour, or no memory
 */
FILE   *api_paint(FILE *to, enum api_paint);
/* What is still on its way goes out; painted is no more, to stays open. */
void	api_paint_end(FILE *painted, FILE *to);

#endif /* API_PAINT_H */
