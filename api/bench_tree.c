/*
 * The tree yardstick: the least that a map with free-space search must do.
 *
 * A red-black tree of ranges, each node with the gap behind it and the largest
 * gap below it, and nothing else: no list, no hint, no attributes, no pages.
 * Insertion and deletion as in Cormen et al., chapter 13, with a sentinel; the
 * augmentation is recomputed upwards until it does not change.  It is written
 * apart from the map's own tree on purpose: a yardstick must not be the thing
 * that it measures.
 */
#include <stdlib.h>

#include "bench.h"
#include "pmap/narrow.h"

#define ROUNDS 200000u
#define END (UINT64_MAX / 2) /* of the space */

struct node {
	struct node *child[2], *parent;
	uint64_t start, end, gap, maxgap;
	bool red;
};

struct tree {
	struct node nil; /* every leaf, and the root's parent */
	struct node *root;
	struct node *nodes;
};

/* ------------------------------------------------------ augmentation ---- */

static uint64_t
max3(uint64_t a, uint64_t b, uint64_t c)
{
	a = a > b ? a : b;
	return a > c ? a : c;
}

static bool
update(struct node *x)
{
	uint64_t max = max3(x->gap, x->child[0]->maxgap, x->child[1]->maxgap);
	bool changed = max != x->maxgap;

	x->maxgap = max;
	return changed;
}

static void
update_up(struct tree *t, struct node *x)
{
	while (x != &t->nil && update(x))
		x = x->parent;
}

static void
set_gap(struct tree *t, struct node *x, uint64_t gap)
{
	if (x == &t->nil)
		return;
	x->gap = gap;
	update_up(t, x);
}

/* ---------------------------------------------------------- the tree ---- */

static void
transplant(struct tree *t, struct node *u, struct node *v)
{
	if (u->parent == &t->nil)
		t->root = v;
	else
		u->parent->child[u == u->parent->child[1]] = v;
	v->parent = u->parent;
}

/* x goes down on side `dir`, its child of the other side comes up. */
static void
rotate(struct tree *t, struct node *x, unsigned dir)
{
	struct node *y = x->child[!dir];

	x->child[!dir] = y->child[dir];
	if (y->child[dir] != &t->nil)
		y->child[dir]->parent = x;
	transplant(t, x, y);
	y->child[dir] = x;
	x->parent = y;
	update(x);
	update(y);
}

static void
insert_fixup(struct tree *t, struct node *z)
{
	while (z->parent->red) {
		struct node *p = z->parent, *g = p->parent;
		unsigned dir = p == g->child[1];
		struct node *uncle = g->child[!dir];

		if (uncle->red) {
			p->red = uncle->red = false;
			g->red = true;
			z = g;
			continue;
		}
		if (z == p->child[!dir]) {
			rotate(t, p, dir);
			p = z;
		}
		p->red = false;
		g->red = true;
		rotate(t, g, !dir);
		break;
	}
	t->root->red = false;
}

static void
delete_fixup(struct tree *t, struct node *x)
{
	while (x != t->root && !x->red) {
		struct node *p = x->parent;
		unsigned dir = x == p->child[1];
		struct node *w = p->child[!dir];

		if (w->red) {
			w->red = false;
			p->red = true;
			rotate(t, p, dir);
			w = p->child[!dir];
		}
		if (!w->child[0]->red && !w->child[1]->red) {
			w->red = true;
			x = p;
			continue;
		}
		if (!w->child[!dir]->red) {
			w->child[dir]->red = false;
			w->red = true;
			rotate(t, w, !dir);
			w = p->child[!dir];
		}
		w->red = p->red;
		p->red = w->child[!dir]->red = false;
		rotate(t, p, dir);
		x = t->root;
	}
	x->red = false;
}

/* The node with the highest start at or below va, or nil. */
static struct node *
find(struct tree *t, uint64_t va)
{
	struct node *x = t->root, *pred = &t->nil;

	while (x != &t->nil) {
		if (va < x->start) {
			x = x->child[0];
		} else {
			pred = x;
			x = x->child[1];
		}
	}
	return pred;
}

static void
insert(struct tree *t, struct node *z)
{
	struct node *x = t->root, *y = &t->nil;
	struct node *near[2] = { &t->nil, &t->nil }; /* after, before z */
	unsigned dir = 0;

	for (; x != &t->nil; x = x->child[dir]) {
		y = x;
		dir = z->start >= x->start;
		near[dir] = x;
	}
	z->child[0] = z->child[1] = &t->nil;
	z->parent = y;
	z->red = true;
	z->gap = z->maxgap = 0;
	if (y == &t->nil)
		t->root = z;
	else
		y->child[dir] = z;
	set_gap(t, z, (near[0] != &t->nil ? near[0]->start : END) - z->end);
	set_gap(t, near[1], z->start - near[1]->end);
	insert_fixup(t, z);
}

static struct node *
predecessor(struct tree *t, struct node *z)
{
	struct node *x = z->child[0];

	if (x != &t->nil) {
		while (x->child[1] != &t->nil)
			x = x->child[1];
		return x;
	}
	for (x = z->parent; x != &t->nil && z == x->child[0]; x = x->parent)
		z = x;
	return x;
}

/* Where the deepest change is after z has been cut out. */
static void delete (struct tree *t, struct node *z)
{
	struct node *pred = predecessor(t, z), *y = z, *x, *from;
	bool was_red = z->red;

	set_gap(t, pred, z->end + z->gap - pred->end);
	if (z->child[0] == &t->nil || z->child[1] == &t->nil) {
		x = z->child[z->child[0] == &t->nil];
		from = z->parent;
		transplant(t, z, x);
	} else {
		for (y = z->child[1]; y->child[0] != &t->nil;)
			y = y->child[0];
		was_red = y->red;
		x = y->child[1];
		from = y;
		if (y->parent == z) {
			x->parent = y;
		} else {
			from = y->parent;
			transplant(t, y, x);
			y->child[1] = z->child[1];
			y->child[1]->parent = y;
		}
		transplant(t, z, y);
		y->child[0] = z->child[0];
		y->child[0]->parent = y;
		y->red = z->red;
	}
	for (; from != &t->nil; from = from->parent)
		if (!update(from) && from != y)
			break;
	if (y != z)
		update_up(t, y);
	if (!was_red)
		delete_fixup(t, x);
}

/* ------------------------------------------------------- measurement ---- */

/* n nodes [2i, 2i + 1), inserted in order. */
static struct tree *
make(uint64_t n)
{
	struct tree *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->root = &t->nil;
	t->nodes = calloc(host_count(n + 1), sizeof(struct node));
	if (t->nodes == NULL) {
		free(t);
		return NULL;
	}
	for (uint64_t i = 0; i < n; i++) {
		t->nodes[i].start = 2 * i;
		t->nodes[i].end = 2 * i + 1;
		insert(t, &t->nodes[i]);
	}
	return t;
}

static void
unmake(struct tree *t)
{
	free(t->nodes);
	free(t);
}

double
api_bench_tree_change(uint64_t n)
{
	struct tree *t = make(n);
	uint64_t seed = 1;
	struct node *z;
	double ns;

	if (t == NULL)
		return NAN;
	z = &t->nodes[n];
	ns = api_bench_now();
	for (unsigned r = 0; r < ROUNDS; r++) {
		z->start = 2 * (api_bench_random(&seed) % n) + 1;
		z->end = z->start + 1;
		insert(t, z);
		delete (t, z);
	}
	ns = api_bench_now() - ns;
	unmake(t);
	return ns / ROUNDS;
}

double
api_bench_tree_lookup(uint64_t n)
{
	struct tree *t = make(n);
	uint64_t seed = 1, sum = 0;
	double ns;

	if (t == NULL)
		return NAN;
	ns = api_bench_now();
	for (unsigned r = 0; r < ROUNDS; r++)
		sum += find(t, 2 * (api_bench_random(&seed) % n))->end;
	ns = api_bench_now() - ns;
	unmake(t);
	return sum != 0 ? ns / ROUNDS : NAN;
}
