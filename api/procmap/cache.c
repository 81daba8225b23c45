/*
 * Paths out of the kernel's name cache.
 *
 * The cache is a hash table of chains; an entry says that in directory (dvp,
 * dvpid) a name means vnode (vp, vpid).  All of it is read once in a run, at
 * the first file.  A path is put together from its end: find who has the
 * vnode, prepend the name, go on with the directory, until nobody has it.
 *
 * If what was reached last is the root of its file system, the path is whole
 * and stands behind the mount point; otherwise " -unknown- " marks the gap:
 *
 *	/bin/sh			all found, mounted on /
 *	/usr/lib/libc.so	all found, mounted on /usr
 *	/usr -unknown- /libc.so	found up to a directory
 *	/usr -unknown-		(and a blank) nothing found
 *
 * Kept from the program of 2004: nchash is the mask of the hash, one less than
 * the chains there are, and as many chains are read; names in the last one
 * stay unknown.  Of several entries for one vnode the last one read counts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "procmap.h"
#include "pmap/narrow.h"

#define UNKNOWN " -unknown- "

struct procmap_names {
	struct procmap_ncp *ncp; /* in the order of reading */
	size_t n, max;
};

static bool
no_memory(struct procmap *pm, const char *where)
{
	procmap_warn(pm, "%s: %s", where, strerror(ENOMEM));
	pm->status = 1;
	return false;
}

/* ------------------------------------------------------------ loading ---- */

static bool
wanted(const struct procmap *pm, const struct procmap_ncp *ncp)
{
	if (ncp->nlen <= 0 || ncp->vp <= pm->symbol[PROCMAP_KERNEL_TEXT])
		return false;
	if (ncp->nlen <= 2 && memcmp(ncp->name, "..", (size_t)ncp->nlen) == 0)
		return false;
	return true;
}

static bool
enter(struct procmap *pm, const struct procmap_ncp *ncp)
{
	struct procmap_names *c = pm->names;
	struct procmap_ncp *grown;

	if (c->n == c->max) {
		size_t max = c->max != 0 ? c->max * 2 : 64;

		grown = realloc(c->ncp, max * sizeof(*grown));
		if (grown == NULL)
			return no_memory(pm, "cache_enter");
		c->ncp = grown;
		c->max = max;
	}
	c->ncp[c->n++] = *ncp;
	return true;
}

/* The kernel may change while it is read; a chain ends where it gets odd. */
static bool
load_chain(struct procmap *pm, uint64_t addr)
{
	struct procmap_ncp ncp;
	uint64_t before = 0;

	while (addr != 0 && addr != before &&
	    addr >= pm->symbol[PROCMAP_KERNEL_TEXT] && addr != 0xdeadbeef) {
		if (!pm->src->ncp(pm, addr, &ncp))
			return false;
		if (wanted(pm, &ncp)) {
			if (pm->opt.debug & PROCMAP_D_CACHE)
				procmap_dump_ncp(pm, &ncp);
			if (!enter(pm, &ncp))
				return false;
		}
		before = addr;
		addr = ncp.next;
	}
	return true;
}

static bool
load_names(struct procmap *pm)
{
	uint64_t mask, *chain, i;
	bool ok;

	pm->names = calloc(1, sizeof(*pm->names));
	if (pm->names == NULL)
		return no_memory(pm, "load_name_cache");
	if (!pm->src->ulong(pm, pm->symbol[PROCMAP_NCHASH], &mask))
		return false;
	if (mask == 0)
		return true;
	chain = malloc(host_bytes(mask, sizeof(*chain)));
	if (chain == NULL)
		return no_memory(pm, "load_name_cache");
	ok = pm->src->pointers(pm, pm->nchashtbl, chain, (size_t)mask);
	for (i = 0; ok && i < mask; i++)
		ok = load_chain(pm, chain[i]);
	free(chain);
	return ok;
}

void
procmap_forget(struct procmap *pm)
{
	if (pm->names == NULL)
		return;
	free(pm->names->ncp);
	free(pm->names);
	pm->names = NULL;
}

/* -------------------------------------------------------------- paths ---- */

static const struct procmap_ncp *
find(const struct procmap *pm, uint64_t vp, uint64_t id)
{
	size_t i;

	for (i = pm->names->n; i-- > 0;)
		if (pm->names->ncp[i].vp == vp && pm->names->ncp[i].vpid == id)
			return &pm->names->ncp[i];
	return NULL;
}

/* Put text before at, which it moves; false: it does not fit behind start. */
static bool
prepend(char **at, const char *start, const char *text, size_t len)
{
	if ((size_t)(*at - start) < len)
		return false;
	*at -= len;
	memcpy(*at, text, len);
	return true;
}

/* The names up from a vnode; *last is what was reached. => any found? */
static bool
walk_up(const struct procmap *pm, char *buf, char **at, uint64_t *last,
    uint64_t id)
{
	const struct procmap_ncp *ncp;
	char *end = *at;

	while ((ncp = find(pm, *last, id)) != NULL) {
		bool slash = *at != end;

		if ((size_t)(*at - buf) < (size_t)ncp->nlen + slash)
			break;
		if (slash)
			prepend(at, buf, "/", 1);
		prepend(at, buf, ncp->name, (size_t)ncp->nlen);
		*last = ncp->dvp;
		id = ncp->dvpid;
	}
	return *at != end;
}

/* What stands before the names that were found; too long: nothing does. */
static void
complete(char *buf, char **at, const char *mounted_on, bool found, bool whole)
{
	size_t len = strlen(mounted_on), need = found;

	if (whole && len == 1)
		len = 0;
	need += len + (whole ? 0 : sizeof(UNKNOWN) - 1);
	if ((size_t)(*at - buf) < need)
		return;
	if (found)
		prepend(at, buf, "/", 1);
	if (!whole)
		prepend(at, buf, UNKNOWN, sizeof(UNKNOWN) - 1);
	prepend(at, buf, mounted_on, len);
}

bool
procmap_path(struct procmap *pm, uint64_t vp, const struct procmap_vnode *vn,
    const char *mounted_on, char *path, size_t len)
{
	struct procmap_vnode last = { .root = false };
	char buf[1024], *at = &buf[sizeof(buf) - 1];
	bool found;

	if (pm->names == NULL && !load_names(pm))
		return false;
	*at = '\0';
	found = walk_up(pm, buf, &at, &vp, vn->id);
	if (found && !pm->src->vnode(pm, vp, &last))
		return false;
	complete(buf, &at, mounted_on, found, found && last.root);
	snprintf(path, len, "%s", at);
	return true;
}
