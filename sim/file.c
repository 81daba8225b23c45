/*
 * Simulated files and descriptors.
 *
 * A file's content is decided by its path: page i of a file always holds the
 * same tag until somebody writes it back changed.  A file lives while it has a
 * name, is open, or is mapped.
 */
#include "common.h"
#include "namecache.h"

#include <stdio.h>
#include <string.h>

/* FNV-1a. */
static uint64_t
seed_of(const char *path)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *path != '\0'; path++)
		h = (h ^ (unsigned char)*path) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

static const struct vm_pager *
pager_of(enum sim_file_kind kind)
{
	switch (kind) {
	case SIM_FILE_SHM: return &aobj_pager;
	case SIM_FILE_DEV: return &uvm_deviceops;
	default: return &uvm_vnodeops;
	}
}

static struct sim_file *
file_new(struct machine *m, const char *path, uint64_t size,
    enum sim_file_kind kind)
{
	struct sim_file *f = mem_zalloc(m->mem, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->path = mem_strdup(m->mem, path);
	if (f->path == NULL ||
	    vm_object_create(&m->vm, pager_of(kind), size,
		kind == SIM_FILE_SHM ? 0 : seed_of(path), &f->object) != 0) {
		mem_strfree(m->mem, f->path);
		mem_free(m->mem, f, sizeof(*f));
		return NULL;
	}
	f->kind = kind;
	f->disk = m->config.disk;
	f->dev = sim_mount_of(m, path)->dev;
	f->ino = m->next_ino++;
	f->object->handle = f;
	return f;
}

static void
file_free(struct machine *m, struct sim_file *f)
{
	f->object->handle = NULL;
	vm_object_unref(&m->vm, f->object);
	mem_strfree(m->mem, f->path);
	mem_free(m->mem, f, sizeof(*f));
}

struct sim_file *
sim_file_get(struct machine *m, const char *path, uint64_t size,
    enum sim_file_kind kind)
{
	struct sim_file *f;

	HASH_FIND_STR(m->files, path, f);
	if (f != NULL)
		return f;
	f = file_new(m, path, size, kind);
	if (f == NULL)
		return NULL;
	SIM_HASH_ADD(m->files, f->path, strlen(f->path), f);
	if (f->hh.tbl == NULL) {
		mem_refuse(m->mem);
		file_free(m, f);
		m->next_ino--;
		return NULL;
	}
	f->links = 1;
	return f;
}

struct sim_file *
sim_file_nameless(struct machine *m, const char *path, uint64_t size,
    enum sim_file_kind kind)
{
	struct sim_file *f = file_new(m, path, size, kind);

	if (f != NULL) {
		f->hh.next = m->unlinked;
		m->unlinked = f;
	}
	return f;
}

void
sim_file_unlink(struct machine *m, struct sim_file *f)
{
	HASH_DEL(m->files, f);
	f->links = 0;
	f->hh.next = m->unlinked;
	m->unlinked = f;
	sim_file_sweep(m);
}

void
sim_file_undo(struct machine *m, uint32_t ino)
{
	struct sim_file *f, *next;

	HASH_ITER(hh, m->files, f, next)
		if (f->ino >= ino) {
			HASH_DEL(m->files, f);
			file_free(m, f);
		}
	sim_file_sweep(m);
	m->next_ino = ino;
}

void
sim_file_sweep(struct machine *m)
{
	struct sim_file **link = &m->unlinked, *f;

	while ((f = *link) != NULL) {
		void **next = &f->hh.next;

		if (f->opens > 0 || f->object->refs > 1) {
			link = (struct sim_file **)(void *)next;
			continue;
		}
		*link = *next;
		file_free(m, f);
	}
}

struct sim_file *
sim_file_byobject(struct machine *m, struct vm_object *obj)
{
	(void)m;
	return obj->handle;
}

/*
 * A file's path; a segment's key as Linux shows it; memory that is shared but
 * has no name is what a shared mapping of /dev/zero would be.
 */
const char *
sim_object_name(struct machine *m, struct vm_object *obj, char *buf, size_t len)
{
	struct sim_shm *shm, *next;

	if (obj->handle != NULL)
		return ((struct sim_file *)obj->handle)->path;
	if (obj->pager != &aobj_pager)
		return NULL;
	HASH_ITER(hh, m->shms, shm, next)
		if (shm->object == obj) {
			snprintf(buf, len, "/SYSV%08x", (unsigned)shm->key);
			return buf;
		}
	return "/dev/zero";
}

/* --------------------------------------------------------- descriptors ---- */

struct sim_fd *
sim_fd_get(const struct process *p, uint64_t fd)
{
	if (fd >= (uint64_t)p->nfd || p->fd[fd].file == NULL)
		return NULL;
	return &p->fd[fd];
}

static int
fd_grow(struct machine *m, struct process *p)
{
	int n = p->nfd > 0 ? p->nfd * 2 : 8;
	struct sim_fd *fd = mem_realloc(m->mem, p->fd,
	    (size_t)p->nfd * sizeof(*fd), (size_t)n * sizeof(*fd));

	if (fd == NULL)
		return ENOMEM;
	memset(fd + p->nfd, 0, (size_t)(n - p->nfd) * sizeof(*fd));
	p->fd = fd;
	p->nfd = n;
	return 0;
}

/* Descriptors 0 to 2 are taken by the standard streams of a real process. */
int
sim_fd_alloc(struct machine *m, struct process *p, struct sim_file *f,
    vm_prot_t mode, int *out)
{
	int i = 3;

	while (i < p->nfd && p->fd[i].file != NULL)
		i++;
	if (i >= p->nfd && fd_grow(m, p) != 0)
		return ENOMEM;
	p->fd[i] = (struct sim_fd){ .file = f, .mode = mode };
	f->opens++;
	*out = i;
	return 0;
}

void
sim_fd_close(struct machine *m, struct process *p, int fd)
{
	struct sim_file *f = p->fd[fd].file;

	p->fd[fd].file = NULL;
	f->opens--;
	if (f->links == 0)
		sim_file_sweep(m);
}

void
sim_fd_close_all(struct machine *m, struct process *p)
{
	for (int i = 0; i < p->nfd; i++)
		if (p->fd[i].file != NULL)
			sim_fd_close(m, p, i);
	mem_free(m->mem, p->fd, (size_t)p->nfd * sizeof(*p->fd));
	p->fd = NULL;
	p->nfd = 0;
}

int
sim_fd_copy(struct machine *m, const struct process *from, struct process *to)
{
	size_t size = (size_t)from->nfd * sizeof(*from->fd);

	if (from->nfd == 0)
		return 0;
	to->fd = mem_alloc(m->mem, size);
	if (to->fd == NULL)
		return ENOMEM;
	memcpy(to->fd, from->fd, size);
	to->nfd = from->nfd;
	for (int i = 0; i < to->nfd; i++)
		if (to->fd[i].file != NULL)
			to->fd[i].file->opens++;
	return 0;
}
