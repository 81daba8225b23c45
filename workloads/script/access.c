/*
 * Accesses: read, write or exec of a range, once or in a pattern.
 *
 *	write buf 16K				each page once, upwards
 *	read zipf buf 1M count 1000 skew 0.8	a reference at a time
 */
#include <string.h>

#include "parse.h"

static const char *const patterns[] = {
	[WL_P_SEQ] = "seq",
	[WL_P_STRIDE] = "stride",
	[WL_P_RAND] = "rand",
	[WL_P_ZIPF] = "zipf",
	[WL_P_CHASE] = "chase",
};

#define MAXSKEW (8u << 16)

/* A decimal fraction such as 0.99, in 1/65536. */
static uint32_t
get_skew(struct wl_parser *ps)
{
	uint64_t whole = 0, part = 0, scale = 1;
	const char *start;
	bool any = false;

	wl_skip(ps);
	start = ps->at;
	for (; *ps->at >= '0' && *ps->at <= '9' && whole < 100; ps->at++) {
		whole = whole * 10 + (uint64_t)(*ps->at - '0');
		any = true;
	}
	if (any && *ps->at == '.')
		for (ps->at++; *ps->at >= '0' && *ps->at <= '9'; ps->at++) {
			if (scale >= 1000000)
				continue;
			scale *= 10;
			part = part * 10 + (uint64_t)(*ps->at - '0');
		}
	whole = (whole << 16) + (part << 16) / scale;
	if (!any || strchr(" \t", *ps->at) == NULL || whole > MAXSKEW) {
		ps->at = start;
		wl_expected(ps, "a skew from 0 to 8, such as 0.99");
		return 0;
	}
	return (uint32_t)whole;
}

static bool
get_option(struct wl_parser *ps, struct wl_pattern *a)
{
	if (wl_try_word(ps, "count")) {
		a->count = wl_get_number(ps, "a count");
		if (!wl_bad(ps) &&
		    (a->count == 0 || a->count > WL_SCRIPT_MAXOPS))
			wl_error_at(ps, ps->at,
			    "count out of range: from 1 "
			    "to %d",
			    WL_SCRIPT_MAXOPS);
		return true;
	}
	if (wl_try_word(ps, "by")) {
		a->by = wl_get_number(ps, "a size such as 4K");
		if (!wl_bad(ps) && a->by == 0)
			wl_error_at(ps, ps->at, "the distance may not be 0");
		return true;
	}
	if (wl_try_word(ps, "seed")) {
		a->seed = wl_get_number(ps, "a number");
		return true;
	}
	if (a->kind == WL_P_ZIPF && wl_try_word(ps, "skew")) {
		a->skew = get_skew(ps);
		return true;
	}
	return false;
}

/* => NULL: the access is no pattern (or an error) */
static struct wl_pattern *
get_pattern(struct wl_parser *ps)
{
	struct wl_pattern *pattern;
	size_t i = 0;

	while (i < NELEM(patterns) && !wl_try_word(ps, patterns[i]))
		i++;
	if (i == NELEM(patterns) ||
	    (pattern = wl_new(ps, sizeof(*pattern))) == NULL)
		return NULL;
	pattern->kind = (uint8_t)i;
	pattern->skew = 1u << 16;
	return pattern;
}

struct wl_access *
wl_get_access(struct wl_parser *ps, vm_prot_t type)
{
	struct wl_access *a = wl_new(ps, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->type = type;
	a->pattern = get_pattern(ps);
	if (wl_at_stop(ps))
		wl_expected(ps, "an address");
	a->addr = wl_get_expr(ps, "an address");
	if (!wl_at_stop(ps))
		a->len = wl_get_expr(ps, "a length such as 16K");
	if (a->pattern == NULL)
		return a;
	if (!wl_bad(ps) && a->len.n == 0)
		wl_expected(ps, "a length such as 16K");
	while (!wl_at_stop(ps) && get_option(ps, a->pattern))
		;
	if (a->pattern->kind == WL_P_STRIDE && a->pattern->by == 0)
		wl_expected(ps, "by SIZE: the distance of a stride");
	return a;
}

uint64_t
wl_access_ops(const struct wl_access *a)
{
	return a->pattern == NULL || a->pattern->count == 0 ? 1 :
							      a->pattern->count;
}
