/*
 * The sections of a core, as uvmsim-core(5) lists them (see core_fields.h).
 */
#include "core_parse.h"

#define NUM CORE_IS_NUMBER
#define END \
	{ \
		NULL, 0, 0 \
	}

static void
parse_config(struct parse *p)
{
	static const struct parse_field row[] = { { "ram", 8, NUM },
		{ "seed", 8, NUM }, { "maxuser", 8, CORE_IS_ADDRESS },
		{ "frames", 4, NUM }, { "superpages", 1, NUM },
		{ "numa", 1, NUM }, { "domains", 4, NUM }, { "cpus", 4, NUM },
		{ "tags", 1, NUM }, { "check", 1, NUM }, END };

	parse_string(p, "arch");
	parse_string(p, "personality");
	parse_row(p, row);
	parse_string(p, "tlb");
	parse_string(p, "policy");
	parse_string(p, "swap");
	parse_string(p, "disk");
}

/* u32 n and as many numbers of 8 bytes. */
static void
parse_list(struct parse *p, const char *name)
{
	parse_numbers(p, parse_get(p, 4, NUM, name), 8, name);
}

static void
parse_last_error(struct parse *p)
{
	parse_string(p, "last error");
	parse_string(p, "its operation");
	parse_string(p, "its argument");
	parse_numbers(p, 3, 8, "its value and range");
	parse_string(p, "its sentence");
}

static void
parse_machine(struct parse *p)
{
	static const struct parse_field row[] = { { "next pid", 4,
						      CORE_IS_PROCESS },
		{ "next shmid", 4, CORE_IS_SEGMENT },
		{ "next file", 4, CORE_IS_FILE }, { "rng", 8, NUM },
		{ "stamp", 8, NUM }, { "nops", 8, NUM },
		{ "next scan", 8, NUM }, { "slept", 8, NUM },
		{ "oom kills", 8, NUM }, { "aix pid", 4, CORE_IS_PROCESS },
		{ "aix faults", 8, NUM }, { "aix repages", 8, NUM },
		{ "tick", 8, NUM }, { "cpu", 4, NUM },
		{ "newest map", 4, CORE_IS_MAP }, END };
	struct counted c;

	parse_row(p, row);
	parse_list(p, "references");
	parse_list(p, "system calls");
	parse_last_error(p);
	for (c = parse_count(p, 4, "tunables"); parse_next(p, &c);) {
		parse_string(p, "tunable");
		(void)parse_get(p, 8, NUM, "value of a tunable");
	}
	for (c = parse_count(p, 4, "fixed addresses"); parse_next(p, &c);) {
		(void)parse_get(p, 1, NUM, "kind of a fixed address");
		(void)parse_get(p, 4, CORE_IS_OBJECT, "its object");
		(void)parse_get(p, 8, CORE_IS_ADDRESS, "fixed address");
	}
	for (c = parse_count(p, 4, "mounts"); parse_next(p, &c);) {
		parse_string(p, "mount point");
		parse_string(p, "file system");
		(void)parse_get(p, 4, NUM, "device");
	}
	for (c = parse_count(p, 4, "dropped names"); parse_next(p, &c);)
		parse_string(p, "dropped name");
}

static void
parse_stats(struct parse *p)
{
	parse_list(p, "uvmexp");
	parse_list(p, "vmstat");
}

static void
parse_frames(struct parse *p)
{
	static const struct parse_field frame[] = { { "flags", 2, NUM },
		{ "wire count", 2, NUM }, { "owner", 4, CORE_IS_ANON },
		{ "page index", 4, CORE_IS_INDEX },
		{ "next", 4, CORE_IS_FRAME }, { "previous", 4, CORE_IS_FRAME },
		{ "saved state", 1, NUM }, END };
	struct counted c = parse_count(p, 4, "lowest frame never used");

	for (unsigned i = 0; i < 9; i++)
		(void)parse_get(p, 4, CORE_IS_FRAME, "head or tail of a list");
	parse_numbers(p, 2, 4, "length of a queue");
	c.n -= c.n > 0;
	for (c.at = p->at; parse_next(p, &c);)
		parse_row(p, frame);
}

static void
parse_tags(struct parse *p)
{
	struct counted c = parse_count(p, 4, "tags");

	while (parse_next(p, &c))
		(void)parse_get(p, 8, NUM, "tag");
}

static void
parse_swap(struct parse *p)
{
	static const struct parse_field device[] = { { "device", 1, NUM },
		{ "first", 4, CORE_IS_SLOT }, { "pages", 4, NUM },
		{ "hint", 4, CORE_IS_SLOT }, { "longest", 4, NUM },
		{ "priority", 4, NUM }, { "flags", 4, NUM }, END };
	struct counted c, slots;

	(void)parse_get(p, 4, CORE_IS_SLOT, "end of the drum");
	(void)parse_get(p, 8, NUM, "allocations");
	for (c = parse_count(p, 1, "devices"); parse_next(p, &c);) {
		parse_row(p, device);
		for (slots = parse_count(p, 4, "slots in use");
		     parse_next(p, &slots);) {
			(void)parse_get(p, 4, CORE_IS_SLOT, "slot");
			(void)parse_get(p, 1, NUM, "bad");
			if (p->m->config.tags)
				(void)parse_get(p, 8, NUM, "tag of a slot");
		}
	}
}

static void
parse_anons(struct parse *p)
{
	struct counted c;
	bool slots;

	(void)parse_get(p, 4, CORE_IS_ANON, "names that there are");
	c = parse_count(p, 4, "lowest anon never used");
	(void)parse_get(p, 4, CORE_IS_ANON, "first free anon");
	(void)parse_get(p, 4, NUM, "anons in use");
	slots = parse_get(p, 1, NUM, "there are slots") != 0;
	c.n -= c.n > 0;
	for (c.at = p->at; parse_next(p, &c);) {
		(void)parse_get(p, 4, NUM, "references of an anon");
		(void)parse_get(p, 4, CORE_IS_FRAME, "frame of an anon");
		if (slots)
			(void)parse_get(p, 4, CORE_IS_SLOT, "slot of an anon");
	}
}

static void
parse_slabs(struct parse *p)
{
	static const uint8_t kind[] = { CORE_IS_ENTRY, CORE_IS_AMAP,
		CORE_IS_OBJECT };
	struct counted c;

	for (unsigned i = 0; i < 3; i++) {
		(void)parse_get(p, 4, kind[i], "lowest name never used");
		for (c = parse_count(p, 4, "free names"); parse_next(p, &c);)
			(void)parse_get(p, 4, kind[i], "free name");
	}
}

static const struct parse_field coloured[] = { { "colour", 8, NUM },
	{ "first reservation", 4, CORE_IS_RESERV }, { "coloured", 1, NUM },
	END };

static void
parse_objects(struct parse *p)
{
	static const struct parse_field row[] = { { "references", 4, NUM },
		{ "size", 8, NUM }, { "seed", 8, NUM }, { "initial", 8, NUM },
		{ "text", 1, NUM }, END };
	struct counted c = parse_count(p, 4, "objects"), tags;

	while (parse_next(p, &c)) {
		(void)parse_get(p, 4, CORE_IS_OBJECT, "object");
		parse_string(p, "pager");
		parse_row(p, row);
		parse_row(p, coloured);
		parse_sparse(p, CORE_IS_FRAME, "resident page");
		parse_sparse(p, NUM, "page written back");
		parse_sparse(p, CORE_IS_SLOT, "slot of an object");
		for (tags = parse_count(p, 4, "tags written back");
		     parse_next(p, &tags);)
			(void)parse_get(p, 8, NUM, "tag written back");
	}
}

static void
parse_amaps(struct parse *p)
{
	static const struct parse_field row[] = { { "amap", 4, CORE_IS_AMAP },
		{ "references", 4, NUM }, { "flags", 4, NUM },
		{ "origin", 4, CORE_IS_AMAP }, { "slots in use", 8, NUM },
		{ "slots made", 8, NUM }, END };
	struct counted c = parse_count(p, 4, "amaps"), runs;

	while (parse_next(p, &c)) {
		parse_row(p, row);
		parse_row(p, coloured);
		for (runs = parse_count(p, 4, "runs"); parse_next(p, &runs);) {
			(void)parse_get(p, 8, CORE_IS_INDEX, "slot of a run");
			(void)parse_get(p, 4, NUM, "references of a run");
		}
		parse_sparse(p, CORE_IS_ANON, "slot of an amap");
	}
}

static const struct parse_field a_map[] = { { "map", 4, CORE_IS_MAP },
	{ "lowest", 8, CORE_IS_ADDRESS }, { "highest", 8, CORE_IS_ADDRESS },
	{ "map flags", 4, NUM }, { "bytes mapped", 8, NUM },
	{ "references of a map", 4, NUM }, { "timestamp", 4, NUM }, END };

static void
parse_entries(struct parse *p)
{
	static const struct parse_field row[] = { { "entry", 4, CORE_IS_ENTRY },
		{ "start", 8, CORE_IS_ADDRESS }, { "end", 8, CORE_IS_ADDRESS },
		{ "offset", 8, CORE_IS_ADDRESS },
		{ "first slot", 8, CORE_IS_INDEX }, { "aux", 8, NUM },
		{ "wired", 4, NUM }, { "entry flags", 2, NUM },
		{ "type", 1, NUM }, { "protection", 1, NUM },
		{ "maximum", 1, NUM }, { "inheritance", 1, NUM },
		{ "advice", 1, NUM }, { "object", 4, CORE_IS_OBJECT },
		{ "amap of an entry", 4, CORE_IS_AMAP }, END };
	struct counted c;

	(void)parse_get(p, 4, CORE_IS_ENTRY, "hint");
	(void)parse_get(p, 4, CORE_IS_ENTRY, "first free");
	for (c = parse_count(p, 4, "entries"); parse_next(p, &c);)
		parse_row(p, row);
}

static void
parse_spaces(struct parse *p)
{
	static const struct parse_field row[] = {
		{ "references of a space", 4, NUM }, { "text size", 8, NUM },
		{ "data size", 8, NUM }, { "stack size", 8, NUM },
		{ "text", 8, CORE_IS_ADDRESS }, { "data", 8, CORE_IS_ADDRESS },
		{ "end of the stack", 8, CORE_IS_ADDRESS },
		{ "its beginning", 8, CORE_IS_ADDRESS },
		{ "pmap", 4, CORE_IS_PMAP }, { "is the kernel's", 1, NUM },
		{ "root frame", 4, CORE_IS_FRAME }, END
	};
	struct counted c;

	for (unsigned i = 0; i < SIM_NSUBMAPS; i++) {
		parse_row(p, a_map);
		parse_entries(p);
	}
	c = parse_count(p, 4, "spaces");
	p->nspaces = (uint32_t)c.n;
	while (parse_next(p, &c)) {
		parse_row(p, a_map);
		parse_row(p, row);
		parse_entries(p);
	}
}

static void
parse_ways(struct parse *p, unsigned n)
{
	for (; n > 0; n--)
		(void)parse_get(p, 8, CORE_IS_PTE, "entry on the way down");
}

static void
parse_table(struct parse *p)
{
	const struct pmap_geometry *geo = p->m->config.arch;
	const uint64_t psind = parse_get(p, 1, NUM, "size of page");
	struct counted c;

	(void)parse_get(p, 8, CORE_IS_ADDRESS, "address of a table");
	if (psind >= geo->nsizes) {
		p->wrong = "size of page";
		return;
	}
	if (psind > 0) {
		parse_ways(p, geo->sizes[psind].level);
		(void)parse_get(p, 8, CORE_IS_PTE, "larger PTE");
		(void)parse_get(p, 4, CORE_IS_FRAME, "table kept");
		return;
	}
	parse_ways(p, geo->nlevels - 1u);
	for (c = parse_count(p, 4, "PTEs"); parse_next(p, &c);) {
		(void)parse_get(p, 2, CORE_IS_INDEX, "PTE index");
		(void)parse_get(p, 8, CORE_IS_PTE, "PTE");
	}
}

static void
parse_tables(struct parse *p)
{
	struct counted c;

	(void)parse_get(p, 8, NUM, "pushdowns");
	(void)parse_get(p, 4, CORE_IS_PMAP, "next pmap");
	(void)parse_get(p, 4, NUM, "levels");
	for (uint32_t i = 0; i < p->nspaces && p->wrong == NULL; i++)
		for (c = parse_count(p, 4, "tables"); parse_next(p, &c);)
			parse_table(p);
}

static void
parse_pvs(struct parse *p)
{
	struct counted c = parse_count(p, 4, "frames"), pvs;

	while (parse_next(p, &c)) {
		(void)parse_get(p, 4, CORE_IS_FRAME, "frame");
		for (pvs = parse_count(p, 4, "mappings"); parse_next(p, &pvs);)
			(void)parse_get(p, 8, NUM, "mapping");
	}
}

static void
parse_reservs(struct parse *p)
{
	static const struct parse_field row[] = {
		{ "reservation", 4, CORE_IS_RESERV }, { "kind", 1, NUM },
		{ "owner", 4, CORE_IS_OBJECT }, { "piece", 8, NUM },
		{ "tick", 8, NUM }, { "next of the owner", 4, CORE_IS_RESERV },
		{ "previous of the owner", 4, CORE_IS_RESERV },
		{ "next of the queue", 4, CORE_IS_RESERV },
		{ "previous of the queue", 4, CORE_IS_RESERV },
		{ "frames used", 4, NUM }, { "queued", 1, NUM },
		{ "domain", 1, NUM }, END
	};
	const unsigned frames = 1u << p->m->vm.reservs.order;
	struct counted c;

	parse_numbers(p, 8, 8, "counter of reservations");
	parse_numbers(p, 9, 8, "attempts");
	for (unsigned d = 0; d < p->m->config.domains; d++) {
		(void)parse_get(p, 4, CORE_IS_RESERV, "first partly used");
		(void)parse_get(p, 4, CORE_IS_RESERV, "last partly used");
		(void)parse_get(p, 4, NUM, "partly used");
	}
	for (c = parse_count(p, 4, "reservations"); parse_next(p, &c);) {
		parse_row(p, row);
		parse_numbers(p, (frames + 63) / 64, 8, "frames used");
	}
}

static void
parse_phys(struct parse *p)
{
	const struct vm *vm = &p->m->vm;

	parse_numbers(p, 24, 8, "counter of larger pages");
	(void)parse_get(p, 4, CORE_IS_MAP, "map of the collapsing daemon");
	(void)parse_get(p, 8, CORE_IS_ADDRESS, "address there");
	if (p->m->config.domains == 1 && !vm->reservs.on)
		return;
	(void)parse_get(p, 1, NUM, "domain whose turn it is");
	for (unsigned d = 0; d < p->m->config.domains; d++) {
		(void)parse_get(p, 4, CORE_IS_FRAME, "first never looked at");
		parse_numbers(p, 4, 8, "frames of a domain");
		for (unsigned i = 0; i < 2u * (vm->phys.max_order + 1u); i++) {
			(void)parse_get(p, 4, CORE_IS_FRAME, "first block");
			(void)parse_get(p, 4, CORE_IS_FRAME, "last block");
			(void)parse_get(p, 4, NUM, "blocks");
		}
	}
	if (vm->reservs.on)
		parse_reservs(p);
}

static void
parse_model(struct parse *p)
{
	struct counted c;

	(void)parse_get(p, 4, NUM, "processor that acts");
	for (unsigned i = 0; i < p->m->config.cpus; i++) {
		(void)parse_get(p, 4, CORE_IS_PMAP, "pmap of a processor");
		parse_numbers(p, 3 + 21, 8, "counter of TLBs");
		for (c = parse_count(p, 4, "TLB words"); parse_next(p, &c);) {
			(void)parse_get(p, 4, CORE_IS_INDEX, "TLB place");
			(void)parse_get(p, 8, NUM, "TLB word");
		}
	}
	for (c = parse_count(p, 4, "pmaps"); parse_next(p, &c);) {
		(void)parse_get(p, 4, CORE_IS_PMAP, "pmap known");
		parse_numbers(p, 2, 8, "processors of a pmap");
	}
}

static void
parse_tlb(struct parse *p)
{
	const struct pmap_system *sys = &p->m->vm.pmaps;
	struct counted c;

	if (sys->tlbm != NULL)
		parse_model(p);
	if (!p->m->config.arch->hashed)
		return;
	if (sys->tlbm == NULL)
		for (c = parse_count(p, 4, "known pages"); parse_next(p, &c);) {
			(void)parse_get(p, 4, CORE_IS_PMAP, "pmap of a page");
			(void)parse_get(p, 8, NUM, "page known");
			(void)parse_get(p, 1, NUM, "kinds of access");
		}
	for (c = parse_count(p, 4, "hashed entries"); parse_next(p, &c);) {
		(void)parse_get(p, 4, CORE_IS_INDEX, "hashed place");
		(void)parse_get(p, 8, NUM, "hashed key");
		(void)parse_get(p, 8, CORE_IS_PTE, "second doubleword");
	}
	(void)parse_get(p, 4, NUM, "evictions");
	parse_numbers(p, 9, 8, "counter of the hashed table");
}

static void
parse_files(struct parse *p)
{
	static const struct parse_field row[] = { { "kind of file", 1, NUM },
		{ "device of a file", 4, NUM },
		{ "number of a file", 4, CORE_IS_FILE },
		{ "own device", 1, NUM }, { "kind of disk", 1, NUM },
		{ "links", 4, NUM }, { "opens", 4, NUM },
		{ "object of a file", 4, CORE_IS_OBJECT }, END };
	struct counted c = parse_count(p, 4, "files");
	struct counted more = parse_count(p, 4, "unlinked files");

	for (c.at = p->at; parse_next(p, &c);) {
		parse_string(p, "path");
		parse_row(p, row);
	}
	for (more.at = p->at; parse_next(p, &more);) {
		parse_string(p, "path");
		parse_row(p, row);
	}
}

static void
parse_shm(struct parse *p)
{
	static const struct parse_field row[] = { { "segment", 4,
						      CORE_IS_SEGMENT },
		{ "key", 8, NUM }, { "size of a segment", 8, NUM },
		{ "attaches", 4, NUM }, { "removed", 1, NUM },
		{ "object of it", 4, CORE_IS_OBJECT }, END };
	struct counted c = parse_count(p, 4, "segments");

	while (parse_next(p, &c))
		parse_row(p, row);
}

static void
parse_process(struct parse *p)
{
	static const struct parse_field row[] = { { "pid", 4, CORE_IS_PROCESS },
		{ "parent", 4, CORE_IS_PROCESS }, { "user", 4, NUM },
		{ "group", 4, NUM }, { "process flags", 4, NUM },
		{ "processor", 4, NUM }, { "state", 1, NUM },
		{ "exit status", 4, NUM }, { "exit signal", 4, NUM },
		{ "heap", 8, CORE_IS_ADDRESS },
		{ "end of the heap", 8, CORE_IS_ADDRESS },
		{ "stack top", 8, CORE_IS_ADDRESS },
		{ "search from", 8, CORE_IS_ADDRESS },
		{ "anonymous search", 8, CORE_IS_ADDRESS },
		{ "personality flags", 8, NUM }, { "system calls", 8, NUM },
		{ "references", 8, NUM }, { "minor faults", 8, NUM },
		{ "major faults", 8, NUM }, { "suspensions", 8, NUM },
		{ "waits", 8, NUM }, { "frames gained", 8, NUM },
		{ "oom_score_adj", 2, NUM }, { "dangers", 4, NUM },
		{ "aix faults", 8, NUM }, { "aix repages", 8, NUM },
		{ "aix resumed", 8, NUM },
		{ "space of a process", 4, CORE_IS_MAP },
		{ "vfork parent", 4, CORE_IS_PROCESS }, END };
	struct counted c;

	parse_string(p, "name");
	parse_string(p, "image");
	parse_string(p, "personality of a process");
	parse_row(p, row);
	parse_numbers(p, 10, 8, "limit");
	for (c = parse_count(p, 4, "descriptors"); parse_next(p, &c);) {
		(void)parse_get(p, 4, CORE_IS_FILE, "file of a descriptor");
		(void)parse_get(p, 1, NUM, "mode");
	}
	for (c = parse_count(p, 4, "attached"); parse_next(p, &c);) {
		(void)parse_get(p, 8, CORE_IS_ADDRESS, "attached at");
		(void)parse_get(p, 4, CORE_IS_SEGMENT, "segment attached");
	}
}

static void
parse_procs(struct parse *p)
{
	struct counted c = parse_count(p, 4, "processes");

	while (parse_next(p, &c))
		parse_process(p);
}

parse_fn *const parse_section[CORE_NSECTIONS] = {
	[CORE_CONFIG] = parse_config,
	[CORE_MACHINE] = parse_machine,
	[CORE_STATS] = parse_stats,
	[CORE_FRAMES] = parse_frames,
	[CORE_TAGS] = parse_tags,
	[CORE_SWAP] = parse_swap,
	[CORE_ANONS] = parse_anons,
	[CORE_SLABS] = parse_slabs,
	[CORE_OBJECTS] = parse_objects,
	[CORE_AMAPS] = parse_amaps,
	[CORE_SPACES] = parse_spaces,
	[CORE_TABLES] = parse_tables,
	[CORE_PVS] = parse_pvs,
	[CORE_PHYS] = parse_phys,
	[CORE_TLB] = parse_tlb,
	[CORE_PAGEOUT] = parse_pageout,
	[CORE_FILES] = parse_files,
	[CORE_DISKS] = parse_disks,
	[CORE_SHM] = parse_shm,
	[CORE_PROCS] = parse_procs,
};
