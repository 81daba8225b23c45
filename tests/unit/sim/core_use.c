/*
 * Use of a machine that came out of a core (see core_use.h).
 */
#include "core_use.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/uvmsim.h"
#include "core_files.h"

#define STEPS 24u
#define FEW 6u /* processes, and entries of each, that are looked at */

/* --------------------------------------------------- saved, loaded ---- */

static const char *
same_files(const char *a, const char *b)
{
	size_t n, k;
	uint8_t *x = core_slurp(a, &n), *y = core_slurp(b, &k);
	const bool same = n == k && memcmp(x, y, n) == 0;

	free(x);
	free(y);
	return same ? NULL : "loaded and saved again, it is another core";
}

static const char *
comes_back(struct machine *m, const char *dir, char *buf, size_t len)
{
	char a[64], b[64];
	struct machine *l = NULL;
	int error;

	snprintf(a, sizeof(a), "%s/once", dir);
	snprintf(b, sizeof(b), "%s/twice", dir);
	error = sim_core_save(m, a, buf, len);
	if (error == 0)
		error = sim_core_load(a, &l, buf, len);
	if (error == 0)
		error = sim_core_save(l, b, buf, len);
	if (error != 0) {
		sim_machine_destroy(l);
		return error == ENOMEM ? NULL : buf; /* one was enough */
	}
	sim_machine_destroy(l);
	return same_files(a, b);
}

/* ------------------------------------------------------ operations ---- */

/* The ends of some entries, read or written. */
static void
touch_entries(struct machine *m, struct process *p, vm_prot_t how)
{
	vaddr_t at[2 * FEW];
	unsigned n = 0;
	const struct vm_map *map = &p->vmspace->vm_map;
	const struct vm_map_entry *e = map->header.next;

	for (; e != &map->header && n < 2 * FEW; e = e->next) {
		at[n++] = e->start;
		at[n++] = e->end - 1;
	}
	for (unsigned i = 0; i < n && p->state == SIM_RUNNING; i++)
		(void)sim_access(m, p, at[i], 1, how, NULL);
}

static void
call(struct machine *m, struct process *p, enum sim_sysno no, uint64_t a,
    uint64_t b, const char *str)
{
	struct sim_call c = { .no = no, .arg = { a, b }, .str = str };

	if (p->state == SIM_RUNNING)
		(void)sim_syscall(m, p, &c, NULL);
}

/* One after the other: what there is is used, then given back. */
static void
operate(struct machine *m)
{
	int pid[FEW];
	unsigned n = 0;
	struct process *p;

	for (p = m->procs; p != NULL && n < FEW; p = p->hh.next)
		if (p->state == SIM_RUNNING && p != m->kernel)
			pid[n++] = p->pid;
	for (unsigned i = 0; i < n; i++) {
		if ((p = sim_process_bypid(m, pid[i])) == NULL ||
		    p->state != SIM_RUNNING)
			continue;
		touch_entries(m, p, VM_PROT_READ);
		if (p->state == SIM_RUNNING)
			call(m, p, SIM_SYS_FORK, 0, 0, "f");
		if (p->state == SIM_RUNNING)
			touch_entries(m, p, VM_PROT_WRITE);
		if (i % 2 == 0 && p->state == SIM_RUNNING)
			call(m, p, SIM_SYS_MUNMAP,
			    vm_map_min(&p->vmspace->vm_map),
			    pg_ptoa(m, 0x100000), NULL);
		if (i % 2 == 1)
			call(m, p, SIM_SYS_EXIT, 3, 0, NULL);
	}
}

static void
steps(struct machine *m)
{
	uint64_t seed = 1;

	for (unsigned i = 0; i < STEPS; i++)
		(void)core_machine_step(m, &seed);
}

/* ----------------------------------------------------------- tools ---- */

static const char *const shows = "show frames\nshow queues\nshow daemon\n"
				 "show swap\nshow disk\nshow stats\n"
				 "show processes\nshow error\nshow clock\n"
				 "show superpages\nshow reservations\n"
				 "show domains\nshow tlb\nshow rss\n"
				 "show usage\nshow wset\nshow tunables\n"
				 "show vmstat -s\nshow vmstat -v\n"
				 "show procstat -a -v\n";

static const char *const of_process = "show map %s\nshow ddb %s\n"
				      "show names %s\nshow procmap -a %s\n"
				      "show procmap -m %s\nshow procmap -d %s\n"
				      "show procmap -s %s\nshow procmap -l %s\n"
				      "show procmap -v %s\n"
				      "show procstat -v %s\n";

static const char *const of_address = "show pages %s 0x%llx 16K\n"
				      "show pte %s 0x%llx\n"
				      "show amap %s 0x%llx\n"
				      "show object %s 0x%llx\n";

static bool
is_plain(const char *name)
{
	return name[0] != '\0' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") ==
	    strlen(name);
}

static void
listen(void *ctx, const char *text, size_t len)
{
	(void)text;
	*(size_t *)ctx += len;
}

/* One line after the other: that one is refused hinders no other. */
static void
run_lines(struct uvmsim *u, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		size_t bytes = 0;
		struct uvmsim_run run = { .size = sizeof(run),
			.text = line,
			.out = listen,
			.ctx = &bytes };

		if (line[0] != '\0')
			(void)uvmsim_run(&u, &run);
	}
}

/* Ten lines with the one name in them. */
static void
show_process(struct uvmsim *u, const struct process *p)
{
	char text[2048], *name = p->name;
	const struct vm_map *map;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), of_process, name, name, name, name, name,
	    name, name, name, name, name);
	run_lines(u, text);
	if (p->vmspace == NULL)
		return;
	map = &p->vmspace->vm_map;
	for (const struct vm_map_entry *e = map->header.next; e != &map->header;
	     e = e->next) {
		const unsigned long long at = e->start;

		snprintf(text, sizeof(text), of_address, name, at, name, at,
		    name, at, name, at);
		run_lines(u, text);
	}
#pragma GCC diagnostic pop
}

/* The commands' own way in: a core, read from a file. */
static const char *
show(const struct machine *m, const char *path)
{
	struct uvmsim *u = NULL;
	char *text = strdup(shows);
	unsigned n = 0;

	if (text == NULL || uvmsim_load(&u, path) != 0) {
		free(text);
		return "the library does not load it";
	}
	run_lines(u, text);
	free(text);
	for (const struct process *p = m->procs; p != NULL && n < FEW;
	     p = p->hh.next, n++)
		if (is_plain(p->name))
			show_process(u, p);
	uvmsim_destroy(u);
	return NULL;
}

/* ------------------------------------------------------- the whole ---- */

const char *
core_use(struct machine *m, const char *dir, bool tools, char *buf, size_t len)
{
	char path[64];
	const char *why = machine_check(m, buf, len);

	snprintf(path, sizeof(path), "%s/once", dir);
	if (why == NULL)
		why = comes_back(m, dir, buf, len);
	if (why == NULL && tools)
		why = show(m, path);
	if (why == NULL) {
		operate(m);
		why = machine_check(m, buf, len);
	}
	if (why == NULL) {
		steps(m);
		why = machine_check(m, buf, len);
	}
	sim_machine_destroy(m);
	return why;
}
