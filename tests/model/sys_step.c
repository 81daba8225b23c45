/*
 * The operations of test_syscalls: random ones, and each done to the machine
 * and to the model.
 */
#include "sys_linux.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------- generation ---- */

static const struct {
	const char *name;
	enum sim_sysno no;
	unsigned weight;
} op_table[S_NKINDS] = {
	[S_MMAP] = { "mmap", SIM_SYS_MMAP, 150 },
	[S_MUNMAP] = { "munmap", SIM_SYS_MUNMAP, 60 },
	[S_MPROTECT] = { "mprotect", SIM_SYS_MPROTECT, 60 },
	[S_MINHERIT] = { "minherit", SIM_SYS_MINHERIT, 25 },
	[S_MADVISE] = { "madvise", SIM_SYS_MADVISE, 40 },
	[S_MLOCK] = { "mlock", SIM_SYS_MLOCK, 20 },
	[S_MUNLOCK] = { "munlock", SIM_SYS_MUNLOCK, 20 },
	[S_MLOCKALL] = { "mlockall", SIM_SYS_MLOCKALL, 2 },
	[S_MUNLOCKALL] = { "munlockall", SIM_SYS_MUNLOCKALL, 4 },
	[S_MSYNC] = { "msync", SIM_SYS_MSYNC, 20 },
	[S_MREMAP] = { "mremap", SIM_SYS_MREMAP, 40 },
	[S_BRK] = { "brk", SIM_SYS_BRK, 20 },
	[S_SHMAT] = { "shmat", SIM_SYS_SHMAT, 15 },
	[S_SHMDT] = { "shmdt", SIM_SYS_SHMDT, 15 },
	[S_FORK] = { "fork", SIM_SYS_FORK, 14 },
	[S_VFORK] = { "vfork", SIM_SYS_VFORK, 2 },
	[S_EXEC] = { "exec", SIM_SYS_EXEC, 3 },
	[S_EXIT] = { "exit", SIM_SYS_EXIT, 11 },
	[S_FTRUNCATE] = { "ftruncate", SIM_SYS_FTRUNCATE, 12 },
	[S_READ] = { "read", 0, 170 },
	[S_WRITE] = { "write", 0, 200 },
	[S_FETCH] = { "exec access", 0, 30 },
};

/* arg[0] page, arg[1] pages, arg[2] random bits, arg[3] a second page */
void
sys_generate(struct model_rng *r, unsigned variant, struct op *op)
{
	unsigned total = 0, at, npages = SYS_ARENA + SYS_BRK;

	(void)variant;
	for (unsigned i = 0; i < S_NKINDS; i++)
		total += op_table[i].weight;
	at = model_below(r, total);
	op->kind = 0;
	while (at >= op_table[op->kind].weight)
		at -= op_table[op->kind++].weight;
	op->who = (uint8_t)model_below(r, SYS_PROCS);
	op->small = (uint16_t)model_random(r);
	op->arg[0] = model_below(r, npages);
	op->arg[1] = 1 + model_below(r, model_below(r, 8) == 0 ? 40 : 9);
	if (model_below(r, 2) == 0) {
		/* Half of the operations meet in a few pages. */
		op->who %= 3;
		op->arg[0] = SYS_BRK + 8 + op->arg[0] % 6;
		op->arg[1] = 1 + op->arg[1] % 6;
	}
	op->arg[2] = model_random(r);
	op->arg[3] = model_below(r, npages);
	op->arg[4] = model_random(r);
}

bool
sys_fit(unsigned variant, struct op *op)
{
	(void)variant;
	op->kind %= S_NKINDS;
	op->who %= SYS_PROCS;
	op->arg[0] %= SYS_ARENA + SYS_BRK;
	op->arg[1] = 1 + op->arg[1] % 40;
	op->arg[3] %= SYS_ARENA + SYS_BRK;
	return true;
}

/* ------------------------------------------------------------ decoding ---- */

struct step {
	struct sys_world *w;
	struct sys_proc *p;
	const struct op *op;
	struct sys_args c;
	char *buf;
	size_t len;
};

static vaddr_t
page_addr(const struct sys_world *w, uint64_t page)
{
	return model_addr(&w->layout, (unsigned)page);
}

/*
 * Mostly a page of an arena; sometimes an address inside it, or far off.  The
 * models count in 64 bits: a narrow machine's numbers stay where nothing wraps.
 */
static uint64_t
pick_addr(const struct step *s)
{
	const struct sys_world *w = s->w;
	const uint64_t odd[] = { 0, 1, w->min, w->max - MODEL_PAGE, w->max,
		w->max + MODEL_PAGE, w->min - 1, UINT64_MAX, -MODEL_PAGE };
	unsigned how = s->op->small & 63;

	if (how == 0)
		return odd[s->op->arg[4] % (w->narrow ? 6 : NELEM(odd))];
	return page_addr(w, s->op->arg[0]) +
	    (how < 5 ? 1 + s->op->arg[4] % (MODEL_PAGE - 1) : 0);
}

static uint64_t
pick_len(const struct step *s)
{
	const uint64_t odd[] = { 0, 0, 0, 1, UINT64_MAX, -MODEL_PAGE,
		(uint64_t)1 << 47, (uint64_t)1 << 63 };
	unsigned how = s->op->small >> 6 & 63;

	if (how == 0)
		return odd[s->op->arg[4] >> 16 & (s->w->narrow ? 3 : 7)];
	return model_ptoa(s->op->arg[1]) -
	    (how < 5 ? s->op->arg[4] % (MODEL_PAGE - 1) : 0);
}

static uint8_t
pick_prot(uint64_t bits)
{
	static const uint8_t prot[16] = { 3, 3, 3, 3, 3, 3, 1, 1, 1, 7, 5, 5, 0,
		0, 2, 4 };

	return prot[bits & 15];
}

/* Arguments of a mapping call. */
static void
decode_mmap(struct step *s)
{
	const struct sys_system *sys = s->w->sys;
	uint64_t bits = s->op->arg[2], anon, flags;
	unsigned n = 0;

	while (sys->mapflags[n] != ~(uint64_t)0)
		n++;
	/* The first half of the list are the usual ones. */
	flags = sys->mapflags[(bits & 7) != 0 ? (bits >> 3) % ((n + 1) / 2) :
						(bits >> 3) % n];
	anon = sys->real == &sim_linux ? 0x20 : 0x1000;
	s->c.a[0] = (bits >> 16 & 3) == 0 && !sys->needs_place ? 0 :
								 pick_addr(s);
	s->c.a[1] = pick_len(s);
	s->c.a[2] = pick_prot(bits >> 20) | ((bits >> 24 & 255) == 0 ? 8 : 0);
	if (sys->real == &sim_freebsd && (bits >> 32 & 15) == 0)
		s->c.a[2] |= (bits >> 36 & 7) << 16;
	s->c.a[3] = flags;
	s->c.a[4] = flags & anon && (bits >> 40 & 31) != 0 ?
	    UINT64_MAX :
	    SYS_FIRSTFD + (bits >> 45 & 3) + ((bits >> 47 & 15) == 0 ? 4 : 0);
	s->c.a[5] = flags & anon ? 0 : model_ptoa(bits >> 51 & 15);
	if ((bits >> 55 & 63) == 0)
		s->c.a[5] += 100;
	if (sys->needs_place && (flags & 0x10) == 0)
		s->c.place = 0;
}

static void
decode_mremap(struct step *s)
{
	uint64_t bits = s->op->arg[2];
	static const uint64_t flags[] = { 1, 1, 1, 0, 3, 3, 5, 7, 2, 8 };

	s->c.a[0] = pick_addr(s);
	s->c.a[1] = pick_len(s);
	if (s->w->sys->real == &sim_linux) {
		s->c.a[2] = bits & 1 ? s->c.a[1] : model_ptoa(bits >> 1 & 15);
		s->c.a[3] = flags[(bits >> 8) % NELEM(flags)];
		s->c.a[4] = page_addr(s->w, s->op->arg[3]) +
		    ((bits >> 16 & 31) == 0 ? 5 : 0);
		return;
	}
	s->c.a[2] = (bits >> 16 & 3) == 0 ? 0 :
	    (bits >> 16 & 3) == 1         ? s->c.a[0] :
					    page_addr(s->w, s->op->arg[3]);
	s->c.a[3] = bits & 1 ? s->c.a[1] : model_ptoa(bits >> 1 & 15);
	s->c.a[4] = (bits >> 18 & 3) == 0 ? 0x10 :
	    (bits >> 18 & 15) == 1        ? 4 :
					    0;
}

static void
decode(struct step *s)
{
	uint64_t bits = s->op->arg[2];

	s->c.a[0] = pick_addr(s);
	s->c.a[1] = pick_len(s);
	switch (s->op->kind) {
	case S_MMAP: decode_mmap(s); break;
	case S_MREMAP: decode_mremap(s); break;
	case S_MPROTECT:
		s->c.a[2] = pick_prot(bits) | ((bits >> 8 & 63) == 0 ? 8 : 0);
		if (s->w->sys->real == &sim_freebsd && (bits >> 16 & 31) == 0)
			s->c.a[2] |= (bits >> 21 & 7) << 16;
		break;
	case S_MINHERIT:
		s->c.a[2] = (bits & 63) == 0 ? 9 : bits >> 6 & 3;
		break;
	case S_MADVISE:
		s->c.a[2] = (bits & 31) == 0 ? bits >> 8 & 31 : (bits >> 8) % 9;
		break;
	case S_MSYNC: s->c.a[2] = bits & 7; break;
	case S_MLOCKALL:
		s->c.a[0] = bits & 3;
		if ((bits >> 8 & 15) == 0)
			s->c.a[0] |= 8;
		break;
	case S_BRK:
		s->c.a[0] = s->w->brk_base + (bits >> 8) % model_ptoa(SYS_BRK);
		break;
	case S_SHMAT:
		s->c.a[0] = (bits & 31) == 0 ?
		    99 :
		    (uint64_t)s->w->shmid[bits >> 5 & 1];
		s->c.a[1] = bits >> 6 & 1 || s->w->sys->needs_place ?
		    pick_addr(s) :
		    0;
		s->c.a[2] = (bits >> 7 & 3) == 0 ? 010000 :
		    (bits >> 7 & 3) == 1         ? 020000 :
						   0;
		break;
	case S_SHMDT:
		if (s->p->nattach > 0 && (bits & 7) != 0)
			s->c.a[0] = s->p->attach[(bits >> 8) % s->p->nattach];
		break;
	default: break;
	}
}

/* ------------------------------------------------------------- results ---- */

static const char *
differ(const struct step *s, const char *what, uint64_t expected, uint64_t got)
{
	const uint64_t *a = s->c.a;

	(void)snprintf(s->buf, s->len,
	    "%s(%#" PRIx64 ", %#" PRIx64 ", %#" PRIx64 ", %#" PRIx64
	    ", %#" PRIx64 ", %#" PRIx64 ") %s: expected "
	    "%#" PRIx64 ", got %#" PRIx64,
	    op_table[s->op->kind].name, a[0], a[1], a[2], a[3], a[4], a[5],
	    what, expected, got);
	return s->buf;
}

static const char *
same_error(const struct step *s, int expected, int got)
{
	if (expected == got)
		return NULL;
	(void)differ(s, "errno", (uint64_t)expected, (uint64_t)got);
	(void)snprintf(s->buf + strlen(s->buf), s->len - strlen(s->buf),
	    " (%s, %s)", expected == 0 ? "success" : sim_errname(expected),
	    got == 0 ? "success" : sim_errname(got));
	return s->buf;
}

static bool
is_shortage(const struct step *s, int error)
{
	return s->w->tight && (error == ENOMEM || error == EAGAIN);
}

/* Does a range reach memory that the model does not know? */
static bool
reaches_outside(const struct step *s, vaddr_t addr, uint64_t len)
{
	const struct vm_map *map = &s->p->real->vmspace->vm_map;
	const struct vm_map_entry *e = map->header.next;
	vaddr_t start = model_trunc(addr), end = model_round(addr + len);

	if (end <= start) /* wraps: may be cut to one page */
		end = start + MODEL_PAGE;
	if (start >= map->header.start)
		return false;
	for (; e != &map->header && e->start < end; e = e->next)
		if (e->end > start &&
		    model_at(s->p->space->pages, e->start) == NULL)
			return true;
	return false;
}

static bool
is_plain(const struct step *s)
{
	unsigned kind = s->op->kind;

	if ((s->op->small & 63) != 0 && (s->op->small >> 6 & 63) != 0)
		return kind != S_MREMAP || s->c.a[3] < model_ptoa(1000);
	return !reaches_outside(s, s->c.a[0], s->c.a[1]);
}

/* ----------------------------------------------------------- the calls ---- */

/*
 * FreeBSD's next fit steps back to the start of an entry that is unmapped when
 * it ends there; entries are unknown to the model, which takes it over.
 */
static void
settle_next_fit(struct step *s)
{
	vaddr_t real = s->p->real->anon_loc;

	if (s->w->sys->real != &sim_freebsd || real == s->p->anon_loc)
		return;
	if (s->p->space->refs > 1 ||
	    (real < s->p->anon_loc &&
		model_at(s->p->space->pages, real) != NULL))
		s->p->anon_loc = real;
}

/*
 * A system may write a file's pages back when it likes; what it has written is
 * what was in memory then.
 */
static const char *
settle_disk(struct step *s)
{
	for (unsigned f = 0; f < SYS_FILES; f++) {
		struct model_object *o = &s->w->file[f];

		for (uint64_t i = 0; o->file && i < MODEL_OBJPAGES; i++) {
			uint64_t disk = vm_object_disk_tag(o->real, i);

			if (disk == o->disk[i])
				continue;
			if (disk != o->tag[i])
				return differ(s, "content on disk", o->tag[i],
				    disk);
			o->disk[i] = disk;
		}
	}
	return NULL;
}

static const char *
settle(struct step *s)
{
	struct vm_map *map = &s->p->real->vmspace->vm_map;
	struct model_space *pages = s->p->space->pages;

	if (s->op->kind == S_MUNMAP || s->op->kind == S_SHMDT ||
	    (s->op->kind == S_MMAP && s->c.a[3] & 0x10))
		settle_next_fit(s);
	switch (s->op->kind) {
	case S_MADVISE:
		if (s->c.a[2] == s->w->sys->advice_free)
			compare_settle(map, pages, model_trunc(s->c.a[0]),
			    model_round(s->c.a[0] + s->c.a[1]), M_FREE);
		return settle_disk(s);
	case S_MSYNC: return settle_disk(s);
	case S_MLOCK:
	case S_MLOCKALL:
	case S_MMAP:
	case S_MREMAP:
	case S_BRK:
	case S_MPROTECT:
	case S_MUNLOCK:
	case S_MUNLOCKALL:
		/* Which locked pages could be brought in? */
		if (s->w->sys->real == &sim_linux) {
			compare_adopt(map, pages, s->w->min, s->w->max);
			compare_adopt_wired(map, pages);
		}
		break;
	default: break;
	}
	return NULL;
}

/* Models that may skip decide before they change anything. */
static bool
decides_first(unsigned kind)
{
	return kind == S_MSYNC || kind == S_MADVISE || kind == S_MLOCKALL ||
	    kind == S_BRK || kind == S_MPROTECT;
}

/* Models that can say beforehand that they cannot decide. */
static bool
may_run_dry(const struct step *s)
{
	unsigned kind = s->op->kind;

	return kind == S_MMAP || kind == S_MREMAP || kind == S_SHMAT ||
	    ((kind == S_MLOCK || kind == S_MUNLOCK) &&
		s->w->sys->real == &sim_linux);
}

/* What is wired cannot be paged; where there is little, not much is. */
static bool
wires_too_much(const struct step *s)
{
	const unsigned kind = s->op->kind;

	return s->w->paging &&
	    (kind == S_MLOCKALL ||
		(kind == S_MLOCK &&
		    s->w->m->vm.exp.wired + s->op->arg[1] > 40));
}

static const char *
do_call(struct step *s)
{
	sys_model_fn *model = s->w->sys->call[s->op->kind];
	struct sim_call c = { .no = op_table[s->op->kind].no };
	uint64_t ret = 0, want = 0;
	int error, expected;

	if (model == NULL || wires_too_much(s))
		return NULL;
	decode(s);
	if (!is_plain(s))
		return NULL;
	s->c.dry = true;
	if (may_run_dry(s) && model(s->p, &s->c, &want) == MODEL_SKIP)
		return NULL;
	s->c.dry = false;
	if (s->w->tight && s->op->kind == S_MLOCKALL)
		s->c.a[0] &= ~(uint64_t)2;
	memcpy(c.arg, s->c.a, sizeof(c.arg));
	c.place = s->c.place;
	if (decides_first(s->op->kind)) {
		expected = model(s->p, &s->c, &want);
		if (expected == MODEL_SKIP)
			return NULL;
		error = sim_syscall(s->w->m, s->p->real, &c, &ret);
	} else {
		error = sim_syscall(s->w->m, s->p->real, &c, &ret);
		if (is_shortage(s, error) && s->op->kind == S_MLOCK &&
		    s->w->sys->real != &sim_linux) {
			compare_adopt(&s->p->real->vmspace->vm_map,
			    s->p->space->pages, s->w->min, s->w->max);
			return NULL;
		}
		s->c.real_error = error;
		expected = model(s->p, &s->c, &want);
	}
	if (expected == MODEL_ANY || expected == MODEL_SKIP)
		return settle(s);
	if (is_shortage(s, error) && s->op->kind == S_MLOCK)
		return settle(s);
	if (is_shortage(s, error) && s->op->kind == S_MLOCKALL) {
		compare_adopt(&s->p->real->vmspace->vm_map, s->p->space->pages,
		    s->w->min, s->w->max);
		compare_adopt_wired(&s->p->real->vmspace->vm_map,
		    s->p->space->pages);
		return NULL;
	}
	if (expected != error)
		return same_error(s, expected, error);
	if (error != 0 && s->w->sys->real == &sim_linux)
		(void)settle(s);
	if (error == 0 && ret != want)
		return differ(s, "result", want, ret);
	return settle(s);
}

static const char *
do_fork(struct step *s)
{
	struct sys_world *w = s->w;
	struct sys_proc *child = &w->proc[s->op->arg[3] % SYS_PROCS];
	struct sim_call c = { .no = op_table[s->op->kind].no };
	uint64_t pid = 0;
	int error;

	if (child == s->p)
		return NULL;
	if (child->real != NULL) {
		sim_process_exit(w->m, child->real, 0, 0);
		sys_drop(w, (unsigned)(child - w->proc));
	}
	error = sim_syscall(w->m, s->p->real, &c, &pid);
	if (error != 0)
		return is_shortage(s, error) ? NULL : same_error(s, 0, error);
	*child = *s->p;
	child->real = sim_process_bypid(w->m, (int)pid);
	if (s->op->kind == S_VFORK) {
		child->space->refs++;
		return NULL;
	}
	child->space = calloc(1, sizeof(*child->space));
	child->space->refs = 1;
	child->space->brk = s->p->space->brk;
	child->space->pages = model_fork(s->p->space->pages);
	if (w->sys->real == &sim_linux)
		model_flags(child->space->pages, 0, w->max, 0,
		    w->sys->flags); /* locks are not inherited */
	return NULL;
}

static const char *
do_exec(struct step *s)
{
	struct sim_call c = { .no = SIM_SYS_EXEC, .str = "/bin/model" };
	unsigned who = s->op->who;
	struct sys_proc *p = s->p;
	int error;

	c.image = sys_program(s->w);
	error = sim_syscall(s->w->m, p->real, &c, NULL);
	if (error != 0)
		return is_shortage(s, error) ? NULL : same_error(s, 0, error);
	sys_exec_done(s->w, who);
	return NULL;
}

static const char *
do_exit(struct step *s)
{
	struct sim_call c = { .no = SIM_SYS_EXIT };
	int error = sim_syscall(s->w->m, s->p->real, &c, NULL);

	if (error != 0)
		return same_error(s, 0, error);
	sys_drop(s->w, s->op->who);
	return NULL;
}

static const char *
do_ftruncate(struct step *s)
{
	uint64_t bits = s->op->arg[2], fd = SYS_FIRSTFD + (bits & 7);
	struct sim_call c = { .no = SIM_SYS_FTRUNCATE,
		.arg = { fd, (bits >> 8) % model_ptoa(30) } };
	struct sys_fd file;
	int expected = 0, error;

	s->c.a[0] = c.arg[0];
	s->c.a[1] = c.arg[1];
	if (!sys_fd(s->p, fd, &file))
		expected = EBADF;
	else if ((file.mode & VM_PROT_WRITE) == 0)
		expected = EINVAL;
	error = sim_syscall(s->w->m, s->p->real, &c, NULL);
	if (expected == 0) {
		model_setsize(file.object, c.arg[1]);
		if (s->w->sys->real == &sim_linux)
			sys_linux_cut(s->w, file.object);
	}
	return same_error(s, expected, error);
}

/*
 * model_access(), and what Linux has besides: what may be accessed at all can
 * be read; on x86 a fetch from what is not executable is a read before it
 * fails.
 */
static int
reach(const struct step *s, vaddr_t va, vm_prot_t right, uint64_t stamp)
{
	struct model_space *pages = s->p->space->pages;
	const struct model_page *q = model_at(pages, va);
	const char *arch = s->w->m->config.arch->name;
	int error = model_access(pages, va, right, stamp);

	if (s->w->sys->real != &sim_linux)
		return error;
	if (error == MODEL_ANY)
		return !q->cell->set && model_past_end(q) ? EINVAL : 0;
	if (error == EACCES && right == VM_PROT_EXEC && q->prot != 0 &&
	    strncmp(arch, "amd64", 5) == 0) {
		error = reach(s, va, VM_PROT_READ, 0);
		return error != 0 ? error : EACCES;
	}
	return error;
}

/* Each page in turn, until one fails. */
static const char *
do_access(struct step *s)
{
	static const vm_prot_t types[] = { [S_READ] = VM_PROT_READ,
		[S_WRITE] = VM_PROT_WRITE,
		[S_FETCH] = VM_PROT_EXEC };
	vm_prot_t type = types[s->op->kind];
	struct sys_world *w = s->w;
	const vm_prot_t right = compare_right(&w->m->vm, type);
	vaddr_t va = page_addr(w, s->op->arg[0]) +
	    (s->op->small & (MODEL_PAGE - 1));
	uint64_t npages = s->op->arg[1] % 5 + 1, stamp = w->m->stamp, tag;
	vsize_t len = (model_trunc(va) + model_ptoa(npages)) - va;
	struct sim_signal sig;
	int error = sim_access(w->m, s->p->real, va, len, type, &sig);
	vaddr_t stop = error != 0 ? model_trunc(sig.addr) :
				    model_trunc(va) + model_ptoa(npages);

	s->c.a[0] = va;
	s->c.a[1] = len;
	for (va = model_trunc(va); va < stop; va += MODEL_PAGE) {
		int expected = reach(s, va, right, ++stamp);

		if (expected != 0 && expected != MODEL_ANY)
			return same_error(s, expected, 0);
		if (type != VM_PROT_READ || expected != 0)
			continue;
		if (vm_access_tag(&s->p->real->vmspace->vm_map, va, &tag) ==
			0 &&
		    tag != model_content(model_at(s->p->space->pages, va)))
			return differ(s, "content",
			    model_content(model_at(s->p->space->pages, va)),
			    tag);
	}
	if (error == 0 || is_shortage(s, error))
		return NULL;
	{
		int expected = reach(s, stop, right, 0);

		return expected == MODEL_ANY && error == EACCES ?
		    NULL :
		    same_error(s, expected, error);
	}
}

const char *
sys_step(void *arg, const struct op *op, char *buf, size_t len)
{
	struct sys_world *w = arg;
	struct step s = { .w = w,
		.p = &w->proc[op->who],
		.op = op,
		.buf = buf,
		.len = len };

	if (s.p->real == NULL && !sys_spawn(w, op->who))
		return NULL;
	switch (op->kind) {
	case S_FORK:
	case S_VFORK: return do_fork(&s);
	case S_EXEC: return do_exec(&s);
	case S_EXIT: return do_exit(&s);
	case S_FTRUNCATE: return do_ftruncate(&s);
	case S_READ:
	case S_WRITE:
	case S_FETCH: return do_access(&s);
	default: return do_call(&s);
	}
}

void
sys_print(FILE *f, unsigned variant, const struct op *op)
{
	struct sys_world *w = sys_create(variant, 1);
	struct step s = { .w = w, .p = &w->proc[op->who], .op = op };

	decode(&s);
	(void)fprintf(f, "p%u: %s", op->who, op_table[op->kind].name);
	for (unsigned i = 0; i < 6; i++)
		(void)fprintf(f, " %#" PRIx64, s.c.a[i]);
	if (op->kind == S_FORK || op->kind == S_VFORK)
		(void)fprintf(f, "  -> p%u", (unsigned)op->arg[3] % SYS_PROCS);
	(void)fprintf(f, "\n");
	sys_destroy(w);
}
