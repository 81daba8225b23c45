/*
 * A script goes through a temporary file, as every script does; what it prints
 * comes back as strings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "script_fixture.h"

/* In place of the tools of the floor above. */
static int
say_arguments(struct machine *m, int argc, char **argv, FILE *out)
{
	assert_non_null(m);
	assert_null(argv[argc]);
	for (int i = 0; i < argc; i++)
		(void)fprintf(out, "%s%s", argv[i], i < argc - 1 ? " " : "\n");
	return 0;
}

static struct wl_input *
open_text(const char *text)
{
	char path[] = "/tmp/uvmsim-script.XXXXXX", err[200];
	int fd = mkstemp(path);
	struct wl_input *in;
	size_t len = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	close(fd);
	in = wl_input_open(path, err, sizeof(err));
	assert_non_null(in);
	unlink(path);
	in->path = "t.uvm";
	return in;
}

static void
run(struct script_result *r, struct wl_script *script)
{
	struct wl_run run = { .script = script, .command = "uvmsim run t.uvm" };
	size_t n[3];
	struct sim_config config;
	char err[200];

	sim_config_default(&config);
	config.ram = (uint64_t)64 << 20;
	config.check = true;
	wl_script_config(script, &config);
	if (sim_machine_create(&config, &run.machine, err, sizeof(err)) != 0) {
		r->error.line = r->error.col = 1; /* keys that do not fit */
		snprintf(r->error.text, sizeof(r->error.text), "%s", err);
		return;
	}
	run.tool = say_arguments;
	run.out = open_memstream(&r->out, &n[0]);
	run.err = open_memstream(&r->err, &n[1]);
	run.record = open_memstream(&r->record, &n[2]);
	r->completed = wl_script_run(&run);
	fclose(run.out);
	fclose(run.err);
	fclose(run.record);
	r->passed = run.passed;
	r->failed = run.failed;
	if (!r->completed)
		r->error = run.error;
	assert_null(machine_check(run.machine, err, sizeof(err)));
	sim_machine_destroy(run.machine);
}

void
script_run(struct script_result *r, const char *text)
{
	struct wl_input *in = open_text(text);
	struct wl_script *script;

	memset(r, 0, sizeof(*r));
	script = wl_script_read(in, &r->error);
	wl_input_close(in);
	r->read = script != NULL;
	if (r->read)
		run(r, script);
	wl_script_free(script);
}

void
script_free(struct script_result *r)
{
	free(r->out);
	free(r->err);
	free(r->record);
}

void
script_expect_error(const char *text, const char *message)
{
	struct script_result r;
	char got[400];

	script_run(&r, text);
	assert_false(r.completed);
	snprintf(got, sizeof(got), "%u:%u: %s", r.error.line, r.error.col,
	    r.error.text);
	assert_string_equal(got, message);
	script_free(&r);
}

void
script_expect_counts(const char *text, uint64_t passed, uint64_t failed)
{
	struct script_result r;

	script_run(&r, text);
	if (!r.completed)
		fail_msg("%u:%u: %s", r.error.line, r.error.col, r.error.text);
	if (r.passed != passed || r.failed != failed)
		print_error("%s", r.err);
	assert_int_equal(r.passed, passed);
	assert_int_equal(r.failed, failed);
	script_free(&r);
}

void
script_expect_output(const char *text, const char *output)
{
	struct script_result r;

	script_run(&r, text);
	if (!r.completed)
		fail_msg("%u:%u: %s", r.error.line, r.error.col, r.error.text);
	assert_string_equal(r.out, output);
	script_free(&r);
}
