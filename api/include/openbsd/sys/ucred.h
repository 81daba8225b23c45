/*
 * struct ucred: who a process is.
 */
#ifndef UVMSIM_OPENBSD_SYS_UCRED_H
#define UVMSIM_OPENBSD_SYS_UCRED_H

#include "../uvm/_kernel_types.h"

struct ucred {
	unsigned int	cr_ref;
	uint32_t	cr_uid;		/* effective */
	uint32_t	cr_gid;
	short		cr_ngroups;
	uint32_t	cr_groups[16];	/* NGROUPS there */
};

struct pcred {
	uint32_t	p_ruid, p_svuid;
	uint32_t	p_rgid, p_svgid;
	int		p_refcnt;
};

#endif /* UVMSIM_OPENBSD_SYS_UCRED_H */
