/*
 * Parts of the script parser: a cursor on one line, and what reads from it.
 *
 * Every wl_get_*() reads at the cursor and moves it; at the first error it
 * leaves error.col != 0, and all that follow do nothing and give zeros, so a
 * caller may look once at the end (wl_bad()).
 */
#ifndef WL_SCRIPT_PARSE_H
#define WL_SCRIPT_PARSE_H

#include "ast.h"

struct wl_parser {
	struct wl_script *script;
	const char     *line;		/* NUL-terminated, without comment */
	const char     *at;		/* the cursor */
	uint32_t	lineno;
	uint32_t	depth;		/* of parentheses */
	struct wl_script_error error;	/* line 0: none */
	/* the expression being read */
	struct wl_node *nodes;
	size_t		nnodes, maxnodes;
	/* names of processes that the text has made so far */
	struct wl_string *procs;
	/* open repeats, and how often what follows will run */
	struct wl_stmt *open[WL_SCRIPT_MAXDEPTH];
	uint64_t	times[WL_SCRIPT_MAXDEPTH + 1];
	uint32_t	nopen;
	uint64_t	total;		/* operations so far */
	struct wl_stmt **tail;
	bool		begun;		/* a statement was seen */
};

/* ---- memory and names (arena.c) ---- */
/* => zeroed memory that lives with the script; NULL: error set */
void   *wl_new(struct wl_parser *, size_t);
const char *wl_intern(struct wl_parser *, const char *, size_t);
/* The statements go; names and the machine line stay. */
void	wl_script_forget(struct wl_script *);
/* A set of names: => the one member that equals s, or NULL */
const char *wl_set_find(const struct wl_string *, const char *, size_t);
bool	wl_set_add(struct wl_string **, const char *);
void	wl_set_free(struct wl_string **);
/* => the member nearest to word, or NULL */
const char *wl_set_near(struct wl_string *, const char *word);

/* ---- scanning (scan.c) ---- */
static inline bool
wl_bad(const struct wl_parser *ps)
{
	return ps->error.line != 0;
}

/* Set the error, unless there is one: at `where', or at the cursor. */
void	wl_error_at(struct wl_parser *, const char *where, const char *fmt,
	    ...) __attribute__((format(printf, 3, 4)));
/* "expected WHAT, got ..." at the cursor */
void	wl_expected(struct wl_parser *, const char *what);
/* An unknown word, with the nearest of names[]: "unknown WHAT x; did ..." */
void	wl_unknown(struct wl_parser *, const char *where, const char *what,
	    const char *word, const char *const *names, size_t n);

uint32_t wl_col(const struct wl_parser *, const char *where);
void	wl_skip(struct wl_parser *);		/* blanks */
bool	wl_at_end(struct wl_parser *);		/* after blanks */
bool	wl_try_char(struct wl_parser *, char);	/* after blanks */
void	wl_need_char(struct wl_parser *, char, const char *what);
void	wl_need_end(struct wl_parser *);
/*
 * A word of letters, digits, '_', '.' and (inside) '-': a keyword.  peek does
 * not move.  => length, 0: none; words longer than cap - 1 are cut
 */
size_t	wl_peek_word(struct wl_parser *, char *buf, size_t cap);
bool	wl_try_word(struct wl_parser *, const char *);
/* [A-Za-z_][A-Za-z0-9_]*; => NULL with error */
const char *wl_get_name(struct wl_parser *, const char *what);
/* A path or other text: up to a blank, ',' or ')', or in double quotes. */
const char *wl_get_path(struct wl_parser *, const char *what);
/* A number with K, M, G, T. */
uint64_t wl_get_number(struct wl_parser *, const char *what);
/* KEY=VALUE with nothing between: => false when the cursor is not at one */
bool	wl_peek_pair(struct wl_parser *, char *key, size_t keycap,
	    char *value, size_t valuecap);

/* ---- expressions (expr.c) ---- */
struct wl_expr wl_get_expr(struct wl_parser *, const char *what);
/* rw, r-x, none, or an expression */
struct wl_expr wl_get_prot(struct wl_parser *);
/* One word of a family, or a number. */
struct wl_expr wl_get_word(struct wl_parser *, enum wl_family,
	    const char *what);
struct wl_expr wl_or(struct wl_parser *, struct wl_expr, struct wl_expr);
struct wl_expr wl_const_expr(struct wl_parser *, uint64_t);

/* ---- statements (stmt.c) ---- */
/* The cursor is at the statement's first word. */
void	wl_get_statement(struct wl_parser *, struct wl_stmt *);

/* ---- operations (call.c, access.c) ---- */
/* PROC: [NAME =] ... ; stops at the end or at the word `fails'/`returns' */
void	wl_get_op(struct wl_parser *, struct wl_op *);
/* The part behind read, write, exec. */
struct wl_access *wl_get_access(struct wl_parser *, vm_prot_t type);
struct wl_call *wl_get_call(struct wl_parser *, const char *name);
/* A process that the text has made, or the kernel. */
const char *wl_get_proc(struct wl_parser *);
/* A new process's name. */
const char *wl_get_new_proc(struct wl_parser *);
/* Is the cursor at a word that ends an operation? */
bool	wl_at_stop(struct wl_parser *);
/* How many operations an access stands for (0: not known here) */
uint64_t wl_access_ops(const struct wl_access *);

/* ---- expect, show, set and kva ---- */
struct wl_expect *wl_get_expect(struct wl_parser *);
struct wl_show *wl_get_show(struct wl_parser *);
struct wl_set *wl_get_set(struct wl_parser *);
struct wl_kva *wl_get_kva(struct wl_parser *);
/* ---- files and their names (file.c) ---- */
struct wl_file *wl_get_file(struct wl_parser *);
struct wl_mount *wl_get_mount(struct wl_parser *);
/* ---- disks (disk.c) ---- */
struct wl_ioerror *wl_get_ioerror(struct wl_parser *);
/* machine disk NAME ITEM, machine swap NAME ITEM: from NAME on */
void	wl_get_device(struct wl_parser *, bool disk, struct wl_side *);

#endif /* WL_SCRIPT_PARSE_H */
