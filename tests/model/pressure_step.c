/*
 * The operations of test_pressure: random ones, and each done to the machine
 * and to the model.
 */
#include "pressure.h"
#include "sim/personality_linux.h"

#include <inttypes.h>

/* ---------------------------------------------------------- generation ---- */

static const struct {
	const char *name;
	unsigned weight, longest;
} op_table[PR_NKINDS] = {
	[PR_ANON] = { "mmap anon private", 16, 60 },
	[PR_SHARED] = { "mmap anon shared", 6, 24 },
	[PR_FILE] = { "mmap file private", 6, 24 },
	[PR_FILESHARED] = { "mmap file shared", 6, 24 },
	[PR_UNMAP] = { "munmap", 4, 12 },
	[PR_PROTECT] = { "mprotect", 10, 12 },
	[PR_INHERIT] = { "minherit", 3, 12 },
	[PR_ADVISE] = { "madvise", 30, 40 },
	[PR_LOCK] = { "mlock", 6, 10 },
	[PR_UNLOCK] = { "munlock", 10, 24 },
	[PR_SYNC] = { "msync", 6, 40 },
	[PR_MOVE] = { "mremap", 6, 12 },
	[PR_FORK] = { "fork", 6, 1 },
	[PR_EXIT] = { "exit", 4, 1 },
	[PR_TRUNCATE] = { "ftruncate", 2, 1 },
	[PR_SLEEP] = { "sleep", 2, 1 },
	[PR_READ] = { "read", 330, 6 },
	[PR_WRITE] = { "write", 420, 6 },
	[PR_BATCH] = { "batch", 100, 24 },
	[PR_PEEK] = { "peek", 27, 30 },
};

static uint8_t
pick_kind(struct model_rng *r)
{
	unsigned total = 0, at;
	uint8_t kind = 0;

	for (unsigned i = 0; i < PR_NKINDS; i++)
		total += op_table[i].weight;
	at = model_below(r, total);
	while (at >= op_table[kind].weight)
		at -= op_table[kind++].weight;
	return kind;
}

/*
 * arg[0] first page, arg[1] pages, arg[2] random bits, arg[3] a second place.
 * Two accesses of three go to a few pages: a policy needs something to keep.
 */
void
pr_generate(struct model_rng *r, unsigned variant, struct op *op)
{
	(void)variant;
	op->kind = pick_kind(r);
	op->who = (uint8_t)model_below(r, PR_PROCS);
	op->arg[0] = model_below(r, PR_PAGES);
	if (op->kind >= PR_READ && model_below(r, 3) != 0)
		op->arg[0] = (model_below(r, 1 + model_below(r, 48)) +
				 31u * op->who) %
		    PR_PAGES;
	op->arg[1] = 1 + model_below(r, op_table[op->kind].longest);
	if (op->arg[0] + op->arg[1] > PR_PAGES)
		op->arg[1] = PR_PAGES - op->arg[0];
	op->arg[2] = model_random(r);
	op->arg[3] = model_below(r, PR_PAGES);
}

bool
pr_fit(unsigned variant, struct op *op)
{
	(void)variant;
	op->kind %= PR_NKINDS;
	op->who %= PR_PROCS;
	op->arg[0] %= PR_PAGES;
	op->arg[1] = 1 + op->arg[1] % op_table[op->kind].longest;
	if (op->arg[0] + op->arg[1] > PR_PAGES)
		op->arg[1] = PR_PAGES - op->arg[0];
	op->arg[3] %= PR_PAGES;
	return true;
}

void
pr_print(FILE *f, unsigned variant, const struct op *op)
{
	(void)variant;
	(void)fprintf(f,
	    "p%u: %s page %" PRIu64 " +%" PRIu64 " bits %#" PRIx64
	    " other %" PRIu64 "\n",
	    op->who, op_table[op->kind].name, op->arg[0], op->arg[1],
	    op->arg[2], op->arg[3]);
}

/* ------------------------------------------------------------- helpers ---- */

enum system { FREEBSD, NETBSD, OPENBSD, LINUX };

struct step {
	struct pr_world *w;
	struct process *p;
	struct vm_map *map;
	struct model_space *space;
	enum system system;
	vaddr_t start, end;
	uint64_t bits;
	const struct op *op;
	char *buf;
	size_t len;
};

static enum system
system_of(const struct process *p)
{
	return p->personality == &sim_freebsd ? FREEBSD :
	    p->personality == &sim_netbsd     ? NETBSD :
	    p->personality == &sim_openbsd    ? OPENBSD :
						LINUX;
}

/* Want of memory is a right answer where swap runs out. */
static bool
is_shortage(const struct step *s, int error)
{
	return s->w->v->scarce && (error == ENOMEM || error == EAGAIN);
}

static const char *
error_name(int error)
{
	return error == 0      ? "success" :
	    error == MODEL_ANY ? "success or EACCES" :
				 sim_errname(error);
}

static const char *
same_error(const struct step *s, int expected, int got)
{
	if (expected == got || is_shortage(s, got) ||
	    (expected == MODEL_ANY && (got == 0 || got == EACCES)))
		return NULL;
	(void)snprintf(s->buf, s->len, "%s of %s: expected %s, got %s (%s)",
	    op_table[s->op->kind].name, s->p->personality->name,
	    error_name(expected), error_name(got),
	    s->w->m->error.why != NULL ? s->w->m->error.why : "no reason");
	return s->buf;
}

static int
call(struct step *s, enum sim_sysno no, const uint64_t arg[6])
{
	struct sim_call c = { .no = no };

	for (unsigned i = 0; i < 6; i++)
		c.arg[i] = arg[i];
	return sim_syscall(s->w->m, s->p, &c, NULL);
}

#define CALL(s, no, ...) \
	call((s), SIM_SYS_##no, (const uint64_t[6]){ __VA_ARGS__ })

static bool
is_alive(const struct step *s)
{
	return s->p->state == SIM_RUNNING;
}

/* Which pages are wired; Linux's locks are marks, also on memory that cannot be
 * accessed. */
static void
adopt_wired(const struct process *p, struct model_space *space)
{
	const vaddr_t end = PR_BASE + model_ptoa(PR_PAGES);
	struct vm_map *map = &p->vmspace->vm_map;
	struct vm_map_entry *e;

	compare_adopt_wired(map, space);
	if (p->personality != &sim_linux)
		return;
	for (e = linux_first(map, PR_BASE); e != &map->header && e->start < end;
	     e = e->next)
		for (vaddr_t va = e->start;
		     e->flags & LINUX_LOCKED && va < e->end; va += MODEL_PAGE)
			model_at(space, va)->wired = 1;
}

/*
 * The model takes over what the machine alone decides: private copies that
 * wiring makes ahead of the first write, and which pages are wired.
 */
static void
adopt(struct step *s)
{
	if (!is_alive(s))
		return;
	compare_adopt(s->map, s->space, PR_BASE,
	    PR_BASE + model_ptoa(PR_PAGES));
	adopt_wired(s->p, s->space);
}

struct range { /* what a range is made of */
	bool whole, wired, anon, accessible, writable;
};

static struct range
look_at(struct step *s)
{
	struct range r = { true, false, true, true, true };

	for (vaddr_t va = s->start; va < s->end; va += MODEL_PAGE) {
		const struct model_page *p = model_at(s->space, va);

		if (p->cell == NULL) {
			r.whole = false;
			return r;
		}
		r.wired |= p->wired > 0;
		r.anon &= p->object == NULL && p->cow;
		r.accessible &= p->prot != VM_PROT_NONE &&
		    (p->cell->set || !model_past_end(p));
		r.writable &= (p->prot & VM_PROT_WRITE) != 0;
	}
	return r;
}

/* ------------------------------------------------------------- mapping ---- */

static const char *
do_map(struct step *s)
{
	const bool file = s->op->kind == PR_FILE ||
	    s->op->kind == PR_FILESHARED;
	const bool shared = s->op->kind == PR_SHARED ||
	    s->op->kind == PR_FILESHARED;
	const unsigned which = (s->bits >> 8 & 0xff) % (shared ? 3 : 2);
	struct model_map m = {
		.object = file ? &s->w->file[which] : NULL,
		.pindex = file ? s->bits >> 16 & 31 : 0,
		.prot = (s->bits & 7) == 0 ? 1 : 3,
		.maxprot = 7,
		.inherit = shared ? M_SHARE : M_COPY,
		.cow = !shared,
	};
	uint64_t flags = 0x10 | (shared ? 1 : 2);
	int error;

	if (!file)
		flags |= s->system == LINUX ? 0x20 : 0x1000;
	error = CALL(s, MMAP, s->start, s->end - s->start, m.prot, flags,
	    file ? PR_FIRSTFD + which : UINT64_MAX, model_ptoa(m.pindex));
	if (error != 0)
		return same_error(s, 0, error);
	(void)model_map(s->space, s->start, s->end, &m, true);
	return NULL;
}

static const char *
do_unmap(struct step *s)
{
	int error;

	if (!look_at(s).whole)
		return NULL;
	error = CALL(s, MUNMAP, s->start, s->end - s->start);
	if (error == 0)
		model_unmap(s->space, s->start, s->end);
	return same_error(s, 0, error);
}

static const char *
do_protect(struct step *s)
{
	static const uint8_t prots[] = { 3, 3, 3, 3, 1, 1, 0, 3 };
	const uint8_t prot = prots[s->bits & 7];
	int error;

	if (!look_at(s).whole)
		return NULL;
	error = CALL(s, MPROTECT, s->start, s->end - s->start, prot);
	if (error == 0)
		(void)model_protect(s->space, s->start, s->end, prot, false);
	adopt(s);
	return same_error(s, 0, error);
}

static const char *
do_inherit(struct step *s)
{
	static const uint8_t hows[] = { M_COPY, M_COPY, M_SHARE, M_NONE };
	const uint8_t how = hows[s->bits & 3];
	int error;

	if (s->system == LINUX || !look_at(s).whole)
		return NULL;
	error = CALL(s, MINHERIT, s->start, s->end - s->start, how);
	if (error == 0)
		model_inherit(s->space, s->start, s->end, how);
	return same_error(s, 0, error);
}

static const char *
do_move(struct step *s)
{
	const vsize_t size = s->end - s->start;
	const vaddr_t to = PR_BASE + model_ptoa(s->op->arg[3]);
	struct range from = look_at(s), dest;
	struct step there = *s;
	int error;

	there.start = to;
	there.end = to + size;
	if ((s->system != LINUX && s->system != NETBSD) || !from.whole ||
	    from.wired || there.end > PR_BASE + model_ptoa(PR_PAGES) ||
	    (to < s->end && s->start < there.end))
		return NULL;
	dest = look_at(&there);
	if (dest.wired)
		return NULL;
	if (s->system == NETBSD) { /* does not replace what is there */
		if ((error = CALL(s, MUNMAP, to, size)) != 0)
			return same_error(s, 0, error);
		model_unmap(s->space, to, to + size);
	}
	error = s->system == LINUX ?
	    CALL(s, MREMAP, s->start, size, size, 3, to) :
	    CALL(s, MREMAP, s->start, size, to, size, 0x10);
	if (error == EFAULT || error == EINVAL)
		return NULL; /* no single area */
	if (error == 0) {
		model_unmap(s->space, to, to + size);
		model_move(s->space, s->start, size, to, false);
	}
	adopt(s);
	return same_error(s, 0, error);
}

/* -------------------------------------------------------------- advice ---- */

enum effect { NOTHING, LAZY, FORGET, DISCARD, POPULATE, POPULATE_WRITE };

struct advice {
	uint8_t value;
	uint8_t effect; /* enum effect */
};

static const struct {
	unsigned n;
	struct advice advice[12];
} advices[] = {
	[FREEBSD] = { 8,
	    { { 0, NOTHING }, { 1, NOTHING }, { 2, NOTHING }, { 3, NOTHING },
		{ 4, NOTHING }, { 4, NOTHING }, { 5, LAZY }, { 5, LAZY } } },
	[NETBSD] = { 8,
	    { { 0, NOTHING }, { 1, NOTHING }, { 2, NOTHING }, { 3, NOTHING },
		{ 4, NOTHING }, { 4, NOTHING }, { 6, FORGET },
		{ 6, FORGET } } },
	[OPENBSD] = { 8,
	    { { 0, NOTHING }, { 1, NOTHING }, { 2, NOTHING }, { 3, NOTHING },
		{ 4, NOTHING }, { 4, NOTHING }, { 6, FORGET },
		{ 6, FORGET } } },
	[LINUX] = { 12,
	    { { 0, NOTHING }, { 1, NOTHING }, { 2, NOTHING }, { 3, NOTHING },
		{ 4, DISCARD }, { 8, LAZY }, { 8, LAZY }, { 20, NOTHING },
		{ 21, NOTHING }, { 21, NOTHING }, { 22, POPULATE },
		{ 23, POPULATE_WRITE } } },
};

static void
give_up(struct step *s)
{
	for (vaddr_t va = s->start; va < s->end; va += MODEL_PAGE) {
		struct model_page *p = model_at(s->space, va);

		if (p->object == NULL && p->cell->set)
			p->cell->lazy = true;
	}
}

static const char *
do_advise(struct step *s)
{
	const struct advice a = advices[s->system]
				    .advice[s->bits % advices[s->system].n];
	const struct range r = look_at(s);
	int error;

	if (!r.whole || (a.effect != NOTHING && r.wired) ||
	    (a.effect == LAZY && s->system == LINUX && !r.anon) ||
	    (a.effect >= POPULATE && !r.accessible) ||
	    (a.effect == POPULATE_WRITE && !r.writable) ||
	    (s->system == LINUX && r.wired))
		return NULL;
	error = CALL(s, MADVISE, s->start, s->end - s->start, a.value);
	if (error != 0 && !is_alive(s))
		return NULL;
	switch ((enum effect)a.effect) {
	case LAZY: give_up(s); break;
	case FORGET:
		compare_settle(s->map, s->space, s->start, s->end, M_FREE);
		break;
	case DISCARD: (void)model_discard(s->space, s->start, s->end); break;
	case POPULATE:
	case POPULATE_WRITE: adopt(s); break;
	case NOTHING: break;
	}
	return same_error(s, 0, error);
}

/* -------------------------------------------------------------- wiring ---- */

static const char *
do_lock(struct step *s)
{
	const struct range r = look_at(s);
	const char *why;
	int error;

	if (!r.whole || !r.accessible ||
	    s->w->m->vm.exp.wired + model_atop(s->end - s->start) > PR_MAXWIRED)
		return NULL;
	error = CALL(s, MLOCK, s->start, s->end - s->start);
	why = same_error(s, 0, error);
	if (error != 0 && is_alive(s))
		(void)CALL(s, MUNLOCK, s->start, s->end - s->start);
	adopt(s);
	return why;
}

/* The first wired pages from the start on. */
static const char *
do_unlock(struct step *s)
{
	const vaddr_t most = PR_BASE + model_ptoa(PR_PAGES);
	const vsize_t size = s->end - s->start;
	vaddr_t va = s->start;
	int error;

	while (va < most && model_at(s->space, va)->wired == 0)
		va += MODEL_PAGE;
	s->start = s->end = va;
	while (s->end < most && s->end - va < size &&
	    model_at(s->space, s->end)->wired > 0)
		s->end += MODEL_PAGE;
	if (s->start == s->end)
		return NULL;
	error = CALL(s, MUNLOCK, s->start, s->end - s->start);
	adopt(s);
	return same_error(s, 0, error);
}

static const char *
do_sync(struct step *s)
{
	static const uint8_t flags
	    [] = { [FREEBSD] = 0, [NETBSD] = 4, [OPENBSD] = 2, [LINUX] = 4 };

	if (!look_at(s).whole)
		return NULL;
	return same_error(s, 0,
	    CALL(s, MSYNC, s->start, s->end - s->start, flags[s->system]));
}

/* ----------------------------------------------------------- processes ---- */

static const char *
do_fork(struct step *s)
{
	struct pr_world *w = s->w;
	const unsigned who = s->op->arg[3] % PR_PROCS;
	struct pr_proc *child = &w->proc[who];
	struct sim_call c = { .no = SIM_SYS_FORK };
	uint64_t pid;
	int error;

	if (who == s->op->who)
		return NULL;
	if (child->real != NULL) {
		sim_process_exit(w->m, child->real, 0, 0);
		pr_drop(w, who);
	}
	error = sim_syscall(w->m, s->p, &c, &pid);
	if (error != 0)
		return same_error(s, 0, error);
	child->real = sim_process_bypid(w->m, (int)pid);
	child->space = model_fork(s->space);
	return NULL;
}

static const char *
do_exit(struct step *s)
{
	int error = CALL(s, EXIT, 0);

	if (error == 0)
		pr_drop(s->w, s->op->who);
	return same_error(s, 0, error);
}

/* Linux takes the private copies of what lies behind the end along. */
static void
cut(struct pr_world *w, const struct model_object *file)
{
	for (unsigned i = 0; i < PR_PROCS; i++) {
		const struct pr_proc *p = &w->proc[i];

		if (p->real == NULL || p->real->personality != &sim_linux)
			continue;
		for (unsigned k = 0; k < PR_PAGES; k++) {
			struct model_page *q = model_at(p->space,
			    model_addr(&w->layout, k));

			if (q->cell != NULL && q->cow && q->object == file &&
			    model_past_end(q))
				q->cell->set = q->cell->lazy = false;
		}
		adopt_wired(p->real, p->space); /* nor are they any more */
	}
}

static const char *
do_truncate(struct step *s)
{
	const uint64_t size = s->bits % model_ptoa(30);
	int error = CALL(s, FTRUNCATE, PR_FIRSTFD + 1, size);

	if (error == 0) {
		model_setsize(&s->w->file[1], size);
		cut(s->w, &s->w->file[1]);
	}
	return same_error(s, 0, error);
}

static const char *
do_sleep(struct step *s)
{
	return same_error(s, 0, CALL(s, SLEEP, 1));
}

/* ------------------------------------------------------------ accesses ---- */

static const char *
look(struct step *s, vaddr_t va)
{
	return pr_look(s->w, s->op->who, va, s->buf, s->len);
}

/* Page by page: looked at before, touched, looked at again. */
static const char *
do_access(struct step *s)
{
	const vm_prot_t type = s->op->kind == PR_READ ? VM_PROT_READ :
							VM_PROT_WRITE;
	const char *why = NULL;

	for (vaddr_t va = s->start; va < s->end && why == NULL;
	     va += MODEL_PAGE) {
		int error, want;

		if (s->bits & 1 && (why = look(s, va)) != NULL)
			break;
		error = sim_access(s->w->m, s->p, va + (s->bits & 0xff0), 1,
		    type, NULL);
		if (is_shortage(s, error) || !is_alive(s))
			return NULL;
		want = model_access(s->space, va, type, s->w->m->stamp);
		why = same_error(s, want, error);
		if (why == NULL && error == 0)
			why = look(s, va);
	}
	return why;
}

/* References here and there in the range; the writes have one stamp. */
static const char *
do_batch(struct step *s)
{
	struct model_rng r = { s->bits };
	const uint32_t pages = (uint32_t)model_atop(s->end - s->start);
	struct vm_ref ref[24];
	size_t n = 1 + model_below(&r, NELEM(ref)), done;
	const char *why = NULL;
	int error;

	for (size_t i = 0; i < n; i++)
		ref[i] = vm_ref_make(s->start +
			(model_ptoa(model_below(&r, pages)) |
			    model_below(&r, 4096)),
		    model_below(&r, 3) == 0 ? VM_PROT_WRITE : VM_PROT_READ);
	error = sim_access_batch(s->w->m, s->p, ref, n, &done, NULL);
	for (size_t i = 0; i < n && i <= done && why == NULL; i++) {
		const int got = i < done ? 0 : error;

		if (is_shortage(s, got))
			break; /* what came before remains, in files */
		why = same_error(s,
		    model_access(s->space, model_trunc(vm_ref_va(ref[i])),
			vm_ref_type(ref[i]), s->w->m->stamp),
		    got);
	}
	return why;
}

static const char *
do_peek(struct step *s)
{
	const char *why = NULL;

	for (vaddr_t va = s->start; va < s->end && why == NULL;
	     va += MODEL_PAGE)
		why = look(s, va);
	return why;
}

static const char *(*const steps[PR_NKINDS])(struct step *) = {
	[PR_ANON] = do_map,
	[PR_SHARED] = do_map,
	[PR_FILE] = do_map,
	[PR_FILESHARED] = do_map,
	[PR_UNMAP] = do_unmap,
	[PR_PROTECT] = do_protect,
	[PR_INHERIT] = do_inherit,
	[PR_ADVISE] = do_advise,
	[PR_LOCK] = do_lock,
	[PR_UNLOCK] = do_unlock,
	[PR_SYNC] = do_sync,
	[PR_MOVE] = do_move,
	[PR_FORK] = do_fork,
	[PR_EXIT] = do_exit,
	[PR_TRUNCATE] = do_truncate,
	[PR_SLEEP] = do_sleep,
	[PR_READ] = do_access,
	[PR_WRITE] = do_access,
	[PR_BATCH] = do_batch,
	[PR_PEEK] = do_peek,
};

/* A new process has all of its arena mapped. */
static const char *
begin(struct step *s)
{
	const struct model_map m = { .prot = 3,
		.maxprot = 7,
		.inherit = M_COPY,
		.cow = true };
	int error;

	error = CALL(s, MMAP, PR_BASE, model_ptoa(PR_PAGES), 3,
	    0x12 | (s->system == LINUX ? 0x20 : 0x1000), UINT64_MAX, 0);
	if (error == 0)
		(void)model_map(s->space, PR_BASE,
		    PR_BASE + model_ptoa(PR_PAGES), &m, true);
	return same_error(s, 0, error);
}

const char *
pr_step(void *arg, const struct op *op, char *buf, size_t len)
{
	struct pr_world *w = arg;
	struct pr_proc *p = &w->proc[op->who];
	struct step s = { .w = w, .op = op, .buf = buf, .len = len };
	const bool fresh = p->real == NULL;
	const char *why = NULL;

	if (fresh && !pr_spawn(w, op->who))
		return w->v->scarce ? NULL : "no process could be made";
	s.p = p->real;
	s.map = &p->real->vmspace->vm_map;
	s.space = p->space;
	s.system = system_of(s.p);
	s.start = PR_BASE + model_ptoa(op->arg[0]);
	s.end = s.start + model_ptoa(op->arg[1]);
	s.bits = op->arg[2];
	if (fresh && (why = begin(&s)) != NULL)
		return why;
	if (is_alive(&s))
		why = steps[op->kind](&s);
	return why != NULL ? why : pr_bury(w, buf, len);
}
