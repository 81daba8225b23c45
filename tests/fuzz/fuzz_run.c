/*
 * Any bytes as a script, and as a trace of operations and references: as many
 * operations as one can wait for, then back to the middle.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/history/history.h"
#include "workloads/uvt/uvt.h"

#define ENOUGH 400 /* operations */

static bool
configure(void *ctx, struct sim_config *config)
{
	(void)ctx;
	fuzz_small(config);
	return true;
}

static void
check(struct wl_history *h)
{
	char why[256];

	if (machine_check(wl_history_machine(h), why, sizeof(why)) != NULL)
		insist(false, why);
}

static void
run(const struct fuzz_input *in)
{
	struct wl_history_config config = { .path = "input",
		.memory = (size_t)8 << 20,
		.configure = configure };
	struct wl_history *h;
	enum wl_went went = WL_WENT;
	char err[512], *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	insist(out != NULL, "no memory");
	config.input = wl_input_open(in->path, err, sizeof(err));
	insist(config.input != NULL, "no input");
	err[0] = '\0';
	if (wl_history_open(&config, &h, err, sizeof(err)) != 0) {
		insist(err[0] != '\0', "an error without a sentence");
		wl_input_close(config.input);
		fclose(out);
		free(text);
		return;
	}
	wl_history_begin(h, out);
	for (int i = 0; i < ENOUGH && went == WL_WENT; i++)
		went = wl_history_step(h, out);
	check(h);
	if (wl_history_at(h) > 1) {
		(void)wl_history_goto(h, wl_history_at(h) / 2);
		check(h);
	}
	wl_history_close(h);
	fclose(out);
	free(text);
}

/* A policy of one's own is a program, which no input may load. */
static bool
loads_a_program(const struct fuzz_input *in)
{
	return memmem(in->data, in->len, ".so", 3) != NULL;
}

void
fuzz_script(const struct fuzz_input *in)
{
	if (!loads_a_program(in))
		run(in);
}

void
fuzz_stream(const struct fuzz_input *in)
{
	uint8_t *data;

	if (loads_a_program(in) ||
	    !wl_uvt_detect((const char *)in->data, in->len))
		return;
	data = malloc(in->len);
	insist(data != NULL, "no memory");
	memcpy(data, in->data, in->len);
	fuzz_seal_uvt(data, in->len);
	fuzz_rewrite(in, data, in->len);
	free(data);
	run(in);
}
