/*
 * struct proc: a process, as far as its memory goes.
 */
#ifndef UVMSIM_NETBSD_SYS_PROC_H
#define UVMSIM_NETBSD_SYS_PROC_H

#include <sys/queue.h>

#include "param.h"

#include "../uvm/_kernel_types.h"

struct vmspace;

struct proc {
	_KPTR(struct proc) p_list_next;
	_KPTR(struct proc) p_list_prev;
	_KPTR(struct vmspace) p_vmspace;
	int		p_exitsig;
	int		p_flag;
	char		p_stat;		/* SACTIVE, ... */
	int32_t		p_pid;
	_KPTR(struct proc) p_pptr;	/* parent */
	char		p_comm[MAXCOMLEN + 1];
	uint16_t	p_xstat;	/* wait(2) status */
};

#define SIDL	1
#define SACTIVE	2
#define SDYING	3
#define SSTOP	4
#define SZOMB	5

#endif /* UVMSIM_NETBSD_SYS_PROC_H */
