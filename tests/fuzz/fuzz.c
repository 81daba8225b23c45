/*
 * The table of targets, and what they share (fuzz.h).
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workloads/uvt/uvt.h"

const struct fuzz_kind fuzz_kinds[] = {
	{ "refs", fuzz_refs, NULL, 240,
	    "traces of references, as what they are and as any format" },
	{ "log", fuzz_log, NULL, 240,
	    "logs of system calls (strace, kdump, truss, ktruss), replayed" },
	{ "convert", fuzz_convert, NULL, 240, "the same, written as a script" },
	{ "record", fuzz_record, NULL, 160,
	    "logs of lackey with system calls, made a trace" },
	{ "packed", fuzz_packed, NULL, 240,
	    "compressed files, made, damaged and as they stand" },
	{ "stream", fuzz_stream, fuzz_mutate_stream, 240,
	    "uvt with operations, with the right checksums" },
	{ "script", fuzz_script, NULL, 240, "scripts, forward and back" },
	{ "core", fuzz_core, fuzz_mutate_core, 240,
	    "cores, with the right checksums" },
	{ "maps", fuzz_maps, NULL, 400, "snapshots of maps" },
	{ "config", fuzz_config, NULL, 400, "keys of a machine" },
	{ "grid", fuzz_grid, NULL, 400, "grids of sweeps" },
	{ "results", fuzz_results, NULL, 400,
	    "results of sweeps, with the right checksums" },
	{ "elf", fuzz_elf, NULL, 400, "programs' headers" },
	{ "generator", fuzz_generator, NULL, 240,
	    "descriptions of generators" },
	{ "ops", fuzz_ops, fuzz_mutate_ops, 160,
	    "system calls of each personality, against the naive model" },
	{ "vm", fuzz_vm, fuzz_mutate_vm, 160,
	    "maps and faults of each machine, against the naive model" },
	{ "pressure", fuzz_pressure, fuzz_mutate_pressure, 80,
	    "daemons and policies in little memory, against the naive model" },
	{ "tlb", fuzz_tlb, fuzz_mutate_tlb, 60, "TLBs, against plain lists" },
	{ "api", fuzz_api, NULL, 160,
	    "calls of the systems' C interfaces (sysctl, kvm, mmap ...)" },
	{ "lib", fuzz_lib, NULL, 160, "calls of <uvmsim.h>" },
	{ "command", fuzz_command, NULL, 120,
	    "command lines of uvmsim, procmap, procstat, vmstat" },
	{ "step", fuzz_step, NULL, 100, "what is typed at uvmsim step" },
	{ "lesson", fuzz_lesson, NULL, 240, "answers to lessons, homework" },
	{ NULL, NULL, NULL, 0, NULL },
};

size_t (*fuzz_bytes)(uint8_t *, size_t, size_t);
uint64_t fuzz_operations;

static int fd;

void
insist(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

void
fuzz_small(struct sim_config *c)
{
	const uint64_t most = (uint64_t)16 << 20;

	if (c->ram > most)
		c->ram = most;
	if (c->swap > most) {
		c->swap = most;
		c->swap_value[0] = '\0';
	}
	if (c->cpus > 4)
		c->cpus = 4;
}

void
fuzz_end(struct machine *m)
{
	char why[256];

	if (m == NULL)
		return;
	if (machine_check(m, why, sizeof(why)) != NULL)
		insist(false, why);
	sim_machine_destroy(m);
}

void
fuzz_seal_uvt(uint8_t *data, size_t len)
{
	struct wl_uvt_block b;
	size_t at = 0;

	while (len - at >= WL_UVT_HEADER &&
	    wl_uvt_header(data + at, &b) == NULL &&
	    b.length <= len - at - WL_UVT_HEADER) {
		wl_uvt_seal(data + at, &b);
		at += WL_UVT_HEADER + b.length;
	}
}

void
fuzz_rewrite(const struct fuzz_input *in, const uint8_t *data, size_t len)
{
	(void)in;
	insist(ftruncate(fd, 0) == 0, "no file");
	insist(pwrite(fd, data, len, 0) == (ssize_t)len, "no file");
}

const struct fuzz_kind *
fuzz_byname(const char *name)
{
	for (const struct fuzz_kind *k = fuzz_kinds; k->name != NULL; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

bool
fuzz_tells(void)
{
	return getenv("FUZZ_TELL") != NULL;
}

void
fuzz_once(const struct fuzz_kind *kind, const uint8_t *data, size_t len)
{
	static char path[40];
	struct fuzz_input in = { .path = path,
		.data = data,
		.len = len,
		.pick = len > 0 ? data[len - 1] : 0 };

	if (path[0] == '\0') {
		fd = memfd_create("input", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	fuzz_rewrite(&in, data, len);
	kind->run(&in);
}

size_t
fuzz_mutate(const struct fuzz_kind *kind, uint8_t *data, size_t len, size_t max,
    unsigned seed)
{
	return kind->mutate != NULL ? kind->mutate(data, len, max, seed) :
				      fuzz_bytes(data, len, max);
}
