/*
 * Output files of the subcommands: streams over sim/outfile.h, so that they are
 * whole or not there; the event stream; the core.
 *
 * A stream forgets with which errno it failed, and gives up when the host
 * interrupts it; the file behind it does neither.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "sim/event.h"
#include "sim/outfile.h"

#define BUFFER ((size_t)64 << 10)

static ssize_t
write_some(void *cookie, const char *text, size_t n)
{
	return sim_outfile_write(cookie, text, n) ? (ssize_t)n : 0;
}

static int
forget(struct cmd_file *f, int err)
{
	if (f->file != NULL)
		sim_outfile_abandon(f->file);
	free(f->file);
	memset(f, 0, sizeof(*f));
	return err;
}

/* What nothing may take the place of is written as it is. */
static int
open_special(struct sim_outfile *f, const char *path)
{
	*f = (struct sim_outfile){
		.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
	};
	return f->fd >= 0 ? 0 : errno;
}

int
cmd_file_open(struct cmd_file *f, const char *path)
{
	const cookie_io_functions_t io = { .write = write_some };
	int err;

	memset(f, 0, sizeof(*f));
	f->path = path;
	if (strcmp(path, "-") == 0) {
		f->fp = stdout;
		return 0;
	}
	if ((f->file = calloc(1, sizeof(*f->file))) == NULL)
		return forget(f, ENOMEM);
	f->special = sim_outfile_is_special(path);
	err = f->special ? open_special(f->file, path) :
			   sim_outfile_open(f->file, path);
	if (err != 0) {
		free(f->file);
		f->file = NULL;
		return forget(f, err);
	}
	if ((f->fp = fopencookie(f->file, "w", io)) == NULL) {
		if (f->special)
			close(f->file->fd);
		return forget(f, ENOMEM);
	}
	setvbuf(f->fp, NULL, _IOFBF, BUFFER);
	return 0;
}

int
cmd_flush_stdout(void)
{
	int err = 0;

	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout))
		err = errno != 0 ? errno : EIO;
	if (err != 0) {
		__fpurge(stdout);
		clearerr(stdout);
	}
	return err;
}

int
cmd_file_commit(struct cmd_file *f)
{
	int err = f->error;

	if (f->fp == NULL)
		return 0;
	if (err != 0) {
		cmd_file_abandon(f);
		return err;
	}
	if (f->fp == stdout)
		return forget(f, cmd_flush_stdout());
	if (fclose(f->fp) != 0 && f->file->error == 0)
		f->file->error = ENOMEM;
	err = f->file->error;
	if (f->special && close(f->file->fd) != 0 && err == 0)
		err = errno;
	else if (!f->special)
		err = sim_outfile_commit(f->file);
	return forget(f, err);
}

void
cmd_file_fail(struct cmd_file *f, int err)
{
	if (f->error == 0)
		f->error = err;
}

void
cmd_file_abandon(struct cmd_file *f)
{
	if (f->fp == NULL)
		return;
	if (f->fp == stdout) {
		__fpurge(stdout);
		clearerr(stdout);
	} else {
		__fpurge(f->fp);
		fclose(f->fp);
		if (f->special)
			close(f->file->fd);
	}
	(void)forget(f, ECANCELED);
}

/* ------------------------------------------------------------- events ---- */

static void
write_event(void *ctx, const struct vm_event *event)
{
	struct cmd_events *ev = ctx;
	char line[512];
	int n = sim_event_json(ev->machine, event, line, sizeof(line));

	if (ev->operation != 0 && n > 0 && (size_t)n < sizeof(line))
		fprintf(ev->file.fp, "%.*s,\"operation\":%" PRIu64 "}\n", n - 1,
		    line, ev->operation);
	else
		fprintf(ev->file.fp, "%s\n", line);
	ev->count++;
	if (ev->next_fn != NULL)
		ev->next_fn(ev->next_ctx, event);
}

int
cmd_events_open(struct cmd_events *ev, const struct cmd *cmd)
{
	int err;

	memset(ev, 0, sizeof(*ev));
	if (cmd->events == NULL)
		return CMD_OK;
	err = cmd_file_open(&ev->file, cmd->events);
	if (err != 0)
		return cmd_fail(cmd, "%s: %s", cmd->events, strerror(err));
	return CMD_OK;
}

void
cmd_events_attach(struct cmd_events *ev, struct machine *m)
{
	if (ev->file.fp == NULL)
		return;
	ev->machine = m;
	ev->next_fn = m->vm.event_fn;
	ev->next_ctx = m->vm.event_ctx;
	m->vm.event_fn = write_event;
	m->vm.event_ctx = ev;
}

void
cmd_events_detach(struct cmd_events *ev)
{
	if (ev->machine == NULL)
		return;
	ev->machine->vm.event_fn = ev->next_fn;
	ev->machine->vm.event_ctx = ev->next_ctx;
	ev->machine = NULL;
}

int
cmd_events_close(struct cmd_events *ev, const struct cmd *cmd, bool ok)
{
	int err;

	cmd_events_detach(ev);
	if (!ok) {
		cmd_file_abandon(&ev->file);
		return CMD_OK;
	}
	err = cmd_file_commit(&ev->file);
	if (err != 0)
		return cmd_fail(cmd, "%s: %s", cmd->events, strerror(err));
	return CMD_OK;
}

/* --------------------------------------------------------------- core ---- */

int
cmd_save_core(const struct cmd *cmd, struct machine *m)
{
	char err[512];
	int error = 0;

	api_guard_saving(true);
	mem_watched(m->mem, NULL);
	if (cmd->core != NULL)
		error = sim_core_save(m, cmd->core, err, sizeof(err));
	api_guard_saving(false);
	return error == 0 ? CMD_OK : cmd_fail(cmd, "%s", err);
}
