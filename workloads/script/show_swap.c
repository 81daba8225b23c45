/*
 * Showing swap, as NetBSD's swapctl -l and -s do, and disks.
 */
#include <inttypes.h>
#include <string.h>

#include "show.h"
#include "sim/swap.h"

#define BLOCK 512 /* bytes; what swapctl counts in */

static uint64_t
blocks(const struct machine *m, uint64_t pages)
{
	return pg_ptoa(m, pages) / BLOCK;
}

/* In percent, rounded. */
static uint64_t
capacity(uint64_t used, uint64_t all)
{
	return all != 0 ? (used * 100 + all / 2) / all : 0;
}

static void
put_device(const struct wl_view *v, const char *name, int width, uint64_t used,
    uint64_t all)
{
	const uint64_t inuse = blocks(v->m, used), size = blocks(v->m, all);

	fprintf(v->fp,
	    "%-*s %10" PRIu64 " %8" PRIu64 " %8" PRIu64 " %5" PRIu64 "%%",
	    width, name, size, inuse, size - inuse, capacity(used, all));
}

/* What NetBSD's table has no place for. */
static void
put_notes(const struct wl_view *v, uint32_t number)
{
	const struct vm_swapdev *d = &v->m->vm.swap.dev[number];
	const struct sim_disk *disk = v->m->disk[SIM_DISK_SWAP(number)];

	fprintf(v->fp, "    %-8d %s", d->priority,
	    disk != NULL ? sim_disk_kinds[disk->kind].name : "file");
	if (d->flags & SWF_CRYPT)
		fputs(" crypt", v->fp);
	if (d->npgbad != 0)
		fprintf(v->fp, " bad=%" PRIu32, d->npgbad);
	putc('\n', v->fp);
}

bool
wl_show_swap(const struct wl_view *v)
{
	const struct vm_swap *s = &v->m->vm.swap;
	const struct uvmexp *x = &v->m->vm.exp;
	int width = (int)strlen("Device");

	if (s->norder == 0) {
		fputs("no swap devices configured\n", v->fp);
		return true;
	}
	for (uint32_t i = 0; i < s->norder; i++) {
		int n = (int)strlen(v->m->swapdev[s->order[i]]->path);

		width = n > width ? n : width;
	}
	fprintf(v->fp, "%-*s 512-blocks     Used    Avail Capacity  %s\n",
	    width, "Device", "Priority Disk");
	for (uint32_t i = 0; i < s->norder; i++) {
		const uint32_t number = s->order[i];

		put_device(v, v->m->swapdev[number]->path, width,
		    s->dev[number].npginuse, vm_swap_nslots(&s->dev[number]));
		put_notes(v, number);
	}
	if (s->norder > 1) {
		put_device(v, "Total", width, x->swpginuse, x->swpages);
		putc('\n', v->fp);
	}
	fprintf(v->fp,
	    "total: %" PRIu64 " 512-blocks allocated, %" PRIu64
	    " used, %" PRIu64 " available\n",
	    blocks(v->m, x->swpages), blocks(v->m, x->swpginuse),
	    blocks(v->m, x->swpages - x->swpginuse));
	return true;
}

/* --------------------------------------------------------------- disks ---- */

/* ns as milliseconds */
static void
put_ms(FILE *fp, uint64_t ns)
{
	fprintf(fp, " %8" PRIu64 ".%03" PRIu64, ns / 1000000, ns / 1000 % 1000);
}

static void
put_disk(FILE *fp, const char *name, const char *kind,
    const struct sim_disk_counters *c)
{
	fprintf(fp,
	    "%s (%s)\n"
	    "    %8" PRIu64 " reads  %8" PRIu64 " pages %8" PRIu64 " in a row\n"
	    "    %8" PRIu64 " writes %8" PRIu64 " pages %8" PRIu64
	    " errors\n   ",
	    name, kind, c->reads, c->pages_read, c->inrow, c->writes,
	    c->pages_written, c->errors);
	put_ms(fp, c->busy);
	fputs(" ms busy, ", fp);
	fprintf(fp, "%" PRIu64 " waits of", c->waits);
	put_ms(fp, c->wait);
	fprintf(fp,
	    " ms\n    %8" PRIu64 " requests at once, full %" PRIu64 " times\n",
	    c->longest, c->full);
}

bool
wl_show_disk(const struct wl_view *v)
{
	for (uint32_t i = 0; i < SIM_MAXDISKS; i++) {
		const struct sim_disk *d = v->m->disk[i];

		if (d != NULL)
			put_disk(v->fp, sim_disk_name(v->m, i),
			    sim_disk_kinds[d->kind].name, &d->count);
	}
	return true;
}
