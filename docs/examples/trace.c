/*
 * trace.c: a trace in memories of several sizes.
 *
 *	cc -o trace trace.c $(pkg-config --cflags --libs uvmsim)
 *	./trace ls.lackey.xz 16 64 256
 */
#include <stdio.h>
#include <stdlib.h>
#include <uvmsim.h>

static void
complain(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	fprintf(stderr, "%.*s\n", (int)len, text);
}

int
main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		char config[100];
		struct uvmsim_replay r = { .size = sizeof(r),
			.path = argv[1],
			.config = config,
			.report = complain };
		struct uvmsim *u;

		snprintf(config, sizeof(config), "policy=lru,frames=%d",
		    atoi(argv[i]));
		if (uvmsim_replay(&u, &r) == -1) {
			fprintf(stderr, "%s\n", uvmsim_errmsg());
			return 1;
		}
		printf("%5s pages: %8llu misses of %llu touches, %.2f ms\n",
		    argv[i], (unsigned long long)r.misses,
		    (unsigned long long)r.touches,
		    (double)uvmsim_clock(u) / 1e6);
		uvmsim_destroy(u);
	}
	return 0;
}
