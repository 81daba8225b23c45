/*
 * The program of all targets (see fuzz.h).
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workloads/uvt/uvt.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct fuzz_target targets[] = {
	{ "refs", fuzz_refs },
	{ "log", fuzz_log },
	{ "convert", fuzz_convert },
	{ "record", fuzz_record },
	{ "stream", fuzz_stream },
	{ "script", fuzz_script },
	{ "core", fuzz_core },
	{ "maps", fuzz_maps },
	{ "config", fuzz_config },
	{ "grid", fuzz_grid },
	{ "results", fuzz_results },
	{ "elf", fuzz_elf },
	{ "generator", fuzz_generator },
};

static const struct fuzz_target *target;
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

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("FUZZ");

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (name != NULL && strcmp(targets[i].name, name) == 0)
			target = &targets[i];
	if (target != NULL)
		return 0;
	fprintf(stderr, "FUZZ=%s: expected one of", name != NULL ? name : "");
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		fprintf(stderr, " %s", targets[i].name);
	fputc('\n', stderr);
	exit(2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
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
	target->run(&in);
	return 0;
}
