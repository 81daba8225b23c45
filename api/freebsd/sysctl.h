/*
 * sysctl(3) of FreeBSD: a tree of values, asked by numbers or by name.
 *
 *	{ 1, 14, 32, 42 }  ->  kern -> proc -> vmmap, and { 42 } for its handler
 *
 * The tree is data (tree.c): a node has a number and a name among its siblings,
 * and either children, or a handler that writes the value and takes a new one.
 * Numbers of SYSCTL_AUTO are given by the node's place (CTL_AUTO_START and on),
 * as a kernel gives them at boot.
 *
 * What some machines lack has a test (present); where it fails the node is not
 * there, neither by number nor by name nor in a walk.
 *
 * A handler copies out through sysctl_out(), which keeps the rules of partial
 * copies, and in through sysctl_in().  All memory of the caller's is touched by
 * api/copy.h, so that bad pointers are EFAULT.
 */
#ifndef API_FREEBSD_SYSCTL_H
#define API_FREEBSD_SYSCTL_H

#include "api/context.h"

struct sysctl_node;

#define SYSCTL_AUTO	(-1)

struct sysctl_req {
	struct machine *m;
	const struct sysctl_node *node;
	const int      *arg;		/* numbers behind the node's own */
	unsigned	narg;
	char	       *old;		/* NULL: the size is asked for */
	size_t		oldlen;		/* bytes at old */
	size_t		oldidx;		/* bytes put out, kept or not */
	const char     *new;		/* NULL: nothing to set */
	size_t		newlen;
};

/* => 0 or errno */
typedef int sysctl_handler(struct sysctl_req *);

/*
 * Where a plain value comes from: its handler is sysctl_value().  Machine and
 * statistics are read at `offset' of struct machine, as 64-bit words.
 */
enum sysctl_source {
	SYSCTL_NONE,			/* a handler of its own */
	SYSCTL_CONST,			/* constant */
	SYSCTL_MEMBER,			/* uint64_t at offset */
	SYSCTL_SUM,			/* computed by sum() */
	SYSCTL_EACH,			/* computed by each(), for index */
	SYSCTL_TEXT			/* text */
};

struct sysctl_node {
	const char     *name;		/* a component; NULL ends a table */
	int		number;		/* SYSCTL_AUTO: by place */
	uint32_t	kind;		/* CTLTYPE_*, CTLFLAG_* */
	const char     *format;		/* as CTL_SYSCTL_OIDFMT gives it */
	const char     *about;		/* one line, no full stop */
	const struct sysctl_node *child; /* a group, or NULL */
	sysctl_handler *handler;	/* NULL: a group and nothing else */
	enum sysctl_source source;
	uint64_t	constant;
	size_t		offset;
	uint64_t      (*sum)(struct machine *);
	const char     *text;
	unsigned	index;		/* which of several alike */
	uint64_t      (*each)(struct machine *, unsigned index);
	/* NULL: on every machine */
	bool	      (*present)(const struct machine *, unsigned index);
};

extern const struct sysctl_node api_freebsd_sysctls[];	/* top level */

/* ---- for handlers ---- */

/* => 0; ENOMEM: not all fits, what does has been copied; EFAULT */
int	sysctl_out(struct sysctl_req *, const void *, size_t len);
/* => 0 and *value if there is a new one; EINVAL: too short; EFAULT */
int	sysctl_in(struct sysctl_req *, void *value, size_t len);
/* Handler of all rows with a source. */
sysctl_handler sysctl_value;
/* May the caller do what only root may? */
bool	sysctl_is_root(void);

/* ---- the tree ---- */

#define SYSCTL_MAXNAME	128		/* bytes of a dotted name, with NUL */

static inline bool
sysctl_is_there(const struct machine *m, const struct sysctl_node *node)
{
	return node->present == NULL || node->present(m, node->index);
}

/* Number of a node; level is the table that it stands in. */
int	sysctl_number(const struct sysctl_node *level,
	    const struct sysctl_node *);
/*
 * Node of the numbers, as far as they lead; *used of them belong to it.
 * => 0; ENOENT; ENOTDIR: a value has no such name below it
 */
int	sysctl_find(const struct machine *, const int *mib, unsigned n,
	    const struct sysctl_node **, unsigned *used);
/* => 0, mib[CTL_MAXNAME] and *n; ENOENT */
int	sysctl_byname(const struct machine *, const char *name, int *mib,
	    unsigned *n);

/* kern.proc.*, hw.*, vm.*: sysctl_proc.c, sysctl_vm.c, sysctl_sizes.c,
 * sysctl_paging.c, objects.c */
sysctl_handler sysctl_proc_all, sysctl_proc_pid, sysctl_proc_vmmap,
    sysctl_proc_pathname, sysctl_proc_layout;
sysctl_handler sysctl_machine, sysctl_machine_arch, sysctl_pagesizes,
    sysctl_vmtotal, sysctl_partpopq;
sysctl_handler sysctl_objects, sysctl_swap_objects;
sysctl_handler sysctl_swap_info, sysctl_oom_seq;
/* The tree about itself: sysctl_meta.c */
sysctl_handler sysctl_meta_name, sysctl_meta_next, sysctl_meta_oid,
    sysctl_meta_format, sysctl_meta_about;

#endif /* API_FREEBSD_SYSCTL_H */
