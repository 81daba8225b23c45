/*
 * What the subcommands of uvmsim share: their table, options, output files.
 *
 *	main_uvmsim.c --> cmd_table[] --> cmd_run(argc, argv)
 *	                                     |  struct cmd: its usage, options
 *	                                     +- cmd_parse()    options, operands
 *	                                     +- cmd_config()   --machine
 *	                                     +- cmd_events_*   --events
 *	                                     +- cmd_save_core  --core
 *
 * A subcommand is a function of (argc, argv), argv[0] being its own name, that
 * returns the exit status: CMD_OK, CMD_FAIL or CMD_USAGE.  Nothing here calls
 * exit().  Results go to stdout, complaints go to stderr as one line that
 * begins with "uvmsim NAME: ".
 *
 * Files get their names when they are complete (sim/outfile.h), so that a run
 * that fails leaves no partial file.
 */
#ifndef API_CMD_H
#define API_CMD_H

#include <stdio.h>

#include "bounds.h"
#include "sim/sim.h"
#include "workloads/sampler.h"

enum cmd_status { CMD_OK = 0, CMD_FAIL = 1, CMD_USAGE = 2 };

/* One row of the table of subcommands. */
struct cmd_entry {
	const char     *name;
	const char     *summary;	/* one line, lower case, no full stop */
	int	      (*run)(int argc, char **argv);
};

extern const struct cmd_entry cmd_table[];	/* ends with a NULL name */

int	cmd_run(int, char **);		/* cmd_run.c */
int	cmd_replay(int, char **);	/* cmd_replay.c */
int	cmd_explain(int, char **);	/* cmd_explain.c */
int	cmd_step(int, char **);		/* cmd_step.c */
int	cmd_report(int, char **);	/* cmd_report.c */
int	cmd_lesson(int, char **);	/* cmd_lesson.c */
int	cmd_mrc(int, char **);		/* cmd_mrc.c */
int	cmd_wset(int, char **);		/* cmd_wset.c */
int	cmd_convert(int, char **);	/* cmd_convert.c */
int	cmd_record(int, char **);	/* cmd_record.c */
int	cmd_info(int, char **);		/* cmd_info.c */
int	cmd_generate(int, char **);	/* cmd_generate.c */
int	cmd_check(int, char **);	/* cmd_check.c */
int	cmd_count(int, char **);	/* cmd_count.c */
int	cmd_sweep(int, char **);	/* cmd_sweep.c */
int	cmd_bench(int, char **);	/* cmd_bench.c */
int	cmd_procfs(int, char **);	/* cmd_procfs.c */
int	cmd_ksyms(int, char **);	/* cmd_ksyms.c */

/* ------------------------------------------------------------ options ---- */

/*
 * One option, "--name" or "--name VALUE" or "--name=VALUE" or "-l".  A flag
 * (value NULL) sets *(bool *)target; an option with a value sets
 * *(const char **)target to the text in argv.  Given twice, the last one wins.
 */
struct cmd_option {
	const char     *name;		/* without dashes; NULL ends a list */
	char		letter;		/* 'q' for -q; 0: none */
	const char     *value;		/* name of the value in help, or NULL */
	const char     *help;		/* one line */
	void	       *target;
};

#define CMD_MAXMACHINE	32
#define CMD_MAXLIST	64

/* An option that may be given again and again: all its values. */
struct cmd_list {
	const char     *value[CMD_MAXLIST];
	unsigned	n;
};

/* The common options, and those a command adds. */
struct cmd {
	/* set by the command before cmd_parse() */
	const char     *name;		/* "run" */
	const char     *operands;	/* "SCRIPT", for the usage line */
	const char     *about;		/* a sentence or two for --help */
	unsigned	takes;		/* CMD_TAKES_*: common options */
	const struct cmd_option *options; /* its own, or NULL */
	struct cmd_list *list;		/* the target of an option that is one,
					   or NULL */
	int		min_operands, max_operands;
	/* set by cmd_parse() */
	const char     *machine[CMD_MAXMACHINE]; /* values of --machine */
	unsigned	nmachine;
	const char     *core;		/* --core FILE, or NULL */
	const char     *events;		/* --events FILE, or NULL */
	bool		json;		/* --json */
	bool		quiet;		/* -q, --quiet */
	struct api_bounds bounds;	/* --max-host-memory, --max-ops,
					   --timeout */
	char	      **operand;	/* operands, in argv */
	int		noperands;
	int		status;		/* when cmd_parse() says false */
};

#define CMD_TAKES_MACHINE	0x01
#define CMD_TAKES_JSON		0x02
#define CMD_TAKES_CORE		0x04
#define CMD_TAKES_EVENTS	0x08
#define CMD_TAKES_QUIET		0x10
#define CMD_TAKES_BOUNDS	0x20	/* of memory and time */
#define CMD_TAKES_OPS		0x40	/* of operations */
#define CMD_TAKES_ALL		0x7f

/*
 * Parse argv.  Options and operands may be mixed; "--" ends the options, "-" is
 * an operand.  The values of --machine are checked here, pair by pair, and what
 * bounds the command is at work from here on.
 * => true: go on; false: return cmd->status (help was printed, or one line
 *    about what is wrong)
 */
bool	cmd_parse(struct cmd *, int argc, char **argv);

/*
 * Apply the --machine options, in order, on top of *config (the command line
 * has the last word, over a script's own machine line as well).
 */
void	cmd_config(const struct cmd *, struct sim_config *);

/* Help of the option --from FORMAT. */
#define CMD_FROM_HELP	"format of the trace (convert --list has them)"
/* => CMD_OK and *as (NULL: name is NULL), or what a usage error gives */
struct wl_refformat;
int	cmd_from(const struct cmd *, const char *name,
	    const struct wl_refformat **as);
/* No counter of the machine has this name. => a usage error */
int	cmd_no_counter(const struct cmd *, const struct machine *,
	    const char *option, const char *name);

/*
 * A decimal number of lo to hi, which is all of the text; text NULL (the option
 * was not given) leaves *out as it is.  => false: it is none, *out stays
 */
bool	cmd_number(const char *text, uint64_t lo, uint64_t hi, uint64_t *out);
/* The same at *text, up to its end or a separator, where *text is then. */
bool	cmd_number_at(const char **text, char separator, uint64_t lo,
	    uint64_t hi, uint64_t *out);

/* --skip N and --until N: which references of a trace are taken. */
struct cmd_slice {
	const char     *skip_text, *until_text;	/* as given, or NULL */
	uint64_t	skip, until;		/* 0: not given */
};
#define CMD_SLICE_OPTIONS(slice) \
	{ "skip", 0, "N", "pass over the first N references", \
	    &(slice).skip_text }, \
	{ "until", 0, "N", "stop after N references", &(slice).until_text }
struct wl_input;
/* => CMD_OK, or what a usage error gives */
int	cmd_slice(const struct cmd *, struct cmd_slice *);
/* That is what is wanted of the input.  data_only: fetches do not count. */
void	cmd_slice_set(const struct cmd_slice *, bool data_only,
	    struct wl_input *);

/* One line on stderr: "uvmsim NAME: ...".  => CMD_FAIL or CMD_USAGE */
int	cmd_fail(const struct cmd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
int	cmd_usage_error(const struct cmd *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* ------------------------------------------------------- output files ---- */

struct sim_outfile;
struct cmd_file {
	FILE	       *fp;		/* NULL: not open */
	const char     *path;		/* final name */
	struct sim_outfile *file;	/* behind fp; NULL: it is stdout */
	bool		special;	/* a device, written as it is */
	int		error;		/* cmd_file_fail() */
};

/* => 0, or an errno; "-" is stdout, written directly, and so are devices */
int	cmd_file_open(struct cmd_file *, const char *path);
/* The file gets its name. => 0, or the first errno (nothing is left then) */
int	cmd_file_commit(struct cmd_file *);
/* Standard output as far as it is written. => 0, or an errno that is the
   caller's to tell: it is forgotten then, lest it be told twice */
int	cmd_flush_stdout(void);
/* What is written to it is not all: its commit fails with this errno. */
void	cmd_file_fail(struct cmd_file *, int err);
/* Throw it away; allowed on a file not open. */
void	cmd_file_abandon(struct cmd_file *);

/*
 * The event stream of a machine as JSON lines, one event each.  Listens beside
 * whoever listened before (an event goes on to them).
 */
struct cmd_events {
	struct cmd_file	file;
	struct machine *machine;	/* being listened to, or NULL */
	vm_event_fn    *next_fn;	/* who listened before */
	void	       *next_ctx;
	uint64_t	count;		/* events written */
	uint64_t	operation;	/* that they are of, told with each of
					   them; 0: not told */
};

/* --events: open the file (nothing without the option). => CMD_OK, CMD_FAIL */
int	cmd_events_open(struct cmd_events *, const struct cmd *);
/* The machine has been made: write its events from now on. */
void	cmd_events_attach(struct cmd_events *, struct machine *);
/* Stop listening.  => before the machine is destroyed */
void	cmd_events_detach(struct cmd_events *);
/* ok: keep the file; otherwise throw it away. => CMD_OK or CMD_FAIL */
int	cmd_events_close(struct cmd_events *, const struct cmd *, bool ok);

/*
 * --samples FILE, --every N and --stats NAME,...: rows of workloads/sampler.h,
 * comma-separated values if FILE ends in .csv or is csv:NAME, else JSON lines
 * (json:NAME says so); - is standard output.
 */
#define CMD_MAXSTATS	256

struct cmd_samples {
	const char     *path, *every_text, *stats_text;	/* as given, or NULL */
	struct cmd_file	file;
	bool		csv;
	uint64_t	every;		/* operations; 0: not given */
	char	       *names;		/* of the counters, cut up */
	const char     *stat[CMD_MAXSTATS];
	size_t		nstats;
	struct wl_sampler sampler;	/* of a machine, once attached */
};
/* The rows of these options in a command's list. */
#define CMD_SAMPLES_OPTIONS(s)						\
	{ "samples", 0, "FILE",						\
	    "what processes and the machine have, over time", &(s)->path }, \
	{ "every", 0, "N", "a sample every N operations", &(s)->every_text }, \
	{ "stats", 0, "NAME,...", "counters in the samples, or all, or none", \
	    &(s)->stats_text }
/* => CMD_OK, or what a usage error or a file that cannot be made gives */
int	cmd_samples_open(struct cmd_samples *, const struct cmd *);
/* The machine has been made (nothing without the option): sample it, every
   CMD_SAMPLES_EVERY operations unless told otherwise. */
#define CMD_SAMPLES_EVERY	100000
void	cmd_samples_attach(struct cmd_samples *, struct machine *);
/*
 * The end, before the machine is destroyed.  ok: the last sample is taken, and
 * the file is kept; otherwise it is thrown away.  => CMD_OK or CMD_FAIL
 */
int	cmd_samples_close(struct cmd_samples *, const struct cmd *, bool ok);

/* --core: save the state (nothing without the option). => CMD_OK, CMD_FAIL */
int	cmd_save_core(const struct cmd *, struct machine *);

/* A string as a JSON literal, quoted and escaped. */
void	cmd_json_string(FILE *, const char *);
/* "statistics":{...}: every counter of the machine by its name. */
void	cmd_json_statistics(FILE *, const struct machine *);
/* ,"swap":[...],"disks":[...] of a machine that has swap, else nothing */
void	cmd_json_disks(FILE *, const struct machine *);

#endif /* API_CMD_H */
