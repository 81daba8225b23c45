/*
 * Texts by number, in the order in which they were first given.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"

static uint32_t
add(struct report_strings *s, const char *text, size_t len)
{
	struct report_string *e = calloc(1, sizeof(*e));
	size_t max = s->max;

	if (e == NULL || !report_grow(&s->row, s->n, &max, sizeof(*s->row))) {
		free(e);
		return UINT32_MAX;
	}
	s->max = (uint32_t)max;
	e->text = malloc(len + 1);
	if (e->text == NULL) {
		free(e);
		return UINT32_MAX;
	}
	memcpy(e->text, text, len);
	e->text[len] = '\0';
	e->len = len;
	e->number = s->n;
	SIM_HASH_ADD(s->byname, e->text, e->len, e);
	if (e->hh.tbl == NULL) {
		free(e->text);
		free(e);
		return UINT32_MAX;
	}
	s->row[s->n++] = e;
	return e->number;
}

uint32_t
report_string(struct report_strings *s, const char *text, size_t len)
{
	struct report_string *e;

	HASH_FIND(hh, s->byname, text, len, e);
	return e != NULL ? e->number : add(s, text, len);
}

void
report_strings_fini(struct report_strings *s)
{
	HASH_CLEAR(hh, s->byname);
	for (uint32_t i = 0; i < s->n; i++) {
		free(s->row[i]->text);
		free(s->row[i]);
	}
	free(s->row);
	*s = (struct report_strings){ 0 };
}
