/*
 * Opening kernel memory, reading it, its names and its processes.
 */
#include "handle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/context.h"
#include "api/copy.h"
#include "api/include/uvmsim.h"

static __thread struct __kvm *last;

struct __kvm *
kvm_handle_last(void)
{
	return last;
}

int
kvm_handle_fail(struct __kvm *kd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(kd->err, sizeof(kd->err), fmt, ap);
	va_end(ap);
	return -1;
}

/* ------------------------------------------------------------ opening ---- */

/* One line of nm(1): ADDRESS TYPE NAME; undefined names have no address. */
static int
read_line(struct __kvm *kd, char *line)
{
	char type, name[256];
	struct kvm_named *list;
	unsigned long long addr;
	int end = 0;

	line[strcspn(line, "\r\n")] = '\0';
	if (line[strspn(line, " \t")] == '\0')
		return 0;
	if (sscanf(line, "%llx %c %255s %n", &addr, &type, name, &end) != 3 ||
	    line[end] != '\0')
		return EINVAL;
	list = realloc(kd->list, (kd->nlist + 1) * sizeof(*list));
	if (list == NULL)
		return ENOMEM;
	kd->list = list;
	list[kd->nlist] = (struct kvm_named){ strdup(name), addr, type };
	return list[kd->nlist].name != NULL ? (kd->nlist++, 0) : ENOMEM;
}

/* => 0; -1, with the error set */
static int
read_names(struct __kvm *kd, const char *path)
{
	FILE *fp = fopen(path, "r");
	unsigned line = 0;
	char text[512];
	int err = 0;

	if (fp == NULL)
		return kvm_handle_fail(kd, "%s: %s", path, strerror(errno));
	while (err == 0 && fgets(text, sizeof(text), fp) != NULL) {
		line++;
		err = read_line(kd, text);
	}
	if (err == 0 && ferror(fp))
		err = EIO;
	fclose(fp);
	if (err == EINVAL)
		return kvm_handle_fail(kd,
		    "%s:%u: expected a line of nm(1): address, type, name",
		    path, line);
	return err == 0 ? 0 :
			  kvm_handle_fail(kd, "%s: %s", path, strerror(err));
}

/* The thread's machine, or that of a file. => 0; -1, with the error set */
static int
open_machine(struct __kvm *kd, const char *path)
{
	int err;

	if (path == NULL) {
		kd->view.m = api_machine();
		kd->serial = api_serial();
		return kd->view.m != NULL ?
		    0 :
		    kvm_handle_fail(kd, "%s", uvmsim_errmsg());
	}
	err = api_load_machine(path, &kd->view.m, kd->err, sizeof(kd->err));
	kd->owned = err == 0;
	kd->junk = err == ENOEXEC;
	return err == 0 || kd->junk ? 0 : -1;
}

struct __kvm *
kvm_handle_open(const char *execfile, const char *corefile,
    const struct kvm_layout *narrow, const struct kvm_layout *wide,
    char *errbuf)
{
	struct __kvm *kd = calloc(1, sizeof(*kd));

	if (kd == NULL) {
		if (errbuf != NULL)
			strcpy(errbuf, strerror(ENOMEM));
		return NULL;
	}
	if (open_machine(kd, corefile) == 0 &&
	    (execfile == NULL || read_names(kd, execfile) == 0)) {
		kd->view.layout = wide;
		if (!kd->junk && kd->view.m->config.arch->ptr_size == 4)
			kd->view.layout = narrow;
		kd->err[0] = '\0';
		return last = kd;
	}
	if (errbuf != NULL)
		memcpy(errbuf, kd->err, sizeof(kd->err));
	(void)kvm_handle_close(kd);
	return NULL;
}

int
kvm_handle_close(struct __kvm *kd)
{
	if (last == kd)
		last = NULL;
	kvm_view_free(&kd->view);
	if (kd->owned)
		sim_machine_destroy(kd->view.m);
	for (size_t i = 0; i < kd->nlist; i++)
		free(kd->list[i].name);
	free(kd->list);
	free(kd->procs);
	free(kd);
	return 0;
}

int
kvm_handle_ready(struct __kvm *kd)
{
	if (kd->junk)
		return kvm_handle_fail(kd, "no valid dump header");
	if (!kd->owned && kd->serial != api_serial())
		return kvm_handle_fail(kd, "the machine has been let go");
	return 0;
}

/* ------------------------------------------------------------ reading ---- */

ssize_t
kvm_handle_read(struct __kvm *kd, uint64_t addr, void *buf, size_t len)
{
	size_t room = api_writable(buf, len);
	ssize_t n;

	if (kvm_handle_ready(kd) != 0)
		return -1;
	if (room < len)
		return kvm_handle_fail(kd, "%s", strerror(EFAULT));
	n = kvm_memory_read(&kd->view, addr, buf, len);
	if (n < 0)
		return kvm_handle_fail(kd, "%s", strerror(ENOMEM));
	if (n == 0 && len > 0)
		return kvm_handle_fail(kd, "invalid address (%llx)",
		    (unsigned long long)addr);
	if ((size_t)n < len)
		(void)kvm_handle_fail(kd, "short read");
	return n;
}

uint64_t
kvm_handle_symbol(const struct __kvm *kd, const char *name, char *type)
{
	const struct kvm_symbol *s = kvm_symbols;
	const char *bare = name + (name[0] == '_');

	for (size_t i = 0; i < kd->nlist; i++) {
		const char *own = kd->list[i].name;

		if (strcmp(own + (own[0] == '_'), bare) != 0)
			continue;
		*type = kd->list[i].type;
		return kd->list[i].addr;
	}
	if (kd->list != NULL)
		return 0;
	while (s->name != NULL && strcmp(s->name, bare) != 0)
		s++;
	*type = s->type;
	return kvm_symbol_addr(kd->view.m, name);
}

/* ---------------------------------------------------------- processes ---- */

/* The kernel's own is a kernel thread, which ALL leaves out. */
static bool
is_wanted(const struct process *p, int op, int arg)
{
	switch (op) {
	case 0: return p->pid != 0;		      /* KERN_PROC_ALL */
	case 1:					      /* _PID */
	case 2: return p->pid == arg;		      /* _PGRP */
	case 5:					      /* _UID */
	case 6: return p->pid != 0 && p->uid == (uint32_t)arg; /* _RUID */
	case 7: return true;			      /* _KTHREAD */
	default: return false;			      /* sessions, terminals */
	}
}

static int
by_pid(const void *a, const void *b)
{
	const struct process *p = *(struct process *const *)a;
	const struct process *q = *(struct process *const *)b;

	return (p->pid > q->pid) - (p->pid < q->pid);
}

static int
render_procs(struct __kvm *kd, struct process **list, size_t n)
{
	char structure[KVM_MAXSTRUCT];
	size_t size = 0;

	free(kd->procs);
	kd->procs = calloc(n + 1, sizeof(structure));
	if (kd->procs == NULL)
		return ENOMEM;
	qsort(list, n, sizeof(*list), by_pid);
	for (size_t i = 0; i < n; i++) {
		size = kvm_render_kinfo(&kd->view, list[i], structure);
		memcpy((char *)kd->procs + i * size, structure, size);
	}
	return 0;
}

int
kvm_handle_procs(struct __kvm *kd, int op, int arg, int *n)
{
	struct process **list, *p, *next;
	int err;

	*n = 0;
	if (kvm_handle_ready(kd) != 0)
		return -1;
	if (op < 0 || op > 7)
		return kvm_handle_fail(kd, "no such operation: %d", op);
	list = calloc(HASH_COUNT(kd->view.m->procs) + 1, sizeof(*list));
	if (list == NULL || kvm_view_make(&kd->view) != 0) {
		free(list);
		return kvm_handle_fail(kd, "%s", strerror(ENOMEM));
	}
	HASH_ITER(hh, kd->view.m->procs, p, next)
		if (is_wanted(p, op, arg))
			list[(*n)++] = p;
	err = render_procs(kd, list, (size_t)*n);
	free(list);
	return err == 0 ? 0 : kvm_handle_fail(kd, "%s", strerror(err));
}
