/*
 * <sys/vmmeter.h> for programs written for NetBSD: struct vmtotal, what
 * sysctl(3) gives for CTL_VM, VM_METER.  Sizes in pages.
 */
#ifndef UVMSIM_NETBSD_SYS_VMMETER_H
#define UVMSIM_NETBSD_SYS_VMMETER_H
#pragma GCC system_header

#include <stdint.h>

struct vmtotal {
	int16_t		t_rq;		/* could run */
	int16_t		t_dw;		/* wait for a disk */
	int16_t		t_pw;		/* wait for a page */
	int16_t		t_sl;		/* sleep */
	int16_t		t_sw;		/* swapped out */
	int32_t		t_vm;		/* frames in use, and slots of swap */
	int32_t		t_avm;		/* active pages, and slots of swap */
	int32_t		t_rm;		/* frames in use */
	int32_t		t_arm;		/* active pages */
	int32_t		t_vmshr;	/* always 0, as the next three */
	int32_t		t_avmshr;
	int32_t		t_rmshr;
	int32_t		t_armshr;
	int32_t		t_free;		/* free pages */
};

#define VM_METER	1

#endif /* UVMSIM_NETBSD_SYS_VMMETER_H */
