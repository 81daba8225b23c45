/*
 * Expressions, by precedence climbing, into postfix order.
 *
 *	expr = sum { "|" sum }
 *	sum  = term { ("+" | "-") term }
 *	term = unary { "*" unary }
 *	unary = ["-" | "~"] primary
 *	primary = number | NAME | MACRO "(" expr ")" | "(" expr ")"
 *
 * Left-associative operators need two places on the evaluator's stack per open
 * parenthesis and level, so WL_EXPR_STACK follows from WL_EXPR_DEPTH.
 */
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define MAXNODES 4096 /* of one expression */

static void get_or(struct wl_parser *, const char *);

static void
push(struct wl_parser *ps, struct wl_node node)
{
	if (wl_bad(ps))
		return;
	if (ps->nnodes == MAXNODES) {
		wl_error_at(ps, ps->at,
		    "expression too long; at most %d "
		    "parts",
		    MAXNODES);
		return;
	}
	if (ps->nnodes == ps->maxnodes) {
		size_t n = ps->maxnodes > 0 ? 2 * ps->maxnodes : 64;
		void *p = realloc(ps->nodes, n * sizeof(node));

		if (p == NULL) {
			wl_error_at(ps, ps->at,
			    "no memory left for the "
			    "script");
			return;
		}
		ps->nodes = p;
		ps->maxnodes = n;
	}
	ps->nodes[ps->nnodes++] = node;
}

static void
push_code(struct wl_parser *ps, enum wl_op_code code)
{
	push(ps,
	    (struct wl_node){ .code = (uint8_t)code,
		.col = wl_col(ps, ps->at) });
}

/* The cursor is behind an opening parenthesis. */
static void
get_inner(struct wl_parser *ps, const char *what)
{
	get_or(ps, what);
	wl_need_char(ps, ')', "a closing parenthesis");
}

static void
get_primary(struct wl_parser *ps, const char *what)
{
	struct wl_node node = { .code = WL_X_NUM };

	wl_skip(ps);
	node.col = wl_col(ps, ps->at);
	if (wl_try_char(ps, '(')) {
		get_inner(ps, what);
		return;
	}
	if (*ps->at >= '0' && *ps->at <= '9') {
		node.num = wl_get_number(ps, what);
	} else {
		node.code = WL_X_NAME;
		node.name = wl_get_name(ps, what);
		if (!wl_bad(ps) && *ps->at == '(') {
			ps->at++;
			node.code = WL_X_MACRO;
			get_inner(ps, "a number");
		}
	}
	push(ps, node);
}

static void
get_unary(struct wl_parser *ps, const char *what)
{
	enum wl_op_code code = WL_X_NUM;

	if (++ps->depth > WL_EXPR_DEPTH)
		wl_error_at(ps, ps->at,
		    "expression nested too deeply; at most "
		    "%d levels",
		    WL_EXPR_DEPTH);
	if (wl_bad(ps))
		return;
	if (wl_try_char(ps, '-'))
		code = WL_X_NEG;
	else if (wl_try_char(ps, '~'))
		code = WL_X_NOT;
	if (code == WL_X_NUM) {
		get_primary(ps, what);
	} else {
		get_unary(ps, what);
		push_code(ps, code);
	}
	ps->depth--;
}

static void
get_term(struct wl_parser *ps, const char *what)
{
	get_unary(ps, what);
	while (wl_try_char(ps, '*')) {
		get_unary(ps, what);
		push_code(ps, WL_X_MUL);
	}
}

static void
get_sum(struct wl_parser *ps, const char *what)
{
	get_term(ps, what);
	for (;;) {
		if (wl_try_char(ps, '+')) {
			get_term(ps, what);
			push_code(ps, WL_X_ADD);
		} else if (wl_try_char(ps, '-')) {
			get_term(ps, what);
			push_code(ps, WL_X_SUB);
		} else {
			break;
		}
	}
}

static void
get_or(struct wl_parser *ps, const char *what)
{
	get_sum(ps, what);
	while (wl_try_char(ps, '|')) {
		get_sum(ps, what);
		push_code(ps, WL_X_OR);
	}
}

/* What has been pushed, moved into the script. */
static struct wl_expr
take(struct wl_parser *ps)
{
	struct wl_expr e = { NULL, 0 };
	struct wl_node *copy = NULL;

	if (!wl_bad(ps))
		copy = wl_new(ps, ps->nnodes * sizeof(*copy));
	if (copy != NULL) {
		memcpy(copy, ps->nodes, ps->nnodes * sizeof(*copy));
		e = (struct wl_expr){ copy, (uint32_t)ps->nnodes };
	}
	ps->nnodes = 0;
	return e;
}

struct wl_expr
wl_get_expr(struct wl_parser *ps, const char *what)
{
	ps->nnodes = 0;
	ps->depth = 0;
	get_or(ps, what);
	return take(ps);
}

struct wl_expr
wl_const_expr(struct wl_parser *ps, uint64_t value)
{
	ps->nnodes = 0;
	push(ps,
	    (struct wl_node){ .code = WL_X_NUM,
		.num = value,
		.col = wl_col(ps, ps->at) });
	return take(ps);
}

struct wl_expr
wl_or(struct wl_parser *ps, struct wl_expr a, struct wl_expr b)
{
	ps->nnodes = 0;
	for (uint32_t i = 0; i < a.n; i++)
		push(ps, a.node[i]);
	for (uint32_t i = 0; i < b.n; i++)
		push(ps, b.node[i]);
	if (a.n > 0 && b.n > 0)
		push_code(ps, WL_X_OR);
	return take(ps);
}

/* "rw", "r-x", "---", "none" => true and the protection */
static bool
prot_word(const char *s, size_t n, uint64_t *prot)
{
	static const char letters[] = "rwx";

	*prot = 0;
	if (n == 4 && strncmp(s, "none", n) == 0)
		return true;
	if (n == 0 || n > 3)
		return false;
	for (size_t i = 0; i < n; i++) {
		const char *p = strchr(letters, s[i]);

		if (s[i] == '-')
			continue;
		if (p == NULL || (*prot >> (p - letters)) != 0)
			return false;
		*prot |= 1u << (p - letters);
	}
	return true;
}

struct wl_expr
wl_get_prot(struct wl_parser *ps)
{
	uint64_t prot;
	size_t n;

	wl_skip(ps);
	n = strspn(ps->at, "abcdefghijklmnopqrstuvwxyz-");
	if (!wl_bad(ps) && prot_word(ps->at, n, &prot) &&
	    strchr(" \t,)", ps->at[n]) != NULL) {
		struct wl_expr e = wl_const_expr(ps, prot);

		ps->at += n;
		return e;
	}
	return wl_get_expr(ps, "a protection such as rw, r-x or none");
}

struct wl_expr
wl_get_word(struct wl_parser *ps, enum wl_family family, const char *what)
{
	struct wl_node node = { .code = WL_X_WORD, .family = (uint8_t)family };
	const char *start;

	wl_skip(ps);
	start = ps->at;
	if (*start >= '0' && *start <= '9')
		return wl_get_expr(ps, what);
	node.col = wl_col(ps, start);
	node.name = wl_get_name(ps, what);
	if (!wl_bad(ps) && *ps->at == '(') {
		ps->at = start;
		return wl_get_expr(ps, what);
	}
	ps->nnodes = 0;
	push(ps, node);
	return take(ps);
}
