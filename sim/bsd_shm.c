/*
 * shmat of the BSDs: one sequence of checks, with a table of differences.
 *
 *	id -> room for one more attachment -> address -> map
 *
 * A segment is mapped shared, never executable, with its whole size rounded up
 * to pages.  shmdt finds an attachment by its exact address, and unmaps the
 * segment's size there, whatever is mapped there by then.
 */
#include "bsd_common.h"

#define SHMSEG 128 /* attachments of one process */
#define SHM_RDONLY_ 010000u
#define SHM_RND_ 020000u
#define SHM_REMAP_ 040000u

static uint32_t
count_attaches(const struct process *p)
{
	const struct sim_attach *a;
	uint32_t n = 0;

	for (a = p->attaches; a != NULL; a = a->next)
		n++;
	return n;
}

static int
choose_addr(struct machine *m, struct process *p, const struct sim_call *c,
    const struct sim_bsd_shm_rules *rules, vsize_t size, vaddr_t *addr)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t want = c->arg[1] & sim_bsd_vamask(m);

	if (want == 0) {
		if (sim_bsd_place(map, c, size, addr) ||
		    rules->choose(m, p, size, addr) == 0)
			return 0;
		return BSD_FAIL(m, ENOMEM, "size", size,
		    "no free range of that size");
	}
	*addr = pg_trunc(m, want);
	if (*addr != want && (c->arg[2] & SHM_RND_) == 0)
		return BSD_FAIL(m, EINVAL, "addr", want,
		    "not a multiple of SHMLBA, and no SHM_RND");
	return 0;
}

static int
enter(struct machine *m, struct process *p, const struct sim_call *c,
    const struct sim_bsd_shm_rules *rules, struct sim_shm *shm, vaddr_t addr)
{
	struct vm_map *map = &p->vmspace->vm_map;
	const bool rdonly = (c->arg[2] & SHM_RDONLY_) != 0;
	const vm_prot_t prot = VM_PROT_READ | (rdonly ? 0 : VM_PROT_WRITE);
	struct uvm_map_args args = {
		.start = addr,
		.size = pg_round(m, shm->size),
		.object = shm->object,
		.prot = prot,
		.maxprot = prot,
		.inherit = VM_INHERIT_SHARE,
		.advice = rules->advice,
		.flags = rules->flags,
		.unmap = rules->remap && (c->arg[2] & SHM_REMAP_) != 0,
	};
	int error;

	error = sim_uvm_map(m, map, &args);
	if (error != 0)
		return BSD_FAIL(m, ENOMEM, "addr", addr,
		    sim_bsd_unmapped(map, &args, error));
	if (rules->prefault != 0)
		(void)sim_bsd_prefault_some(map, addr, addr + args.size,
		    rules->prefault);
	return 0;
}

int
sim_bsd_shmat(struct machine *m, struct process *p, const struct sim_call *c,
    const struct sim_bsd_shm_rules *rules, uint64_t *ret)
{
	struct sim_shm *shm = sim_shm_byid(m, (int)c->arg[0]);
	vaddr_t addr;
	int error;

	if (shm == NULL)
		return BSD_FAIL(m, EINVAL, "id", c->arg[0], "no such segment");
	if (count_attaches(p) >= SHMSEG)
		return sim_fail(m, EMFILE, "id", c->arg[0], 1, SHMSEG,
		    "the process has as many segments attached as it may");
	error = choose_addr(m, p, c, rules, pg_round(m, shm->size), &addr);
	if (error != 0)
		return error;
	if (sim_shm_attach(m, p, shm, addr) != 0)
		return BSD_FAIL(m, ENOMEM, "id", c->arg[0],
		    "no memory is left");
	if ((error = enter(m, p, c, rules, shm, addr)) != 0) {
		sim_shm_detach(m, p, sim_shm_attached(p, addr));
		return error;
	}
	*ret = addr;
	return 0;
}

int
sim_bsd_shmdt(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	vaddr_t addr = c->arg[0] & sim_bsd_vamask(m);
	struct sim_attach *a = sim_shm_attached(p, addr);
	int error;

	(void)ret;
	if (a == NULL)
		return BSD_FAIL(m, EINVAL, "addr", addr,
		    "no segment is attached there");
	error = uvm_unmap(&p->vmspace->vm_map, addr,
	    addr + pg_round(m, a->shm->size));
	if (error != 0)
		return BSD_FAIL(m, error, "addr", addr, "no memory is left");
	sim_shm_detach(m, p, a);
	return 0;
}
