/*
 * machine_check(): the virtual memory's invariants over all spaces, and the
 * machine's own.
 *
 * X1  a file's opens is the number of descriptors that name it.
 * X2  a segment's nattch is the number of attaches that name it.
 * X3  an object's references beyond map entries are its file's or segment's.
 * X4  a running process has a space, an exited one has none.
 */
#include "common.h"

#include <stdio.h>
#include <string.h>

static uint32_t
held_above(void *ctx, struct vm_object *obj)
{
	struct machine *m = ctx;
	struct sim_shm *shm, *next;
	uint32_t n = obj->handle != NULL;

	HASH_ITER(hh, m->shms, shm, next)
		n += shm->object == obj;
	return n;
}

static uint32_t
count_opens(struct machine *m, const struct sim_file *f)
{
	struct process *p, *next;
	uint32_t n = 0;

	HASH_ITER(hh, m->procs, p, next)
		for (int i = 0; i < p->nfd; i++)
			n += p->fd[i].file == f;
	return n;
}

static uint32_t
count_attaches(struct machine *m, const struct sim_shm *shm)
{
	struct process *p, *next;
	uint32_t n = 0;

	HASH_ITER(hh, m->procs, p, next)
		for (const struct sim_attach *a = p->attaches; a != NULL;
		    a = a->next)
			n += a->shm == shm;
	return n;
}

static const char *
check_own(struct machine *m, char *buf, size_t len)
{
	struct sim_file *f, *fnext;
	struct sim_shm *shm, *snext;
	struct process *p, *pnext;

	HASH_ITER(hh, m->files, f, fnext)
		if (f->opens != count_opens(m, f)) {
			snprintf(buf, len, "file %.80s: X1: opens is not the "
			    "number of its descriptors", f->path);
			return buf;
		}
	HASH_ITER(hh, m->shms, shm, snext)
		if (shm->nattch != count_attaches(m, shm)) {
			snprintf(buf, len, "segment %d: X2: nattch is not the "
			    "number of its attaches", shm->id);
			return buf;
		}
	HASH_ITER(hh, m->procs, p, pnext)
		if ((p->state == SIM_RUNNING) != (p->vmspace != NULL)) {
			snprintf(buf, len, "process %d: X4: space and state "
			    "disagree", p->pid);
			return buf;
		}
	return NULL;
}

/* The spaces of all processes but the kernel, each once. */
static size_t
collect(struct machine *m, struct vmspace **out)
{
	struct process *p, *next;
	size_t n = 0, i;

	HASH_ITER(hh, m->procs, p, next) {
		if (p->vmspace == NULL || p == m->kernel)
			continue;
		for (i = 0; i < n && out[i] != p->vmspace; i++)
			;
		if (i == n)
			out[n++] = p->vmspace;
	}
	return n;
}

const char *
machine_check(struct machine *m, char *buf, size_t len)
{
	size_t max = HASH_COUNT(m->procs) + 1;
	struct vmspace **spaces;
	const char *why;

	mem_injection_hold(m->mem, true);
	spaces = mem_alloc(m->mem, max * sizeof(*spaces));
	mem_injection_hold(m->mem, false);
	if (spaces == NULL) {
		snprintf(buf, len, "no memory to check the state");
		return buf;
	}
	why = check_own(m, buf, len);
	if (why == NULL)
		why = vm_check(&m->vm, spaces, collect(m, spaces), held_above,
		    m, buf, len);
	mem_free(m->mem, spaces, max * sizeof(*spaces));
	return why;
}
