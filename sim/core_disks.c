/*
 * Core section "disks": the names of swap devices, which disk each is, and what
 * the disks keep (sim/disk.h).
 *
 * The VM's rows are there (section "swap"), and say which devices have a name
 * here and which of them are disks of their own.
 */
#include <errno.h>

#include "core_section.h"
#include "swap.h"

void
sim_core_put_disks(struct core_out *out, struct machine *m)
{
	struct vm_keep k = sim_core_keeper_out(out);

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++) {
		const struct sim_disk *d = m->disk[SIM_DISK_SWAP(i)];

		if (m->vm.swap.dev[i].flags == 0)
			continue;
		sim_core_put_string(out, m->swapdev[i]->path);
		sim_core_put(out, m->swapdev[i]->ino, 4);
		sim_core_put_string(out,
		    sim_disk_kinds[d != NULL ? d->kind : 0].name);
	}
	sim_disk_keep(m, &k);
}

static void
get_device(struct core_load *load, unsigned number)
{
	struct core_in *in = &load->in;
	struct machine *m = load->m;
	const bool file = (m->vm.swap.dev[number].flags & SWF_FILE) != 0;
	char *path = sim_core_get_string(in, m->mem, "name of a swap device");
	const uint32_t ino = (uint32_t)sim_core_get(in, 4);
	char name[32] = "";
	int kind = -1;

	if (sim_core_get_name(in, name, sizeof(name), "kind of a disk"))
		kind = sim_disk_kind_byname(name);
	if (sim_core_in_ok(in) && path == NULL)
		sim_core_refuse(in, "swap device %u has no name", number);
	else if (sim_core_in_ok(in) && kind < 0)
		sim_core_refuse(in, "no such kind of disk: \"%.32s\"", name);
	else if (sim_core_in_ok(in) && sim_swap_byname(m, path) >= 0)
		sim_core_refuse(in, "swap device %u has another's name",
		    number);
	else if (sim_core_in_ok(in) &&
	    sim_swap_name(m, number, path, ino, (uint8_t)kind, file) != 0)
		sim_core_refuse_errno(in, ENOMEM);
	mem_strfree(m->mem, path);
}

void
sim_core_get_disks(struct core_load *load)
{
	struct vm_keep k;

	for (unsigned i = 0; i < VM_SWAP_MAXDEVS; i++)
		if (load->m->vm.swap.dev[i].flags != 0 &&
		    sim_core_in_ok(&load->in))
			get_device(load, i);
	k = sim_core_keeper_in(&load->in);
	sim_disk_keep(load->m, &k);
}
