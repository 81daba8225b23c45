/*
 * --samples, --every and --stats of the commands that run a machine.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "sim/stats.h"

#define MAXEVERY ((uint64_t)1 << 40)

/* What people plot: faults, what went out and came in, larger pages, TLB. */
static const char
    usual[] = "faults,minflt,majflt,pageins,pdscans,pdfreed,pgswapin,pgswapout,"
	      "promotions,demotions,collapses,tlb_walks,tlb_cycles";

/* ------------------------------------------------------------ counters ---- */

/* A small machine has all the counters that there are. */
static struct machine *
any_machine(void)
{
	struct sim_config config;
	struct machine *m = NULL;
	char err[256];

	sim_config_default(&config);
	config.ram = (uint64_t)1 << 20;
	return sim_machine_create(&config, &m, err, sizeof(err)) == 0 ? m :
									NULL;
}

/* All names, or those of the list; they live as long as the program, or
   s->names. => CMD_OK, or what was said */
static int
take_names(struct cmd_samples *s, const struct cmd *cmd,
    const struct machine *m)
{
	char *save = NULL;
	struct sim_stat stat;
	uint64_t value;

	if (strcmp(s->names, "none") == 0)
		return CMD_OK;
	if (strcmp(s->names, "all") == 0) {
		while (s->nstats < CMD_MAXSTATS &&
		    sim_stat_at(m, s->nstats, &stat))
			s->stat[s->nstats++] = stat.name;
		return CMD_OK;
	}
	for (char *name = strtok_r(s->names, ",", &save); name != NULL;
	     name = strtok_r(NULL, ",", &save)) {
		if (!sim_stat_byname(m, name, &value))
			return cmd_no_counter(cmd, m, "--stats", name);
		if (s->nstats == CMD_MAXSTATS)
			return cmd_usage_error(cmd,
			    "--stats takes at most %d names", CMD_MAXSTATS);
		s->stat[s->nstats++] = name;
	}
	return CMD_OK;
}

static int
read_stats(struct cmd_samples *s, const struct cmd *cmd)
{
	struct machine *m = any_machine();
	int status;

	s->names = strdup(s->stats_text != NULL ? s->stats_text : usual);
	if (m == NULL || s->names == NULL)
		status = cmd_fail(cmd, "no memory");
	else
		status = take_names(s, cmd, m);
	if (m != NULL)
		sim_machine_destroy(m);
	return status;
}

/* ---------------------------------------------------------------- file ---- */

/* The name without its form, which is s->csv then. */
static const char *
name_of(struct cmd_samples *s)
{
	const size_t len = strlen(s->path);

	s->csv = len > 4 && strcmp(s->path + len - 4, ".csv") == 0;
	if (strncmp(s->path, "csv:", 4) == 0)
		s->csv = true;
	else if (strncmp(s->path, "json:", 5) == 0)
		s->csv = false;
	else
		return s->path;
	return strchr(s->path, ':') + 1;
}

int
cmd_samples_open(struct cmd_samples *s, const struct cmd *cmd)
{
	int error;

	if (!cmd_number(s->every_text, 1, MAXEVERY, &s->every))
		return cmd_usage_error(cmd,
		    "--every takes a number of operations, not '%s'",
		    s->every_text);
	if (s->path == NULL && (s->every != 0 || s->stats_text != NULL))
		return cmd_usage_error(cmd,
		    "--%s needs --samples FILE, where the samples go",
		    s->every != 0 ? "every" : "stats");
	if (s->path == NULL)
		return CMD_OK;
	s->path = name_of(s);
	if ((error = read_stats(s, cmd)) != CMD_OK)
		return error;
	error = cmd_file_open(&s->file, s->path);
	return error == 0 ? CMD_OK :
			    cmd_fail(cmd, "%s: %s", s->path, strerror(error));
}

void
cmd_samples_attach(struct cmd_samples *s, struct machine *m)
{
	if (s->file.fp == NULL)
		return;
	wl_sampler_init(&s->sampler, m, s->file.fp,
	    s->csv ? WL_SAMPLE_CSV : WL_SAMPLE_JSON);
	s->sampler.stat = s->stat;
	s->sampler.nstats = s->nstats;
	wl_sampler_every(&s->sampler,
	    s->every != 0 ? s->every : CMD_SAMPLES_EVERY);
}

int
cmd_samples_close(struct cmd_samples *s, const struct cmd *cmd, bool ok)
{
	int error;
	bool nomem;

	if (s->sampler.m != NULL && ok)
		wl_sampler_last(&s->sampler);
	nomem = s->sampler.nomem;
	wl_sampler_fini(&s->sampler);
	free(s->names);
	s->names = NULL;
	if (!ok) {
		cmd_file_abandon(&s->file);
		return CMD_OK;
	}
	if (nomem) {
		cmd_file_abandon(&s->file);
		return cmd_fail(cmd, "%s: no memory left for samples", s->path);
	}
	error = cmd_file_commit(&s->file);
	return error == 0 ? CMD_OK :
			    cmd_fail(cmd, "%s: %s", s->path, strerror(error));
}
