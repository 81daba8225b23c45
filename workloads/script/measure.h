/*
 * What an expectation can look at: one row a measure.
 */
#ifndef WL_SCRIPT_MEASURE_H
#define WL_SCRIPT_MEASURE_H

#include "ast.h"

struct wl_sampler;

enum wl_args { WL_A_NONE, WL_A_ADDR, WL_A_RANGE, WL_A_MAYBE_RANGE,
    WL_A_PROC_RANGE, WL_A_VALUE };

/* How a value is written and read. */
enum wl_unit { WL_U_NUMBER, WL_U_ADDRESS, WL_U_PROT, WL_U_INHERIT,
    WL_U_ADVICE, WL_U_ERRNO, WL_U_TAG, WL_U_QUEUE, WL_U_SIGNAL };

struct wl_at {				/* where to look */
	struct machine *m;
	struct process *p;		/* may have exited */
	struct process *other;		/* PROC_RANGE */
	vaddr_t		va;		/* ADDR, RANGE; VALUE: the value */
	vsize_t		len;		/* 0: not given */
	int		err;		/* of the process's last operation */
	const struct wl_sampler *sampler;
};

struct wl_measure {
	const char     *name;
	const char     *second;		/* refs anon: "anon"; or NULL */
	uint8_t		args;		/* enum wl_args */
	uint8_t		unit;		/* enum wl_unit */
	/* => NULL and *value, or why there is no value */
	const char   *(*get)(const struct wl_at *, uint64_t *value);
};

extern const struct wl_measure wl_measures[];	/* ends with a NULL name */
extern const size_t wl_nmeasures;
/* A machine's counter; name NULL rows of its own. */
extern const struct wl_measure wl_counter;

/* A value in words: "4", "rw-", "share", "ENOMEM", "0x1000". */
void	wl_value_text(enum wl_unit, uint64_t, char *buf, size_t len);
/* => true: word is a value of this unit (not a number) */
bool	wl_value_word(enum wl_unit, const char *word, uint64_t *value);

#endif /* WL_SCRIPT_MEASURE_H */
