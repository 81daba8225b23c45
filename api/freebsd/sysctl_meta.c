/*
 * CTL_SYSCTL: the tree about itself, as sysctl(8) walks it.
 *
 *	{ 0, 1, mib }	the dotted name		{ 0, 4, mib }	kind and format
 *	{ 0, 2, mib }	the next value's mib	{ 0, 5, mib }	description
 *	{ 0, 3 }	the mib of the name that is the new value
 *
 * "Next" follows the order of numbers; this tree's tables are in the order in
 * which their values are to be listed, and that is the order taken.
 */
#include <string.h>

#include "api/copy.h"
#include "api/include/freebsd/sys/sysctl.h"
#include "sysctl.h"

struct path {
	int mib[CTL_MAXNAME];
	unsigned n;
	char name[SYSCTL_MAXNAME];
};

/* --------------------------------------------------------------- name ---- */

/* Add ".name" to the path's text. */
static void
add_name(struct path *p, const char *name)
{
	const size_t at = strlen(p->name), len = strlen(name);
	const size_t dot = at != 0;

	if (at + dot + len >= sizeof(p->name))
		return;
	memcpy(p->name + at, ".", dot);
	memcpy(p->name + at + dot, name, len + 1);
}

static void
add_number(struct path *p, int number)
{
	char digits[12], *d = digits + sizeof(digits) - 1;
	unsigned v = (unsigned)number;

	*d = '\0';
	do {
		*--d = (char)('0' + v % 10);
	} while ((v /= 10) != 0);
	add_name(p, d);
}

/* Numbers without a name are shown as they are. */
int
sysctl_meta_name(struct sysctl_req *r)
{
	struct path p = { .n = 0 };
	const struct sysctl_node *node;
	unsigned used;

	if (r->narg == 0)
		return ENOENT;
	for (unsigned i = 1; i <= r->narg; i++) {
		if (sysctl_find(r->m, r->arg, i, &node, &used) == 0 &&
		    used == i)
			add_name(&p, node->name);
		else
			add_number(&p, r->arg[i - 1]);
	}
	return sysctl_out(r, p.name, strlen(p.name) + 1);
}

/* --------------------------------------------------------------- next ---- */

/*
 * The first value at or below a table's place, depth first.
 * => false: there is none
 */
static bool
first_below(const struct machine *m, const struct sysctl_node *level,
    const struct sysctl_node *node, struct path *p)
{
	for (; node->name != NULL; node++) {
		if (node->kind & CTLFLAG_SKIP || !sysctl_is_there(m, node))
			continue;
		p->mib[p->n++] = sysctl_number(level, node);
		if (node->handler != NULL)
			return true;
		if (node->child != NULL &&
		    first_below(m, node->child, node->child, p))
			return true;
		p->n--;
	}
	return false;
}

/* The first value behind the numbers from i on, in level and below. */
static bool
next_in(const struct sysctl_node *level, const struct sysctl_req *r, unsigned i,
    struct path *p)
{
	const struct sysctl_node *node = level;

	if (i == r->narg)
		return first_below(r->m, level, level, p);
	while (node->name != NULL && sysctl_number(level, node) != r->arg[i])
		node++;
	if (node->name == NULL) { /* no such number: the next greater */
		for (node = level; node->name != NULL &&
		     sysctl_number(level, node) < r->arg[i];
		     node++)
			;
		return first_below(r->m, level, node, p);
	}
	if (node->child != NULL && sysctl_is_there(r->m, node)) {
		p->mib[p->n++] = r->arg[i];
		if (next_in(node->child, r, i + 1, p))
			return true;
		p->n--;
	}
	return first_below(r->m, level, node + 1, p);
}

int
sysctl_meta_next(struct sysctl_req *r)
{
	struct path p = { .n = 0 };

	if (!next_in(api_freebsd_sysctls, r, 0, &p))
		return ENOENT;
	return sysctl_out(r, p.mib, p.n * sizeof(p.mib[0]));
}

/* ---------------------------------------------------- name to numbers ---- */

int
sysctl_meta_oid(struct sysctl_req *r)
{
	char name[SYSCTL_MAXNAME];
	int mib[CTL_MAXNAME], error;
	unsigned n;

	if (r->new == NULL || r->newlen == 0)
		return ENOENT;
	if (r->newlen >= sizeof(name))
		return ENAMETOOLONG;
	if ((error = api_copyin(name, r->new, r->newlen)) != 0)
		return error;
	name[r->newlen] = '\0';
	if ((error = sysctl_byname(r->m, name, mib, &n)) != 0)
		return error;
	return sysctl_out(r, mib, n * sizeof(mib[0]));
}

/* ------------------------------------------------- format, description --- */

static int
described(const struct sysctl_req *r, const struct sysctl_node **node)
{
	unsigned used;

	return r->narg == 0 ? ENOENT :
			      sysctl_find(r->m, r->arg, r->narg, node, &used);
}

int
sysctl_meta_format(struct sysctl_req *r)
{
	const struct sysctl_node *node;
	int error = described(r, &node);

	if (error == 0)
		error = sysctl_out(r, &node->kind, sizeof(node->kind));
	return error == 0 ?
	    sysctl_out(r, node->format, strlen(node->format) + 1) :
	    error;
}

int
sysctl_meta_about(struct sysctl_req *r)
{
	const struct sysctl_node *node;
	int error = described(r, &node);

	return error == 0 ?
	    sysctl_out(r, node->about, strlen(node->about) + 1) :
	    error;
}
