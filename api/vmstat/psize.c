/*
 * vmstat -p and -P: a line for each page size, in pages of that size.
 */
#include <inttypes.h>
#include <string.h>

#include "vmstat.h"

/* "4K", "64K", "16M", "16G" */
static void
size_name(int64_t bytes, char *buf, size_t len)
{
	static const char units[] = "KMGT";
	unsigned u = 0;

	for (bytes /= 1024; bytes % 1024 == 0 && units[u + 1] != '\0'; u++)
		bytes /= 1024;
	snprintf(buf, len, "%" PRId64 "%c", bytes, units[u]);
}

static void
print_size(const struct vmstat_data *d, int i, bool after, FILE *out)
{
	const struct vminfo_psize *v = &d->psize[i];
	uint64_t s = d->cpu.seconds;
	char name[24];

	size_name(v->psize, name, sizeof(name));
	fprintf(out, "%5s", name);
	if (!after)
		fprintf(out, " %8" PRId64, (int64_t)v->numframes);
	fprintf(out, " %8" PRId64 " %8" PRId64, (int64_t)v->numvpages,
	    (int64_t)v->numfrb);
	fprintf(out,
	    " %5" PRIu64 " %5" PRIu64 " %5" PRIu64 " %5" PRIu64 " %6" PRIu64
	    " %5" PRIu64,
	    v->pgrclm / s, v->pgspgins / s, v->pgspgouts / s, v->pgsteals / s,
	    v->scans / s, v->cycles / s);
	if (after)
		fprintf(out, " %8" PRId64, (int64_t)v->numframes);
	putc('\n', out);
}

static bool
wanted(const struct vmstat_data *d, int i, const char *size)
{
	char name[24];

	size_name(d->psize[i].psize, name, sizeof(name));
	return strcmp(size, "ALL") == 0 || strcmp(size, name) == 0;
}

/* => false, told: the machine has no pages of this size */
static bool
is_there(const struct vmstat_data *d, const char *size, FILE *err)
{
	char name[24];

	for (int i = 0; i < d->npsizes; i++)
		if (wanted(d, i, size))
			return true;
	fprintf(err, "vmstat: page size %s: expected ALL", size);
	for (int i = 0; i < d->npsizes; i++) {
		size_name(d->psize[i].psize, name, sizeof(name));
		fprintf(err, " or %s", name);
	}
	putc('\n', err);
	return false;
}

int
vmstat_sizes(const struct vmstat_data *d, const char *size, bool after,
    FILE *out, FILE *err)
{
	if (!is_there(d, size, err))
		return VMSTAT_USAGE;
	if (after) {
		vmstat_report(d, out);
		fputs("\n  psz      avm      fre    re    pi    po    fr     "
		      "sr    cy      siz\n",
		    out);
	} else {
		vmstat_configuration(d, out);
		fputs("pgsz            memory                           "
		      "page\n"
		      "----- -------------------------- "
		      "------------------------------------\n"
		      "           siz      avm      fre    re    pi    po    "
		      "fr     sr    cy\n",
		    out);
	}
	for (int i = 0; i < d->npsizes; i++)
		if (wanted(d, i, size))
			print_size(d, i, after, out);
	return VMSTAT_OK;
}
