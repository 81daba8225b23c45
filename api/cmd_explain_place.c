/*
 * Places in runs, as a command is told them: PATH[:LINE[:N]].
 *
 * Numbers are cut off the end, two at most; but a file that has the whole name
 * is meant.
 */
#include "cmd_explain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ":123" off the end. => false: there is none */
static bool
cut(char *path, uint64_t *number)
{
	char *colon = strrchr(path, ':'), *end;
	unsigned long long v;

	if (colon == NULL || colon == path ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    colon[1] == '\0' || strlen(colon + 1) > 19)
		return false;
	v = strtoull(colon + 1, &end, 10);
	if (v == 0)
		return false;
	*number = v;
	*colon = '\0';
	return true;
}

bool
cmd_place_parse(const char *operand, struct cmd_place *place)
{
	uint64_t last, first;

	*place = (struct cmd_place){ .path = strdup(operand) };
	if (place->path == NULL)
		return false;
	if (access(operand, F_OK) == 0 || !cut(place->path, &last))
		return true;
	place->line = last;
	if (access(place->path, F_OK) != 0 && cut(place->path, &first)) {
		place->line = first;
		place->count = last;
	}
	return true;
}

void
cmd_place_free(struct cmd_place *place)
{
	free(place->path);
}
