/*
 * Reference strings of exercises: short, with some locality, every page in
 * them.
 */
#include <stdio.h>

#include "drill_kinds.h"

void
wl_draw_string(struct wl_drill *d, struct wl_string_of *s, unsigned n,
    unsigned npages)
{
	unsigned first = 0, page;

	s->n = n;
	s->npages = npages;
	for (unsigned i = 0; i < n; i++) {
		do {
			/* A new page while there are some, now and then; it
			   must come if the string would end without it. */
			if (first < npages &&
			    (n - i <= npages - first || i < 2 ||
				wl_draw_once_in(d, 2)))
				page = first;
			else if (i > 3 && wl_draw_once_in(d, 4))
				page = s->page[i - 2 - wl_draw(d, 0, 1)];
			else
				page = (unsigned)wl_draw(d, 0, first - 1);
		} while (i > 0 && page == s->page[i - 1]);
		if (page == first)
			first++;
		s->page[i] = page;
	}
}

const char *
wl_string_text(const struct wl_string_of *s, char *buf, size_t len)
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < s->n && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%u",
		    i > 0 ? " " : "", s->page[i]);
	return buf;
}
