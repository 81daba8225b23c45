/*
 * struct __kvm: what kvm_openfiles(3) gives, for whichever system asks.
 *
 * Every call takes a NULL handle for one that was never opened and fails.  A
 * handle on the thread's current machine belongs to that thread, and is of no
 * use any more when the machine has been let go (api_serial()).
 */
#ifndef API_KVM_HANDLE_H
#define API_KVM_HANDLE_H

#include "kernel.h"

#define KVM_ERRLEN	2048		/* _POSIX2_LINE_MAX */
#define KVM_MAXELEM	65536u		/* bytes of an element (getproc2) */

struct kvm_named {			/* a line of a name list */
	char	       *name;
	uint64_t	addr;
	char		type;
};

struct __kvm {
	struct kvm_view view;
	bool		owned;		/* the machine was made here */
	bool		junk;		/* opened, but it is no dump; the
					   machine is there for its names */
	uint64_t	serial;		/* of the thread's machine */
	bool		listed;		/* a name list was given */
	bool		badlist;	/* -N: no name list at all */
	struct kvm_named *list;
	size_t		nlist;
	void	       *procs;		/* of the last kvm_getprocs() */
	char		err[KVM_ERRLEN];
};

struct kvm_request {
	const struct kvm_layout *narrow, *wide;	/* 32 bits, 64 bits */
	bool		own_width;	/* refuse kernels of other widths */
	const char     *execfile, *corefile;	/* or NULL */
	int		flags;		/* of open(2) */
	char	       *errbuf;		/* KVM_ERRLEN bytes, or NULL */
};

/* => NULL, with the reason in errbuf */
struct __kvm *kvm_handle_open(const struct kvm_request *);
/* The same; the reason goes to stderr, behind errstr, unless that is NULL. */
struct __kvm *kvm_handle_open_telling(const struct kvm_request *,
	    const char *errstr);
int	kvm_handle_close(struct __kvm *);	/* => 0; -1 and EINVAL */
char   *kvm_handle_err(struct __kvm *);		/* never NULL */
/* Set the error text. => -1 */
int	kvm_handle_fail(struct __kvm *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* => bytes read; fewer than len: "short read"; -1, with the error set */
ssize_t	kvm_handle_read(struct __kvm *, uint64_t addr, void *buf, size_t len);
ssize_t	kvm_handle_write(struct __kvm *);	/* => -1, read only */
/* Is there a list of names to be looked up in?  given: one to be filled. => 0;
 * -1, with the error set */
int	kvm_handle_namelist(struct __kvm *, bool given);
/* => false: there is no such name, and nothing is set */
bool	kvm_handle_symbol(const struct __kvm *, const char *name,
	    unsigned char *type, uint64_t *value);
/*
 * Processes that op and arg choose, by rising pid, each in elemsize bytes (0:
 * as many as the structure has).  => an array, valid until the next call, and
 * *n; NULL, with the error set
 */
void   *kvm_handle_procs(struct __kvm *, int op, int arg, size_t elemsize,
	    int *n);
/*
 * The name under /dev of a device of the thread's current machine.
 * => valid until the next call; NULL: none
 */
char   *kvm_handle_devname(uint32_t dev);

#endif /* API_KVM_HANDLE_H */
