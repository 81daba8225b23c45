/*
 * How each system call is written in a script: one row a call.
 *
 * args has a letter for each numeric argument, in the order of the manual
 * page.  Lower case: a address, l length, o number, d descriptor, p protection;
 * upper case: constants of one family (wl_form_family()).
 *
 * In words, the arguments of `pos' come first, in that order; behind them, in
 * any order, options (WORD VALUE) and words of the flags' family:
 *
 *	mmap 64K rw  private anon  at 0x10000
 *	     pos     flags         option
 */
#ifndef WL_SCRIPT_FORM_H
#define WL_SCRIPT_FORM_H

#include "ast.h"

#define WL_OPT_FILE	6		/* option: call->file */
#define WL_OPT_PID	7		/* option: call->pid */

struct wl_form {
	const char     *args;		/* letters */
	const char     *str;		/* what the string is, or NULL: none */
	const char     *pos;		/* digits: arguments that come first */
	uint8_t		pos_min;	/* of those, needed */
	int8_t		flags;		/* argument of the words; -1: none */
	bool		need_flags;	/* at least one word */
	uint8_t		exact_min;	/* numeric arguments of CALL(...) */
	struct {
		const char *word;	/* NULL ends */
		uint8_t	arg;		/* or WL_OPT_* */
	} opt[5];
	uint8_t	str_at;			/* arguments before the string, in C and
					   in words; beyond 0 it may be left
					   out (in C: 0) */
};

const struct wl_form *wl_form(enum sim_sysno);
enum wl_family wl_form_family(char letter);
const char *wl_form_what(char letter);	/* "a length such as 64K" */
/* Prefixes of a family's constants, NULL-ended. */
const char *const *wl_family_prefixes(enum wl_family);
/* => SIM_RLIMIT_*, -1: none; RLIMIT_AS and as */
int	wl_limit_byname(const char *);
const char *wl_limit_name(uint64_t);	/* RLIMIT_AS; NULL: none */

#endif /* WL_SCRIPT_FORM_H */
