/*
 * uvmsim check: load a core and verify the invariants of the whole state.
 *
 * Loading refuses a core that is damaged (checksum, structure); the check that
 * follows is the one that debug builds run after every operation.
 */
#include "cmd.h"

/* Processes but the kernel, and the entries of their maps. */
static unsigned
count_entries(const struct machine *m, unsigned *nprocs)
{
	const struct process *p;
	unsigned n = 0;

	*nprocs = 0;
	for (p = m->procs; p != NULL; p = p->hh.next) {
		if (p == m->kernel)
			continue;
		++*nprocs;
		if (p->vmspace != NULL)
			n += p->vmspace->vm_map.nentries;
	}
	return n;
}

static void
report(const struct cmd *cmd, const struct machine *m, const char *path,
    const char *why)
{
	unsigned nprocs, nentries = count_entries(m, &nprocs);

	if (cmd->json) {
		printf("{\"core\":");
		cmd_json_string(stdout, path);
		printf(",\"ok\":%s", why == NULL ? "true" : "false");
		if (why != NULL) {
			printf(",\"broken\":");
			cmd_json_string(stdout, why);
		}
		printf(",\"processes\":%u,\"entries\":%u,\"frames\":%u}\n",
		    nprocs, nentries, m->vm.pages.npages);
	} else if (why == NULL && !cmd->quiet)
		printf("%s: ok (%u process%s, %u map entries, %u frames)\n",
		    path, nprocs, nprocs == 1 ? "" : "es", nentries,
		    m->vm.pages.npages);
}

int
cmd_check(int argc, char **argv)
{
	struct cmd cmd = {
		.name = "check",
		.operands = "CORE",
		.about = "Loads a core and verifies every invariant of the "
			 "state in it.\nExit status 1 when the core cannot be "
			 "loaded or an invariant is broken.",
		.takes = CMD_TAKES_JSON | CMD_TAKES_QUIET | CMD_TAKES_BOUNDS,
		.min_operands = 1,
		.max_operands = 1,
	};
	const char *path, *why;
	struct machine *m;
	char buf[512];
	int status = CMD_OK;

	if (!cmd_parse(&cmd, argc, argv))
		return cmd.status;
	path = cmd.operand[0];
	if (sim_core_load(path, &m, buf, sizeof(buf)) != 0)
		return cmd_fail(&cmd, "%s", buf);
	why = machine_check(m, buf, sizeof(buf));
	report(&cmd, m, path, why);
	if (why != NULL)
		status = cmd_fail(&cmd, "%s: %s", path, why);
	sim_machine_destroy(m);
	return status;
}
