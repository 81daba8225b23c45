/*
 * struct proc: a process, as far as its memory goes.
 */
#ifndef UVMSIM_OPENBSD_SYS_PROC_H
#define UVMSIM_OPENBSD_SYS_PROC_H

#include <sys/queue.h>

#include "param.h"

#include "../uvm/_kernel_types.h"
#include "ucred.h"

struct pgrp;
struct vmspace;

struct proc {
	_KPTR(struct proc) p_forw;
	_KPTR(struct proc) p_back;
	_KPTR(struct vmspace) p_vmspace;
	int		p_exitsig;
	int		p_flag;
	char		p_stat;		/* SRUN, ... */
	int32_t		p_pid;
	_KPTR(struct proc) p_pptr;	/* parent */
	char		p_comm[16 + 1];
	uint16_t	p_xstat;	/* wait(2) status */
};

#define SIDL	1
#define SRUN	2
#define SSLEEP	3
#define SSTOP	4
#define SZOMB	5

#endif /* UVMSIM_OPENBSD_SYS_PROC_H */
