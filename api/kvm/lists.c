/*
 * Lists that kvm(3) gives: names and processes.
 */
#include <stdlib.h>
#include <string.h>

#include "handle.h"

#include "api/context.h"

/* -------------------------------------------------------------- names ---- */

/* Values of n_type: N_EXT with N_ABS, N_TEXT, N_DATA or N_BSS. */
static unsigned char
type_of(char nm)
{
	switch (nm | 0x20) {
	case 't': return 0x05;
	case 'b': return 0x09;
	case 'a': return 0x03;
	default: return 0x07;
	}
}

static const char *
bare(const char *name)
{
	return name + (name[0] == '_');
}

/* In the list that was given; of several the first. => false: not there */
static bool
find_listed(const struct __kvm *kd, const char *name, unsigned char *type,
    uint64_t *value)
{
	for (size_t i = 0; i < kd->nlist; i++)
		if (strcmp(bare(kd->list[i].name), bare(name)) == 0) {
			*type = type_of(kd->list[i].type);
			*value = kd->list[i].addr;
			return true;
		}
	return false;
}

static bool
find_own(const struct __kvm *kd, const char *name, unsigned char *type,
    uint64_t *value)
{
	const struct kvm_symbol *s = kvm_symbols;

	for (; s->name != NULL; s++)
		if (strcmp(s->name, bare(name)) == 0) {
			*type = type_of(s->type);
			*value = kvm_symbol_addr(kd->view.m, s);
			return true;
		}
	return false;
}

int
kvm_handle_namelist(struct __kvm *kd, bool given)
{
	if (kd == NULL)
		return -1;
	if (!given || kd->badlist || (!kd->owned && kd->serial != api_serial()))
		return kvm_handle_fail(kd, "bad namelist");
	return 0;
}

bool
kvm_handle_symbol(const struct __kvm *kd, const char *name, unsigned char *type,
    uint64_t *value)
{
	return kd->listed ? find_listed(kd, name, type, value) :
			    find_own(kd, name, type, value);
}

/* ---------------------------------------------------------- processes ---- */

/*
 * KERN_PROC_*.  The kernel's own process is a kernel thread; 7 is KTHREAD of
 * OpenBSD and GID of NetBSD.
 */
static bool
is_wanted(const struct kvm_layout *l, const struct process *p, int op, int arg)
{
	switch (op) {
	case 0: return p->pid != 0 || l->kthreads;
	case 1:
	case 2: return p->pid == arg; /* each leads its own group */
	case 5:
	case 6: return p->uid == (uint32_t)arg && (p->pid != 0 || l->kthreads);
	case 7: return !l->kthreads || p->gid == (uint32_t)arg;
	case 8: return p->gid == (uint32_t)arg;
	default: return false; /* nobody has a session or a terminal */
	}
}

static int
by_pid(const void *a, const void *b)
{
	const struct process *p = *(struct process *const *)a;
	const struct process *q = *(struct process *const *)b;

	return (p->pid > q->pid) - (p->pid < q->pid);
}

/* => how many, by rising pid, in *list, which the caller frees; -1: no memory
 */
static int
choose(const struct __kvm *kd, int op, int arg, struct process ***list)
{
	struct process *p, *next;
	int n = 0;

	*list = calloc(HASH_COUNT(kd->view.m->procs) + 1, sizeof(**list));
	if (*list == NULL)
		return -1;
	HASH_ITER(hh, kd->view.m->procs, p, next)
		if (is_wanted(kd->view.layout, p, op, arg))
			(*list)[n++] = p;
	qsort(*list, (size_t)n, sizeof(**list), by_pid);
	return n;
}

/* => false: no memory */
static bool
render(struct __kvm *kd, struct process **list, size_t n, size_t elemsize)
{
	char structure[KVM_MAXSTRUCT];
	size_t size = 0;

	free(kd->procs);
	kd->procs = calloc(n + 1,
	    elemsize > sizeof(structure) ? elemsize : sizeof(structure));
	for (size_t i = 0; i < n && kd->procs != NULL; i++) {
		size = kvm_render_kinfo(&kd->view, list[i], structure);
		if (elemsize == 0)
			elemsize = size;
		memcpy((char *)kd->procs + i * elemsize, structure,
		    size < elemsize ? size : elemsize);
	}
	return kd->procs != NULL;
}

void *
kvm_handle_procs(struct __kvm *kd, int op, int arg, size_t elemsize, int *n)
{
	struct process **list = NULL;
	bool ok;

	if (n != NULL)
		*n = 0;
	/* NULL handles, junk, machines that are gone */
	if (kvm_handle_read(kd, 0, NULL, 0) != 0)
		return NULL;
	if (n == NULL || op < 0 || op > kd->view.layout->max_op ||
	    elemsize > KVM_MAXELEM) {
		(void)kvm_handle_fail(kd, "%s", strerror(EINVAL));
		return NULL;
	}
	ok = kvm_view_make(&kd->view) == 0 &&
	    (*n = choose(kd, op, arg, &list)) >= 0 &&
	    render(kd, list, (size_t)*n, elemsize);
	free(list);
	if (ok)
		return kd->procs;
	*n = 0;
	(void)kvm_handle_fail(kd, "%s", strerror(ENOMEM));
	return NULL;
}
