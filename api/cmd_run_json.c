/*
 * The result of a run as JSON: counters and maps by name.
 */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "cmd_run.h"
#include "workloads/script/usage.h"

static void
put_prot(FILE *fp, const char *key, vm_prot_t prot)
{
	fprintf(fp, ",\"%s\":\"%c%c%c\"", key, prot & VM_PROT_READ ? 'r' : '-',
	    prot & VM_PROT_WRITE ? 'w' : '-', prot & VM_PROT_EXEC ? 'x' : '-');
}

static const char *
truth(bool b)
{
	return b ? "true" : "false";
}

static void
put_entry(FILE *fp, struct machine *m, const struct vm_map_entry *e)
{
	static const char *const inherit[] = { "share", "copy", "none",
		"zero" };
	static const char *const advice[] = { "normal", "random", "sequential",
		"?" };
	char buf[512];
	const char *name = NULL;

	fprintf(fp, "{\"start\":\"0x%" PRIx64 "\",\"end\":\"0x%" PRIx64 "\"",
	    e->start, e->end);
	put_prot(fp, "protection", e->protection);
	put_prot(fp, "max_protection", e->max_protection);
	fprintf(fp,
	    ",\"inheritance\":\"%s\",\"advice\":\"%s\",\"wired\":%" PRIu32
	    ",\"cow\":%s,\"needs_copy\":%s",
	    inherit[e->inheritance & 3], advice[e->advice & 3], e->wired_count,
	    truth((e->etype & UVM_ET_COPYONWRITE) != 0),
	    truth((e->etype & UVM_ET_NEEDSCOPY) != 0));
	if (e->etype & UVM_ET_OBJ)
		name = sim_object_name(m, e->object, buf, sizeof(buf));
	if (name != NULL) {
		fputs(",\"name\":", fp);
		cmd_json_string(fp, name);
	}
	if (e->etype & UVM_ET_OBJ)
		fprintf(fp, ",\"offset\":%" PRIu64, e->offset);
	if ((e->etype & UVM_ET_SUBMAP) == 0 && e->amap != NULL)
		fprintf(fp,
		    ",\"amap_refs\":%" PRIu32 ",\"amap_pages\":%" PRIu64,
		    e->amap->ref, e->amap->slots.nused);
	putc('}', fp);
}

static void
put_process(FILE *fp, struct machine *m, const struct process *p)
{
	const struct vm_map_entry *e, *header;
	const char *comma = "";

	fprintf(fp, "{\"pid\":%d,\"ppid\":%d,\"name\":", p->pid, p->ppid);
	cmd_json_string(fp, p->name);
	fprintf(fp, ",\"personality\":\"%s\"", p->personality->name);
	fprintf(fp,
	    ",\"minflt\":%" PRIu64 ",\"majflt\":%" PRIu64 ",\"nswap\":%" PRIu64
	    ",\"waits\":%" PRIu64 ",\"waited\":%" PRIu64,
	    p->minflt, p->majflt, p->nswap, p->waits, p->wait_pages);
	if (p->vmspace == NULL) {
		fprintf(fp, ",\"state\":\"exited\",\"status\":%d",
		    p->exit_status);
		if (p->exit_signal != 0)
			fprintf(fp, ",\"signal\":\"%s\"",
			    wl_signal_name((uint64_t)p->exit_signal));
		putc('}', fp);
		return;
	}
	header = &p->vmspace->vm_map.header;
	fprintf(fp,
	    ",\"state\":\"running\",\"size\":%" PRIu64 ",\"resident\":%" PRIu64
	    ",\"map\":[",
	    p->vmspace->vm_map.size, p->vmspace->vm_map.pmap->resident);
	for (e = header->next; e != header; e = e->next) {
		fputs(comma, fp);
		put_entry(fp, m, e);
		comma = ",";
	}
	fputs("]}", fp);
}

static void
put_processes(FILE *fp, struct machine *m)
{
	struct process *p, *next;
	const char *comma = "";

	fputs("\"processes\":[", fp);
	HASH_ITER(hh, m->procs, p, next) {
		if (p == m->kernel)
			continue;
		fputs(comma, fp);
		put_process(fp, m, p);
		comma = ",";
	}
	putc(']', fp);
}

/* The text as an array of its lines; the text is cut up. */
static void
put_lines(FILE *fp, char *text)
{
	const char *comma = "";
	char *line;

	fputs("\"output\":[", fp);
	while ((line = strsep(&text, "\n")) != NULL) {
		if (text == NULL && *line == '\0')
			break;
		fputs(comma, fp);
		cmd_json_string(fp, line);
		comma = ",";
	}
	fputs("],", fp);
}

void
cmd_run_json(FILE *fp, const struct wl_run *run, bool completed,
    const char *script, char *output)
{
	fputs("{\"script\":", fp);
	cmd_json_string(fp, script);
	fprintf(fp,
	    ",\"status\":\"%s\",\"passed\":%" PRIu64 ",\"failed\":%" PRIu64 ",",
	    !completed          ? "error" :
		run->failed > 0 ? "failed" :
				  "ok",
	    run->passed, run->failed);
	if (!completed) {
		fprintf(fp,
		    "\"error\":{\"line\":%" PRIu32 ",\"column\":%" PRIu32
		    ",\"text\":",
		    run->error.line, run->error.col);
		cmd_json_string(fp, run->error.text);
		fputs("},", fp);
	}
	put_lines(fp, output);
	fprintf(fp, "\"clock\":%" PRIu64 ",", sim_clock(run->machine));
	cmd_json_statistics(fp, run->machine);
	cmd_json_disks(fp, run->machine);
	putc(',', fp);
	put_processes(fp, run->machine);
	fputs("}\n", fp);
}
