/*
 * vmstat's command line, and the command itself.
 *
 * Options are letters, alone or together; the argument of one may be glued to
 * it; -- ends them.  There are no operands: a machine that stands still has
 * nothing to report a second time.
 */
#include <errno.h>
#include <string.h>

#include "api/include/uvmsim.h"
#include "vmstat.h"

static int
usage(FILE *err)
{
	fputs("usage: vmstat [-sv] [-p SIZE | -P SIZE] [-M FILE]\n", err);
	return VMSTAT_USAGE;
}

/* An option with an argument: -p, -P or -M */
static void
set_value(struct vmstat_options *o, char c, const char *value)
{
	if (c == 'M') {
		o->file = value;
		return;
	}
	*(c == 'p' ? &o->with_sizes : &o->only_sizes) = true;
	o->size = value;
}

/* One word of options; *next is the word after it. */
static int
scan_word(struct vmstat_options *o, const char *p, char **argv, int *next,
    FILE *err)
{
	for (; *p != '\0'; p++) {
		const char *value;

		if (*p == 's' || *p == 'v') {
			*(*p == 's' ? &o->sums : &o->memory) = true;
			continue;
		}
		if (strchr("pPM", *p) == NULL)
			return usage(err);
		value = p[1] != '\0' ? p + 1 : argv[(*next)++];
		if (value == NULL || *value == '\0') {
			fprintf(err, "vmstat: -%c: expected %s\n", *p,
			    *p == 'M' ? "a core or a script" :
					"a page size or ALL");
			return VMSTAT_USAGE;
		}
		set_value(o, *p, value);
		return VMSTAT_OK;
	}
	return VMSTAT_OK;
}

int
vmstat_options(int argc, char **argv, struct vmstat_options *o, FILE *err)
{
	int next = 1, status;

	memset(o, 0, sizeof(*o));
	while (next < argc && argv[next][0] == '-' && argv[next][1] != '\0') {
		const char *word = argv[next++];

		if (strcmp(word, "--") == 0)
			break;
		status = scan_word(o, word + 1, argv, &next, err);
		if (status != VMSTAT_OK)
			return status;
	}
	if (next < argc) {
		fprintf(err,
		    "vmstat: %s: a machine at rest has no intervals, expected "
		    "no operands\n",
		    argv[next]);
		return VMSTAT_USAGE;
	}
	if (o->with_sizes && o->only_sizes) {
		fputs("vmstat: -p and -P: expected one of them\n", err);
		return VMSTAT_USAGE;
	}
	if (o->size != NULL && (o->sums || o->memory)) {
		fputs("vmstat: -p and -P go with no other report\n", err);
		return VMSTAT_USAGE;
	}
	return VMSTAT_OK;
}

static int
print(const struct vmstat_options *o, const struct vmstat_data *d, FILE *out,
    FILE *err)
{
	if (o->sums)
		vmstat_sums(d, out);
	if (o->memory)
		vmstat_memory(d, out);
	if (o->sums || o->memory)
		return VMSTAT_OK;
	if (o->only_sizes)
		return vmstat_sizes(d, o->size, false, out, err);
	if (o->with_sizes)
		return vmstat_sizes(d, o->size, true, out, err);
	vmstat_report(d, out);
	return VMSTAT_OK;
}

int
vmstat_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct vmstat_options o;
	struct vmstat_data d;
	int status = vmstat_options(argc, argv, &o, err);

	if (status != VMSTAT_OK)
		return status;
	if ((o.file != NULL && uvmsim_open(o.file, 0) != 0) ||
	    vmstat_gather(&d) != 0) {
		const char *why = uvmsim_errmsg();

		fprintf(err, "vmstat: %s\n",
		    *why != '\0' ? why : strerror(errno));
		status = VMSTAT_FAIL;
	} else {
		status = print(&o, &d, out, err);
	}
	return status;
}
