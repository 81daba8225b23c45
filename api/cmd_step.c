/*
 * uvmsim step: forward and back through a run, by commands.
 *
 * Commands come from -x, else from standard input, a line each; with a prompt
 * if that is a terminal.  A signal to interrupt stops a long way, and the
 * program at the prompt.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_step.h"
#include "progress.h"
#include "tools.h"

/* ---------------------------------------------------------- machines ---- */

/* The value that a machine has for a key, as a name for its side. */
static void
name_value(const struct sim_config *c, const char *key, char *buf, size_t len)
{
	const struct {
		const char *key, *value;
	} known[] = {
		{ "arch", c->arch->name },
		{ "personality", c->personality->name },
		{ "policy", c->policy_value },
		{ "superpages", sim_superpages_name(c->superpages) },
		{ "numa", sim_numa_name(c->numa) },
		{ "tlb", c->tlb_value[0] != '\0' ? c->tlb_value : "off" },
		{ "swap", c->swap_value[0] != '\0' ? c->swap_value : "0" },
	};

	for (size_t i = 0; i < NELEM(known); i++)
		if (strcmp(known[i].key, key) == 0) {
			snprintf(buf, len, "%s=%s", key, known[i].value);
			return;
		}
	if (strcmp(key, "ram") == 0 && c->ram % (1 << 20) == 0)
		snprintf(buf, len, "ram=%lluM",
		    (unsigned long long)c->ram >> 20);
	else if (strcmp(key, "frames") == 0)
		snprintf(buf, len, "frames=%u", c->frames);
	else
		snprintf(buf, len, "other %s", key);
}

/* The left side is named by what --beside changes on the right. */
static void
name_left(struct cmd_stepping *j, const struct sim_config *c)
{
	char *pairs = strdup(j->beside), *at = pairs, *pair;
	size_t n = 0;

	while (at != NULL && (pair = strsep(&at, ",")) != NULL) {
		pair[strcspn(pair, "=")] = '\0';
		if (n > 0 && n + 1 < sizeof(j->left))
			j->left[n++] = ',';
		name_value(c, pair, j->left + n, sizeof(j->left) - n);
		n = strlen(j->left);
	}
	free(pairs);
}

static bool
set_pairs(struct cmd_stepping *j, const char *text, struct sim_config *c)
{
	char *pairs = strdup(text), *at = pairs, *pair, err[320];
	bool ok = pairs != NULL;

	while (ok && (pair = strsep(&at, ",")) != NULL)
		if (sim_config_set(c, pair, err, sizeof(err)) != 0) {
			j->status = cmd_usage_error(&j->cmd, "--beside: %s",
			    err);
			ok = false;
		}
	free(pairs);
	return ok;
}

static bool
configure(void *ctx, int side, struct sim_config *c)
{
	struct cmd_stepping *j = ctx;

	cmd_config(&j->cmd, c);
	if (side == 1)
		return set_pairs(j, j->beside, c);
	if (j->beside != NULL)
		name_left(j, c);
	return true;
}

/* ------------------------------------------------------ interruption ---- */

static void
interrupts(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
}

static bool
progress(void *ctx, uint64_t at)
{
	static const struct timespec now;
	struct cmd_stepping *j = ctx;
	sigset_t set;

	cmd_progress_update(&j->progress, at, at);
	if (j->moving != NULL)
		j->moving(j, at);
	if (api_guard_over(j->cmd.bounds.guard) != API_OVER_NOT)
		return false;
	interrupts(&set);
	return sigtimedwait(&set, NULL, &now) != SIGINT;
}

bool
cmd_step_do(struct cmd_stepping *j, const char *command)
{
	sigset_t set, before;
	bool on;

	interrupts(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	cmd_progress_begin(&j->progress, &j->cmd, "operations", 0);
	on = wl_step_do(j->step, command);
	cmd_progress_end(&j->progress);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return on && api_guard_over(j->cmd.bounds.guard) == API_OVER_NOT;
}

/* ---------------------------------------------------------- commands ---- */

static void
from_options(struct cmd_stepping *j)
{
	bool on = true;

	for (unsigned i = 0; i < j->list.n && on; i++)
		on = cmd_step_do(j, j->list.value[i]);
}

static void
from_input(struct cmd_stepping *j)
{
	const bool asks = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	bool on = true;

	while (on) {
		if (asks)
			fputs("(step) ", stdout);
		fflush(stdout);
		if ((n = getline(&line, &cap, stdin)) < 0)
			break;
		while (n > 0 && strchr("\r\n", line[n - 1]) != NULL)
			line[--n] = '\0';
		on = cmd_step_do(j, line);
	}
	if (asks && on)
		putchar('\n');
	free(line);
}

/* ----------------------------------------------------------- opening ---- */

static int
open_input(struct cmd_stepping *j, struct wl_input **in)
{
	const char *path = j->cmd.operand[0];
	char err[200];

	*in = wl_input_open(path, err, sizeof(err));
	if (*in == NULL)
		return cmd_fail(&j->cmd, "%s: %s", path, err);
	(*in)->as = j->as;
	return CMD_OK;
}

static int
open_run(struct cmd_stepping *j)
{
	struct wl_step_config c = {
		.path = j->cmd.operand[0],
		.name = { j->left, j->beside },
		.memory = (size_t)j->memory,
		.most = j->cmd.bounds.ops,
		.configure = configure,
		.progress = progress,
		.tool = api_tool,
		.out = j->out,
		.err = j->err,
		.ctx = j,
	};
	char err[800];
	int status = open_input(j, &c.input[0]);

	if (status == CMD_OK && j->beside != NULL)
		status = open_input(j, &c.input[1]);
	if (status != CMD_OK) {
		wl_input_close(c.input[0]);
		return status;
	}
	cmd_progress_begin(&j->progress, &j->cmd, "operations", 0);
	if (wl_step_open(&c, &j->step, err, sizeof(err)) != 0)
		status = err[0] != '\0' ? cmd_fail(&j->cmd, "%s", err) :
					  j->status;
	cmd_progress_end(&j->progress);
	return status;
}

static int
check(struct cmd_stepping *j)
{
	if (j->memory_text != NULL &&
	    (sim_parse_size(j->memory_text, &j->memory) != 0 ||
		j->memory < 1 << 20))
		return cmd_usage_error(&j->cmd,
		    "--memory takes a size of 1M at least, not '%s'",
		    j->memory_text);
	if (strcmp(j->cmd.operand[0], "-") == 0 &&
	    (j->list.n == 0 || j->beside != NULL))
		return cmd_usage_error(&j->cmd,
		    "standard input is for commands: expected a file, or "
		    "commands by -x and one side");
	return cmd_from(&j->cmd, j->from, &j->as);
}

static bool
wants_screen(const struct cmd_stepping *j)
{
	return !j->plain && j->list.n == 0 && isatty(STDIN_FILENO) &&
	    isatty(STDOUT_FILENO);
}

static int
run(struct cmd_stepping *j)
{
	int status = check(j);
	enum api_over over;
	char why[128];

	if (status == CMD_OK && wants_screen(j))
		return cmd_step_screen(j, open_run);
	if (status == CMD_OK)
		status = open_run(j);
	if (status != CMD_OK)
		return status;
	wl_step_begin(j->step);
	if (j->list.n > 0)
		from_options(j);
	else
		from_input(j);
	over = api_guard_said(j->cmd.bounds.guard);
	if (over != API_OVER_NOT) {
		fflush(j->out);
		return cmd_fail(&j->cmd, "%s: %s", j->cmd.operand[0],
		    api_bounds_why(&j->cmd.bounds, over, why));
	}
	return wl_step_nfailed(j->step) > 0 && !isatty(STDIN_FILENO) ?
	    CMD_FAIL :
	    CMD_OK;
}

int
cmd_step(int argc, char **argv)
{
	struct cmd_stepping j = {
		.cmd = { .name = "step",
		    .operands = "SCRIPT|TRACE",
		    .about = "Steps through a run, forward and back.  Commands "
			     "come from -x or standard\ninput; the command "
			     "help lists them, uvmsim-step(1) tells more.\n"
			     "Exit status 1: a command failed.",
		    .takes = CMD_TAKES_MACHINE | CMD_TAKES_QUIET |
			CMD_TAKES_BOUNDS | CMD_TAKES_OPS,
		    .min_operands = 1,
		    .max_operands = 1 },
		.out = stdout,
		.err = stderr,
	};
	const struct cmd_option options[] = {
		{ "beside", 0, "KEY=VALUE,...",
		    "a second machine with these keys beside it", &j.beside },
		{ "command", 'x', "COMMAND",
		    "do this, and no others; again for more", &j.list },
		{ "from", 0, "FORMAT", CMD_FROM_HELP, &j.from },
		{ "memory", 0, "SIZE", "for checkpoints (512M)",
		    &j.memory_text },
		{ "plain", 0, NULL, "lines, on a terminal too", &j.plain },
		{ NULL, 0, NULL, NULL, NULL }
	};
	int status;

	j.cmd.options = options;
	j.cmd.list = &j.list;
	if (!cmd_parse(&j.cmd, argc, argv))
		return j.cmd.status;
	status = run(&j);
	wl_step_close(j.step);
	return status;
}
