/*
 * Rows of the sysctl tree, for the files that are its tables.
 *
 *	GROUP NUMBERS	a node with children; one whose handler takes numbers
 *	STRUCT TEXT	an opaque value; a constant text
 *	CONST SUM EACH	a constant; a number computed, of the machine or of one
 *	MEMBER SWITCH	of several things alike; a word of struct machine
 */
#ifndef API_FREEBSD_TREE_H
#define API_FREEBSD_TREE_H

#include "api/include/freebsd/sys/sysctl.h"

#include "sysctl.h"

#define RD CTLFLAG_RD
#define RW CTLFLAG_RW
#define AUTO SYSCTL_AUTO
#define END \
	{ \
		.name = NULL \
	}

/* A group; may have a handler that takes numbers without names. */
#define GROUP(num, nm, sub, what) \
	{ \
		.number = (num), .name = (nm), .kind = CTLTYPE_NODE | RW, \
		.format = "N", .about = (what), .child = (sub) \
	}
#define NUMBERS(num, nm, fn, flag, what) \
	{ \
		.number = (num), .name = (nm), .kind = CTLTYPE_NODE | (flag), \
		.format = "N", .about = (what), .handler = (fn) \
	}
#define STRUCT(num, nm, fmt, fn, what) \
	{ \
		.number = (num), .name = (nm), .kind = CTLTYPE_OPAQUE | RD, \
		.format = (fmt), .about = (what), .handler = (fn) \
	}
#define TEXT(num, nm, what, value) \
	{ \
		.number = (num), .name = (nm), .kind = CTLTYPE_STRING | RD, \
		.format = "A", .about = (what), .handler = sysctl_value, \
		.source = SYSCTL_TEXT, .text = (value) \
	}
#define CONST(num, nm, type, fmt, what, value) \
	{ \
		.number = (num), .name = (nm), .kind = (type) | RD, \
		.format = (fmt), .about = (what), .handler = sysctl_value, \
		.source = SYSCTL_CONST, .constant = (value) \
	}
#define MEMBER(num, nm, type, fmt, what, member) \
	{ \
		.number = (num), .name = (nm), .kind = (type), \
		.format = (fmt), .about = (what), .handler = sysctl_value, \
		.source = SYSCTL_MEMBER, \
		.offset = offsetof(struct machine, member) \
	}
#define SUM(num, nm, type, fmt, what, fn) \
	{ \
		.number = (num), .name = (nm), .kind = (type) | RD, \
		.format = (fmt), .about = (what), .handler = sysctl_value, \
		.source = SYSCTL_SUM, .sum = (fn) \
	}
#define SWITCH(num, nm, what, tunable) \
	MEMBER(num, nm, CTLTYPE_INT | RW, "I", what, tunables.tunable)
#define UINT(num, nm, what, member) \
	MEMBER(num, nm, CTLTYPE_UINT | RD, "IU", what, vm.exp.member)
#define UINT_SUM(num, nm, what, fn) SUM(num, nm, CTLTYPE_UINT, "IU", what, fn)
#define UINT_0(nm, what) CONST(AUTO, nm, CTLTYPE_UINT, "IU", what, 0)
#define COUNTER(nm, what, member) \
	MEMBER(AUTO, nm, CTLTYPE_U64 | RD, "QU", what, vm.member)
#define COUNTER_SUM(nm, what, fn) SUM(AUTO, nm, CTLTYPE_U64, "QU", what, fn)
#define COUNTER_0(nm, what) CONST(AUTO, nm, CTLTYPE_U64, "QU", what, 0)
#define EACH(nm, type, fmt, what, fn, i) \
	{ \
		.number = AUTO, .name = (nm), .kind = (type) | RD, \
		.format = (fmt), .about = (what), .handler = sysctl_value, \
		.source = SYSCTL_EACH, .each = (fn), .index = (i) \
	}
#define UINT_EACH(nm, what, fn, i) EACH(nm, CTLTYPE_UINT, "IU", what, fn, i)
#define INT_EACH(nm, what, fn, i) EACH(nm, CTLTYPE_INT, "I", what, fn, i)
#define COUNTER_EACH(nm, what, fn, i) EACH(nm, CTLTYPE_U64, "QU", what, fn, i)
/* A group that is there for some machines only. */
#define GROUP_IF(nm, sub, what, test, i) \
	{ \
		.number = AUTO, .name = (nm), .kind = CTLTYPE_NODE | RW, \
		.format = "N", .about = (what), .child = (sub), \
		.present = (test), .index = (i) \
	}

/* A constant of the page daemon, where there is FreeBSD's. */
#define INT_FBSD(nm, what, value) \
	{ \
		.number = AUTO, .name = (nm), .kind = CTLTYPE_INT | RD, \
		.format = "I", .about = (what), .handler = sysctl_value, \
		.source = SYSCTL_CONST, .constant = (value), \
		.present = sysctl_has_fbsd \
	}

/* tree_sizes.c */
extern const struct sysctl_node api_freebsd_vm_domain[], api_freebsd_vm_pmap[],
    api_freebsd_vm_reserv[];

#endif /* API_FREEBSD_TREE_H */
