/*
 * Output files of the subcommands: written beside their final name, renamed
 * when complete; the event stream; the core.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "sim/event.h"

static int
forget(struct cmd_file *f, int err)
{
	if (f->tmp != NULL) {
		if (err != 0)
			unlink(f->tmp);
		free(f->tmp);
	}
	memset(f, 0, sizeof(*f));
	return err;
}

/* A device, a pipe: written as it is, for nothing may take its place. */
static bool
is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	    !S_ISDIR(st.st_mode);
}

int
cmd_file_open(struct cmd_file *f, const char *path)
{
	size_t len = strlen(path) + sizeof(".XXXXXX");
	int fd;

	memset(f, 0, sizeof(*f));
	f->path = path;
	if (strcmp(path, "-") == 0) {
		f->fp = stdout;
		return 0;
	}
	if (is_special(path)) {
		f->fp = fopen(path, "w");
		return f->fp != NULL ? 0 : errno;
	}
	f->tmp = malloc(len);
	if (f->tmp == NULL)
		return ENOMEM;
	snprintf(f->tmp, len, "%s.XXXXXX", path);
	fd = mkstemp(f->tmp);
	if (fd == -1) {
		int err = errno;

		free(f->tmp);
		f->tmp = NULL;
		return err;
	}
	f->fp = fdopen(fd, "w");
	if (f->fp == NULL) {
		close(fd);
		return forget(f, ENOMEM);
	}
	return 0;
}

/* mkstemp made it private; give it the rights that any new file gets. */
static int
open_rights(FILE *fp)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(fileno(fp), 0666 & ~mask) == 0 ? 0 : errno;
}

int
cmd_file_commit(struct cmd_file *f)
{
	int err = 0;

	if (f->fp == NULL)
		return 0;
	errno = 0;
	if (fflush(f->fp) != 0 || ferror(f->fp))
		err = errno != 0 ? errno : EIO;
	if (f->fp == stdout)
		return forget(f, err);
	if (err == 0 && f->tmp != NULL)
		err = open_rights(f->fp);
	if (fclose(f->fp) != 0 && err == 0)
		err = errno;
	if (err == 0 && f->tmp != NULL && rename(f->tmp, f->path) != 0)
		err = errno;
	return forget(f, err);
}

void
cmd_file_abandon(struct cmd_file *f)
{
	if (f->fp == NULL)
		return;
	if (f->fp != stdout)
		fclose(f->fp);
	forget(f, ECANCELED);
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

	if (cmd->core != NULL &&
	    sim_core_save(m, cmd->core, err, sizeof(err)) != 0)
		return cmd_fail(cmd, "%s", err);
	return CMD_OK;
}
