/*
 * machine_check(): the virtual memory's invariants over all spaces, and the
 * machine's own.
 *
 * X1  a file's opens is the number of descriptors that name it; its links is 1
 *     with a name and 0 without.
 * X2  a segment's nattch is the number of attaches that name it.
 * X3  an object's references beyond map entries are its file's or segment's;
 *     handle is the file, and NULL for all other objects.
 * X4  a running process has a space, an exited one has none.
 * X5  a space's references are the processes that run in it; the kernel's is
 *     the kernel's alone.
 * X6  vfork_parent is running, in the same space.
 *
 * Last the identities of the numbers that AIX's interface gives (aix.h, N1 to
 * N12), which hold the frames against every counter of them.
 */
#include "aix.h"
#include "common.h"
#include "swap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The objects of segments, by their names. */
struct held {
	uint32_t *id;
	size_t n;
};

static int
by_number(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void
list_held(struct machine *m, struct held *held)
{
	const struct sim_shm *shm;

	for (shm = m->shms; shm != NULL; shm = shm->hh.next)
		held->id[held->n++] = shm->object->id;
	qsort(held->id, held->n, sizeof(*held->id), by_number);
}

/* The object is held by its file, by its segment, or by nobody. */
static uint32_t
held_above(void *ctx, struct vm_object *obj)
{
	const struct held *held = ctx;
	uint32_t n = obj->handle != NULL;
	size_t lo = 0, hi = held->n;

	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;

		if (held->id[mid] < obj->id)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < held->n && held->id[lo] == obj->id; lo++)
		n++;
	return n;
}

void
sim_count_uses(struct machine *m, uint32_t delta)
{
	const struct sim_attach *a;
	struct process *p;

	for (p = m->procs; p != NULL; p = p->hh.next) {
		if (p->vmspace != NULL)
			p->vmspace->vm_refcnt += delta;
		for (int i = 0; i < p->nfd; i++)
			if (p->fd[i].file != NULL)
				p->fd[i].file->opens += delta;
		for (a = p->attaches; a != NULL; a = a->next)
			a->shm->nattch += delta;
	}
}

static const char *
check_file(const struct sim_file *f, uint32_t links)
{
	if (f->opens != 0)
		return "X1: opens is not the number of its descriptors";
	if (f->links != links)
		return "X1: links does not say whether it has a name";
	if (f->object->handle != f)
		return "X3: its object does not know it";
	return NULL;
}

static const char *
check_files(struct machine *m, char *buf, size_t len)
{
	const struct vm_object *obj;
	const struct sim_file *f;
	const char *why = NULL;
	size_t n = 0;

	for (f = m->files; f != NULL && why == NULL; f = f->hh.next, n++)
		if ((why = check_file(f, 1)) != NULL)
			snprintf(buf, len, "file %.80s: %s", f->path, why);
	for (f = m->unlinked; f != NULL && why == NULL; f = f->hh.next, n++)
		if ((why = check_file(f, 0)) != NULL)
			snprintf(buf, len, "file %.80s: %s", f->path, why);
	if (why != NULL)
		return buf;
	for (obj = m->vm.first_object; obj != NULL; obj = obj->next)
		n -= obj->handle != NULL;
	if (n == 0)
		return NULL;
	snprintf(buf, len, "objects: X3: a handle that is no file");
	return buf;
}

static const char *
check_segments(struct machine *m, char *buf, size_t len)
{
	struct sim_shm *shm, *next;

	HASH_ITER(hh, m->shms, shm, next)
		if (shm->nattch != 0) {
			snprintf(buf, len,
			    "segment %d: X2: nattch is not the "
			    "number of its attaches",
			    shm->id);
			return buf;
		}
	return NULL;
}

static const char *
check_process(struct machine *m, const struct process *p)
{
	const struct process *parent = p->vfork_parent;

	if ((p->state == SIM_RUNNING) != (p->vmspace != NULL))
		return "X4: space and state disagree";
	if (p->vmspace != NULL && p->vmspace->vm_refcnt != 0)
		return "X5: its space is not used by as many as it says";
	if (p != m->kernel && p->vmspace == m->vm.kernel)
		return "X5: it has the kernel's space";
	if (parent != NULL &&
	    (parent->state != SIM_RUNNING || parent->vmspace != p->vmspace))
		return "X6: it borrows a space that is not its parent's";
	return NULL;
}

static const char *
check_processes(struct machine *m, char *buf, size_t len)
{
	struct process *p, *next;
	const char *why;

	HASH_ITER(hh, m->procs, p, next)
		if ((why = check_process(m, p)) != NULL) {
			snprintf(buf, len, "process %d: %s", p->pid, why);
			return buf;
		}
	return NULL;
}

/* With all uses taken away, nothing may be left of the counts. */
static const char *
check_own(struct machine *m, char *buf, size_t len)
{
	const char *why;

	sim_count_uses(m, (uint32_t)-1);
	why = check_files(m, buf, len);
	if (why == NULL)
		why = check_segments(m, buf, len);
	if (why == NULL)
		why = check_processes(m, buf, len);
	sim_count_uses(m, 1);
	return why;
}

static int
by_id(const void *a, const void *b)
{
	const uint32_t x = (*(struct vmspace *const *)a)->vm_map.id;
	const uint32_t y = (*(struct vmspace *const *)b)->vm_map.id;

	return (x > y) - (x < y);
}

/* The spaces of all processes but the kernel, each once. */
static size_t
collect(struct machine *m, struct vmspace **out)
{
	struct process *p, *next;
	size_t n = 0, k = 0;

	HASH_ITER(hh, m->procs, p, next)
		if (p->vmspace != NULL && p != m->kernel)
			out[n++] = p->vmspace;
	qsort(out, n, sizeof(struct vmspace *), by_id);
	for (size_t i = 0; i < n; i++)
		if (k == 0 || out[k - 1] != out[i])
			out[k++] = out[i];
	return k;
}

static const char *
check_all(struct machine *m, struct vmspace **spaces, struct held *held,
    char *buf, size_t len)
{
	const char *why = check_own(m, buf, len);

	list_held(m, held);
	if (why == NULL)
		why = vm_check(&m->vm, spaces, collect(m, spaces), held_above,
		    held, buf, len);
	if (why == NULL)
		why = sim_aix_check(m, buf, len);
	return why != NULL ? why : sim_swap_check(m, buf, len);
}

const char *
machine_check(struct machine *m, char *buf, size_t len)
{
	const size_t max = HASH_COUNT(m->procs) + 1;
	const size_t nshm = HASH_COUNT(m->shms) + 1;
	struct held held = { .n = 0 };
	struct vmspace **spaces;
	const char *why = buf;

	mem_injection_hold(m->mem, true);
	spaces = mem_alloc(m->mem, max * sizeof(*spaces));
	held.id = mem_alloc(m->mem, nshm * sizeof(*held.id));
	mem_injection_hold(m->mem, false);
	if (spaces == NULL || held.id == NULL)
		snprintf(buf, len, "no memory to check the state");
	else
		why = check_all(m, spaces, &held, buf, len);
	mem_free(m->mem, spaces, max * sizeof(*spaces));
	mem_free(m->mem, held.id, nshm * sizeof(*held.id));
	return why;
}

int
sim_self_check(struct machine *m, int err)
{
#ifdef UVMSIM_DEBUG
	const bool wanted = true;
#else
	const bool wanted = m->config.check;
#endif

	if (m->sample_fn != NULL && m->nops >= m->sample_at)
		m->sample_fn(m->sample_ctx, m);
	if (!wanted ||
	    machine_check(m, m->check_text, sizeof(m->check_text)) == NULL)
		return err;
	return sim_fail(m, ENOTRECOVERABLE, NULL, 0, 0, 0, m->check_text);
}
