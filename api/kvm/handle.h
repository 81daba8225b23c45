/*
 * struct __kvm: what kvm_openfiles(3) gives, for whichever system asks.
 */
#ifndef API_KVM_HANDLE_H
#define API_KVM_HANDLE_H

#include "kernel.h"

#define KVM_ERRLEN	2048		/* _POSIX2_LINE_MAX */

struct kvm_named {			/* a line of a name list */
	char	       *name;
	uint64_t	addr;
	char		type;
};

struct __kvm {
	struct kvm_view view;
	const struct kvm_layout *narrow, *wide;	/* the system's */
	bool		owned;		/* the machine was loaded here */
	bool		junk;		/* opened, but it is no dump */
	uint64_t	serial;		/* of the thread's machine */
	struct kvm_named *list;		/* -N, or NULL */
	size_t		nlist;
	void	       *procs;		/* of the last kvm_getprocs() */
	char		err[KVM_ERRLEN];
};

/* => NULL, with the reason in errbuf (KVM_ERRLEN bytes, or NULL) */
struct __kvm *kvm_handle_open(const char *execfile, const char *corefile,
	    const struct kvm_layout *narrow, const struct kvm_layout *wide,
	    char *errbuf);
int	kvm_handle_close(struct __kvm *);
/* Kernel memory that this thread has opened last, for devname(3); or NULL. */
struct __kvm *kvm_handle_last(void);
/* Set the error text. => -1 */
int	kvm_handle_fail(struct __kvm *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* => 0; -1: the machine is gone, or what was opened is no dump */
int	kvm_handle_ready(struct __kvm *);
/* => len; less: "short read"; -1, with the error set */
ssize_t	kvm_handle_read(struct __kvm *, uint64_t addr, void *buf, size_t len);
/* => address; 0: no such name */
uint64_t kvm_handle_symbol(const struct __kvm *, const char *name, char *type);

/*
 * Processes that op and arg choose, by rising pid, each rendered into kd->procs
 * size bytes apart.  => 0 and *n; -1
 */
int	kvm_handle_procs(struct __kvm *, int op, int arg, int *n);

#endif /* API_KVM_HANDLE_H */
