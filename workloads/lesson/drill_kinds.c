/*
 * The kinds of exercises, in the order of the lessons.
 */
#include "drill_kinds.h"

const struct wl_drill_kind wl_drill_kinds[] = {
	{ "translate", "Address translation", wl_drill_translate },
	{ "tables", "How large are page tables?", wl_drill_tables },
	{ "layout", "The map after some calls", wl_drill_layout },
	{ "faults", "What does this access do?", wl_drill_faults },
	{ "cow", "Copy-on-write after fork", wl_drill_cow },
	{ "forks", "A tree of forks", wl_drill_forks },
	{ "share", "Whose memory is it?", wl_drill_share },
	{ "superpages", "Larger pages", wl_drill_superpages },
	{ "reach", "The reach of a TLB", wl_drill_reach },
	{ "replace", "Which page goes?", wl_drill_replace },
	{ "distance", "Stack distances", wl_drill_distance },
	{ "wset", "Working sets", wl_drill_wset },
	{ "paging", "Out to swap and back", wl_drill_paging },
	{ "wiring", "Wired memory and its limit", wl_drill_wiring },
	{ "amaps", "Anons and amaps", wl_drill_amaps },
	{ "maps", "Reading a map", wl_drill_maps },
	{ NULL, NULL, NULL },
};
