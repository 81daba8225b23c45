/*
 * Mounted file systems and the kernel's cache of names, as kernel readers see
 * them: every file and every directory on the way to one has a vnode, and each
 * vnode but the root of a file system a name in its directory, unless that name
 * has been dropped from the cache or is too long for it.
 *
 *	/		root of the mount on /		no name
 *	/usr		root of the mount on /usr	no name: mounts are not
 *	/usr/lib	a directory			crossed
 *	/usr/lib/libc.so.34.1
 *
 * Directories are not kept: they follow from the paths of the files, numbered
 * from 1 in the order of the files and from the top down.
 */
#ifndef SIM_NAMECACHE_H
#define SIM_NAMECACHE_H

#include "sim.h"

#define SIM_MAXMOUNTS	64
#define SIM_MAXDROPPED	1024
#define SIM_MNAMELEN	90	/* longest mount point and its NUL */

/*	name, tag in a vnode (OpenBSD's enum vtagtype) */
#define SIM_FILESYSTEMS(X)						\
	X("ufs", 1)	X("nfs", 2)	X("mfs", 3)	X("msdos", 4)	\
	X("lfs", 5)	X("null", 9)	X("procfs", 12)	X("cd9660", 14)	\
	X("union", 15)	X("ext2fs", 17)

struct sim_fstype {
	const char     *name;
	int		tag;
};
extern const struct sim_fstype sim_fstypes[];	/* ends with a NULL name */

struct sim_mount {
	char	       *dir;		/* absolute, without a last slash */
	const struct sim_fstype *type;
	uint32_t	dev;		/* major << 8 | minor */
};

/*
 * Mount a file system on dir; the files under it get its device.  A second
 * mount on the same place replaces the first.
 * => 0; EINVAL: dir is not an absolute path of at most 89 characters without
 *    empty, "." and ".." components; ENOSPC: too many; ENOMEM
 */
int	sim_mount(struct machine *, const char *dir,
	    const struct sim_fstype *, uint32_t dev);
/* The mount that a path lies under; a file system is always mounted on "/". */
const struct sim_mount *sim_mount_of(const struct machine *, const char *path);
const struct sim_fstype *sim_fstype_byname(const char *);	/* or NULL */

/*
 * The name of path in its directory leaves the cache, or comes back.
 * => 0; EINVAL; ENOSPC; ENOMEM
 */
int	sim_name_drop(struct machine *, const char *path);
int	sim_name_add(struct machine *, const char *path);
bool	sim_name_cached(const struct machine *, const char *path, size_t len);

#endif /* SIM_NAMECACHE_H */
