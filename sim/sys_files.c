/*
 * System calls on files that are the same in every system.
 */
#include "common.h"

#include <stdio.h>
#include <string.h>

#define ACCMODE 3                   /* O_ACCMODE: 0 read, 1 write, 2 both */
#define MAXFILE ((uint64_t)1 << 44) /* bytes: page indexes of 32 bits */

static vm_prot_t
mode_of(uint64_t flags)
{
	static const vm_prot_t modes[] = { VM_PROT_READ, VM_PROT_WRITE,
		VM_PROT_READ | VM_PROT_WRITE, 0 };

	return modes[flags & ACCMODE];
}

static bool
has(const struct process *p, uint64_t flags, const char *name)
{
	uint64_t bit = sim_const_or(p, name, 0);

	return bit != 0 && (flags & bit) == bit;
}

static bool
has_length(const struct sim_file *f)
{
	return f->kind == SIM_FILE_REG || f->kind == SIM_FILE_SHM;
}

static int
open_path(struct machine *m, struct process *p, const char *path,
    enum sim_file_kind kind, uint64_t flags, uint64_t *ret)
{
	struct sim_file *f;
	const uint32_t ino = m->next_ino;
	int fd;

	if (path == NULL || path[0] == '\0')
		return sim_fail(m, ENOENT, "path", 0, 0, 0, "empty path");
	if (mode_of(flags) == 0)
		return sim_fail(m, EINVAL, "flags", flags, 0, 0,
		    "no such access mode");
	HASH_FIND_STR(m->files, path, f);
	if (f == NULL && !has(p, flags, "O_CREAT"))
		return sim_fail(m, ENOENT, "path", 0, 0, 0,
		    "no such file; a script declares one with: file PATH "
		    "SIZE");
	if (f != NULL && (f->kind == SIM_FILE_SHM) != (kind == SIM_FILE_SHM))
		return sim_fail(m, EINVAL, "path", 0, 0, 0,
		    kind == SIM_FILE_SHM ?
			"the name is a file's" :
			"the name is that of shared memory, not of a file");
	if (f != NULL && has(p, flags, "O_CREAT") && has(p, flags, "O_EXCL"))
		return sim_fail(m, EEXIST, "path", 0, 0, 0, "the file exists");
	if (f != NULL && f->kind == SIM_FILE_DIR &&
	    mode_of(flags) & VM_PROT_WRITE)
		return sim_fail(m, EISDIR, "path", 0, 0, 0,
		    "a directory cannot be written");
	if (f == NULL)
		f = sim_file_get(m, path, 0, kind);
	if (f == NULL || sim_fd_alloc(m, p, f, mode_of(flags), &fd) != 0) {
		sim_file_undo(m, ino);
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	}
	if (has(p, flags, "O_TRUNC") && mode_of(flags) & VM_PROT_WRITE &&
	    has_length(f)) {
		if (sim_linux_truncate(m, f->object, 0) != 0) {
			sim_fd_close(m, p, fd);
			return sim_fail(m, ENOMEM, NULL, 0, 0, 0,
			    "no memory is left");
		}
		vm_object_setsize(&m->vm, f->object, 0);
	}
	*ret = (uint64_t)fd;
	return 0;
}

int
sim_sys_open(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	return open_path(m, p, c->str, SIM_FILE_REG, c->arg[0], ret);
}

int
sim_sys_shm_open(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	return open_path(m, p, c->str, SIM_FILE_SHM, c->arg[0], ret);
}

int
sim_sys_close(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	(void)ret;
	if (sim_fd_get(p, c->arg[0]) == NULL)
		return sim_fail(m, EBADF, "fd", c->arg[0], 0, 0,
		    "not an open descriptor");
	sim_fd_close(m, p, (int)c->arg[0]);
	return 0;
}

static int
unlink_path(struct machine *m, const char *path, bool shm)
{
	struct sim_file *f = NULL;

	if (path != NULL)
		HASH_FIND_STR(m->files, path, f);
	if (f == NULL || (f->kind == SIM_FILE_SHM) != shm)
		return sim_fail(m, ENOENT, "path", 0, 0, 0,
		    shm ? "no shared memory of this name" : "no such file");
	sim_file_unlink(m, f);
	return 0;
}

int
sim_sys_unlink(struct machine *m, struct process *p, const struct sim_call *c,
    uint64_t *ret)
{
	(void)p, (void)ret;
	return unlink_path(m, c->str, false);
}

int
sim_sys_shm_unlink(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	(void)p, (void)ret;
	return unlink_path(m, c->str, true);
}

int
sim_sys_ftruncate(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	struct sim_fd *fd = sim_fd_get(p, c->arg[0]);

	(void)ret;
	if (fd == NULL)
		return sim_fail(m, EBADF, "fd", c->arg[0], 0, 0,
		    "not an open descriptor");
	if ((fd->mode & VM_PROT_WRITE) == 0)
		return sim_fail(m, EINVAL, "fd", c->arg[0], 0, 0,
		    "the descriptor is not open for writing");
	if (c->arg[1] > INT64_MAX)
		return sim_fail(m, EINVAL, "length", c->arg[1], 0, INT64_MAX,
		    "a negative length");
	if (!has_length(fd->file))
		return sim_fail(m, EINVAL, "fd", c->arg[0], 0, 0,
		    "only files and shared memory have a length");
	if (c->arg[1] > MAXFILE)
		return sim_fail(m, EFBIG, "length", c->arg[1], 0, MAXFILE,
		    "no file is larger than that");
	if (sim_linux_truncate(m, fd->file->object, c->arg[1]) != 0)
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	vm_object_setsize(&m->vm, fd->file->object, c->arg[1]);
	return 0;
}

int
sim_sys_memfd_create(struct machine *m, struct process *p,
    const struct sim_call *c, uint64_t *ret)
{
	const uint32_t ino = m->next_ino;
	char path[300];
	struct sim_file *f;
	int fd;

	if (c->str == NULL || strlen(c->str) > 249)
		return sim_fail(m, EINVAL, "name", 0, 0, 249,
		    "the name is too long");
	snprintf(path, sizeof(path), "/memfd:%s", c->str);
	f = sim_file_nameless(m, path, 0, SIM_FILE_SHM);
	if (f == NULL ||
	    sim_fd_alloc(m, p, f, VM_PROT_READ | VM_PROT_WRITE, &fd) != 0) {
		sim_file_undo(m, ino);
		return sim_fail(m, ENOMEM, NULL, 0, 0, 0, "no memory is left");
	}
	*ret = (uint64_t)fd;
	return 0;
}
