/*
 * Traces of operations and references through the machine: processes by their
 * numbers, and every touch of what is not mapped found, against a map that is
 * kept here as a table of pages.
 */
#include "strace_fixture.h"

#include <inttypes.h>
#include <unistd.h>

#include "workloads/replay/stream.h"
#include "workloads/uvt/uvt.h"
#include "tests/random.h"

#define BASE ((vaddr_t)0x10000000)
#define PAGES 64
#define PROCS 4

static uint64_t seed = 1;

/* ------------------------------------------------------------- a trace ---- */

static struct wl_uvt_writer writer;
static FILE *file;
static char path[64];

static void
begin(void)
{
	snprintf(path, sizeof(path), "/tmp/test_stream.%d.uvt", (int)getpid());
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(wl_uvt_begin(&writer, file, "source: test\n"));
}

static void __attribute__((format(printf, 1, 2))) op(const char *fmt, ...)
{
	char line[300];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	assert_true(wl_uvt_op(&writer, line, (size_t)n));
}

static void
ref(uint32_t process, vaddr_t va, uint32_t size, enum wl_ref_kind kind)
{
	const struct wl_ref r = { va, size, kind };

	assert_true(wl_uvt_put(&writer, process, &r, 1));
}

static void
end(void)
{
	assert_true(wl_uvt_end(&writer));
	wl_uvt_drop(&writer);
	assert_int_equal(fclose(file), 0);
}

/* ------------------------------------------------------------- replays ---- */

struct heard {
	unsigned reports, maps;
	char text[600]; /* the last report */
	size_t areas;   /* of the last map */
	int pid;
};

static int
configure(void *ctx, const struct wl_lines *lines, struct sim_config *config)
{
	(void)ctx;
	sim_config_default(config);
	config->personality = &sim_linux;
	wl_lines_config(lines, config);
	return 0;
}

static void
report(void *ctx, const char *text)
{
	struct heard *h = ctx;

	h->reports++;
	snprintf(h->text, sizeof(h->text), "%s", text);
}

static void
map(void *ctx, int pid, const struct wl_maps *maps)
{
	struct heard *h = ctx;

	h->maps++;
	h->pid = pid;
	h->areas = maps->n;
}

static int
replay(struct wl_stream_config config, struct wl_stream_stats *stats,
    struct heard *h, char *err, size_t errlen)
{
	struct wl_input *in = wl_input_open(path, err, errlen);
	struct machine *m;
	int error;

	assert_non_null(in);
	memset(h, 0, sizeof(*h));
	config.trace = "t";
	config.input = in;
	config.configure = configure;
	config.report = report;
	config.map = map;
	config.ctx = h;
	error = wl_stream_run(&config, stats, &m, err, errlen);
	if (m != NULL)
		sim_machine_destroy(m);
	wl_input_close(in);
	return error;
}

static void
replay_well(struct wl_stream_stats *stats, struct heard *h)
{
	char err[300] = "";
	int error = replay((struct wl_stream_config){ .until = 0 }, stats, h,
	    err, sizeof(err));

	if (error != 0)
		print_error("%s\n", err);
	assert_int_equal(error, 0);
}

static bool
detected(void)
{
	char err[300];
	struct wl_input *in = wl_input_open(path, err, sizeof(err));
	bool yes;

	assert_non_null(in);
	yes = wl_stream_detect(in);
	wl_input_close(in);
	return yes;
}

/* --------------------------------------------------------------- tests ---- */

/* Pages and processes as a table; each operation and reference at random. */
struct model {
	bool mapped[PROCS][PAGES];
	unsigned procs;
	uint64_t ops, refs, touches, unmapped;
};

static void
random_ref(struct model *m, unsigned p, uint64_t page)
{
	static const enum wl_ref_kind kind[] = { WL_REF_FETCH, WL_REF_LOAD,
		WL_REF_STORE, WL_REF_MODIFY };
	const uint64_t at = rnd_draw(&seed, 4096);
	const uint32_t size = 1 +
	    (uint32_t)rnd_draw(&seed, rnd_draw(&seed, 9) == 0 ? 9000 : 16);

	for (uint64_t k = page; k <= page + (at + size - 1) / 4096; k++) {
		bool hit = k < PAGES && m->mapped[p][k];

		m->touches += hit;
		m->unmapped += !hit;
	}
	ref(p, BASE + page * 4096 + at, size, kind[rnd_draw(&seed, 4)]);
	m->refs++;
}

static void
random_map(struct model *m, unsigned p, uint64_t page, bool map)
{
	const uint64_t n = 1 + rnd_draw(&seed, PAGES - page);

	op(map ? "q%u: mmap(0x%" PRIx64 ", %" PRIu64 "K, 7, "
		 "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)" :
		 "q%u: munmap(0x%" PRIx64 ", %" PRIu64 "K)",
	    p, BASE + page * 4096, 4 * n);
	memset(&m->mapped[p][page], map, n);
	m->ops++;
}

static void
random_fork(struct model *m, unsigned p)
{
	if (m->procs == PROCS)
		return;
	op("q%u: fork q%u", p, m->procs);
	memcpy(m->mapped[m->procs++], m->mapped[p], sizeof(m->mapped[p]));
	m->ops++;
}

static void
random_programs(void **state)
{
	struct wl_stream_stats stats;
	struct heard h;

	(void)state;
	for (uint64_t run = 1; run < 12; run++) {
		struct model m = { .procs = 1, .ops = 1 };

		seed = run;
		begin();
		op("spawn q0 image=none");
		for (int i = 0; i < 3000; i++) {
			unsigned p = (unsigned)rnd_draw(&seed, m.procs);
			uint64_t page = rnd_draw(&seed, PAGES);

			switch (rnd_draw(&seed, i < 1000 ? 8 : 40)) {
			case 0: random_map(&m, p, page, true); break;
			case 1: random_map(&m, p, page, false); break;
			case 2: random_fork(&m, p); break;
			default: random_ref(&m, p, page); break;
			}
		}
		end();
		assert_true(detected());
		replay_well(&stats, &h);
		assert_int_equal(stats.operations, m.ops);
		assert_int_equal(stats.failed, 0);
		assert_int_equal(stats.references, m.refs);
		assert_int_equal(stats.fetches + stats.reads + stats.writes,
		    m.refs);
		assert_int_equal(stats.touches, m.touches);
		assert_int_equal(stats.unmapped, m.unmapped);
		assert_int_equal(stats.processes, m.procs);
		assert_int_equal(stats.refused + stats.lost, 0);
		assert_int_equal(h.maps, m.procs);
	}
}

static void
differences(void **state)
{
	struct wl_stream_stats stats;
	struct heard h;

	(void)state;
	begin();
	op("spawn a image=none pid=77");
	op("a: mmap(0x10000000, 8K, PROT_READ, "
	   "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)");
	ref(0, BASE, 4, WL_REF_LOAD);
	ref(0, BASE + 4096, 4, WL_REF_STORE);
	end();
	replay_well(&stats, &h);
	assert_int_equal(stats.refused, 1);
	assert_int_equal(stats.touches, 1);
	assert_string_equal(h.text,
	    "reference 2, a store of 4 bytes at 0x10001000 by process 0: "
	    "EACCES");
	assert_int_equal(h.maps, 1);
	assert_int_equal(h.pid, 77);
	assert_int_equal(h.areas, 1);

	/* One report for a page, each touch counted; then of what follows. */
	begin();
	op("spawn a image=none");
	for (int i = 0; i < 5; i++)
		ref(0, BASE + 8, 4, WL_REF_LOAD);
	ref(3, BASE, 1, WL_REF_LOAD);
	ref(3, BASE, 1, WL_REF_LOAD);
	op("a: munmap 1 4K");
	op("a: exit 0");
	ref(0, BASE, 1, WL_REF_LOAD);
	end();
	replay_well(&stats, &h);
	assert_int_equal(stats.unmapped, 5);
	assert_int_equal(stats.lost, 3);
	assert_int_equal(stats.failed, 1);
	assert_int_equal(stats.operations, 3);
	assert_int_equal(h.reports, 4);
	assert_string_equal(h.text, "reference 8: process 0 has ended");
}

static void
limits(void **state)
{
	struct wl_stream_stats stats;
	char err[300];
	struct heard h;

	(void)state;
	begin();
	op("machine ram=1M policy=none");
	op("spawn a image=none");
	op("a: mmap(0x10000000, 64K, PROT_READ|PROT_WRITE|PROT_EXEC, "
	   "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)");
	for (int i = 0; i < 3000; i++)
		ref(0, BASE + (vaddr_t)(i % 16) * 4096, 1,
		    i % 3 == 0 ? WL_REF_FETCH : WL_REF_STORE);
	end();
	assert_int_equal(replay((struct wl_stream_config){ .until = 1500 },
			     &stats, &h, err, sizeof(err)),
	    0);
	assert_int_equal(stats.references, 1500);
	assert_int_equal(stats.fetches, 500);
	assert_int_equal(stats.misses, 16);
	assert_int_equal(replay((struct wl_stream_config){ .data_only = true },
			     &stats, &h, err, sizeof(err)),
	    0);
	assert_int_equal(stats.references, 2000);
	assert_int_equal(stats.fetches, 0);
}

/* A trace behind another has processes of its own. */
static void
parts(void **state)
{
	struct wl_stream_stats stats;
	struct heard h;

	(void)state;
	begin();
	for (int part = 0; part < 2; part++) {
		if (part == 1) {
			assert_true(wl_uvt_end(&writer));
			wl_uvt_drop(&writer);
			assert_true(wl_uvt_begin(&writer, file, "again: 1\n"));
		}
		op("spawn a image=none");
		op("a: mmap(0x10000000, %dK, PROT_READ, "
		   "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)",
		    8 - 4 * part);
		ref(0, BASE + 4096, 4, WL_REF_LOAD);
	}
	end();
	replay_well(&stats, &h);
	assert_int_equal(stats.processes, 2);
	assert_int_equal(stats.touches, 1);
	assert_int_equal(stats.unmapped, 1);
	assert_int_equal(h.maps, 2);
	assert_string_equal(h.text,
	    "reference 2, a load of 4 bytes at 0x10001000 by process 0: "
	    "nothing is mapped there");
}

static void
bad_lines(void **state)
{
	static const struct {
		const char *line, *says;
	} bad[] = {
		{ "spwan b", "unknown statement" },
		{ "b: munmap 0 4K", "no process b" },
		{ "repeat 3", "repeats have no place in a trace" },
		{ "machine ram=1M", "before anything else" },
		{ "a: read 0x10000000 4K extra", "expected" },
		{ "a: mmap(0, 4K", "expected" },
	};
	struct wl_stream_stats stats;
	char err[300];
	struct heard h;

	(void)state;
	for (size_t i = 0; i < NELEM(bad); i++) {
		begin();
		op("spawn a image=none");
		op("%s", bad[i].line);
		end();
		assert_int_equal(replay((struct wl_stream_config){ .until = 0 },
				     &stats, &h, err, sizeof(err)),
		    EINVAL);
		if (strstr(err, bad[i].says) == NULL ||
		    strstr(err, "t: block 2: operation 2:") != err)
			fail_msg("'%s' does not say '%s'", err, bad[i].says);
	}
}

/* Names and lines go on from one block to the next. */
static void
many_blocks(void **state)
{
	struct wl_stream_stats stats;
	struct heard h;

	(void)state;
	begin();
	op("spawn a image=none");
	op("a: b = mmap 64K rw private anon # a comment");
	for (int i = 0; i < 200; i++) {
		op("a: write b 4K");
		ref(0, 0x1000, 1, WL_REF_LOAD);
	}
	op("expect a: read b+64K fails EFAULT");
	op("expect a value b == 1");
	end();
	replay_well(&stats, &h);
	assert_int_equal(stats.operations, 204);
	assert_int_equal(stats.failed, 1);
	assert_int_equal(stats.unmapped, 200);
	assert_string_equal(h.text,
	    "operation 204:1: not as expected: expect a value b == 1");
}

static void
what_it_is(void **state)
{
	static const char *const texts[] = { "", "UVTB", "I  00400000,3\n" };

	(void)state;
	for (size_t i = 0; i < NELEM(texts); i++) {
		begin();
		end();
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(texts[i], file);
		fclose(file);
		assert_false(detected());
	}
	begin();
	ref(0, BASE, 1, WL_REF_LOAD);
	op("spawn a image=none");
	end();
	assert_false(detected());
}

/* Cut and bent anywhere: an answer, and no more than that. */
static void
damage(void **state)
{
	static char bytes[20000];
	struct wl_stream_stats stats;
	char err[300];
	struct heard h;
	size_t n;

	(void)state;
	begin();
	op("spawn a image=none");
	op("a: mmap(0x10000000, 64K, PROT_READ, "
	   "MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)");
	for (vaddr_t i = 0; i < 300; i++)
		ref(0, BASE + i * 16, 1, WL_REF_LOAD);
	end();
	file = fopen(path, "r");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	for (size_t i = 0; i < 600; i++) {
		size_t cut = i < 300 ? i * n / 300 : n, at = i * n / 600;
		char old = bytes[at];

		if (i >= 300)
			bytes[at] ^= (char)(1 + rnd_draw(&seed, 255));
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(bytes, 1, cut, file), cut);
		fclose(file);
		bytes[at] = old;
		if (replay((struct wl_stream_config){ .until = 0 }, &stats, &h,
			err, sizeof(err)) == 0)
			assert_true(stats.cut || cut == n || cut == 0 ||
			    stats.references == 300 || stats.references == 0);
	}
}

static int
tidy(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_programs),
		cmocka_unit_test(differences),
		cmocka_unit_test(limits),
		cmocka_unit_test(parts),
		cmocka_unit_test(bad_lines),
		cmocka_unit_test(many_blocks),
		cmocka_unit_test(what_it_is),
		cmocka_unit_test(damage),
	};

	return cmocka_run_group_tests(tests, NULL, tidy);
}
