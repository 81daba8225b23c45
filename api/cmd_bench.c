/*
 * uvmsim bench: the benchmarks, each figure beside its target and beside
 * yardsticks taken in the same minute.
 *
 * What is printed is the median of several runs.  Nothing is asserted: the exit
 * status says only whether the benchmarks could be run.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "cmd.h"
#include "sim/suggest.h"

#define MAXRUNS 99
#define QUICK 64 /* --quick does one part of so many */
#define K ((uint64_t)1000)
#define M ((uint64_t)1000000)
#define PAGES (1u << 18) /* a gigabyte */
#define PAGES4G (1u << 20)

/*	name, what, unit, target, floor, arg, which, fn, loop, less */
const struct bench api_benches[] = {
	{ "mem-page", "host memory a resident page, all told", "B", 64, NAN,
	    PAGES4G, 0, api_bench_page_bytes, NULL, 0 },
	{ "mem-entry", "host memory a map entry", "B", 128, NAN, M, 0,
	    api_bench_entry_bytes, NULL, 0 },
	{ "mmap-10", "mmap and munmap of a page among 10 entries", "ns", 100,
	    39, 10, 0, api_bench_mmap, NULL, 0 },
	{ "mmap-1k", "the same among 1 000 entries", "ns", 200, 140, K, 0,
	    api_bench_mmap, api_bench_loop_mmap, 0 },
	{ "mmap-100k", "the same among 100 000 entries", "ns", 450, 308,
	    100 * K, 0, api_bench_mmap, NULL, 0 },
	{ "mmap-1m", "the same among 1 000 000 entries", "ns", 1100, 1153, M, 0,
	    api_bench_mmap, NULL, 0 },
	{ "uvm-map-10", "uvm_map and uvm_unmap among 10 entries", "ns", NAN, 39,
	    10, 0, api_bench_uvm_map, NULL, 0 },
	{ "uvm-map-1k", "the same among 1 000 entries", "ns", NAN, 140, K, 0,
	    api_bench_uvm_map, NULL, 0 },
	{ "uvm-map-100k", "the same among 100 000 entries", "ns", NAN, 308,
	    100 * K, 0, api_bench_uvm_map, NULL, 0 },
	{ "uvm-map-1m", "the same among 1 000 000 entries", "ns", NAN, 1153, M,
	    0, api_bench_uvm_map, NULL, 0 },
	{ "lookup-1k", "map lookup at random, 1 000 entries", "ns", 40, NAN, K,
	    0, api_bench_lookup, NULL, 0 },
	{ "lookup-1m", "map lookup at random, 1 000 000 entries", "ns", 250,
	    NAN, M, 0, api_bench_lookup, NULL, 0 },
	{ "lookup-local", "map lookup with locality", "ns", 5, NAN, K, 0,
	    api_bench_lookup_local, NULL, 0 },
	{ "mprotect-1k", "mprotect that splits, and one that rejoins", "ns",
	    300, NAN, K, 0, api_bench_mprotect, NULL, 0 },
	{ "mem-super", "host memory a page, all in 2M pages", "B", 64, NAN,
	    PAGES, 0, api_bench_super_bytes, NULL, 0 },
	{ "fault-super", "zero-fill fault, each 512th of which promotes", "ns",
	    NAN, NAN, PAGES, 0, api_bench_super_fill, NULL, 0 },
	{ "promote", "a larger page demoted and promoted, thousands a second",
	    "k/s", NAN, NAN, PAGES, 0, api_bench_promote, NULL, 0 },
	{ "fault-seq", "zero-fill fault, in order", "ns", 30, 2.8, PAGES, 0,
	    api_bench_fault_seq, api_bench_loop_fault, 0 },
	{ "fault-call", "the same by one access to all pages", "ns", 30, 2.8,
	    PAGES, 0, api_bench_fault_call, NULL, 0 },
	{ "fault-rand", "zero-fill fault, at random over 4 GB", "ns", 80, 40,
	    PAGES4G, 0, api_bench_fault_rand, NULL, 0 },
	{ "cow", "copy-on-write fault", "ns", 37, NAN, PAGES, 0, api_bench_cow,
	    api_bench_loop_cow, 0 },
	{ "fork", "fork, per resident page", "ns", 1, 0.33, PAGES, 0,
	    api_bench_fork, NULL, 0 },
	{ "exit", "exit, per resident page", "ns", 6, NAN, PAGES, 0,
	    api_bench_exit, NULL, 0 },
	{ "mincore-dense", "mincore of 1 GB, per resident page", "ns", 0.16,
	    0.03, PAGES, 0, api_bench_mincore_dense, NULL, 0 },
	{ "mincore-1t", "mincore of 1 TB with 1 GB resident, per resident page",
	    "ns", NAN, NAN, PAGES, 0, api_bench_mincore_sparse, NULL, 0 },
	{ "mincore-walk", "the same less a memset of its vec", "ns", 0.16, NAN,
	    PAGES, 0, api_bench_mincore_walk, NULL, 0 },
	{ "kinfo-packed", "sysctl of 1 000 000 map entries, an entry", "ns", 30,
	    10, M, 0, api_bench_kinfo_packed, NULL, 0 },
	{ "kinfo-wide", "kinfo_getvmmap of the same", "ns", 60, 45, M, 0,
	    api_bench_kinfo_wide, api_bench_loop_kinfo, 0 },
	{ "access-hit", "access to one of 256 pages", "ns", NAN, NAN, 256, 0,
	    api_bench_access, NULL, 0 },
	{ "access-walk", "access to one of 65 536 pages", "ns", NAN, NAN, 65536,
	    0, api_bench_access, NULL, 0 },
	{ "lackey", "references decoded from text in memory; host: getline",
	    "M/s", 270, 398, M, 0, api_bench_lackey_decode,
	    api_bench_loop_lackey, 0 },
	{ "lackey-replay", "references replayed from a file of text", "M/s",
	    100, NAN, 4 * M, 0, api_bench_lackey_replay, NULL, 0 },
	{ "uvt", "references decoded from uvt in memory, checksums and all",
	    "M/s", 600, 608, M, 0, api_bench_uvt_decode, api_bench_loop_uvt,
	    0 },
	{ "uvt-bytes", "bytes of uvt a reference", "B", 2.5, NAN, M, 0,
	    api_bench_uvt_bytes, NULL, 0 },
	{ "uvt-replay", "references replayed from a file of uvt", "M/s", 150,
	    NAN, 4 * M, 0, api_bench_uvt_replay, NULL, 0 },
	{ "input-gzip", "gzip read as references; of what gzip alone can read",
	    "%", NAN, NAN, 0, BENCH_GZIP, api_bench_compressed, NULL, 0 },
	{ "input-xz", "the same of xz", "%", 90, NAN, 0, BENCH_XZ,
	    api_bench_compressed, NULL, 0 },
	{ "input-zstd", "the same of zstd", "%", 90, NAN, 0, BENCH_ZSTD,
	    api_bench_compressed, NULL, 0 },
	{ "record",
	    "a program recorded; of valgrind's speed into a file (host: s)",
	    "%", 100, NAN, 0, 0, api_bench_record, NULL, 0 },
	{ "refs-off", "a decoded reference, all counters on, no TLB model",
	    "ns", 2.5, 0.83, 0, 0, api_bench_refs, NULL, 0 },
	{ "refs-tlb", "the same with TLBs of 64x4 and 1536x12, true LRU", "ns",
	    5, 1.67, 0, 1, api_bench_refs, api_bench_loop_refs, 0 },
	{ "refs-walk", "the same with a walk of 4 levels each (tlb=none)", "ns",
	    5, 3.45, 0, 2, api_bench_refs, NULL, 0 },
	{ "refs-skylake", "the same with tlb=skylake", "ns", 5, NAN, 0, 5,
	    api_bench_refs, NULL, 0 },
	{ "refs-zen4", "the same with tlb=zen4", "ns", NAN, NAN, 0, 11,
	    api_bench_refs, NULL, 0 },
	{ "policy-fifo", "Zipf touches of 10^6 pages counted, 10 % in memory",
	    "M/s", 130, NAN, 0, 10, api_bench_policy, NULL, 0 },
	{ "policy-lru", "the same under lru", "M/s", 130, NAN, 0, 110,
	    api_bench_policy, api_bench_loop_policy, 0 },
	{ "policy-clock", "the same under clock", "M/s", 130, NAN, 0, 210,
	    api_bench_policy, NULL, 0 },
	{ "policy-sieve", "the same under sieve", "M/s", 130, NAN, 0, 1210,
	    api_bench_policy, NULL, 0 },
	{ "policy-opt", "the same under opt, both passes", "M/s", 30, NAN, 0,
	    610, api_bench_policy, NULL, 0 },
	{ "policy-lru-1", "the same under lru, 1 % in memory", "M/s", NAN, NAN,
	    0, 101, api_bench_policy, NULL, 0 },
	{ "policy-fifo-1", "the same under fifo", "M/s", NAN, NAN, 0, 1,
	    api_bench_policy, NULL, 0 },
	{ "policy-clock1", "the same under clock", "M/s", NAN, NAN, 0, 201,
	    api_bench_policy, NULL, 0 },
	{ "policy-sieve1", "the same under sieve", "M/s", NAN, NAN, 0, 1201,
	    api_bench_policy, NULL, 0 },
	{ "policy-opt-1", "the same under opt, 1 % in memory", "M/s", NAN, NAN,
	    0, 601, api_bench_policy, NULL, 0 },
	{ "mem-policy", "host memory a page counted, lru, 10 % in memory", "B",
	    NAN, NAN, 0, 110, api_bench_policy_bytes, NULL, 0 },
	{ "replace-clock",
	    "Zipf references of 10^6 pages, 10 % in memory, "
	    "rest in swap",
	    "M/s", 45, NAN, 0, 210, api_bench_replace, api_bench_loop_replace,
	    0 },
	{ "replace-1pc", "the same, 1 % in memory", "M/s", 45, NAN, 0, 201,
	    api_bench_replace, NULL, 0 },
	{ "replace-lru", "10 % in memory, under lru", "M/s", NAN, NAN, 0, 110,
	    api_bench_replace, NULL, 0 },
	{ "replace-fifo", "the same under fifo", "M/s", NAN, NAN, 0, 10,
	    api_bench_replace, NULL, 0 },
	{ "replace-sieve", "the same under sieve", "M/s", NAN, NAN, 0, 1210,
	    api_bench_replace, NULL, 0 },
	{ "mrc-lru", "touches into an exact LRU curve, 1 000 000 pages", "M/s",
	    15, NAN, M, 0, api_bench_mrc_lru, NULL, 0 },
	{ "mrc-opt", "touches into an exact OPT curve of 21 sizes", "M/s", 2,
	    NAN, M, 0, api_bench_mrc_opt, NULL, 0 },
	{ "mrc-opt-all", "the same of all sizes, 100 000 pages", "M/s", NAN,
	    NAN, 100 * K, 0, api_bench_mrc_opt_all, NULL, 0 },
	{ "mrc-sample", "touches into a curve from 1 page of 100", "M/s", 200,
	    NAN, M, 0, api_bench_mrc_sample, NULL, 0 },
	{ "mrc-error", "mean error of its miss ratios, in per cent of touches",
	    "%", NAN, NAN, M, 0, api_bench_mrc_error, NULL, 0 },
	{ "wset", "touches into working sets of three taus", "M/s", NAN, NAN, M,
	    0, api_bench_wset, NULL, 0 },
	{ "sweep-2", "a sweep of 16 machines, two threads against one", "x",
	    1.8, NAN, 0, 2, api_bench_sweep, NULL, 0 },
	{ "step-back", "to any of 10 million operations of a run, median", "ms",
	    1000, NAN, 0, 0, api_bench_step_back, NULL, 0 },
	{ "step-worst", "the same, worst of 101", "ms", 1000, NAN, 0, 1,
	    api_bench_step_back, NULL, 0 },
	{ .name = NULL }
};

/* ----------------------------------------------------------- running ---- */

struct run {
	struct bench bench;
	struct bench_result result;
};

static bool
run_once(void *arg)
{
	struct run *run = arg;

	for (unsigned i = 0; i < BENCH_NFIGURES; i++)
		run->result.v[i] = NAN;
	return run->bench.fn(&run->bench, &run->result);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* => NAN when one of them is */
static double
median(double *v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (isnan(v[i]))
			return NAN;
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static bool
measure(const struct bench *b, bool quick, unsigned runs,
    struct bench_result *out)
{
	double v[BENCH_NFIGURES][MAXRUNS];

	for (unsigned i = 0; i < runs; i++) {
		struct run run = { .bench = *b };

		if (quick) {
			run.bench.less = QUICK;
			run.bench.arg = api_bench_part(&run.bench, b->arg);
		}
		if (!api_bench_in_child(run_once, &run, sizeof(run)))
			return false;
		for (unsigned f = 0; f < BENCH_NFIGURES; f++)
			v[f][i] = run.result.v[f];
	}
	for (unsigned f = 0; f < BENCH_NFIGURES; f++)
		out->v[f] = median(v[f], runs);
	return true;
}

/* ---------------------------------------------------------- printing ---- */

static const char *
figure(char *buf, size_t len, double v)
{
	if (isnan(v))
		return "-";
	snprintf(buf, len, v < 10 ? "%.2f" : "%.0f", v);
	return buf;
}

static void
print_head(void)
{
	printf("%-13s %9s %4s %8s %7s %8s %8s %8s\n", "benchmark", "median", "",
	    "target", "floor", "host", "tree", "memory");
}

static void
print_row(const struct bench *b, const struct bench_result *r)
{
	char s[6][32];

	printf("%-13s %9s %-4s %8s %7s %8s %8s %8s\n", b->name,
	    figure(s[0], 32, r->v[BENCH_OURS]), b->unit,
	    figure(s[1], 32, b->target), figure(s[2], 32, b->floor),
	    figure(s[3], 32, r->v[BENCH_HOST]),
	    figure(s[4], 32, r->v[BENCH_TREE]),
	    figure(s[5], 32, r->v[BENCH_MEMORY]));
	fflush(stdout);
}

static void
json_number(const char *key, double v)
{
	if (isnan(v))
		printf(",\"%s\":null", key);
	else
		printf(",\"%s\":%.6g", key, v);
}

static void
json_row(const struct bench *b, const struct bench_result *r, bool first)
{
	printf("%s{\"name\":\"%s\",\"what\":\"%s\",\"unit\":\"%s\"",
	    first ? "" : ",", b->name, b->what, b->unit);
	json_number("median", r->v[BENCH_OURS]);
	json_number("target", b->target);
	json_number("floor", b->floor);
	json_number("host", r->v[BENCH_HOST]);
	json_number("tree", r->v[BENCH_TREE]);
	json_number("memory", r->v[BENCH_MEMORY]);
	putchar('}');
}

/* ----------------------------------------------------------- command ---- */

/* Wanted: no operand, or one that the name begins with. */
static bool
wanted(const struct cmd *cmd, const struct bench *b)
{
	for (int i = 0; i < cmd->noperands; i++)
		if (strncmp(b->name, cmd->operand[i],
			strlen(cmd->operand[i])) == 0)
			return true;
	return cmd->noperands == 0;
}

static int
run_all(const struct cmd *cmd, unsigned runs, bool quick)
{
	unsigned n = 0;
	int status = CMD_OK;

	if (cmd->json)
		printf("{\"runs\":%u,\"quick\":%s,\"benchmarks\":[", runs,
		    quick ? "true" : "false");
	else
		print_head();
	for (const struct bench *b = api_benches; b->name != NULL; b++) {
		struct bench_result r;

		if (!wanted(cmd, b))
			continue;
		fflush(stdout);
		if (!measure(b, quick, runs, &r)) {
			status = cmd_fail(cmd, "%s could not be run", b->name);
			continue;
		}
		if (cmd->json)
			json_row(b, &r, n == 0);
		else
			print_row(b, &r);
		n++;
	}
	if (cmd->json)
		printf("]}\n");
	return status;
}

/* The loop of one benchmark, for a profiler. */
static int
run_loop(const struct cmd *cmd, const char *count)
{
	uint64_t n = 0;

	if (!cmd_number(count, 1, UINT32_MAX, &n) || cmd->noperands != 1)
		return cmd_usage_error(cmd,
		    "--loop takes a number from 1 to "
		    "%u and one benchmark, not '%s'",
		    UINT32_MAX, count);
	for (const struct bench *b = api_benches; b->name != NULL; b++)
		if (strcmp(b->name, cmd->operand[0]) == 0 && b->loop != NULL)
			return b->loop(n) ?
			    CMD_OK :
			    cmd_fail(cmd, "%s could not be run", b->name);
	return cmd_usage_error(cmd, "no loop for '%s'", cmd->operand[0]);
}

static int
list(void)
{
	for (const struct bench *b = api_benches; b->name != NULL; b++)
		printf("%-13s %s\n", b->name, b->what);
	return CMD_OK;
}

static int
unknown_bench(const struct cmd *cmd, const char *name)
{
	const char *names[NELEM(api_benches)], *near;
	size_t n = 0;

	for (; api_benches[n].name != NULL; n++)
		names[n] = api_benches[n].name;
	near = sim_suggest(name, names, n);
	return cmd_usage_error(cmd, "no benchmark '%s'; %s%s%s", name,
	    near != NULL ? "did you mean " : "see --list",
	    near != NULL ? near : "", near != NULL ? "?" : "");
}

int
cmd_bench(int argc, char **argv)
{
	const char *runs = "5", *loop = NULL;
	bool names = false, quick = false;
	const struct cmd_option options[] = {
		{ "runs", 0, "N", "runs of each benchmark (5)", &runs },
		{ "quick", 0, NULL, "a 64th of the work: does all of it run?",
		    &quick },
		{ "list", 0, NULL, "list the benchmarks and stop", &names },
		{ "loop", 0, "N", "only do the work, N times; for profilers",
		    &loop },
		{ .name = NULL }
	};
	struct cmd cmd = {
		.name = "bench",
		.operands = "[NAME ...]",
		.about =
		    "Runs the benchmarks whose names begin with NAME (all "
		    "without one) and prints the\nmedian of each beside its "
		    "target and beside what the host's kernel, a bare tree or "
		    "a\nmemory loop take for it.",
		.takes = CMD_TAKES_JSON,
		.options = options,
		.max_operands = NELEM(api_benches),
	};
	uint64_t n = 0;

	if (!cmd_parse(&cmd, argc, argv))
		return cmd.status;
	if (!cmd_number(runs, 1, MAXRUNS, &n))
		return cmd_usage_error(&cmd, "--runs takes 1 to %d, not '%s'",
		    MAXRUNS, runs);
	if (names)
		return list();
	for (int i = 0; i < cmd.noperands; i++) {
		const struct bench *b = api_benches;

		while (b->name != NULL &&
		    strncmp(b->name, cmd.operand[i], strlen(cmd.operand[i])) !=
			0)
			b++;
		if (b->name == NULL)
			return unknown_bench(&cmd, cmd.operand[i]);
	}
	return loop != NULL ? run_loop(&cmd, loop) :
			      run_all(&cmd, (unsigned)n, quick);
}
