/*
 * Memory of a script: chunks that are freed together, and each name once.
 *
 * A recorded log has millions of statements and few names, so names are kept
 * in a hash table; nothing ever walks that table in its own order except to
 * free it.
 */
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "sim/suggest.h"

#define CHUNK ((size_t)64 << 10)
#define NEARMAX 64 /* names that a suggestion is chosen from */

struct wl_chunk {
	struct wl_chunk *next;
	size_t used, size;
	uint64_t data[]; /* what needs most alignment here */
};

struct wl_string {
	UT_hash_handle hh;
	char text[];
};

static struct wl_chunk *
chunk_new(size_t size)
{
	struct wl_chunk *c = calloc(1, sizeof(*c) + size);

	if (c != NULL)
		c->size = size;
	return c;
}

void *
wl_new(struct wl_parser *ps, size_t size)
{
	struct wl_chunk *c = ps->script->chunks;
	void *p;

	size = (size + sizeof(uint64_t) - 1) & ~(sizeof(uint64_t) - 1);
	if (c == NULL || c->size - c->used < size) {
		c = chunk_new(size > CHUNK ? size : CHUNK);
		if (c == NULL) {
			wl_error_at(ps, ps->at,
			    "no memory left for the "
			    "script");
			return NULL;
		}
		c->next = ps->script->chunks;
		ps->script->chunks = c;
	}
	p = (char *)c->data + c->used;
	c->used += size;
	return p;
}

const char *
wl_set_find(const struct wl_string *set, const char *s, size_t len)
{
	struct wl_string *found;

	HASH_FIND(hh, set, s, len, found);
	return found != NULL ? found->text : NULL;
}

static const char *
set_add(struct wl_string **set, const char *s, size_t len)
{
	struct wl_string *n = malloc(sizeof(*n) + len + 1);

	if (n == NULL)
		return NULL;
	memcpy(n->text, s, len);
	n->text[len] = '\0';
	SIM_HASH_ADD(*set, n->text, len, n);
	if (n->hh.tbl != NULL)
		return n->text;
	free(n);
	return NULL;
}

bool
wl_set_add(struct wl_string **set, const char *s)
{
	size_t len = strlen(s);

	return wl_set_find(*set, s, len) != NULL ||
	    set_add(set, s, len) != NULL;
}

void
wl_set_free(struct wl_string **set)
{
	struct wl_string *s = *set, *next;

	HASH_CLEAR(hh, *set); /* the table, not the members */
	for (; s != NULL; s = next) {
		next = s->hh.next;
		free(s);
	}
}

const char *
wl_set_near(struct wl_string *set, const char *word)
{
	const char *names[NEARMAX];
	struct wl_string *s, *next;
	size_t n = 0;

	HASH_ITER(hh, set, s, next)
		if (n < NEARMAX)
			names[n++] = s->text;
	return sim_suggest(word, names, n);
}

const char *
wl_intern(struct wl_parser *ps, const char *s, size_t len)
{
	const char *text = wl_set_find(ps->script->strings, s, len);

	if (text == NULL)
		text = set_add(&ps->script->strings, s, len);
	if (text == NULL)
		wl_error_at(ps, ps->at, "no memory left for the script");
	return text;
}

void
wl_script_forget(struct wl_script *script)
{
	struct wl_chunk *c, *next;

	for (c = script->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	script->chunks = NULL;
	script->first = NULL;
}

void
wl_script_free(struct wl_script *script)
{
	if (script == NULL)
		return;
	wl_script_forget(script);
	wl_set_free(&script->strings);
	free(script->pairs);
	free(script);
}
