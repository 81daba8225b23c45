/*
 * Small inputs: keys of a machine, grids and results of sweeps, programs'
 * headers, descriptions of generators.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "workloads/replay/elf_image.h"
#include "workloads/refs/refsource.h"
#include "workloads/sweep/sweep.h"

#define MAXLINE 1000

/* Line number n of the input, NUL-terminated. => false: there are no more */
static bool
line_of(const struct fuzz_input *in, size_t *at, char line[MAXLINE])
{
	const char *p = (const char *)in->data + *at, *nl;
	size_t n;

	if (*at >= in->len)
		return false;
	nl = memchr(p, '\n', in->len - *at);
	n = nl != NULL ? (size_t)(nl - p) : in->len - *at;
	*at += n + 1;
	snprintf(line, MAXLINE, "%.*s", (int)(n < MAXLINE ? n : MAXLINE), p);
	return true;
}

void
fuzz_config(const struct fuzz_input *in)
{
	struct sim_config config;
	struct machine *m = NULL;
	char line[MAXLINE], err[300];
	size_t at = 0;

	sim_config_default(&config);
	while (line_of(in, &at, line)) {
		if (strstr(line, ".so") != NULL)
			continue;
		err[0] = '\0';
		if (sim_config_set(&config, line, err, sizeof(err)) != 0)
			insist(err[0] != '\0', "an error without a sentence");
	}
	fuzz_small(&config);
	err[0] = '\0';
	if (sim_machine_create(&config, &m, err, sizeof(err)) != 0)
		insist(m == NULL && err[0] != '\0', "an error without words");
	else
		fuzz_end(m);
}

void
fuzz_grid(const struct fuzz_input *in)
{
	struct wl_grid grid = { .nkeys = 0 };
	char err[300], text[WL_GRID_MAXTEXT];
	size_t n;

	err[0] = '\0';
	if (wl_grid_read(&grid, in->path, err, sizeof(err)) != 0)
		insist(err[0] != '\0', "an error without a sentence");
	n = wl_grid_points(&grid);
	for (size_t i = 0; i < n && i < 50 && n <= WL_GRID_MAXPOINTS; i++) {
		(void)wl_grid_text(&grid, i, text, sizeof(text));
		for (size_t k = 0; k < grid.nkeys; k++)
			insist(wl_grid_value(&grid, i, k) != NULL, "no value");
	}
	wl_grid_free(&grid);
}

/* Lines of results, with the checksums that they should have. */
void
fuzz_results(const struct fuzz_input *in)
{
	struct wl_grid grid = { .nkeys = 0 };
	struct wl_sweep sweep = { .grid = &grid,
		.stat = { "faults" },
		.nstats = 1 };
	char line[MAXLINE], sealed[MAXLINE + 10], back[WL_SWEEP_MAXLINE];
	char err[300];
	struct wl_sweep_index *index = NULL;
	size_t at = 0, point;

	insist(wl_grid_set(&grid, "frames = 1..4+1", false, err, sizeof(err)) ==
		    0 &&
		wl_grid_set(&grid, "policy = lru, fifo", false, err,
		    sizeof(err)) == 0 &&
		wl_sweep_rows(&sweep) &&
		(index = wl_sweep_index(&sweep)) != NULL,
	    "no sweep");
	while (line_of(in, &at, line)) {
		snprintf(sealed, sizeof(sealed), "%08lx %s",
		    crc32(0, (const unsigned char *)line,
			(unsigned)strlen(line)),
		    line);
		if (!wl_sweep_take(&sweep, index, sealed, &point))
			continue;
		insist(point < sweep.npoints, "a point that is none");
		insist(wl_sweep_line(&sweep, point, back, sizeof(back)),
		    "a row that cannot be written");
	}
	wl_sweep_index_free(index);
	wl_sweep_free(&sweep);
	wl_grid_free(&grid);
}

void
fuzz_elf(const struct fuzz_input *in)
{
	static const struct wl_elf_relro relro = { 0x7f0000001000, 0x1000 };
	const struct wl_elf_hints hints = { .relro = &relro,
		.n = 1,
		.brk = 0x555555560000,
		.page_shift = 12 };
	struct wl_elf elf = { .n = 0 };

	if (wl_elf_image(in->path, &hints, &elf)) {
		insist(elf.n > 0 && elf.n <= WL_ELF_SEGMENTS, "no segments");
		for (size_t i = 0; i < elf.n; i++)
			insist(elf.segment[i].start < elf.segment[i].end,
			    "a segment without pages");
		wl_elf_free(&elf);
	}
}

void
fuzz_generator(const struct fuzz_input *in)
{
	struct wl_refsource source;
	const struct wl_ref *ref;
	char line[MAXLINE], path[MAXLINE + 8], err[300];
	struct wl_input *input;
	size_t at = 0, n, all = 0;

	if (!line_of(in, &at, line))
		return;
	snprintf(path, sizeof(path), "gen:%s", line);
	input = wl_input_open(path, err, sizeof(err));
	if (input == NULL)
		return;
	if (wl_refsource_open(&source, input) == 0) {
		while (
		    all < 10000 && (n = wl_refsource_next(&source, &ref)) > 0)
			all += n;
		wl_refsource_close(&source);
	}
	wl_input_close(input);
}
