/*
 * Page tables: finding, making and freeing them, and pushing write protection
 * down.
 *
 * The table used last is cached in the pmap with all that an enter needs: its
 * array, its count of valid PTEs, and whether the path to it withholds writing.
 */
#include "pmap_large.h"

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

struct pt_node *
pt_node_take(struct pmap *pmap, struct pt_node *parent, unsigned index,
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
	pmap->root = pt_node_take(pmap, NULL, 0, frame);
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

uint64_t *
pt_leaf_find(struct pmap *pmap, vaddr_t va)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	struct pt_node *node = pmap->root;
	uint64_t path = geo->pte.write;
	unsigned last = geo->nlevels - 2u, i;

	if (unlikely(!pmap_va_ok(geo, pmap->kernel, va)))
		return NULL;
	for (unsigned level = 0;; level++) {
		i = pt_index(geo, va, level);
		if (node->child[i] == NULL || pt_is_large(pmap, node->pte[i]))
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

/* Withhold writing at each PTE of a leaf table: M goes to the frames. */
static void
push_to_leaf(struct pmap *pmap, uint64_t *leaf)
{
	const struct pte_format *f = &pmap->sys->geo->pte;

	for (unsigned k = 0; k <= pmap->leaf_mask; k++) {
		if (leaf[k] & f->dirty)
			pmap_page(pmap->sys, pte_pfn(pmap, leaf[k]))
			    ->pv |= PMAP_ATTR_MOD;
		leaf[k] &= ~(f->write | f->dirty);
	}
}

static void
push_to_node(struct pmap *pmap, struct pt_node *node)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	unsigned n = PT_ENTRIES(geo, node->level);

	for (unsigned k = 0; k < n; k++)
		if (pt_is_large(pmap, node->pte[k]))
			node->pte[k] = pmap_large_readonly(pmap, node->pte[k],
			    level_psind(pmap->sys, node->level));
		else
			node->pte[k] &= ~geo->pte.write;
}

/*
 * The entry (node, i) withholds writing from all below it: let each entry
 * below withhold it instead.  Invalid entries are zero, so all may be masked.
 */
static void
push_down(struct pmap *pmap, struct pt_node *node, unsigned i)
{
	const struct pmap_geometry *geo = pmap->sys->geo;

	if (node->level == geo->nlevels - 2u)
		push_to_leaf(pmap, node->child[i]);
	else
		push_to_node(pmap, node->child[i]);
	node->states[i] = pte_states_readonly(node->states[i]);
	node->pte[i] |= geo->pte.write;
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

	if (node->level == geo->nlevels - 2u) {
		node->child[i] = slab_take(&sys->leaves);
		memset(node->child[i], 0, sys->leaves.size);
	} else {
		node->child[i] = pt_node_take(pmap, node, i, frame);
	}
	node->pte[i] = pt_table_entry(pmap, frame);
	node->nvalid[i] = 0;
	node->states[i] = 0;
	pt_slot_count(node);
	pmap->ntables++;
}

/* Of the levels [0, depth), how many have their table on the way to va?  What
 * is larger on the way is demoted. */
static unsigned
levels_there(struct pmap *pmap, vaddr_t va, unsigned depth)
{
	struct pt_node *node = pmap->root;
	unsigned level, i;

	for (level = 0; level < depth; level++) {
		i = pt_index(pmap->sys->geo, va, level);
		if (unlikely(pt_is_large(pmap, node->pte[i])) &&
		    !pmap_demote(pmap, node, i, va))
			return levels_there(pmap, va, depth);
		if (node->child[i] == NULL)
			break;
		if (level + 1 < depth)
			node = node->child[i];
	}
	return level;
}

/*
 * Tables for the levels [0, depth) on the way to va, writing not withheld if
 * it is wanted.  => the node of the last of them, and whether the path allows
 * writing; NULL: no frame
 */
static struct pt_node *
make_path(struct pmap *pmap, vaddr_t va, unsigned depth, vm_prot_t want,
    bool *writable)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	uint64_t path = geo->pte.write;
	struct pt_node *node = pmap->root;
	pfn_t frames[PMAP_MAXLEVELS];
	unsigned level = levels_there(pmap, va, depth), i, next = 0;

	if (level < depth && !take_frames(pmap, depth - level, frames))
		return NULL;
	for (level = 0;; level++) {
		i = pt_index(geo, va, level);
		if (node->child[i] == NULL)
			add_table(pmap, node, i, frames[next++]);
		if ((node->pte[i] & geo->pte.write) == 0 &&
		    (want & VM_PROT_WRITE) != 0)
			push_down(pmap, node, i);
		path &= node->pte[i];
		if (level + 1 == depth)
			break;
		node = node->child[i];
	}
	*writable = path != 0;
	return node;
}

uint64_t *
pt_leaf_make(struct pmap *pmap, vaddr_t va, vm_prot_t want)
{
	const struct pmap_geometry *geo = pmap->sys->geo;
	bool writable;
	struct pt_node *node = make_path(pmap, va, geo->nlevels - 1u, want,
	    &writable);

	if (node == NULL)
		return NULL;
	cache_leaf(pmap, va, node, pt_index(geo, va, node->level), writable);
	return pmap->last_leaf;
}

struct pt_node *
pt_path_make(struct pmap *pmap, vaddr_t va, unsigned level, vm_prot_t want)
{
	struct pt_node *node;
	bool writable;

	if (level == 0)
		return pmap->root;
	node = make_path(pmap, va, level, want, &writable);
	return node == NULL ?
	    NULL :
	    node->child[pt_index(pmap->sys->geo, va, level - 1)];
}

/* ------------------------------------------------------------- freeing ---- */

static void
give_node(struct pmap *pmap, struct pt_node *node)
{
	struct pmap_system *sys = pmap->sys;
	pfn_t frame = node->frame;

	slab_give(&sys->nodes, node);
	pmap->ndropped++;
	pmap->ntables--;
	sys->ptp_free(sys->ctx, pmap, frame);
}

void
pt_path_trim(struct pmap *pmap, struct pt_node *node)
{
	struct pt_node *parent = node->parent;
	unsigned i = node->index;

	if (node->count > 0 || parent == NULL)
		return;
	give_node(pmap, node);
	pt_slot_drop(pmap, parent, i);
}

void
pt_slot_drop(struct pmap *pmap, struct pt_node *node, unsigned i)
{
	pmap->last_leaf = NULL;
	node->child[i] = NULL;
	node->pte[i] = 0;
	node->nvalid[i] = 0;
	node->states[i] = 0;
	node->count--;
	if (node->parent == NULL)
		return;
	node->parent->nvalid[node->index]--;
	pt_path_trim(pmap, node);
}

void
pt_leaf_drop(struct pmap *pmap, struct pt_node *node, unsigned i)
{
	struct pmap_system *sys = pmap->sys;
	pfn_t frame = pte_pfn(pmap, node->pte[i]);

	slab_give(&sys->leaves, node->child[i]);
	pmap->ndropped++;
	pmap->ntables--;
	sys->ptp_free(sys->ctx, pmap, frame);
	pt_slot_drop(pmap, node, i);
}
