/*
 * events.c: what happens in a script: how often each kind of event, and, with
 * -v, each one in plain words.
 *
 *	cc -o events events.c $(pkg-config --cflags --libs uvmsim)
 *	./events fork-cow.uvm
 */
#include <stdio.h>
#include <string.h>
#include <uvmsim.h>

#define MAXKIND 128

struct tally {
	int verbose;
	unsigned long n[MAXKIND];
};

static void
count(void *ctx, const struct uvmsim_event *e)
{
	struct tally *t = ctx;
	int kind = uvmsim_event_kind(e);
	char text[300];

	if (kind < MAXKIND)
		t->n[kind]++;
	if (!t->verbose)
		return;
	uvmsim_event_sentence(e, text, sizeof(text));
	printf("%5d  %s\n", uvmsim_event_pid(e), text);
}

static void
listen_to(void *ctx, struct uvmsim *u)
{
	uvmsim_listen(u, count, ctx);
}

int
main(int argc, char **argv)
{
	struct tally t = { .verbose = argc > 2 && strcmp(argv[1], "-v") == 0 };
	struct uvmsim_run run = { .size = sizeof(run),
		.path = argv[argc - 1],
		.start = listen_to,
		.ctx = &t };
	struct uvmsim *u = NULL;
	int status = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: events [-v] SCRIPT\n");
		return 2;
	}
	if (uvmsim_run(&u, &run) == -1) {
		fprintf(stderr, "%s\n", uvmsim_errmsg());
		status = 1;
	}
	for (int i = 0; status == 0 && i < MAXKIND; i++)
		if (t.n[i] > 0)
			printf("%-14s %6lu\n", uvmsim_event_kind_name(i),
			    t.n[i]);
	uvmsim_destroy(u);
	return status;
}
