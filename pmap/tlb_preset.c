/*
 * TLBs of real processors, and those of two simulators.
 *
 * `source' says where a row is from.  What is known of a number:
 *
 *	W	read on a page about the processor
 *	S	read in the source of the simulator
 *	M	recalled, not seen: treat as a hint
 *	D	decided here, because it is not known or because the model needs
 *		sets that are a power of two; the comment says what and why
 *
 * Common decisions: true LRU everywhere (what the processors do is not
 * published); page sizes are ranges, so that 4M pages (i386) use the 2M arrays
 * and groups of 64K use those of base pages; walk caches of Intel are 32
 * entries for PDEs and 4 for PDPEs, those of Zen 64 for PDEs (M), and other
 * rows have none where nothing is known; an x86 L2 of 2M pages holds no 1G
 * pages unless said so.  Costs are those of docs/tlb.md; only the hit in L2
 * differs.
 */
#include "tlb_internal.h"

/* Ranges of page sizes: log2. */
#define BASE_ONLY .lo = 12, .hi = 16
#define TO_2M .lo = 12, .hi = 25 /* 4K, 64K, 2M, 4M, 32M */
#define ONLY_2M .lo = 17, .hi = 25
#define ONLY_1G .lo = 26, .hi = 63
#define ANY .lo = 12, .hi = 63

#define COST(hit) \
	.cost = { .l2 = (hit), \
		.walk = 14, \
		.pwc = 1, \
		.invalidate = 120, \
		.flush = 400, \
		.round = 3000, \
		.ipi = 600, \
		.ack = 1000 }
#define THRESHOLD .threshold = 4096 /* FreeBSD's */
#define INTEL_PWC .pwc = { { 32, 4, ANY, false }, { 4, 0, ANY, false } }
#define ZEN_PWC .pwc = { { 64, 0, ANY, false } }

static const struct tlb_preset none = {
	.name = "none",
	.summary = "no TLB at all: every reference walks",
	.source = "D",
	THRESHOLD,
	COST(0),
};

static const struct tlb_preset nehalem = {
	.name = "nehalem",
	.summary = "Intel Nehalem: 64x4 4K, 32x4 2M; L2 512x4, 4K only",
	.source = "W sizes; D 2M array 4-way, hit in L2 7 cycles; M L1I 128x4 "
		  "4K, 7 of 2M (D 8)",
	.array = {
		[TLB_L1D] = { { 64, 4, BASE_ONLY }, { 32, 4, ONLY_2M } },
		[TLB_L1I] = { { 128, 4, BASE_ONLY }, { 8, 0, ONLY_2M } },
		[TLB_L2D] = { { 512, 4, BASE_ONLY } },
	},
	INTEL_PWC,
	.asid = false,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset haswell = {
	.name = "haswell",
	.summary = "Intel Haswell: 64x4 4K, 32x4 2M, 4 1G; L2 1024x8, 4K and "
		   "2M",
	.source = "W sizes and 12 cycles; M ways; M L1I 128x4 4K, 8 of 2M",
	.array = {
		[TLB_L1D] = { { 64, 4, BASE_ONLY }, { 32, 4, ONLY_2M },
		    { 4, 4, ONLY_1G } },
		[TLB_L1I] = { { 128, 4, BASE_ONLY }, { 8, 0, ONLY_2M } },
		[TLB_L2D] = { { 1024, 8, TO_2M } },
	},
	INTEL_PWC,
	.asid = true,
	THRESHOLD,
	COST(12),
};

static const struct tlb_preset skylake = {
	.name = "skylake",
	.summary = "Intel Skylake: 64x4 4K, 32x4 2M, 4 1G; L2 1536x12 4K and "
		   "2M, 16x4 1G",
	.source = "W sizes (12 ways by the manual, CPUID says 6); M L1I 128x8 "
		  "4K, 8 of 2M; D 9 cycles",
	.array = {
		[TLB_L1D] = { { 64, 4, BASE_ONLY }, { 32, 4, ONLY_2M },
		    { 4, 4, ONLY_1G } },
		[TLB_L1I] = { { 128, 8, BASE_ONLY }, { 8, 0, ONLY_2M } },
		[TLB_L2D] = { { 1536, 12, TO_2M }, { 16, 4, ONLY_1G } },
	},
	INTEL_PWC,
	.asid = true,
	THRESHOLD,
	COST(9),
};

/* The store TLB (16, fully associative) is left out: one array serves loads
 * and stores.  The halves of L2 (4K with 2M, 4K with 1G) are one array. */
static const struct tlb_preset sunnycove = {
	.name = "sunnycove",
	.summary = "Intel Sunny Cove: 64x4 4K, 32x4 2M, 8 1G; L2 2048x16",
	.source = "M all; D one array of L2 for all sizes, no store TLB",
	.array = {
		[TLB_L1D] = { { 64, 4, BASE_ONLY }, { 32, 4, ONLY_2M },
		    { 8, 0, ONLY_1G } },
		[TLB_L1I] = { { 128, 8, BASE_ONLY }, { 8, 0, ONLY_2M } },
		[TLB_L2D] = { { 2048, 16, ANY } },
	},
	INTEL_PWC,
	.asid = true,
	THRESHOLD,
	COST(9),
};

static const struct tlb_preset goldencove = {
	.name = "goldencove",
	.summary = "Intel Golden Cove: 96x6 4K, 32x4 2M, 8 1G; L2 2048x16",
	.source = "W 96 entries; M the rest; M L1I 256x8 4K, 32x4 2M; D as "
		  "sunnycove",
	.array = {
		[TLB_L1D] = { { 96, 6, BASE_ONLY }, { 32, 4, ONLY_2M },
		    { 8, 0, ONLY_1G } },
		[TLB_L1I] = { { 256, 8, BASE_ONLY }, { 32, 4, ONLY_2M } },
		[TLB_L2D] = { { 2048, 16, ANY } },
	},
	INTEL_PWC,
	.asid = true,
	THRESHOLD,
	COST(9),
};

/*
 * Zen.  Merging four 4K entries into one is left out (it depends on frames).
 * The fetch side (M): Zen 1 has an L1 of 8 4K, 8 2M entries and an L0 in front
 * that is left out; later ones 64 of any size, L2 of 512x4 4K entries.
 */
static const struct tlb_preset zen1 = {
	.name = "zen1",
	.summary = "AMD Zen 1: 64 of any size; L2 1536x12, no 1G",
	.source = "W sizes; M L1I 64, L2I 512x4; D all 12 ways for all "
		  "sizes, 1G in pieces of 2M in L2, 7 cycles",
	.array = {
		[TLB_L1D] = { { 64, 0, ANY } },
		[TLB_L1I] = { { 64, 0, ANY } },
		[TLB_L2D] = { { 1536, 12, TO_2M, .pieces = true } },
		[TLB_L2I] = { { 512, 4, TO_2M, .pieces = true } },
	},
	ZEN_PWC,
	.asid = false,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset zen2 = {
	.name = "zen2",
	.summary = "AMD Zen 2: 64 of any size; L2 2048x16, 1G as 2M",
	.source = "W sizes, 12 ways: 2048 is no multiple, so D 16; W 1G is "
		  "split to 2M; M L1I 64, L2I 512x4; D 7 cycles",
	.array = {
		[TLB_L1D] = { { 64, 0, ANY } },
		[TLB_L1I] = { { 64, 0, ANY } },
		[TLB_L2D] = { { 2048, 16, TO_2M, .pieces = true } },
		[TLB_L2I] = { { 512, 4, TO_2M, .pieces = true } },
	},
	ZEN_PWC,
	.asid = false,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset zen3 = {
	.name = "zen3",
	.summary = "AMD Zen 3: 64 of any size; L2 2048x16",
	.source = "M all (16 ways or 8); D fetch side as zen2, 7 cycles",
	.array = {
		[TLB_L1D] = { { 64, 0, ANY } },
		[TLB_L1I] = { { 64, 0, ANY } },
		[TLB_L2D] = { { 2048, 16, TO_2M, .pieces = true } },
		[TLB_L2I] = { { 512, 4, TO_2M, .pieces = true } },
	},
	ZEN_PWC,
	.asid = true,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset zen4 = {
	.name = "zen4",
	.summary = "AMD Zen 4: 72 of any size; L2 3072x24",
	.source = "M all; D fetch side as zen2, 7 cycles",
	.array = {
		[TLB_L1D] = { { 72, 0, ANY } },
		[TLB_L1I] = { { 64, 0, ANY } },
		[TLB_L2D] = { { 3072, 24, TO_2M, .pieces = true } },
		[TLB_L2I] = { { 512, 4, TO_2M, .pieces = true } },
	},
	ZEN_PWC,
	.asid = true,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset zen5 = {
	.name = "zen5",
	.summary = "AMD Zen 5: 96 of any size; L2 4096x16",
	.source = "M all; M L1I 64, L2I 2048x8; D 7 cycles",
	.array = {
		[TLB_L1D] = { { 96, 0, ANY } },
		[TLB_L1I] = { { 64, 0, ANY } },
		[TLB_L2D] = { { 4096, 16, TO_2M, .pieces = true } },
		[TLB_L2I] = { { 2048, 8, TO_2M, .pieces = true } },
	},
	ZEN_PWC,
	.asid = true,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset neoverse_n1 = {
	.name = "neoverse-n1",
	.summary = "Arm Neoverse N1: 48 of any size; L2 1280x5",
	.source = "M all; M L1I 48; D 7 cycles, no walk cache",
	.array = {
		[TLB_L1D] = { { 48, 0, ANY } },
		[TLB_L1I] = { { 48, 0, ANY } },
		[TLB_L2D] = { { 1280, 5, ANY } },
	},
	.asid = true,
	.broadcast = true,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset neoverse_v1 = {
	.name = "neoverse-v1",
	.summary = "Arm Neoverse V1: 40 of any size; L2 2048x4",
	.source = "M all (L1 40 to 48); M L1I 48; D L2 4-way, 7 cycles, no "
		  "walk cache",
	.array = {
		[TLB_L1D] = { { 40, 0, ANY } },
		[TLB_L1I] = { { 48, 0, ANY } },
		[TLB_L2D] = { { 2048, 4, ANY } },
	},
	.asid = true,
	.broadcast = true,
	THRESHOLD,
	COST(7),
};

static const struct tlb_preset firestorm = {
	.name = "firestorm",
	.summary = "Apple Firestorm: 160; L2 3072x12",
	.source = "M sizes; D L1 5-way, L2 12-way, any size; M L1I 192 (D "
		  "6-way); D 7 cycles, no walk cache",
	.array = {
		[TLB_L1D] = { { 160, 5, ANY } },
		[TLB_L1I] = { { 192, 6, ANY } },
		[TLB_L2D] = { { 3072, 12, ANY } },
	},
	.asid = true,
	.broadcast = true,
	THRESHOLD,
	COST(7),
};

/* A miss traps to software (PALcode), which reads the tree: no walk cache. */
static const struct tlb_preset alpha21264 = {
	.name = "alpha21264",
	.summary = "Alpha 21264: 128 of any size for data and for fetches, no "
		   "L2",
	.source = "M all; D ASIDs",
	.array = {
		[TLB_L1D] = { { 128, 0, ANY } },
		[TLB_L1I] = { { 128, 0, ANY } },
	},
	.asid = true,
	THRESHOLD,
	COST(0),
};

/* Heights: its level 2 is the one just above the leaf table. */
static const struct tlb_preset champsim = {
	.name = "champsim",
	.summary = "ChampSim's default: 64x4; L2 1536x12; walk caches 32x8, "
		   "8x4, 4x4, 2x2",
	.source = "S; D any size in each array, its L1I (16 sets of 4)",
	.array = {
		[TLB_L1D] = { { 64, 4, ANY } },
		[TLB_L1I] = { { 64, 4, ANY } },
		[TLB_L2D] = { { 1536, 12, ANY } },
	},
	.pwc = { { 32, 8, ANY }, { 8, 4, ANY }, { 4, 4, ANY }, { 2, 2, ANY } },
	.asid = true,
	THRESHOLD,
	COST(8),
};

static const struct tlb_preset virtuoso = {
	.name = "virtuoso",
	.summary = "Virtuoso's base: 64x4 4K, 64x4 2M, 64x4 larger; L2 2048x8; "
		   "walk caches 3 of 32x4",
	.source = "S; D its array of mixed sizes holds those above 2M; L1I "
		  "128x4 of any size",
	.array = {
		[TLB_L1D] = { { 64, 4, BASE_ONLY }, { 64, 4, ONLY_2M },
		    { 64, 4, ONLY_1G } },
		[TLB_L1I] = { { 128, 4, ANY } },
		[TLB_L2D] = { { 2048, 8, ANY } },
	},
	.pwc = { { 32, 4, ANY }, { 32, 4, ANY }, { 32, 4, ANY } },
	.asid = true,
	THRESHOLD,
	COST(12),
};

static const struct tlb_preset power = {
	.name = "power",
	.summary = "POWER: 64 of any size for data and for fetches; L2 1024x4",
	.source = "D all, after POWER8's data sheet as recalled (48 data, 64 "
		  "fetch, 2048x4): round figures",
	.array = {
		[TLB_L1D] = { { 64, 0, ANY } },
		[TLB_L1I] = { { 64, 0, ANY } },
		[TLB_L2D] = { { 1024, 4, ANY } },
	},
	.asid = true,
	.broadcast = true,
	THRESHOLD,
	COST(7),
};

const struct tlb_preset *const tlb_presets[] = { &none, &nehalem, &haswell,
	&skylake, &sunnycove, &goldencove, &zen1, &zen2, &zen3, &zen4, &zen5,
	&neoverse_n1, &neoverse_v1, &firestorm, &alpha21264, &champsim,
	&virtuoso, &power, NULL };

const struct tlb_preset *
tlb_preset_byname(const char *name)
{
	for (size_t i = 0; tlb_presets[i] != NULL; i++)
		if (strcmp(tlb_presets[i]->name, name) == 0)
			return tlb_presets[i];
	return NULL;
}

static const char *
check_array(const struct tlb_array_spec *a, uint8_t policy)
{
	unsigned ways = a->ways != 0 ? a->ways : a->entries;

	if (a->entries == 0)
		return NULL;
	if (a->entries > TLB_MAXENTRIES)
		return "an array has more than 65536 entries";
	if (ways > TLB_MAXWAYS)
		return "a set has more than 512 ways";
	if (a->entries % ways != 0)
		return "entries are no multiple of the ways";
	if ((a->entries / ways & (a->entries / ways - 1)) != 0)
		return "the number of sets is no power of two";
	if (policy == TLB_PLRU && (ways > 64 || (ways & (ways - 1)) != 0))
		return "tree-PLRU takes ways that are a power of two, up to 64";
	return a->lo > a->hi ? "an array holds no page size" : NULL;
}

const char *
tlb_preset_check(const struct tlb_preset *p)
{
	const char *why = NULL;

	for (unsigned place = 0; place < TLB_NPLACES && why == NULL; place++)
		for (unsigned i = 0; i < TLB_MAXARRAYS && why == NULL; i++)
			why = check_array(&p->array[place][i], p->policy);
	for (unsigned h = 0; h < TLB_MAXHEIGHT && why == NULL; h++)
		why = check_array(&p->pwc[h], p->policy);
	if (why == NULL && p->policy > TLB_PLRU)
		why = "the policy is unknown";
	return why;
}
