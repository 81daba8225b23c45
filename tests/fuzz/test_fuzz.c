/*
 * The targets without libFuzzer: inputs that once failed (tests/data/fuzz), a
 * small corpus of each target (tests/data/corpus), and mutations of both, the
 * same in each run.
 *
 *	test_fuzz [-n TRIES] [TARGET]	so many mutations for each target
 *	test_fuzz TARGET FILE...	these inputs, to look at a failure
 *	test_fuzz -L			the targets, and what each of them reads
 *	test_fuzz -p TARGET FOLDER	its files as a corpus, on stdout
 *	test_fuzz -u TARGET FOLDER	the corpus as files, for libFuzzer
 *
 * Each target runs in a process of its own; the input at work lies in memory
 * that both have, so that one which kills it is not lost.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"
#include "tests/random.h"
#include "tests/slow.h"

#define LONGEST 16384 /* of a mutation */
#define PATIENCE 60   /* seconds for an input; it takes none, as a rule */

#define SLOWER (TESTS_SLOW ? 5 : 1) /* so many times fewer mutations */

struct shared { /* between a target and who looks after it */
	size_t len;
	uint64_t inputs, operations;
	uint8_t data[1 << 20];
};

static struct shared *shared;
static uint64_t rng;

/* ------------------------------------------------------------- mutation --- */

static const char *const pieces[] = { "0", "-1", "1", "4096", "0x", "\n", ",",
	"=", " ", "18446744073709551615", "9223372036854775808", "4294967295",
	"(", ")", "\"", "\377\377\377\377", "\0\0\0\0", "\0\0\0\200" };

/* Bytes that something else takes the place of: at a place, so many. */
static size_t
splice(uint8_t *data, size_t len, size_t max, size_t at, size_t out,
    const void *in, size_t n)
{
	uint8_t copy[64];

	if (n > sizeof(copy))
		n = sizeof(copy);
	if (out > len - at)
		out = len - at;
	if (len - out + n > max)
		return len;
	memcpy(copy, in, n);
	memmove(data + at + n, data + at + out, len - at - out);
	memcpy(data + at, copy, n);
	return len - out + n;
}

static size_t
change(uint8_t *data, size_t len, size_t max)
{
	const size_t at = rnd_draw(&rng, len + 1);
	const size_t n = 1 + rnd_draw(&rng, 1u << rnd_draw(&rng, 7));
	const char *piece = pieces[rnd_draw(&rng, NELEM(pieces))];
	size_t from;

	switch (rnd_draw(&rng, 6)) {
	case 0: return splice(data, len, max, at, n, "", 0);
	case 1:
		return splice(data, len, max, at,
		    rnd_draw(&rng, 2) ? strlen(piece) : 0, piece,
		    piece[0] == '\0' ? 4 : strlen(piece));
	case 2:
		from = rnd_draw(&rng, len + 1);
		return splice(data, len, max, at, rnd_draw(&rng, 2) ? n : 0,
		    data + from, n < len - from ? n : len - from);
	case 3:
		if (at < len)
			data[at] = (uint8_t)(rnd_next(&rng) >> 40);
		return len;
	case 4:
		if (at < len)
			data[at] += (uint8_t)(rnd_draw(&rng, 9) - 4);
		return len;
	default:
		if (at < len)
			data[at] ^= (uint8_t)(1u << rnd_draw(&rng, 8));
		return len;
	}
}

static size_t
change_bytes(uint8_t *data, size_t len, size_t max)
{
	for (uint64_t n = 1 + rnd_draw(&rng, 4); n > 0; n--)
		len = change(data, len, max);
	return len;
}

/* ----------------------------------------------------------------- runs --- */

static void
once(const struct fuzz_kind *kind, const uint8_t *data, size_t len)
{
	if (len > sizeof(shared->data))
		len = sizeof(shared->data);
	memmove(shared->data, data, len);
	shared->len = len;
	alarm(PATIENCE);
	/* A copy of that size, so that a read behind it is seen. */
	uint8_t *copy = malloc(len > 0 ? len : 1);
	insist(copy != NULL, "no memory");
	memcpy(copy, data, len);
	fuzz_once(kind, copy, len);
	free(copy);
	alarm(0);
	shared->inputs++;
}

/* The target's process: all that there is, then mutations of it. */
static void
run(const struct fuzz_kind *kind, unsigned tries)
{
	struct fuzz_corpus all = { .n = 0 };
	static uint8_t data[LONGEST];
	char path[100];

	snprintf(path, sizeof(path), "tests/data/corpus/%s.xz", kind->name);
	insist(fuzz_corpus_read(&all, path), path);
	snprintf(path, sizeof(path), "tests/data/fuzz/%s", kind->name);
	insist(fuzz_corpus_add(&all, path) || errno == ENOENT, path);
	for (size_t i = 0; i < all.n; i++)
		once(kind, all.input[i].data, all.input[i].len);
	rng = 1;
	for (unsigned i = 0; i < tries; i++) {
		const struct fuzz_one *in = &all.input[rnd_draw(&rng, all.n)];
		size_t len = in->len < LONGEST ? in->len : LONGEST;

		memcpy(data, in->data, len);
		len = fuzz_mutate(kind, data, len, LONGEST,
		    (unsigned)rnd_bits(&rng));
		once(kind, data, len);
	}
	fuzz_corpus_free(&all);
	shared->operations += fuzz_operations;
}

/* The input that was at work is kept. */
static void
explain(const struct fuzz_kind *kind, int status)
{
	char path[100];
	FILE *fp;

	snprintf(path, sizeof(path), "/tmp/test_fuzz-%s-%d", kind->name,
	    (int)getpid());
	fp = fopen(path, "wb");
	if (fp == NULL ||
	    fwrite(shared->data, 1, shared->len, fp) != shared->len ||
	    fclose(fp) != 0)
		perror(path);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		printf("%s: no end after %d seconds\n", kind->name, PATIENCE);
	printf("%s fails.  reproduce: FUZZ_TELL=1 test_fuzz %s %s\n",
	    kind->name, kind->name, path);
}

static bool
passes(const struct fuzz_kind *kind, unsigned tries)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		run(kind, tries);
		exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (status != 0)
		explain(kind, status);
	return status == 0;
}

static int
run_all(const struct fuzz_kind *only, long tries)
{
	unsigned passed = 0, failed = 0;

	for (const struct fuzz_kind *k = fuzz_kinds; k->name != NULL; k++) {
		if (only != NULL && k != only)
			continue;
		if (passes(k, tries >= 0 ? (unsigned)tries : k->tries / SLOWER))
			passed++;
		else
			failed++;
	}
	printf("TRUST inputs %llu\n", (unsigned long long)shared->inputs);
	printf("TRUST operations %llu\n",
	    (unsigned long long)shared->operations);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}

/* ------------------------------------------------------------- commands --- */

static int
run_files(const struct fuzz_kind *kind, char **file)
{
	struct fuzz_corpus all = { .n = 0 };

	for (; *file != NULL; file++)
		if (!fuzz_corpus_add(&all, *file)) {
			perror(*file);
			return 2;
		}
	for (size_t i = 0; i < all.n; i++)
		once(kind, all.input[i].data, all.input[i].len);
	printf("%zu inputs\n", all.n);
	fuzz_corpus_free(&all);
	return 0;
}

static int
unpack(const struct fuzz_kind *kind, const char *folder)
{
	struct fuzz_corpus all = { .n = 0 };
	char path[4096];
	FILE *fp;

	snprintf(path, sizeof(path), "tests/data/corpus/%s.xz", kind->name);
	if (!fuzz_corpus_read(&all, path)) {
		fprintf(stderr, "%s: no corpus\n", path);
		return 1;
	}
	for (size_t i = 0; i < all.n; i++) {
		snprintf(path, sizeof(path), "%s/corpus-%04zu", folder, i);
		fp = fopen(path, "wb");
		if (fp == NULL ||
		    fwrite(all.input[i].data, 1, all.input[i].len, fp) !=
			all.input[i].len ||
		    fclose(fp) != 0) {
			perror(path);
			return 1;
		}
	}
	fuzz_corpus_free(&all);
	return 0;
}

static int
pack(const char *folder)
{
	struct fuzz_corpus all = { .n = 0 };

	if (!fuzz_corpus_add(&all, folder)) {
		perror(folder);
		return 1;
	}
	fuzz_corpus_write(&all, stdout);
	fuzz_corpus_free(&all);
	return 0;
}

static int
list(void)
{
	for (const struct fuzz_kind *k = fuzz_kinds; k->name != NULL; k++)
		printf("%-10s %s\n", k->name, k->about);
	return 0;
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: test_fuzz [-n tries] [target [file...]]\n"
	    "       test_fuzz -L | -p target folder | "
	    "-u target folder\n");
	return 2;
}

int
main(int argc, char **argv)
{
	const struct fuzz_kind *kind = NULL;
	long tries = -1;
	int c, what = 0;

	fuzz_bytes = change_bytes;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	insist(shared != MAP_FAILED, "no memory");
	while ((c = getopt(argc, argv, "n:Lpu")) != -1) {
		if (c == 'n')
			tries = strtol(optarg, NULL, 0);
		else if (c != '?')
			what = c;
		else
			return usage();
	}
	argv += optind;
	if (what == 'L')
		return list();
	if (*argv != NULL && (kind = fuzz_byname(*argv)) == NULL) {
		fprintf(stderr, "%s: no such target\n", *argv);
		return usage();
	}
	if (what != 0 && (kind == NULL || argv[1] == NULL))
		return usage();
	if (what != 0)
		return what == 'p' ? pack(argv[1]) : unpack(kind, argv[1]);
	return kind != NULL && argv[1] != NULL ? run_files(kind, argv + 1) :
						 run_all(kind, tries);
}
