/*
 * Operations: PROC: [NAME =] CALL, in words or exactly as in C.
 *
 *	mmap 64K rw private anon at 0x10000 fixed
 *	mmap(0x10000, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|..., -1, 0)
 */
#include <string.h>

#include "form.h"
#include "parse.h"

/* Accesses look like calls. */
static const struct {
	const char *word;
	vm_prot_t type;
} accesses[] = {
	{ "read", VM_PROT_READ },
	{ "write", VM_PROT_WRITE },
	{ "exec", VM_PROT_EXEC },
	{ "fetch", VM_PROT_EXEC },
};

bool
wl_at_stop(struct wl_parser *ps)
{
	char word[16];

	if (wl_at_end(ps))
		return true;
	wl_peek_word(ps, word, sizeof(word));
	return strcmp(word, "fails") == 0 || strcmp(word, "returns") == 0;
}

/* --------------------------------------------------------- in words ---- */

/* brk +64K: relative to the break that is. */
static struct wl_expr
get_break(struct wl_parser *ps)
{
	static const struct wl_node here = { .code = WL_X_NAME,
		.name = "break" };
	struct wl_node *sum;
	bool minus = wl_try_char(ps, '-');
	struct wl_expr e;

	if (!minus && !wl_try_char(ps, '+'))
		return wl_get_expr(ps, "an address, +SIZE or -SIZE");
	e = wl_get_expr(ps, "a size");
	sum = wl_bad(ps) ? NULL : wl_new(ps, (e.n + 2) * sizeof(*sum));
	if (sum == NULL)
		return (struct wl_expr){ NULL, 0 };
	sum[0] = here;
	memcpy(sum + 1, e.node, e.n * sizeof(*sum));
	sum[e.n + 1].code = minus ? WL_X_SUB : WL_X_ADD;
	return (struct wl_expr){ sum, e.n + 2 };
}

/* One argument of a kind, in words. */
static struct wl_expr
get_positional(struct wl_parser *ps, enum sim_sysno no, char letter)
{
	const char *what = wl_form_what(letter);

	if (wl_at_stop(ps)) {
		wl_expected(ps, what);
		return (struct wl_expr){ NULL, 0 };
	}
	if (no == SIM_SYS_BRK)
		return get_break(ps);
	if (letter == 'p')
		return wl_get_prot(ps);
	if (letter >= 'A' && letter <= 'Z')
		return wl_get_word(ps, wl_form_family(letter), what);
	return wl_get_expr(ps, what);
}

static bool
get_option(struct wl_parser *ps, const struct wl_form *f, struct wl_call *c)
{
	for (size_t i = 0; f->opt[i].word != NULL; i++) {
		unsigned arg = f->opt[i].arg;

		if (!wl_try_word(ps, f->opt[i].word))
			continue;
		(void)wl_try_char(ps, '=');
		if (arg == WL_OPT_FILE)
			c->file = wl_get_path(ps, "a path");
		else if (arg == WL_OPT_PID)
			c->pid = wl_get_expr(ps, "a pid");
		else
			c->arg[arg] = wl_get_expr(ps,
			    wl_form_what(f->args[arg]));
		return true;
	}
	return false;
}

/* The string of a call that has it behind other arguments, if it is there. */
static void
get_late_string(struct wl_parser *ps, const struct wl_form *f,
    struct wl_call *c)
{
	wl_skip(ps);
	if (*ps->at != '\0' && strchr("/\"", *ps->at) != NULL)
		c->str = wl_get_path(ps, f->str);
}

static void
get_friendly(struct wl_parser *ps, const struct wl_form *f, struct wl_call *c)
{
	struct wl_expr word;

	for (size_t i = 0; f->pos[i] != '\0' && !wl_bad(ps); i++) {
		int arg = f->pos[i] - '0';

		if (i >= f->pos_min && wl_at_stop(ps))
			break;
		c->arg[arg] = get_positional(ps, c->no, f->args[arg]);
	}
	if (f->str_at > 0)
		get_late_string(ps, f, c);
	while (!wl_at_stop(ps)) {
		if (get_option(ps, f, c))
			continue;
		if (f->flags < 0)
			break;
		word = wl_get_word(ps, wl_form_family(f->args[f->flags]),
		    wl_form_what(f->args[f->flags]));
		c->arg[f->flags] = wl_or(ps, c->arg[f->flags], word);
		if (wl_try_char(ps, '|') && wl_at_end(ps))
			wl_expected(ps, wl_form_what(f->args[f->flags]));
	}
	if (f->need_flags && !wl_bad(ps) && c->arg[f->flags].n == 0)
		wl_expected(ps, wl_form_what(f->args[f->flags]));
	if (c->no == SIM_SYS_MMAP && c->arg[4].n == 0)
		c->arg[4] = wl_const_expr(ps, UINT64_MAX);
}

/* ---------------------------------------------------------- as in C ---- */

static void
get_exact_arg(struct wl_parser *ps, const struct wl_form *f, struct wl_call *c,
    size_t n)
{
	char letter = f->args[n];

	wl_skip(ps);
	if (c->no == SIM_SYS_MMAP && n == 4 && *ps->at == '"') {
		c->file = wl_get_path(ps, "a path");
		c->arg[n] = wl_const_expr(ps, UINT64_MAX);
	} else if (letter == 'p') {
		c->arg[n] = wl_get_prot(ps);
	} else if (letter == 'L') {
		c->arg[n] = wl_get_word(ps, WL_F_LIMIT, wl_form_what('L'));
	} else {
		c->arg[n] = wl_get_expr(ps, wl_form_what(letter));
	}
}

/* The cursor is behind the opening parenthesis. */
static void
get_exact(struct wl_parser *ps, const struct wl_form *f, struct wl_call *c)
{
	size_t n, max = strlen(f->args);

	for (n = 0; n < max && !wl_bad(ps); n++) {
		if (n >= f->exact_min) {
			wl_skip(ps);
			if (*ps->at == ')')
				break;
		}
		if (n > 0 || (f->str != NULL && f->str_at == 0))
			wl_need_char(ps, ',', "a comma");
		if (n > 0 && n == f->str_at) {
			get_late_string(ps, f, c);
			if (c->str == NULL)
				(void)wl_get_expr(ps, f->str);
			wl_need_char(ps, ',', "a comma");
		}
		get_exact_arg(ps, f, c, n);
	}
	if (f->opt[0].word != NULL && f->opt[0].arg == WL_OPT_PID &&
	    wl_try_char(ps, ','))
		c->pid = wl_get_expr(ps, "a pid");
	wl_need_char(ps, ')', "a closing parenthesis");
}

/* ------------------------------------------------------- operations ---- */

static void
unknown_call(struct wl_parser *ps, const char *where, const char *name)
{
	const char *names[SIM_NSYSCALLS + NELEM(accesses)];
	size_t n = 0;

	for (int i = 0; i < SIM_NSYSCALLS; i++)
		names[n++] = sim_sysname((enum sim_sysno)i);
	for (size_t i = 0; i < NELEM(accesses); i++)
		names[n++] = accesses[i].word;
	wl_unknown(ps, where, "call", name, names, n);
}

/* The call `name' has been read; its arguments follow. */
struct wl_call *
wl_get_call(struct wl_parser *ps, const char *name)
{
	int no = sim_sysbyname(name);
	struct wl_call *c = wl_new(ps, sizeof(*c));
	const struct wl_form *f;
	bool forks = no == SIM_SYS_FORK || no == SIM_SYS_VFORK;

	if (no < 0)
		unknown_call(ps, ps->at - strlen(name), name);
	if (wl_bad(ps))
		return NULL;
	c->no = (enum sim_sysno)no;
	f = wl_form(c->no);
	c->friendly = !wl_try_char(ps, '(');
	if (f->str != NULL && f->str_at == 0)
		c->str = forks ? wl_get_new_proc(ps) : wl_get_path(ps, f->str);
	if (c->friendly)
		get_friendly(ps, f, c);
	else
		get_exact(ps, f, c);
	return c;
}

static vm_prot_t
access_type(const char *word)
{
	for (size_t i = 0; i < NELEM(accesses); i++)
		if (strcmp(accesses[i].word, word) == 0)
			return accesses[i].type;
	return VM_PROT_NONE;
}

/* NAME =, if it is there. */
static const char *
get_result(struct wl_parser *ps)
{
	const char *back, *name;

	wl_skip(ps);
	back = ps->at;
	name = wl_get_name(ps, "a call such as mmap, or read, write, exec");
	if (!wl_try_char(ps, '=')) {
		ps->at = back;
		return NULL;
	}
	return name;
}

void
wl_get_op(struct wl_parser *ps, struct wl_op *op)
{
	const char *name;
	vm_prot_t type;

	op->proc = wl_get_proc(ps);
	wl_need_char(ps, ':', "a colon behind the process's name");
	if (!wl_bad(ps) && strcmp(op->proc, "kernel") == 0)
		wl_error_at(ps, ps->at,
		    "the kernel makes no calls of its "
		    "own");
	op->result = get_result(ps);
	wl_skip(ps);
	op->col = wl_col(ps, ps->at);
	name = wl_get_name(ps, "a call such as mmap, or read, write, exec");
	if (wl_bad(ps))
		return;
	type = access_type(name);
	wl_skip(ps);
	if (type == VM_PROT_EXEC && strcmp(name, "exec") == 0 &&
	    strchr("(/\"", *ps->at) != NULL && *ps->at != '\0')
		type = VM_PROT_NONE;
	if (type == VM_PROT_NONE) {
		ps->at = ps->line + op->col - 1 + strlen(name);
		op->call = wl_get_call(ps, name);
		return;
	}
	op->access = wl_get_access(ps, type);
	if (op->result != NULL)
		wl_error_at(ps, ps->line + op->col - 1,
		    "an access has no "
		    "result to name");
}
