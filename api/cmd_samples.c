/*
 * --samples and --every of the commands that run a machine.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

#define MAXEVERY ((uint64_t)1 << 40)

static bool
read_every(const char *s, uint64_t *every)
{
	char *end;

	if (s == NULL)
		return true;
	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*every = strtoull(s, &end, 10);
	return errno == 0 && *end == '\0' && *every >= 1 && *every <= MAXEVERY;
}

int
cmd_samples_open(struct cmd_samples *s, const struct cmd *cmd)
{
	size_t len;
	int error;

	if (!read_every(s->every_text, &s->every))
		return cmd_usage_error(cmd,
		    "--every takes a number of operations, not '%s'",
		    s->every_text);
	if (s->path == NULL && s->every != 0)
		return cmd_usage_error(cmd,
		    "--every needs --samples FILE, where the samples go");
	if (s->path == NULL)
		return CMD_OK;
	len = strlen(s->path);
	s->csv = len > 4 && strcmp(s->path + len - 4, ".csv") == 0;
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
	wl_sampler_every(&s->sampler,
	    s->every != 0 ? s->every : CMD_SAMPLES_EVERY);
}

int
cmd_samples_close(struct cmd_samples *s, const struct cmd *cmd, bool ok)
{
	int error;

	if (s->sampler.m != NULL && ok)
		wl_sampler_last(&s->sampler);
	wl_sampler_fini(&s->sampler);
	if (!ok) {
		cmd_file_abandon(&s->file);
		return CMD_OK;
	}
	error = cmd_file_commit(&s->file);
	return error == 0 ? CMD_OK :
			    cmd_fail(cmd, "%s: %s", s->path, strerror(error));
}
