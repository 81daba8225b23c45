/*
 * Bytes as a sequence of calls of <uvmsim.h>: a machine, then for each call
 * which one, and its arguments.
 *
 * A call that fails sets errno and has a sentence of one line; if it only
 * looks, or is a system call other than those that may do a part, it has
 * changed nothing.  Structures and buffers have just the size that is said.
 */
#include "tests/apifuzz/fuzz.h"
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/lib/lib.h"
#include "tests/fault/dump.h"

#define MOST 300 /* calls of an input */

struct lib { /* one input at work */
	struct fuzz f;
	struct uvmsim *u;
	uint64_t out;  /* where results go */
	char text[64]; /* a name from the input */
};

static const char *const machines[] = { "ram=4M", "ram=4M,personality=netbsd",
	"ram=4M,personality=openbsd,swap=4M",
	"ram=2M,personality=linux,swap=1M,policy=freebsd",
	"ram=4M,arch=i386,personality=netbsd", "ram=16M,arch=arm64-16k",
	"ram=1M,swap=2M,policy=clock,frames=20",
	"ram=8M,arch=power,superpages=reserve", "ram=4M,tags=off",
	"ram=4M,cpus=2,domains=2,tlb=skylake" };

/* ----------------------------------------------------------- arguments --- */

static int
pid(struct lib *l)
{
	return fuzz_below(&l->f, 8) ? 1 + (int)fuzz_below(&l->f, 5) :
				      fuzz_pid(&l->f);
}

static uint64_t
number(struct lib *l)
{
	static const uint64_t edges[] = { 0, 1, 4096, UINT64_MAX,
		(uint64_t)INT64_MAX, (uint64_t)1 << 32, 0x1002, 0x22 };

	switch (fuzz_below(&l->f, 4)) {
	case 0: return fuzz_bits(&l->f);
	case 1: return edges[fuzz_below(&l->f, NELEM(edges))];
	default: return fuzz_below(&l->f, 256);
	}
}

static unsigned
small(struct lib *l)
{
	return fuzz_below(&l->f, 16) ? (unsigned)fuzz_below(&l->f, 64) :
				       (unsigned)fuzz_bits(&l->f);
}

static const char *
text(struct lib *l)
{
	static const char *const words[] = { "", "/data", "/data2", "sh", "sd0",
		"/tmp/x", "faults", "free", "mmap", "MAP_PRIVATE|MAP_ANON",
		"MADV_FREE", "0x10|", "linux", "freebsd", "aix", "map sh",
		"procmap sh", "sh: write 0 1", "frames=3", NULL };
	size_t n = fuzz_below(&l->f, 2 * NELEM(words));

	if (n < NELEM(words))
		return words[n];
	n = fuzz_below(&l->f, sizeof(l->text));
	for (size_t i = 0; i < n; i++)
		l->text[i] = (char)fuzz_below(&l->f, 256);
	l->text[n] = '\0';
	return l->text;
}

/* A structure that begins with its size, which may be less or more. */
static void *
sized(struct lib *l, size_t whole)
{
	size_t n = fuzz_below(&l->f, 4) ?
	    whole :
	    sizeof(size_t) + fuzz_below(&l->f, whole + 64);
	size_t *p = fuzz_block(&l->f, n);

	insist(p != NULL, "no memory");
	memset(p, 0, n);
	*p = fuzz_below(&l->f, 16) ? n : fuzz_below(&l->f, n + 1);
	return fuzz_below(&l->f, 16) ? p : NULL;
}

static uint64_t *
out(struct lib *l)
{
	return fuzz_below(&l->f, 8) ? &l->out : NULL;
}

/* ---------------------------------------------------------------- calls --- */

#define A fuzz_address(&l->f)
#define L fuzz_size(&l->f)
#define F &l->f
#define U l->u

/* name, what may be left when it fails, the call */
#define CALLS \
	X(mmap, 0, \
	    uvmsim_sys_mmap(U, p, fuzz_below(F, 2) ? 0 : A, L, small(l), \
		fuzz_below(F, 4) ? 0x1002 : number(l), \
		(int)fuzz_below(F, 8) - 2, fuzz_below(F, 4) ? 0 : L, out(l))) \
	X(munmap, 0, uvmsim_sys_munmap(U, p, A, L)) \
	X(mprotect, 0, uvmsim_sys_mprotect(U, p, A, L, small(l))) \
	X(minherit, 0, uvmsim_sys_minherit(U, p, A, L, (int)small(l))) \
	X(madvise, 0, uvmsim_sys_madvise(U, p, A, L, (int)small(l))) \
	X(posix_madvise, 0, \
	    uvmsim_sys_posix_madvise(U, p, A, L, (int)small(l))) \
	X(mlock, 1, uvmsim_sys_mlock(U, p, A, L)) \
	X(mlock2, 1, uvmsim_sys_mlock2(U, p, A, L, small(l))) \
	X(munlock, 0, uvmsim_sys_munlock(U, p, A, L)) \
	X(mlockall, 1, uvmsim_sys_mlockall(U, p, small(l) & 7)) \
	X(munlockall, 0, uvmsim_sys_munlockall(U, p)) \
	X(msync, 0, uvmsim_sys_msync(U, p, A, L, small(l))) \
	X(mincore, 0, mincore(l, p)) \
	X(mremap, 0, uvmsim_sys_mremap(U, p, A, L, A, L, number(l), out(l))) \
	X(remap, 0, \
	    uvmsim_sys_remap_file_pages(U, p, A, L, small(l), number(l), \
		number(l))) \
	X(brk, 0, uvmsim_sys_brk(U, p, A, out(l))) \
	X(sbrk, 0, uvmsim_sys_sbrk(U, p, (int64_t)L - 30000, out(l))) \
	X(fork, 0, uvmsim_sys_fork(U, p, text(l))) \
	X(vfork, 0, uvmsim_sys_vfork(U, p, text(l))) \
	X(exec, 1, uvmsim_sys_exec(U, p, text(l), image(l))) \
	X(exit, 0, uvmsim_sys_exit(U, p, (int)small(l))) \
	X(setrlimit, 0, \
	    uvmsim_sys_setrlimit(U, p, (enum uvmsim_limit)fuzz_below(F, 7), \
		number(l), number(l))) \
	X(cpu, 0, uvmsim_sys_cpu(U, p, small(l))) \
	X(sleep, 0, uvmsim_sys_sleep(U, p, small(l) & 0xff)) \
	X(shmget, 0, \
	    uvmsim_sys_shmget(U, p, (int64_t)number(l), L, small(l) << 6)) \
	X(shmat, 0, \
	    uvmsim_sys_shmat(U, p, (int)number(l), A, small(l), out(l))) \
	X(shmdt, 0, uvmsim_sys_shmdt(U, p, A)) \
	X(shmctl, 0, \
	    uvmsim_sys_shmctl(U, p, (int)number(l), (int)small(l) & 15)) \
	X(open, 0, uvmsim_sys_open(U, p, text(l), small(l) << 4, 0600)) \
	X(shm_open, 0, uvmsim_sys_shm_open(U, p, text(l), small(l) << 4, 0)) \
	X(memfd, 0, uvmsim_sys_memfd_create(U, p, text(l), small(l))) \
	X(close, 0, uvmsim_sys_close(U, p, (int)small(l) & 7)) \
	X(unlink, 0, uvmsim_sys_unlink(U, p, text(l))) \
	X(shm_unlink, 0, uvmsim_sys_shm_unlink(U, p, text(l))) \
	X(ftruncate, 0, \
	    uvmsim_sys_ftruncate(U, p, (int)fuzz_below(F, 8), \
		fuzz_below(F, 4) ? L & 0xfffff : number(l))) \
	X(swapon, 0, uvmsim_sys_swapon(U, p, text(l), small(l))) \
	X(swapoff, 1, uvmsim_sys_swapoff(U, p, text(l))) \
	X(swapctl, 1, \
	    uvmsim_sys_swapctl(U, p, (int)small(l) & 15, text(l), \
		(int)small(l))) \
	X(syscall, 1, any(l, p)) \
	X(access, 1, \
	    uvmsim_access(U, p, A, L % 300000, small(l) & 7, \
		sized(l, sizeof(struct uvmsim_signal)))) \
	X(batch, 1, batch(l, p)) \
	X(spawn, 0, uvmsim_spawn(U, text(l), p - 3, text(l), image(l))) \
	X(end, 0, uvmsim_end(U, p, (int)small(l), (int)fuzz_below(F, 40) - 2)) \
	X(reap, 0, uvmsim_reap(U, p)) \
	X(make_file, 0, uvmsim_make_file(U, text(l), number(l))) \
	X(do, 1, uvmsim_do(U, text(l))) \
	X(listen, 0, uvmsim_listen(U, fuzz_below(F, 2) ? listener : NULL, l)) \
	X(explain, 0, uvmsim_explain(U, (int)fuzz_below(F, 2))) \
	X(seed, 0, uvmsim_seed(U, number(l))) \
	X(flags, 2, uvmsim_flags(U, p, text(l), out(l))) \
	X(save, 2, uvmsim_save(U, "/dev/full")) \
	X(show, 2, uvmsim_show(U, text(l), swallow, l)) \
	X(number, 2, uvmsim_syscall_number(text(l))) \
	X(pid, 2, uvmsim_pid(U, text(l))) \
	X(process, 2, \
	    uvmsim_process(U, p, sized(l, sizeof(struct uvmsim_process)))) \
	X(entry, 2, \
	    uvmsim_entry(U, p, A, sized(l, sizeof(struct uvmsim_entry)))) \
	X(page, 2, uvmsim_page(U, p, A, sized(l, sizeof(struct uvmsim_page)))) \
	X(tag, 2, uvmsim_tag(U, p, A, out(l))) \
	X(residence, 2, \
	    uvmsim_residence(U, p, fuzz_below(F, 2) ? 0 : A, \
		fuzz_below(F, 2) ? UINT64_MAX : A, \
		sized(l, sizeof(struct uvmsim_residence)))) \
	X(counter, 2, uvmsim_counter(U, text(l), out(l))) \
	X(counter_at, 2, \
	    uvmsim_counter_at(U, (size_t)number(l), NULL, out(l))) \
	X(explanation, 2, explanation(l))

static void
swallow(void *ctx, const char *data, size_t len)
{
	struct lib *l = ctx;

	for (size_t i = 0; i < len; i++)
		l->out += (unsigned char)data[i];
}

/* It looks at the machine from the middle of an operation. */
static void
listener(void *ctx, const struct uvmsim_event *e)
{
	struct lib *l = ctx;
	const char *name;
	char buf[24];

	l->out += (uint64_t)uvmsim_event_sentence(e, buf, sizeof(buf));
	l->out += (uint64_t)uvmsim_event_json(e, buf, sizeof(buf));
	for (unsigned i = 0; uvmsim_event_value(e, i, &name, NULL); i++)
		l->out += (unsigned char)name[0];
	insist(uvmsim_sys_munmap(l->u, uvmsim_event_pid(e), 0, 1) == -1,
	    "a listener has changed the machine");
}

static int
mincore(struct lib *l, int p)
{
	const size_t n = fuzz_below(&l->f, 100);

	return uvmsim_sys_mincore(U, p, A, L, fuzz_block(&l->f, n), n);
}

static int
any(struct lib *l, int p)
{
	const unsigned n = (unsigned)fuzz_below(&l->f, 8);
	uint64_t *args = fuzz_block(&l->f, n * sizeof(*args));

	for (unsigned i = 0; i < n; i++)
		args[i] = fuzz_below(&l->f, 3) ? number(l) : A;
	/* (an image is a pointer, which uvmsim_syscall() does not have) */
	return uvmsim_syscall(U, p, (int)fuzz_below(&l->f, 42), args, n,
	    text(l), out(l));
}

static int
batch(struct lib *l, int p)
{
	const size_t n = fuzz_below(&l->f, 20);
	struct uvmsim_ref *ref = fuzz_block(&l->f, n * sizeof(*ref));
	size_t done = 0;

	for (size_t i = 0; i < n; i++)
		ref[i].word = A ^ fuzz_below(&l->f, 4);

	return uvmsim_access_batch(U, p, ref, n, &done,
	    sized(l, sizeof(struct uvmsim_signal)));
}

static int
explanation(struct lib *l)
{
	const size_t n = fuzz_below(&l->f, 300);

	return uvmsim_explanation(U, fuzz_below(&l->f, 2) != 0,
	    fuzz_block(&l->f, n), n);
}

static const struct uvmsim_image *
image(struct lib *l)
{
	const size_t n = fuzz_below(&l->f, 5);
	struct uvmsim_segment *s;
	struct uvmsim_image *i;

	if (n == 4)
		return NULL;
	s = fuzz_block(&l->f, n * sizeof(*s));
	i = sized(l, sizeof(*i));
	for (size_t k = 0; k < n; k++)
		s[k] = (struct uvmsim_segment){
			.start = 0x10000000 + 4096 * fuzz_below(&l->f, 256),
			.end = 0x10000000 + 4096 * fuzz_below(&l->f, 256),
			.offset = 4096 * fuzz_below(&l->f, 16),
			.path = fuzz_below(&l->f, 2) ? "/bin/x" : NULL,
			.rights = (uint32_t)fuzz_below(&l->f, 9),
			.kind = (uint32_t)fuzz_below(&l->f, 6),
			.shared = (uint32_t)fuzz_below(&l->f, 2),
		};
	if (i == NULL || i->size < sizeof(*i))
		return i;
	i->path = fuzz_below(&l->f, 2) ? "/bin/x" : NULL;
	i->segment = s;
	i->nsegments = n;
	i->segment_size = sizeof(*s);
	i->brk_start = fuzz_below(&l->f, 4) ? 0 : A;
	return i;
}

#define X(name, kind, call) \
	static int call_##name(struct lib *l) \
	{ \
		const int p = pid(l); \
\
		(void)p; \
		return call; \
	}
CALLS
#undef X

static const struct {
	const char *name;
	int (*call)(struct lib *);
	unsigned kind; /* 1: a failure may leave something; 2: only looks */
} calls[] = {
#define X(name, kind, call) { #name, call_##name, kind },
	CALLS
#undef X
};

/* ------------------------------------------------------------------ run --- */

static void
bad(size_t which, const char *why)
{
	fprintf(stderr, "%s: ", calls[which].name);
	insist(false, why);
}

/* Dumps show what pages hold by their tags, and know nothing of swap. */
static bool
can_dump(const struct lib *l)
{
	const struct vm *vm = &l->f.m->vm;

	return vm->pages.tag != NULL && vm->exp.swpginuse == 0;
}

static void
one_call(struct lib *l, bool look)
{
	const size_t which = fuzz_below(&l->f, NELEM(calls));
	const bool keeps = calls[which].kind != 1 && can_dump(l);
	char *before = look && keeps ? dump_machine(l->f.m) : NULL, *after;
	int result;

	if (fuzz_tells())
		fprintf(stderr, "%s\n", calls[which].name);
	errno = 0;
	result = calls[which].call(l);
	if (result == -1 &&
	    (errno <= 0 || uvmsim_errmsg()[0] == '\0' ||
		strchr(uvmsim_errmsg(), '\n') != NULL))
		bad(which, "-1 without an errno, or without a sentence");
	if (!fuzz_settle(&l->f))
		bad(which, "memory beside a buffer was written to");
	if (before != NULL && can_dump(l) &&
	    (result == -1 || calls[which].kind == 2)) {
		after = dump_machine(l->f.m);
		if (strcmp(before, after) != 0)
			bad(which, "it has changed the state");
		free(after);
	}
	free(before);
	fuzz_operations++;
}

void
fuzz_lib(const struct fuzz_input *in)
{
	struct lib l = { .out = 0 };
	bool look;

	if (in->len < 3)
		return;
	if (uvmsim_create(&l.u, machines[in->data[0] % NELEM(machines)]) != 0)
		insist(false, uvmsim_errmsg());
	l.f.m = l.u->m;
	look = in->data[1] % 4 == 0;
	l.f.bytes = in->data + 2;
	l.f.left = in->len - 2;
	insist(uvmsim_make_file(l.u, "/data", 40000) == 0 &&
		uvmsim_spawn(l.u, "sh", 0, NULL, NULL) > 0 &&
		uvmsim_spawn(l.u, NULL, 0, "linux", NULL) > 0,
	    "no process");
	for (unsigned i = 0; i < MOST && l.f.left > 0; i++)
		one_call(&l, look);
	if (uvmsim_check(l.u) != 0)
		insist(false, uvmsim_errmsg());
	uvmsim_destroy(l.u);
}
