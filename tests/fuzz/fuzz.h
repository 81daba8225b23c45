/*
 * Fuzzing: a target for each kind of input, run by libFuzzer (fuzz_main.c) or
 * by a plain program with a few mutations of its own (test_fuzz.c).
 *
 *	FUZZ=target fuzzer [libFuzzer's options] CORPUS...
 *	test_fuzz [-n TRIES] [TARGET [FILE...]]
 *
 * A target reads any bytes as its kind of input, from a file, and uses what it
 * has read.  Whatever the bytes are: nothing crashes, hangs, leaks, or takes
 * memory without bound; what a reader accepts, the machine can take, and its
 * invariants hold.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/sim.h"

struct fuzz_input {
	const char     *path;		/* a file with the bytes */
	const uint8_t  *data;
	size_t		len;
	unsigned	pick;		/* the last byte: which way to read */
};

/*
 * Change data, of len bytes, into another input of at most max, as seed says.
 * => its length
 */
typedef size_t fuzz_mutate_fn(uint8_t *data, size_t len, size_t max,
    unsigned seed);

/* One row of the table of targets. */
struct fuzz_kind {
	const char     *name;
	void	      (*run)(const struct fuzz_input *);
	fuzz_mutate_fn *mutate;		/* NULL: as bytes */
	unsigned	tries;		/* mutations in make check */
	const char     *about;		/* of the list of targets */
};

extern const struct fuzz_kind fuzz_kinds[];	/* ends with a NULL name */
/* => NULL: there is none of that name */
const struct fuzz_kind *fuzz_byname(const char *name);
/* Run a target on bytes.  Whatever it finds is an abort. */
void	fuzz_once(const struct fuzz_kind *, const uint8_t *data, size_t len);
/* Another input out of this one. => its length */
size_t	fuzz_mutate(const struct fuzz_kind *, uint8_t *data, size_t len,
	    size_t max, unsigned seed);
/* How bytes are changed: set by the program that runs the targets. */
extern size_t (*fuzz_bytes)(uint8_t *data, size_t len, size_t max);
/* Operations that have been performed, by all inputs so far. */
extern uint64_t fuzz_operations;
/* Say what is done, on standard error: FUZZ_TELL is in the environment. */
bool	fuzz_tells(void);

/* Abort with these words. */
void	insist(bool good, const char *what);
/* The file has these bytes from now on (the input is of the old ones). */
void	fuzz_rewrite(const struct fuzz_input *, const uint8_t *, size_t);
/* A machine that is no larger than a fuzzer can wait for. */
void	fuzz_small(struct sim_config *);
/* The invariants of a machine hold; it is destroyed. NULL is allowed */
void	fuzz_end(struct machine *);
/* Blocks of a uvt in data (a copy of the input) get the checksums that they
 * should have. */
void	fuzz_seal_uvt(uint8_t *data, size_t len);

void	fuzz_refs(const struct fuzz_input *);	/* fuzz_refs.c */
void	fuzz_log(const struct fuzz_input *);	/* fuzz_log.c */
void	fuzz_convert(const struct fuzz_input *);
void	fuzz_record(const struct fuzz_input *);
void	fuzz_maps(const struct fuzz_input *);
void	fuzz_packed(const struct fuzz_input *);	/* fuzz_packed.c */
void	fuzz_stream(const struct fuzz_input *);	/* fuzz_run.c */
void	fuzz_script(const struct fuzz_input *);
void	fuzz_core(const struct fuzz_input *);	/* fuzz_core.c */
void	fuzz_config(const struct fuzz_input *);	/* fuzz_words.c */
void	fuzz_grid(const struct fuzz_input *);
void	fuzz_results(const struct fuzz_input *);
void	fuzz_elf(const struct fuzz_input *);
void	fuzz_generator(const struct fuzz_input *);
void	fuzz_ops(const struct fuzz_input *);	/* fuzz_ops.c */
void	fuzz_vm(const struct fuzz_input *);
void	fuzz_pressure(const struct fuzz_input *);
void	fuzz_tlb(const struct fuzz_input *);
void	fuzz_api(const struct fuzz_input *);	/* fuzz_api.c */
void	fuzz_lib(const struct fuzz_input *);	/* fuzz_lib.c */
void	fuzz_command(const struct fuzz_input *);	/* fuzz_command.c */
void	fuzz_step(const struct fuzz_input *);
void	fuzz_lesson(const struct fuzz_input *);
/* fuzz_stream.c, and where their targets are */
fuzz_mutate_fn fuzz_mutate_stream, fuzz_mutate_core, fuzz_mutate_ops,
    fuzz_mutate_vm, fuzz_mutate_pressure, fuzz_mutate_tlb;

/* ---- corpora, many inputs in one file (corpus.c) ---- */
struct fuzz_corpus {
	struct fuzz_one {
		uint8_t	       *data;
		size_t		len;
	}	       *input;
	size_t		n;
};

/* The inputs of a file that fuzz_corpus_write() made.  => false: there is no
 * such file, or it is none */
bool	fuzz_corpus_read(struct fuzz_corpus *, const char *path);
/* A file with one input, or each file of a folder, added.  => false: errno */
bool	fuzz_corpus_add(struct fuzz_corpus *, const char *path);
void	fuzz_corpus_write(const struct fuzz_corpus *, FILE *);
void	fuzz_corpus_free(struct fuzz_corpus *);

#endif /* FUZZ_H */
