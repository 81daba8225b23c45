/*
 * uvmsim explain --errors: the rows of workloads/explain/manual.h.
 *
 *	mmap EINVAL freebsd netbsd openbsd linux
 *	    the length is 0
 *	    mmap(2): len was 0
 */
#include "cmd_explain.h"

#include <string.h>

#include "workloads/explain/manual.h"

static bool
is_meant(const struct wl_manual *row, enum sim_sysno no, const char *word)
{
	return word == NULL || strcmp(word, sim_sysname(no)) == 0 ||
	    strcmp(word, sim_errname(row->err)) == 0 ||
	    sim_errbyname(word) == row->err;
}

static void
put_json(const struct wl_manual *row, enum sim_sysno no,
    const struct sim_personality *system)
{
	char page[64];

	printf("{\"system\":\"%s\",\"call\":\"%s\",\"errno\":\"%s\",\"why\":",
	    system->name, sim_sysname(no), sim_errname(row->err));
	cmd_json_string(stdout, row->why);
	printf(",\"page\":\"%s\",\"says\":",
	    wl_manual_page(no, page, sizeof(page)));
	cmd_json_string(stdout, row->says);
	puts("}");
}

static void
put_text(const struct wl_manual *row, enum sim_sysno no)
{
	char page[64];

	printf("%s %s", sim_sysname(no), sim_errname(row->err));
	for (size_t i = 0; sim_personalities[i] != NULL; i++)
		if (wl_manual_applies(row, sim_personalities[i], no))
			printf(" %s", sim_personalities[i]->name);
	printf("\n    %s\n    %s: %s\n", row->why,
	    wl_manual_page(no, page, sizeof(page)), row->says);
}

/* A row for one of its calls. => it has systems that have the call */
static bool
put(const struct wl_manual *row, enum sim_sysno no, bool json)
{
	bool any = false;

	for (size_t i = 0; sim_personalities[i] != NULL; i++)
		if (wl_manual_applies(row, sim_personalities[i], no)) {
			if (json)
				put_json(row, no, sim_personalities[i]);
			any = true;
		}
	if (any && !json)
		put_text(row, no);
	return any;
}

int
cmd_explain_errors(const struct cmd *cmd, const char *word, bool json)
{
	const struct wl_manual *row;
	bool any = false;

	for (int no = 0; no < SIM_NSYSCALLS; no++)
		for (size_t i = 0; (row = wl_manual_at(i)) != NULL; i++)
			if (is_meant(row, (enum sim_sysno)no, word))
				any |= put(row, (enum sim_sysno)no, json);
	return any ? CMD_OK :
		     cmd_usage_error(cmd,
			 "%s: expected a system call such as mmap, or an "
			 "errno such as EINVAL",
			 word);
}
