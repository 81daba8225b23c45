/*
 * A stream of the C library whose bytes go to a function (fopencookie(3)), a
 * line at a time as long as lines are not too long.
 */
#include "text.h"

#include <stdlib.h>

struct sink {
	uvmsim_text_fn *fn;
	void *ctx;
};

static ssize_t
sink_write(void *cookie, const char *text, size_t len)
{
	const struct sink *s = cookie;

	s->fn(s->ctx, text, len);
	return (ssize_t)len;
}

static int
sink_close(void *cookie)
{
	free(cookie);
	return 0;
}

bool
lib_text_open(FILE **out, uvmsim_text_fn *fn, void *ctx)
{
	const cookie_io_functions_t io = { .write = sink_write,
		.close = sink_close };
	struct sink *s;

	*out = NULL;
	if (fn == NULL)
		return true;
	s = malloc(sizeof(*s));
	if (s == NULL)
		return false;
	*s = (struct sink){ fn, ctx };
	*out = fopencookie(s, "w", io);
	if (*out == NULL) {
		free(s);
		return false;
	}
	(void)setvbuf(*out, NULL, _IOLBF, BUFSIZ);
	return true;
}

void
lib_text_close(FILE *fp)
{
	if (fp != NULL)
		fclose(fp);
}
