/*
 * Options, complaints and output files of the subcommands (cmd.h).
 *
 * The common options are rows of the same kind as a command's own, so that
 * parsing, help and the spelling suggestions walk one list: first the
 * command's, then the common ones that it takes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "paint.h"
#include "sim/suggest.h"

#define MAXOPTIONS 40
#define MAXPAIR 288  /* tlb= has the longest value */
#define MAXWORD 255  /* bytes of a word of a message */
#define MAXTEXT 1200 /* and of the message */

struct option_list {
	struct cmd_option o[MAXOPTIONS];
	size_t n;
	const char *machine; /* value of the --machine just seen */
	bool help;
};

static void
list_common(struct cmd *cmd, struct option_list *l)
{
	const struct {
		unsigned takes;
		struct cmd_option o;
	} common[] = {
		{ CMD_TAKES_MACHINE,
		    { "machine", 'm', "KEY=VALUE,...",
			"configure the machine (arch, ram, swap, seed, ...)",
			&l->machine } },
		{ CMD_TAKES_JSON,
		    { "json", 0, NULL, "one JSON object on standard output",
			&cmd->json } },
		{ CMD_TAKES_CORE,
		    { "core", 0, "FILE", "save the final state of the machine",
			&cmd->core } },
		{ CMD_TAKES_EVENTS,
		    { "events", 0, "FILE", "write the events as JSON lines",
			&cmd->events } },
		{ CMD_TAKES_QUIET,
		    { "quiet", 'q', NULL, "say nothing but what was asked for",
			&cmd->quiet } },
		{ CMD_TAKES_BOUNDS,
		    { "max-host-memory", 0, "SIZE",
			"take no more than SIZE of this host's memory",
			&cmd->bounds.memory_text } },
		{ CMD_TAKES_OPS,
		    { "max-ops", 0, "N", "end after N operations or references",
			&cmd->bounds.ops_text } },
		{ CMD_TAKES_BOUNDS,
		    { "timeout", 0, "TIME",
			"end after TIME: 2, 0.5, 90s, 5m, 20ms",
			&cmd->bounds.timeout_text } },
		{ ~0u, { "help", 'h', NULL, "show this text", &l->help } },
	};
	size_t i;

	for (i = 0; i < NELEM(common); i++)
		if ((cmd->takes | ~(unsigned)CMD_TAKES_ALL) & common[i].takes)
			l->o[l->n++] = common[i].o;
}

static void
list_build(struct cmd *cmd, struct option_list *l)
{
	const struct cmd_option *o;

	memset(l, 0, sizeof(*l));
	for (o = cmd->options; o != NULL && o->name != NULL; o++)
		l->o[l->n++] = *o;
	list_common(cmd, l);
}

/* ----------------------------------------------------------- messages ---- */

/* A request for memory that failed where memory is bounded: says by what. */
static void
blame(const struct cmd *cmd, const char *text)
{
	const char *const words[] = { "no memory", "out of memory",
		strerror(ENOMEM) };
	char why[128];

	for (size_t i = 0; i < NELEM(words); i++) {
		if (cmd->bounds.memory_text == NULL ||
		    strstr(text, words[i]) == NULL)
			continue;
		fprintf(stderr, ": %s",
		    api_bounds_why(&cmd->bounds,
			api_guard_refused(cmd->bounds.guard), why));
		return;
	}
}

/* Its first and its last bytes, no character of them halved. => the end */
static char *
elide(char *s, size_t len, size_t first, size_t last)
{
	char *end = s + len, *left = s + first, *right = end - last;

	while (left > s && (*left & 0xc0) == 0x80)
		left--;
	while (right < end && (*right & 0xc0) == 0x80)
		right++;
	left = (char *)mempcpy(left, "...", 3);
	memmove(left, right, strlen(right) + 1);
	return left + (end - right);
}

/* Nobody reads the kilobytes of a word that was given, or of a sentence. */
static void
shorten(char *text)
{
	size_t len;

	for (char *word = text; *word != '\0'; word += *word == ' ') {
		len = strcspn(word, " ");
		word = len > MAXWORD ? elide(word, len, 60, 20) : word + len;
	}
	if ((len = strlen(text)) > MAXTEXT)
		elide(text, len, MAXTEXT / 2, MAXTEXT / 2 - 3);
}

__attribute__((format(printf, 2, 0))) static void
complain(const struct cmd *cmd, const char *fmt, va_list ap)
{
	char room[MAXTEXT + 1], *text = room, *more;
	va_list again;
	int n;

	va_copy(again, ap);
	room[0] = '\0';
	n = vsnprintf(room, sizeof(room), fmt, ap);
	if (n > MAXTEXT && (more = malloc((size_t)n + 1)) != NULL) {
		vsnprintf(more, (size_t)n + 1, fmt, again);
		text = more;
	}
	va_end(again);
	shorten(text);
	fprintf(stderr, "uvmsim %s: %s", cmd->name, text);
	blame(cmd, text);
	if (text != room)
		free(text);
}

int
cmd_fail(const struct cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(cmd, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return CMD_FAIL;
}

int
cmd_usage_error(const struct cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(cmd, fmt, ap);
	va_end(ap);
	fprintf(stderr, " (see uvmsim %s --help)\n", cmd->name);
	return CMD_USAGE;
}

static void
print_help(const struct cmd *cmd, const struct option_list *l)
{
	const struct api_style *st = api_style(stdout);
	char left[40];
	size_t i;

	printf("%susage:%s uvmsim %s [options]%s%s\n\n%s\n\n%sOptions:%s\n",
	    st->bold, st->off, cmd->name, cmd->operands != NULL ? " " : "",
	    cmd->operands != NULL ? cmd->operands : "", cmd->about, st->bold,
	    st->off);
	for (i = 0; i < l->n; i++) {
		const struct cmd_option *o = &l->o[i];

		snprintf(left, sizeof(left), "%s--%s%s%s",
		    o->letter ? (char[]){ '-', o->letter, ',', ' ', 0 } :
				"    ",
		    o->name, o->value != NULL ? " " : "",
		    o->value != NULL ? o->value : "");
		printf("  %s%-28s%s %s\n", st->word, left, st->off, o->help);
	}
}

/* ------------------------------------------------------------ parsing ---- */

static const struct cmd_option *
find_long(const struct option_list *l, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (strlen(l->o[i].name) == len &&
		    strncmp(l->o[i].name, name, len) == 0)
			return &l->o[i];
	return NULL;
}

static const struct cmd_option *
find_letter(const struct option_list *l, char letter)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->o[i].letter == letter)
			return &l->o[i];
	return NULL;
}

static int
unknown_option(const struct cmd *cmd, const struct option_list *l,
    const char *arg)
{
	const char *names[MAXOPTIONS + 1], *near;
	char name[64];
	size_t i;

	for (i = 0; i < l->n; i++)
		names[i] = l->o[i].name;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(arg, "="), arg);
	near = strncmp(name, "--", 2) == 0 ?
	    sim_suggest(name + 2, names, l->n) :
	    NULL;
	if (near != NULL)
		return cmd_usage_error(cmd,
		    "unknown option %s; did you mean "
		    "--%s?",
		    name, near);
	return cmd_usage_error(cmd, "unknown option %s", name);
}

/* Check a --machine value pair by pair, on a configuration of its own. */
static int
check_machine(struct cmd *cmd, const char *text)
{
	struct sim_config config;
	char pair[MAXPAIR], err[320];
	const char *p;
	size_t n;

	if (cmd->nmachine == CMD_MAXMACHINE)
		return cmd_usage_error(cmd,
		    "--machine given more than %d "
		    "times",
		    CMD_MAXMACHINE);
	sim_config_default(&config);
	config.files = true;
	for (p = text;; p += n + 1) {
		n = strcspn(p, ",");
		if (n >= sizeof(pair))
			return cmd_usage_error(cmd,
			    "--machine: %.20s... is "
			    "too long; expected KEY=VALUE",
			    p);
		memcpy(pair, p, n);
		pair[n] = '\0';
		if (sim_config_set(&config, pair, err, sizeof(err)) != 0)
			return cmd_usage_error(cmd, "--machine: %s", err);
		if (p[n] == '\0')
			break;
	}
	cmd->machine[cmd->nmachine++] = text;
	return CMD_OK;
}

void
cmd_config(const struct cmd *cmd, struct sim_config *config)
{
	char pair[MAXPAIR], err[320];
	const char *p;
	unsigned i;

	config->files = true;
	config->host = api_guard_host(cmd->bounds.guard);
	for (i = 0; i < cmd->nmachine; i++)
		for (p = cmd->machine[i];; p += strlen(pair) + 1) {
			snprintf(pair, sizeof(pair), "%.*s",
			    (int)strcspn(p, ","), p);
			sim_config_set(config, pair, err, sizeof(err));
			if (p[strlen(pair)] == '\0')
				break;
		}
}

static int
add_to_list(const struct cmd *cmd, const struct cmd_option *o,
    const char *value)
{
	if (cmd->list->n == CMD_MAXLIST)
		return cmd_usage_error(cmd, "--%s given more than %d times",
		    o->name, CMD_MAXLIST);
	cmd->list->value[cmd->list->n++] = value;
	return CMD_OK;
}

/*
 * One option at argv[*i]; takes the next argument when the value is separate.
 */
static int
parse_option(struct cmd *cmd, struct option_list *l, int argc, char **argv,
    int *i)
{
	const char *arg = argv[*i], *value = NULL;
	const struct cmd_option *o;
	size_t len;

	if (arg[1] == '-') {
		len = strcspn(arg + 2, "=");
		o = find_long(l, arg + 2, len);
		if (arg[2 + len] == '=')
			value = arg + 3 + len;
	} else {
		o = find_letter(l, arg[1]);
		if (arg[2] != '\0')
			value = arg + 2;
	}
	if (o == NULL)
		return unknown_option(cmd, l, arg);
	if (o->value == NULL) {
		if (value != NULL)
			return cmd_usage_error(cmd,
			    "--%s takes no value, but "
			    "got %s",
			    o->name, arg);
		*(bool *)o->target = true;
		return CMD_OK;
	}
	if (value == NULL && ++*i < argc)
		value = argv[*i];
	if (value == NULL)
		return cmd_usage_error(cmd, "--%s needs a value: --%s %s",
		    o->name, o->name, o->value);
	if (cmd->list != NULL && o->target == cmd->list)
		return add_to_list(cmd, o, value);
	*(const char **)o->target = value;
	return o->target == &l->machine ? check_machine(cmd, value) : CMD_OK;
}

static int
parse_all(struct cmd *cmd, struct option_list *l, int argc, char **argv)
{
	int i, status = CMD_OK;

	cmd->operand = argv + 1;
	cmd->noperands = 0;
	for (i = 1; i < argc && status == CMD_OK && !l->help; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (++i < argc)
				cmd->operand[cmd->noperands++] = argv[i];
		} else if (argv[i][0] == '-' && argv[i][1] != '\0')
			status = parse_option(cmd, l, argc, argv, &i);
		else
			cmd->operand[cmd->noperands++] = argv[i];
	}
	return status;
}

static int
begin_bounds(struct cmd *cmd)
{
	char name[32], err[256];

	snprintf(name, sizeof(name), "uvmsim %s", cmd->name);
	return api_bounds_begin(&cmd->bounds, name, err, sizeof(err)) ?
	    CMD_OK :
	    cmd_usage_error(cmd, "%s", err);
}

bool
cmd_parse(struct cmd *cmd, int argc, char **argv)
{
	struct option_list l;

	list_build(cmd, &l);
	cmd->status = parse_all(cmd, &l, argc, argv);
	if (cmd->status == CMD_OK && l.help) {
		print_help(cmd, &l);
		return false;
	}
	if (cmd->status == CMD_OK && cmd->noperands < cmd->min_operands)
		cmd->status = cmd_usage_error(cmd, "expected %s",
		    cmd->operands);
	else if (cmd->status == CMD_OK && cmd->noperands > cmd->max_operands)
		cmd->status = cmd_usage_error(cmd, "unexpected operand %s",
		    cmd->operand[cmd->max_operands]);
	else if (cmd->status == CMD_OK)
		cmd->status = begin_bounds(cmd);
	return cmd->status == CMD_OK;
}
