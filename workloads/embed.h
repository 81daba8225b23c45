/*
 * Files of the tree that live in the library, so that they are at hand wherever
 * the program is installed: lessons, parts of pages.
 *
 *	Makefile: EMBEDS = NAME, embed_NAME = FILE ...
 *	   --> gen/embed_NAME.S, an .incbin for each --> wl_embed_NAME[]
 *
 * A file's name is its path in the tree.  Its bytes are followed by a zero,
 * which size does not count.
 */
#ifndef WL_EMBED_H
#define WL_EMBED_H

#include <stddef.h>

struct wl_embedded {
	const char     *name;		/* "docs/lessons/01-page-table.md" */
	const char     *data;		/* constant, NUL-terminated */
	size_t		size;		/* bytes */
};

/* Each table is in the order of its file names and ends with a NULL name. */
extern const struct wl_embedded wl_embed_lessons[], wl_embed_report[];

/* => the file of that name in a table, or NULL */
const struct wl_embedded *wl_embed_find(const struct wl_embedded *,
	    const char *name);

#endif /* WL_EMBED_H */
