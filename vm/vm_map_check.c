/*
 * Checking one map: its list, tree, gaps and entries (M1-M8, T1-T3).
 */
#include "vm_map_internal.h"

#include <stdio.h>

#define RED ((uintptr_t)1)

static const char *
check_entry(const struct vm_map *map, const struct vm_map_entry *e)
{
	bool obj = vm_entry_has_object(e), sub = e->etype & UVM_ET_SUBMAP;

	if (e->start >= e->end || ((e->start | e->end) & pg_mask(map)) != 0 ||
	    e->start < vm_map_min(map) || e->end > vm_map_max(map))
		return "M1: bad range";
	if ((obj && sub) || (obj || sub) != (e->object != NULL) ||
	    (!obj && e->offset != 0))
		return "M2: object, submap and etype disagree";
	if (e->prev->end > e->start && e->prev != &map->header)
		return "M3: entries overlap or are not sorted";
	if ((e->etype & UVM_ET_NEEDSCOPY) && !(e->etype & UVM_ET_COPYONWRITE))
		return "M6: NEEDSCOPY without COPYONWRITE";
	if (e->amap == NULL && !sub && (e->etype & UVM_ET_NEEDSCOPY) == 0 &&
	    ((e->etype & UVM_ET_COPYONWRITE) != 0 ||
		(!obj && !map->pmap->kernel && e->max_protection != 0)))
		return "M6: neither an amap for private pages nor NEEDSCOPY";
	if ((e->protection & ~e->max_protection) != 0)
		return "M7: protection beyond max_protection";
	if (e->inheritance > VM_INHERIT_ZERO || e->advice > UVM_ADV_SEQUENTIAL)
		return "M7: illegal inheritance or advice";
	if (e->gap != e->next->start - e->end)
		return "T1: gap is not the free space behind the entry";
	if (e->amap != NULL &&
	    e->ar_pageoff + vm_entry_pages(map, e) > e->amap->nslot)
		return "M9: entry reaches beyond its amap";
	return NULL;
}

/*
 * Walk a subtree in order.  *pos is the list element expected next.
 * => black height, or -1 with *why
 */
static int
check_tree(const struct vm_map_entry *e, const struct vm_map_entry *parent,
    const struct vm_map_entry **pos, const char **why)
{
	vsize_t max;
	int left, right;

	if (e == NULL)
		return 1;
	if ((const struct vm_map_entry *)(e->parent & ~RED) != parent) {
		*why = "T3: parent link is wrong";
		return -1;
	}
	if ((e->parent & RED) && parent != NULL && (parent->parent & RED)) {
		*why = "T3: red child of a red node";
		return -1;
	}
	left = check_tree(e->left, e, pos, why);
	if (left < 0)
		return -1;
	if (*pos != e) {
		*why = "M4: tree and list disagree";
		return -1;
	}
	*pos = e->next;
	right = check_tree(e->right, e, pos, why);
	if (right < 0)
		return -1;
	max = e->gap;
	if (e->left != NULL && e->left->maxgap > max)
		max = e->left->maxgap;
	if (e->right != NULL && e->right->maxgap > max)
		max = e->right->maxgap;
	if (max != e->maxgap)
		*why = "T2: maxgap is not the subtree's largest gap";
	else if (left != right)
		*why = "T3: black heights differ";
	return *why != NULL ? -1 : left + !(e->parent & RED);
}

/* M5: hint and first_free are on the list, first_free not past a gap. */
static const char *
check_hints(const struct vm_map *map)
{
	const struct vm_map_entry *e = &map->header;
	bool hint = false, gap = false;

	do {
		hint |= map->hint == e;
		if (map->first_free == e)
			break;
		gap |= e->next->start > e->end;
		e = e->next;
	} while (e != &map->header);
	if (map->first_free != e || gap)
		return "M5: first_free is not at or before the lowest gap";
	for (e = map->header.next; e != &map->header && !hint; e = e->next)
		hint |= map->hint == e;
	return hint || map->hint == &map->header ?
	    NULL :
	    "M5: hint is not on the list";
}

static const char *
check_all(const struct vm_map *map)
{
	const struct vm_map_entry *e, *pos = map->header.next;
	const char *why = NULL;
	uint32_t n = 0;
	vsize_t size = 0;

	for (e = map->header.next; e != &map->header; e = e->next) {
		if (e->next->prev != e || e->prev->next != e ||
		    n++ > map->nentries)
			return "M3: list links disagree";
		if ((why = check_entry(map, e)) != NULL)
			return why;
		size += e->end - e->start;
	}
	if (n != map->nentries)
		return "M3: nentries is not the number of entries";
	if (size != map->size)
		return "M8: size is not the sum of the entries";
	if (map->header.gap != map->header.next->start - map->header.end)
		return "T1: gap before the first entry is wrong";
	if (map->root != NULL && (map->root->parent & RED))
		return "T3: red root";
	if (check_tree(map->root, NULL, &pos, &why) < 0)
		return why;
	if (pos != &map->header)
		return "M4: tree and list disagree";
	return check_hints(map);
}

const char *
vm_map_check(struct vm_map *map, char *buf, size_t len)
{
	const char *why = check_all(map);

	if (why == NULL)
		return NULL;
	snprintf(buf, len, "map %u: %s", map->id, why);
	return buf;
}
