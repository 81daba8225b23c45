/*
 * Strings of JSON (RFC 8259), for all who write it.
 *
 * Names come from scripts and traces and may hold any byte.  Well-formed UTF-8
 * goes out as it is; a byte that is not part of it goes out as the character
 * of its own number, so that the output is always JSON.
 */
#ifndef SIM_JSON_H
#define SIM_JSON_H

#include <stddef.h>

#define SIM_JSON_PIECE	8	/* bytes of the longest piece, with its NUL */

/*
 * The next character of a text that has one, as it stands within a string;
 * *text goes past it.  What `besides' lists (ASCII; NULL: nothing) goes by its
 * number, too.
 * => bytes of the piece, without its NUL
 */
size_t	sim_json_piece(const char **text, const char *besides,
	    char piece[SIM_JSON_PIECE]);

#endif /* SIM_JSON_H */
