/*
 * System calls in a log of valgrind --trace-syscalls=yes, line by line.
 *
 *	SYSCALL[8428,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, 0 ) -->
 *		[pre-success] Success(0x4835000)
 *	SYSCALL[8428,1](3) sys_close ( 4 )[sync] --> Failure(0x9)
 *	SYSCALL[8428,1](257) sys_openat ( 4294967196, 0x40(/a), 0 ) -->
 *		[async] ...			PENDING, and later
 *	SYSCALL[8428,1](257) ... [async] --> Success(0x4)	RETURN
 *	SYSCALL[8,1](58) sys_fork ( )   fork: process 8 created child 9  CHILD
 *
 * Each is one line (broken here).  Numbers are decimal, or hexadecimal behind
 * 0x; negative ones stand as the unsigned ones of 32 or 64 bits; a string
 * stands in parentheses behind its address.  Facts: the format as valgrind 3.19
 * writes it.
 */
#ifndef WL_LACKEY_CALL_H
#define WL_LACKEY_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum wl_vgcall_kind {
	WL_VGCALL_DONE,			/* name, arguments and result */
	WL_VGCALL_PENDING,		/* the result comes later */
	WL_VGCALL_RETURN,		/* the result alone */
	WL_VGCALL_CHILD,		/* arguments, and a child */
};

struct wl_vgcall {
	enum wl_vgcall_kind kind;
	int		pid, tid;
	unsigned	nr;
	const char     *name;		/* without sys_; RETURN: empty */
	size_t		namelen;
	const char     *args;
	size_t		argslen;
	bool		failed;		/* result is an errno of Linux */
	uint64_t	result;
	int		child;		/* CHILD: its pid */
};

/* => false: no such line (calls unknown to valgrind, other words) */
bool	wl_vgcall_parse(const char *line, size_t len, struct wl_vgcall *);
/* => name is the call's */
bool	wl_vgcall_is(const struct wl_vgcall *, const char *name);
/* The i-th argument, from 0, as a number. => false: it is not there */
bool	wl_vgcall_arg(const struct wl_vgcall *, unsigned i, uint64_t *);
/* The string of the call; it may hold anything. => false: none */
bool	wl_vgcall_string(const struct wl_vgcall *, const char **, size_t *len);

#endif /* WL_LACKEY_CALL_H */
