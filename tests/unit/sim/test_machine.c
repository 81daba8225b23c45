/*
 * The machine: configuration, processes, files, segments, accesses, clock,
 * events, errors, checks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/common.h"
#include "sim/event.h"
#include "sim/stats.h"
#include "sim/suggest.h"

static struct machine *
new_machine(const char *personality)
{
	struct sim_config c;
	struct machine *m;
	char err[200];

	sim_config_default(&c);
	assert_int_equal(sim_config_set(&c, "ram=16M", err, sizeof(err)), 0);
	c.personality = sim_personality_byname(personality);
	assert_non_null(c.personality);
	c.check = true;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), 0);
	return m;
}

static struct process *
spawn(struct machine *m, const char *name)
{
	struct process *p;

	assert_int_equal(sim_spawn(m, name, 0, NULL, NULL, &p), 0);
	return p;
}

static int
call(struct machine *m, struct process *p, const char *name, const char *str,
    uint64_t a, uint64_t b, uint64_t c, uint64_t *ret)
{
	const struct sim_call call = {
		.no = (enum sim_sysno)sim_sysbyname(name),
		.str = str,
		.arg = { a, b, c },
	};

	return sim_syscall(m, p, &call, ret);
}

static uint64_t
konst(const struct process *p, const char *name)
{
	uint64_t v;

	assert_int_equal(sim_const_value(p->personality, name, &v), 0);
	return v;
}

static void
ok(struct machine *m)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	if (why != NULL)
		fail_msg("%s", why);
}

/* ------------------------------------------------------- configuration ---- */

static void
test_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t v;
	} good[] = {
		{ "0", 0 },
		{ "4096", 4096 },
		{ "64K", 65536 },
		{ "16m", 16 << 20 },
		{ "2G", (uint64_t)2 << 30 },
		{ "1T", (uint64_t)1 << 40 },
		{ "0x1000", 4096 },
		{ "18446744073709551615", UINT64_MAX },
		{ "0xffffffffffffffff", UINT64_MAX },
	};
	static const char *const bad[] = {
		"",
		"K",
		"1KB",
		"-1",
		"0x",
		"1.5M",
		"18446744073709551616",
		"99999999T",
		"0x10000000000000000",
		" 1",
		"4096 ",
	};
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < NELEM(good); i++) {
		assert_int_equal(sim_parse_size(good[i].text, &v), 0);
		assert_true(v == good[i].v);
	}
	for (size_t i = 0; i < NELEM(bad); i++)
		assert_int_equal(sim_parse_size(bad[i], &v), EINVAL);
}

static void
test_config(void **state)
{
	static const struct {
		const char *pair, *err;
	} bad[] = {
		{ "ram", "expected KEY=VALUE, got \"ram\"" },
		{ "rma=64M", "unknown machine key \"rma\"; did you mean ram?" },
		{ "colour=red",
		    "unknown machine key \"colour\"; known: arch "
		    "ram swap disk seed maxuser personality superpages policy "
		    "frames domains numa cpus tlb tags check" },
		{ "ram=1",
		    "ram=1: expected a size from 64K to 8T, whole "
		    "pages" },
		{ "arch=vax",
		    "arch=vax: expected a machine: amd64, amd64-la57, i386, "
		    "i386-pae, arm64, arm64-16k, arm64-64k, riscv64, "
		    "riscv64-sv48, riscv64-sv57 or power" },
		{ "maxuser=0xbfbfe001",
		    "maxuser=0xbfbfe001: expected an address of whole pages "
		    "from 1G, or 0" },
		{ "maxuser=4K",
		    "maxuser=4K: expected an address of whole pages from 1G, "
		    "or 0" },
		{ "maxuser=kernel",
		    "maxuser=kernel: expected an address of whole pages from "
		    "1G, or 0" },
		{ "swap=1M:slow",
		    "swap=1M:slow: \"slow\": expected pri=N, file, crypt, "
		    "disk=KIND or name=PATH" },
		{ "disk=drum",
		    "disk=drum: expected a kind of disk: flat, ssd, hdd, nvme "
		    "or none" },
		{ "seed=x", "seed=x: expected a number" },
		{ "tags=yes", "tags=yes: expected on or off" },
		{ "personality=plan9",
		    "personality=plan9: expected freebsd, "
		    "netbsd, openbsd or linux" },
	};
	struct sim_config c;
	char err[200];

	(void)state;
	sim_config_default(&c);
	for (size_t i = 0; i < NELEM(bad); i++) {
		assert_int_equal(sim_config_set(&c, bad[i].pair, err,
				     sizeof(err)),
		    EINVAL);
		assert_string_equal(err, bad[i].err);
	}
	assert_int_equal(sim_config_set(&c, "ram=64M", err, 200), 0);
	assert_int_equal(sim_config_set(&c, "arch=amd64", err, 200), 0);
	assert_int_equal(sim_config_set(&c, "swap=0", err, 200), 0);
	assert_int_equal(sim_config_set(&c, "seed=7", err, 200), 0);
	assert_int_equal(sim_config_set(&c, "tags=off", err, 200), 0);
	assert_int_equal(sim_config_set(&c, "check=on", err, 200), 0);
	assert_int_equal(sim_config_set(&c, "personality=linux", err, 200), 0);
	assert_true(c.ram == (uint64_t)64 << 20 && c.seed == 7 && !c.tags &&
	    c.check && c.personality == &sim_linux);
}

static void
test_names(void **state)
{
	static const char *const words[] = { "mmap", "munmap", "mprotect" };

	(void)state;
	assert_string_equal(sim_errname(ENOMEM), "ENOMEM");
	assert_string_equal(sim_errname(123456), "E?");
	assert_int_equal(sim_errbyname("EOVERFLOW"), EOVERFLOW);
	assert_int_equal(sim_errbyname("ENOSUCH"), -1);
	assert_string_equal(sim_sysname(SIM_SYS_MREMAP), "mremap");
	assert_int_equal(sim_sysbyname("nosuch"), -1);
	assert_string_equal(sim_suggest("mprotetc", words, 3), "mprotect");
	assert_string_equal(sim_suggest("mmpa", words, 3), "mmap");
	assert_null(sim_suggest("socket", words, 3));
	assert_null(sim_suggest("", words, 3));
	assert_null(sim_personality_byname("plan9"));
}

/* ----------------------------------------------------------- processes ---- */

static void
test_life(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh"), *c, *g, *other;
	uint64_t pid, fd, free_before = m->vm.exp.free;

	(void)state;
	assert_int_equal(sim_spawn(m, "sh", 0, NULL, NULL, &other), EEXIST);
	assert_int_equal(sim_spawn(m, "b", p->pid, NULL, NULL, &other), EEXIST);
	assert_non_null(sim_file_get(m, "/etc/motd", 8192, SIM_FILE_REG));
	assert_int_equal(call(m, p, "open", "/etc/motd", 0, 0, 0, &fd), 0);
	assert_int_equal(call(m, p, "fork", "c", 0, 0, 0, &pid), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_ptr_equal(sim_process_byname(m, "c"), c);
	assert_int_equal(c->ppid, p->pid);
	assert_non_null(sim_fd_get(c, fd));
	assert_int_equal(call(m, p, "fork", "c", 0, 0, 0, &pid), EEXIST);
	assert_int_equal(call(m, c, "vfork", NULL, 0, 0, 0, &pid), 0);
	g = sim_process_bypid(m, (int)pid);
	assert_ptr_equal(g->vmspace, c->vmspace);
	assert_ptr_equal(g->vfork_parent, c);
	assert_int_equal(call(m, g, "exec", "/bin/ls", 0, 0, 0, NULL), 0);
	assert_ptr_not_equal(g->vmspace, c->vmspace);
	assert_null(g->vfork_parent);
	assert_string_equal(g->image, "/bin/ls");
	assert_int_equal(call(m, g, "exec", "", 0, 0, 0, NULL), ENOENT);
	assert_int_equal(call(m, g, "exit", NULL, 3, 0, 0, NULL), 0);
	assert_int_equal(g->state, SIM_EXITED);
	assert_int_equal(g->exit_status, 3);
	assert_int_equal(call(m, g, "munmap", NULL, 0, 0, 0, NULL), ESRCH);
	assert_int_equal(sim_access(m, g, 0x1000, 1, 1, NULL), ESRCH);
	sim_process_reap(m, g);
	assert_null(sim_process_bypid(m, (int)pid));
	sim_process_exit(m, c, 0, 11);
	assert_int_equal(c->exit_signal, 11);
	assert_int_equal(m->vm.exp.free, free_before);
	assert_int_equal(m->vm.exp.forks, 2);
	assert_int_equal(m->vm.exp.forks_sharevm, 1);
	ok(m);
	sim_machine_destroy(m);
}

static void
test_vfork_parent_exits_first(void **state)
{
	struct machine *m = new_machine("netbsd");
	struct process *p = spawn(m, "sh"), *c;
	uint64_t pid;

	(void)state;
	assert_int_equal(call(m, p, "vfork", "c", 0, 0, 0, &pid), 0);
	c = sim_process_bypid(m, (int)pid);
	sim_process_exit(m, p, 0, 0);
	assert_null(c->vfork_parent);
	assert_int_equal(c->vmspace->vm_refcnt, 1);
	ok(m);
	sim_process_exit(m, c, 0, 0);
	ok(m);
	sim_machine_destroy(m);
}

static void
test_image(void **state)
{
	static const struct sim_segment good[] = {
		{ 0x400000, 0x402000, 5, false, SIM_SEG_FILE, 0, "/bin/x" },
		{ 0x402000, 0x404000, 3, false, SIM_SEG_FILE, 0x2000,
		    "/bin/x" },
		{ 0x404000, 0x405000, 3, false, SIM_SEG_ANON, 0, NULL },
		{ 0x600000, 0x602000, 3, false, SIM_SEG_HEAP, 0, NULL },
		{ 0x700000, 0x701000, 3, true, SIM_SEG_ANON, 0, NULL },
		{ 0x7ffe0000, 0x7fff0000, 3, false, SIM_SEG_STACK, 0, NULL },
		{ 0x7fff2000, 0x7fff3000, 5, false, SIM_SEG_SPECIAL, 0,
		    "[vdso]" },
	};
	static const struct sim_segment overlap[] = {
		{ 0x400000, 0x402000, 5, false, SIM_SEG_FILE, 0, "/bin/x" },
		{ 0x401000, 0x404000, 3, false, SIM_SEG_ANON, 0, NULL },
	};
	static const struct sim_segment ragged[] = {
		{ 0x400000, 0x400010, 5, false, SIM_SEG_ANON, 0, NULL },
	};
	struct sim_image image = { "/bin/x", good, NELEM(good), 0 };
	struct machine *m = new_machine("linux");
	struct vmspace *vms;
	struct process *p, *q;
	uint32_t before;

	(void)state;
	assert_int_equal(sim_spawn(m, "x", 0, NULL, &image, &p), 0);
	vms = p->vmspace;
	assert_true(p->brk_start == 0x600000 && p->brk == 0x602000);
	assert_true(p->stack_top == 0x7fff0000);
	assert_true(vms->vm_taddr == 0x400000 && vms->vm_tsize == 2);
	assert_true(vms->vm_daddr == 0x402000 && vms->vm_ssize == 16);
	image.brk_start = 0x500000;
	assert_int_equal(sim_spawn(m, "y", 0, NULL, &image, &q), 0);
	assert_true(q->brk_start == 0x500000);
	before = HASH_COUNT(m->procs);
	image = (struct sim_image){ "/bin/x", overlap, 2, 0 };
	assert_int_equal(sim_spawn(m, "z", 0, NULL, &image, &q), EINVAL);
	image = (struct sim_image){ "/bin/x", ragged, 1, 0 };
	assert_int_equal(sim_spawn(m, "z", 0, NULL, &image, &q), EINVAL);
	assert_int_equal(HASH_COUNT(m->procs), before);
	/* A failed exec leaves the old image. */
	const struct sim_call bad = { .no = SIM_SYS_EXEC,
		.str = "/bin/x",
		.image = &image };
	assert_int_equal(sim_syscall(m, p, &bad, NULL), EINVAL);
	assert_ptr_equal(p->vmspace, vms);
	assert_true(p->brk_start == 0x600000);
	ok(m);
	sim_machine_destroy(m);
}

/* --------------------------------------------------------------- files ---- */

static void
test_files(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh");
	uint64_t creat = konst(p, "O_CREAT"), excl = konst(p, "O_EXCL");
	uint64_t trunc = konst(p, "O_TRUNC"), fd, fd2;
	struct sim_file *f;

	(void)state;
	assert_int_equal(call(m, p, "open", "/a", 0, 0, 0, &fd), ENOENT);
	assert_int_equal(call(m, p, "open", "", 0, 0, 0, &fd), ENOENT);
	assert_int_equal(call(m, p, "open", "/a", 3, 0, 0, &fd), EINVAL);
	assert_int_equal(call(m, p, "open", "/a", creat | 2, 0, 0, &fd), 0);
	assert_int_equal(fd, 3);
	assert_int_equal(call(m, p, "open", "/a", creat | excl, 0, 0, &fd2),
	    EEXIST);
	f = sim_fd_get(p, fd)->file;
	assert_ptr_equal(sim_file_byobject(m, f->object), f);
	assert_int_equal(call(m, p, "ftruncate", NULL, fd, 8192, 0, NULL), 0);
	assert_true(f->object->size == 8192);
	assert_int_equal(call(m, p, "ftruncate", NULL, fd, UINT64_MAX, 0, NULL),
	    EINVAL);
	assert_int_equal(call(m, p, "ftruncate", NULL, 99, 0, 0, NULL), EBADF);
	assert_int_equal(call(m, p, "open", "/a", 0, 0, 0, &fd2), 0);
	assert_int_equal(fd2, 4);
	assert_int_equal(call(m, p, "ftruncate", NULL, fd2, 0, 0, NULL),
	    EINVAL);
	assert_int_equal(call(m, p, "unlink", "/a", 0, 0, 0, NULL), 0);
	assert_int_equal(call(m, p, "unlink", "/a", 0, 0, 0, NULL), ENOENT);
	assert_ptr_equal(m->unlinked, f);
	assert_int_equal(call(m, p, "close", NULL, fd, 0, 0, NULL), 0);
	assert_int_equal(call(m, p, "close", NULL, fd, 0, 0, NULL), EBADF);
	assert_non_null(m->unlinked);
	assert_int_equal(call(m, p, "close", NULL, fd2, 0, 0, NULL), 0);
	assert_null(m->unlinked);
	assert_int_equal(call(m, p, "open", "/b", creat | trunc | 1, 0, 0, &fd),
	    0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(call(m, p, "open", "/b", 0, 0, 0, &fd2), 0);
	assert_int_equal(fd2, 23);
	assert_non_null(sim_file_get(m, "/dir", 0, SIM_FILE_DIR));
	assert_int_equal(call(m, p, "open", "/dir", 1, 0, 0, &fd), EISDIR);
	assert_non_null(sim_file_get(m, "/dev/fb", 8192, SIM_FILE_DEV));
	assert_int_equal(call(m, p, "open", "/dev/fb", 2, 0, 0, &fd), 0);
	assert_int_equal(call(m, p, "ftruncate", NULL, fd, 0, 0, NULL), EINVAL);
	ok(m);
	sim_machine_destroy(m);
}

static void
test_memory_files(void **state)
{
	struct machine *m = new_machine("linux");
	struct process *p = spawn(m, "sh");
	char name[300], buf[64];
	uint64_t fd;

	(void)state;
	assert_int_equal(call(m, p, "memfd_create", "buf", 0, 0, 0, &fd), 0);
	assert_string_equal(sim_object_name(m, sim_fd_get(p, fd)->file->object,
				buf, sizeof(buf)),
	    "/memfd:buf");
	assert_int_equal(call(m, p, "ftruncate", NULL, fd, 4096, 0, NULL), 0);
	assert_int_equal(call(m, p, "close", NULL, fd, 0, 0, NULL), 0);
	assert_null(m->unlinked);
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(call(m, p, "memfd_create", name, 0, 0, 0, &fd),
	    EINVAL);
	assert_int_equal(call(m, p, "shm_open", "/s", konst(p, "O_CREAT") | 2,
			     0600, 0, &fd),
	    0);
	assert_int_equal(call(m, p, "shm_unlink", "/s", 0, 0, 0, NULL), 0);
	assert_int_equal(call(m, p, "shm_unlink", "/s", 0, 0, 0, NULL), ENOENT);
	ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------ segments ---- */

static void
test_segments(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh"), *c;
	uint64_t creat = konst(p, "IPC_CREAT"), excl = konst(p, "IPC_EXCL");
	uint64_t rmid = konst(p, "IPC_RMID"), id, id2, addr, pid;

	(void)state;
	assert_int_equal(call(m, p, "shmget", NULL, 42, 8192, 0, &id), ENOENT);
	assert_int_equal(call(m, p, "shmget", NULL, 42, 0, creat, &id), EINVAL);
	assert_int_equal(call(m, p, "shmget", NULL, 42, 8192, creat, &id), 0);
	assert_int_equal(call(m, p, "shmget", NULL, 42, 4096, 0, &id2), 0);
	assert_int_equal(id, id2);
	assert_int_equal(call(m, p, "shmget", NULL, 42, 16384, 0, &id2),
	    EINVAL);
	assert_int_equal(call(m, p, "shmget", NULL, 42, 8192, creat | excl,
			     &id2),
	    EEXIST);
	assert_int_equal(call(m, p, "shmat", NULL, id, 0, 0, &addr), 0);
	assert_int_equal(sim_access(m, p, addr, 8192, 2, NULL), 0);
	assert_int_equal(call(m, p, "fork", "c", 0, 0, 0, &pid), 0);
	c = sim_process_bypid(m, (int)pid);
	assert_int_equal(sim_shm_byid(m, (int)id)->nattch, 2);
	assert_int_equal(call(m, p, "shmctl", NULL, id, rmid, 0, NULL), 0);
	assert_int_equal(call(m, p, "shmctl", NULL, id, rmid + 77, 0, NULL),
	    EINVAL);
	assert_int_equal(call(m, p, "shmdt", NULL, addr, 0, 0, NULL), 0);
	assert_non_null(sim_shm_byid(m, (int)id));
	sim_process_exit(m, c, 0, 0);
	assert_null(sim_shm_byid(m, (int)id));
	assert_int_equal(call(m, p, "shmctl", NULL, id, rmid, 0, NULL), EINVAL);
	assert_int_equal(call(m, p, "shmget", NULL, 0, 4096, creat, &id), 0);
	assert_int_equal(call(m, p, "shmctl", NULL, id, rmid, 0, NULL), 0);
	assert_null(sim_shm_byid(m, (int)id));
	ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------ accesses ---- */

static void
test_accesses(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh");
	struct sim_signal sig;
	uint64_t before;

	(void)state;
	assert_int_equal(sim_access(m, p, 0, 1, 1, &sig), EFAULT);
	assert_string_equal(sig.signame, "SIGSEGV");
	assert_string_equal(sig.code, "SEGV_MAPERR");
	assert_int_equal(sim_access(m, p, UINT64_MAX, 8, 2, &sig), EFAULT);
	assert_int_equal(sim_access(m, p, 0x1000, 0, 2, &sig), 0);
	before = m->vm.refs.kind[1];
	assert_int_equal(sim_access(m, p, p->stack_top - 4097, 2, 2, &sig), 0);
	assert_int_equal(m->vm.refs.kind[1], before + 2);
	assert_int_equal(p->nrefs, 2);
	/* The page behind the stack: one page is touched, then it fails. */
	assert_int_equal(sim_access(m, p, p->vmspace->vm_taddr, 1, 2, &sig),
	    EACCES);
	assert_string_equal(sig.code, "SEGV_ACCERR");
	assert_true(sig.addr == p->vmspace->vm_taddr);
	ok(m);
	sim_machine_destroy(m);
}

static void
test_linux_stack_grows(void **state)
{
	struct machine *m = new_machine("linux");
	struct process *p = spawn(m, "sh");
	uint64_t size = p->vmspace->vm_ssize;
	vaddr_t low = p->stack_top - ((vaddr_t)size << 12);

	(void)state;
	assert_int_equal(sim_access(m, p, low - 65536, 8, 2, NULL), 0);
	assert_int_equal(p->vmspace->vm_ssize, size + 16);
	p->rlimit[SIM_RLIMIT_STACK].cur = 1 << 20;
	assert_int_equal(sim_access(m, p, p->stack_top - (2 << 20), 8, 2, NULL),
	    EFAULT);
	ok(m);
	sim_machine_destroy(m);
}

/* ------------------------------------------------------------- looking ---- */

static struct vm_event last_event;

static void
keep_event(void *ctx, const struct vm_event *ev)
{
	(void)ctx;
	last_event = *ev;
}

static void
test_events(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh");
	char buf[300];
	int n;

	(void)state;
	m->vm.event_fn = keep_event;
	assert_int_equal(sim_access(m, p, p->stack_top - 8, 1, 2, NULL), 0);
	assert_int_equal(last_event.kind, VM_EVENT_PTE);
	assert_ptr_equal(sim_event_process(m, &last_event), p);
	assert_true(sim_event_json(m, &last_event, buf, sizeof(buf)) > 0);
	assert_non_null(
	    strstr(buf, "{\"event\":\"pte\",\"pid\":2,\"va\":\"0x"));
	/* Every kind has a name and a sentence. */
	for (int k = 0; k < VM_EVENT_NKINDS; k++) {
		const struct vm_event ev = {
			.kind = (enum vm_event_kind)k,
			.va = 0x1000,
			.a = 2,
			.b = 3,
			.c = 1,
		};

		assert_non_null(sim_event_name(ev.kind));
		assert_true(sim_event_sentence(m, &ev, buf, sizeof(buf)) > 8);
		assert_null(strchr(buf, '{'));
		assert_null(strchr(buf, '%'));
	}
	const struct vm_event ev = { .kind = VM_EVENT_PROTECT,
		.va = 0x1000,
		.a = 0x3000,
		.b = 1,
		.c = 3 };
	n = sim_event_sentence(m, &ev, buf, sizeof(buf));
	assert_int_equal(n, (int)strlen(buf));
	assert_string_equal(buf, "protection of 0x1000-0x3000 is r--, was rw-");
	assert_int_equal(sim_event_sentence(m, &ev, buf, 5),
	    (int)strlen("protection of 0x1000-0x3000 is r--, was rw-"));
	assert_string_equal(buf, "prot");
	sim_machine_destroy(m);
}

static void
test_clock_and_stats(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh");
	uint64_t t, v;
	struct sim_stat s;
	size_t n = 0;

	(void)state;
	t = sim_clock(m);
	assert_int_equal(call(m, p, "munlockall", NULL, 0, 0, 0, NULL), 0);
	assert_int_equal(sim_clock(m), t + 100);
	t = sim_clock(m);
	assert_int_equal(sim_access(m, p, p->stack_top - 8, 1, 2, NULL), 0);
	/* a reference, a fault, an amap made, a page zeroed */
	assert_int_equal(sim_clock(m), t + 1 + 500 + 300 + 200);
	assert_true(sim_stat_byname(m, "flt_przero", &v));
	assert_int_equal(v, m->vm.exp.flt_przero);
	assert_false(sim_stat_byname(m, "nosuch", &v));
	while (sim_stat_at(m, n, &s))
		n++;
	assert_true(n > 90);
	sim_machine_destroy(m);
}

static void
test_random_and_kva(void **state)
{
	struct machine *a = new_machine("freebsd"), *b;
	struct process *p = spawn(a, "sh");
	struct vm_map_entry *e = p->vmspace->vm_map.header.next;

	(void)state;
	b = new_machine("freebsd");
	assert_true(sim_random(a) == sim_random(b));
	assert_true(sim_random(a) != sim_random(a));
	assert_true(sim_kva_entry(a, e) != sim_kva_entry(a, e->next));
	assert_int_equal(sim_kva_object(a, NULL), 0);
	assert_int_equal(sim_kva_amap(a, NULL), 0);
	assert_true(sim_kva_map(a, &p->vmspace->vm_map) >> 32 == 0xffff8100);
	assert_true(
	    sim_kva_pmap(a, p->vmspace->vm_map.pmap) >> 32 == 0xffff8100);
	sim_machine_destroy(a);
	sim_machine_destroy(b);
}

static void
expect_broken(struct machine *m, const char *what)
{
	char buf[200];
	const char *why = machine_check(m, buf, sizeof(buf));

	assert_non_null(why);
	if (strstr(why, what) == NULL)
		fail_msg("expected %s, got: %s", what, why);
}

static void
test_check_names_it(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh");
	uint64_t fd, id, addr;

	(void)state;
	assert_non_null(sim_file_get(m, "/f", 4096, SIM_FILE_REG));
	assert_int_equal(call(m, p, "open", "/f", 0, 0, 0, &fd), 0);
	assert_int_equal(call(m, p, "shmget", NULL, 0, 4096, 01000, &id), 0);
	assert_int_equal(call(m, p, "shmat", NULL, id, 0, 0, &addr), 0);
	sim_fd_get(p, fd)->file->opens++;
	expect_broken(m, "X1");
	sim_fd_get(p, fd)->file->opens--;
	sim_shm_byid(m, (int)id)->nattch++;
	expect_broken(m, "X2");
	sim_shm_byid(m, (int)id)->nattch--;
	sim_fd_get(p, fd)->file->object->refs++;
	expect_broken(m, "O2");
	sim_fd_get(p, fd)->file->object->refs--;
	p->state = SIM_EXITED;
	expect_broken(m, "X4");
	p->state = SIM_RUNNING;
	/* check=on turns it into an error of the operation */
	p->vmspace->vm_map.size += 4096;
	assert_int_equal(call(m, p, "munlockall", NULL, 0, 0, 0, NULL),
	    ENOTRECOVERABLE);
	assert_non_null(strstr(m->error.why, "M8"));
	p->vmspace->vm_map.size -= 4096;
	ok(m);
	sim_machine_destroy(m);
}

static void
test_limits(void **state)
{
	struct machine *m = new_machine("freebsd");
	struct process *p = spawn(m, "sh");

	(void)state;
	p->uid = 1000;
	assert_int_equal(call(m, p, "setrlimit", NULL, SIM_NLIMITS, 1, 1, NULL),
	    EINVAL);
	assert_int_equal(call(m, p, "setrlimit", NULL, SIM_RLIMIT_AS, 2, 1,
			     NULL),
	    EINVAL);
	assert_int_equal(call(m, p, "setrlimit", NULL, SIM_RLIMIT_AS, 1 << 30,
			     1 << 30, NULL),
	    0);
	assert_int_equal(call(m, p, "setrlimit", NULL, SIM_RLIMIT_AS, 1 << 30,
			     1u << 31, NULL),
	    EPERM);
	assert_int_equal(p->rlimit[SIM_RLIMIT_AS].cur, 1 << 30);
	sim_machine_destroy(m);
}

static void
test_too_small(void **state)
{
	struct sim_config c;
	struct machine *m;
	char err[200];

	(void)state;
	sim_config_default(&c);
	c.ram = 0;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), EINVAL);
	assert_string_equal(err, "no machine has 0 bytes of RAM");
	sim_config_default(&c);
	c.arch = pmap_geometry_byname("i386");
	c.ram = (uint64_t)4 << 30;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), EINVAL);
	assert_string_equal(err,
	    "ram=4294967296: arch=i386 has room for 4294963200 bytes at most");
	c.ram = (uint64_t)1 << 20;
	c.maxuser = 0xd0000000;
	assert_int_equal(sim_machine_create(&c, &m, err, sizeof(err)), EINVAL);
	assert_string_equal(err,
	    "maxuser=0xd0000000: the user addresses of arch=i386 end at "
	    "0xcfbfe000 at most");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_vfork_parent_exits_first),
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_memory_files),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_accesses),
		cmocka_unit_test(test_linux_stack_grows),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_clock_and_stats),
		cmocka_unit_test(test_random_and_kva),
		cmocka_unit_test(test_check_names_it),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_small),
	};

	return cmocka_run_group_tests_name("sim/machine", tests, NULL, NULL);
}
