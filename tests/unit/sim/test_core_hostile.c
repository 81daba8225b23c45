/*
 * Hostile cores: every field of every record of rich cores replaced by a dozen
 * values, records deleted, doubled and moved, sections exchanged with another
 * core's, each length cut off, and several of all these at random; lengths and
 * checksums are right each time.  Each is refused in one line that says where,
 * or is a machine that holds together in use (core_use.h).
 *
 *	test_core_hostile		a sample, for make check
 *	test_core_hostile -s S -n N	S of each core, and N at random
 *	test_core_hostile -a		all of each core
 *	test_core_hostile -r ROW -i I	one, to look at
 *
 * A child does the work and says which one it is at, so that a crash or a hang
 * is told like any other failure and the rest goes on.  The last lines are sums
 * (TRUST).
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "core_files.h"
#include "core_mutate.h"
#include "core_use.h"
#include "sim/namecache.h"
#include "sim/tunables.h"

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif

/* A core may say how much memory its machine has; a sanitizer shall refuse it
   what a host without so much would. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=256";
}

#define ROOM ((size_t)16 << 30) /* of addresses, for what is taken lazily */
#define RESIDENT 400u           /* megabytes that are really used */
#define HANG 20u                /* seconds for one core */

static const struct row {
	const struct sim_personality *pers;
	const char *config;
	unsigned steps;
} rows[] = {
	{ &sim_freebsd, "256K", 200 },
	{ &sim_linux, "256K,arch=i386,swap=1M,policy=freebsd,disk=hdd", 260 },
	{ &sim_netbsd, "256K,swap=512K+256K:pri=2:file,policy=uvm,disk=hdd",
	    320 },
	{ &sim_openbsd, "256K,arch=i386-pae,swap=512K,policy=aix", 300 },
	{ &sim_freebsd, "8M,superpages=reserve,cpus=2,tlb=nehalem", 200 },
	{ &sim_linux,
	    "16M,arch=arm64-64k,superpages=collapse,domains=2,cpus=2,"
	    "numa=interleave,tlb=custom:l1=4x4:l2=16x8:policy=plru",
	    200 },
	{ &sim_freebsd, "1M,arch=power,superpages=reserve", 200 },
	{ &sim_openbsd, "1M,arch=power,domains=2,tlb=power", 200 },
	{ &sim_linux, "16M,arch=riscv64,superpages=eager,domains=2,cpus=3",
	    160 },
	{ &sim_netbsd, "256K,swap=1M,policy=arc,frames=14", 240 },
	{ &sim_linux, "256K,swap=1M,policy=clock,tlb=zen2", 240 },
	{ &sim_freebsd, "256K,swap=1M,policy=ws:tau=90,frames=30", 240 },
	{ &sim_openbsd, "256K,swap=1M,policy=s3fifo,arch=i386", 240 },
	{ &sim_netbsd, "256K,swap=1M,policy=2q", 240 },
	{ &sim_freebsd, "512K,arch=power,swap=1M,policy=aix", 200 },
	{ &sim_linux, "256K,swap=1M,policy=sieve,frames=9,arch=arm64", 240 },
	{ &sim_freebsd, "256K,swap=1M,policy=nfu,arch=riscv64-sv48", 240 },
	{ &sim_linux, "256K,swap=1M,policy=wsclock:tau=40", 240 },
	{ &sim_netbsd, "256K,swap=1M,policy=random,frames=8", 240 },
	{ &sim_freebsd, "12M,superpages=reserve,swap=16M,policy=freebsd", 160 },
	{ &sim_openbsd, "256K,swap=1M,policy=lfu", 240 },
	{ &sim_linux, "256K,swap=1M,policy=fifo,frames=9", 240 },
	{ &sim_freebsd, "256K,swap=1M,policy=lru", 240 },
};

/* A good core of a row, and room for bad ones. */
struct good {
	uint8_t *core, *bad, *other; /* that of another row */
	size_t size, max;
	struct core_fields fields;
};

/* What the child tells. */
struct told {
	uint64_t at;
	uint64_t tried, refused, accepted;
	char what[200];
};

static struct told *told;
static uint64_t nfailed;

/* ------------------------------------------------------ good cores ---- */

/* What no step leaves behind. */
static void
enrich(struct machine *m)
{
	struct process *p = sim_process_byname(m, "p1");

	(void)sim_mount(m, "/usr", sim_fstype_byname("nfs"), 0x502);
	(void)sim_name_drop(m, "/tmp/file1");
	*sim_tunable_at(m, 0) += 1;
	(void)sim_kva_fix(m, SIM_KVA_MAP, m->vm.kernel->vm_map.id,
	    m->config.arch->kernel_min + pg_ptoa(m, 64));
	if (p != NULL && p->state == SIM_RUNNING)
		p->oom_score_adj = -17;
}

static struct machine *
machine_of(const struct row *r)
{
	struct machine *m = core_machine_new(r->pers, r->config, true);
	uint64_t seed = 4711;

	for (unsigned i = 0; i < r->steps; i++)
		(void)core_machine_step(m, &seed);
	enrich(m);
	return m;
}

static uint8_t *
core_of(const struct row *r, size_t *size, struct core_fields *f)
{
	struct machine *m = machine_of(r);
	const char *why;
	uint8_t *core;

	core_save(m, core_path_a);
	core = core_slurp(core_path_a, size);
	why = f != NULL ? core_fields_find(f, core, *size, m) : NULL;
	if (why != NULL) {
		printf("%s: the page does not say what is there: %s\n",
		    r->config, why);
		nfailed++;
	}
	sim_machine_destroy(m);
	return core;
}

static void
make_good(struct good *g, unsigned row)
{
	size_t size;

	g->core = core_of(&rows[row], &g->size, &g->fields);
	g->other = core_of(&rows[(row + 1) % NELEM(rows)], &size, NULL);
	g->max = 2 * g->size + size + 65536;
	g->bad = malloc(g->max);
	assert_non_null(g->bad);
}

static void
free_good(struct good *g)
{
	free(g->core);
	free(g->bad);
	free(g->other);
	core_fields_free(&g->fields);
}

/* ------------------------------------------------------- mutations ---- */

/* Their numbers: fields, records, sections, lengths, then at random. */
static uint64_t
numbered(const struct good *g)
{
	return (uint64_t)g->fields.nspots * CORE_NVALUES +
	    (uint64_t)g->fields.nrecords * CORE_NDEEDS + CORE_NSECTIONS +
	    g->size;
}

/* A core cut off at a byte; sections behind it are there, with none. */
static size_t
cut_off(struct good *g, size_t len)
{
	const size_t first = CORE_HEADER + CORE_NSECTIONS * CORE_SECTION;
	size_t size = g->size;

	if (len < first)
		return 0;
	for (unsigned s = CORE_NSECTIONS; s-- > 0;) {
		const size_t at = (size_t)core_section_word(g->bad, s, 8);
		const size_t n = (size_t)core_section_word(g->bad, s, 16);
		const size_t keep = at >= len ? 0 : n < len - at ? n : len - at;

		size = core_splice(g->bad, size, g->max, s, at + keep, n - keep,
		    NULL, 0);
	}
	return size;
}

static size_t
mutate_record(struct good *g, uint64_t i)
{
	static const char *const deeds[] = { "delete", "double", "swap",
		"move up", "delete uncounted", "double uncounted" };
	const uint32_t record = (uint32_t)(i / CORE_NDEEDS);
	const struct core_record *r = &g->fields.record[record];

	snprintf(told->what, sizeof(told->what), "%s a record of %s (%s)",
	    deeds[i % CORE_NDEEDS], g->fields.spot[r->count].name,
	    sim_core_section_name[r->section]);
	return core_mutate_record(g->bad, g->size, g->max, &g->fields, record,
	    (enum core_deed)(i % CORE_NDEEDS));
}

static size_t
mutate_field(struct good *g, uint64_t i)
{
	const uint32_t spot = (uint32_t)(i / CORE_NVALUES);
	const struct core_spot *s = &g->fields.spot[spot];

	snprintf(told->what, sizeof(told->what),
	    "value %u of %s (%s, byte %zu)", (unsigned)(i % CORE_NVALUES),
	    s->name, sim_core_section_name[s->section], s->at);
	return core_mutate_field(g->bad, &g->fields, spot,
		   (unsigned)(i % CORE_NVALUES)) ?
	    g->size :
	    0;
}

/* => its size; 0: it would be the good one, or cannot be */
static size_t
mutation(struct good *g, uint64_t i)
{
	const uint64_t nfields = (uint64_t)g->fields.nspots * CORE_NVALUES;
	const uint64_t nrecords = (uint64_t)g->fields.nrecords * CORE_NDEEDS;
	uint64_t seed = i * 0x9e3779b97f4a7c15 + 1;

	memcpy(g->bad, g->core, g->size);
	if (i < nfields)
		return mutate_field(g, i);
	if ((i -= nfields) < nrecords)
		return mutate_record(g, i);
	if ((i -= nrecords) < CORE_NSECTIONS) {
		snprintf(told->what, sizeof(told->what), "another's section %s",
		    sim_core_section_name[i]);
		return core_mutate_section(g->bad, g->size, g->max, (unsigned)i,
		    g->other);
	}
	if ((i -= CORE_NSECTIONS) < g->size) {
		snprintf(told->what, sizeof(told->what), "cut off at %llu",
		    (unsigned long long)i);
		return cut_off(g, (size_t)i);
	}
	snprintf(told->what, sizeof(told->what), "several");
	return core_mutate_some(g->bad, g->size, g->max, &g->fields, &seed);
}

/* ----------------------------------------------------------- tries ---- */

/* => NULL: as it should be; the machine is used, if there is one */
static const char *
judge(bool tools, char *buf, size_t len)
{
	struct machine *m = NULL;
	const int error = sim_core_load(core_path_a, &m, buf, len);

	if (error == 0) {
		told->accepted++;
		return core_use(m, core_dir, tools, buf, len);
	}
	told->refused++;
	for (const char *c = buf; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			return "a refusal that is not a line of text";
	if (m != NULL || strncmp(buf, core_path_a, strlen(core_path_a)) != 0 ||
	    (error != ENOMEM && strstr(buf, "offset ") == NULL))
		return "a refusal that does not say where";
	return NULL;
}

static void
try_one(struct good *g, uint64_t i, bool loud)
{
	char buf[512] = "";
	const size_t size = mutation(g, i);
	const char *why;

	if (size == 0)
		return;
	core_reseal(g->bad, size);
	core_spit(core_path_a, g->bad, size);
	told->tried++;
	alarm(HANG);
	why = judge(i % 7 == 0, buf, sizeof(buf));
	alarm(0);
	if (loud)
		printf("%s: %s\n", told->what,
		    buf[0] != '\0' ? buf : "accepted");
	if (why != NULL) {
		printf("%s: %s\n", told->what, why);
		fflush(stdout);
		_exit(1);
	}
}

struct plan {
	unsigned row;
	uint64_t step;   /* every how many of the numbered ones */
	uint64_t random; /* and then as many at random */
};

/* From told->at on, to the end or to the first that fails. */
static void
work(struct good *g, const struct plan *p)
{
	const uint64_t n = numbered(g);
	const struct rlimit room = { ROOM, ROOM };
	struct rusage used;

	if (!SANITIZED)
		(void)setrlimit(RLIMIT_AS, &room);
	for (; told->at < n; told->at += p->step)
		try_one(g, told->at, false);
	if (told->at < n + p->step)
		told->at = n + p->step;
	for (; told->at < n + p->step + p->random; told->at++)
		try_one(g, told->at, false);
	getrusage(RUSAGE_SELF, &used);
	if (!SANITIZED && used.ru_maxrss > (long)RESIDENT * 1024) {
		printf("%ld megabytes were in use\n", used.ru_maxrss / 1024);
		fflush(stdout);
		_exit(2);
	}
	_exit(0);
}

/* => it has come to the end */
static bool
run_child(struct good *g, const struct plan *p)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		work(g, p);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (WIFSIGNALED(status))
		printf("%s: signal %d\n", told->what, WTERMSIG(status));
	printf("%s: test_core_hostile -r %u -i %llu\n", rows[p->row].config,
	    p->row, (unsigned long long)told->at);
	nfailed++;
	told->at += told->at < numbered(g) ? p->step : 1;
	return false;
}

/* ------------------------------------------------------------ main ---- */

static void
run_row(const struct plan *p)
{
	struct good g;
	unsigned failures = 0;

	make_good(&g, p->row);
	told->at = p->row % p->step;
	while (!run_child(&g, p) && failures < 50)
		failures++;
	free_good(&g);
}

static void
run_single(const struct plan *p, uint64_t i)
{
	struct good g;

	make_good(&g, p->row);
	told->at = i;
	try_one(&g, i, true);
	free_good(&g);
}

static void
forget(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", core_dir, name);
	unlink(path);
}

/* Of one row there is time for these; sanitized, a try takes several times. */
#define SAMPLE (SANITIZED ? 100u : 250u)

/* One that meets every value and every deed. */
static uint64_t
step_of(uint64_t n, uint64_t sample)
{
	uint64_t step = n / sample | 1;

	while (step > 1 && (step % 3 == 0 || step % 7 == 0))
		step += 2;
	return step;
}

int
main(int argc, char **argv)
{
	struct plan p = { .step = 0, .random = SAMPLE / 3 };
	uint64_t sample = SAMPLE;
	bool single = false;
	unsigned from = 0, to = NELEM(rows) - 1;
	uint64_t i = 0;
	int c;

	while ((c = getopt(argc, argv, "as:n:r:i:")) != -1)
		switch (c) {
		case 'a': sample = UINT64_MAX; break;
		case 's': sample = strtoull(optarg, NULL, 0); break;
		case 'n': p.random = strtoull(optarg, NULL, 0); break;
		case 'r':
			from = to = (unsigned)strtoul(optarg, NULL, 0) %
			    NELEM(rows);
			break;
		case 'i':
			i = strtoull(optarg, NULL, 0);
			single = true;
			break;
		default: return 2;
		}
	told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (told == MAP_FAILED || core_set_up(NULL) != 0)
		return 1;
	for (p.row = from; p.row <= to; p.row++) {
		struct good g;

		make_good(&g, p.row);
		p.step = step_of(numbered(&g), sample);
		free_good(&g);
		if (single)
			run_single(&p, i);
		else
			run_row(&p);
	}
	printf("TRUST inputs %llu hostile-core\nTRUST states %llu\n",
	    (unsigned long long)told->tried,
	    (unsigned long long)told->accepted);
	fprintf(stderr, "%llu cores, %llu refused, %llu used, %llu failed\n",
	    (unsigned long long)told->tried, (unsigned long long)told->refused,
	    (unsigned long long)told->accepted, (unsigned long long)nfailed);
	forget("once");
	forget("twice");
	return core_tear_down(NULL) != 0 || nfailed != 0;
}
