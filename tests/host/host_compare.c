/*
 * What is compared, and what cannot be (docs/second-opinion.md has the table).
 */
#include "host.h"

#include "sim/personality_linux.h"
#include "workloads/replay/maps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static bool
differ(struct host_world *w, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(w->why, sizeof(w->why), format, ap);
	va_end(ap);
	return false;
}

/* ------------------------------------------------------------- results ---- */

static const char *
error_text(int err)
{
	return err == 0 ? "success" : sim_errname(err);
}

/* A fetch is made somewhere in its page. */
static bool
same_access(struct host_world *w, const struct host_deed *d,
    const struct host_result *h, const struct host_answer *a)
{
	const uint64_t exact = d->type == HOST_FETCH ? ~HOST_MASK : UINT64_MAX;

	w->compared += 2;
	if (h->signo != a->signo || h->code != a->code)
		return differ(w,
		    "kernel: signal %d code %d at %#" PRIx64
		    ", simulator: signal %d code %d at %#" PRIx64,
		    h->signo, h->code, h->fault, a->signo, a->code, a->fault);
	if (h->ret != 0)
		return differ(w, "kernel: page before a fault not writable");
	if (h->pages != a->pages ||
	    (h->signo != 0 && ((h->fault ^ a->fault) & exact) != 0))
		return differ(w,
		    "kernel: %" PRIu64 " pages, fault at %#" PRIx64
		    ", simulator: %" PRIu64 " pages, fault at %#" PRIx64,
		    h->pages, h->fault, a->pages, a->fault);
	return true;
}

/*
 * Memory that was only read so far is the kernel's page of zeros, and fork does
 * not give it to a child whose parent has not written either.  The machine
 * makes a page for the first reader, which the child shares.  Both read as
 * zeros.
 */
static bool
may_be_lost(const struct host_world *w, const struct host_seen *s)
{
	return w->forked && s->own && s->content == 0;
}

/*
 * A byte of mincore means the same for memory without a disk behind it: there
 * is a page, or there is none.  What the page cache has of a disk's file is the
 * kernel's own business.
 */
static bool
same_vector(struct host_world *w, unsigned who, const struct host_deed *d,
    const struct host_result *h, const struct host_answer *a)
{
	const uint64_t n = (d->arg[1] + HOST_MASK) >> HOST_SHIFT;

	for (uint64_t i = 0; i < n && i < HOST_VEC; i++) {
		const uint64_t va = d->arg[0] + i * HOST_PAGE;
		struct vm_map_entry *e;
		struct host_seen s;

		if (!vm_map_lookup_entry(&w->sim.p[who]->vmspace->vm_map, va,
			&e) ||
		    (e->etype & UVM_ET_OBJ &&
			e->object->pager == &uvm_vnodeops))
			continue;
		host_sim_look(&w->sim, who, va, &s);
		if (may_be_lost(w, &s))
			continue;
		w->compared++;
		if ((h->vec[i] & 1) != (a->vec[i] & 1))
			return differ(w,
			    "byte of mincore for %#" PRIx64
			    ": kernel %u, simulator %u",
			    va, h->vec[i], a->vec[i]);
	}
	return true;
}

bool
host_same_result(struct host_world *w, unsigned who, const struct host_deed *d,
    const struct host_answer *a)
{
	const struct host_result *h = host_result(&w->link, who);

	if (d->kind >= HOST_OP_READ)
		return same_access(w, d, h, a);
	w->compared++;
	if (h->err != a->err)
		return differ(w, "kernel: %s, simulator: %s",
		    error_text(h->err), error_text(a->err));
	if (h->err != 0 || d->kind == HOST_OP_FORK)
		return true;
	if ((uint64_t)h->ret != a->ret)
		return differ(w,
		    "result: kernel %#" PRIx64 ", simulator %#" PRIx64,
		    (uint64_t)h->ret, a->ret);
	return d->kind != HOST_OP_MINCORE || same_vector(w, who, d, h, a);
}

/* --------------------------------------------------------------- pages ---- */

static const char *const kinds[] = { "nothing", "private memory",
	"a private file mapping", "a shared mapping" };

/*
 * The kernel may take what MADV_FREE gave up whenever memory is short; then the
 * machine does, too.
 */
static bool
reclaim(struct host_world *w, unsigned who, uint64_t va)
{
	const struct sim_call c = { .no = SIM_SYS_MADVISE,
		.arg = { va, HOST_PAGE, 4 /* MADV_DONTNEED */ } };
	uint64_t ret;

	w->reclaimed++;
	return sim_syscall(w->sim.m, w->sim.p[who], &c, &ret) == 0;
}

/*
 * The kernel's page table against the machine's layers: a private page is there
 * on both sides or on neither.  Pages of files and of shared memory come into a
 * page table when the kernel likes; those that are there are compared.
 */
static bool
same_page(struct host_world *w, unsigned who, uint64_t va,
    const struct host_page *h)
{
	const bool present = (h->flags & HOST_PRESENT) != 0;
	const bool own = present && (h->flags & HOST_OF_FILE) == 0;
	struct host_seen s;

	host_sim_look(&w->sim, who, va, &s);
	w->compared++;
	if (h->flags & HOST_UNREAD || (!present && may_be_lost(w, &s)))
		return true;
	if (s.kind == HOST_ANON && !present && s.given_up)
		return reclaim(w, who, va);
	if ((s.kind == HOST_FREE && present) ||
	    (s.kind == HOST_ANON && present != s.own) ||
	    (s.kind == HOST_PRIVATE && own != s.own))
		return differ(w,
		    "p%u page %#" PRIx64 " (%s): kernel has %s, simulator %s",
		    who, va, kinds[s.kind],
		    !present ? "none" :
			own  ? "its own" :
			       "the file's",
		    s.own ? "its own" : "none");
	if (present && h->content != s.content)
		return differ(w,
		    "p%u content of page %#" PRIx64 " (%s): kernel %#" PRIx64
		    ", simulator %#" PRIx64,
		    who, va, kinds[s.kind], h->content, s.content);
	return true;
}

bool
host_same_pages(struct host_world *w, unsigned who)
{
	const struct host_result *h = host_result(&w->link, who);

	for (unsigned i = 0; i < HOST_PAGES; i++)
		if (!same_page(w, who, host_page_addr(w->link.shared, i),
			&h->page[i]))
			return false;
	w->states++;
	return true;
}

/* --------------------------------------------------------------- files ---- */

bool
host_same_files(struct host_world *w)
{
	static uint8_t bytes[HOST_FILEPAGES * HOST_PAGE];

	for (unsigned f = 0; f < HOST_FILES; f++) {
		const uint64_t size = w->sim.file[f]->object->size;
		struct stat st;
		ssize_t n = pread(w->link.fd[f], bytes, sizeof(bytes), 0);

		w->compared++;
		if (fstat(w->link.fd[f], &st) != 0 || n < 0)
			return differ(w, "file %u cannot be read", f);
		if ((uint64_t)st.st_size != size)
			return differ(w,
			    "size of file %u: kernel %" PRIu64
			    ", simulator %" PRIu64,
			    f, (uint64_t)st.st_size, size);
		for (uint64_t i = 0; (i * HOST_PAGE + 8) <= (uint64_t)n; i++) {
			const uint64_t sim = host_sim_file(&w->sim, f, i);
			uint64_t real;

			memcpy(&real, bytes + i * HOST_PAGE, 8);
			w->compared++;
			if (real != sim)
				return differ(w,
				    "page %" PRIu64 " of file %u: kernel "
				    "%#" PRIx64 ", simulator %#" PRIx64,
				    i, f, real, sim);
		}
		w->states++;
	}
	return true;
}

/* ---------------------------------------------------------------- maps ---- */

static bool
read_maps(struct host_world *w, unsigned who, struct wl_maps *maps)
{
	const struct host_command c = { .what = HOST_MAPS_READ };
	char *save = NULL, *line;

	if (host_link_do(&w->link, who, &c, w->why, sizeof(w->why)) != NULL)
		return false;
	line = strtok_r(w->link.shared->maps, "\n", &save);
	for (; line != NULL; line = strtok_r(NULL, "\n", &save))
		if (wl_maps_add_line(w->sim.m->config.arch, maps, line) != 0)
			return differ(w, "unknown line of maps: %s", line);
	return true;
}

/*
 * Neighbours with equal attributes are joined first: whether Linux has joined
 * them depends on who faulted first (anon_vma).
 */
bool
host_same_maps(struct host_world *w, unsigned who)
{
	struct wl_maps kernel = { .n = 0 }, sim = { .n = 0 };
	struct wl_maps_diff diff;
	bool same = read_maps(w, who, &kernel);

	if (same && wl_maps_of(w->sim.m, w->sim.p[who], &sim) != 0)
		same = differ(w, "no memory for maps");
	if (same) {
		w->compared += sim.n;
		wl_maps_join(&kernel);
		wl_maps_join(&sim);
		if (!wl_maps_equal(&kernel, &sim, &diff))
			same = differ(w,
			    "p%u maps, %#" PRIx64 "-%#" PRIx64
			    ": kernel %s, simulator %s",
			    who, diff.start, diff.end, diff.a, diff.b);
	}
	wl_maps_clear(&kernel);
	wl_maps_clear(&sim);
	w->states += same;
	return same;
}

static const struct wl_area *
kernel_area(const struct wl_maps *maps, uint64_t va)
{
	for (size_t i = 0; i < maps->n; i++)
		if (va >= maps->area[i].start && va < maps->area[i].end)
			return &maps->area[i];
	return NULL;
}

/*
 * The machine joins all that could be one area; the kernel may have kept two.
 * The other way round would be a difference.
 */
bool
host_same_borders(struct host_world *w, unsigned who, uint64_t start,
    uint64_t end, bool *same)
{
	struct vm_map *map = &w->sim.p[who]->vmspace->vm_map;
	struct wl_maps kernel = { .n = 0 };
	const struct wl_area *a;
	struct linux_area area;
	bool good = read_maps(w, who, &kernel);

	*same = true;
	if (end <= start)
		end = start + 1;
	for (uint64_t va = start; good && va < end; va = area.end) {
		if (!linux_area_at(map, va, &area)) {
			area.end = (va | HOST_MASK) + 1;
			continue;
		}
		a = kernel_area(&kernel, va);
		w->compared++;
		if (a == NULL || a->end > area.end || a->start < area.start)
			good = differ(w,
			    "area at %#" PRIx64 ": kernel %#" PRIx64
			    "-%#" PRIx64 ", simulator %#" PRIx64 "-%#" PRIx64,
			    va, a != NULL ? a->start : 0,
			    a != NULL ? a->end : 0, area.start, area.end);
		else if (a->end != area.end || a->start != area.start)
			*same = false;
	}
	wl_maps_clear(&kernel);
	return good;
}
