/*
 * One trace into another.
 *
 * References of any trace come through a wl_refsource.  From uvt to uvt blocks
 * are read as they are, so that operations and parts stay: a slice has all
 * operations up to its end, and the references that are left.
 *
 * Where the trace comes from is said by lines in the new one; those that the
 * old one has, if it is a uvt, follow.
 */
#include "cmd_convert.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/replay/stream.h"
#include "workloads/watch.h"

#define MAXORIGIN ((size_t)16 << 10) /* bytes: older lines are left out */

static int
out_of_memory(const struct convert *c)
{
	return cmd_fail(&c->cmd, "%s: no memory", c->cmd.operand[0]);
}

static int
cannot_write(const struct convert *c)
{
	return cmd_fail(&c->cmd, "%s: %s", c->cmd.operand[1],
	    strerror(errno != 0 ? errno : EIO));
}

/* ----------------------------------------------------------- beginning ---- */

static int
open_references(struct convert *c)
{
	switch (wl_refsource_open(&c->source, c->in)) {
	case 0: return CMD_OK;
	case EINVAL:
		return cmd_fail(&c->cmd, "%s: %s", c->cmd.operand[0],
		    c->in->error[0] != '\0' ? c->in->error :
					      "expected a trace of references");
	default: return out_of_memory(c);
	}
}

static int
open_blocks(struct convert *c)
{
	c->has_operations = wl_stream_detect(c->in);
	if (!wl_uvt_open(&c->blocks, c->in))
		return out_of_memory(c);
	return CMD_OK;
}

/* => CMD_OK: no slice is asked for, which calls cannot be cut into */
static int
is_whole(const struct convert *c)
{
	if (c->slice.skip == 0 && c->slice.until == 0 && c->cmd.bounds.ops == 0)
		return CMD_OK;
	return cmd_usage_error(&c->cmd,
	    "%s is a log with calls: convert it whole, then cut the "
	    "slice out of its trace",
	    c->cmd.operand[0]);
}

/* => IN is a log of system calls, or must be: OUT can have nothing else */
static bool
is_log(struct convert *c)
{
	const struct sim_personality *system;

	if (c->script || c->log_as != NULL)
		return true;
	return c->format->op != NULL && c->as == NULL &&
	    !wl_record_detect(c->in) && wl_refsource_detect(c->in) == NULL &&
	    wl_calllog_detect(c->in, &system) != NULL;
}

int
cmd_convert_begin(struct convert *c)
{
	const struct wl_refformat *format;

	c->left = c->slice.until;
	if (is_log(c)) {
		c->way = CONVERT_LOG;
		c->has_operations = true;
		return is_whole(c);
	}
	if (c->format->op != NULL && c->as == NULL && !c->data_only &&
	    wl_record_detect(c->in)) {
		c->way = CONVERT_CALLS;
		c->has_operations = true;
		return is_whole(c);
	}
	wl_input_once(c->in);
	format = wl_refsource_detect(c->in);
	if (c->format->op != NULL && format != NULL &&
	    strcmp(format->name, "uvt") == 0) {
		c->way = CONVERT_BLOCKS;
		return open_blocks(c);
	}
	c->way = CONVERT_REFERENCES;
	return open_references(c);
}

const char *
cmd_convert_format(const struct convert *c)
{
	return c->way == CONVERT_BLOCKS ? "uvt" :
	    c->way == CONVERT_LOG       ? "log" :
					  c->source.format->name;
}

bool
cmd_convert_cut(const struct convert *c)
{
	return c->way == CONVERT_BLOCKS ? c->blocks.cut :
	    c->way == CONVERT_LOG       ? false :
					  c->source.cut;
}

void
cmd_convert_end(struct convert *c)
{
	wl_refsource_close(&c->source);
	wl_uvt_close(&c->blocks);
	wl_refsink_drop(&c->sink);
	wl_input_close(c->in);
	cmd_trace_abandon(&c->out);
}

/* -------------------------------------------------------------- origin ---- */

/* Its name without directories, which are nobody's business. */
static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The head of a uvt that is about to be read. => its length; 0: it is none */
static size_t
head_of(struct wl_input *in, const char **text)
{
	struct wl_uvt_block b;
	size_t len;
	const char *p = wl_input_peek(in, WL_UVT_HEADER + MAXORIGIN, &len);

	if (!wl_uvt_detect(p, len) || len < WL_UVT_HEADER ||
	    wl_uvt_header((const uint8_t *)p, &b) != NULL ||
	    len - WL_UVT_HEADER < b.length ||
	    !wl_uvt_sound((const uint8_t *)p, &b))
		return 0;
	*text = p + WL_UVT_HEADER;
	return b.length;
}

/* older: n bytes of lines of the trace itself. => the caller's to free */
static char *
origin(const struct convert *c, const char *older, size_t n)
{
	const size_t max = MAXORIGIN + 1024;
	char *text = malloc(max);
	size_t len;

	if (text == NULL)
		return NULL;
	len = (size_t)snprintf(text, max, "source: %.255s\nformat: %s\n",
	    base_name(c->cmd.operand[0]), cmd_convert_format(c));
	if (c->slice.skip > 0)
		len += (size_t)snprintf(text + len, max - len,
		    "skip: %" PRIu64 "\n", c->slice.skip);
	if (c->slice.until > 0)
		len += (size_t)snprintf(text + len, max - len,
		    "until: %" PRIu64 "\n", c->slice.until);
	if (c->data_only)
		len += (size_t)snprintf(text + len, max - len,
		    "data-only: yes\n");
	while (n > MAXORIGIN || (n > 0 && older[n - 1] != '\n'))
		n--;
	memcpy(text + len, older, n);
	text[len + n] = '\0';
	return text;
}

/*
 * What is appended to is of the same kind, or a replay would lose some of it.
 */
static int
append(struct convert *c, const char *lines)
{
	char err[512];

	if (!wl_refsink_append(&c->sink, c->format, c->out.fp, c->out.old,
		lines, err, sizeof(err)))
		return cmd_fail(&c->cmd, "%s", err);
	if (c->sink.uvt.operations == c->has_operations)
		return CMD_OK;
	return cmd_fail(&c->cmd,
	    "%s has %soperations, %s has %s: expected two "
	    "of a kind",
	    c->cmd.operand[1], c->sink.uvt.operations ? "" : "no ",
	    c->cmd.operand[0], c->has_operations ? "some" : "none");
}

static int
begin(struct convert *c)
{
	const char *older = "";
	const size_t n = head_of(c->in, &older);
	char *lines = origin(c, older, n);
	int status = CMD_OK;

	if (lines == NULL)
		return out_of_memory(c);
	errno = 0;
	if (c->out.old != NULL)
		status = append(c, lines);
	else if (!wl_refsink_begin(&c->sink, c->format, c->out.fp, lines))
		status = cannot_write(c);
	free(lines);
	return status;
}

/* ------------------------------------------------------------- copying ---- */

/* References of data go on; fetches between them are counted. */
static bool
put_data(struct convert *c, const struct wl_ref *ref, size_t n)
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
put(struct convert *c, uint32_t process, const struct wl_ref *ref, size_t n)
{
	c->sink.process = process;
	if (c->data_only)
		return put_data(c, ref, n);
	c->references += n;
	return wl_refsink_put(&c->sink, ref, n);
}

/* between: the path and what is wrong. */
static int
finish(struct convert *c, const char *between, const char *error)
{
	if (error[0] != '\0')
		return cmd_fail(&c->cmd, "%s%s%s", c->cmd.operand[0], between,
		    error);
	return wl_refsink_end(&c->sink) ? CMD_OK : cannot_write(c);
}

static int
copy_references(struct convert *c)
{
	const struct wl_ref *ref;
	size_t n;

	while ((n = wl_refsource_next(&c->source, &ref)) > 0)
		if (!put(c, c->source.process, ref, n))
			return cannot_write(c);
	return finish(c, ":", c->source.error);
}

static bool
put_operations(struct convert *c)
{
	const char *line = c->blocks.text, *nl;
	const char *end = line + c->blocks.block.length;

	for (; line < end; line = nl + 1) {
		nl = memchr(line, '\n', (size_t)(end - line));
		if (nl == NULL)
			nl = end;
		c->operations++;
		if (!wl_refsink_op(&c->sink, line, (size_t)(nl - line)))
			return false;
	}
	return true;
}

static bool
put_part(struct convert *c)
{
	char *lines = origin(c, c->blocks.text, c->blocks.block.length);
	const bool ok = lines != NULL && wl_refsink_part(&c->sink, lines);

	free(lines);
	return ok;
}

/* => how many of the block's first n references the watch allows */
static size_t
within(struct convert *c, size_t n)
{
	struct wl_watch *w = c->in->watch;
	uint64_t left = w->most - c->taken;
	const size_t fit = wl_ref_until(c->blocks.ref, n, c->data_only, &left);

	c->taken = w->most - left;
	if (fit < n)
		(void)wl_watch_full(w);
	return fit;
}

static bool
put_block(struct convert *c, bool first)
{
	const struct wl_uvt_reader *r = &c->blocks;
	size_t n = r->block.records;

	switch (r->block.type) {
	case WL_UVT_HEAD: return first || put_part(c);
	case WL_UVT_OPS: return put_operations(c);
	case WL_UVT_REFS:
		if (c->slice.until > 0)
			n = wl_ref_until(r->ref, n, c->data_only, &c->left);
		if (c->in->watch != NULL && c->in->watch->most > 0)
			n = within(c, n);
		if (c->in->watch != NULL)
			c->in->watch->done += n;
		return put(c, r->block.process, r->ref, n);
	default: return true;
	}
}

static int
copy_blocks(struct convert *c)
{
	struct wl_uvt_reader *r = &c->blocks;
	bool first = true;

	if (!c->has_operations)
		wl_uvt_seek(r);
	errno = 0;
	while ((c->slice.until == 0 || c->left > 0) &&
	    !wl_watch_stop(c->in->watch) && wl_uvt_next(r)) {
		if (!put_block(c, first))
			return cannot_write(c);
		first = false;
	}
	return finish(c, ": ", r->error);
}

int
cmd_convert_copy(struct convert *c)
{
	int status;

	if (c->way == CONVERT_CALLS)
		return cmd_record_log(&c->cmd, c->in, c->out.fp, c->out.old,
		    &c->recorded);
	if (c->script && c->log_as == NULL &&
	    wl_refsource_detect(c->in) != NULL)
		return cmd_fail(&c->cmd,
		    "%s: a script is made of a log of system calls only, and "
		    "this is a trace of references",
		    c->cmd.operand[0]);
	if (c->script)
		return cmd_convert_log(c);
	status = begin(c);
	if (status == CMD_OK && c->way == CONVERT_LOG &&
	    (status = cmd_convert_log(c)) == CMD_OK)
		return finish(c, "", "");
	if (status != CMD_OK)
		return status;
	return c->way == CONVERT_BLOCKS ? copy_blocks(c) : copy_references(c);
}
