/*
 * A run: operations one after the other, each done to both sides and compared.
 *
 *	draw -> kernel -> machine -> results -> pages of this process
 *				every 16th: pages of the others, files
 *				every 256th, and at the end: maps
 *
 * What a call has put outside of the windows (MAP_32BIT, a long mapping) is
 * unmapped at once, so that what can be looked at does not run away.
 */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define OTHERS 16
#define MAPS 256

static const long numbers[HOST_NOPS] = {
#define X(id, name, nr) [HOST_OP_##id] = nr,
	HOST_OPS(X)
#undef X
};

static const uint64_t sizes[HOST_FILES] = { 20 * HOST_PAGE, 5 * HOST_PAGE + 100,
	12 * HOST_PAGE };

static enum sim_sysno
sim_number(enum host_opno kind)
{
	static const char *const names[HOST_NOPS] = {
#define X(id, name, nr) [HOST_OP_##id] = name,
		HOST_OPS(X)
#undef X
	};

	return (enum sim_sysno)sim_sysbyname(names[kind]);
}

/* ------------------------------------------------------------ one side ---- */

static const char *
do_host(struct host_world *w, unsigned who, const struct host_deed *d,
    unsigned child)
{
	struct host_command c = { .what = HOST_CALL,
		.nr = (int)numbers[d->kind] };
	uint64_t limit[2];

	memcpy(c.arg, d->arg, sizeof(c.arg));
	switch (d->kind) {
	case HOST_OP_READ:
	case HOST_OP_WRITE:
	case HOST_OP_FETCH:
		c.what = HOST_ACCESS;
		c.type = d->type;
		c.way = d->way;
		c.arg[0] = d->va;
		c.arg[1] = d->len;
		c.stamp = w->sim.m->stamp;
		break;
	case HOST_OP_FORK:
		c.what = HOST_FORK;
		c.arg[0] = child;
		break;
	case HOST_OP_EXIT: c.what = HOST_EXIT; break;
	case HOST_OP_MINCORE: c.what = HOST_MINCORE; break;
	case HOST_OP_SETRLIMIT:
		c.what = HOST_LIMIT;
		limit[0] = d->arg[2];
		limit[1] = d->arg[3];
		memcpy(&c.arg[1], limit, sizeof(limit));
		break;
	default: break;
	}
	return host_link_do(&w->link, who, &c, w->why, sizeof(w->why));
}

static void
sim_touch(struct host_world *w, unsigned who, const struct host_deed *d,
    struct host_answer *a)
{
	static const vm_prot_t types[] = { VM_PROT_READ, VM_PROT_WRITE,
		VM_PROT_EXEC };
	const uint64_t first = d->va & ~HOST_MASK;
	struct sim_signal sig;

	if (sim_access(w->sim.m, w->sim.p[who], d->va, d->len, types[d->type],
		&sig) == 0) {
		a->pages = ((d->va + d->len - 1) >> HOST_SHIFT) -
		    (first >> HOST_SHIFT) + 1;
		return;
	}
	a->signo = strcmp(sig.signame, "SIGSEGV") == 0 ? SIGSEGV :
	    strcmp(sig.signame, "SIGBUS") == 0         ? SIGBUS :
							 SIGKILL;
	a->code = strcmp(sig.code, "SEGV_MAPERR") == 0 ? SEGV_MAPERR :
	    strcmp(sig.code, "SEGV_ACCERR") == 0       ? SEGV_ACCERR :
	    strcmp(sig.code, "BUS_ADRERR") == 0        ? BUS_ADRERR :
							 SI_KERNEL;
	a->fault = sig.addr;
	a->pages = (sig.addr >> HOST_SHIFT) - (first >> HOST_SHIFT);
}

static uint64_t
sim_fd(uint64_t fd)
{
	return fd < HOST_FD_FILES ? fd : fd - HOST_FD_FILES + 3;
}

static void
do_sim(struct host_world *w, unsigned who, const struct host_deed *d,
    unsigned child, struct host_answer *a)
{
	struct sim_call c = { .vec = a->vec, .vec_len = sizeof(a->vec) };

	memset(a, 0, sizeof(*a));
	if (d->kind >= HOST_OP_READ) {
		sim_touch(w, who, d, a);
		return;
	}
	c.no = sim_number(d->kind);
	memcpy(c.arg, d->arg, sizeof(c.arg));
	if (d->kind == HOST_OP_MMAP)
		c.arg[4] = sim_fd(c.arg[4]);
	else if (d->kind == HOST_OP_FTRUNCATE)
		c.arg[0] = sim_fd(c.arg[0]);
	else if (d->kind == HOST_OP_SETRLIMIT)
		memcpy(c.arg, &d->arg[1], 3 * sizeof(c.arg[0]));
	a->err = sim_syscall(w->sim.m, w->sim.p[who], &c, &a->ret);
	if (d->kind == HOST_OP_FORK && a->err == 0)
		w->sim.p[child] = sim_process_bypid(w->sim.m, (int)a->ret);
	if (d->kind == HOST_OP_EXIT)
		sim_process_reap(w->sim.m, w->sim.p[who]);
}

/* ---------------------------------------------------------- both sides ---- */

static bool
do_both(struct host_run *r, unsigned who, const struct host_deed *d,
    unsigned child)
{
	struct host_world *w = &r->world;
	struct host_answer a = { 0 };
	bool same;

	if (do_host(w, who, d, child) != NULL) {
		if (r->script != NULL)
			host_script_op(r, who, d, &a, child);
		return false;
	}
	do_sim(w, who, d, child, &a);
	w->operations++;
	same = d->kind == HOST_OP_EXIT || host_same_result(w, who, d, &a);
	if (r->script != NULL)
		host_script_op(r, who, d, &a, child);
	return same;
}

static bool
in_windows(const struct host_shared *s, uint64_t va)
{
	return (va >= s->arena && va < s->arena + HOST_TOP * HOST_PAGE) ||
	    (va >= s->brk_window && va < s->brk_window + HOST_BRK * HOST_PAGE);
}

/* What lies where nobody looks goes. */
static bool
drop_stray(struct host_run *r, unsigned who, const struct host_deed *d)
{
	const struct host_result *h = host_result(&r->world.link, who);
	struct host_deed unmap = { .kind = HOST_OP_MUNMAP };

	if ((d->kind != HOST_OP_MMAP && d->kind != HOST_OP_MREMAP) ||
	    h->err != 0 || in_windows(r->world.link.shared, (uint64_t)h->ret))
		return true;
	unmap.arg[0] = (uint64_t)h->ret;
	unmap.arg[1] = d->arg[d->kind == HOST_OP_MMAP ? 1 : 2];
	return do_both(r, who, &unmap, 0);
}

static unsigned
living(const struct host_world *w)
{
	unsigned n = 0;

	for (unsigned i = 0; i < HOST_AGENTS; i++)
		n += w->alive[i];
	return n;
}

/* Who does it: the one named, or the next that lives. */
static unsigned
actor(const struct host_world *w, const struct host_op *op)
{
	unsigned who = op->who % HOST_AGENTS;

	while (!w->alive[who])
		who = (who + 1) % HOST_AGENTS;
	return who;
}

static bool
look_at(struct host_world *w, unsigned who)
{
	const struct host_command c = { .what = HOST_NOTHING };

	return host_link_do(&w->link, who, &c, w->why, sizeof(w->why)) ==
	    NULL &&
	    host_same_pages(w, who);
}

static bool
look_at_all(struct host_world *w, bool maps)
{
	for (unsigned i = 0; i < HOST_AGENTS; i++)
		if (w->alive[i] &&
		    (!look_at(w, i) || (maps && !host_same_maps(w, i))))
			return false;
	return host_same_files(w);
}

static bool
exit_one(struct host_run *r, unsigned who)
{
	const struct host_deed d = { .kind = HOST_OP_EXIT };

	r->world.alive[who] = false;
	return do_both(r, who, &d, 0);
}

static bool
fork_one(struct host_run *r, const struct host_op *op, unsigned who,
    const struct host_deed *d)
{
	struct host_world *w = &r->world;
	const unsigned child = (who + 1 + op->page2 % (HOST_AGENTS - 1)) %
	    HOST_AGENTS;

	/* Box 0 is that of the agent that the driver itself has started. */
	if (child == 0)
		return true;
	if (w->alive[child] && !exit_one(r, child))
		return false;
	if (!do_both(r, who, d, child))
		return false;
	w->alive[child] = w->forked = true;
	return look_at(w, child) && host_same_pages(w, who);
}

/* Does it matter what is one area? */
static bool
needs_borders(const struct host_world *w, unsigned who,
    const struct host_deed *d)
{
	return d->kind == HOST_OP_MREMAP ||
	    (d->kind == HOST_OP_MPROTECT &&
		w->sim.p[who]->rlimit[SIM_RLIMIT_DATA].cur !=
		    SIM_RLIM_INFINITY);
}

static bool
step(struct host_run *r, const struct host_op *op)
{
	struct host_world *w = &r->world;
	const unsigned who = actor(w, op);
	struct host_deed d;
	bool same = true;

	host_decode(op, w->link.shared, &w->sim, who, &w->limits, &d);
	if (d.kind == HOST_OP_EXIT)
		return who == 0 || living(w) == 1 || exit_one(r, who);
	if (d.kind == HOST_OP_FORK)
		return fork_one(r, op, who, &d);
	if (needs_borders(w, who, &d) &&
	    !host_same_borders(w, who, d.arg[0], d.arg[0] + d.arg[1], &same))
		return false;
	if (d.skip || !same) {
		w->skipped++;
		return true;
	}
	return do_both(r, who, &d, 0) && drop_stray(r, who, &d) &&
	    host_same_pages(w, who);
}

/* ---------------------------------------------------------------- runs ---- */

static void
find_limits(struct host_limits *l)
{
	struct utsname u;
	char *end;

	(void)uname(&u);
	l->version = (unsigned)strtoul(u.release, &end, 10) * 100;
	if (*end == '.')
		l->version += (unsigned)strtoul(end + 1, NULL, 10);
#if defined(__SANITIZE_ADDRESS__)
	l->sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	l->sanitized = true;
#endif
#endif
}

static bool
open_world(struct host_run *r)
{
	struct host_world *w = &r->world;
	const struct host_command maps = { .what = HOST_MAPS_READ };
	const unsigned uid = r->variant->user && geteuid() == 0 ? 65534 : 0;

	find_limits(&w->limits);
	if (host_link_open(&w->link, uid, sizes, w->why, sizeof(w->why)) != 0 ||
	    host_link_do(&w->link, 0, &maps, w->why, sizeof(w->why)) != NULL ||
	    host_sim_open(&w->sim, &w->link, sizes, w->why, sizeof(w->why)) !=
		0)
		return false;
	w->limits.punch = w->link.punch;
	w->alive[0] = true;
	return true;
}

enum host_outcome
host_run(struct host_run *r)
{
	struct host_world *w = &r->world;
	enum host_outcome out = HOST_CANNOT;

	memset(w, 0, sizeof(*w));
	if (open_world(r)) {
		bool same = true;

		if (r->script != NULL)
			host_script_begin(r);
		for (unsigned i = 0; i < r->n && same; i++) {
			r->failed_at = i;
			same = step(r, &r->op[i]);
			if (same && (i + 1) % OTHERS == 0)
				same = look_at_all(w, (i + 1) % MAPS == 0);
		}
		if (same)
			same = look_at_all(w, true);
		out = same ? HOST_SAME : HOST_DIFFERENT;
	}
	host_sim_close(&w->sim);
	host_link_close(&w->link);
	return out;
}
