/*
 * Names and expressions at run time.
 *
 * A name is looked for among the process's results, then among the places of
 * its address space (break, stack_top, ...), then among the constants of its
 * personality.  Arithmetic is modulo 2^64.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec.h"
#include "form.h"
#include "sim/suggest.h"

/* -------------------------------------------------------- processes ---- */

struct wl_known *
wl_known(struct wl_exec *ex, int pid)
{
	struct wl_known *k;

	HASH_FIND_INT(ex->known, &pid, k);
	if (k != NULL)
		return k;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NULL;
	k->pid = pid;
	SIM_HASH_ADD(ex->known, &k->pid, sizeof(k->pid), k);
	if (k->hh.tbl != NULL)
		return k;
	free(k);
	return NULL;
}

bool
wl_set_value(struct wl_exec *ex, int pid, const char *name, uint64_t value)
{
	struct wl_known *k = wl_known(ex, pid);
	size_t i;

	if (k == NULL)
		return wl_short(ex, 0, "names");
	for (i = 0; i < k->n && strcmp(k->value[i].name, name) != 0; i++)
		;
	if (i == k->max) {
		size_t max = k->max > 0 ? 2 * k->max : 8;
		void *p = realloc(k->value, max * sizeof(*k->value));

		if (p == NULL)
			return wl_short(ex, 0, "names");
		k->value = p;
		k->max = max;
	}
	k->value[i] = (struct wl_value){ name, value };
	if (i == k->n)
		k->n++;
	return true;
}

bool
wl_known_copy(struct wl_exec *ex, int from, int to)
{
	struct wl_known *k = wl_known(ex, from);

	if (k == NULL)
		return wl_short(ex, 0, "names");
	for (size_t i = 0; i < k->n; i++)
		if (!wl_set_value(ex, to, k->value[i].name, k->value[i].value))
			return false;
	return true;
}

static void
known_free(struct wl_known *k)
{
	free(k->story[0]);
	free(k->story[1]);
	free(k->value);
	free(k);
}

void
wl_known_drop(struct wl_exec *ex, int pid)
{
	struct wl_known *k;

	HASH_FIND_INT(ex->known, &pid, k);
	if (k == NULL)
		return;
	HASH_DEL(ex->known, k);
	known_free(k);
}

void
wl_known_free(struct wl_exec *ex)
{
	struct wl_known *k = ex->known, *next;

	HASH_CLEAR(hh, ex->known); /* the table, not the members */
	for (; k != NULL; k = next) {
		next = k->hh.next;
		known_free(k);
	}
}

struct process *
wl_process(struct wl_exec *ex, const char *name)
{
	struct process *p, *next, *exited = NULL;

	HASH_ITER(hh, ex->m->procs, p, next) {
		if (strcmp(p->name, name) != 0)
			continue;
		if (p->state == SIM_RUNNING)
			return p;
		exited = p;
	}
	if (exited == NULL)
		(void)wl_stop(ex, 0, "no process %s exists by now", name);
	return exited;
}

/* ------------------------------------------------------------ names ---- */

struct place {
	const char *name;
	vaddr_t (*get)(const struct process *);
};

static vaddr_t
place_break(const struct process *p)
{
	return p->brk;
}

static vaddr_t
place_break_start(const struct process *p)
{
	return p->brk_start;
}

static vaddr_t
place_stack_top(const struct process *p)
{
	return p->stack_top;
}

static vaddr_t
place_mmap_base(const struct process *p)
{
	return p->mmap_base;
}

static vaddr_t
place_text(const struct process *p)
{
	return p->vmspace != NULL ? p->vmspace->vm_taddr : 0;
}

static vaddr_t
place_data(const struct process *p)
{
	return p->vmspace != NULL ? p->vmspace->vm_daddr : 0;
}

static vaddr_t
place_null(const struct process *p)
{
	(void)p;
	return 0;
}

static const struct place places[] = {
	{ "break", place_break },
	{ "break_start", place_break_start },
	{ "stack_top", place_stack_top },
	{ "mmap_base", place_mmap_base },
	{ "text", place_text },
	{ "data", place_data },
	{ "NULL", place_null },
};

#define MAXNAMES 512

static bool
unknown_name(struct wl_exec *ex, const struct process *p,
    const struct wl_node *node)
{
	const struct wl_known *k = wl_known(ex, p->pid);
	const struct sim_const *c = p->personality->consts;
	const char *names[MAXNAMES], *near;
	size_t n = 0;

	if (ex->hushed)
		return wl_stop(ex, node->col, "no such name");
	for (size_t i = 0; k != NULL && i < k->n && n < MAXNAMES; i++)
		names[n++] = k->value[i].name;
	for (size_t i = 0; i < NELEM(places) && n < MAXNAMES; i++)
		names[n++] = places[i].name;
	for (; c->name != NULL && n < MAXNAMES; c++)
		names[n++] = c->name;
	near = sim_suggest(node->name, names, n);
	if (near != NULL)
		return wl_stop(ex, node->col,
		    "%.32s is neither a name of %s "
		    "nor a constant of %s; did you mean %s?",
		    node->name, p->name, p->personality->name, near);
	return wl_stop(ex, node->col,
	    "%.32s is neither a name of %s nor a "
	    "constant of %s",
	    node->name, p->name, p->personality->name);
}

static bool
look_up(struct wl_exec *ex, const struct process *p, const struct wl_node *node,
    uint64_t *v)
{
	struct wl_known *k;

	HASH_FIND_INT(ex->known, &p->pid, k);
	for (size_t i = 0; k != NULL && i < k->n; i++)
		if (strcmp(k->value[i].name, node->name) == 0) {
			*v = k->value[i].value;
			return true;
		}
	for (size_t i = 0; i < NELEM(places); i++)
		if (strcmp(places[i].name, node->name) == 0) {
			*v = places[i].get(p);
			return true;
		}
	return sim_const_here(ex->m, p->personality, node->name, v) == 0 ||
	    unknown_name(ex, p, node);
}

/* ------------------------------------------------------------ words ---- */

/* word is "private", or "MAP_PRIVATE": that is what full becomes. */
static void
full_name(const char *prefix, const char *word, char *full, size_t len)
{
	const bool whole = strncasecmp(word, prefix, strlen(prefix)) == 0;
	size_t n = (size_t)snprintf(full, len, "%s%.40s", whole ? "" : prefix,
	    word);

	for (size_t i = strlen(prefix); i < n && i < len; i++)
		if (full[i] >= 'a' && full[i] <= 'z')
			full[i] = (char)(full[i] - 'a' + 'A');
}

static bool
unknown_word(struct wl_exec *ex, const struct process *p,
    const struct wl_node *node)
{
	const char *const *prefix = wl_family_prefixes(node->family);
	const struct sim_const *c;
	const char *names[MAXNAMES], *near;
	size_t n = 0;
	char full[64];

	if (ex->hushed)
		return wl_stop(ex, node->col, "no such word");
	full_name(prefix[0], node->name, full, sizeof(full));
	for (; *prefix != NULL; prefix++)
		for (c = p->personality->consts; c->name != NULL; c++)
			if (n < MAXNAMES &&
			    strncmp(c->name, *prefix, strlen(*prefix)) == 0)
				names[n++] = c->name;
	near = sim_suggest(full, names, n);
	if (near != NULL)
		return wl_stop(ex, node->col,
		    "%s has no %.32s (%s); did you "
		    "mean %s?",
		    p->personality->name, node->name, full, near);
	return wl_stop(ex, node->col, "%s has no %.32s (%s)",
	    p->personality->name, node->name, full);
}

static bool
look_up_word(struct wl_exec *ex, const struct process *p,
    const struct wl_node *node, uint64_t *v)
{
	const char *const *prefix = wl_family_prefixes(node->family);
	int limit;
	char full[64];

	if (node->family == WL_F_LIMIT) {
		limit = wl_limit_byname(node->name);
		*v = (uint64_t)limit;
		return limit >= 0 ||
		    wl_stop(ex, node->col,
			"unknown limit "
			"%.32s; expected as, data, stack, memlock or rss",
			node->name);
	}
	if (sim_const_here(ex->m, p->personality, node->name, v) == 0)
		return true;
	for (; *prefix != NULL; prefix++) {
		full_name(*prefix, node->name, full, sizeof(full));
		if (sim_const_here(ex->m, p->personality, full, v) == 0)
			return true;
	}
	return unknown_word(ex, p, node);
}

/* ----------------------------------------------------------- macros ---- */

/* Macros of <sys/mman.h> that take a number: a shift, in these systems. */
static const struct {
	const char *name;
	unsigned shift;
	const struct sim_personality *system[2];
} macros[] = {
	{ "MAP_ALIGNED", 24, { &sim_freebsd, &sim_netbsd } },
	{ "PROT_MAX", 16, { &sim_freebsd } },
	{ "PROT_MPROTECT", 3, { &sim_netbsd } },
};

static bool
apply_macro(struct wl_exec *ex, const struct process *p,
    const struct wl_node *node, uint64_t *v)
{
	for (size_t i = 0; i < NELEM(macros); i++)
		for (size_t s = 0; s < NELEM(macros[i].system); s++)
			if (macros[i].system[s] == p->personality &&
			    strcmp(macros[i].name, node->name) == 0) {
				*v <<= macros[i].shift;
				return true;
			}
	return wl_stop(ex, node->col, "%s has no macro %.32s()",
	    p->personality->name, node->name);
}

/* ------------------------------------------------------- arithmetic ---- */

static uint64_t
combine(enum wl_op_code code, uint64_t a, uint64_t b)
{
	switch (code) {
	case WL_X_ADD: return a + b;
	case WL_X_SUB: return a - b;
	case WL_X_MUL: return a * b;
	default: return a | b;
	}
}

bool
wl_eval(struct wl_exec *ex, struct process *p, struct wl_expr e, uint64_t *v)
{
	uint64_t stack[WL_EXPR_STACK] = { 0 };
	size_t top = 0;
	bool ok = true;

	for (uint32_t i = 0; i < e.n && ok; i++) {
		const struct wl_node *node = &e.node[i];

		switch ((enum wl_op_code)node->code) {
		case WL_X_NUM: stack[top++] = node->num; break;
		case WL_X_NAME: ok = look_up(ex, p, node, &stack[top++]); break;
		case WL_X_WORD:
			ok = look_up_word(ex, p, node, &stack[top++]);
			break;
		case WL_X_MACRO:
			ok = apply_macro(ex, p, node, &stack[top - 1]);
			break;
		case WL_X_NEG: stack[top - 1] = 0 - stack[top - 1]; break;
		case WL_X_NOT: stack[top - 1] = ~stack[top - 1]; break;
		default:
			assert(top >= 2 && top <= NELEM(stack)); /* expr.c */
			top--;
			stack[top - 1] = combine(node->code, stack[top - 1],
			    stack[top]);
		}
	}
	*v = stack[0];
	return ok;
}
