/*
 * compare.c: the same loop under several replacement policies.
 *
 *	cc -o compare compare.c $(pkg-config --cflags --libs uvmsim)
 *	./compare lru ./bip.so
 */
#include <stdio.h>
#include <uvmsim.h>

#define PAGES 50  /* of the loop */
#define FRAMES 49 /* that it has */
#define ROUNDS 100

/* => faults of the loop, or -1 */
static long long
faults_under(const char *policy)
{
	struct uvmsim_ref loop[PAGES];
	char config[200];
	struct uvmsim *u;
	uint64_t mem, flags, page, n = 0;
	int pid, ok;

	snprintf(config, sizeof(config), "policy=%s,frames=%d", policy, FRAMES);
	if (uvmsim_create(&u, config) == -1)
		return -1;
	page = uvmsim_page_size(u);
	ok = (pid = uvmsim_spawn(u, "loop", 0, NULL, NULL)) != -1 &&
	    uvmsim_flags(u, pid, "MAP_ANON|MAP_PRIVATE", &flags) == 0 &&
	    uvmsim_sys_mmap(u, pid, 0, PAGES * page, UVMSIM_READ, flags, -1, 0,
		&mem) == 0;
	for (int i = 0; ok && i < PAGES; i++)
		loop[i] = uvmsim_ref(mem + (uint64_t)i * page, UVMSIM_READ);
	for (int i = 0; ok && i < ROUNDS; i++)
		ok = uvmsim_access_batch(u, pid, loop, PAGES, NULL, NULL) == 0;
	ok = ok && uvmsim_counter(u, "faults", &n) == 0;
	uvmsim_destroy(u);
	return ok ? (long long)n : -1;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		long long n = faults_under(argv[i]);

		if (n == -1) {
			fprintf(stderr, "%s: %s\n", argv[i], uvmsim_errmsg());
			return 1;
		}
		printf("%-12s %5lld faults in %d references\n", argv[i], n,
		    PAGES * ROUNDS);
	}
	return 0;
}
