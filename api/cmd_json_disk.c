/*
 * Swap devices and disks as JSON, of a machine that has swap.
 */
#include <inttypes.h>

#include "cmd.h"
#include "sim/swap.h"

static void
put_swap(FILE *fp, const struct machine *m, uint32_t number)
{
	const struct vm_swapdev *d = &m->vm.swap.dev[number];

	fputs("{\"name\":", fp);
	cmd_json_string(fp, m->swapdev[number]->path);
	fprintf(fp,
	    ",\"priority\":%d,\"slots\":%" PRIu32 ",\"used\":%" PRIu32
	    ",\"bad\":%" PRIu32 ",\"file\":%s,\"crypt\":%s}",
	    d->priority, vm_swap_nslots(d), d->npginuse, d->npgbad,
	    d->flags & SWF_FILE ? "true" : "false",
	    d->flags & SWF_CRYPT ? "true" : "false");
}

static void
put_disk(FILE *fp, const struct machine *m, uint32_t disk)
{
	const struct sim_disk *d = m->disk[disk];

	fputs("{\"name\":", fp);
	cmd_json_string(fp, sim_disk_name(m, disk));
	fprintf(fp, ",\"kind\":\"%s\"", sim_disk_kinds[d->kind].name);
#define X(member) fprintf(fp, ",\"" #member "\":%" PRIu64, d->count.member);
	SIM_DISK_COUNTERS(X)
#undef X
	putc('}', fp);
}

void
cmd_json_disks(FILE *fp, const struct machine *m)
{
	const struct vm_swap *s = &m->vm.swap;
	const char *comma = "";

	if (s->norder == 0)
		return;
	fputs(",\"swap\":[", fp);
	for (uint32_t i = 0; i < s->norder; i++, comma = ",") {
		fputs(comma, fp);
		put_swap(fp, m, s->order[i]);
	}
	fputs("],\"disks\":[", fp);
	comma = "";
	for (uint32_t i = 0; i < SIM_MAXDISKS; i++) {
		if (m->disk[i] == NULL)
			continue;
		fputs(comma, fp);
		put_disk(fp, m, i);
		comma = ",";
	}
	putc(']', fp);
}
