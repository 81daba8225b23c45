/*
 * What clients of NetBSD and OpenBSD see by sysctl(3), in structures of ours:
 * their headers and the simulator's cannot be included together.
 */
#ifndef TESTS_UNIT_API_VMMETER_CLIENT_H
#define TESTS_UNIT_API_VMMETER_CLIENT_H

#include <stddef.h>
#include <stdint.h>

struct meter_look {
	uint64_t	vm, avm, rm, arm, free;
	size_t		size;		/* of the structure */
};

struct uvmexp_look {
	int64_t		pagesize, inactarg, nswapdev, swpginuse, swpgonly;
	int64_t		faults, pgswapout, pdfreed, anondirty, fltnoup;
	size_t		size;
};

/* => as sysctl; *len is oldlenp's */
int	meter_netbsd(struct meter_look *, size_t *len);
int	meter_openbsd(struct meter_look *, size_t *len);
int	uvmexp_netbsd(struct uvmexp_look *, size_t *len);

#endif /* TESTS_UNIT_API_VMMETER_CLIENT_H */
