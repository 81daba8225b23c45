/*
 * The kernel's text and variables, and their names.
 */
#include "kernel.h"

#include <string.h>

const struct kvm_symbol kvm_symbols[] = {
	{ "kernel_text", 'T', KVM_T_KERNEL_TEXT },
	{ "uvm_vnodeops", 'R', KVM_T_VNODEOPS },
	{ "uvm_deviceops", 'R', KVM_T_DEVICEOPS },
	{ "aobj_pager", 'R', KVM_T_AOBJ },
	{ "phys_pager", 'R', KVM_T_PHYS },
	{ "ubc_pager", 'R', KVM_T_UBC },
	{ "nchash", 'D', KVM_D_NCHASH },
	{ "nchashtbl", 'D', KVM_D_NCHASHTBL },
	{ "kernel_map", 'D', KVM_D_KERNEL_MAP },
	{ "maxsmap", 'D', KVM_D_MAXSMAP },
	{ "uvmsim_ptrsize", 'D', KVM_D_PTRSIZE },
	{ "kmem_map", 'D', KVM_D_SUBMAP },
	{ "pager_map", 'D', KVM_D_SUBMAP + 1 },
	{ "exec_map", 'D', KVM_D_SUBMAP + 2 },
	{ "phys_map", 'D', KVM_D_SUBMAP + 3 },
	{ NULL, 0, 0 },
};

/*
 * Text begins where the kernel's half does on a 64-bit machine: all vnodes lie
 * above, as readers of the name cache expect it.
 */
uint64_t
kvm_text(const struct machine *m, uint32_t id)
{
	if (id == KVM_T_KERNEL_TEXT)
		return m->config.arch->ptr_size == 8 ?
		    m->config.arch->kernel_min :
		    sim_kva(m, SIM_KVA_TEXT, 1) - sim_kva_size(m, SIM_KVA_TEXT);
	return sim_kva(m, SIM_KVA_TEXT, id);
}

uint64_t
kvm_symbol_addr(const struct machine *m, const struct kvm_symbol *s)
{
	return s->type == 'D' ? sim_kva(m, SIM_KVA_DATA, s->id) :
				kvm_text(m, s->id);
}

/*
 * The largest stack that a process may have: what a script has set, or what the
 * layouts of the processes reserve.
 */
static uint64_t
maxsmap(const struct machine *m)
{
	const struct process *p, *next;
	uint64_t most = 0;

	if (m->tunables.maxsmap != 0)
		return m->tunables.maxsmap;
	HASH_ITER(hh, m->procs, p, next)
		if (p->vmspace != NULL && p->pid != 0 &&
		    p->vmspace->vm_minsaddr - p->vmspace->vm_maxsaddr > most)
			most = p->vmspace->vm_minsaddr -
			    p->vmspace->vm_maxsaddr;
	return most != 0 ? most : (uint64_t)32 << 20;
}

/* The variable's value, and its size in bytes. */
static uint64_t
variable(const struct kvm_view *v, uint32_t id, size_t *size)
{
	const struct machine *m = v->m;

	*size = v->layout->ptrsize;
	switch (id) {
	case KVM_D_NCHASH: return KVM_NCHASH;
	case KVM_D_NCHASHTBL: return sim_kva(m, SIM_KVA_DATA, KVM_D_TABLE);
	case KVM_D_KERNEL_MAP: return sim_kva_map(m, &m->vm.kernel->vm_map);
	case KVM_D_MAXSMAP: *size = 8; return maxsmap(m);
	case KVM_D_PTRSIZE: *size = 4; return v->layout->ptrsize;
	default:
		if (id - KVM_D_SUBMAP < SIM_NSUBMAPS)
			return sim_kva_map(m, &m->submaps[id - KVM_D_SUBMAP]);
		*size = 0;
		return 0;
	}
}

static void
put(void *buf, size_t size, uint64_t value)
{
	uint32_t low = (uint32_t)value;

	if (size == 4)
		memcpy(buf, &low, 4);
	else if (size == 8)
		memcpy(buf, &value, 8);
}

/* All variables, then the table of chains. => bytes of both */
static size_t
render(const struct kvm_view *v, char *buf, size_t table)
{
	const size_t width = v->layout->ptrsize;
	const uint32_t slot = sim_kva_size(v->m, SIM_KVA_DATA);
	size_t size;

	memset(buf, 0, table);
	for (uint32_t id = 1; id < KVM_D_SUBMAP + SIM_NSUBMAPS; id++) {
		uint64_t value = variable(v, id, &size);

		put(buf + (size_t)id * slot, size, value);
	}
	for (uint32_t i = 0; i <= KVM_NCHASH; i++)
		put(buf + table + i * width, width,
		    sim_kva(v->m, SIM_KVA_NAMECACHE, v->bucket[i]));
	return table + (KVM_NCHASH + 1) * width;
}

size_t
kvm_data_read(const struct kvm_view *v, uint64_t offset, void *buf, size_t len)
{
	const uint32_t slot = sim_kva_size(v->m, SIM_KVA_DATA);
	char all[KVM_D_TABLE * 16 + (KVM_NCHASH + 1) * 8];
	size_t size;

	if (offset < slot || offset >= sizeof(all))
		return 0;
	size = render(v, all, (size_t)KVM_D_TABLE * slot);
	if (offset >= size)
		return 0;
	size -= (size_t)offset;
	if (size > len)
		size = len;
	memcpy(buf, all + offset, size);
	return size;
}
