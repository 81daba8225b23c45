/*
 * procmap: the program.
 *
 * Per target: look it up (no such process: complain, go on), banner, may the
 * caller see it (no: complain, go on), print its map.  What is refused leaves
 * the exit status 0.  Operands are read one at a time, so a bad one is told
 * after the good ones before it have been printed.
 */
#include <stdarg.h>
#include <string.h>

#include "procmap.h"

/* As warnx(3): what was printed so far may still be in stdout's buffer. */
void
procmap_warn(struct procmap *pm, const char *fmt, ...)
{
	va_list ap;

	fprintf(pm->err, "%s: ", pm->progname);
	va_start(ap, fmt);
	vfprintf(pm->err, fmt, ap);
	va_end(ap);
	fputc('\n', pm->err);
}

static bool
may_see(struct procmap *pm, int pid, const struct procmap_proc *proc)
{
	uint32_t uid = procmap_getuid(pm);

	if (uid == 0)
		return true;
	if (pid == 0) {
		procmap_warn(pm, "kernel map is restricted");
		return false;
	}
	if (proc->uid == uid)
		return true;
	procmap_warn(pm, "other process's maps are restricted");
	return false;
}

static bool
show_target(struct procmap *pm, int pid, bool banner)
{
	struct procmap_proc proc = { .vmspace = 0 };
	bool found = true;

	if (pid != 0 && !pm->src->proc(pm, pid, &proc, &found))
		return false;
	if (!found) {
		procmap_warn(pm, "%d: %s", pid, "No such process");
		return true;
	}
	if (banner && pid == 0)
		fputs("kernel:\n", pm->out);
	else if (banner)
		fprintf(pm->out, "process %d:\n", pid);
	if (!may_see(pm, pid, &proc))
		return true;
	return procmap_process(pm, pid, &proc);
}

static bool
show_targets(struct procmap *pm)
{
	char **operand = pm->opt.operand;
	int left = pm->opt.noperands, pid = pm->opt.pid;
	bool banner;

	if (pm->opt.self)
		pid = procmap_getpid(pm);
	banner = left > (pid == PROCMAP_NOPID);
	do {
		if (pid == PROCMAP_NOPID && left == 0)
			pid = procmap_getppid(pm);
		else if (pid == PROCMAP_NOPID) {
			left--;
			if (!procmap_strtopid(pm, *operand++, &pid))
				return false;
		}
		if (!show_target(pm, pid, banner))
			return false;
		pid = PROCMAP_NOPID;
	} while (left > 0);
	return true;
}

static const char *
base_name(const char *path)
{
	const char *slash;

	if (path == NULL || *path == '\0')
		return "procmap";
	slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

int
procmap_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct procmap pm = { .out = out,
		.err = err,
		.progname = base_name(argc > 0 ? argv[0] : NULL) };
	bool ok;

	if (!procmap_parse(&pm, argc, argv) || !procmap_open(&pm))
		return pm.status;
	ok = show_targets(&pm);
	procmap_forget(&pm);
	if (!procmap_close(&pm))
		ok = false;
	if (!ok)
		pm.status = 1;
	return pm.status;
}
