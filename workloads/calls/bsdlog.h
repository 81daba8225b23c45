/*
 * Reading what FreeBSD's, NetBSD's and OpenBSD's tools write of system calls:
 * kdump(1) of ktrace(1), FreeBSD's truss(1), NetBSD's ktruss(1).
 *
 * kdump: a record a line; a call is the lines CALL and RET of one task, with
 * the names that it looked up between them:
 *
 *	1234 ls       CALL  open(0x800209a8c,0x100000<O_RDONLY|O_CLOEXEC>,0)
 *	1234 ls       NAMI  "/lib/libc.so.7"
 *	1234 ls       RET   open 3
 *	1234 ls       PFLT  0x800a3c000 0x2<VM_PROT_WRITE>
 *	1234 ls       PRET  KERN_SUCCESS
 *	1234 ls       RET   mmap -1 errno 12 Cannot allocate memory
 *	1234 ls       PSIG  SIGSEGV SIG_DFL code=SEGV_MAPERR
 *
 * truss, behind an optional "PID: ", "PID TID: " and times; and ktruss:
 *
 *	mmap(0x0,4096,PROT_READ,MAP_ANON,-1,0x0) = 34366164992 (0x800623000)
 *	open("/etc/x",O_RDONLY,00)	 ERR#2 'No such file or directory'
 *	1234   1 ls  mmap(0, 0x1000, 0x3, 0x1002, 0xffffffff, 0, 0) = 0x7f..
 *
 * The records are as plain as strace's: names without their versions
 * (__vfork14 is vfork, compat11.mmap is mmap, break is brk), mmap with six
 * arguments, paths in the place of their addresses, errors by their names.  A
 * thread that a log tells from others is a task of its own; tasks that it does
 * not tell apart are one, whose calls are joined by their names.
 */
#ifndef WL_BSDLOG_H
#define WL_BSDLOG_H

#include "calllog.h"

extern const struct wl_callformat wl_call_kdump, wl_call_truss, wl_call_ktruss;

/* => the beginning of a ktrace.out */
bool	wl_bsdlog_binary(const char *text, size_t len);

#endif /* WL_BSDLOG_H */
