/*
 * Traces written: compression by the suffix, appending by copying.
 *
 * What is appended to is copied into the new file, which takes its name when it
 * is whole.  So it costs a copy, and nothing that happens on the way, be it a
 * signal that cannot be caught, leaves anything but the old file.
 */
#include "cmd_trace_out.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "workloads/io/output.h"

const struct wl_sinkformat *
cmd_trace_format(const char *path)
{
	const struct wl_encoder *e = wl_encoder_bysuffix(path);
	const size_t len = strlen(path) -
	    (e != NULL ? strlen(wl_encoder_suffix(e)) : 0);
	const char *dot = memrchr(path, '.', len);
	char name[32];

	if (dot == NULL)
		return NULL;
	snprintf(name, sizeof(name), "%.*s",
	    (int)(len - 1 - (size_t)(dot - path)), dot + 1);
	return wl_sinkformat_byname(name);
}

static int
fail(const struct cmd *cmd, const char *path, int error)
{
	return cmd_fail(cmd, "%s: %s", path,
	    strerror(error != 0 ? error : EIO));
}

/* What is there already. => CMD_OK; *old is NULL if nothing is */
static int
open_old(const struct cmd *cmd, const char *path, struct wl_input **old)
{
	struct stat st;
	char err[512];

	if (strcmp(path, "-") == 0)
		return cmd_usage_error(cmd,
		    "--append: expected a file, not standard output");
	if (stat(path, &st) != 0)
		return errno == ENOENT ? CMD_OK : fail(cmd, path, errno);
	if (!S_ISREG(st.st_mode))
		return cmd_usage_error(cmd, "--append: %s is no file", path);
	*old = wl_input_open(path, err, sizeof(err));
	if (*old == NULL)
		return cmd_fail(cmd, "%s: %s", path, err);
	wl_input_once(*old);
	return CMD_OK;
}

int
cmd_trace_open(const struct cmd *cmd, struct cmd_trace_out *o, const char *path,
    bool append)
{
	const struct wl_encoder *e = wl_encoder_bysuffix(path);
	int error, status;

	memset(o, 0, sizeof(*o));
	if (append && (status = open_old(cmd, path, &o->old)) != CMD_OK)
		return status;
	if (o->old != NULL) /* stays as it is */
		e = wl_encoder_byname(wl_input_codec(o->old));
	if ((error = cmd_file_open(&o->file, path)) != 0)
		return fail(cmd, path, error);
	o->compressed = e != NULL;
	o->fp = e != NULL ? wl_output_open(o->file.fp, e) : o->file.fp;
	return o->fp != NULL ? CMD_OK : cmd_fail(cmd, "no memory");
}

int
cmd_trace_commit(const struct cmd *cmd, struct cmd_trace_out *o)
{
	const char *path = o->file.path;
	int error = 0;

	errno = 0;
	if (o->compressed && fclose(o->fp) != 0)
		error = errno != 0 ? errno : EIO;
	o->compressed = false;
	if (error != 0)
		cmd_file_abandon(&o->file);
	else
		error = cmd_file_commit(&o->file);
	return error == 0 ? CMD_OK : fail(cmd, path, error);
}

void
cmd_trace_abandon(struct cmd_trace_out *o)
{
	if (o->compressed && o->fp != NULL)
		(void)fclose(o->fp);
	o->compressed = false;
	cmd_file_abandon(&o->file);
	wl_input_close(o->old);
	o->old = NULL;
}
