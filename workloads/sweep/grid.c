/*
 * Grids: lines become keys with lists of values; ranges are written out when
 * they are read, so that a point's value is a matter of division.
 */
#include "grid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/io/input.h"
#include "sim/sim.h"

static void
free_key(struct wl_grid_key *k)
{
	for (size_t i = 0; i < k->nvalues; i++)
		free(k->value[i]);
	free(k->value);
	memset(k, 0, sizeof(*k));
}

void
wl_grid_free(struct wl_grid *g)
{
	while (g->nkeys > 0)
		free_key(&g->key[--g->nkeys]);
}

/* -------------------------------------------------------------- values ---- */

/* A line under way: the key, and room for a sentence. */
struct line {
	struct wl_grid_key key;
	char *err;
	size_t errlen;
};

static int
bad(struct line *l, const char *expected, const char *got, size_t len)
{
	snprintf(l->err, l->errlen, "%s: expected %s, not \"%.*s\"",
	    l->key.name, expected, (int)(len < 64 ? len : 64), got);
	return EINVAL;
}

static int
no_memory(struct line *l)
{
	snprintf(l->err, l->errlen, "no memory");
	return ENOMEM;
}

static int
add_value(struct line *l, const char *text, size_t len)
{
	struct wl_grid_key *k = &l->key;
	char **more;

	if (k->nvalues == WL_GRID_MAXPOINTS) {
		snprintf(l->err, l->errlen, "%s: more than %zu values", k->name,
		    WL_GRID_MAXPOINTS);
		return EINVAL;
	}
	if ((k->nvalues & (k->nvalues + 1)) == 0) { /* of 0, 1, 3, 7... */
		more = realloc(k->value,
		    2 * (k->nvalues + 1) * sizeof(*k->value));
		if (more == NULL)
			return no_memory(l);
		k->value = more;
	}
	if ((k->value[k->nvalues] = strndup(text, len)) == NULL)
		return no_memory(l);
	k->nvalues++;
	return 0;
}

/* => a decimal number at *s, behind which *s is then */
static bool
number(const char **s, uint64_t *out)
{
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	errno = 0;
	*out = strtoull(*s, &end, 10);
	*s = end;
	return errno == 0;
}

struct range {
	uint64_t lo, hi, step;
	bool times;
	char suffix[2];
};

/* => LO..HI, then a suffix, then *N or +N */
static bool
parse_range(const char *s, struct range *r)
{
	*r = (struct range){ .step = 1 };
	if (!number(&s, &r->lo) || strncmp(s, "..", 2) != 0)
		return false;
	s += 2;
	if (!number(&s, &r->hi) || r->hi < r->lo)
		return false;
	if (*s != '\0' && strchr("KMGTPkmgtp", *s) != NULL)
		r->suffix[0] = *s++;
	if (*s == '\0')
		return true;
	r->times = *s == '*';
	if ((!r->times && *s != '+') || (s++, !number(&s, &r->step)))
		return false;
	return *s == '\0' && r->step >= (r->times ? 2 : 1) &&
	    (!r->times || r->lo > 0);
}

static int
add_range(struct line *l, const char *text, size_t len)
{
	char word[WL_GRID_MAXVALUE + 1], value[32];
	struct range r;
	int error;

	snprintf(word, sizeof(word), "%.*s", (int)len, text);
	if (!parse_range(word, &r))
		return bad(l, "LO..HI, LO..HI*N or LO..HI+N, rising", text,
		    len);
	for (uint64_t v = r.lo;;) {
		uint64_t left = r.hi - v;

		snprintf(value, sizeof(value), "%" PRIu64 "%s", v, r.suffix);
		if ((error = add_value(l, value, strlen(value))) != 0)
			return error;
		if (r.times ? v > r.hi / r.step : left < r.step)
			return 0;
		v = r.times ? v * r.step : v + r.step;
	}
}

/* Two dots between digits are a range; paths of policies have slashes. */
static bool
is_range(const char *s, size_t len)
{
	const char *dots = memmem(s, len, "..", 2);

	return dots != NULL && s[0] >= '0' && s[0] <= '9' &&
	    memchr(s, '/', len) == NULL;
}

static const char *
trim(const char *s, const char *end, size_t *len)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*len = (size_t)(end - s);
	return s;
}

static int
read_values(struct line *l, const char *s)
{
	int error;

	for (;; s++) {
		const char *end = s + strcspn(s, ",");
		size_t len;
		const char *word = trim(s, end, &len);

		if (len == 0 || len > WL_GRID_MAXVALUE ||
		    strcspn(word, " \t") < len)
			return bad(l, "VALUE,VALUE...", word, len);
		error = is_range(word, len) ? add_range(l, word, len) :
					      add_value(l, word, len);
		if (error != 0)
			return error;
		s = end;
		if (*s == '\0')
			return 0;
	}
}

/* --------------------------------------------------------------- lines ---- */

/* "engine", or what sim_config_set() knows: what it says of others goes to
   err. */
static int
check_key(struct line *l)
{
	struct sim_config c;
	char pair[WL_GRID_MAXKEY + 3], why[320];

	if (strcmp(l->key.name, "engine") == 0)
		return 0;
	sim_config_default(&c);
	snprintf(pair, sizeof(pair), "%s=?", l->key.name);
	if (sim_config_set(&c, pair, why, sizeof(why)) == 0 ||
	    strncmp(why, "unknown", 7) != 0)
		return 0;
	snprintf(l->err, l->errlen, "%s%s", why,
	    strstr(why, "known:") != NULL ? " engine" : "");
	return EINVAL;
}

static int
read_line(struct line *l, const char *text)
{
	const char *eq = strchr(text, '=');
	size_t len;
	const char *name = trim(text, eq != NULL ? eq : strchr(text, '\0'),
	    &len);
	int error;

	if (eq == NULL || len == 0 || len > WL_GRID_MAXKEY) {
		snprintf(l->err, l->errlen,
		    "expected KEY=VALUE,VALUE..., not \"%.64s\"", text);
		return EINVAL;
	}
	memcpy(l->key.name, name, len);
	if ((error = check_key(l)) != 0)
		return error;
	return read_values(l, eq + 1);
}

static struct wl_grid_key *
find(struct wl_grid *g, const char *name)
{
	for (size_t i = 0; i < g->nkeys; i++)
		if (strcmp(g->key[i].name, name) == 0)
			return &g->key[i];
	return NULL;
}

int
wl_grid_set(struct wl_grid *g, const char *text, bool again, char *err,
    size_t errlen)
{
	struct line l = { .err = err, .errlen = errlen };
	struct wl_grid_key *k;
	int error = read_line(&l, text);

	k = find(g, l.key.name);
	if (error == 0 && k != NULL && !again) {
		snprintf(err, errlen, "%s: given twice", k->name);
		error = EINVAL;
	} else if (error == 0 && k == NULL && g->nkeys == WL_GRID_MAXKEYS) {
		snprintf(err, errlen, "more than %d keys", WL_GRID_MAXKEYS);
		error = EINVAL;
	}
	if (error != 0) {
		free_key(&l.key);
		return error;
	}
	if (k != NULL)
		free_key(k);
	else
		k = &g->key[g->nkeys++];
	*k = l.key;
	return 0;
}

static int
read_file(struct wl_grid *g, struct wl_input *in, char *err, size_t errlen)
{
	char why[400], *text;
	size_t len;
	int got, error;

	while ((got = wl_input_line(in, &text, &len)) > 0) {
		text[strcspn(text, "#")] = '\0';
		if (text[strspn(text, " \t")] == '\0')
			continue;
		error = wl_grid_set(g, text, false, why, sizeof(why));
		if (error == 0)
			continue;
		snprintf(err, errlen, "%s:%" PRIu64 ": %s", in->path, in->line,
		    why);
		return error;
	}
	if (got < 0)
		snprintf(err, errlen, "%s: %s", in->path, in->error);
	return got < 0 ? EIO : 0;
}

int
wl_grid_read(struct wl_grid *g, const char *path, char *err, size_t errlen)
{
	char why[320];
	struct wl_input *in = wl_input_open(path, why, sizeof(why));
	int error;

	if (in == NULL) {
		snprintf(err, errlen, "%s: %s", path, why);
		return ENOENT;
	}
	error = read_file(g, in, err, errlen);
	wl_input_close(in);
	return error;
}

/* -------------------------------------------------------------- points ---- */

size_t
wl_grid_points(const struct wl_grid *g)
{
	size_t n = 1;

	for (size_t i = 0; i < g->nkeys; i++) {
		if (g->key[i].nvalues > WL_GRID_MAXPOINTS / n)
			return WL_GRID_MAXPOINTS + 1;
		n *= g->key[i].nvalues;
	}
	return n;
}

const char *
wl_grid_value(const struct wl_grid *g, size_t point, size_t k)
{
	for (size_t i = g->nkeys - 1; i > k; i--)
		point /= g->key[i].nvalues;
	return g->key[k].value[point % g->key[k].nvalues];
}

static int
by_name(const void *a, const void *b)
{
	const struct wl_grid_key *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

bool
wl_grid_text(const struct wl_grid *g, size_t point, char *buf, size_t len)
{
	const struct wl_grid_key *key[WL_GRID_MAXKEYS];
	size_t at = 0;

	for (size_t i = 0; i < g->nkeys; i++)
		key[i] = &g->key[i];
	qsort(key, g->nkeys, sizeof(key[0]), by_name);
	buf[0] = '\0';
	for (size_t i = 0; i < g->nkeys && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s=%s",
		    i > 0 ? " " : "", key[i]->name,
		    wl_grid_value(g, point, (size_t)(key[i] - g->key)));
	return at < len;
}
