/*
 * What a script is once it has been read: statements, operations, expressions.
 *
 *	wl_script -> wl_stmt -> wl_stmt -> ...		in the order of the text
 *	               |
 *	               +- wl_op: PROC: [NAME =] call or access
 *	               +- wl_expect: an op that must fail, or two measures
 *
 * Everything lives in the script's arena and is constant once read.  Names,
 * constants and addresses are looked up when a statement runs, because they
 * depend on the process and its personality.
 */
#ifndef WL_SCRIPT_AST_H
#define WL_SCRIPT_AST_H

#include "script.h"

/* -------------------------------------------------------- expressions ---- */

/*
 * Expressions are kept in postfix order, so that evaluating them needs a small
 * stack and no recursion.
 */
enum wl_op_code {
	WL_X_NUM,		/* push num */
	WL_X_NAME,		/* push a result's name, or a constant */
	WL_X_WORD,		/* push a constant by its friendly word */
	WL_X_MACRO,		/* MAP_ALIGNED(n) and its like: replace top */
	WL_X_NEG, WL_X_NOT,	/* replace top */
	WL_X_ADD, WL_X_SUB, WL_X_MUL, WL_X_OR	/* replace top two */
};

struct wl_node {
	uint8_t		code;		/* WL_X_* */
	uint8_t		family;		/* WORD: enum wl_family */
	uint32_t	col;
	union {
		uint64_t	num;
		const char     *name;
	};
};

#define WL_EXPR_DEPTH	32		/* open parentheses, unary operators */
#define WL_EXPR_STACK	(3 * WL_EXPR_DEPTH + 4)

struct wl_expr {
	const struct wl_node *node;
	uint32_t	n;		/* 0: not given */
};

/* Families of constants: which prefix a friendly word stands without. */
enum wl_family {
	WL_F_PROT, WL_F_MAP, WL_F_MADV, WL_F_POSIX_MADV, WL_F_INHERIT,
	WL_F_MS, WL_F_MCL, WL_F_MLOCK, WL_F_MREMAP, WL_F_IPC, WL_F_SHM,
	WL_F_OPEN, WL_F_MFD, WL_F_LIMIT, WL_F_SWAPON, WL_F_SWAPCTL, WL_F_NONE
};

/* --------------------------------------------------------- operations ---- */

enum wl_pattern_kind { WL_P_SEQ, WL_P_STRIDE, WL_P_RAND, WL_P_ZIPF,
    WL_P_CHASE };

struct wl_pattern {
	uint8_t		kind;		/* enum wl_pattern_kind */
	uint32_t	skew;		/* zipf: exponent in 1/65536 */
	uint64_t	count;		/* references; 0: one a place */
	uint64_t	by;		/* bytes between places; 0: a page */
	uint64_t	seed;		/* 0: the machine's */
};

struct wl_access {
	vm_prot_t	type;		/* VM_PROT_READ, _WRITE or _EXEC */
	struct wl_pattern *pattern;	/* NULL: each page once, upwards */
	struct wl_expr	addr, len;
};

struct wl_call {
	enum sim_sysno	no;
	bool		friendly;	/* in words: the order is ours */
	const char     *str;		/* name or path, or NULL */
	const char     *file;		/* mmap: file to open for the call */
	struct wl_expr	arg[6];
	struct wl_expr	pid;		/* fork: the child's */
};

struct wl_op {
	const char     *proc;
	const char     *result;		/* NAME =, or NULL */
	uint32_t	col;		/* of the call */
	struct wl_call *call;		/* one of the two */
	struct wl_access *access;
};

/* ------------------------------------------------------- expectations ---- */

struct wl_measure;			/* measure.h */

struct wl_side {			/* PROC WHAT ... or a value */
	const struct wl_measure *measure; /* NULL: a value */
	const char     *proc;		/* NULL: the machine */
	const char     *name;		/* counter; other process; path */
	const char     *device;		/* machine disk, swap: its name */
	bool		disk;		/* of those: disk */
	struct wl_expr	addr, len;	/* or, of a value, addr alone */
};

enum wl_compare { WL_EQ, WL_NE, WL_LT, WL_LE, WL_GT, WL_GE };

struct wl_expect {
	struct wl_op	op;		/* op.proc NULL: two sides */
	const char     *fails;		/* error, "" any; NULL: returns */
	struct wl_expr	returns;
	struct wl_side	left, right;
	enum wl_compare	compare;
};

/* --------------------------------------------------------- statements ---- */

enum wl_stmt_kind { WL_S_MACHINE, WL_S_SPAWN, WL_S_FILE, WL_S_OP,
    WL_S_REPEAT, WL_S_END, WL_S_EXPECT, WL_S_SHOW, WL_S_EXPLAIN, WL_S_SET,
    WL_S_KVA, WL_S_MOUNT, WL_S_NAMECACHE, WL_S_IOERROR, WL_S_SAMPLE };

struct wl_spawn {
	const char     *name;
	const struct sim_personality *personality;	/* NULL: machine's */
	int		pid;		/* 0: next */
	const char     *image;		/* path; NULL: stand-in; "" : none */
	bool		limited[SIM_NLIMITS];
	struct sim_rlimit limit[SIM_NLIMITS];
};

struct wl_field;			/* set.c */

struct wl_set {
	const char     *proc;		/* NULL: a tunable of the machine */
	const struct wl_field *field;
	struct wl_expr	va, value;	/* va: of maxprot */
	size_t		tunable;	/* its row, without a process */
	uint64_t	number;
};

struct wl_kva {
	const char     *proc, *path;	/* one of the two */
	uint8_t		what;		/* of the process (set.c) */
	struct wl_expr	va, addr;
};

struct wl_show_kind;			/* show.h */

struct wl_file {
	const char     *path;
	uint64_t	size;		/* bytes */
	bool		have_dev, have_ino;
	bool		block;		/* a block device */
	uint8_t		disk;		/* of that: row of sim_disk_kinds */
	uint32_t	dev, ino;
};

struct sim_fstype;
struct wl_ioerror {
	const char     *device;		/* files, swap, or a swap device's */
	enum vm_io_kind	kind;
	uint64_t	n;		/* 1: the next one; 0: none */
};

struct wl_mount {
	const char     *dir;
	const struct sim_fstype *type;
	uint32_t	dev;
};

#define WL_SHOW_MAXWORDS 16

struct wl_show {
	const struct wl_show_kind *kind;
	const char     *proc, *path;	/* one of the two, or neither */
	struct wl_expr	addr, len;
	struct { const char *text; bool is_proc; } word[WL_SHOW_MAXWORDS];
	int		nwords;		/* of a tool */
};

struct wl_stmt {
	struct wl_stmt *next;
	uint32_t	line, col;
	uint8_t		kind;		/* enum wl_stmt_kind */
	const char     *text;		/* as written; NULL where not needed */
	union {
		struct wl_spawn *spawn;
		struct wl_explain *explain;
		struct wl_file *file;
		struct wl_mount *mount;
		struct wl_ioerror *ioerror;
		struct { const char *path; bool drop; } name;
		struct wl_op   *op;
		struct { struct wl_stmt *end; uint64_t n; } repeat;
		struct wl_expect *expect;
		struct wl_show *show;
		struct wl_set  *set;
		struct wl_kva  *kva;
		struct { bool now; uint64_t every; } sample;
	};
};

/* explain [PROCESS] [full]; explain on | faults | failures [full], off */
enum wl_explain_what { WL_EXPLAIN_OFF, WL_EXPLAIN_ON, WL_EXPLAIN_FAULTS,
    WL_EXPLAIN_FAILURES, WL_EXPLAIN_LAST };
struct wl_explain {
	uint8_t		what;		/* enum wl_explain_what */
	bool		full;
	const char     *proc;		/* LAST: whose; NULL: anybody's */
};

struct wl_chunk;			/* of the arena */
struct wl_string;			/* a name that was met */

struct wl_script {
	const char     *path;
	struct wl_stmt *first;
	const char    **pairs;		/* machine KEY=VALUE */
	size_t		npairs;
	struct wl_chunk *chunks;
	struct wl_string *strings;
};

#endif /* WL_SCRIPT_AST_H */
