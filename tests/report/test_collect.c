/*
 * What a report collects, against the machine itself: after each operation of
 * every script of the tree all pages, frames and entries are looked at afresh
 * and must be what the report has of them.  And packing: columns come back as
 * they were.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "api/report/report.h"
#include "workloads/script/script.h"

#define MOST 400 /* operations that are checked, of a script */

struct run {
	struct report r;
	const char *path;
	unsigned moments, checked, every;
};

/* -------------------------------------------------- pages and frames ---- */

static uint32_t
known(struct report *r, uint32_t space, uint64_t vpn)
{
	for (uint32_t i = r->space[space].first_page; i != 0;
	     i = r->page[i].next_in_space)
		if (r->page[i].vpn == vpn)
			return i;
	return 0;
}

static void
check_mapped(struct run *t, uint32_t space, struct pmap *pmap, vaddr_t va)
{
	struct report *r = &t->r;
	const uint32_t i = known(r, space, va >> r->m->page_shift);
	vm_prot_t prot = 0;
	pfn_t frame = 0;

	if (i == 0)
		fail_msg("%s: moment %u: page 0x%llx is mapped, and unknown",
		    t->path, t->moments, (unsigned long long)va);
	assert_true(pmap_extract(pmap, va, &frame));
	assert_true(pmap_prot(pmap, va, &prot));
	if (r->page[i].frame != frame ||
	    (r->page[i].bits & VM_PROT_ALL) != prot ||
	    (r->page[i].bits & REPORT_PTE_MAPPED) == 0 ||
	    r->page[i].bits >> REPORT_PTE_SIZE != pmap_psind(pmap, va))
		fail_msg("%s: moment %u: page 0x%llx is frame %u, prot %u; "
			 "the report has frame %u, bits 0x%x",
		    t->path, t->moments, (unsigned long long)va, frame, prot,
		    r->page[i].frame, r->page[i].bits);
}

static uint64_t
check_space(struct run *t, uint32_t space, struct process *p)
{
	struct vm_map *map = &p->vmspace->vm_map;
	vaddr_t va = vm_map_min(map);
	uint64_t n = 0;

	while ((va = pmap_next_mapped(map->pmap, va, vm_map_max(map))) <
	    vm_map_max(map)) {
		check_mapped(t, space, map->pmap, va);
		va += pg_size(t->r.m);
		n++;
	}
	return n;
}

static void
check_pages(struct run *t)
{
	struct report *r = &t->r;
	uint64_t mapped = 0, have = 0;

	for (uint32_t s = 0; s < r->nspaces; s++) {
		struct process *p, *next, *owner = NULL;

		HASH_ITER(hh, r->m->procs, p, next)
			if (p->vmspace != NULL && p != r->m->kernel &&
			    p->vmspace->vm_map.id == r->space[s].map_id)
				owner = p;
		if (owner != NULL)
			mapped += check_space(t, s, owner);
	}
	for (uint32_t i = 1; i <= r->npages; i++)
		have += (r->page[i].bits & REPORT_PTE_MAPPED) != 0;
	if (mapped != have)
		fail_msg("%s: moment %u: %llu pages are mapped, the report "
			 "has %llu",
		    t->path, t->moments, (unsigned long long)mapped,
		    (unsigned long long)have);
}

static bool
same_frame(const struct report *r, pfn_t i)
{
	const struct vm_page *pg = &r->m->vm.pages.page[i];
	const uint32_t owner = r->frame_owner[i], bits = r->frame_bits[i];
	static const unsigned queue[] = { 0, PQ_ACTIVE, PQ_INACTIVE, PQ_LAUNDRY,
		PQ_UNSWAPPABLE };

	if (vm_page_isfree(pg))
		return owner == REPORT_FREE && bits == 0;
	if ((pg->pg_flags & PQ_ALL) != queue[bits & 7])
		return false;
	if ((pg->pg_wire > 0) != ((bits & REPORT_FRAME_WIRED) != 0))
		return false;
	if (pg->pg_flags & PG_ANON)
		return owner == REPORT_ANON;
	if (pg->pg_flags & PG_PTP)
		return owner == REPORT_TABLE;
	return (owner >= REPORT_OBJECT) == ((pg->pg_flags & PG_TABLED) != 0);
}

static void
check_frames(struct run *t)
{
	const struct report *r = &t->r;

	for (pfn_t i = 1; i < r->m->vm.pages.fresh; i++)
		if (!same_frame(r, i))
			fail_msg("%s: moment %u: frame %u has flags 0x%x, wire "
				 "count %u; the report has owner %u, bits 0x%x",
			    t->path, t->moments, i,
			    r->m->vm.pages.page[i].pg_flags,
			    r->m->vm.pages.page[i].pg_wire, r->frame_owner[i],
			    r->frame_bits[i]);
}

static void
check_entries(struct run *t)
{
	struct report *r = &t->r;
	struct process *p, *next;

	HASH_ITER(hh, r->m->procs, p, next) {
		const struct report_space *s;
		struct vm_map_entry *e;
		size_t i = 0;

		if (p == r->m->kernel || p->vmspace == NULL)
			continue;
		s = report_space(r, p->vmspace->vm_map.id);
		assert_non_null(s);
		for (e = p->vmspace->vm_map.header.next;
		     e != &p->vmspace->vm_map.header; e = e->next, i++) {
			const uint64_t start = e->start >> r->m->page_shift;

			if (i == s->n || s->entry[i].start != start ||
			    s->entry[i].start + s->entry[i].pages !=
				e->end >> r->m->page_shift)
				fail_msg("%s: moment %u: %s: entry %zu at "
					 "0x%llx differs",
				    t->path, t->moments, p->name, i,
				    (unsigned long long)e->start);
		}
		assert_int_equal(i, s->n);
	}
}

static void
moment(struct run *t)
{
	if (++t->moments % t->every != 0 || t->checked >= MOST)
		return;
	t->checked++;
	if (t->r.ops % ((uint64_t)1 << t->r.shift) != 0)
		return;
	check_pages(t);
	check_frames(t);
	check_entries(t);
}

/* ------------------------------------------------------------ scripts ---- */

static void
on_access(void *ctx, struct machine *m, struct process *p, vaddr_t va,
    vsize_t len, vm_prot_t type, int err)
{
	struct run *t = ctx;

	(void)m;
	report_moment(&t->r,
	    &(struct report_op){ .pid = p->pid,
		.access = true,
		.va = va,
		.len = len,
		.type = type,
		.err = err });
	moment(t);
}

static void
on_call(void *ctx, struct machine *m, struct process *p,
    const struct sim_call *c, int err, uint64_t ret)
{
	struct run *t = ctx;

	(void)m;
	(void)ret;
	report_moment(&t->r,
	    &(struct report_op){ .pid = p->pid,
		.err = err,
		.text = sim_sysname(c->no) });
	moment(t);
}

static struct machine *
start(const char *path, struct wl_script **script)
{
	struct wl_script_error error;
	struct sim_config config;
	struct wl_input *in;
	struct machine *m;
	char err[200];

	in = wl_input_open(path, err, sizeof(err));
	assert_non_null(in);
	*script = wl_script_read(in, &error);
	wl_input_close(in);
	assert_non_null(*script);
	sim_config_default(&config);
	wl_script_config(*script, &config);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	return m;
}

static void
run_script(struct run *t)
{
	struct wl_script *script;
	struct machine *m = start(t->path, &script);
	struct wl_run run = { .script = script, .machine = m };

	assert_true(report_begin(&t->r, m));
	m->access_fn = on_access;
	m->op_fn = on_call;
	m->op_ctx = t;
	(void)wl_script_run(&run);
	assert_true(report_end(&t->r));
	report_fini(&t->r);
	sim_machine_destroy(m);
	wl_script_free(script);
}

static void
run_all(const char *pattern, uint64_t moments)
{
	glob_t files;

	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct run *t = calloc(1, sizeof(*t));

		assert_non_null(t);
		t->path = files.gl_pathv[i];
		t->every = 1;
		t->r.title = t->r.source = t->r.about = "";
		if (moments != 0)
			t->r.limit = (struct report_limits){ moments,
				REPORT_ROWS, 1000, REPORT_TOUCHES };
		run_script(t);
		assert_true(t->moments == 0 || t->checked > 0);
		free(t);
	}
	globfree(&files);
}

static void
test_examples(void **state)
{
	(void)state;
	run_all("workloads/examples/*.uvm", 0);
	run_all("workloads/lessons/*.uvm", 0);
}

/* Joined moments are as true as others. */
static void
test_joined(void **state)
{
	(void)state;
	run_all("workloads/examples/*.uvm", 16);
}

/* ------------------------------------------------------------ packing ---- */

static uint64_t
get(const uint8_t *b, size_t *at)
{
	uint64_t v = 0;

	for (unsigned shift = 0;; shift += 7) {
		v |= (uint64_t)(b[*at] & 127) << shift;
		if (b[(*at)++] < 128)
			return v;
	}
}

static int64_t
get_signed(const uint8_t *b, size_t *at)
{
	const uint64_t v = get(b, at);

	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static void
check_packed(const struct report_column *c, bool delta)
{
	struct report_bytes o = { 0 };
	size_t at = 0, i = 0;
	int64_t last = 0, v;

	assert_true(report_column_pack(c, delta, &o));
	while (at < o.n) {
		const uint64_t token = get(o.b, &at);

		v = token & 1 ? get_signed(o.b, &at) : 0;
		for (uint64_t k = 0; k < token >> 1; k++) {
			if ((token & 1) == 0)
				v = get_signed(o.b, &at);
			last = delta ? last + v : v;
			assert_true(i < c->n);
			assert_int_equal(last, c->v[i]);
			i++;
		}
	}
	assert_int_equal(i, c->n);
	free(o.b);
}

static void
test_packing(void **state)
{
	struct report_column c = { 0 };
	uint64_t x = 1;

	(void)state;
	check_packed(&c, true);
	for (int i = 0; i < 5000; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		assert_true(report_column_put(&c,
		    i % 7 < 4 ? i * 4096 : (int64_t)(x >> (x & 31)) >> 12));
	}
	for (int i = 0; i < 100; i++)
		assert_true(report_column_put(&c, -5));
	check_packed(&c, true);
	check_packed(&c, false);
	free(c.v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_joined),
		cmocka_unit_test(test_packing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
