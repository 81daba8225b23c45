/*
 * SYSCALL lines (lackey_call.h).
 *
 * A line is taken apart from both its ends, for a string in its middle may hold
 * anything: what comes last decides the kind, and the arguments end at the last
 * bracket before that.
 */
#include "lackey_call.h"

#include <string.h>

#include "sim/sim.h"

struct cursor {
	const char *at, *end;
};

static bool
literal(struct cursor *c, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(c->end - c->at) < n || memcmp(c->at, text, n) != 0)
		return false;
	c->at += n;
	return true;
}

static void
blanks(struct cursor *c)
{
	while (c->at < c->end && *c->at == ' ')
		c->at++;
}

static int
digit(char ch, unsigned base)
{
	int d = ch >= '0' && ch <= '9' ? ch - '0' :
	    (ch | 0x20) >= 'a'         ? (ch | 0x20) - 'a' + 10 :
					 99;

	return d < (int)base ? d : -1;
}

/* Decimal, or hexadecimal behind 0x. => false: no number */
static bool
number(struct cursor *c, uint64_t *v)
{
	unsigned base = literal(c, "0x") ? 16 : 10;
	const char *from = c->at;
	int d;

	*v = 0;
	while (c->at < c->end && (d = digit(*c->at, base)) >= 0) {
		*v = *v * base + (unsigned)d;
		c->at++;
	}
	return c->at > from;
}

static bool
small(struct cursor *c, int *v)
{
	uint64_t n;

	if (!number(c, &n) || n > SIM_MAXPID)
		return false;
	*v = (int)n;
	return true;
}

/* => the last place of the text in [c->at, c->end); NULL: none */
static const char *
last(const struct cursor *c, const char *text)
{
	size_t n = strlen(text);

	for (const char *p = c->end; (size_t)(p - c->at) >= n; p--)
		if (memcmp(p - n, text, n) == 0)
			return p - n;
	return NULL;
}

/* Success(0x4) or Failure(0x2) at the end. => where it begins; NULL: none */
static const char *
get_result(const struct cursor *line, struct wl_vgcall *call)
{
	const char *good = last(line, "Success(0x");
	const char *bad = last(line, "Failure(0x");
	struct cursor c = *line;

	call->failed = good == NULL || (bad != NULL && bad > good);
	c.at = call->failed ? bad : good;
	if (c.at == NULL)
		return NULL;
	c.at += sizeof("Success(") - 1;
	return number(&c, &call->result) && literal(&c, ")") ?
	    (call->failed ? bad : good) :
	    NULL;
}

/* What stands behind the arguments, and where. => NULL: nothing known */
static const char *
get_outcome(const struct cursor *line, struct wl_vgcall *call)
{
	static const char born[] = " created child ";
	const char *at = get_result(line, call);
	struct cursor c = *line;

	call->kind = WL_VGCALL_DONE;
	if (at != NULL)
		return at;
	call->failed = false;
	call->kind = WL_VGCALL_PENDING;
	if ((at = last(line, "[async] ...")) != NULL)
		return at;
	call->kind = WL_VGCALL_CHILD;
	if ((at = last(line, born)) == NULL)
		return NULL;
	c.at = at + sizeof(born) - 1;
	return small(&c, &call->child) ? at : NULL;
}

static bool
get_call(struct cursor *c, struct wl_vgcall *call)
{
	const char *behind;

	(void)literal(c, "sys_");
	call->name = c->at;
	while (c->at < c->end && *c->at != ' ' && *c->at != '(')
		c->at++;
	call->namelen = (size_t)(c->at - call->name);
	blanks(c);
	if (!literal(c, "(") || (behind = get_outcome(c, call)) == NULL)
		return false;
	call->args = c->at;
	c->end = behind;
	/* Of a fork, words with brackets of their own stand in between. */
	behind = call->kind == WL_VGCALL_CHILD ?
	    memchr(c->at, ')', (size_t)(c->end - c->at)) :
	    last(c, ")");
	if (behind == NULL)
		return false;
	call->argslen = (size_t)(behind - call->args);
	return true;
}

bool
wl_vgcall_parse(const char *line, size_t len, struct wl_vgcall *call)
{
	struct cursor c = { line, line + len };
	uint64_t nr;

	memset(call, 0, sizeof(*call));
	if (!literal(&c, "SYSCALL[") || !small(&c, &call->pid) ||
	    !literal(&c, ",") || !small(&c, &call->tid) || !literal(&c, "]("))
		return false;
	blanks(&c);
	if (!number(&c, &nr) || nr > UINT16_MAX || !literal(&c, ")"))
		return false;
	call->nr = (unsigned)nr;
	blanks(&c);
	call->name = call->args = c.end;
	if (!literal(&c, "... [async]"))
		return get_call(&c, call);
	call->kind = WL_VGCALL_RETURN;
	return get_result(&c, call) != NULL;
}

bool
wl_vgcall_is(const struct wl_vgcall *call, const char *name)
{
	return strlen(name) == call->namelen &&
	    memcmp(name, call->name, call->namelen) == 0;
}

/* ---------------------------------------------------------- arguments ---- */

/*
 * The string in the arguments: from the bracket behind an address to the last
 * bracket that only numbers follow.
 */
static bool
find_string(const struct wl_vgcall *call, const char **from, const char **to)
{
	struct cursor c = { call->args, call->args + call->argslen };

	*from = memchr(c.at, '(', call->argslen);
	if (*from == NULL)
		return false;
	++*from;
	c.at = *from;
	*to = last(&c, ")");
	return *to != NULL;
}

bool
wl_vgcall_string(const struct wl_vgcall *call, const char **text, size_t *len)
{
	const char *to;

	if (!find_string(call, text, &to))
		return false;
	*len = (size_t)(to - *text);
	return true;
}

bool
wl_vgcall_arg(const struct wl_vgcall *call, unsigned i, uint64_t *v)
{
	struct cursor c = { call->args, call->args + call->argslen };
	const char *from = NULL, *to = NULL;

	(void)find_string(call, &from, &to);
	for (;; i--) {
		blanks(&c);
		if (!number(&c, v))
			return false;
		if (i == 0)
			return true;
		if (to != NULL && c.at + 1 == from)
			c.at = to + 1;
		blanks(&c);
		if (!literal(&c, ","))
			return false;
	}
}
