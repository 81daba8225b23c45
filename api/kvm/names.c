/*
 * Directories and the name cache, as they follow from the paths of the files.
 *
 * Names go into the table in the order of the files; each goes to the head of
 * its chain, as a kernel does it.  A name longer than NCHNAMLEN is never in the
 * cache.
 */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

#define NCHNAMLEN 31

const struct sim_mount *
kvm_mount_byid(const struct kvm_view *v, uint32_t id)
{
	if (id == 1)
		return sim_mount_of(v->m, "/");
	return id >= 2 && id - 2 < v->m->nmounts ? &v->m->mounts[id - 2] : NULL;
}

/* The mount on "/" is number 1, there or implied. */
uint32_t
kvm_mount_id(const struct kvm_view *v, const struct sim_mount *mount)
{
	if (mount->dir[1] == '\0')
		return 1;
	return (uint32_t)(mount - v->m->mounts) + 2;
}

/* Room for one more in an array that begins at 1. => 0 or ENOMEM */
static int
grow(void **array, uint32_t n, uint32_t *max, size_t size)
{
	uint32_t want = *max == 0 ? 64 : *max * 2;
	void *p;

	if (n + 1 < *max)
		return 0;
	p = realloc(*array, want * size);
	if (p == NULL)
		return ENOMEM;
	*array = p;
	*max = want;
	return 0;
}

static uint32_t
hash_of(uint32_t dir, const char *text, size_t len)
{
	uint32_t h = 2166136261u ^ dir;

	while (len-- > 0)
		h = (h ^ (unsigned char)*text++) * 16777619u;
	return h ^ h >> 16;
}

/* Enter the last component of path, unless it is not in the cache. */
static int
add_name(struct kvm_view *v, const char *path, size_t len, uint32_t dir,
    uint32_t sub, const struct vm_object *object)
{
	const char *text = memrchr(path, '/', len);
	size_t n = len - (size_t)(++text - path);
	struct kvm_name *name;
	uint32_t *bucket;

	if (n == 0 || n > NCHNAMLEN || !sim_name_cached(v->m, path, len))
		return 0;
	if (grow((void **)&v->name, v->nnames, &v->maxnames,
		sizeof(*v->name)) != 0)
		return ENOMEM;
	bucket = &v->bucket[hash_of(dir, text, n) % KVM_NCHASH];
	name = &v->name[++v->nnames];
	*name = (struct kvm_name){ dir, sub, object, text, (int)n, *bucket };
	*bucket = v->nnames;
	return 0;
}

static uint32_t *
dir_chain(struct kvm_view *v, const char *path, size_t len)
{
	return &v->dirhash[hash_of(0, path, len) % KVM_DIRHASH];
}

static uint32_t
find_dir(struct kvm_view *v, const char *path, size_t len)
{
	uint32_t id = *dir_chain(v, path, len);

	while (id != 0 &&
	    (strncmp(v->dir[id].path, path, len) != 0 ||
		v->dir[id].path[len] != '\0'))
		id = v->dir[id].next;
	return id;
}

/* The directory path[0 .. len) below one that is there. => 0: no memory */
static uint32_t
add_dir(struct kvm_view *v, const char *path, size_t len, uint32_t parent)
{
	uint32_t *chain = dir_chain(v, path, len), id;
	const struct sim_mount *mount;
	char *own;

	if (grow((void **)&v->dir, v->ndirs, &v->maxdirs, sizeof(*v->dir)) !=
		0 ||
	    (own = strndup(path, len)) == NULL)
		return 0;
	mount = sim_mount_of(v->m, own);
	if (strcmp(mount->dir, own) == 0)
		parent = 0; /* names do not cross mounts */
	id = ++v->ndirs;
	v->dir[id] = (struct kvm_dir){ own, parent, *chain, mount };
	*chain = id;
	if (parent != 0 && add_name(v, own, len, parent, id, NULL) != 0)
		return 0;
	return id;
}

/* The directory that path[0 .. len) names, and those above it. => as before */
static uint32_t
get_dir(struct kvm_view *v, const char *path, size_t len)
{
	uint32_t id = find_dir(v, "/", 1);
	size_t end;

	if (id == 0 && (id = add_dir(v, "/", 1, 0)) == 0)
		return 0;
	for (size_t at = 1; at < len; at = end + 1) {
		uint32_t parent = id;

		end = at + strcspn(path + at, "/");
		if (end > len)
			end = len;
		if (end == at)
			continue; /* two slashes */
		id = find_dir(v, path, end);
		if (id == 0 && (id = add_dir(v, path, end, parent)) == 0)
			return 0;
	}
	return id;
}

static int
add_file(struct kvm_view *v, const struct sim_file *f)
{
	const char *slash = strrchr(f->path, '/');
	uint32_t dir;

	if (f->path[0] != '/' || f->object == NULL ||
	    f->object->pager != &uvm_vnodeops)
		return 0;
	dir = get_dir(v, f->path, (size_t)(slash - f->path));
	if (dir == 0)
		return ENOMEM;
	return add_name(v, f->path, strlen(f->path), dir, 0, f->object);
}

int
kvm_names_make(struct kvm_view *v)
{
	const struct sim_file *f;

	for (f = v->m->files; f != NULL; f = f->hh.next)
		if (add_file(v, f) != 0)
			return ENOMEM;
	return 0;
}

void
kvm_names_free(struct kvm_view *v)
{
	for (uint32_t i = 1; i <= v->ndirs; i++)
		free(v->dir[i].path);
	free(v->dir);
	free(v->name);
	v->dir = NULL;
	v->name = NULL;
	v->ndirs = v->nnames = 0;
}
