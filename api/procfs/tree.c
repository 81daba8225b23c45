/*
 * The tree: which directories and files there are, and their making.
 *
 *	DIR.XXXXXX/		made by mkdtemp(), removed in the end
 *	    tree/		becomes DIR by one rename()
 *		uptime ...
 *		self/ ...
 *		PID/ ...	each running process but the kernel
 *
 * rename() itself refuses a DIR that is not an empty directory by then.
 * Whatever fails before it, all that was made is removed again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "procfs.h"

const char *const procfs_style_names[] = { [PROCFS_LINUX] = "linux",
	[PROCFS_FREEBSD] = "freebsd",
	[PROCFS_NETBSD] = "netbsd" };
_Static_assert(NELEM(procfs_style_names) == PROCFS_NSTYLES, "a style, a name");

#define L (1u << PROCFS_LINUX)
#define F (1u << PROCFS_FREEBSD)
#define N (1u << PROCFS_NETBSD)

static const struct {
	const char *name;
	unsigned styles;
	procfs_file_fn *write;
} process_files[] = {
	{ "maps", L, procfs_maps },
	{ "smaps", L, procfs_smaps },
	{ "smaps_rollup", L, procfs_smaps_rollup },
	{ "pagemap", L, procfs_pagemap },
	{ "stat", L | N, procfs_stat },
	{ "statm", L | N, procfs_statm },
	{ "status", L, procfs_status },
	{ "cmdline", L | F | N, procfs_cmdline },
	{ "comm", L, procfs_comm },
	{ "map", F, procfs_freebsd_map },
	{ "status", F, procfs_freebsd_status },
	{ "map", N, procfs_netbsd_map },
	{ "maps", N, procfs_netbsd_maps },
	{ "status", N, procfs_netbsd_status },
};

/* The link to what a process runs. */
static const char *const image_links[] = { [PROCFS_LINUX] = "exe",
	[PROCFS_FREEBSD] = "file",
	[PROCFS_NETBSD] = "exe" };

static const struct {
	const char *name;
	unsigned styles;
	procfs_system_fn *write;
} system_files[] = {
	{ "uptime", L | N, procfs_uptime },
	{ "version", L | N, procfs_version },
	{ "loadavg", L | N, procfs_loadavg },
	{ "stat", L | N, procfs_system_stat },
	{ "meminfo", L, procfs_meminfo },
	{ "meminfo", N, procfs_netbsd_meminfo },
	{ "vmstat", L, procfs_vmstat },
	{ "swaps", L, procfs_swaps },
	{ "cpuinfo", L | N, procfs_cpuinfo },
	{ "self/maps", L, procfs_self_maps },
	{ "self/stat", L, procfs_self_stat },
	{ "self/status", L, procfs_self_status },
};

struct tree {
	struct machine *m;
	enum procfs_style style;
	const uint32_t *sharers;
	int fd; /* of the directory being filled */
	char *err;
	size_t errlen;
	char where[64]; /* PID/, or nothing */
};

static int complain(const struct tree *, int err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* => err */
static int
complain(const struct tree *t, int err, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->err, t->errlen, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < t->errlen)
		snprintf(t->err + n, t->errlen - (size_t)n, ": %s",
		    strerror(err));
	return err;
}

/* -------------------------------------------------------------- files ---- */

/* => NULL and errno */
static FILE *
open_file(const struct tree *t, const char *name)
{
	int fd = openat(t->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0666);
	FILE *fp = fd != -1 ? fdopen(fd, "w") : NULL;

	if (fp == NULL && fd != -1) {
		close(fd);
		errno = ENOMEM;
	}
	return fp;
}

/* err: what writing came to. => it, or what closing comes to */
static int
close_file(FILE *fp, int err)
{
	bool bad = ferror(fp) != 0;

	errno = 0;
	if (fclose(fp) != 0 || bad)
		err = err != 0 ? err : errno != 0 ? errno : EIO;
	return err;
}

static int
write_process_file(const struct tree *t, size_t row,
    const struct procfs_process *sum)
{
	const char *name = process_files[row].name;
	FILE *fp = open_file(t, name);
	int err;

	err = fp != NULL ? close_file(fp, process_files[row].write(fp, sum)) :
			   errno;
	return err == 0 ? 0 : complain(t, err, "%s%s", t->where, name);
}

static int
write_system_file(const struct tree *t, size_t row)
{
	const char *name = system_files[row].name;
	FILE *fp = open_file(t, name);
	int err;

	err = fp != NULL ? close_file(fp, system_files[row].write(fp, t->m)) :
			   errno;
	return err == 0 ? 0 : complain(t, err, "%s", name);
}

static int
write_link(const struct tree *t, const struct process *p)
{
	char buf[64];
	const char *path = procfs_image(t->m, p, buf, sizeof(buf));
	const char *name = image_links[t->style];

	if (path == NULL || path[0] == '\0' ||
	    symlinkat(path, t->fd, name) == 0)
		return 0;
	return complain(t, errno, "%s%s", t->where, name);
}

/* -------------------------------------------------------- directories ---- */

/* => the new directory, open; -1 and errno */
static int
make_dir(int at, const char *name)
{
	return mkdirat(at, name, 0777) == 0 ?
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) :
	    -1;
}

static int
write_process(const struct tree *top, struct process *p)
{
	struct tree t = *top;
	struct procfs_process sum;
	char name[16];
	int err = 0;

	procfs_process_sum(t.m, p, t.sharers, &sum);
	snprintf(name, sizeof(name), "%d", p->pid);
	snprintf(t.where, sizeof(t.where), "%s/", name);
	if ((t.fd = make_dir(top->fd, name)) == -1)
		return complain(&t, errno, "%s", name);
	for (size_t i = 0; i < NELEM(process_files) && err == 0; i++)
		if (process_files[i].styles & 1u << t.style)
			err = write_process_file(&t, i, &sum);
	if (err == 0)
		err = write_link(&t, p);
	close(t.fd);
	return err;
}

static int
fill(const struct tree *t)
{
	struct process *p, *next;
	int err = 0;

	if (t->style == PROCFS_LINUX && mkdirat(t->fd, "self", 0777) != 0)
		return complain(t, errno, "self");
	for (size_t i = 0; i < NELEM(system_files) && err == 0; i++)
		if (system_files[i].styles & 1u << t->style)
			err = write_system_file(t, i);
	HASH_ITER(hh, t->m->procs, p, next)
		if (err == 0 && p != t->m->kernel && p->vmspace != NULL)
			err = write_process(t, p);
	return err;
}

/* ------------------------------------------------------- all or nothing -- */

static void
remove_process(const struct tree *t, const struct process *p)
{
	char path[64];

	for (size_t i = 0; i < NELEM(process_files); i++) {
		snprintf(path, sizeof(path), "%d/%s", p->pid,
		    process_files[i].name);
		(void)unlinkat(t->fd, path, 0);
	}
	snprintf(path, sizeof(path), "%d/%s", p->pid, image_links[t->style]);
	(void)unlinkat(t->fd, path, 0);
	snprintf(path, sizeof(path), "%d", p->pid);
	(void)unlinkat(t->fd, path, AT_REMOVEDIR);
}

/* All that there may be of a tree: without memory, for that may be gone. */
static void
remove_tree(const struct tree *t, const char *tmp, const char *sub)
{
	struct process *p, *next;

	for (size_t i = 0; t->fd != -1 && i < NELEM(system_files); i++)
		(void)unlinkat(t->fd, system_files[i].name, 0);
	HASH_ITER(hh, t->m->procs, p, next)
		if (t->fd != -1)
			remove_process(t, p);
	if (t->fd != -1) {
		(void)unlinkat(t->fd, "self", AT_REMOVEDIR);
		close(t->fd);
	}
	if (sub != NULL)
		(void)rmdir(sub);
	(void)rmdir(tmp);
}

/* dir without the slashes at its end. => NULL: no memory */
static char *
trimmed(const char *dir, size_t room)
{
	size_t len = strlen(dir);
	char *s = malloc(len + room);

	if (s == NULL)
		return NULL;
	memcpy(s, dir, len + 1);
	while (len > 1 && s[len - 1] == '/')
		s[--len] = '\0';
	return s;
}

/* Would rename() put a directory there?  Told before the work is done. */
static int
check_target(const struct tree *t, const char *dir)
{
	const char *base = strrchr(dir, '/');
	const struct dirent *d;
	int err = 0;
	DIR *dp;

	base = base != NULL ? base + 1 : dir;
	if (*base == '\0' || strcmp(base, ".") == 0 ||
	    strcmp(base, "..") == 0) {
		snprintf(t->err, t->errlen,
		    "'%s' is not the name of a new directory", dir);
		return EINVAL;
	}
	if ((dp = opendir(dir)) == NULL)
		return errno == ENOENT ? 0 : complain(t, errno, "%s", dir);
	while (err == 0 && (d = readdir(dp)) != NULL)
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			err = complain(t, ENOTEMPTY, "%s", dir);
	closedir(dp);
	return err;
}

static int
build(struct tree *t, const char *dir, const char *tmp, const char *sub)
{
	int err;

	if ((t->fd = make_dir(AT_FDCWD, sub)) == -1)
		return complain(t, errno, "%s", sub);
	err = fill(t);
	if (err == 0 && rename(sub, dir) != 0)
		err = complain(t, errno, "%s", dir);
	if (err != 0)
		return err;
	close(t->fd); /* it has its name, and is no longer ours to remove */
	t->fd = -1;
	return rmdir(tmp) == 0 ? 0 : complain(t, errno, "%s", tmp);
}

int
procfs_write(struct machine *m, enum procfs_style style, const char *dir,
    char *err, size_t errlen)
{
	struct tree t = { .m = m,
		.style = style,
		.fd = -1,
		.err = err,
		.errlen = errlen };
	char *tmp, *sub = NULL, *clean = trimmed(dir, 1);
	uint32_t *sharers = NULL;
	int error = ENOMEM;

	err[0] = '\0';
	tmp = trimmed(dir, sizeof(".XXXXXX"));
	if (clean == NULL || tmp == NULL || procfs_sharers(m, &sharers) != 0)
		complain(&t, error, "%s", dir);
	else if ((error = check_target(&t, clean)) == 0) {
		t.sharers = sharers;
		memcpy(tmp + strlen(tmp), ".XXXXXX", sizeof(".XXXXXX"));
		if (mkdtemp(tmp) == NULL)
			error = complain(&t, errno, "%s", dir);
		else if (asprintf(&sub, "%s/tree", tmp) == -1)
			error = complain(&t, ENOMEM, "%s", dir), sub = NULL;
		else
			error = build(&t, clean, tmp, sub);
		if (error != 0)
			remove_tree(&t, tmp, sub);
	}
	free(sharers);
	free(sub);
	free(tmp);
	free(clean);
	return error;
}
