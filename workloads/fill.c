/*
 * Filling: a word goes to the line if it fits, else to the next one.  Columns
 * are counted in characters of UTF-8.
 */
#include "fill.h"

#include <stdbool.h>
#include <string.h>

static unsigned
columns(const char *text, size_t len)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++)
		n += (text[i] & 0xc0) != 0x80;
	return n;
}

void
wl_fill(FILE *fp, const char *text, unsigned width, unsigned first,
    unsigned rest)
{
	unsigned at = first, len;
	bool begun = false;
	size_t n;

	while (*(text += strspn(text, " \t\n")) != '\0') {
		n = strcspn(text, " \t\n");
		len = columns(text, n);
		if (begun && at + 1 + len > width) {
			fprintf(fp, "\n%*s", (int)rest, "");
			at = rest;
		} else if (begun) {
			putc(' ', fp);
			at++;
		}
		fwrite(text, 1, n, fp);
		at += len;
		begun = true;
		text += n;
	}
	putc('\n', fp);
}
