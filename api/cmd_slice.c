/*
 * --skip N and --until N of the commands that read traces of references.
 */
#include <inttypes.h>

#include "cmd.h"
#include "workloads/io/input.h"

/* => CMD_OK and *n, which stays without the option */
static int
number(const struct cmd *cmd, const char *option, const char *text,
    uint64_t least, uint64_t *n)
{
	if (cmd_number(text, least, UINT64_MAX, n))
		return CMD_OK;
	return cmd_usage_error(cmd,
	    "--%s %s: expected a number of references from %" PRIu64 " on",
	    option, text, least);
}

int
cmd_slice(const struct cmd *cmd, struct cmd_slice *s)
{
	int status = number(cmd, "skip", s->skip_text, 0, &s->skip);

	if (status == CMD_OK)
		status = number(cmd, "until", s->until_text, 1, &s->until);
	return status;
}

void
cmd_slice_set(const struct cmd_slice *s, bool data_only, struct wl_input *in)
{
	in->skip = s->skip;
	in->until = s->until;
	in->until_data = data_only;
}
