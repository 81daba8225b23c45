/*
 * struct nlist, for kvm_nlist(3).
 */
#ifndef UVMSIM_OPENBSD_NLIST_H
#define UVMSIM_OPENBSD_NLIST_H

#include <stdint.h>

struct nlist {
	union {
		char   *n_name;		/* NULL or "" ends a list */
		long	n_strx;
	}		n_un;
#define n_name	n_un.n_name
	unsigned char	n_type;		/* 0: not found */
	char		n_other;
	short		n_desc;
	uint64_t	n_value;	/* of any kernel, in any program */
};

#define N_UNDF	0x00
#define N_EXT	0x01
#define N_ABS	0x02
#define N_TEXT	0x04
#define N_DATA	0x06
#define N_BSS	0x08

#endif /* UVMSIM_OPENBSD_NLIST_H */
