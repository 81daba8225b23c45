/*
 * The map's red-black tree, augmented with gap and maxgap, and its list.
 *
 * Red-black insertion and deletion are the textbook ones (Cormen et al.,
 * chapter 13) with explicit NULL leaves.  What is special:
 *
 *  - the list gives the place in the tree: behind prev is either prev's right
 *    child or the left child of prev's successor, whichever is empty;
 *  - a change of one gap climbs only as long as it can change an ancestor's
 *    maxgap.  A grown value stops at the first ancestor that already has as
 *    much; a shrunk one at the first ancestor whose maximum comes from
 *    elsewhere.  So most changes of small gaps touch one or two nodes;
 *  - before a node is removed its gap goes to its predecessor, after which it
 *    counts for nothing and can leave without recomputation above it.
 */
#include "vm_map_internal.h"

#define RED ((uintptr_t)1)

static inline struct vm_map_entry *
parent_of(const struct vm_map_entry *e)
{
	return (struct vm_map_entry *)(e->parent & ~RED);
}

static inline bool
is_red(const struct vm_map_entry *e)
{
	return e != NULL && (e->parent & RED) != 0;
}

static inline void
set_parent(struct vm_map_entry *e, struct vm_map_entry *parent)
{
	e->parent = (uintptr_t)parent | (e->parent & RED);
}

static inline void
set_red(struct vm_map_entry *e, bool red)
{
	e->parent = (e->parent & ~RED) | (red ? RED : 0);
}

/* ---------------------------------------------------- the augmentation ---- */

static inline vsize_t
child_max(const struct vm_map_entry *child)
{
	return child != NULL ? child->maxgap : 0;
}

static inline vsize_t
compute_max(const struct vm_map_entry *e)
{
	vsize_t max = e->gap, l = child_max(e->left), r = child_max(e->right);

	if (l > max)
		max = l;
	return r > max ? r : max;
}

/* A subtree below e had maximum `was` and now has `now`: adjust e upwards. */
static void
climb(struct vm_map_entry *e, vsize_t was, vsize_t now)
{
	for (; e != NULL && now != was; e = parent_of(e)) {
		vsize_t old = e->maxgap;

		if (now > was) {
			if (old >= now)
				return;
			e->maxgap = now;
		} else {
			if (old > was)
				return;
			e->maxgap = compute_max(e);
			now = e->maxgap;
		}
		was = old;
	}
}

static void
set_gap(struct vm_map_entry *e, vsize_t gap)
{
	vsize_t was = e->gap, max = e->maxgap;

	e->gap = gap;
	if (gap > max)
		e->maxgap = gap;
	else if (gap < was && was == max)
		e->maxgap = compute_max(e);
	climb(parent_of(e), max, e->maxgap);
}

void
vm_entry_fix_gap(struct vm_map *map, struct vm_map_entry *e)
{
	vsize_t gap = e->next->start - e->end;

	if (e == &map->header)
		e->gap = gap;
	else if (e->gap != gap)
		set_gap(e, gap);
}

/* ----------------------------------------------------------- rotations ---- */

static void
replace_child(struct vm_map *map, struct vm_map_entry *parent,
    struct vm_map_entry *old, struct vm_map_entry *new)
{
	if (parent == NULL)
		map->root = new;
	else if (parent->left == old)
		parent->left = new;
	else
		parent->right = new;
}

static void
rotate_left(struct vm_map *map, struct vm_map_entry *x)
{
	struct vm_map_entry *y = x->right;

	x->right = y->left;
	if (y->left != NULL)
		set_parent(y->left, x);
	set_parent(y, parent_of(x));
	replace_child(map, parent_of(x), x, y);
	y->left = x;
	set_parent(x, y);
	y->maxgap = x->maxgap;
	x->maxgap = compute_max(x);
}

static void
rotate_right(struct vm_map *map, struct vm_map_entry *x)
{
	struct vm_map_entry *y = x->left;

	x->left = y->right;
	if (y->right != NULL)
		set_parent(y->right, x);
	set_parent(y, parent_of(x));
	replace_child(map, parent_of(x), x, y);
	y->right = x;
	set_parent(x, y);
	y->maxgap = x->maxgap;
	x->maxgap = compute_max(x);
}

/* ----------------------------------------------------------- insertion ---- */

static void
insert_fixup(struct vm_map *map, struct vm_map_entry *e)
{
	struct vm_map_entry *p, *g, *u;

	while (is_red(p = parent_of(e))) {
		g = parent_of(p);
		u = p == g->left ? g->right : g->left;
		if (is_red(u)) {
			set_red(p, false);
			set_red(u, false);
			set_red(g, true);
			e = g;
			continue;
		}
		if (p == g->left) {
			if (e == p->right) {
				rotate_left(map, p);
				p = e;
			}
			set_red(p, false);
			set_red(g, true);
			rotate_right(map, g);
		} else {
			if (e == p->left) {
				rotate_right(map, p);
				p = e;
			}
			set_red(p, false);
			set_red(g, true);
			rotate_left(map, g);
		}
		break;
	}
	set_red(map->root, false);
}

void
vm_entry_link(struct vm_map *map, struct vm_map_entry *prev,
    struct vm_map_entry *e)
{
	struct vm_map_entry *next = prev->next, *parent;

	assert(prev->end <= e->start && e->end <= next->start);
	e->prev = prev;
	e->next = next;
	prev->next = e;
	next->prev = e;
	e->left = e->right = NULL;
	if (prev != &map->header && prev->right == NULL) {
		parent = prev;
		parent->right = e;
	} else if (next != &map->header) {
		parent = next;
		assert(parent->left == NULL);
		parent->left = e;
	} else {
		parent = NULL;
		map->root = e;
	}
	e->parent = (uintptr_t)parent | RED;
	e->gap = e->maxgap = next->start - e->end;
	climb(parent, 0, e->maxgap);
	vm_entry_fix_gap(map, prev);
	insert_fixup(map, e);
	map->nentries++;
	if (map->first_free == prev && prev->end >= e->start)
		map->first_free = e;
}

/* ------------------------------------------------------------ deletion ---- */

/* x (NULL possible), child of parent, lacks one black. */
static void
delete_fixup(struct vm_map *map, struct vm_map_entry *x,
    struct vm_map_entry *parent)
{
	while (x != map->root && !is_red(x)) {
		bool left = x == parent->left;
		struct vm_map_entry *w = left ? parent->right : parent->left;

		if (is_red(w)) {
			set_red(w, false);
			set_red(parent, true);
			if (left)
				rotate_left(map, parent);
			else
				rotate_right(map, parent);
			w = left ? parent->right : parent->left;
		}
		if (!is_red(w->left) && !is_red(w->right)) {
			set_red(w, true);
			x = parent;
			parent = parent_of(x);
			continue;
		}
		if (left && !is_red(w->right)) {
			set_red(w->left, false);
			set_red(w, true);
			rotate_right(map, w);
			w = parent->right;
		} else if (!left && !is_red(w->left)) {
			set_red(w->right, false);
			set_red(w, true);
			rotate_left(map, w);
			w = parent->left;
		}
		set_red(w, is_red(parent));
		set_red(parent, false);
		set_red(left ? w->right : w->left, false);
		if (left)
			rotate_left(map, parent);
		else
			rotate_right(map, parent);
		x = map->root;
	}
	if (x != NULL)
		set_red(x, false);
}

/* e has two children: its list successor y takes its place in the tree. */
static struct vm_map_entry *
splice_successor(struct vm_map *map, struct vm_map_entry *e,
    struct vm_map_entry **xp)
{
	struct vm_map_entry *y = e->next, *x = y->right, *parent;

	parent = parent_of(y);
	if (parent == e) {
		parent = y;
	} else {
		parent->left = x;
		if (x != NULL)
			set_parent(x, parent);
		for (struct vm_map_entry *p = parent; p != e;
		     p = parent_of(p)) {
			vsize_t max = compute_max(p);

			if (max == p->maxgap)
				break;
			p->maxgap = max;
		}
		y->right = e->right;
		set_parent(y->right, y);
	}
	y->left = e->left;
	set_parent(y->left, y);
	y->parent = e->parent;
	replace_child(map, parent_of(e), e, y);
	y->maxgap = e->maxgap;
	*xp = x;
	return parent;
}

static void
tree_remove(struct vm_map *map, struct vm_map_entry *e)
{
	struct vm_map_entry *x, *parent;
	bool black;

	if (e->left != NULL && e->right != NULL) {
		black = !is_red(e->next);
		parent = splice_successor(map, e, &x);
	} else {
		black = !is_red(e);
		x = e->left != NULL ? e->left : e->right;
		parent = parent_of(e);
		if (x != NULL)
			set_parent(x, parent);
		replace_child(map, parent, e, x);
	}
	if (black)
		delete_fixup(map, x, parent);
}

void
vm_entry_unlink(struct vm_map *map, struct vm_map_entry *e)
{
	struct vm_map_entry *prev = e->prev, *next = e->next;

	if (map->hint == e)
		map->hint = prev;
	if (map->first_free == e ||
	    (map->first_free != &map->header &&
		map->first_free->start >= e->start))
		map->first_free = prev;
	set_gap(e, 0);
	prev->next = next;
	next->prev = prev;
	vm_entry_fix_gap(map, prev);
	tree_remove(map, e);
	map->nentries--;
}

/* ---------------------------------------------------------- gap search ---- */

static struct vm_map_entry *
lowest_gap(struct vm_map_entry *e, vsize_t len)
{
	for (;;) {
		if (child_max(e->left) >= len)
			e = e->left;
		else if (e->gap >= len)
			return e;
		else
			e = e->right;
	}
}

static struct vm_map_entry *
highest_gap(struct vm_map_entry *e, vsize_t len)
{
	for (;;) {
		if (child_max(e->right) >= len)
			e = e->right;
		else if (e->gap >= len)
			return e;
		else
			e = e->left;
	}
}

struct vm_map_entry *
vm_entry_next_gap(struct vm_map *map, struct vm_map_entry *e, vsize_t len)
{
	struct vm_map_entry *p;

	if (e == &map->header)
		return child_max(map->root) >= len ?
		    lowest_gap(map->root, len) :
		    NULL;
	if (child_max(e->right) >= len)
		return lowest_gap(e->right, len);
	for (; (p = parent_of(e)) != NULL; e = p) {
		if (e != p->left)
			continue;
		if (p->gap >= len)
			return p;
		if (child_max(p->right) >= len)
			return lowest_gap(p->right, len);
	}
	return NULL;
}

struct vm_map_entry *
vm_entry_prev_gap(struct vm_map *map, struct vm_map_entry *e, vsize_t len)
{
	struct vm_map_entry *p;

	if (e == &map->header)
		return NULL;
	if (child_max(e->left) >= len)
		return highest_gap(e->left, len);
	for (; (p = parent_of(e)) != NULL; e = p) {
		if (e != p->right)
			continue;
		if (p->gap >= len)
			return p;
		if (child_max(p->left) >= len)
			return highest_gap(p->left, len);
	}
	return map->header.gap >= len ? &map->header : NULL;
}
