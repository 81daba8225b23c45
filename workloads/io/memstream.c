/*
 * A stream of stdio over a block that grows by doubling.
 */
#include "memstream.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define FIRST ((size_t)128)

struct memstream {
	char **text;
	size_t *len, cap;
	bool failed;
};

static ssize_t
write_some(void *cookie, const char *from, size_t n)
{
	struct memstream *s = cookie;
	size_t cap = s->cap;
	char *more;

	while (cap - *s->len <= n && cap <= SIZE_MAX / 2)
		cap *= 2;
	if (!s->failed && cap != s->cap) {
		more = realloc(*s->text, cap);
		s->failed = more == NULL;
		if (more != NULL) {
			*s->text = more;
			s->cap = cap;
		}
	}
	if (s->failed)
		return 0;
	memcpy(*s->text + *s->len, from, n);
	*s->len += n;
	(*s->text)[*s->len] = '\0';
	return (ssize_t)n;
}

static int
close_stream(void *cookie)
{
	struct memstream *s = cookie;
	const bool failed = s->failed;

	if (failed) {
		free(*s->text);
		*s->text = NULL;
		*s->len = 0;
	}
	free(s);
	return failed ? EOF : 0;
}

FILE *
wl_memstream(char **text, size_t *len)
{
	struct memstream *s = malloc(sizeof(*s));
	const cookie_io_functions_t io = { .write = write_some,
		.close = close_stream };
	FILE *fp = NULL;

	*text = malloc(FIRST);
	*len = 0;
	if (s != NULL && *text != NULL) {
		**text = '\0';
		*s = (struct memstream){ text, len, FIRST, false };
		fp = fopencookie(s, "w", io);
	}
	if (fp == NULL) {
		free(*text);
		*text = NULL;
		free(s);
	}
	return fp;
}
