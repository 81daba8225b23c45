/*
 * <sys/vmmeter.h> for programs written for OpenBSD: struct vmtotal, what
 * sysctl(3) gives for CTL_VM, VM_METER.  Sizes in pages.
 */
#ifndef UVMSIM_OPENBSD_SYS_VMMETER_H
#define UVMSIM_OPENBSD_SYS_VMMETER_H
#pragma GCC system_header

#include <stdint.h>

struct vmtotal {
	uint16_t	t_rq;		/* could run */
	uint16_t	t_dw;		/* wait for a disk */
	uint16_t	t_pw;		/* wait for a page */
	uint16_t	t_sl;		/* sleep */
	uint16_t	t_sw;		/* swapped out */
	uint32_t	t_vm;		/* frames in use, and slots of swap */
	uint32_t	t_avm;		/* active pages, and slots of swap */
	uint32_t	t_rm;		/* frames in use */
	uint32_t	t_arm;		/* active pages */
	uint32_t	t_vmshr;	/* always 0, as the next three */
	uint32_t	t_avmshr;
	uint32_t	t_rmshr;
	uint32_t	t_armshr;
	uint32_t	t_free;		/* free pages */
};

#define VM_METER	1

#endif /* UVMSIM_OPENBSD_SYS_VMMETER_H */
