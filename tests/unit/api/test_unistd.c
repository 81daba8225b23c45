/*
 * Who a program is, with and without a machine, and whose limits it has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The host's answers, before the client header takes the names. */
static pid_t host_pid, host_ppid;
static uid_t host_uid;
static gid_t host_gid;
static struct rlimit host_nofile, host_stack;

static void
ask_host(void)
{
	host_pid = getpid();
	host_ppid = getppid();
	host_uid = getuid();
	host_gid = getgid();
	getrlimit(RLIMIT_NOFILE, &host_nofile);
	getrlimit(RLIMIT_STACK, &host_stack);
}

#include "api/include/bsd_resource.h"
#include "api/include/bsd_unistd.h"
#include "api/context.h"
#include "api/include/uvmsim.h"
#include "host_memory.h"
#include "sim/sim.h"

static void
test_no_machine(void **state)
{
	struct rlimit rl;
	struct rusage ru;

	(void)state;
	assert_int_equal(setenv("UVMSIM_CORE", "/nonexistent/core", 1), 0);
	errno = EDOM;
	assert_int_equal(getpid(), host_pid);
	assert_int_equal(getppid(), host_ppid);
	assert_int_equal(getuid(), host_uid);
	assert_int_equal(geteuid(), host_uid);
	assert_int_equal(getgid(), host_gid);
	assert_int_equal(getegid(), host_gid);
	assert_int_equal((size_t)getpagesize(), host_page());
	assert_int_equal((size_t)sysconf(_SC_PAGESIZE), host_page());
	assert_int_equal(errno, EDOM);
	assert_int_equal(getrlimit(RLIMIT_STACK, &rl), 0);
	assert_true(rl.rlim_cur == host_stack.rlim_cur);
	assert_int_equal(getrusage(RUSAGE_SELF, &ru), 0);
	assert_true(ru.ru_maxrss > 0); /* the host's */
}

static void
test_limits(void **state)
{
	char *host = host_memory(1);
	struct rlimit rl, *edge;
	struct sim_config config;
	struct process *p;
	struct machine *m;
	char err[200];

	(void)state;
	edge = (struct rlimit *)(void *)(host + host_page() - 8);
	sim_config_default(&config);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, &sim_freebsd, NULL, &p), 0);
	assert_int_equal(api_attach(m, p->pid), 0);
	assert_int_equal(getrlimit(RLIMIT_STACK, &rl), 0);
	assert_int_equal(rl.rlim_cur, p->rlimit[SIM_RLIMIT_STACK].cur);
	assert_int_equal(getrlimit(RLIMIT_AS, &rl), 0);
	assert_true(rl.rlim_cur == RLIM_INFINITY);
	rl = (struct rlimit){ 4096, RLIM_INFINITY };
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &rl), 0);
	assert_int_equal(p->rlimit[SIM_RLIMIT_MEMLOCK].cur, 4096);
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &rl), 0);
	assert_int_equal(rl.rlim_cur, 4096);
	assert_true(rl.rlim_max == RLIM_INFINITY);
	rl = (struct rlimit){ 2, 1 };
	assert_int_equal(setrlimit(RLIMIT_DATA, &rl), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(getrlimit(RLIMIT_DATA, edge), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(setrlimit(RLIMIT_DATA, edge), -1);
	assert_int_equal(errno, EFAULT);
	/* What the simulator has no limits of is the host's. */
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &rl), 0);
	assert_true(rl.rlim_cur == host_nofile.rlim_cur);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &rl), 0);
	rl.rlim_cur = rl.rlim_max - 1;
	rl.rlim_max = rl.rlim_cur - 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &rl), -1);
	assert_int_equal(errno, EINVAL);
	p->gid = 77;
	assert_int_equal(getgid(), 77);
	assert_int_equal(getegid(), 77);
	assert_int_equal(uvmsim_setpid(0), 0);
	assert_int_equal(getrlimit(RLIMIT_DATA, &rl), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(setrlimit(RLIMIT_DATA, &rl), -1);
	assert_int_equal(errno, ESRCH);
	uvmsim_close();
	sim_machine_destroy(m);
	host_memory_free(host, 1);
}

/* The environment is looked at once in each thread, so each row has its own. */
struct row {
	const char *pid, *uid; /* NULL: not set */
	const char *says;      /* NULL: a machine is there */
	int is_pid;            /* 0: an observer */
	unsigned is_uid;
};

static char script[] = "/tmp/uvmsim-unistd.XXXXXX";

static void
set(const char *name, const char *value)
{
	if (value != NULL)
		assert_int_equal(setenv(name, value, 1), 0);
	else
		assert_int_equal(unsetenv(name), 0);
}

static void *
look(void *arg)
{
	const struct row *row = arg;
	const int status = uvmsim_setpid(-1); /* nobody */

	assert_int_equal(status, -1);
	assert_int_equal(errno, row->says == NULL ? ESRCH : ENXIO);
	if (row->says != NULL) {
		assert_string_equal(uvmsim_errmsg(), row->says);
		assert_int_equal(uvmsim_setuid(1), -1);
		assert_int_equal(errno, ENXIO);
		assert_int_equal(uvmsim_touch(script, 1, 1), -1);
		assert_int_equal(errno, ENXIO);
	} else {
		assert_int_equal(getpid(), row->is_pid != 0 ? row->is_pid : 4);
		assert_int_equal(getppid(), row->is_pid == 2 ? 0 : 2);
		assert_int_equal(getuid(), row->is_uid);
		assert_int_equal(getgid(), 0);
		assert_int_equal(uvmsim_touch(script, 1, 8), -1);
		assert_int_equal(errno, row->is_pid != 0 ? EINVAL : ESRCH);
	}
	uvmsim_close();
	return NULL;
}

static void
test_environment(void **state)
{
	static struct row rows[] = {
		{ NULL, NULL, NULL, 0, 0 },
		{ "", "", NULL, 0, 0 },
		{ "2", NULL, NULL, 2, 0 },
		{ "3", "9", NULL, 3, 9 },
		{ NULL, "4294967295", NULL, 0, 4294967295u },
		{ "2x", NULL,
		    "UVMSIM_PID=2x is not a number from 0 to "
		    "2147483647",
		    0, 0 },
		{ "-2", NULL,
		    "UVMSIM_PID=-2 is not a number from 0 to "
		    "2147483647",
		    0, 0 },
		{ "2147483648", NULL,
		    "UVMSIM_PID=2147483648 is not a number from 0 to "
		    "2147483647",
		    0, 0 },
		{ "99999999999999999999", NULL,
		    "UVMSIM_PID=99999999999999999999 is not a number from 0 "
		    "to 2147483647",
		    0, 0 },
		{ "2", "root",
		    "UVMSIM_UID=root is not a number from 0 to 4294967295", 0,
		    0 },
		{ "77", NULL, "no process 77 is running", 0, 0 },
	};
	static const char text[] = "spawn a image=none\n"
				   "a: fork b\n";
	int fd = mkstemp(script);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	set("UVMSIM_CORE", script);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pthread_t thread;

		set("UVMSIM_PID", rows[i].pid);
		set("UVMSIM_UID", rows[i].uid);
		assert_int_equal(pthread_create(&thread, NULL, look, &rows[i]),
		    0);
		assert_int_equal(pthread_join(thread, NULL), 0);
	}
	unlink(script);
	set("UVMSIM_PID", NULL);
	set("UVMSIM_UID", NULL);
	set("UVMSIM_CORE", NULL);
}

/* A machine of 1M with swap: pages come in new, and back. */
static void
test_usage(void **state)
{
	char *host = host_memory(1);
	struct sim_config config;
	struct process *p;
	struct machine *m;
	struct rusage ru;
	uint64_t buf;
	char err[200];

	(void)state;
	sim_config_default(&config);
	config.personality = &sim_netbsd;
	assert_int_equal(sim_config_set(&config, "ram=1M", err, 200), 0);
	assert_int_equal(sim_config_set(&config, "swap=8M", err, 200), 0);
	assert_int_equal(sim_machine_create(&config, &m, err, sizeof(err)), 0);
	assert_int_equal(sim_spawn(m, "sh", 0, &sim_netbsd, NULL, &p), 0);
	assert_int_equal(api_attach(m, p->pid), 0);
	assert_int_equal(sim_syscall(m, p,
			     &(struct sim_call){ .no = SIM_SYS_MMAP,
				 .arg = { 0, 2 << 20, 3, 0x1002, UINT64_MAX,
				     0 } },
			     &buf),
	    0);
	assert_int_equal(sim_access(m, p, buf, 2 << 20, VM_PROT_WRITE, NULL),
	    0);
	assert_int_equal(sim_access(m, p, buf, 5 * 4096, VM_PROT_READ, NULL),
	    0);
	assert_int_equal(getrusage(RUSAGE_SELF, &ru), 0);
	assert_int_equal(ru.ru_minflt, 512);
	assert_int_equal(ru.ru_majflt, 5);
	assert_int_equal(ru.ru_nswap, 0);
	assert_int_equal(ru.ru_maxrss, 0);
	assert_int_equal(getrusage(RUSAGE_CHILDREN, &ru), 0);
	assert_int_equal(ru.ru_minflt, 0);
	assert_int_equal(getrusage(77, &ru), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(getrusage(RUSAGE_SELF,
			     (struct rusage *)(void *)(host + host_page() - 8)),
	    -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(uvmsim_setpid(0), 0);
	assert_int_equal(getrusage(RUSAGE_SELF, &ru), -1);
	assert_int_equal(errno, ESRCH);
	uvmsim_close();
	sim_machine_destroy(m);
	host_memory_free(host, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_machine),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_environment),
	};

	ask_host();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
