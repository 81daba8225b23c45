/*
 * Mounts, and names that are not in the name cache.
 */
#include "namecache.h"
#include "common.h"

#include <string.h>

#define DISK_DEV 0xfe00 /* device 254:0 */

const struct sim_fstype sim_fstypes[] = {
#define X(name, tag) { name, tag },
	SIM_FILESYSTEMS(X)
#undef X
	    { NULL, 0 }
};

const struct sim_fstype *
sim_fstype_byname(const char *name)
{
	for (const struct sim_fstype *t = sim_fstypes; t->name != NULL; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}

/* An absolute path without odd components; "/" itself is one. */
static bool
is_plain(const char *path)
{
	size_t n;

	if (path[0] != '/')
		return false;
	for (path++; *path != '\0'; path += n) {
		n = strcspn(path, "/");
		if (n == 0 || (n <= 2 && strncmp(path, "..", n) == 0) ||
		    (path[n] == '/' && path[n + 1] == '\0'))
			return false;
		n += path[n] == '/';
	}
	return true;
}

/* => path lies at or under dir */
static bool
is_under(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 1)
		return path[0] == '/';
	return strncmp(path, dir, n) == 0 &&
	    (path[n] == '/' || path[n] == '\0');
}

const struct sim_mount *
sim_mount_of(const struct machine *m, const char *path)
{
	static const struct sim_mount root = { (char *)(uintptr_t) "/",
		&sim_fstypes[0], DISK_DEV };
	const struct sim_mount *best = &root;

	for (uint32_t i = 0; i < m->nmounts; i++)
		if (is_under(path, m->mounts[i].dir) &&
		    strlen(m->mounts[i].dir) >= strlen(best->dir))
			best = &m->mounts[i];
	return best;
}

/* Room in a table of max. => NULL: no memory */
static void *
table(struct machine *m, void **at, size_t max, size_t size)
{
	if (*at == NULL)
		*at = mem_zalloc(m->mem, max * size);
	return *at;
}

/* Files that had the device of what was mounted there get the new one. */
static void
give_device(struct machine *m, const struct sim_mount *mount)
{
	struct sim_file *f, *next;

	HASH_ITER(hh, m->files, f, next)
		if (f->kind != SIM_FILE_DEV && !f->own_dev &&
		    sim_mount_of(m, f->path) == mount)
			f->dev = mount->dev;
}

int
sim_mount(struct machine *m, const char *dir, const struct sim_fstype *type,
    uint32_t dev)
{
	struct sim_mount *at;
	uint32_t i = 0;
	char *name;

	if (!is_plain(dir) || strlen(dir) >= SIM_MNAMELEN)
		return EINVAL;
	if (table(m, (void **)&m->mounts, SIM_MAXMOUNTS, sizeof(*at)) == NULL)
		return ENOMEM;
	while (i < m->nmounts && strcmp(m->mounts[i].dir, dir) != 0)
		i++;
	if (i == SIM_MAXMOUNTS)
		return ENOSPC;
	at = &m->mounts[i];
	if (i == m->nmounts) {
		if ((name = mem_strdup(m->mem, dir)) == NULL)
			return ENOMEM;
		at->dir = name;
		m->nmounts++;
	}
	m->changes++;
	at->type = type;
	at->dev = dev;
	give_device(m, at);
	return 0;
}

/* => index of a dropped name, or ndropped */
static uint32_t
find_dropped(const struct machine *m, const char *path, size_t len)
{
	uint32_t i = 0;

	while (i < m->ndropped &&
	    (strncmp(m->dropped[i], path, len) != 0 ||
		m->dropped[i][len] != '\0'))
		i++;
	return i;
}

bool
sim_name_cached(const struct machine *m, const char *path, size_t len)
{
	return find_dropped(m, path, len) == m->ndropped;
}

int
sim_name_drop(struct machine *m, const char *path)
{
	char *name;

	if (!is_plain(path) || path[1] == '\0')
		return EINVAL;
	if (!sim_name_cached(m, path, strlen(path)))
		return 0;
	if (m->ndropped == SIM_MAXDROPPED)
		return ENOSPC;
	if (table(m, (void **)&m->dropped, SIM_MAXDROPPED,
		sizeof(*m->dropped)) == NULL ||
	    (name = mem_strdup(m->mem, path)) == NULL)
		return ENOMEM;
	m->changes++;
	m->dropped[m->ndropped++] = name;
	return 0;
}

int
sim_name_add(struct machine *m, const char *path)
{
	uint32_t i;

	if (!is_plain(path) || path[1] == '\0')
		return EINVAL;
	i = find_dropped(m, path, strlen(path));
	if (i == m->ndropped)
		return 0;
	m->changes++;
	mem_strfree(m->mem, m->dropped[i]);
	m->dropped[i] = m->dropped[--m->ndropped];
	return 0;
}
