/*
 * thousand.c: a thousand machines in eight threads.
 *
 * Each machine is given the same random references in a memory of another size.
 * Nothing is shared, nothing is locked; the result does not depend on which
 * thread had which machine.
 *
 *	cc -o thousand thousand.c -pthread $(pkg-config --cflags --libs uvmsim)
 */
#include <pthread.h>
#include <stdio.h>
#include <uvmsim.h>

#define MACHINES 1000
#define THREADS 8
#define PAGES 200
#define REFERENCES 5000

static uint64_t faults[MACHINES];

/* => 0 or -1 */
static int
run_machine(unsigned number)
{
	struct uvmsim *u;
	char config[64];
	uint64_t mem;
	int pid, result = -1;

	snprintf(config, sizeof(config), "seed=1,policy=clock,frames=%u",
	    1 + number * PAGES / MACHINES);
	if (uvmsim_create(&u, config) == -1)
		return -1;
	/* 0x1002: MAP_ANON and MAP_PRIVATE of FreeBSD */
	if ((pid = uvmsim_spawn(u, "p", 0, "freebsd", NULL)) != -1 &&
	    uvmsim_sys_mmap(u, pid, 0, PAGES * 4096, UVMSIM_READ, 0x1002, -1, 0,
		&mem) == 0) {
		for (unsigned i = 0; i < REFERENCES; i++) {
			uint64_t page = uvmsim_random(u) % PAGES;

			uvmsim_access(u, pid, mem + page * 4096, 1, UVMSIM_READ,
			    NULL);
		}
		result = uvmsim_counter(u, "faults", &faults[number]);
	}
	uvmsim_destroy(u);
	return result;
}

static void *
work(void *arg)
{
	for (unsigned i = *(const unsigned *)arg; i < MACHINES; i += THREADS)
		if (run_machine(i) == -1)
			fprintf(stderr, "%u: %s\n", i, uvmsim_errmsg());
	return NULL;
}

int
main(void)
{
	pthread_t thread[THREADS];
	unsigned first[THREADS];

	for (unsigned i = 0; i < THREADS; i++) {
		first[i] = i;
		if (pthread_create(&thread[i], NULL, work, &first[i]) != 0)
			return 1;
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (unsigned i = 0; i < MACHINES; i += 199)
		printf("%3u frames: %5llu faults\n", 1 + i * PAGES / MACHINES,
		    (unsigned long long)faults[i]);
	return 0;
}
