/*
 * The words in which tracers print a system call's arguments.
 */
#ifndef WL_CALLTEXT_H
#define WL_CALLTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wl_text { const char *at; size_t len; };

/* Value of a name that an argument uses. => false: unknown */
typedef bool wl_name_fn(const void *ctx, const char *name, size_t len,
    uint64_t *v);

/*
 * An argument as a number: NULL, decimal, 0x, 0 octal, -N, names and numbers
 * joined by |, products and shifts (8192*1024, 21<<MAP_HUGE_SHIFT),
 * MAP_ALIGNED(N) and PROT_MAX(PROT), a comment, an fd's path or names in <>
 * behind.  Unknown names count as 0; *unknown (may be NULL) is set to the
 * first.
 * => false: no number
 */
bool	wl_text_number(struct wl_text t, wl_name_fn *fn, const void *ctx,
	    uint64_t *v, struct wl_text *unknown);
/*
 * The path of a descriptor, "3</a/b>" or "3</memfd:x>(deleted)", decoded into
 * buf; the mark (deleted) is dropped.  => false: it has none
 */
bool	wl_text_fdpath(struct wl_text, char *buf, size_t len);
/* A quoted string, decoded. *cut: "..." followed. => false: not a string */
bool	wl_text_string(struct wl_text, char *buf, size_t len, bool *cut);
/* Member of a structure, "{flags=A|B, stack=0x1}". => false: not there */
bool	wl_text_member(struct wl_text, const char *name, struct wl_text *out);
bool	wl_text_is(struct wl_text, const char *);
/* => length of the first argument at p, up to its comma or the end; or to the
 * bracket that closes the list */
size_t	wl_text_scan(const char *p, size_t len);

#endif /* WL_CALLTEXT_H */
