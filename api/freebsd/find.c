/*
 * The sysctl tree by numbers and by name.
 *
 * Both walk from the top, level by level: a few dozen nodes each, compared one
 * by one.
 */
#include <assert.h>
#include <string.h>

#include "api/include/freebsd/sys/sysctl.h"
#include "sysctl.h"

int
sysctl_number(const struct sysctl_node *level, const struct sysctl_node *node)
{
	return node->number >= 0 ? node->number :
				   CTL_AUTO_START + (int)(node - level);
}

static const struct sysctl_node *
bynumber(const struct machine *m, const struct sysctl_node *level, int number)
{
	const struct sysctl_node *node = level;

	while (node->name != NULL && sysctl_number(level, node) != number)
		node++;
	return node->name != NULL && sysctl_is_there(m, node) ? node : NULL;
}

static const struct sysctl_node *
byname(const struct machine *m, const struct sysctl_node *level,
    const char *name, size_t len)
{
	const struct sysctl_node *node = level;

	while (node != NULL && node->name != NULL &&
	    (strlen(node->name) != len || memcmp(node->name, name, len) != 0))
		node++;
	return node != NULL && node->name != NULL && sysctl_is_there(m, node) ?
	    node :
	    NULL;
}

int
sysctl_find(const struct machine *m, const int *mib, unsigned n,
    const struct sysctl_node **out, unsigned *used)
{
	const struct sysctl_node *level = api_freebsd_sysctls, *node = NULL;
	unsigned i;

	for (i = 0; i < n && level != NULL; i++) {
		node = bynumber(m, level, mib[i]);
		if (node == NULL)
			return ENOENT;
		level = node->child;
	}
	assert(i == n || node != NULL);
	if (i < n && (node->kind & CTLTYPE) != CTLTYPE_NODE)
		return ENOTDIR;
	*out = node;
	*used = i;
	return 0;
}

int
sysctl_byname(const struct machine *m, const char *name, int *mib, unsigned *n)
{
	const struct sysctl_node *level = api_freebsd_sysctls;

	*n = 0;
	do {
		const size_t len = strcspn(name, ".");
		const struct sysctl_node *node = byname(m, level, name, len);

		if (node == NULL)
			return ENOENT;
		mib[(*n)++] = sysctl_number(level, node);
		level = node->child;
		name += len;
		name += *name == '.';
	} while (*name != '\0');
	return 0;
}
