/*
 * Text for people, filled to a width.
 */
#ifndef WL_FILL_H
#define WL_FILL_H

#include <stdio.h>

/*
 * Write text, words between blanks, in lines of at most width columns; the
 * first is begun behind `first' columns that are there already, the others are
 * indented by `rest'.  Ends with a newline.  A word that is too long for a line
 * stands alone.
 */
void	wl_fill(FILE *, const char *text, unsigned width, unsigned first,
	    unsigned rest);

#endif /* WL_FILL_H */
