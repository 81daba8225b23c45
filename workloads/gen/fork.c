/*
 * A server that forks for each request.  It fills its memory, then for each
 * request:
 *
 *	when there are as many workers as may be, the oldest one exits
 *	the server stores into one page, and forks a worker
 *	each worker, oldest first, loads `reads' and stores into `writes' random
 *	places of the memory that it has shared since its fork
 *
 * so that a worker takes part in `workers' rounds.  At the end the workers
 * exit, then the server.  Processes are numbered as they are made; the server
 * is 0.
 */
#include <inttypes.h>
#include <stdio.h>

#include "gen.h"
#include "workloads/pattern.h"

enum { FS_PAGES, FS_REQUESTS, FS_WORKERS, FS_READS, FS_WRITES };

enum mode { SPAWN, MAP, FILL, RETIRE, ACCEPT, FORK, SERVE, CLOSE, OVER };

struct forkserver {
	enum mode mode;
	uint64_t forked; /* workers made: the last one's number */
	uint64_t oldest; /* worker that lives */
	uint64_t worker; /* whose turn it is */
	uint64_t done;   /* references of its turn, or pages filled */
};

/* -------------------------------------------------------- operations ---- */

static enum wl_gen_step
spawn(struct wl_gen *g, struct forkserver *f)
{
	snprintf(g->op, sizeof(g->op), "spawn server image=none");
	f->oldest = 1;
	f->mode = MAP;
	return WL_GEN_OP;
}

static enum wl_gen_step
map(struct wl_gen *g, struct forkserver *f)
{
	snprintf(g->op, sizeof(g->op),
	    "server: memory = mmap(0x%" PRIx64 ", %" PRIu64
	    "K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANON, -1, 0)",
	    WL_GEN_BASE, g->args.param[FS_PAGES] * (WL_GEN_PAGE / 1024));
	f->mode = FILL;
	return WL_GEN_OP;
}

static enum wl_gen_step
fork_worker(struct wl_gen *g, struct forkserver *f)
{
	snprintf(g->op, sizeof(g->op), "server: fork(\"worker%" PRIu64 "\")",
	    ++f->forked);
	f->worker = f->oldest;
	f->done = 0;
	f->mode = SERVE;
	return WL_GEN_OP;
}

static enum wl_gen_step
exit_oldest(struct wl_gen *g, struct forkserver *f)
{
	snprintf(g->op, sizeof(g->op), "worker%" PRIu64 ": exit(0)",
	    f->oldest++);
	return WL_GEN_OP;
}

static enum wl_gen_step
close_down(struct wl_gen *g, struct forkserver *f)
{
	if (f->oldest <= f->forked)
		return exit_oldest(g, f);
	snprintf(g->op, sizeof(g->op), "server: exit(0)");
	f->mode = OVER;
	return WL_GEN_OP;
}

/* -------------------------------------------------------- references ---- */

/* The next request, if there is one; it may have too many workers. */
static void
next_request(const uint64_t *p, struct forkserver *f)
{
	if (f->forked == p[FS_REQUESTS])
		f->mode = CLOSE;
	else if (f->forked + 1 - f->oldest == p[FS_WORKERS])
		f->mode = RETIRE;
	else
		f->mode = ACCEPT;
}

static enum wl_gen_step
fill(struct wl_gen *g, struct forkserver *f, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param;

	wl_gen_ref(ref, f->done * WL_GEN_PAGE, 8, WL_REF_STORE);
	if (++f->done == p[FS_PAGES])
		next_request(p, f);
	return WL_GEN_REF;
}

static enum wl_gen_step
touch(struct wl_gen *g, uint64_t process, struct wl_ref *ref,
    enum wl_ref_kind kind)
{
	const uint64_t places = g->args.param[FS_PAGES] * (WL_GEN_PAGE / 8);

	g->who = (uint32_t)process;
	wl_gen_ref(ref, wl_random(&g->rng) % places * 8, 8, kind);
	return WL_GEN_REF;
}

/* One reference of the worker whose turn it is; then the next worker's. */
static enum wl_gen_step
serve(struct wl_gen *g, struct forkserver *f, struct wl_ref *ref)
{
	const uint64_t *p = g->args.param, worker = f->worker;
	const bool load = f->done < p[FS_READS];

	if (++f->done == p[FS_READS] + p[FS_WRITES]) {
		f->done = 0;
		if (f->worker++ == f->forked)
			next_request(p, f);
	}
	return touch(g, worker, ref, load ? WL_REF_LOAD : WL_REF_STORE);
}

static enum wl_gen_step
forkserver_step(struct wl_gen *g, struct wl_ref *ref)
{
	struct forkserver *f = g->state;

	switch (f->mode) {
	case SPAWN: return spawn(g, f);
	case MAP: return map(g, f);
	case FILL: return fill(g, f, ref);
	case RETIRE: f->mode = ACCEPT; return exit_oldest(g, f);
	case ACCEPT: f->mode = FORK; return touch(g, 0, ref, WL_REF_STORE);
	case FORK: return fork_worker(g, f);
	case SERVE: return serve(g, f, ref);
	case CLOSE: return close_down(g, f);
	case OVER: break;
	}
	return WL_GEN_END;
}

static const struct wl_gen_param forkserver_params[] = {
	{ "pages", "pages of 4K of the server's memory", 1, (uint64_t)1 << 20,
	    64 },
	{ "requests", "workers that are forked", 1, 1000000, 50 },
	{ "workers", "of them alive at a time, at most", 1, 64, 4 },
	{ "reads", "loads of a worker, in each round", 1, 1000000, 20 },
	{ "writes", "stores of a worker, in each round", 0, 1000000, 5 },
	{ .name = NULL }
};

const struct wl_gen_kind wl_gen_forkserver = {
	.name = "forkserver",
	.summary = "a server that forks a worker for each request",
	.params = forkserver_params,
	.ends = true,
	.forks = true,
	.state = sizeof(struct forkserver),
	.step = forkserver_step,
};
