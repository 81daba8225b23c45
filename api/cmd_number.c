/*
 * Numbers in the values of options: decimal, without a sign, whole.
 */
#include <errno.h>
#include <stdlib.h>

#include "cmd.h"

bool
cmd_number_at(const char **s, char separator, uint64_t lo, uint64_t hi,
    uint64_t *out)
{
	unsigned long long v;
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	errno = 0;
	v = strtoull(*s, &end, 10);
	if (errno != 0 || v < lo || v > hi ||
	    (*end != '\0' && *end != separator))
		return false;
	*s = end;
	*out = v;
	return true;
}

bool
cmd_number(const char *text, uint64_t lo, uint64_t hi, uint64_t *out)
{
	return text == NULL || cmd_number_at(&text, '\0', lo, hi, out);
}
