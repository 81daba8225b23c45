/*
 * Scripts of the public interface.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/tools.h"
#include "lib.h"
#include "text.h"
#include "workloads/script/script.h"
#include "workloads/script/ast.h"
#include "workloads/script/exec.h"
#include "workloads/script/lines.h"

/* What workloads/script says of memory begins so. => ENOMEM or EINVAL */
static int
number_of(const struct wl_script_error *e)
{
	static const char nomem[] = "no memory";

	return strncmp(e->text, nomem, sizeof(nomem) - 1) == 0 ? ENOMEM :
								 EINVAL;
}

/* A script that could not be read, or stopped. => -1 */
static int
stopped(struct uvmsim_run *r, const char *name, const struct wl_script_error *e)
{
	char place[WL_SCRIPT_PLACE];

	r->line = e->line;
	r->column = e->col;
	return api_fail(number_of(e), "%s%s: %s", name,
	    wl_script_place(e, place), e->text);
}

/* => NULL: told */
static struct wl_script *
read_script(const struct uvmsim *u, struct uvmsim_run *r, const char *name)
{
	struct wl_script_error error;
	struct wl_script *script;
	struct wl_input *in;
	char why[300] = "";

	errno = 0;
	in = r->text == NULL ?
	    wl_input_open(name, why, sizeof(why)) :
	    wl_input_memory(name, r->text,
		r->len != 0 ? r->len : strlen(r->text), why, sizeof(why));
	if (in == NULL || in->generated) {
		(void)api_fail(in == NULL && errno != 0 ? errno : EINVAL,
		    "%s: %s", name,
		    in == NULL ? why : "expected a script, not a generator");
		wl_input_close(in);
		return NULL;
	}
	script = wl_script_read_on(in, u != NULL ? u->m : NULL, &error);
	wl_input_close(in);
	if (script == NULL)
		(void)stopped(r, name, &error);
	return script;
}

/* The machine that the script wants. => false: told */
static bool
make_machine(struct uvmsim **u, const struct uvmsim_run *r,
    const struct wl_script *script)
{
	struct sim_config config;
	struct machine *m;
	char why[400];
	int err;

	sim_config_default(&config);
	wl_script_config(script, &config);
	if (lib_configure(&config, r->config) != 0)
		return false;
	err = sim_machine_create(&config, &m, why, sizeof(why));
	if (err != 0) {
		(void)api_fail(err, "%s", why);
		return false;
	}
	*u = lib_wrap(m);
	if (*u != NULL && r->start != NULL)
		r->start(r->ctx, *u);
	return *u != NULL;
}

/* => false: told */
static bool
machine_for(struct uvmsim **u, const struct uvmsim_run *r,
    const struct wl_script *script)
{
	if (*u == NULL)
		return make_machine(u, r, script);
	if (script->npairs == 0 && r->config == NULL)
		return true;
	(void)api_fail(EINVAL,
	    "the machine is there already; expected no machine line and no "
	    "config");
	return false;
}

static int
run_script(struct uvmsim *u, struct uvmsim_run *r, struct wl_script *script,
    const char *name)
{
	struct lib_watch watch;
	struct wl_run run = { .script = script,
		.machine = u->m,
		.tool = api_tool,
		.watch = &watch.watch };
	bool ok = lib_text_open(&run.out, r->out, r->ctx) &&
	    lib_text_open(&run.err, r->complaints, r->ctx);

	u->inside++; /* who is told of lines changes nothing */
	lib_watch(&watch);
	lib_watch_on(&watch, u);
	if (ok)
		ok = wl_script_run(&run);
	else
		snprintf(run.error.text, sizeof(run.error.text),
		    "no memory for what it prints");
	lib_text_close(run.out);
	lib_text_close(run.err);
	u->inside--;
	r->passed = run.passed;
	r->failed = run.failed;
	r->line = run.starved || run.in_part ? run.error.line : 0;
	if (lib_limit_met(u, &watch) != 0)
		return -1;
	return ok ? 0 : stopped(r, name, &run.error);
}

int
uvmsim_run(struct uvmsim **u, struct uvmsim_run *r)
{
	struct wl_script *script;
	const char *name;
	int result = -1;

	if (!lib_needs(u, "where the machine goes") ||
	    !lib_needs(r, "the run") ||
	    !lib_sized(r->size, sizeof(*r), "uvmsim_run") ||
	    (*u != NULL && !lib_changes(*u)))
		return -1;
	r->passed = r->failed = 0;
	r->line = r->column = 0;
	name = r->path != NULL ? r->path : "script";
	if (r->path == NULL && r->text == NULL)
		return api_fail(EINVAL, "expected a path or a text");
	if ((script = read_script(*u, r, name)) == NULL)
		return -1;
	if (machine_for(u, r, script))
		result = run_script(*u, r, script, name);
	wl_script_free(script);
	return result;
}

/* --------------------------------------------------------------- lines ---- */

/* What a first line of a script says of its machine comes too late here. */
#define FIRST_LINE 2

/* => false: told */
static bool
lines_begin(struct uvmsim *u)
{
	if (u->lines == NULL && (u->lines = wl_lines_new()) != NULL) {
		wl_lines_machine(u->lines, u->m);
		wl_lines_at(u->lines, FIRST_LINE);
		u->nlines = FIRST_LINE - 1;
	}
	if (u->lines != NULL && wl_lines_know(u->lines))
		return true;
	(void)api_fail(ENOMEM, "no memory for lines of a script");
	return false;
}

/* Lines count on from call to call; those who read messages do not. */
static uint32_t
count_lines(const char *text)
{
	uint32_t n = 0;

	for (; *text != '\0'; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

static int
line_stopped(uint32_t before, const struct wl_script_error *e)
{
	return api_fail(number_of(e), "%u:%u: %s", e->line - before, e->col,
	    e->text);
}

/* May it, is there a text, and somewhere to keep what it says? */
static bool
may_do(struct uvmsim *u, const char *text)
{
	return lib_changes(u) && lib_needs(text, "the text") && lines_begin(u);
}

static int
do_lines(struct uvmsim *u, const char *lines)
{
	struct wl_script_error e;
	uint32_t before = u->nlines;

	if (!wl_lines_read(u->lines, lines, strlen(lines), &e)) {
		u->nlines = e.line;
		return line_stopped(before, &e);
	}
	u->nlines += count_lines(lines);
	while (wl_lines_peek(u->lines) != NULL) {
		if (!lib_within(u))
			return -1;
		if (!wl_lines_next(u->lines, &e))
			return lib_starved(u) ? -1 : line_stopped(before, &e);
	}
	return 0;
}

int
uvmsim_do(struct uvmsim *u, const char *lines)
{
	return may_do(u, lines) ? do_lines(u, lines) : -1;
}

int
uvmsim_show(struct uvmsim *u, const char *what, uvmsim_text_fn *fn, void *ctx)
{
	char line[1100];
	struct wl_run *run;
	int result = -1;

	if (!may_do(u, what))
		return -1;
	if (strlen(what) > 1000 || strchr(what, '\n') != NULL)
		return api_fail(EINVAL, "expected one line of 1000 bytes");
	run = wl_lines_exec(u->lines)->run;
	run->tool = api_tool;
	snprintf(line, sizeof(line), "show %s", what);
	u->inside++;
	if (lib_text_open(&run->out, fn, ctx))
		result = do_lines(u, line);
	else
		(void)api_fail(ENOMEM, "no memory for what it prints");
	lib_text_close(run->out);
	u->inside--;
	run->out = NULL;
	return result;
}
