/*
 * uvmsim convert: a trace of references from one format into another.
 *
 * The format of IN is found from its content, that of OUT is --to, or the
 * suffix of its name.  OUT is there only when it is whole.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cmd_record.h"
#include "workloads/refsink.h"
#include "workloads/refsource.h"

struct converting {
	struct cmd cmd;
	const char *from, *to;
	bool data_only;
	const struct wl_refformat *as;
	const struct wl_sinkformat *format;
	struct wl_input *in;
	struct wl_refsource source;
	struct wl_refsink sink;
	struct cmd_file out;
	bool calls; /* IN has calls, and OUT can have operations */
	struct wl_record_stats recorded;
	uint64_t references;
	uint64_t left_out; /* fetches, by --data-only */
};

/* The names of what can be written, each behind `before'. */
static const char *
names(char *buf, size_t len, const char *before)
{
	size_t at = 0;

	for (size_t i = 0; wl_sinkformats[i] != NULL && at < len; i++)
		at += (size_t)snprintf(buf + at, len - at, "%s%s%s",
		    i == 0                            ? "" :
			wl_sinkformats[i + 1] != NULL ? ", " :
							" or ",
		    before, wl_sinkformats[i]->name);
	return buf;
}

static int
choose_format(struct converting *c)
{
	const char *path = c->cmd.operand[1], *dot = strrchr(path, '.');
	const char *name = c->to != NULL ? c->to : dot != NULL ? dot + 1 : "";
	char all[256];

	if ((c->format = wl_sinkformat_byname(name)) != NULL)
		return CMD_OK;
	if (c->to != NULL)
		return cmd_usage_error(&c->cmd, "--to %s: expected %s", name,
		    names(all, sizeof(all), ""));
	return cmd_usage_error(&c->cmd,
	    "%s: expected a name that ends in %s, or --to FORMAT", path,
	    names(all, sizeof(all), "."));
}

static int
out_of_memory(const struct converting *c)
{
	return cmd_fail(&c->cmd, "%s: no memory", c->cmd.operand[0]);
}

static int
cannot_write(const struct converting *c, int error)
{
	return cmd_fail(&c->cmd, "%s: %s", c->cmd.operand[1],
	    strerror(error != 0 ? error : EIO));
}

static int
open_source(struct converting *c)
{
	const char *path = c->cmd.operand[0];
	char err[512];

	c->in = wl_input_open(path, err, sizeof(err));
	if (c->in == NULL)
		return cmd_fail(&c->cmd, "%s: %s", path, err);
	c->in->as = c->as;
	c->calls = c->as == NULL && !c->data_only &&
	    strcmp(c->format->name, "uvt") == 0 && wl_record_detect(c->in);
	if (c->calls)
		return CMD_OK;
	wl_input_once(c->in);
	switch (wl_refsource_open(&c->source, c->in)) {
	case 0: return CMD_OK;
	case EINVAL:
		return cmd_fail(&c->cmd, "%s: %s", path,
		    c->in->error[0] != '\0' ? c->in->error :
					      "expected a trace of references");
	default: return out_of_memory(c);
	}
}

/* Its name without directories, which are nobody's business. */
static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* References of data go on; fetches between them are counted. */
static bool
put_data(struct converting *c, const struct wl_ref *ref, size_t n)
{
	size_t k;

	for (; n > 0; ref += k, n -= k) {
		for (k = 0; k < n && ref[k].kind != WL_REF_FETCH; k++)
			continue;
		if (k > 0 && !wl_refsink_put(&c->sink, ref, k))
			return false;
		c->references += k;
		if (k < n) {
			c->left_out++;
			k++;
		}
	}
	return true;
}

static bool
put(struct converting *c, const struct wl_ref *ref, size_t n)
{
	c->sink.process = c->source.process;
	if (c->data_only)
		return put_data(c, ref, n);
	c->references += n;
	return wl_refsink_put(&c->sink, ref, n);
}

static int
copy(struct converting *c)
{
	const struct wl_ref *ref;
	char origin[512];
	size_t n;

	snprintf(origin, sizeof(origin), "source: %s\nformat: %s\n",
	    base_name(c->cmd.operand[0]), c->source.format->name);
	errno = 0;
	if (!wl_refsink_begin(&c->sink, c->format, c->out.fp, origin))
		return cannot_write(c, errno);
	while ((n = wl_refsource_next(&c->source, &ref)) > 0)
		if (!put(c, ref, n))
			return cannot_write(c, errno);
	if (c->source.error[0] != '\0')
		return cmd_fail(&c->cmd, "%s:%s", c->cmd.operand[0],
		    c->source.error);
	if (!wl_refsink_end(&c->sink))
		return cannot_write(c, errno);
	return CMD_OK;
}

static void
report(const struct converting *c)
{
	if (c->source.cut)
		fprintf(stderr,
		    "uvmsim convert: %s: warning: the trace breaks off%s%s\n",
		    c->cmd.operand[0], c->in->error[0] != '\0' ? ": " : "",
		    c->in->error);
	if (strcmp(c->cmd.operand[1], "-") == 0)
		return;
	if (c->calls) {
		cmd_record_summary(stdout, c->cmd.operand[1], &c->recorded);
		return;
	}
	printf("%s: %" PRIu64 " references, from %s to %s", c->cmd.operand[1],
	    c->references - c->sink.left_out, c->source.format->name,
	    c->format->name);
	if (c->sink.left_out + c->left_out > 0)
		printf(", %" PRIu64 " fetches left out",
		    c->sink.left_out + c->left_out);
	putchar('\n');
}

static int
convert(struct converting *c)
{
	int status = choose_format(c), error;

	if (status == CMD_OK)
		status = cmd_from(&c->cmd, c->from, &c->as);
	if (status == CMD_OK)
		status = open_source(c);
	if (status != CMD_OK)
		return status;
	if ((error = cmd_file_open(&c->out, c->cmd.operand[1])) != 0)
		return cannot_write(c, error);
	status = c->calls ?
	    cmd_record_log(&c->cmd, c->in, c->out.fp, &c->recorded) :
	    copy(c);
	if (status == CMD_OK && (error = cmd_file_commit(&c->out)) != 0)
		status = cannot_write(c, error);
	if (status == CMD_OK && !c->cmd.quiet)
		report(c);
	return status;
}

/* Formats, and which of them can be read and written. */
static int
list(void)
{
	for (size_t i = 0; wl_refformats[i] != NULL; i++) {
		const struct wl_refformat *f = wl_refformats[i];

		if (f->name[0] != '\0')
			printf("%-13s %-10s %s\n", f->name,
			    wl_sinkformat_byname(f->name) != NULL ?
				"read write" :
				"read",
			    f->summary);
	}
	return CMD_OK;
}

int
cmd_convert(int argc, char **argv)
{
	struct converting c = { .to = NULL };
	bool formats = false;
	const struct cmd_option options[] = {
		{ "from", 0, "FORMAT", "format of IN (--list has them)",
		    &c.from },
		{ "to", 0, "FORMAT", "format of OUT", &c.to },
		{ "data-only", 0, NULL, "leave the fetches out", &c.data_only },
		{ "list", 0, NULL, "list the formats and stop", &formats },
		{ .name = NULL }
	};
	int status;

	c.cmd = (struct cmd){
		.name = "convert",
		.operands = "IN OUT",
		.about = "Writes the references of the trace IN as the trace "
			 "OUT, in the format of --to, or\nthat of OUT's suffix "
			 "(as .uvt).  What IN is, its content tells; - is "
			 "standard\ninput or output.",
		.takes = CMD_TAKES_QUIET,
		.options = options,
		.max_operands = 2,
	};
	if (!cmd_parse(&c.cmd, argc, argv))
		return c.cmd.status;
	if (formats)
		return list();
	if (c.cmd.noperands < 2)
		return cmd_usage_error(&c.cmd, "expected IN OUT");
	status = convert(&c);
	wl_refsource_close(&c.source);
	wl_refsink_drop(&c.sink);
	wl_input_close(c.in);
	cmd_file_abandon(&c.out);
	return status;
}
