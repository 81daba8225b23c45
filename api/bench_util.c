/*
 * What the benchmarks share: time, chance, a machine to work on, children.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

double
api_bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* xorshift64*: quick, and the same on every host. */
uint64_t
api_bench_random(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1du;
}

uint64_t
api_bench_part(const struct bench *b, uint64_t n)
{
	return b->less != 0 && n >= b->less ? n / b->less : n;
}

uint32_t *
api_bench_shuffle(uint32_t n, uint64_t seed)
{
	uint32_t *p = malloc(n * sizeof(*p));

	if (p == NULL)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t j = (uint32_t)(api_bench_random(&seed) % (i + 1u));

		p[i] = i;
		p[i] = p[j];
		p[j] = i;
	}
	return p;
}

struct machine *
api_bench_machine(uint64_t ram, struct process **p)
{
	struct sim_config config;
	struct machine *m;
	char err[256];

	sim_config_default(&config);
	config.ram = ram;
	config.tags = false;
	if (sim_machine_create(&config, &m, err, sizeof(err)) != 0)
		return NULL;
	if (sim_spawn(m, "bench", 0, &sim_freebsd, NULL, p) != 0) {
		sim_machine_destroy(m);
		return NULL;
	}
	return m;
}

bool
api_bench_map(struct machine *m, struct process *p, vaddr_t va, vsize_t len,
    vm_prot_t prot)
{
	uint64_t private, fixed, anon, ret;
	struct sim_call call = { .no = SIM_SYS_MMAP };

	if (sim_const_value(&sim_freebsd, "MAP_PRIVATE", &private) != 0 ||
	    sim_const_value(&sim_freebsd, "MAP_FIXED", &fixed) != 0 ||
	    sim_const_value(&sim_freebsd, "MAP_ANON", &anon) != 0)
		return false;
	call.arg[0] = va;
	call.arg[1] = len;
	call.arg[2] = prot;
	call.arg[3] = private | fixed | anon;
	call.arg[4] = UINT64_MAX;
	return sim_syscall(m, p, &call, &ret) == 0;
}

double
api_bench_rss(void)
{
	FILE *fp = fopen("/proc/self/statm", "r");
	unsigned long size, resident = 0;

	if (fp == NULL)
		return NAN;
	if (fscanf(fp, "%lu %lu", &size, &resident) != 2)
		resident = 0;
	fclose(fp);
	return resident != 0 ?
	    (double)resident * (double)sysconf(_SC_PAGESIZE) :
	    NAN;
}

bool
api_bench_in_child(bool (*fn)(void *), void *arg, size_t len)
{
	int fd[2], status;
	ssize_t got = -1;
	pid_t pid;

	if (pipe(fd) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		_exit(!fn(arg) || write(fd[1], arg, len) != (ssize_t)len);
	close(fd[1]);
	if (pid != -1) {
		got = read(fd[0], arg, len);
		(void)waitpid(pid, &status, 0);
	}
	close(fd[0]);
	return got == (ssize_t)len;
}

struct child {
	double (*fn)(uint64_t);
	uint64_t arg;
	double v;
};

static bool
run_child(void *arg)
{
	struct child *c = arg;

	c->v = c->fn(c->arg);
	return true;
}

double
api_bench_child(double (*fn)(uint64_t), uint64_t arg)
{
	struct child c = { .fn = fn, .arg = arg };

	return api_bench_in_child(run_child, &c, sizeof(c)) ? c.v : NAN;
}
