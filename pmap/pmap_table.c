/*
 * Page tables: finding, making and freeing them, and pushing write protection
 * down.
 *
 * The table used last is cached in the pmap with all that an enter needs: its
 * array, its count of valid PTEs, and whether the path to it withholds writing.
 */
#include "pmap_internal.h"

#include <errno.h>
#include <string.h>

/* Entries of the largest inner table. */
static size_t
inner_entries(const struct pmap_geometry *geo)
{
	size_t n = 0;

	for (unsigned l = 0; l + 1 < geo->nlevels; l++)
		if (PT_ENTRIES(geo, l) > n)
			n = PT_ENTRIES(geo, l);
	return n;
}

size_t
pt_node_size(const struct pmap_geometry *geo)
{
	return sizeof(struct pt_node) +
	    inner_entries(geo) *
	    (sizeof(uint64_t) + sizeof(void *) + sizeof(uint16_t) +
		sizeof(uint8_t));
}

static struct pt_node *
node_take(struct pmap *pmap, struct pt_node *parent, unsigned index,
    pfn_t frame)
{
	struct pmap_system *sys = pmap->sys;
	struct pt_node *node = slab_take(&sys->nodes);
	size_t n = inner_entries(sys->geo);

	memset(node, 0, pt_node_size(sys->geo));
	node->pte = (uint64_t *)(void *)(node + 1);
	node->child = (void **)(void *)(node->pte + n);
	node->nvalid = (uint16_t *)(void *)(node->child + n);
	node->states = (uint8_t *)(node->nvalid + n);
	node->parent = parent;
	node->index = index;
	node->level = parent != NULL ? parent->level + 1 : 0;
	node->frame = frame;
	return node;
}

int
pt_root_create(struct pmap *pmap)
{
	struct pmap_system *sys = pmap->sys;
	pfn_t frame = sys->ptp_alloc(sys->ctx, pmap);

	if (frame == PFN_NONE)
		return ENOMEM;
	pmap->root = node_take(pmap, NULL, 0, frame);
	pmap->ntables = 1;
	return 0;
}

void
pt_root_destroy(struct pmap *pmap)
{
	struct pmap_system *sys = pmap->sys;

	assert(pmap->root->count == 0 && pmap->ntables == 1);
	sys->ptp_free(sys->ctx, pmap, pmap->root->frame);
	slab_give(&sys->nodes, pmap->root);
	pmap->root = NULL;
	pmap->ntables = 0;
}

static void
cache_leaf(struct pmap *pmap, vaddr_t va, struct pt_node *node, unsigned i,
    bool writable)
{
	pmap->last_leaf = node->child[i];
	pmap->last_key = pt_leaf_key(pmap, va);
	pmap->last_nvalid = &node->nvalid[i];
	pmap->last_states = &node->states[i];
	pmap->last_node = node;
	pmap->last_writable = writable;
}

/* Bits above the top one that is translated must repeat it, or be 0. */
static inline bool
is_canonical(const struct pmap_geometry *geo, vaddr_t va)
{
	if (geo->va_plain)
		return va >> geo->va_bits == 0;
	return (vaddr_t)((int64_t)va >> (geo->va_bits - 1)) + 1 <= 1;
}

uint64_t *
pt_leaf_find(struct pmap *pmap, vaddr_t va)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	struct pt_node *node = pmap->root;
	uint64_t path = geo->pte.write;
	unsigned last = geo->nlevels - 2u, i;

	if (unlikely(!is_canonical(geo, va)))
		return NULL;
	for (unsigned level = 0;; level++) {
		i = pt_index(geo, va, level);
		if (node->child[i] == NULL)
			return NULL;
		path &= node->pte[i];
		if (level == last)
			break;
		node = node->child[i];
	}
	cache_leaf(pmap, va, node, i, path != 0);
	return pmap->last_leaf;
}

/* ----------------------------------------------------------- push-down ---- */

/*
 * The entry (node, i) withholds writing from all below it: let each entry
 * below withhold it instead.  Invalid entries are zero, so all may be masked.
 */
static void
push_down(struct pmap *pmap, struct pt_node *node, unsigned i)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	uint64_t write = geo->pte.write;
	uint64_t *pte = node->level == geo->nlevels - 2u ?
	    node->child[i] :
	    ((struct pt_node *)node->child[i])->pte;
	unsigned n = PT_ENTRIES(geo, node->level + 1);

	for (unsigned k = 0; k < n; k++)
		pte[k] &= ~write;
	node->states[i] = pte_states_readonly(node->states[i]);
	node->pte[i] |= write;
	pmap->sys->pushdowns++;
}

/* -------------------------------------------------------------- making ---- */

/* Frames for the tables that lack below node, at most one a level. */
static bool
take_frames(struct pmap *pmap, unsigned n, pfn_t *frames)
{
	struct pmap_system *sys = pmap->sys;

	for (unsigned k = 0; k < n; k++) {
		frames[k] = sys->ptp_alloc(sys->ctx, pmap);
		if (frames[k] != PFN_NONE)
			continue;
		while (k-- > 0)
			sys->ptp_free(sys->ctx, pmap, frames[k]);
		return false;
	}
	return true;
}

static void
add_table(struct pmap *pmap, struct pt_node *node, unsigned i, pfn_t frame)
{
	struct pmap_system *sys = pmap->sys;
	const struct pmap_geometry *geo = sys->geo;
	const struct pte_format *f = &geo->pte;

	if (node->level == geo->nlevels - 2u) {
		size_t size = sizeof(uint64_t) *
		    PT_ENTRIES(geo, node->level + 1);

		node->child[i] = slab_take(&sys->leaves);
		memset(node->child[i], 0, size);
	} else {
		node->child[i] = node_take(pmap, node, i, frame);
	}
	node->pte[i] = ptoa(frame) | f->valid | f->write | f->accessed |
	    (pmap->kernel ? 0 : f->user);
	node->nvalid[i] = 0;
	node->states[i] = 0;
	node->count++;
	if (node->parent != NULL)
		node->parent->nvalid[node->index]++;
	pmap->ntables++;
}

uint64_t *
pt_leaf_make(struct pmap *pmap, vaddr_t va, vm_prot_t want)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	uint64_t path = geo->pte.write;
	struct pt_node *node = pmap->root;
	unsigned last = geo->nlevels - 2u, level, i, next = 0;
	pfn_t frames[PMAP_MAXLEVELS];

	for (level = 0; level <= last; level++) {
		i = pt_index(geo, va, level);
		if (node->child[i] == NULL)
			break;
		if (level < last)
			node = node->child[i];
	}
	if (level <= last && !take_frames(pmap, last + 1 - level, frames))
		return NULL;
	node = pmap->root;
	for (level = 0;; level++) {
		i = pt_index(geo, va, level);
		if (node->child[i] == NULL)
			add_table(pmap, node, i, frames[next++]);
		if ((node->pte[i] & geo->pte.write) == 0 &&
		    (want & VM_PROT_WRITE) != 0)
			push_down(pmap, node, i);
		path &= node->pte[i];
		if (level == last)
			break;
		node = node->child[i];
	}
	cache_leaf(pmap, va, node, i, path != 0);
	return pmap->last_leaf;
}

/* ------------------------------------------------------------- freeing ---- */

void
pt_leaf_drop(struct pmap *pmap, struct pt_node *node, unsigned i)
{
	struct pmap_system *sys = pmap->sys;
	void *child = node->child[i];
	bool leaf = true;

	pmap->last_leaf = NULL;
	for (;;) {
		pfn_t frame = pte_pfn(pmap, node->pte[i]);

		slab_give(leaf ? &sys->leaves : &sys->nodes, child);
		node->child[i] = NULL;
		node->pte[i] = 0;
		node->nvalid[i] = 0;
		node->states[i] = 0;
		node->count--;
		pmap->ntables--;
		sys->ptp_free(sys->ctx, pmap, frame);
		if (node->parent == NULL)
			return;
		node->parent->nvalid[node->index]--;
		if (node->count > 0)
			return;
		leaf = false;
		child = node;
		i = node->index;
		node = node->parent;
	}
}
