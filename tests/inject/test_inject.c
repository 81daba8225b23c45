/*
 * Whole commands, with every failure of the host that can be made: memory that
 * is not there, calls that fail, transfers that are cut short, disks that are
 * full, SIGKILL; at the first place where it is possible, the second, the
 * third ...
 *
 *	test_inject [-l] [-n POINTS] [-k KIND] [-p N] [-u UVMSIM] [COMMAND]
 *
 * -l: all commands, all points; else POINTS of each kind for each command,
 * the first ones and others among the rest.  -p: point N of the KIND alone,
 * with what the command printed.  Without -u, the uvmsim that was built with
 * this program.
 */
#include "inject.h"

#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAXARGS 64
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED true
#else
#define SANITIZED false
#endif
#define POINTS_SHORT (SANITIZED ? 1 : 3)

struct kind {
	const char *name;
	enum inj_kind kind;
	enum inj_memory mode;
};

static const struct kind kinds[] = {
	{ "memory", INJ_MEMORY, INJ_MEM_ONCE },
	{ "memory-gone", INJ_MEMORY, INJ_MEM_FROM },
	{ "memory-every", INJ_MEMORY, INJ_MEM_EVERY },
	{ "error", INJ_ERROR, 0 },
	{ "full", INJ_FULL, 0 },
	{ "part", INJ_PART, 0 },
	{ "parts", INJ_PARTS, 0 },
	{ "kill", INJ_KILL, 0 },
};

#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

struct options {
	bool all;
	uint64_t points;
	uint64_t only; /* this point */
	const char *kind, *command, *uvmsim;
};

struct totals {
	uint64_t faults[NKINDS];
	uint64_t states, left, failed;
};

static char preload[2 * PATH_MAX];

/* ----------------------------------------------------------- one command -- */

struct words {
	char text[1024];
	char *argv[MAXARGS];
	const char *in;
};

static void
split(struct words *w, const char *uvmsim, const char *args)
{
	unsigned n = 0;
	char *save, *word;

	snprintf(w->text, sizeof(w->text), "%s", args);
	w->argv[n++] = (char *)(uintptr_t)uvmsim;
	w->in = NULL;
	for (word = strtok_r(w->text, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save))
		if (word[0] == '<')
			w->in = word + 1;
		else if (n < MAXARGS - 1)
			w->argv[n++] = word;
	w->argv[n] = NULL;
}

static void
run(struct words *w, const struct inj_point *p, struct inj_result *r)
{
	const int error = inj_run(w->argv, w->in, preload, p, r);

	if (error == 0)
		return;
	printf("%s: %s\n", w->argv[0], strerror(error));
	exit(2);
}

/* A command that goes on where it was has the result of an undisturbed one. */
static const char *
resume(const struct inj_scene *s, struct words *w)
{
	const struct inj_point none = { .kind = INJ_UNDISTURBED,
		.files_only = SANITIZED };
	struct inj_result r;
	bool same;

	run(w, &none, &r);
	same = WIFEXITED(r.status) && WEXITSTATUS(r.status) == 0 &&
	    r.outlen == s->whole->outlen &&
	    memcmp(r.out, s->whole->out, r.outlen) == 0;
	inj_result_free(&r);
	return same ? NULL : "run again, it does not end as it should";
}

static void
complain(const struct inj_scene *s, const struct kind *k, uint64_t n,
    const struct inj_result *r, const char *why)
{
	printf("uvmsim %s: %s %llu", s->command->args, k->name,
	    (unsigned long long)n);
	if (r->call != NULL)
		printf(" (%s of %s: %s)", r->call->name, r->file,
		    r->error != 0 ? strerror(r->error) : k->name);
	printf(": %s\n\tit said: %.*s%s", why, r->errlen > 300 ? 300 : INT_MAX,
	    r->err, r->errlen > 0 && r->err[r->errlen - 1] == '\n' ? "" : "\n");
}

/* => the command met the failure */
static bool
try_point(const struct inj_scene *s, struct words *w, const struct options *o,
    struct totals *t, const struct kind *k, uint64_t n, unsigned choice)
{
	const struct inj_point p = { .kind = k->kind,
		.mode = k->mode,
		.n = n,
		.choice = choice,
		.files_only = SANITIZED,
		.uninterrupted = (s->command->flags & INJ_STREAMS) != 0 };
	struct inj_result r;
	struct inj_folder now;
	const char *why;
	char text[512];
	bool fired;

	inj_folder_restore(s->before);
	run(w, &p, &r);
	inj_folder_read(&now);
	fired = r.fired > 0;
	why = inj_judge(s, &p, &r, &now, text, sizeof(text), &t->left);
	if (why == NULL && (s->command->flags & INJ_RESUMES) != 0 && fired)
		why = resume(s, w);
	if (why != NULL || o->only != 0) {
		complain(s, k, n, &r, why != NULL ? why : "well");
		t->failed += why != NULL;
	}
	if (fired) {
		t->faults[k - kinds]++;
		t->states++;
	}
	inj_folder_free(&now);
	inj_result_free(&r);
	return fired;
}

/*
 * Point i of `points' that are taken from `most': spread evenly, those of one
 * kind between those of the others; the last one is always there.
 */
static uint64_t
point(uint64_t i, uint64_t points, uint64_t most, size_t kind)
{
	const uint64_t step = most / points,
		       n = i * step + kind * step / NKINDS;

	return i + 1 == points && points > 1 ? most : n + 1;
}

/* => how many different failures of the kind there are to choose from */
static unsigned
choices(const struct options *o, const struct kind *k)
{
	return k->kind == INJ_ERROR && o->all ? 5 : 1;
}

static void
try_kind(const struct inj_scene *s, struct words *w, const struct options *o,
    struct totals *t, const struct kind *k)
{
	uint64_t points = o->points;
	uint64_t most = k->kind == INJ_MEMORY ? s->whole->allocations :
						s->whole->calls;

	if (k->kind == INJ_PARTS)
		most = 1;
	if (k->mode == INJ_MEM_EVERY && most > 64)
		most = 64;
	if (o->only != 0) {
		for (unsigned c = 0; c < choices(o, k); c++)
			(void)try_point(s, w, o, t, k, o->only, c);
		return;
	}
	if (points == 0 || points > most)
		points = most;
	for (uint64_t i = 0; i < points; i++)
		for (unsigned c = 0; c < choices(o, k); c++)
			(void)try_point(s, w, o, t, k,
			    point(i, points, most, (size_t)(k - kinds)),
			    o->all ? c : (unsigned)(i / 2));
}

static void
try_command(const struct inj_command *command, const struct options *o,
    struct totals *t)
{
	const struct inj_point none = { .kind = INJ_UNDISTURBED,
		.files_only = SANITIZED };
	const uint64_t failed = t->failed;
	struct inj_folder before, after;
	struct inj_result whole;
	struct inj_scene s = { command, &before, &after, &whole };
	struct words w;
	uint64_t n = 0;

	split(&w, o->uvmsim, command->args);
	inj_folder_read(&before);
	run(&w, &none, &whole);
	inj_folder_read(&after);
	if (!WIFEXITED(whole.status) ||
	    WEXITSTATUS(whole.status) != command->status) {
		printf("uvmsim %s: it fails undisturbed: %s\n", command->args,
		    whole.err);
		t->failed++;
	} else {
		for (size_t i = 0; i < NKINDS; i++) {
			const uint64_t had = t->faults[i];

			if (o->kind == NULL ||
			    strcmp(o->kind, kinds[i].name) == 0)
				try_kind(&s, &w, o, t, &kinds[i]);
			n += t->faults[i] - had;
		}
		if (o->all)
			printf("%7llu points, %llu calls, %llu allocations%s: "
			       "uvmsim %s\n",
			    (unsigned long long)n,
			    (unsigned long long)whole.calls,
			    (unsigned long long)whole.allocations,
			    t->failed != failed ? ", FAILED" : "",
			    command->args);
	}
	inj_folder_restore(&before);
	inj_result_free(&whole);
	inj_folder_free(&after);
	inj_folder_free(&before);
}

/* ------------------------------------------------------------------ main -- */

/*
 * A sanitizer's library must come before all others, so that allocations are
 * its own and none is refused then: calls fail, and what is not freed is seen.
 */
static int
note_sanitizer(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size, (void)arg;
	if (SANITIZED && strstr(info->dlpi_name, "libasan") != NULL)
		snprintf(preload, sizeof(preload), "%s:", info->dlpi_name);
	return 0;
}

/* Paths of what was built with this program: DIR/tests/inject/test_inject. */
static void
find_built(struct options *o, const char *argv0)
{
	static char self[PATH_MAX], uvmsim[PATH_MAX + 32], path[PATH_MAX];
	char *end;

	if (realpath(argv0, self) == NULL || (end = strrchr(self, '/')) == NULL)
		exit(2);
	*end = '\0';
	if (SANITIZED)
		setenv("ASAN_OPTIONS", "exitcode=99", 1);
	(void)dl_iterate_phdr(note_sanitizer, NULL);
	snprintf(preload + strlen(preload), sizeof(preload) - strlen(preload),
	    "%s/shim.so", self);
	snprintf(uvmsim, sizeof(uvmsim), "%s/../../bin/uvmsim", self);
	if (o->uvmsim == NULL)
		o->uvmsim = uvmsim;
	if (realpath(o->uvmsim, path) == NULL) {
		printf("%s: not there\n", o->uvmsim);
		exit(2);
	}
	o->uvmsim = path;
}

static bool
parse(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){ .points = POINTS_SHORT };
	while ((c = getopt(argc, argv, "ln:k:p:u:")) != -1)
		switch (c) {
		case 'l':
			o->all = true;
			o->points = 0;
			break;
		case 'n': o->points = strtoull(optarg, NULL, 10); break;
		case 'k': o->kind = optarg; break;
		case 'p': o->only = strtoull(optarg, NULL, 10); break;
		case 'u': o->uvmsim = optarg; break;
		default: return false;
		}
	o->command = optind < argc ? argv[optind] : NULL;
	return true;
}

/* Into an empty folder, in memory if there is such a place. */
static char *
make_room(void)
{
	static char room[64];

	snprintf(room, sizeof(room), "%s/uvmsim-inject.XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(room) == NULL || chdir(room) != 0) {
		perror(room);
		exit(2);
	}
	return room;
}

static int
report(const struct totals *t)
{
	uint64_t faults = 0;

	for (size_t i = 0; i < NKINDS; i++) {
		printf("%s: %llu\n", kinds[i].name,
		    (unsigned long long)t->faults[i]);
		faults += t->faults[i];
	}
	printf("temporary files left by SIGKILL: %llu\n",
	    (unsigned long long)t->left);
	if (t->failed > 0)
		printf("reproduce: test_inject -k KIND -p N COMMAND\n");
	printf("TRUST faults %llu\nTRUST states %llu\n",
	    (unsigned long long)faults, (unsigned long long)t->states);
	printf("%llu passed, %llu failed\n",
	    (unsigned long long)(faults - t->failed),
	    (unsigned long long)t->failed);
	return t->failed != 0;
}

int
main(int argc, char **argv)
{
	const struct inj_folder nothing = { .n = 0 };
	struct totals totals = { .failed = 0 };
	struct options o;
	char top[PATH_MAX], why[512], *room;

	if (!parse(&o, argc, argv)) {
		fprintf(stderr,
		    "usage: test_inject [-l] [-n POINTS] [-k KIND] "
		    "[-p N] [-u UVMSIM] [COMMAND]\n");
		return 2;
	}
	find_built(&o, argv[0]);
	if (getcwd(top, sizeof(top)) == NULL)
		return 2;
	if (!inj_possible(preload, why, sizeof(why))) {
		printf("skipped: %s\n0 passed, 0 failed\n", why);
		return 0;
	}
	room = make_room();
	inj_prepare(o.uvmsim, top);
	for (size_t i = 0; i < inj_ncommands; i++)
		if (o.command != NULL ?
			strcmp(o.command, inj_commands[i].args) == 0 :
			o.all || (inj_commands[i].flags & INJ_LONG) == 0)
			try_command(&inj_commands[i], &o, &totals);
	inj_folder_restore(&nothing);
	if (chdir("/") != 0 || rmdir(room) != 0)
		perror(room);
	return report(&totals);
}
