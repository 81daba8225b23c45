/*
 * <sys/vmmeter.h> for programs written for FreeBSD: struct vmtotal, the content
 * of vm.vmtotal.  Sizes in pages.
 */
#ifndef UVMSIM_FREEBSD_SYS_VMMETER_H
#define UVMSIM_FREEBSD_SYS_VMMETER_H
#pragma GCC system_header

#include <stdint.h>

struct vmtotal {
	uint64_t	t_vm;		/* virtual memory */
	uint64_t	t_avm;		/* of that, active */
	uint64_t	t_rm;		/* real memory in use */
	uint64_t	t_arm;		/* of that, active */
	uint64_t	t_vmshr;	/* shared virtual memory */
	uint64_t	t_avmshr;	/* of that, active */
	uint64_t	t_rmshr;	/* shared real memory */
	uint64_t	t_armshr;	/* of that, active */
	uint64_t	t_free;		/* free pages */
	int16_t		t_rq;		/* threads that could run */
	int16_t		t_dw;		/* in disk wait */
	int16_t		t_pw;		/* in page wait */
	int16_t		t_sl;		/* sleeping */
	int16_t		t_sw;		/* swapped out */
	uint16_t	t_pad[3];
};

#endif /* UVMSIM_FREEBSD_SYS_VMMETER_H */
