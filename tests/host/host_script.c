/*
 * A run that failed: made short, and told as a script of uvmsim-script(5).
 *
 * A mapping whose address the kernel chose is written with MAP_FIXED, so that
 * the script does not depend on what else a process has.
 */
#include "host.h"

#include "workloads/script/exec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAXRUNS 1500
#define MAXSECONDS 60 /* of shrinking */

/* ---------------------------------------------------------- the script ---- */

static void
begin_files(const struct host_run *r)
{
	static const uint32_t pages[] = { 81920, 20580 };
	FILE *fp = r->script;
	const struct host_link *l = &r->world.link;

	for (unsigned i = 0; i < 2; i++)
		(void)fprintf(fp, "file \"%s\" %u\n", l->path[i], pages[i]);
	(void)fprintf(fp, "spawn p0 image=none\n");
	(void)fprintf(fp,
	    "p0: open(\"%s\", O_RDWR)\np0: open(\"%s\", O_RDONLY)\n"
	    "p0: shm_open(\"%s\", O_RDWR|O_CREAT, 384)\n"
	    "p0: open(\"%s\", O_WRONLY)\np0: open(\"%s\", O_RDWR)\n"
	    "p0: ftruncate(5, 48K)\n",
	    l->path[0], l->path[1], l->path[2], l->path[0], l->path[1]);
}

void
host_script_begin(struct host_run *r)
{
	(void)fprintf(r->script,
	    "machine arch=amd64 personality=linux ram=96M\n");
	begin_files(r);
}

static void
put_access(FILE *fp, unsigned who, const struct host_deed *d,
    const struct host_answer *a)
{
	static const char *const names[] = { "read", "write", "exec" };

	if (a->signo != 0)
		(void)fprintf(fp,
		    "expect p%u: %s 0x%" PRIx64 " %" PRIu64 " fails\n", who,
		    names[d->type], d->va, d->len);
	else
		(void)fprintf(fp, "p%u: %s 0x%" PRIx64 " %" PRIu64 "\n", who,
		    names[d->type], d->va, d->len);
}

void
host_script_op(struct host_run *r, unsigned who, const struct host_deed *d,
    const struct host_answer *a, unsigned child)
{
	static const char *const names[HOST_NOPS] = {
#define X(id, name, nr) [HOST_OP_##id] = name,
		HOST_OPS(X)
#undef X
	};
	struct sim_call c = { 0 };
	char proc[8], name[8], text[400];
	struct wl_spoken s = { .proc = proc,
		.personality = &sim_linux,
		.call = &c,
		.err = a->err };

	if (d->kind >= HOST_OP_READ) {
		put_access(r->script, who, d, a);
		return;
	}
	(void)snprintf(proc, sizeof(proc), "p%u", who);
	(void)snprintf(name, sizeof(name), "p%u", child);
	c.no = (enum sim_sysno)sim_sysbyname(names[d->kind]);
	memcpy(c.arg, d->arg, sizeof(c.arg));
	if (d->kind == HOST_OP_FORK)
		c.str = name;
	if (d->kind == HOST_OP_MMAP && a->err == 0) {
		c.arg[0] = a->ret;
		c.arg[3] |= 0x10;
	}
	if (d->kind == HOST_OP_MMAP && c.arg[4] >= HOST_FD_FILES &&
	    c.arg[4] != UINT64_MAX)
		c.arg[4] -= HOST_FD_FILES - 3;
	if (d->kind == HOST_OP_FTRUNCATE)
		c.arg[0] -= HOST_FD_FILES - 3;
	if (d->kind == HOST_OP_SETRLIMIT)
		memcpy(c.arg, &d->arg[1], 3 * sizeof(c.arg[0]));
	if (wl_call_text(&s, text, sizeof(text)) > 0)
		(void)fprintf(r->script, "%s\n", text);
	if (a->err != 0 && r->world.sim.m->error.why != NULL)
		(void)fprintf(r->script, "#	%s\n",
		    r->world.sim.m->error.why);
}

/* ----------------------------------------------------------- shrinking ---- */

static bool
fails(const struct host_run *r, struct host_op *op, unsigned n, unsigned *at)
{
	struct host_run try = { .variant = r->variant,
		.seed = r->seed,
		.op = op,
		.n = n };
	const bool bad = host_run(&try) == HOST_DIFFERENT;

	*at = try.failed_at;
	return bad;
}

/* Leave parts out, of half the size each round, while it still fails. */
static unsigned
shrink(const struct host_run *r, struct host_op *op, unsigned n)
{
	struct host_op *try = calloc(n, sizeof(*try));
	const time_t begun = time(NULL);
	unsigned runs = 0, last;

	for (unsigned part = n / 2; part > 0; part /= 2)
		for (unsigned at = 0; at + part <= n && runs < MAXRUNS &&
		     time(NULL) - begun < MAXSECONDS;
		     runs++) {
			memcpy(try, op, at * sizeof(*op));
			memcpy(try + at, op + at + part,
			    (n - at - part) * sizeof(*op));
			if (n > part && fails(r, try, n - part, &last)) {
				n = last + 1;
				memcpy(op, try, n * sizeof(*op));
			} else {
				at += part;
			}
		}
	free(try);
	return n;
}

void
host_explain(struct host_run *r, FILE *fp)
{
	struct host_run last = { .variant = r->variant, .seed = r->seed };
	unsigned n = r->failed_at + 1;

	(void)fprintf(fp, "seed %" PRIu64 ", variant %s, operation %u: %s\n",
	    r->seed, r->variant->name, r->failed_at, r->world.why);
	(void)fflush(fp);
	last.op = calloc(n, sizeof(*last.op));
	memcpy(last.op, r->op, n * sizeof(*last.op));
	last.n = shrink(r, last.op, n);
	last.script = fp;
	(void)fprintf(fp, "# shrunk to %u operations:\n", last.n);
	if (host_run(&last) == HOST_DIFFERENT)
		(void)fprintf(fp, "# %s\n", last.world.why);
	else
		(void)fprintf(fp, "# not again: it does not always fail\n");
	(void)fprintf(fp,
	    "# reproduce: test_second_opinion -k %s -s %" PRIu64 " -n %u\n",
	    r->variant->name, r->seed, r->n);
	free(last.op);
}
