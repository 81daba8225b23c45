/*
 * Levenshtein distance with exchanged neighbours counted as one (optimal string
 * alignment), over words of up to 40 letters.
 */
#include "suggest.h"

#include <string.h>

#define MAXWORD 40

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

static unsigned
distance(const char *a, size_t la, const char *b, size_t lb)
{
	unsigned row[MAXWORD + 1][MAXWORD + 1];

	for (size_t i = 0; i <= la; i++)
		row[i][0] = (unsigned)i;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++)
		for (size_t j = 1; j <= lb; j++) {
			unsigned *d = &row[i][j];

			*d = min3(row[i - 1][j] + 1, row[i][j - 1] + 1,
			    row[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && row[i - 2][j - 2] + 1 < *d)
				*d = row[i - 2][j - 2] + 1;
		}
	return row[la][lb];
}

const char *
sim_suggest(const char *word, const char *const *names, size_t n)
{
	size_t len = strlen(word);
	unsigned best = (unsigned)(len / 3 > 0 ? len / 3 : 1) + 1;
	const char *found = NULL;

	if (len == 0 || len > MAXWORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(names[i]);
		unsigned d;

		if (other > MAXWORD)
			continue;
		d = distance(word, len, names[i], other);
		if (d < best) {
			best = d;
			found = names[i];
		}
	}
	return found;
}
