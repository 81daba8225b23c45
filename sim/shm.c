/*
 * System V shared memory: segments, attaches, shmget and shmctl.
 *
 * A removed segment lives until its last detach.
 */
#include "common.h"

#define SHM_MAX ((uint64_t)1 << 52) /* bytes */

struct sim_shm *
sim_shm_byid(struct machine *m, int id)
{
	struct sim_shm *shm;

	HASH_FIND_INT(m->shms, &id, shm);
	return shm;
}

static struct sim_shm *
bykey(struct machine *m, int64_t key)
{
	struct sim_shm *shm, *next;

	HASH_ITER(hh, m->shms, shm, next)
		if (shm->key == key && !shm->removed)
			return shm;
	return NULL;
}

static void
shm_free(struct machine *m, struct sim_shm *shm)
{
	HASH_DEL(m->shms, shm);
	vm_object_unref(&m->vm, shm->object);
	mem_free(m->mem, shm, sizeof(*shm));
}

/* ------------------------------------------------------------ attaches ---- */

int
sim_shm_attach(struct machine *m, struct process *p, struct sim_shm *shm,
    vaddr_t addr)
{
	struct sim_attach *a = mem_alloc(m->mem, sizeof(*a));

	if (a == NULL)
		return ENOMEM;
	*a = (struct sim_attach){ .addr = addr,
		.shm = shm,
		.next = p->attaches };
	p->attaches = a;
	shm->nattch++;
	return 0;
}

struct sim_attach *
sim_shm_attached(const struct process *p, vaddr_t addr)
{
	struct sim_attach *a = p->attaches;

	while (a != NULL && a->addr != addr)
		a = a->next;
	return a;
}

void
sim_shm_detach(struct machine *m, struct process *p, struct sim_attach *a)
{
	struct sim_attach **link = &p->attaches;

	while (*link != a)
		link = &(*link)->next;
	*link = a->next;
	if (--a->shm->nattch == 0 && a->shm->removed)
		shm_free(m, a->shm);
	mem_free(m->mem, a, sizeof(*a));
}

void
sim_shm_detach_all(struct machine *m, struct process *p)
{
	while (p->attaches != NULL)
		sim_shm_detach(m, p, p->attaches);
}

/* A child has its parent's attaches, in the same order. */
int
sim_shm_copy(struct machine *m, const struct process *from, struct process *to)
{
	struct sim_attach **link = &to->attaches;

	for (const struct sim_attach *a = from->attaches; a != NULL;
	     a = a->next) {
		struct sim_attach *copy = mem_alloc(m->mem, sizeof(*copy));

		if (copy == NULL) {
			sim_shm_detach_all(m, to);
			return ENOMEM;
		}
		*copy = *a;
		copy->next = NULL;
		copy->shm->nattch++;
		*link = copy;
		link = &copy->next;
	}
	return 0;
}

/* -------------------------------------------------------- system calls ---- */

static int
shm_new(struct machine *m, int64_t key, uint64_t size, uint64_t *ret)
{
	struct sim_shm *shm = mem_zalloc(m->mem, sizeof(*shm));

	if (shm == NULL ||
	    vm_object_create(&m->vm, &aobj_pager, size, 0, &shm->object) != 0) {
		mem_free(m->mem, shm, sizeof(*shm));
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	}
	shm->id = m->next_shmid;
	SIM_HASH_ADD(m->shms, &shm->id, sizeof(shm->id), shm);
	if (shm->hh.tbl == NULL) {
		mem_refuse(m->mem);
		vm_object_unref(&m->vm, shm->object);
		mem_free(m->mem, shm, sizeof(*shm));
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	}
	m->next_shmid++;
	shm->key = key;
	shm->size = size;
	*ret = (uint64_t)shm->id;
	return 0;
}

int
sim_sys_shmget(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	int64_t key = (int32_t)c->arg[0];
	uint64_t size = c->arg[1], flags = c->arg[2];
	uint64_t creat = sim_const_or(p, "IPC_CREAT", 01000);
	uint64_t excl = sim_const_or(p, "IPC_EXCL", 02000);
	struct sim_shm *shm = key != 0 ? bykey(m, key) : NULL;

	if (shm != NULL) {
		if ((flags & creat) != 0 && (flags & excl) != 0)
			return sim_fail(m, EEXIST, "key", c->arg[0], 0, 0,
			    "a segment with this key exists");
		if (size > shm->size)
			return sim_fail(m, EINVAL, "size", size, 0, shm->size,
			    "larger than the segment");
		*ret = (uint64_t)shm->id;
		return 0;
	}
	if (key != 0 && (flags & creat) == 0)
		return sim_fail(m, ENOENT, "key", c->arg[0], 0, 0,
		    "no segment has this key");
	if (size == 0 || size > SHM_MAX)
		return sim_fail(m, EINVAL, "size", size, 1, SHM_MAX,
		    "no such size");
	return shm_new(m, key, size, ret);
}

int
sim_sys_shmctl(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	struct sim_shm *shm = sim_shm_byid(m, (int)c->arg[0]);
	uint64_t cmd = c->arg[1];

	(void)ret;
	if (shm == NULL)
		return sim_fail(m, EINVAL, "id", c->arg[0], 0, 0,
		    "no such segment");
	if (cmd != sim_const_or(p, "IPC_RMID", 0))
		return sim_fail(m, EINVAL, "cmd", cmd, 0, 0,
		    "only IPC_RMID acts on a simulated segment");
	if (shm->nattch == 0)
		shm_free(m, shm);
	else
		shm->removed = true;
	return 0;
}
