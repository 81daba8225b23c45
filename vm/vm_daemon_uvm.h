/*
 * NetBSD's page daemon (uvm_pdaemon, uvm_pdpolicy clock; reference 7.3-7.6).
 *
 *	active --deactivated, A cleared--> inactive --from the head-->
 *		<--referenced, or its kind is to be kept--   clean: freed
 *							     dirty: written,
 *							     then freed
 *
 * U1  the percentages are 0 .. 100, the minimums together no more than 95.
 */
#ifndef VM_DAEMON_UVM_H
#define VM_DAEMON_UVM_H

#include "pmap/types.h"

struct vm;

/* Kinds of pages that are balanced against each other. */
enum vm_uvm_kind { VM_UVM_ANON, VM_UVM_FILE, VM_UVM_EXEC, VM_UVM_NKINDS };

struct vm_uvm {				/* vm->pageout.state */
	/* Percent of active + inactive + free pages: a kind that has no more
	   than its minimum is kept, one beyond its maximum goes first. */
	uint32_t	min[VM_UVM_NKINDS];	/* vm.anonmin and others */
	uint32_t	max[VM_UVM_NKINDS];	/* vm.anonmax and others */
	uint32_t	inactive;	/* vm.inactivepct, of all on queues */
	uint64_t	inactarg;	/* by the last run; policy-private */
	uint64_t	react[VM_UVM_NKINDS];	/* kept by kind: reactanon,
						   reactfile, reactexec */
	uint64_t	dirtyreacts;	/* kept dirty, for want of a slot */
	uint64_t	vain;		/* frames that were free after a run
					   that freed none; else UINT64_MAX */
};

/* => 0; EINVAL: not as U1 says (nothing changed) */
int	vm_uvm_set(struct vm *, const uint32_t min[VM_UVM_NKINDS],
	    const uint32_t max[VM_UVM_NKINDS], uint32_t inactive);

#endif /* VM_DAEMON_UVM_H */
