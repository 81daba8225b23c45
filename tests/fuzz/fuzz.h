/*
 * Fuzzing: a program for libFuzzer with a target for each kind of input.
 *
 *	FUZZ=target fuzz [libFuzzer's options] CORPUS...
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

#include "sim/sim.h"

struct fuzz_input {
	const char     *path;		/* a file with the bytes */
	const uint8_t  *data;
	size_t		len;
	unsigned	pick;		/* the last byte: which way to read */
};

struct fuzz_target {
	const char     *name;
	void	      (*run)(const struct fuzz_input *);
};

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
void	fuzz_stream(const struct fuzz_input *);	/* fuzz_run.c */
void	fuzz_script(const struct fuzz_input *);
void	fuzz_core(const struct fuzz_input *);	/* fuzz_core.c */
void	fuzz_config(const struct fuzz_input *);	/* fuzz_words.c */
void	fuzz_grid(const struct fuzz_input *);
void	fuzz_results(const struct fuzz_input *);
void	fuzz_elf(const struct fuzz_input *);
void	fuzz_generator(const struct fuzz_input *);

#endif /* FUZZ_H */
