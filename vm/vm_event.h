/*
 * Events: what the VM reports to the floors above, through one hook.
 *
 * An event is a plain record; sentences for people are made at the edge (see
 * sim/event_text).  Statistics (struct uvmexp) are counted where events are
 * made.  With no hook an event costs one test.
 */
#ifndef VM_EVENT_H
#define VM_EVENT_H

#include "pmap/types.h"

/*	kind, name in JSON, names of a, b and c (NULL: unused) */
#define VM_EVENTS(X)							\
	X(MAP,		"map",		"end",	"prot",	"object")	\
	X(MERGE,	"merge",	"end",	NULL,	NULL)		\
	X(CLIP,		"clip",		"end",	"at",	NULL)		\
	X(UNMAP,	"unmap",	"end",	NULL,	NULL)		\
	X(PROTECT,	"protect",	"end",	"prot",	"old")		\
	X(INHERIT,	"inherit",	"end",	"inherit", NULL)	\
	X(ADVICE,	"advice",	"end",	"advice", NULL)		\
	X(WIRE,		"wire",		"end",	NULL,	NULL)		\
	X(UNWIRE,	"unwire",	"end",	NULL,	NULL)		\
	X(FORK_ENTRY,	"fork_entry",	"end",	"inherit", "amap")	\
	X(FAULT,	"fault",	"access", NULL,	NULL)		\
	X(FAULT_FAIL,	"fault_fail",	"access", "errno", "prot")	\
	X(AMAP_COPY,	"amap_copy",	"from",	"to",	"slots")	\
	X(NEIGHBOUR,	"neighbour",	"frame", "layer", NULL)		\
	X(ANON,		"anon",		"anon",	"frame", "refs")	\
	X(ANON_COW,	"anon_cow",	"anon",	"frame", "new")		\
	X(OBJ,		"obj",		"object", "frame", "offset")	\
	X(PROMOTE_COPY,	"promote_copy",	"object", "frame", "new")	\
	X(PROMOTE_ZERO,	"promote_zero",	"anon",	"frame", NULL)		\
	X(PTE,		"pte",		"frame", "prot", "wired")	\
	X(PAGEIN,	"pagein",	"object", "frame", "offset")	\
	X(PAGEOUT,	"pageout",	"frame", "slot", "offset")	\
	X(FREE,		"free",		"frame", "object", NULL)	\
	X(NOMEM,	"nomem",	"what",	NULL,	NULL)		\
	X(PROMOTED,	"promoted",	"size",	NULL,	NULL)		\
	X(DEMOTED,	"demoted",	"size",	NULL,	NULL)		\
	X(SUPER_MAP,	"super_map",	"size",	NULL,	NULL)		\
	X(PROMOTE_FAIL,	"promote_fail",	"size",	NULL,	NULL)		\
	X(DEMOTE_FAIL,	"demote_fail",	"size",	NULL,	NULL)		\
	X(SUPER_ZERO,	"super_zero",	"size",	"frame", "pages")	\
	X(COLLAPSE,	"collapse",	"size",	"frame", "copied")	\
	X(RESERVE,	"reserve",	"size",	"frame", NULL)		\
	X(RESERVE_BREAK, "reserve_break", "size", "frame", "used")	\
	X(OOM_KILL,	"oom_kill",	"victim", "resident", "swapped") \
	X(SWAPIN,	"swapin",	"anon",	"frame", "slot")	\
	X(EVICT,	"evict",	"frame", "owner", "slot")	\
	X(REACTIVATE,	"reactivate",	"frame", NULL,	NULL)		\
	X(VICTIM,	"victim",	"frame", "slot", "dirty")	\
	X(DAEMON,	"daemon",	"free",	"target", "freed")	\
	X(SIGDANGER,	"sigdanger",	"free",	"level", "handled")	\
	X(SUSPEND,	"suspend",	"repages", "faults", NULL)	\
	X(RESUME,	"resume",	NULL,	NULL,	NULL)

enum vm_event_kind {
#define X(kind, name, a, b, c) VM_EVENT_##kind,
	VM_EVENTS(X)
#undef X
	VM_EVENT_NKINDS
};

struct vm_event {
	enum vm_event_kind kind;
	uint32_t	map_id;		/* id of the map; 0 none */
	vaddr_t		va;		/* where; 0 when nowhere */
	uint64_t	a, b, c;	/* as VM_EVENTS names them */
};

typedef void vm_event_fn(void *ctx, const struct vm_event *);

#endif /* VM_EVENT_H */
