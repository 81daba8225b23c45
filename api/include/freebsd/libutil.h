/*
 * <libutil.h> for programs written for FreeBSD: what a process has mapped, what
 * processes there are, which objects the kernel has.
 *
 * Each call gives an array that the caller frees with free(3), or NULL and
 * errno as sysctl(3) has it.  Needs <sys/types.h> and <sys/user.h>.
 */
#ifndef UVMSIM_FREEBSD_LIBUTIL_H
#define UVMSIM_FREEBSD_LIBUTIL_H
#pragma GCC system_header

#include <sys/types.h>

struct kinfo_proc;
struct kinfo_vmentry;
struct kinfo_vmobject;

#define kinfo_getvmmap		uvmsim_freebsd_kinfo_getvmmap
#define kinfo_getvmobject	uvmsim_freebsd_kinfo_getvmobject
#define kinfo_getswapvmobject	uvmsim_freebsd_kinfo_getswapvmobject
#define kinfo_getproc		uvmsim_freebsd_kinfo_getproc
#define kinfo_getallproc	uvmsim_freebsd_kinfo_getallproc

#ifdef __cplusplus
extern "C" {
#endif

struct kinfo_vmentry *kinfo_getvmmap(pid_t, int *);
struct kinfo_vmobject *kinfo_getvmobject(int *);
struct kinfo_vmobject *kinfo_getswapvmobject(int *);
struct kinfo_proc *kinfo_getproc(pid_t);
struct kinfo_proc *kinfo_getallproc(int *);

#ifdef __cplusplus
}
#endif

#endif /* UVMSIM_FREEBSD_LIBUTIL_H */
