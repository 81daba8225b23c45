/*
 * The world of test_vm_ops: making it, checking it, and what its random
 * operations look like.
 */
#include "vm_world.h"

#include <inttypes.h>
#include <stdlib.h>

const struct variant vm_variants[] = {
#define PLAIN(n, flags, pages, frames, linux, geo) \
	{ \
		.name = n, .mapflags = flags, .npages = pages, .ram = frames, \
		.linux_like = linux, .arch = geo \
	}
	PLAIN("plain", 0, 64, 8192, false, "amd64"),
	PLAIN("join", VM_MAP_JOIN, 64, 8192, false, "amd64"),
	PLAIN("linux", VM_MAP_JOIN | VM_MAP_TOPDOWN, 64, 8192, true, "amd64"),
	PLAIN("chunk", VM_MAP_CHUNK | VM_MAP_TOPDOWN, 420, 16384, false,
	    "amd64"),
	PLAIN("tight", 0, 64, 160, false, "amd64"),
	PLAIN("tightjoin", VM_MAP_JOIN, 64, 160, true, "amd64"),
	PLAIN("i386", 0, 64, 8192, false, "i386"),
	PLAIN("i386-tight", VM_MAP_JOIN, 64, 160, true, "i386"),
	PLAIN("i386-pae", 0, 64, 8192, false, "i386-pae"),
	PLAIN("amd64-la57", VM_MAP_JOIN, 64, 8192, true, "amd64-la57"),
	PLAIN("arm64", 0, 64, 8192, false, "arm64"),
	PLAIN("arm64-16k", VM_MAP_JOIN, 64, 8192, true, "arm64-16k"),
	PLAIN("arm64-64k", 0, 64, 160, false, "arm64-64k"),
	PLAIN("riscv64", VM_MAP_JOIN, 64, 8192, true, "riscv64"),
	PLAIN("riscv64-sv57", 0, 64, 8192, false, "riscv64-sv57"),
	PLAIN("power", VM_MAP_CHUNK, 420, 8192, false, "power"),
#define LARGER(n, flags, pages, frames, linux, geo, policy) \
	{ \
		.name = n, .mapflags = flags, .npages = pages, .ram = frames, \
		.linux_like = linux, .arch = geo, \
		.superpages = VM_SUPER_##policy \
	}
	LARGER("reserve-arm64", VM_MAP_JOIN, 64, 16384, false, "arm64",
	    RESERVE),
	LARGER("reserve-power", VM_MAP_JOIN, 64, 8192, false, "power", RESERVE),
	LARGER("reserve-riscv64", 0, 64, 16384, true, "riscv64", RESERVE),
	LARGER("reserve-tight", VM_MAP_JOIN, 64, 160, false, "power", RESERVE),
	LARGER("reserve-amd64", VM_MAP_JOIN, 1600, 16384, false, "amd64",
	    RESERVE),
	LARGER("reserve-both", VM_MAP_JOIN, 1600, 16384, true, "arm64",
	    RESERVE),
	LARGER("eager-power", VM_MAP_JOIN, 64, 8192, true, "power", EAGER),
	LARGER("eager-tight", VM_MAP_JOIN, 64, 160, true, "power", EAGER),
	LARGER("eager-amd64", VM_MAP_JOIN | VM_MAP_TOPDOWN, 1600, 16384, true,
	    "amd64", EAGER),
	LARGER("collapse-power", VM_MAP_JOIN, 64, 8192, true, "power",
	    COLLAPSE),
	LARGER("collapse-tight", VM_MAP_JOIN, 64, 160, true, "power", COLLAPSE),
	LARGER("collapse-amd64", VM_MAP_JOIN, 1600, 16384, true, "amd64",
	    COLLAPSE),
#define SWAPPED(n, flags, frames, linux, geo, policy, nodes, d, slots) \
	{ \
		.name = n, .mapflags = flags, .npages = 64, .ram = frames, \
		.linux_like = linux, .arch = geo, \
		.superpages = VM_SUPER_##policy, .domains = nodes, \
		.daemon = &vm_daemon_##d, .swap = slots \
	}
	SWAPPED("swap", 0, 8192, false, "amd64", NEVER, 1, uvm, 4000),
	SWAPPED("swap-tight", 0, 160, false, "amd64", NEVER, 1, uvm, 4000),
	SWAPPED("swap-join", VM_MAP_JOIN, 120, true, "amd64", NEVER, 1, uvm,
	    4000),
	SWAPPED("swap-few", VM_MAP_JOIN, 160, true, "i386", NEVER, 1, uvm, 40),
	SWAPPED("swap-none", 0, 160, false, "amd64", NEVER, 1, uvm, 0),
	SWAPPED("swap-reserve", VM_MAP_JOIN, 400, false, "power", RESERVE, 1,
	    uvm, 4000),
	SWAPPED("swap-reserve-arm64", 0, 400, true, "arm64", RESERVE, 1, uvm,
	    400),
	SWAPPED("swap-eager", VM_MAP_JOIN, 300, true, "power", EAGER, 1, uvm,
	    4000),
	SWAPPED("swap-collapse", VM_MAP_JOIN, 300, true, "power", COLLAPSE, 1,
	    uvm, 4000),
	SWAPPED("swap-numa", 0, 2048, false, "arm64-16k", RESERVE, 2, uvm,
	    4000),
	SWAPPED("swap-aix", 0, 160, false, "amd64", NEVER, 1, aix, 4000),
	SWAPPED("swap-freebsd", 0, 160, false, "amd64", NEVER, 1, freebsd,
	    4000),
#define POLICY(n, flags, ram_, linux, geo, d, p, frames_, slots) \
	{ \
		.name = n, .mapflags = flags, .npages = 64, .ram = ram_, \
		.linux_like = linux, .arch = geo, .domains = 1, \
		.daemon = &vm_daemon_##d, .policy = &vm_policy_##p, \
		.frames = frames_, .swap = slots \
	}
	POLICY("lru-3", 0, 8192, false, "amd64", uvm, lru, 3, 4000),
	POLICY("clock-9", VM_MAP_JOIN, 8192, true, "amd64", uvm, clock, 9,
	    4000),
	POLICY("arc-12-tight", 0, 160, false, "i386", uvm, arc, 12, 4000),
	POLICY("2q-7-power", VM_MAP_CHUNK, 400, false, "power", uvm, 2q, 7,
	    400),
	POLICY("s3fifo-30-few", 0, 200, true, "arm64-64k", uvm, s3fifo, 30, 30),
	POLICY("ws-16-none", VM_MAP_JOIN, 8192, true, "riscv64", uvm, ws, 16,
	    0),
	POLICY("random-1", 0, 8192, false, "amd64", uvm, random, 1, 4000),
	POLICY("sieve-all", 0, 160, false, "amd64", replace, sieve, 0, 4000),
	POLICY("lfu-all", VM_MAP_JOIN, 160, true, "amd64", replace, lfu, 0,
	    4000),
	POLICY("arc-all", 0, 160, false, "power", replace, arc, 0, 400),
	POLICY("nfu-all-none", 0, 200, false, "amd64", replace, nfu, 0, 0),
};
_Static_assert(NELEM(vm_variants) ==
	WORLD_NPLAIN + WORLD_NSUPER + WORLD_NSWAP + WORLD_NPOLICY,
    "the groups of variants (vm_world.h)");

static const struct {
	bool file;
	uint32_t pages, bytes;
} object_kinds[WORLD_OBJECTS] = {
	{ true, 20, 0 },
	{ true, 5, 100 },
	{ false, 12, 0 },
	{ true, 40, 0 },
};

void *
world_create(unsigned variant, uint64_t seed)
{
	struct world *w = calloc(1, sizeof(*w));
	struct vm_config config = {
		.geometry = pmap_geometry_byname(vm_variants[variant].arch),
		.ram_pages = vm_variants[variant].ram,
		.tags = true,
		.superpages = vm_variants[variant].superpages,
		.domains = vm_variants[variant].domains,
		.daemon = vm_variants[variant].daemon,
		.policy = vm_variants[variant].policy,
		.frames = vm_variants[variant].frames,
	};
	uint32_t device;

	if (config.policy != NULL)
		vm_policy_defaults(config.policy, &config.policy_args);

	(void)seed;
	w->v = &vm_variants[variant];
	model_shift = config.geometry->page_shift;
	w->mem = mem_create();
	if (w->mem == NULL || vm_init(&w->vm, w->mem, &config) != 0)
		abort();
	for (unsigned i = 0; i < 2 && w->v->swap > 0; i++)
		if (vm_swap_on(&w->vm, w->v->swap / 2, (int)i,
			i > 0 ? SWF_FILE : 0, &device) != 0)
			abort();
	model_layout_add(&w->layout, WORLD_BASE, w->v->npages);
	for (unsigned i = 0; i < WORLD_OBJECTS; i++) {
		uint64_t size = model_ptoa(object_kinds[i].pages) +
		    object_kinds[i].bytes;
		struct vm_object *o;

		if (vm_object_create(&w->vm,
			object_kinds[i].file ? &uvm_vnodeops : &aobj_pager,
			size, object_kinds[i].file ? i + 1 : 0, &o) != 0)
			abort();
		model_object_init(&w->object[i], object_kinds[i].file, size,
		    vm_tag_hash, i + 1);
		w->object[i].real = o;
	}
	return w;
}

void
world_destroy(void *arg)
{
	struct world *w = arg;

	for (unsigned i = 0; i < WORLD_SPACES; i++)
		if (w->real[i] != NULL) {
			uvmspace_free(w->real[i]);
			model_space_free(w->model[i]);
		}
	for (unsigned i = 0; i < WORLD_OBJECTS; i++)
		vm_object_unref(&w->vm, w->object[i].real);
	vm_fini(&w->vm);
	if (mem_in_use(w->mem) != 0) {
		(void)fprintf(stderr, "memory left: %zu bytes\n",
		    mem_in_use(w->mem));
		abort();
	}
	mem_destroy(w->mem);
	free(w);
}

static uint32_t
own_reference(void *ctx, struct vm_object *o)
{
	(void)ctx, (void)o;
	return 1;
}

const char *
world_check(void *arg, char *buf, size_t len)
{
	static const struct compare_how how = {
		.flags = (uint16_t)~UVM_MAP_NOMERGE
	};
	struct world *w = arg;
	struct vmspace *spaces[WORLD_SPACES];
	size_t n = 0;

	for (unsigned i = 0; i < WORLD_SPACES; i++) {
		char why[256];

		if (w->real[i] == NULL)
			continue;
		spaces[n++] = w->real[i];
		if (compare_space(&w->real[i]->vm_map, w->model[i], &how, why,
			sizeof(why)) != NULL) {
			(void)snprintf(buf, len, "space %u, %s", i, why);
			return buf;
		}
	}
	return vm_check(&w->vm, spaces, n, own_reference, NULL, buf, len);
}

/* --------------------------------------------------- random operations --- */

static const struct {
	const char *name;
	unsigned weight;
} op_table[OP_NKINDS] = {
	[OP_MAP] = { "map", 120 },
	[OP_UNMAP] = { "unmap", 50 },
	[OP_PROTECT] = { "protect", 50 },
	[OP_SETMAX] = { "setmax", 4 },
	[OP_INHERIT] = { "inherit", 25 },
	[OP_ADVICE] = { "advice", 15 },
	[OP_FLAGS] = { "flags", 5 },
	[OP_WILLNEED] = { "willneed", 5 },
	[OP_CLEAN] = { "clean", 25 },
	[OP_DISCARD] = { "discard", 15 },
	[OP_WIRE] = { "wire", 20 },
	[OP_UNWIRE] = { "unwire", 15 },
	[OP_WIRE_ALL] = { "wire_all", 2 },
	[OP_UNWIRE_ALL] = { "unwire_all", 4 },
	[OP_MOVE] = { "move", 15 },
	[OP_FORK] = { "fork", 12 },
	[OP_EXIT] = { "exit", 8 },
	[OP_EXEC] = { "exec", 1 },
	[OP_SETSIZE] = { "setsize", 10 },
	[OP_READ] = { "read", 160 },
	[OP_WRITE] = { "write", 200 },
	[OP_FETCH] = { "fetch", 30 },
	[OP_PEEK] = { "peek", 60 },
	[OP_BATCH] = { "batch", 40 },
	[OP_FILL] = { "fill", 120 },
	[OP_LETGO] = { "letgo", 20 },
	[OP_DONTNEED] = { "dontneed", 20 },
	[OP_SCAN] = { "scan", 40 },
	[OP_EVICT] = { "evict", 100 },
	[OP_DAEMON] = { "daemon", 20 },
	[OP_SWAPCTL] = { "swapctl", 6 },
};

static uint8_t
pick_kind(struct model_rng *r)
{
	static unsigned total;
	unsigned at;
	uint8_t kind = 0;

	if (total == 0)
		for (unsigned i = 0; i < OP_NKINDS; i++)
			total += op_table[i].weight;
	at = model_below(r, total);
	while (at >= op_table[kind].weight)
		at -= op_table[kind++].weight;
	return kind;
}

static bool
is_allowed(uint8_t kind, const struct variant *v)
{
	if (kind >= OP_EVICT)
		return v->daemon != NULL;
	if (kind == OP_LETGO && v->daemon != NULL)
		return false; /* test_pressure knows what may become of it */
	if (kind >= OP_FILL)
		return v->superpages != VM_SUPER_NEVER;
	if (kind == OP_INHERIT)
		return !v->linux_like;
	return kind != OP_DISCARD || v->linux_like;
}

/*
 * Whole larger pages, often: the range is widened to some, in few spaces, and
 * what is mapped there is mostly anonymous memory to be written.
 */
static void
widen(struct model_rng *r, const struct variant *v, struct op *op)
{
	const unsigned n = v->npages > 1000 ? 512 : 16;
	const unsigned whole = v->npages / n;
	const bool often = op->kind == OP_FILL || op->kind == OP_MAP;

	op->who %= 3;
	if (model_below(r, 8) >= (often ? 7u : 1u))
		return;
	op->arg[0] = model_below(r, whole) * n;
	op->arg[1] = n * (1 + model_below(r, 2));
	if (op->arg[0] + op->arg[1] > v->npages)
		op->arg[1] = v->npages - op->arg[0];
	if (op->kind != OP_MAP || model_below(r, 4) == 0)
		return;
	/* See pick_map(): rw; private or, sometimes, shared; replacing. */
	op->arg[2] &= ~(uint64_t)0xff0;
	op->arg[2] |= (uint64_t)1 << 50 | 0x7000;
	if (model_below(r, 4) == 0)
		op->arg[2] |= 6 << 4;
}

/*
 * arg[0] first page, arg[1] pages, arg[2] random bits, arg[3] a second place
 */
void
world_generate(struct model_rng *r, unsigned variant, struct op *op)
{
	const struct variant *v = &vm_variants[variant];
	unsigned longest = v->npages > 100 && model_below(r, 4) == 0 ? 300 :
	    model_below(r, 8) == 0                                   ? 40 :
								       10;

	do
		op->kind = pick_kind(r);
	while (!is_allowed(op->kind, v));
	op->who = (uint8_t)model_below(r, WORLD_SPACES);
	op->arg[0] = model_below(r, v->npages);
	op->arg[1] = 1 + model_below(r, longest);
	if (op->arg[0] + op->arg[1] > v->npages)
		op->arg[1] = v->npages - op->arg[0];
	if (model_below(r, 2) == 0) {
		/* Half of the operations meet in a few pages. */
		op->who %= 3;
		op->arg[0] = 8 + op->arg[0] % 6;
		op->arg[1] = 1 + op->arg[1] % 6;
	}
	op->arg[2] = model_random(r);
	if (v->superpages != VM_SUPER_NEVER)
		widen(r, v, op);
	op->arg[3] = model_below(r, v->npages);
}

bool
world_fit(unsigned variant, struct op *op)
{
	const struct variant *v = &vm_variants[variant];

	op->kind %= OP_NKINDS;
	op->who %= WORLD_SPACES;
	op->arg[0] %= v->npages;
	op->arg[3] %= v->npages;
	op->arg[1] = 1 + op->arg[1] % (v->npages - op->arg[0]);
	return is_allowed(op->kind, v);
}

void
world_print(FILE *f, unsigned variant, const struct op *op)
{
	(void)variant;
	(void)fprintf(f,
	    "space %u: %s %" PRIu64 " +%" PRIu64 " bits %#" PRIx64
	    " other %" PRIu64 "\n",
	    op->who, op_table[op->kind].name, op->arg[0], op->arg[1],
	    op->arg[2], op->arg[3]);
}
