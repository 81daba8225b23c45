/*
 * Files in the library: the tables come from the Makefile, and are short enough
 * to be looked through.
 */
#include "embed.h"

#include <string.h>

const struct wl_embedded *
wl_embed_find(const struct wl_embedded *e, const char *name)
{
	while (e->name != NULL && strcmp(e->name, name) != 0)
		e++;
	return e->name != NULL ? e : NULL;
}
